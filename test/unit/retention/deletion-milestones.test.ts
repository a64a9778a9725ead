import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { expect, test } from 'vitest';
import { dueMilestone } from '../../../src/retention/deletion-milestones.ts';

const rule = { daysBefore: [60, 30, 7, 0], overdueEveryDays: 7 };
const deleteBy = Temporal.PlainDate.from('2027-12-31');
const known = Temporal.PlainDate.from('2026-11-23');

const on = (daysLeft: number, since = known): string | undefined => {
  const found = dueMilestone({ deleteBy, known: since }, deleteBy.subtract({ days: daysLeft }), rule);
  return found && `${found.daysLeft} ${found.date.toString()}`;
};

test('says nothing until sixty days before', () => {
  expect(on(400)).toBeUndefined();
  expect(on(61)).toBeUndefined();
});

test('falls due 60, 30 and 7 days before and on the day', () => {
  expect(on(60)).toBe('60 2027-11-01');
  expect(on(31)).toBe('60 2027-11-01');
  expect(on(30)).toBe('30 2027-12-01');
  expect(on(7)).toBe('7 2027-12-24');
  expect(on(1)).toBe('7 2027-12-24');
  expect(on(0)).toBe('0 2027-12-31');
});

test('is overdue the day after, and weekly from then on', () => {
  expect(on(-1)).toBe('-1 2028-01-01');
  expect(on(-7)).toBe('-1 2028-01-01');
  expect(on(-8)).toBe('-8 2028-01-08');
  expect(on(-15)).toBe('-15 2028-01-15');
});

test('does not remind of a milestone that lay before the deadline was known', () => {
  const late = deleteBy.subtract({ days: 45 });
  expect(on(45, late)).toBeUndefined();
  expect(on(30, late)).toBe('30 2027-12-01');
});

test('the milestone is never in the future, and stays the same until the next one comes', () => {
  fc.assert(
    fc.property(fc.integer({ min: -2000, max: 200 }), (daysLeft) => {
      const today = deleteBy.subtract({ days: daysLeft });
      const found = dueMilestone({ deleteBy, known }, today, rule);
      if (daysLeft > 60) return found === undefined;
      if (found === undefined) return false;
      const again = dueMilestone({ deleteBy, known }, found.date, rule);
      return found.date.until(today).days >= 0 && again?.date.equals(found.date) === true;
    }),
  );
});
