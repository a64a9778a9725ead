import { expect, test } from 'vitest';
import type { Work } from '../../../../src/api/api-types.ts';
import { groupsOf, workPlaceOf } from '../../../../src/portal/staff/work-order.ts';

const work = (change: Partial<Work>): Work => ({
  kind: 'file-rejected',
  urgency: 'waiting',
  projectId: 'P1',
  subject: 'a.csv',
  due: null,
  since: null,
  ...change,
});

test('work stands under how urgent it is, the most urgent first, in the order that it came in', () => {
  const all = [
    work({ subject: 'b.csv' }),
    work({ urgency: 'overdue', kind: 'deletion-overdue', subject: null }),
    work({ subject: 'a.csv' }),
  ];
  expect(groupsOf(all).map(({ urgency, work }) => [urgency, work.map(({ subject }) => subject)])).toEqual([
    ['overdue', [null]],
    ['waiting', ['b.csv', 'a.csv']],
  ]);
  expect(groupsOf([])).toEqual([]);
});

test('each piece leads to the page where it is done', () => {
  expect(workPlaceOf(work({}))).toEqual({ name: 'staff', rest: 'projects/P1' });
  expect(workPlaceOf(work({ kind: 'delivery-closing', subject: '2026-11-23_uttrekk' }))).toEqual({
    name: 'staff',
    rest: 'projects/P1/deliveries/2026-11-23_uttrekk',
  });
  for (const projectId of ['P1', null])
    expect(workPlaceOf(work({ kind: 'downloads-stopped', projectId }))).toEqual({
      name: 'staff',
      rest: 'stops',
    });
});
