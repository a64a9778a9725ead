/** Text in bytes: UTF-8 checked strictly, windows-1252 by its own table (TextDecoder on Node 20 reads 0x80 wrongly). */

export type Encoding = 'utf-8' | 'windows-1252';

/** Code points of 0x80–0x9F in windows-1252; 0 where the code page has none. */
const upper = [
  0x20ac, 0, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0,
  0x017d, 0, 0, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a,
  0x0153, 0, 0x017e, 0x0178,
] as const;

/** Our name for a declared encoding; undefined for one this version cannot read. */
export function encodingNamed(name: string): Encoding | undefined {
  const key = name.toLowerCase().replace(/[^a-z0-9]/g, '');
  if (['utf8', 'utf8sig', 'utf8bom', 'ascii', 'usascii'].includes(key)) return 'utf-8';
  const western = [
    'windows1252',
    'cp1252',
    '1252',
    'win1252',
    'wlatin1',
    'iso88591',
    'iso885915',
    'latin1',
    'latin9',
  ];
  return western.includes(key) ? 'windows-1252' : undefined;
}

/** True when `buf[start, end)` is well-formed UTF-8 (Unicode 15, table 3-7: no overlong forms, no surrogates). */
export function isUtf8(buf: Uint8Array, start: number, end: number): boolean {
  let at = start;
  while (at < end) {
    const b = buf[at]!;
    if (b < 0x80) {
      at += 1;
      continue;
    }
    const size = b >= 0xc2 && b <= 0xdf ? 2 : b >= 0xe0 && b <= 0xef ? 3 : b >= 0xf0 && b <= 0xf4 ? 4 : 0;
    if (size === 0 || at + size > end) return false;
    const second = buf[at + 1]!;
    const low = b === 0xe0 ? 0xa0 : b === 0xf0 ? 0x90 : 0x80;
    const high = b === 0xed ? 0x9f : b === 0xf4 ? 0x8f : 0xbf;
    if (second < low || second > high) return false;
    for (let k = 2; k < size; k++) {
      if ((buf[at + k]! & 0xc0) !== 0x80) return false;
    }
    at += size;
  }
  return true;
}

/** True when a byte of `buf[start, end)` has no character in windows-1252. */
export function hasUndefined1252(buf: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) {
    const b = buf[at]!;
    if (b >= 0x80 && b <= 0x9f && upper[b - 0x80] === 0) return true;
  }
  return false;
}

/** True when æ, ø, å or their capitals stand there as UTF-8: two bytes nobody writes side by side in windows-1252. */
export function hasNordicUtf8(buf: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at + 1 < end; at++) {
    if (buf[at] !== 0xc3) continue;
    const b = buf[at + 1]!;
    if (b === 0xa6 || b === 0xb8 || b === 0xa5 || b === 0x86 || b === 0x98 || b === 0x85) return true;
  }
  return false;
}

/** Characters (code points) in the bytes. */
export function countChars(buf: Uint8Array, start: number, end: number, encoding: Encoding): number {
  if (encoding === 'windows-1252') return end - start;
  let count = 0;
  for (let at = start; at < end; at++) {
    if ((buf[at]! & 0xc0) !== 0x80) count += 1;
  }
  return count;
}

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

/** The bytes as text; bytes without a meaning become U+FFFD. For the cold path only. */
export function decode(buf: Uint8Array, start: number, end: number, encoding: Encoding): string {
  if (encoding === 'utf-8') return utf8.decode(buf.subarray(start, end));
  let text = '';
  for (let at = start; at < end; at++) {
    const b = buf[at]!;
    const point = b >= 0x80 && b <= 0x9f ? upper[b - 0x80] : b;
    text += String.fromCharCode(point === 0 ? 0xfffd : point!);
  }
  return text;
}

/** `text` in the encoding; undefined when windows-1252 has no such character. */
export function encode(text: string, encoding: Encoding): Uint8Array | undefined {
  if (encoding === 'utf-8') return new TextEncoder().encode(text);
  const bytes: number[] = [];
  for (const char of text) {
    const point = char.codePointAt(0)!;
    const high = point > 0x7f ? upper.indexOf(point as never) : -1;
    if (point < 0x80 || (point >= 0xa0 && point <= 0xff)) bytes.push(point);
    else if (high >= 0) bytes.push(0x80 + high);
    else return undefined;
  }
  return Uint8Array.from(bytes);
}
