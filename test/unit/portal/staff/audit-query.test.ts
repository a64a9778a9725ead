import { expect, test } from 'vitest';
import {
  dayAfter,
  emptySearch,
  eventsCsv,
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
  const path = searchPath({
    ...emptySearch,
    project: 'P1',
    person: ' kari ',
    from: '2026-11-30',
    until: '2026-11-30',
  });
  expect(Object.fromEntries(new URL(path, 'http://x').searchParams)).toEqual({
    project: 'P1',
    person: 'kari',
    from: '2026-11-29T23:00:00.000Z',
    until: '2026-11-30T23:00:00.000Z',
  });
  expect(dayAfter('2026-12-31')).toBe('2027-01-01');
});

test('a file for a spreadsheet quotes what must be quoted and runs nothing', () => {
  const heads = { seq: 'nr', at: 't', actor: 'a', action: 'h', subject: 's', projectId: 'p', detail: 'd' };
  const event = {
    seq: 1,
    at: '2026-11-23T07:00:00Z',
    actor: 'person:kari',
    action: 'delivery.fetched',
    subject: '=HYPERLINK("x")',
    projectId: null,
    detail: { file: 'a;b.csv' },
  };
  expect(eventsCsv([event], heads)).toBe(
    '\uFEFFnr;t;a;h;s;p;d\r\n' +
      `1;2026-11-23T07:00:00Z;person:kari;delivery.fetched;"'=HYPERLINK(""x"")";;"{""file"":""a;b.csv""}"\r\n`,
  );
});
