import { Temporal } from 'temporal-polyfill';
import { expect, test } from 'vitest';
import { closesAt, warnsAt } from '../../../src/deliveries/closing.ts';
import { FetchedRanges } from '../../../src/deliveries/fetch.ts';

const opening = (at: string) => ({ openedAt: Temporal.Instant.from(at), openDays: 14 });

test('closes fourteen days later at the same time of day, on a whole minute', () => {
  expect(closesAt(opening('2026-11-23T08:13:42+01:00')).toPlainDateTime().toString()).toBe(
    '2026-12-07T08:13:00',
  );
});

test('keeps the time of day across the change to winter time', () => {
  const closing = closesAt(opening('2026-10-20T09:00:00+02:00'));
  expect(closing.toString()).toBe('2026-11-03T09:00:00+01:00[Europe/Oslo]');
});

test('warns three days before', () => {
  expect(warnsAt(opening('2026-11-23T08:00:00+01:00'), 3).toPlainDate().toString()).toBe('2026-12-04');
});

test('merges what was fetched, in whatever order it came', () => {
  const ranges = new FetchedRanges();
  for (const [from, to] of [
    [20, 30],
    [0, 10],
    [10, 20],
    [25, 40],
    [50, 50],
  ] as const)
    ranges.add(from, to);
  expect(ranges.list).toEqual([[0, 40]]);
  ranges.add(60, 70);
  expect(ranges.bytes).toBe(50);
});
