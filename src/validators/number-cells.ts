/** Integers and decimal numbers in bytes, with the decimal mark and grouping that Norwegian files use. */
import type { CellType } from './cell-type.ts';
import type { Field } from './description.ts';

const zero = 0x30;
const minus = 0x2d;
const plus = 0x2b;
const comma = 0x2c;
const point = 0x2e;

const powers = Array.from({ length: 23 }, (_, exponent) => 10 ** exponent);

interface NumberShape {
  readonly whole: boolean;
  /** Bytes of the decimal mark; both are taken, but not in one column, when none is declared. */
  readonly decimal: 'either' | number;
  /** Byte of the group mark; a blank or a no-break blank when none is declared. */
  readonly group: 'blank' | number;
  readonly bare: boolean;
}

export function integerType(field: Field): CellType {
  return create(field, true, '1234');
}

export function numberType(field: Field): CellType {
  return create(
    field,
    false,
    field.decimalChar === undefined ? '1234,5 | 1234.5' : `1234${field.decimalChar}5`,
  );
}

function create(field: Field, whole: boolean, expected: string): CellType {
  const shape: NumberShape = {
    whole,
    decimal: field.decimalChar === undefined ? 'either' : field.decimalChar.charCodeAt(0),
    group:
      field.groupChar === undefined || /^[ \u00a0]$/.test(field.groupChar)
        ? 'blank'
        : field.groupChar.charCodeAt(0),
    bare: field.bareNumber ?? true,
  };
  let markOfColumn = 0;
  const type: CellType = {
    kind: whole ? 'integer' : 'number',
    value: Number.NaN,
    expected,
    show: (value, exact) => showNumber(value, exact),
    read: (buf, start, end) => {
      let from = start;
      let to = end;
      if (!shape.bare) {
        while (from < to && !isDigit(buf[from]!) && buf[from] !== minus && buf[from] !== plus) from += 1;
        while (to > from && !isDigit(buf[to - 1]!)) to -= 1;
      }
      let value = readNumber(buf, from, to, shape);
      if (Number.isNaN(value)) value = readSpecial(buf, from, to, whole);
      type.value = value;
      if (Number.isNaN(value)) {
        if (isNotANumber(buf, from, to) && !whole) return null;
        return whole && isScientific(buf, start, end)
          ? 'spreadsheet/scientific'
          : whole
            ? 'type-error/integer'
            : 'type-error/number';
      }
      if (lastMark !== 0 && lastMark !== markOfColumn) {
        if (markOfColumn !== 0) return 'type-error/decimal-mark';
        markOfColumn = lastMark;
      }
      return null;
    },
  };
  return type;
}

/** The decimal mark of the number read last; 0 for none. */
let lastMark = 0;

/** Sign, digits in groups or not, decimal mark and digits, exponent. NaN when it is something else. */
function readNumber(buf: Uint8Array, start: number, end: number, shape: NumberShape): number {
  lastMark = 0;
  let at = start;
  const negative = buf[at] === minus;
  if (at < end && (negative || buf[at] === plus)) at += 1;
  let mantissa = 0;
  let digits = 0;
  let sinceGroup = -1;
  const first = at;
  for (; at < end; at++) {
    const digit = buf[at]! - zero;
    if (digit >= 0 && digit <= 9) {
      mantissa = mantissa * 10 + digit;
      digits += 1;
      if (sinceGroup >= 0) sinceGroup += 1;
      continue;
    }
    const width = groupWidth(buf, at, end, shape.group);
    if (width === 0 || digits === 0) break;
    if (sinceGroup >= 0 ? sinceGroup !== 3 : digits > 3) return Number.NaN;
    sinceGroup = 0;
    at += width - 1;
  }
  if (sinceGroup >= 0 && sinceGroup !== 3) return Number.NaN;
  if (at === end) {
    if (digits === 0) return Number.NaN;
    if (digits > 15) mantissa = wholeOf(buf, first, end);
    return negative ? -mantissa : mantissa;
  }
  if (shape.whole) return Number.NaN;
  let decimals = 0;
  let markAt = -1;
  const mark = buf[at]!;
  if (shape.decimal === 'either' ? mark === comma || mark === point : mark === shape.decimal) {
    lastMark = mark;
    markAt = at;
    for (at += 1; at < end && isDigit(buf[at]!); at++) {
      mantissa = mantissa * 10 + buf[at]! - zero;
      decimals += 1;
    }
  }
  if (digits + decimals === 0) return Number.NaN;
  if (at === end && digits + decimals <= 15) {
    const value = mantissa / powers[decimals]!;
    return negative ? -value : value;
  }
  if (at < end && buf[at] !== 0x65 && buf[at] !== 0x45) return Number.NaN;
  return readSlowly(buf, start, end, markAt, at);
}

/** More digits than a double holds exactly, or an exponent: by the language's own reader. */
function readSlowly(buf: Uint8Array, start: number, end: number, markAt: number, exponentAt: number): number {
  let text = '';
  for (let at = start; at < end; at++) {
    const b = buf[at]!;
    if (at === markAt) text += '.';
    else if (at === exponentAt) text += 'e';
    else if (isDigit(b) || b === minus || b === plus) text += String.fromCharCode(b);
    else if (at > exponentAt) return Number.NaN;
  }
  return /^[-+]?\d*\.?\d*(e[-+]?\d{1,4})?$/.test(text) ? Number(text) : Number.NaN;
}

function wholeOf(buf: Uint8Array, start: number, end: number): number {
  let text = '';
  for (let at = start; at < end; at++) if (isDigit(buf[at]!)) text += String.fromCharCode(buf[at]!);
  return Number(text);
}

function groupWidth(buf: Uint8Array, at: number, end: number, group: NumberShape['group']): number {
  const b = buf[at]!;
  if (group !== 'blank') return b === group ? 1 : 0;
  if (b === 0x20 || b === 0xa0) return 1;
  // U+00A0 and U+202F in UTF-8.
  if (b === 0xc2 && at + 1 < end && buf[at + 1] === 0xa0) return 2;
  return b === 0xe2 && at + 2 < end && buf[at + 1] === 0x80 && buf[at + 2] === 0xaf ? 3 : 0;
}

/** INF and -INF, which Table Schema allows for numbers. */
function readSpecial(buf: Uint8Array, start: number, end: number, whole: boolean): number {
  if (whole || end - start > 4) return Number.NaN;
  const text = String.fromCharCode(...buf.subarray(start, end));
  if (text === 'INF') return Number.POSITIVE_INFINITY;
  return text === '-INF' ? Number.NEGATIVE_INFINITY : Number.NaN;
}

function isNotANumber(buf: Uint8Array, start: number, end: number): boolean {
  return end - start === 3 && buf[start] === 0x4e && buf[start + 1] === 0x61 && buf[start + 2] === 0x4e;
}

/** `1,20106E+10`: how a spreadsheet shows a long number, and what it then saves. */
export function isScientific(buf: Uint8Array, start: number, end: number): boolean {
  let at = start;
  if (buf[at] === minus || buf[at] === plus) at += 1;
  const first = at;
  while (at < end && isDigit(buf[at]!)) at += 1;
  if (at === first) return false;
  if (buf[at] === comma || buf[at] === point) {
    at += 1;
    while (at < end && isDigit(buf[at]!)) at += 1;
  }
  if (at >= end || (buf[at] !== 0x45 && buf[at] !== 0x65)) return false;
  at += 1;
  if (buf[at] === minus || buf[at] === plus) at += 1;
  const exponent = at;
  while (at < end && isDigit(buf[at]!)) at += 1;
  return at === end && at > exponent && at - exponent <= 3;
}

/** Exact, or rounded to two figures. */
function showNumber(value: number, exact: boolean): string {
  if (exact || !Number.isFinite(value) || value === 0) return String(value);
  const unit = 10 ** (Math.floor(Math.log10(Math.abs(value))) - 1);
  return String(Number((Math.round(value / unit) * unit).toPrecision(2)));
}

function isDigit(b: number): boolean {
  return b >= zero && b <= 0x39;
}
