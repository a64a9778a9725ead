/** Numbers and dates of fixed form, read at a place where enough bytes follow; what they do not take the column judges. */

const daysInMonth = Uint8Array.of(0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31);

/**
 * True for eleven digits that are a person's number under the 2032 rule. `days` has from `from` on the days that two
 * digits mean in this kind of number, and 100 further on the months; 0 for none.
 */
export function isPersonNumberAt(buf: Uint8Array, at: number, days: Uint8Array, from: number): boolean {
  const d0 = buf[at]! - 0x30;
  const d1 = buf[at + 1]! - 0x30;
  const d2 = buf[at + 2]! - 0x30;
  const d3 = buf[at + 3]! - 0x30;
  const d4 = buf[at + 4]! - 0x30;
  const d5 = buf[at + 5]! - 0x30;
  const d6 = buf[at + 6]! - 0x30;
  const d7 = buf[at + 7]! - 0x30;
  const d8 = buf[at + 8]! - 0x30;
  const d9 = buf[at + 9]! - 0x30;
  const d10 = buf[at + 10]! - 0x30;
  // Negative when one of them is no digit.
  let signs = d0 | (9 - d0) | d1 | (9 - d1) | d2 | (9 - d2) | d3 | (9 - d3);
  signs |= d4 | (9 - d4) | d5 | (9 - d5) | d6 | (9 - d6) | d7 | (9 - d7);
  signs |= d8 | (9 - d8) | d9 | (9 - d9) | d10 | (9 - d10);
  if (signs < 0) return false;
  const day = days[from + d0 * 10 + d1]!;
  const month = days[from + 100 + d2 * 10 + d3]!;
  if (day === 0 || day > daysInMonth[month]!) return false;
  // A year 00 may be 2000, which was a leap year.
  if (day === 29 && month === 2 && (d4 * 10 + d5) & 3) return false;
  const one = 3 * d0 + 7 * d1 + 6 * d2 + d3 + 8 * d4 + 9 * d5 + 4 * d6 + 5 * d7 + 2 * d8 + d9;
  const two = 5 * d0 + 4 * d1 + 3 * d2 + 2 * d3 + 7 * d4 + 6 * d5 + 5 * d6 + 4 * d7 + 3 * d8 + 2 * d9 + d10;
  return one % 11 <= 3 && two % 11 === 0;
}

/** True for nine digits with the control digit of an organisation. */
export function isOrganisationNumberAt(buf: Uint8Array, at: number): boolean {
  const d0 = buf[at]! - 0x30;
  const d1 = buf[at + 1]! - 0x30;
  const d2 = buf[at + 2]! - 0x30;
  const d3 = buf[at + 3]! - 0x30;
  const d4 = buf[at + 4]! - 0x30;
  const d5 = buf[at + 5]! - 0x30;
  const d6 = buf[at + 6]! - 0x30;
  const d7 = buf[at + 7]! - 0x30;
  const d8 = buf[at + 8]! - 0x30;
  let signs = d0 | (9 - d0) | d1 | (9 - d1) | d2 | (9 - d2) | d3 | (9 - d3);
  signs |= d4 | (9 - d4) | d5 | (9 - d5) | d6 | (9 - d6) | d7 | (9 - d7) | d8 | (9 - d8);
  // The control digit makes the sum a multiple of eleven; where it would be ten there is none.
  const sum = 3 * d0 + 2 * d1 + 7 * d2 + 6 * d3 + 5 * d4 + 4 * d5 + 3 * d6 + 2 * d7 + d8;
  return signs >= 0 && sum % 11 === 0;
}

/** What `dateAt` says of eight digits that are no day; callers take the other for a cell that is no date at all. */
export const noSuchDay = -1;
export const notADate = -2;

/** yyyymmdd of the digits at these places, or `noSuchDay`. */
export function dateAt(buf: Uint8Array, yearAt: number, monthAt: number, dayAt: number): number {
  const y0 = buf[yearAt]! - 0x30;
  const y1 = buf[yearAt + 1]! - 0x30;
  const y2 = buf[yearAt + 2]! - 0x30;
  const y3 = buf[yearAt + 3]! - 0x30;
  const m0 = buf[monthAt]! - 0x30;
  const m1 = buf[monthAt + 1]! - 0x30;
  const d0 = buf[dayAt]! - 0x30;
  const d1 = buf[dayAt + 1]! - 0x30;
  let signs = y0 | (9 - y0) | y1 | (9 - y1) | y2 | (9 - y2) | y3 | (9 - y3);
  signs |= m0 | (9 - m0) | m1 | (9 - m1) | d0 | (9 - d0) | d1 | (9 - d1);
  if (signs < 0) return noSuchDay;
  const year = y0 * 1000 + y1 * 100 + y2 * 10 + y3;
  const month = m0 * 10 + m1;
  const day = d0 * 10 + d1;
  if (month < 1 || month > 12 || day < 1 || day > daysInMonth[month]!) return noSuchDay;
  if (day === 29 && month === 2 && (year % 4 !== 0 || (year % 100 === 0 && year % 400 !== 0)))
    return noSuchDay;
  return year * 10_000 + month * 100 + day;
}
