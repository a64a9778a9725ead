/** Dates, times, years and months in bytes, by patterns of fixed width. */
import type { CellType } from './cell-type.ts';
import { dayAndSecond, momentAt } from './moments.ts';
import type { RuleId } from './rules.ts';

/** A strptime pattern as places: each part has a fixed offset, so a cell is read without searching. */
interface Pattern {
  readonly text: string;
  readonly length: number;
  readonly literals: readonly (readonly [at: number, byte: number])[];
  readonly year: number;
  readonly yearDigits: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  /** A fraction of a second and a zone may follow (the default formats of time and datetime). */
  readonly tail: boolean;
}

type TimeKind = 'date' | 'time' | 'datetime';

const defaults: Record<TimeKind, readonly string[]> = {
  date: ['%Y-%m-%d', '%d.%m.%Y', '%Y%m%d'],
  time: ['%H:%M:%S', '%H:%M'],
  datetime: ['%Y-%m-%dT%H:%M:%S', '%Y-%m-%d %H:%M:%S', '%d.%m.%Y %H:%M:%S', '%d.%m.%Y %H:%M'],
};

/**
 * The patterns of a declared format: the standard's `default`, a strptime pattern, or Norwegian letters (dd.mm.åååå).
 * Nothing declared and `any` take what Norwegian files use. Undefined for a pattern this version does not follow.
 */
export function timePattern(kind: TimeKind, format: string | undefined): readonly string[] | undefined {
  if (format === undefined || format === 'any') return defaults[kind];
  if (format === 'default') return [defaults[kind][0]!];
  // Descriptions of the first version wrote `fmt:` before the pattern.
  const written = format.replace(/^fmt:/, '');
  const pattern = (written.includes('%') ? written : fromLetters(written))
    .replace('%F', '%Y-%m-%d')
    .replace('%T', '%H:%M:%S');
  const parts = (pattern.match(/%./g) ?? []).sort().join('');
  if (!/^[\0-\x7f]*$/.test(pattern) || /\d/.test(pattern.replace(/%./g, ''))) return undefined;
  const date = /^%[Yy]%d%m$|^%d%m%y$/;
  const time = /^%H%M(%S)?$/;
  const both = /^%H%M(%S)?%Y%d%m$|^%H%M(%S)?%d%m%y$/;
  return { date, time, datetime: both }[kind].test(parts) ? [pattern] : undefined;
}

function fromLetters(format: string): string {
  return format
    .toLowerCase()
    .replace(/yyyy|åååå/, '%Y')
    .replace(/mm/, '%m')
    .replace(/dd/, '%d');
}

export function dateType(kind: TimeKind | 'year' | 'yearmonth', patterns: readonly string[]): CellType {
  const compiled = patterns.map((pattern) =>
    compile(pattern, (kind === 'time' || kind === 'datetime') && pattern === defaults[kind][0]),
  );
  const fault: RuleId = `type-error/${kind}`;
  let latest = compiled[0]!;
  const type: CellType = {
    kind,
    value: Number.NaN,
    expected: compiled.map((pattern) => readable(pattern.text)).join(' | '),
    show: (value, exact) => showTime(kind, value, exact),
    ...standardOf(kind, patterns),
    read: (buf, start, end) => {
      let value = readBy(latest, buf, start, end);
      for (let at = 0; at < compiled.length && Number.isNaN(value); at++) {
        value = readBy(compiled[at]!, buf, start, end);
        if (!Number.isNaN(value)) latest = compiled[at]!;
      }
      type.value = value;
      if (kind === 'datetime') type.day = dayRead;
      return Number.isNaN(value) ? fault : null;
    },
  };
  return type;
}

/** Bounds and codes may be written as the standard has them, whatever the field's own format is. */
function standardOf(
  kind: TimeKind | 'year' | 'yearmonth',
  patterns: readonly string[],
): { standard?: CellType } {
  if (kind === 'year' || kind === 'yearmonth' || patterns.includes(defaults[kind][0]!)) return {};
  return { standard: standardTime(kind) };
}

/** The reader of the standard's own form. */
export function standardTime(kind: TimeKind): CellType {
  return dateType(kind, [defaults[kind][0]!]);
}

function compile(text: string, tail: boolean): Pattern {
  const at: Record<string, number> = {};
  const literals: [number, number][] = [];
  let length = 0;
  for (let index = 0; index < text.length; index++) {
    if (text[index] !== '%') {
      literals.push([length, text.charCodeAt(index)]);
      length += 1;
      continue;
    }
    index += 1;
    at[text[index]!] = length;
    length += text[index] === 'Y' ? 4 : 2;
  }
  return {
    text,
    length,
    literals,
    year: at.Y ?? at.y ?? -1,
    yearDigits: at.Y === undefined ? 2 : 4,
    month: at.m ?? -1,
    day: at.d ?? -1,
    hour: at.H ?? -1,
    minute: at.M ?? -1,
    second: at.S ?? -1,
    tail,
  };
}

/** Of the datetime that `readBy` has read last. */
let dayRead = 0;

/**
 * Dates as yyyymmdd (year and yearmonth with zeros), times as seconds of the day in UTC, datetimes as in moments.ts; what
 * has no zone is taken as UTC. NaN when the cell does not follow the pattern or no such day exists.
 */
function readBy(pattern: Pattern, buf: Uint8Array, start: number, end: number): number {
  const rest = end - start - pattern.length;
  if (rest < 0 || (rest > 0 && !pattern.tail)) return Number.NaN;
  for (const [at, byte] of pattern.literals) if (buf[start + at] !== byte) return Number.NaN;
  let value = 0;
  if (pattern.year >= 0) {
    let year = two(buf, start + pattern.year);
    if (pattern.yearDigits === 4) {
      const low = two(buf, start + pattern.year + 2);
      year = year < 0 || low < 0 ? -1 : year * 100 + low;
    } else if (year >= 0) {
      year += year < 69 ? 2000 : 1900;
    }
    if (year < 0) return Number.NaN;
    const month = pattern.month < 0 ? 0 : two(buf, start + pattern.month);
    const day = pattern.day < 0 ? 0 : two(buf, start + pattern.day);
    if (pattern.month >= 0 && (month < 1 || month > 12)) return Number.NaN;
    if (pattern.day >= 0 && (day < 1 || day > daysIn(year, month))) return Number.NaN;
    value = year * 10_000 + month * 100 + day;
  }
  if (pattern.hour < 0) return value;
  const hour = two(buf, start + pattern.hour);
  const minute = two(buf, start + pattern.minute);
  const second = pattern.second < 0 ? 0 : two(buf, start + pattern.second);
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60) return Number.NaN;
  const more = rest > 0 ? readTail(buf, start + pattern.length, end) : 0;
  const seconds = hour * 3600 + minute * 60 + second + more;
  if (pattern.year < 0) return seconds;
  dayRead = value;
  return momentAt(value, seconds);
}

/** Seconds that `.123`, `Z`, `+01:00` add: a fraction, the way of a zone back to UTC, or both. NaN for anything else. */
function readTail(buf: Uint8Array, start: number, end: number): number {
  let at = start;
  let fraction = 0;
  if (buf[at] === 0x2e) {
    at += 1;
    const first = at;
    while (at < end && buf[at]! >= 0x30 && buf[at]! <= 0x39) at += 1;
    if (at === first) return Number.NaN;
    fraction = Number(`0${String.fromCharCode(...buf.subarray(start, Math.min(at, start + 20)))}`);
  }
  if (at === end) return fraction;
  if (buf[at] === 0x5a) return at + 1 === end ? fraction : Number.NaN;
  if (buf[at] !== 0x2b && buf[at] !== 0x2d) return Number.NaN;
  if (end - at !== 6 || buf[at + 3] !== 0x3a) return Number.NaN;
  const hour = two(buf, at + 1);
  const minute = two(buf, at + 4);
  if (hour < 0 || hour > 14 || minute < 0 || minute > 59) return Number.NaN;
  const offset = hour * 3600 + minute * 60;
  return fraction + (buf[at] === 0x2b ? -offset : offset);
}

function two(buf: Uint8Array, at: number): number {
  const high = buf[at]! - 0x30;
  const low = buf[at + 1]! - 0x30;
  return high >= 0 && high <= 9 && low >= 0 && low <= 9 ? high * 10 + low : -1;
}

function daysIn(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** `%d.%m.%Y` → `DD.MM.YYYY`. */
function readable(pattern: string): string {
  const names: Record<string, string> = {
    '%Y': 'YYYY',
    '%y': 'YY',
    '%m': 'MM',
    '%d': 'DD',
    '%H': 'hh',
    '%M': 'mm',
    '%S': 'ss',
  };
  return pattern.replace(/%[YymdHMS]/g, (part) => names[part]!);
}

/** A bound for the report; the year alone unless the field is public. */
export function showTime(kind: TimeKind | 'year' | 'yearmonth', value: number, exact: boolean): string {
  const pad = (part: number, width = 2) => String(part).padStart(width, '0');
  const moment = kind === 'time' || kind === 'datetime' ? dayAndSecond(value) : null;
  const seconds = Math.floor(moment?.seconds ?? 0);
  const day = kind === 'datetime' ? moment!.date : value;
  const clock = `${pad(Math.floor(seconds / 3600))}:${pad(Math.floor(seconds / 60) % 60)}:${pad(seconds % 60)}`;
  if (kind === 'time') return exact ? clock : clock.slice(0, 2);
  const year = pad(Math.floor(day / 10_000), 4);
  if (!exact || kind === 'year') return year;
  const month = `${year}-${pad(Math.floor(day / 100) % 100)}`;
  if (kind === 'yearmonth') return month;
  return kind === 'date' ? `${month}-${pad(day % 100)}` : `${month}-${pad(day % 100)}T${clock}`;
}
