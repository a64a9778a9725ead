/** What a person is to do next in a project, and by when: pure, from facts of the project as they may know it. */
import type { Temporal } from 'temporal-polyfill';

export const nextStepKinds = [
  'fetch-delivery',
  'mend-file',
  'send-file',
  'delete-data',
  'wait-for-delivery',
] as const;

export interface NextStep {
  kind: (typeof nextStepKinds)[number];
  /** A file or the folder of a delivery. */
  subject: string | null;
  /** The last day for it, in Oslo. */
  due: Temporal.PlainDate | null;
}

export interface NextStepFacts {
  state: 'active' | 'closed' | 'deletion-confirmed';
  today: Temporal.PlainDate;
  deleteBy: Temporal.PlainDate;
  /** Those of the description, and what has come of each. */
  files: readonly { name: string; state: 'missing' | 'accepted' | 'rejected' | 'not-checked' | 'arriving' }[];
  /** That are open for this person. */
  deliveries: readonly { folder: string; lastDay: Temporal.PlainDate; fetched: boolean }[];
  /** Something was delivered to the project once. */
  delivered: boolean;
}

/** The first of what is most pressing; null when nothing is left to do. */
export function nextStep(facts: NextStepFacts): NextStep | null {
  const { state, today, deleteBy, files, deliveries } = facts;
  if (state === 'deletion-confirmed') return null;
  const deletion: NextStep = { kind: 'delete-data', subject: null, due: deleteBy };
  if (state === 'closed' || today.toString() > deleteBy.toString()) return deletion;
  const [open] = deliveries
    .filter((one) => !one.fetched)
    .sort((a, b) => (a.lastDay.toString() < b.lastDay.toString() ? -1 : 1));
  if (open !== undefined) return { kind: 'fetch-delivery', subject: open.folder, due: open.lastDay };
  const faulty = files.find((file) => file.state === 'rejected');
  if (faulty !== undefined) return { kind: 'mend-file', subject: faulty.name, due: null };
  const missing = files.find((file) => file.state === 'missing' || file.state === 'arriving');
  if (missing !== undefined) return { kind: 'send-file', subject: missing.name, due: null };
  return facts.delivered ? deletion : { kind: 'wait-for-delivery', subject: null, due: null };
}
