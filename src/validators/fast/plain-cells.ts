/** Numbers and dates of fixed form, read at a place where enough bytes follow; what they do not take the column judges. */

/** By two bytes: the number that their digits make, `notDigits` for others. */
const pairs = new Uint8Array(0x10000).fill(0x80);
const notDigits = 0x80;
for (let pair = 0; pair < 100; pair++) {
  pairs[((0x30 + Math.floor(pair / 10)) << 8) | (0x30 + (pair % 10))] = pair;
}

const daysInMonth = new Uint8Array(100);
daysInMonth.set([31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31], 1);

/** By place of a pair and pair: what its digits add to the first control sum, and to the second 16 bits further up. */
const personSums = sumsOf([3, 7, 6, 1, 8, 9, 4, 5, 2, 1], [5, 4, 3, 2, 7, 6, 5, 4, 3, 2]);
const organisationSums = sumsOf([3, 2, 7, 6, 5, 4, 3, 2], [0, 0, 0, 0, 0, 0, 0, 0]);

function sumsOf(first: readonly number[], second: readonly number[]): Int32Array {
  return Int32Array.from({ length: first.length * 50 }, (_, at) => {
    const place = 2 * Math.floor(at / 100);
    const high = Math.floor((at % 100) / 10);
    const low = at % 10;
    const one = first[place]! * high + first[place + 1]! * low;
    return one + ((second[place]! * high + second[place + 1]! * low) << 16);
  });
}

/**
 * True for eleven digits that are a person's number under the 2032 rule. `days` has from `from` on the days that two
 * digits mean in this kind of number, and 100 further on the months; 0 for none.
 */
export function isPersonNumberAt(buf: Uint8Array, at: number, days: Uint8Array, from: number): boolean {
  const p0 = pairs[(buf[at]! << 8) | buf[at + 1]!]!;
  const p1 = pairs[(buf[at + 2]! << 8) | buf[at + 3]!]!;
  const p2 = pairs[(buf[at + 4]! << 8) | buf[at + 5]!]!;
  const p3 = pairs[(buf[at + 6]! << 8) | buf[at + 7]!]!;
  const p4 = pairs[(buf[at + 8]! << 8) | buf[at + 9]!]!;
  const d10 = buf[at + 10]! - 0x30;
  if ((p0 | p1 | p2 | p3 | p4) >= notDigits || d10 >>> 0 > 9) return false;
  const day = days[from + p0]!;
  const month = days[from + 100 + p1]!;
  if (day === 0 || day > daysInMonth[month]!) return false;
  // A year 00 may be 2000, which was a leap year.
  if (day === 29 && month === 2 && p2 & 3) return false;
  const sums =
    personSums[p0]! +
    personSums[100 + p1]! +
    personSums[200 + p2]! +
    personSums[300 + p3]! +
    personSums[400 + p4]!;
  return (sums & 0xffff) % 11 <= 3 && ((sums >>> 16) + d10) % 11 === 0;
}

/** True for nine digits with the control digit of an organisation. */
export function isOrganisationNumberAt(buf: Uint8Array, at: number): boolean {
  const p0 = pairs[(buf[at]! << 8) | buf[at + 1]!]!;
  const p1 = pairs[(buf[at + 2]! << 8) | buf[at + 3]!]!;
  const p2 = pairs[(buf[at + 4]! << 8) | buf[at + 5]!]!;
  const p3 = pairs[(buf[at + 6]! << 8) | buf[at + 7]!]!;
  const d8 = buf[at + 8]! - 0x30;
  if ((p0 | p1 | p2 | p3) >= notDigits || d8 >>> 0 > 9) return false;
  const sum =
    organisationSums[p0]! +
    organisationSums[100 + p1]! +
    organisationSums[200 + p2]! +
    organisationSums[300 + p3]!;
  // The control digit makes the sum a multiple of eleven; where it would be ten there is none.
  return (sum + d8) % 11 === 0;
}

/** What `dateAt` says of bytes that are no day. */
export const noSuchDay = -1;

/** yyyymmdd of the digits at these places, or `noSuchDay`. */
export function dateAt(buf: Uint8Array, yearAt: number, monthAt: number, dayAt: number): number {
  const century = pairs[(buf[yearAt]! << 8) | buf[yearAt + 1]!]!;
  const year = pairs[(buf[yearAt + 2]! << 8) | buf[yearAt + 3]!]!;
  const month = pairs[(buf[monthAt]! << 8) | buf[monthAt + 1]!]!;
  const day = pairs[(buf[dayAt]! << 8) | buf[dayAt + 1]!]!;
  if ((century | year | month | day) >= notDigits) return noSuchDay;
  if (day === 0 || day > daysInMonth[month]!) return noSuchDay;
  if (day === 29 && month === 2 && (year === 0 ? century & 3 : year & 3)) return noSuchDay;
  return century * 1_000_000 + year * 10_000 + month * 100 + day;
}
