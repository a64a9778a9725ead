/** Norwegian identity and organisation numbers, checked on bytes; every fault has a closed code and shows no digit. */

export type IdentifierKind = 'person' | 'fnr' | 'dnr' | 'hnr' | 'duf' | 'orgnr';

/**
 * `2032`: k1 may leave the remainders 0–3 (numbers issued from 2032 on, older ones too). `strict`: remainder 0 only, and
 * the individual number must fit the year of birth.
 */
export type ControlRule = '2032' | 'strict';

/** What is wrong with a number; `synthetic` only when nothing else is. */
export type IdentifierFault =
  | 'lost-leading-zero'
  | 'numeric-storage'
  | 'length'
  | 'characters'
  | 'date'
  | 'control-1'
  | 'control-2'
  | 'synthetic';

/** Characters that a number of this kind has. */
export const identifierLength: Record<IdentifierKind, number> = {
  person: 11,
  fnr: 11,
  dnr: 11,
  hnr: 11,
  duf: 12,
  orgnr: 9,
};

const zero = 0x30;
/** A ten-digit number with its zero put back; used and left within one call. */
const padded = new Uint8Array(11).fill(zero);

const daysInMonth = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;

/**
 * Checks `buf[start, end)` as a number of `kind`. `today` (yyyymmdd) bounds dates of birth under the strict rule, the
 * only one that gives a whole year. Null when it is right.
 */
export function checkIdentifier(
  buf: Uint8Array,
  start: number,
  end: number,
  kind: IdentifierKind,
  rule: ControlRule,
  today: number,
): IdentifierFault | null {
  for (let at = start; at < end; at++) {
    const b = buf[at]!;
    if (b < zero || b > 0x39)
      return isWholeNumberWithFraction(buf, start, end) ? 'numeric-storage' : 'characters';
  }
  const length = end - start;
  if (length !== identifierLength[kind]) {
    if (length !== 10 || identifierLength[kind] !== 11) return 'length';
    for (let at = 0; at < 10; at++) padded[at + 1] = buf[start + at]!;
    const fault = checkPerson(padded, 0, kind, rule, today);
    return fault === null || fault === 'synthetic' ? 'lost-leading-zero' : 'length';
  }
  if (kind === 'orgnr') return checkOrganisation(buf, start);
  if (kind === 'duf') return checkDuf(buf, start);
  return checkPerson(buf, start, kind, rule, today);
}

/** True when the eleven digits at `at` are a valid fødselsnummer, D- or H-number under either rule, synthetic or not. */
export function isPersonNumber(buf: Uint8Array, at: number): boolean {
  // k2 fails ten times of eleven, and costs least of the checks that do.
  if (controlTwo(buf, at) % 11 !== 0) return false;
  for (const kind of ['person', 'hnr'] as const) {
    const fault = checkPerson(buf, at, kind, '2032', 0);
    if (fault === null || fault === 'synthetic') return true;
  }
  return false;
}

/** Eleven digits, day-month-year, individual number, two control digits (the tax administration's specification). */
function checkPerson(
  buf: Uint8Array,
  at: number,
  kind: IdentifierKind,
  rule: ControlRule,
  today: number,
): IdentifierFault | null {
  let day = two(buf, at);
  let month = two(buf, at + 2);
  if (day > 40 && (kind === 'dnr' || kind === 'person')) day -= 40;
  else if (kind === 'dnr') return 'date';
  let synthetic = false;
  if (kind === 'hnr') month -= 40;
  else if (month > 80) {
    month -= 80;
    synthetic = true;
  }
  if (month < 1 || month > 12 || day < 1 || day > daysInMonth[month - 1]!) return 'date';
  const yearOfCentury = two(buf, at + 4);
  if (rule === 'strict' && kind !== 'hnr') {
    const year = yearOfBirth(yearOfCentury, two(buf, at + 6) * 10 + buf[at + 8]! - zero);
    if (year === 0) return 'date';
    if (month === 2 && day === 29 && !isLeap(year)) return 'date';
    if (today > 0 && year * 10_000 + month * 100 + day > today) return 'date';
  } else if (month === 2 && day === 29 && yearOfCentury % 4 !== 0) {
    // The century is not told by a 2032 number; a year 00 may be 2000, which was a leap year.
    return 'date';
  }
  const remainder = controlOne(buf, at) % 11;
  if (remainder > (rule === 'strict' ? 0 : 3)) return 'control-1';
  if (controlTwo(buf, at) % 11 !== 0) return 'control-2';
  return synthetic ? 'synthetic' : null;
}

function controlOne(buf: Uint8Array, at: number): number {
  return (
    3 * (buf[at]! - zero) +
    7 * (buf[at + 1]! - zero) +
    6 * (buf[at + 2]! - zero) +
    (buf[at + 3]! - zero) +
    8 * (buf[at + 4]! - zero) +
    9 * (buf[at + 5]! - zero) +
    4 * (buf[at + 6]! - zero) +
    5 * (buf[at + 7]! - zero) +
    2 * (buf[at + 8]! - zero) +
    (buf[at + 9]! - zero)
  );
}

function controlTwo(buf: Uint8Array, at: number): number {
  return (
    5 * (buf[at]! - zero) +
    4 * (buf[at + 1]! - zero) +
    3 * (buf[at + 2]! - zero) +
    2 * (buf[at + 3]! - zero) +
    7 * (buf[at + 4]! - zero) +
    6 * (buf[at + 5]! - zero) +
    5 * (buf[at + 6]! - zero) +
    4 * (buf[at + 7]! - zero) +
    3 * (buf[at + 8]! - zero) +
    2 * (buf[at + 9]! - zero) +
    (buf[at + 10]! - zero)
  );
}

/** The year that a number issued before 2032 tells; 0 where that individual number was never given out. */
function yearOfBirth(yearOfCentury: number, individual: number): number {
  if (individual <= 499) return 1900 + yearOfCentury;
  if (individual >= 500 && yearOfCentury <= 39) return 2000 + yearOfCentury;
  if (individual <= 749 && yearOfCentury >= 54) return 1800 + yearOfCentury;
  return individual >= 900 ? 1900 + yearOfCentury : 0;
}

function isLeap(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

/** Twelve digits: year, serial number, and the weighted sum of these ten modulo 11 as two digits. */
function checkDuf(buf: Uint8Array, at: number): IdentifierFault | null {
  const sum =
    4 * (buf[at]! - zero) +
    6 * (buf[at + 1]! - zero) +
    3 * (buf[at + 2]! - zero) +
    2 * (buf[at + 3]! - zero) +
    4 * (buf[at + 4]! - zero) +
    6 * (buf[at + 5]! - zero) +
    3 * (buf[at + 6]! - zero) +
    2 * (buf[at + 7]! - zero) +
    7 * (buf[at + 8]! - zero) +
    5 * (buf[at + 9]! - zero);
  return sum % 11 === two(buf, at + 10) ? null : 'control-1';
}

/** Nine digits; 11 − (sum mod 11), 11 → 0, and 10 is never given out. */
function checkOrganisation(buf: Uint8Array, at: number): IdentifierFault | null {
  const sum =
    3 * (buf[at]! - zero) +
    2 * (buf[at + 1]! - zero) +
    7 * (buf[at + 2]! - zero) +
    6 * (buf[at + 3]! - zero) +
    5 * (buf[at + 4]! - zero) +
    4 * (buf[at + 5]! - zero) +
    3 * (buf[at + 6]! - zero) +
    2 * (buf[at + 7]! - zero);
  const control = (11 - (sum % 11)) % 11;
  return control === buf[at + 8]! - zero ? null : 'control-1';
}

/** `1020312345.0` or `1020312345,00`: a number that was kept as a number and written out again. */
function isWholeNumberWithFraction(buf: Uint8Array, start: number, end: number): boolean {
  let at = start;
  while (at < end && buf[at]! >= zero && buf[at]! <= 0x39) at += 1;
  if (at - start < 8 || at + 1 >= end || (buf[at] !== 0x2e && buf[at] !== 0x2c)) return false;
  for (at += 1; at < end; at++) {
    if (buf[at] !== zero) return false;
  }
  return true;
}

function two(buf: Uint8Array, at: number): number {
  return (buf[at]! - zero) * 10 + buf[at + 1]! - zero;
}
