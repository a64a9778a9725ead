/** What the page offers of a draft's approval: who may answer, and what stands in the way of submitting. The service decides. Pure. */
import type { Draft } from '../../api/api-types.ts';
import type { Mood } from '../parts.tsx';

type File = Draft['files'][number];
export type CheckResult = NonNullable<File['outgoing']>;

export const checkMoods: Readonly<Record<CheckResult, Mood>> = {
  waiting: 'waiting',
  sound: 'good',
  faults: 'bad',
  'not-checked': 'careful',
};

/** True while the outgoing check has yet to look at something. */
export function isChecking({ state, files }: Pick<Draft, 'state' | 'files'>): boolean {
  return state === 'open' && files.some(({ outgoing }) => outgoing === 'waiting');
}

/** How many files go out only for a reason that is given. */
export function doubtfulCount({ files }: Pick<Draft, 'files'>): number {
  return files.filter(({ outgoing }) => outgoing === 'faults' || outgoing === 'not-checked').length;
}

/** `submitter` takes back, `writer` can only return, `second` approves or returns. */
export type Part = 'submitter' | 'writer' | 'second';

export function partOf(personId: string, { files, submission }: Pick<Draft, 'files' | 'submission'>): Part {
  if (submission?.submittedBy === `person:${personId}`) return 'submitter';
  return files.some(({ uploader }) => uploader === personId) ? 'writer' : 'second';
}
