/** Moments as numbers that have their order: seconds since 1970 in UTC, with fractions; told apart to the microsecond. */

const daySeconds = 86_400;

/** `date` is yyyymmdd, `seconds` those of the day less the zone's offset: they may fall on the day before or after. */
export function momentAt(date: number, seconds: number): number {
  return (
    daysBefore(Math.floor(date / 10_000), Math.floor(date / 100) % 100, date % 100) * daySeconds + seconds
  );
}

/** The moment's day in UTC as yyyymmdd, and the second of that day. */
export function dayAndSecond(moment: number): { date: number; seconds: number } {
  const days = Math.floor(moment / daySeconds);
  const { year, month, day } = civil(days);
  return { date: year * 10_000 + month * 100 + day, seconds: moment - days * daySeconds };
}

/** Days from 1970-01-01 in the Gregorian calendar, carried back before it was made (ISO 8601). */
function daysBefore(year: number, month: number, day: number): number {
  // Counted from March, so that a leap day is the last of its year.
  const y = month <= 2 ? year - 1 : year;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  return 365 * y + Math.floor(y / 4) - Math.floor(y / 100) + Math.floor(y / 400) + dayOfYear - 719_468;
}

function civil(days: number): { year: number; month: number; day: number } {
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const ofEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (ofEra - Math.floor(ofEra / 1460) + Math.floor(ofEra / 36_524) - Math.floor(ofEra / 146_096)) / 365,
  );
  const ofYear = ofEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shiftedMonth = Math.floor((5 * ofYear + 2) / 153);
  const day = ofYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1;
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
  return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day };
}
