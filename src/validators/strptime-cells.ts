/** Dates and times by strptime patterns whose parts have no fixed width or are words: `%d. %B %Y`, `%I:%M %p`, `%Y-%j`. */
import type { CellType } from './cell-type.ts';
import { showTime, standardTime } from './date-cells.ts';
import { momentAt } from './moments.ts';

type Kind = 'date' | 'time' | 'datetime';

interface Parts {
  year: number;
  month: number;
  day: number;
  dayOfYear: number;
  hour: number;
  half: number;
  minute: number;
  second: number;
  fraction: number;
  /** Seconds that the zone is before UTC. */
  offset: number;
}

/** Reads a part at `at`; the place after it, or -1. */
type Step = (buf: Uint8Array, at: number, end: number, parts: Parts) => number;

const months = [
  ['january', 'januar', 'jan'],
  ['february', 'februar', 'feb'],
  ['march', 'mars', 'mar'],
  ['april', 'apr'],
  ['may', 'mai'],
  ['june', 'juni', 'jun'],
  ['july', 'juli', 'jul'],
  ['august', 'aug'],
  ['september', 'sept', 'sep'],
  ['october', 'oktober', 'oct', 'okt'],
  ['november', 'nov'],
  ['december', 'desember', 'dec', 'des'],
];
const weekdays = [
  ['monday', 'mandag', 'mon', 'man'],
  ['tuesday', 'tirsdag', 'tue', 'tir'],
  ['wednesday', 'onsdag', 'wed', 'ons'],
  ['thursday', 'torsdag', 'thu', 'tor'],
  ['friday', 'fredag', 'fri', 'fre'],
  // ø in UTF-8 and in windows-1252, byte by byte.
  ['saturday', 'l\u00c3\u00b8rdag', 'l\u00f8rdag', 'sat', 'l\u00c3\u00b8r', 'l\u00f8r'],
  ['sunday', 's\u00c3\u00b8ndag', 's\u00f8ndag', 'sun', 's\u00c3\u00b8n', 's\u00f8n'],
];

const shorthands: Readonly<Record<string, string>> = {
  '%F': '%Y-%m-%d',
  '%T': '%H:%M:%S',
  '%R': '%H:%M',
  '%D': '%m/%d/%y',
};

/** Undefined for a pattern with parts that are not followed (week numbers, the machine's own forms), or without a whole date or time. */
export function strptimeType(kind: Kind, format: string): CellType | undefined {
  const pattern = format
    .replace(/^fmt:/, '')
    .replace(/%[FTRD]/g, (part) => shorthands[part]!)
    .replace(/%-([dmHIMSjy])/g, '%$1')
    .replaceAll('%e', '%d')
    .replaceAll('%h', '%b');
  if (!/^[\x20-\x7e]+$/.test(pattern)) return undefined;
  const tokens: readonly string[] = pattern.match(/%.|[^%]|%$/g) ?? [];
  const steps = tokens.map((token, at) => stepOf(token, /^%[YymdHIMSjf]$/.test(tokens[at + 1] ?? '')));
  const has = (...directives: string[]) => directives.some((one) => tokens.includes(one));
  const date = has('%Y', '%y') && ((has('%m', '%b', '%B') && has('%d')) || has('%j'));
  const time = has('%H') || (has('%I') && has('%p'));
  if (steps.includes(undefined) || !{ date, time, datetime: date && time }[kind]) return undefined;
  const parts: Parts = { ...nothing };
  const type: CellType = {
    kind,
    value: Number.NaN,
    expected: readable(pattern),
    show: (value, exact) => showTime(kind, value, exact),
    standard: standardTime(kind),
    read: (buf, start, end) => {
      Object.assign(parts, nothing);
      let at = start;
      for (const step of steps) {
        at = step!(buf, at, end, parts);
        if (at < 0) break;
      }
      type.value = at === end ? orderOf(kind, parts) : Number.NaN;
      if (kind === 'datetime') type.day = dateOf(parts);
      return Number.isNaN(type.value) ? `type-error/${kind}` : null;
    },
  };
  return type;
}

const nothing: Parts = {
  year: 0,
  month: 0,
  day: 0,
  dayOfYear: 0,
  hour: 0,
  half: -1,
  minute: 0,
  second: 0,
  fraction: 0,
  offset: 0,
};

/** `tight`: another number follows at once, so this one has to have its full width. */
function stepOf(token: string, tight: boolean): Step | undefined {
  const number =
    (width: number, low: number, high: number, set: (parts: Parts, value: number) => void): Step =>
    (buf, at, end, parts) => {
      let value = 0;
      let next = at;
      while (next < end && next < at + width && isDigit(buf[next]!)) {
        value = value * 10 + buf[next]! - 0x30;
        next += 1;
      }
      if (next === at || ((tight || width === 4) && next < at + width) || value < low || value > high)
        return -1;
      set(parts, value);
      return next;
    };
  switch (token) {
    case '%Y':
      return number(4, 0, 9999, (parts, value) => (parts.year = value));
    case '%y':
      return number(2, 0, 99, (parts, value) => (parts.year = value + (value < 69 ? 2000 : 1900)));
    case '%m':
      return number(2, 1, 12, (parts, value) => (parts.month = value));
    case '%d':
      return number(2, 1, 31, (parts, value) => (parts.day = value));
    case '%j':
      return number(3, 1, 366, (parts, value) => (parts.dayOfYear = value));
    case '%H':
      return number(2, 0, 23, (parts, value) => (parts.hour = value));
    case '%I':
      return number(2, 1, 12, (parts, value) => (parts.hour = value % 12));
    case '%M':
      return number(2, 0, 59, (parts, value) => (parts.minute = value));
    case '%S':
      return number(2, 0, 60, (parts, value) => (parts.second = value));
    case '%f':
      return fraction;
    case '%p':
      return word([['am'], ['pm']], (parts, half) => (parts.half = half));
    case '%b':
    case '%B':
      return word(months, (parts, month) => (parts.month = month + 1));
    case '%a':
    case '%A':
      return word(weekdays, () => {});
    case '%z':
      return zone;
    case '%%':
      return literal(0x25);
    default:
      return token.startsWith('%') ? undefined : literal(token.charCodeAt(0));
  }
}

function literal(byte: number): Step {
  return (buf, at, end) => (at < end && buf[at] === byte ? at + 1 : -1);
}

/** A word in any case; a point may follow an abbreviation that the pattern has none after. */
function word(groups: readonly (readonly string[])[], set: (parts: Parts, index: number) => void): Step {
  // The longest first, so that `mars` is not read as `mar`.
  const words = groups
    .flatMap((group, index) => group.map((name) => ({ name, index })))
    .sort((a, b) => b.name.length - a.name.length);
  return (buf, at, end, parts) => {
    const found = words.find(({ name }) => {
      if (at + name.length > end) return false;
      for (let place = 0; place < name.length; place++) {
        const b = buf[at + place]!;
        if ((b >= 0x41 && b <= 0x5a ? b | 0x20 : b) !== name.charCodeAt(place)) return false;
      }
      return true;
    });
    if (found === undefined) return -1;
    set(parts, found.index);
    return at + found.name.length;
  };
}

const fraction: Step = (buf, at, end, parts) => {
  let next = at;
  let digits = 0;
  while (next < end && next < at + 6 && isDigit(buf[next]!)) {
    digits = digits * 10 + buf[next]! - 0x30;
    next += 1;
  }
  parts.fraction = digits / 10 ** (next - at);
  return next === at ? -1 : next;
};

/** `Z`, `+0100` or `+01:00`. */
const zone: Step = (buf, at, end, parts) => {
  if (at < end && buf[at] === 0x5a) return at + 1;
  if (at + 5 > end || (buf[at] !== 0x2b && buf[at] !== 0x2d)) return -1;
  const colon = buf[at + 3] === 0x3a ? 1 : 0;
  if (at + 5 + colon > end) return -1;
  const digits = [buf[at + 1]!, buf[at + 2]!, buf[at + 3 + colon]!, buf[at + 4 + colon]!];
  if (!digits.every(isDigit)) return -1;
  const [a, b, c, d] = digits.map((byte) => byte - 0x30) as [number, number, number, number];
  if (a * 10 + b > 14 || c * 10 + d > 59) return -1;
  parts.offset = (buf[at] === 0x2b ? 1 : -1) * (a * 36_000 + b * 3600 + c * 600 + d * 60);
  return at + 5 + colon;
};

/** As date-cells has it: yyyymmdd, seconds of the day in UTC, or a moment. NaN for a day that does not exist. */
function orderOf(kind: Kind, parts: Parts): number {
  const hour = parts.half < 0 ? parts.hour : parts.hour + 12 * parts.half;
  const seconds = hour * 3600 + parts.minute * 60 + parts.second + parts.fraction - parts.offset;
  if (kind === 'time') return seconds;
  const date = dateOf(parts);
  return kind === 'date' || Number.isNaN(date) ? date : momentAt(date, seconds);
}

/** yyyymmdd, or NaN. */
function dateOf(parts: Parts): number {
  let { month, day } = parts;
  const leap = parts.year % 4 === 0 && (parts.year % 100 !== 0 || parts.year % 400 === 0);
  const lengths = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
  if (month === 0) {
    day = parts.dayOfYear;
    while (month < 12 && day > lengths[month]!) {
      day -= lengths[month]!;
      month += 1;
    }
    month += 1;
  }
  if (month > 12 || day < 1 || day > lengths[month - 1]!) return Number.NaN;
  return parts.year * 10_000 + month * 100 + day;
}

function readable(pattern: string): string {
  const names: Readonly<Record<string, string>> = {
    '%Y': 'YYYY',
    '%y': 'YY',
    '%m': 'MM',
    '%d': 'DD',
    '%j': 'DDD',
    '%H': 'hh',
    '%I': 'hh',
    '%M': 'mm',
    '%S': 'ss',
    '%f': 'ffffff',
    '%p': 'AM/PM',
    '%b': 'jan',
    '%B': 'januar',
    '%a': 'man',
    '%A': 'mandag',
    '%z': '+0100',
    '%%': '%',
  };
  return pattern.replace(/%./g, (part) => names[part]!);
}

function isDigit(b: number): boolean {
  return b >= 0x30 && b <= 0x39;
}
