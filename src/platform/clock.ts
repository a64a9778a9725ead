/** The time of day, passed in. Nothing else in the house asks the machine what time it is. */
import { Temporal } from 'temporal-polyfill';

export interface Clock {
  /** Now, as an instant. */
  now(): Temporal.Instant;
}

export const systemClock: Clock = { now: () => Temporal.Now.instant() };

/** A clock that stands at one instant: for `jobs run --at` and for tests. */
export function fixedClock(at: Temporal.Instant | string): Clock {
  const instant = typeof at === 'string' ? Temporal.Instant.from(at) : at;
  return { now: () => instant };
}

/** Deadlines are plain dates of this zone. */
export const zone = 'Europe/Oslo';

/** The calendar date in Oslo at an instant. */
export function osloDate(at: Temporal.Instant): Temporal.PlainDate {
  return at.toZonedDateTimeISO(zone).toPlainDate();
}

/** Monotonic milliseconds, for durations only. */
export function monotonicMs(): number {
  return performance.now();
}
