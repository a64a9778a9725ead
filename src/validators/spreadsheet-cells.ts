/** What a spreadsheet makes of a cell that it took for a date or a number: recognised by form. */
import { isScientific } from './number-cells.ts';

const months = new Set([
  ...['jan', 'feb', 'mar', 'apr', 'mai', 'jun', 'jul', 'aug', 'sep', 'okt', 'nov', 'des'],
  ...['may', 'oct', 'dec'],
]);

const dateForm = /^(\d{1,2}(\. |[.\-/])[a-z]{3}\.?([.\-/ ](\d\d|\d{4}))?|[a-z]{3}[.\-/](\d\d|\d{4}))$/;

/** `01.feb`, `2-mar`, `jan.05`, `3. apr`, `1.mai.20`: a code such as 1.2 or 3-4 that was taken for a date. */
export function isDateLike(buf: Uint8Array, start: number, end: number): boolean {
  if (end - start < 5 || end - start > 11) return false;
  // A mark after one, two or three characters, before anything is decoded: nearly every cell ends here.
  const mark = isMark(buf[start + 1]!) ? 1 : isMark(buf[start + 2]!) ? 2 : isMark(buf[start + 3]!) ? 3 : 0;
  if (mark === 0 || isDigit(buf[start]!) !== mark < 3) return false;
  // After digits a month by name, perhaps with a blank before it: a number of a wrong form ends here.
  const after = buf[start + mark + 1]!;
  if (mark < 3 && !isLetter(after === 0x20 ? buf[start + mark + 2]! : after)) return false;
  const text = String.fromCharCode(...buf.subarray(start, end)).toLowerCase();
  return dateForm.test(text) && months.has(/[a-z]{3}/.exec(text)![0]);
}

/** `44197` or `44197,5`: the days since 1900 that a spreadsheet keeps a date as, for the years 1927 to 2173. */
export function isDateSerial(buf: Uint8Array, start: number, end: number): boolean {
  if (end - start < 5) return false;
  for (let at = start; at < end; at++) {
    const digit = buf[at]! >= 0x30 && buf[at]! <= 0x39;
    const mark = at === start + 5 && end > at + 1 && (buf[at] === 0x2e || buf[at] === 0x2c);
    if (!digit && !mark) return false;
  }
  return buf[start] !== 0x30 && (end - start === 5 || buf[start + 5]! < 0x30);
}

/**
 * `1,20106E+10`: Excel's own way of showing a number of eleven digits or more (a capital E and a sign). A program that
 * writes numbers on purpose seldom does it so.
 */
export function isLongNumberOfExcel(buf: Uint8Array, start: number, end: number): boolean {
  if (end - start < 5 || end - start > 14) return false;
  if (buf[end - 4] !== 0x45 || buf[end - 3] !== 0x2b || buf[end - 2]! < 0x31) return false;
  return isScientific(buf, start, end);
}

/** Point, hyphen or slash. */
function isMark(byte: number): boolean {
  return byte >= 0x2d && byte <= 0x2f;
}

function isLetter(byte: number): boolean {
  return (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a;
}

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}
