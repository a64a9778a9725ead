/** WHO may: the one permission function that every door and every job asks. Default deny; WHEN is cases/lifecycle.ts. */
import { AppError } from '../platform/errors.ts';

export const roles = ['researcher', 'supplier', 'producer', 'officer', 'auditor'] as const;
export type Role = (typeof roles)[number];

/** Roles of the agency's own people; they may be held for one project or for all. */
export const staffRoles: readonly Role[] = ['producer', 'officer', 'auditor'];

export interface Membership {
  role: Role;
  /** Null: in every project (staff only). */
  projectId: string | null;
}

/** What a request over HTTP proved itself with. */
export type Via =
  | {
      kind: 'session';
      sessionId: string;
      provider: string;
      /** When the provider last saw the person prove who they are, ISO 8601. */
      authenticatedAt: string;
      /** The provider vouches strongly enough for signing. */
      maySign: boolean;
    }
  /** A token of their own; with a project it holds there only. */
  | { kind: 'token'; tokenId: string; projectId: string | null }
  /** A Maskinporten token, good until it runs out. */
  | { kind: 'machine'; expiresAt: string };

export type Actor =
  /** Somebody known, through a door. */
  | {
      kind: 'person';
      personId: string;
      memberships: readonly Membership[];
      /** Of the key they signed in with, where a door knows it: when it is revoked, so is what it opened. */
      keyFingerprint?: string;
      /** How they came in over HTTP. */
      via?: Via;
      /** What they came in with reads only, whatever their roles may do. */
      readOnly?: true;
    }
  /** Whoever has the command line on the server's own host, and with it the keys. */
  | { kind: 'operator'; name: string }
  /** A background job. */
  | { kind: 'clock' };

export type Action =
  | 'project.see'
  | 'project.manage'
  | 'inbound.send'
  | 'inbound.see-own'
  | 'inbound.see-all'
  | 'inbound.change-own'
  | 'inbound.read-own'
  | 'inbound.read-content'
  | 'inbound.erase-abandoned'
  | 'delivery.see'
  | 'delivery.fetch'
  | 'delivery.publish'
  | 'delivery.draft'
  | 'delivery.withdraw'
  | 'delivery.extend'
  | 'delivery.expire'
  | 'delivery.check'
  | 'downloads.stop'
  | 'downloads.resume'
  | 'people.manage'
  | 'outbox.read'
  | 'outbox.send'
  | 'audit.read'
  | 'keys.manage'
  | 'store.verify';

/** What the roles may do, each within the projects that the membership covers. */
const byRole: Readonly<Record<Role, readonly Action[]>> = {
  researcher: [
    'project.see',
    'inbound.send',
    'inbound.see-own',
    'inbound.see-all',
    'inbound.change-own',
    'inbound.read-own',
    'delivery.see',
    'delivery.fetch',
  ],
  supplier: ['project.see', 'inbound.send', 'inbound.see-own', 'inbound.change-own', 'inbound.read-own'],
  producer: [
    'project.see',
    'inbound.see-own',
    'inbound.see-all',
    'inbound.read-content',
    'delivery.see',
    'delivery.publish',
    'delivery.draft',
    'delivery.withdraw',
    'downloads.stop',
  ],
  officer: [
    'project.see',
    'project.manage',
    'inbound.see-own',
    'inbound.see-all',
    'inbound.read-content',
    'delivery.see',
    'delivery.publish',
    'delivery.draft',
    'delivery.withdraw',
    'delivery.extend',
    'downloads.stop',
    'downloads.resume',
    'people.manage',
    'outbox.read',
  ],
  auditor: ['project.see', 'inbound.see-own', 'inbound.see-all', 'delivery.see', 'outbox.read', 'audit.read'],
};

/** The operator administers, but is neither a sender nor a recipient of a project's data. */
const byOperator: readonly Action[] = [
  'project.see',
  'project.manage',
  'inbound.see-own',
  'inbound.see-all',
  'inbound.read-content',
  'delivery.see',
  'delivery.publish',
  'delivery.withdraw',
  'delivery.extend',
  'downloads.stop',
  'downloads.resume',
  'people.manage',
  'outbox.read',
  'audit.read',
  'keys.manage',
  'store.verify',
];

const byClock: readonly Action[] = [
  'project.see',
  'inbound.see-all',
  'inbound.erase-abandoned',
  'delivery.see',
  'delivery.expire',
  'delivery.check',
  'outbox.send',
  'store.verify',
];

/** What changes nothing; the rest is refused to a token that only reads. */
const readActions: ReadonlySet<Action> = new Set([
  'project.see',
  'inbound.see-own',
  'inbound.see-all',
  'inbound.read-own',
  'inbound.read-content',
  'delivery.see',
  'delivery.fetch',
  'outbox.read',
  'audit.read',
]);

/** True when `actor` may do `action` in the project; without a project, only a grant for every project counts. */
export function may(actor: Actor, action: Action, projectId?: string): boolean {
  switch (actor.kind) {
    case 'operator':
      return byOperator.includes(action);
    case 'clock':
      return byClock.includes(action);
    case 'person':
      if (actor.readOnly === true && !readActions.has(action)) return false;
      return actor.memberships.some(
        (held) =>
          byRole[held.role].includes(action) &&
          (held.projectId === null ? staffRoles.includes(held.role) : held.projectId === projectId),
      );
  }
}

/** Throws `forbidden` unless `actor` may. */
export function demand(actor: Actor, action: Action, projectId?: string): void {
  if (may(actor, action, projectId)) return;
  throw new AppError('forbidden', {
    nb: 'Du har ikke tilgang til dette. Be saksbehandleren om tilgang hvis du skal ha det.',
    en: 'You have no access to this. Ask the case officer if you should have it.',
  });
}

/** How the audit log names an actor. */
export function actorName(actor: Actor): string {
  switch (actor.kind) {
    case 'person':
      return `person:${actor.personId}`;
    case 'operator':
      return `operator:${actor.name}`;
    case 'clock':
      return 'clock';
  }
}
