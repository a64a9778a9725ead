import { expect, test } from 'vitest';
import { doubtfulCount, isChecking, partOf } from '../../../../src/portal/staff/approving.ts';

const file = (outgoing: 'waiting' | 'sound' | 'faults' | 'not-checked', uploader = 'per') => ({
  name: `${outgoing}.csv`,
  state: 'ready' as const,
  bytes: 1,
  sha256: 'x',
  uploader,
  outgoing,
});
const submission = {
  id: 'x',
  state: 'waiting' as const,
  title: 'T',
  endToEnd: false,
  note: null,
  reason: null,
  submittedBy: 'person:per',
  submittedAt: '2026-11-23T08:00:00Z',
  endedBy: null,
  endedAt: null,
  endedReason: null,
};

test('who submitted it takes it back, who wrote a file of it returns it, anybody else answers', () => {
  const draft = { files: [file('sound', 'tor')], submission };
  expect(['per', 'tor', 'ida'].map((id) => partOf(id, draft))).toEqual(['submitter', 'writer', 'second']);
});

test('a reason is asked for files that the check does not call sound', () => {
  expect(doubtfulCount({ files: [file('sound'), file('waiting')] })).toBe(0);
  expect(doubtfulCount({ files: [file('faults'), file('not-checked'), file('sound')] })).toBe(2);
});

test('waits for the check only where something can still be changed', () => {
  expect(isChecking({ state: 'open', files: [file('waiting')] })).toBe(true);
  expect(isChecking({ state: 'submitted', files: [file('waiting')] })).toBe(false);
  expect(isChecking({ state: 'open', files: [file('sound')] })).toBe(false);
});
