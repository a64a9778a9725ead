import { Temporal } from 'temporal-polyfill';
import { expect, test } from 'vitest';
import { type NextStepFacts, nextStep } from '../../../src/retention/next-step.ts';

const day = (text: string) => Temporal.PlainDate.from(text);
const facts: NextStepFacts = {
  state: 'active',
  today: day('2026-11-23'),
  deleteBy: day('2027-12-31'),
  files: [],
  deliveries: [],
  delivered: false,
};
const step = (some: Partial<NextStepFacts>) => {
  const found = nextStep({ ...facts, ...some });
  return found && `${found.kind} ${found.subject ?? '-'} ${found.due?.toString() ?? '-'}`;
};
const late = { folder: 'late', lastDay: day('2026-12-07'), fetched: false };
const early = { folder: 'early', lastDay: day('2026-11-25'), fetched: false };
const rejected = { name: 'a.csv', state: 'rejected' as const };
const missing = { name: 'b.csv', state: 'missing' as const };

test('what is overdue comes before all else, then what closes first, then what must be mended, then what is missing', () => {
  const everything = { files: [missing, rejected], deliveries: [late, early], delivered: true };
  expect(step({ ...everything, deleteBy: day('2026-11-22') })).toBe('delete-data - 2026-11-22');
  expect(step(everything)).toBe('fetch-delivery early 2026-11-25');
  expect(step({ ...everything, deliveries: [{ ...early, fetched: true }] })).toBe('mend-file a.csv -');
  expect(step({ files: [missing] })).toBe('send-file b.csv -');
});

test('on the last day data may still be kept', () => {
  expect(step({ deleteBy: facts.today, files: [missing] })).toBe('send-file b.csv -');
});

test('with all sent one waits for the delivery, and with all fetched deletes by the date', () => {
  const files = [{ name: 'a.csv', state: 'accepted' as const }];
  expect(step({ files })).toBe('wait-for-delivery - -');
  expect(step({ files, delivered: true })).toBe('delete-data - 2027-12-31');
});

test('a closed project has only deletion left, and one whose deletion is confirmed nothing', () => {
  expect(step({ state: 'closed', deliveries: [early] })).toBe('delete-data - 2027-12-31');
  expect(step({ state: 'deletion-confirmed' })).toBeNull();
});
