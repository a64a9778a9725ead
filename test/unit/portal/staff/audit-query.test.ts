import { expect, test } from 'vitest';
import {
  csvPath,
  dayAfter,
  emptySearch,
  osloMidnight,
  searchPath,
} from '../../../../src/portal/staff/audit-query.ts';

test.each([
  ['2026-01-15', '2026-01-14T23:00:00.000Z'],
  ['2026-07-15', '2026-07-14T22:00:00.000Z'],
  // The clocks change at two and at three in the morning of these.
  ['2026-03-29', '2026-03-28T23:00:00.000Z'],
  ['2026-03-30', '2026-03-29T22:00:00.000Z'],
  ['2026-10-25', '2026-10-24T22:00:00.000Z'],
  ['2026-10-26', '2026-10-25T23:00:00.000Z'],
])('%s begins in Oslo at %s', (day, instant) => {
  expect(osloMidnight(day)).toBe(instant);
});

test('asks for whole days, the last of them included, and for nothing that is not said', () => {
  const search = {
    ...emptySearch,
    project: 'P1',
    person: ' kari ',
    from: '2026-11-30',
    until: '2026-11-30',
  };
  const query = (path: string) => Object.fromEntries(new URL(path, 'http://x').searchParams);
  const asked = {
    project: 'P1',
    person: 'kari',
    from: '2026-11-29T23:00:00.000Z',
    until: '2026-11-30T23:00:00.000Z',
  };
  expect(query(searchPath(search, 25))).toEqual({ ...asked, limit: '25' });
  expect(query(csvPath(search))).toEqual(asked);
  expect(dayAfter('2026-12-31')).toBe('2027-01-01');
});
