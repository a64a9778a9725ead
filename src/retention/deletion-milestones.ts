/** Which reminder of a deletion deadline is due on a date: pure, on plain dates. */
import type { Temporal } from 'temporal-polyfill';

export interface ReminderRule {
  /** Days before the deadline on which to remind, e.g. 60, 30, 7 and 0. */
  daysBefore: readonly number[];
  /** From the day after the deadline, remind and escalate this often. */
  overdueEveryDays: number;
}

export interface Milestone {
  /** The date on which the reminder falls due. */
  date: Temporal.PlainDate;
  /** Days from `date` until the deadline; negative when it has passed. */
  daysLeft: number;
}

/**
 * The newest milestone that has come by `today` and that lies after `known`, the date on which the deadline became
 * known. One at a time: after a standstill, people get one letter with the days that are really left, not a pile.
 */
export function dueMilestone(
  deadline: { deleteBy: Temporal.PlainDate; known: Temporal.PlainDate },
  today: Temporal.PlainDate,
  rule: ReminderRule,
): Milestone | undefined {
  const daysLeft = today.until(deadline.deleteBy, { largestUnit: 'days' }).days;
  const milestone = daysLeft < 0 ? overdue(daysLeft, rule) : before(daysLeft, rule);
  if (milestone === undefined) return undefined;
  const date = deadline.deleteBy.subtract({ days: milestone });
  const early = date.until(deadline.known, { largestUnit: 'days' }).days > 0;
  return early ? undefined : { date, daysLeft: milestone };
}

/** The smallest reminder that is not smaller than the days left. */
function before(daysLeft: number, rule: ReminderRule): number | undefined {
  const come = rule.daysBefore.filter((days) => days >= daysLeft);
  return come.length === 0 ? undefined : Math.min(...come);
}

/** −1, then every `overdueEveryDays` after it. */
function overdue(daysLeft: number, rule: ReminderRule): number {
  const steps = Math.floor((-daysLeft - 1) / rule.overdueEveryDays);
  return -1 - steps * rule.overdueEveryDays;
}
