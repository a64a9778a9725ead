/** The work list as it is shown: under how urgent it is, each piece with the page where it is done. Pure. */
import type { Work } from '../../api/api-types.ts';
import type { Mood } from '../parts.tsx';
import type { Place } from '../places.ts';
import { staffPlace } from './staff-places.ts';

export const urgencyMoods: Readonly<Record<Work['urgency'], Mood>> = {
  overdue: 'bad',
  today: 'careful',
  soon: 'waiting',
  waiting: 'quiet',
};

export interface WorkGroup {
  readonly urgency: Work['urgency'];
  readonly work: readonly Work[];
}

/** The most urgent first; what is not there has no group. */
export function groupsOf(work: readonly Work[]): readonly WorkGroup[] {
  return (['overdue', 'today', 'soon', 'waiting'] as const)
    .map((urgency) => ({ urgency, work: work.filter((one) => one.urgency === urgency) }))
    .filter((group) => group.work.length > 0);
}

/** Where it is done; undefined for what is of no project. */
export function workPlaceOf({ kind, projectId, subject }: Work): Place | undefined {
  if (kind === 'downloads-stopped') return staffPlace('stops');
  if (projectId === null) return undefined;
  if (subject !== null && kind === 'delivery-closing')
    return staffPlace('projects', projectId, 'deliveries', subject);
  if (subject !== null && kind === 'draft-waiting')
    return staffPlace('projects', projectId, 'drafts', subject);
  return staffPlace('projects', projectId);
}
