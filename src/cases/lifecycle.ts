/** WHEN: the one table of a project's states, what moves between them, and what may be done in each. */
import { AppError } from '../platform/errors.ts';

export const projectStates = ['active', 'closed', 'deletion-confirmed'] as const;
export type ProjectState = (typeof projectStates)[number];

export type ProjectEvent = 'close' | 'reopen' | 'confirm-deletion';

/** From each state, the events that leave it and where they lead. docs/lifecycle.md is drawn from this. */
export const transitions: Readonly<
  Record<ProjectState, Readonly<Partial<Record<ProjectEvent, ProjectState>>>>
> = {
  active: { close: 'closed', 'confirm-deletion': 'deletion-confirmed' },
  closed: { reopen: 'active', 'confirm-deletion': 'deletion-confirmed' },
  'deletion-confirmed': {},
};

/** What goes on in a project that depends on its state. */
export const activities = [
  'send files',
  'change own files',
  'prepare a delivery',
  'publish a delivery',
  'fetch a delivery',
  'be reminded of the deadline',
] as const;
export type Activity = (typeof activities)[number];

export const openIn: Readonly<Record<ProjectState, readonly Activity[]>> = {
  active: activities,
  // The data are still out there: the deadline holds.
  closed: ['be reminded of the deadline'],
  'deletion-confirmed': [],
};

/** The state after `event`. Throws `conflict` when the event does not belong in this state. */
export function next(state: ProjectState, event: ProjectEvent): ProjectState {
  const to = transitions[state][event];
  if (to !== undefined) return to;
  throw new AppError('conflict', {
    nb: `Dette kan ikke gjøres nå: prosjektet har status «${state}».`,
    en: `This cannot be done now: the project is in state "${state}".`,
  });
}

/** Throws `closed` unless `activity` is open in `state`. */
export function demandOpen(state: ProjectState, activity: Activity): void {
  if (openIn[state].includes(activity)) return;
  throw new AppError('closed', {
    nb: 'Prosjektet er avsluttet. Ta kontakt med saksbehandleren hvis det er feil.',
    en: 'The project is closed. Contact the case officer if that is wrong.',
  });
}
