/** When a publication closes and when its recipients are warned: calendar days from its opening, at the same time of day in Oslo. */
import type { Temporal } from 'temporal-polyfill';
import { zone } from '../platform/clock.ts';

/** The rule's anchor, as it is stored. */
export interface Opening {
  openedAt: Temporal.Instant;
  openDays: number;
}

/** The first instant at which the area is closed, on a whole minute. */
export function closesAt(opening: Opening): Temporal.ZonedDateTime {
  return opening.openedAt
    .toZonedDateTimeISO(zone)
    .add({ days: opening.openDays })
    .round({ smallestUnit: 'minute', roundingMode: 'floor' });
}

/** From when on those who have not fetched everything are warned. */
export function warnsAt(opening: Opening, warnDaysBefore: number): Temporal.ZonedDateTime {
  return closesAt(opening).subtract({ days: warnDaysBefore });
}
