/** What the fast path asks of bytes in text: where a cell stops, and whether bytes beyond ASCII are in order. */
import { hasUndefined1252, isUtf8 } from '../encoding.ts';
import { findPersonNumber } from '../person-number-search.ts';

/**
 * Kinds of bytes, as bits; from `stops` on a run of text ends. `odd` is a quote or NUL, which the generic path judges.
 * `lead2` and `lead3` begin two and three bytes of UTF-8, whatever follows them.
 */
export const byteKind = { high: 1, digit: 2, stops: 4, odd: 8, lead2: 16, lead3: 32 } as const;

/** The kinds of bytes outside quotes, or within them. */
export function kindsOfBytes(delimiter: number, quote: number, quoted: boolean): Uint8Array {
  const kinds = new Uint8Array(256).fill(byteKind.high, 0x80);
  kinds.fill(byteKind.digit, 0x30, 0x3a);
  kinds[0] = byteKind.odd;
  kinds[0x0a] = byteKind.stops;
  kinds[0x0d] = byteKind.stops;
  if (!quoted) kinds[delimiter] = byteKind.stops;
  if (quote >= 0) kinds[quote] = quoted ? byteKind.stops : byteKind.odd;
  return kinds;
}

export type TextMode = 'undecided' | 'utf-8' | 'windows-1252';

/** `kinds` for one encoding: its bytes beyond ASCII that are no character by themselves, or that need judging, end the run. */
export function kindsOfText(kinds: Uint8Array, mode: TextMode): Uint8Array {
  const own = kinds.slice();
  if (mode === 'windows-1252') {
    for (let b = 0x80; b < 0x100; b++) {
      if (charsInOrder(Uint8Array.of(b), 0, 1, mode) < 0) own[b] = byteKind.odd;
    }
    return own;
  }
  own.fill(byteKind.odd, 0x80);
  if (mode === 'undecided') return own;
  own.fill(byteKind.lead2, 0xc2, 0xe0);
  // After E0 and ED not every byte may follow (Unicode 15, table 3-7).
  own.fill(byteKind.lead3, 0xe1, 0xed);
  own.fill(byteKind.lead3, 0xee, 0xf0);
  return own;
}

/** Characters in bytes that the encoding takes without any doubt; -1 when the generic path must judge them. */
export function charsInOrder(buf: Uint8Array, start: number, end: number, mode: TextMode): number {
  if (mode === 'utf-8') return charsOfUtf8(buf, start, end);
  if (mode === 'undecided' || hasUndefined1252(buf, start, end)) return -1;
  // Without this byte no Norwegian letter stands there as UTF-8.
  for (let at = start; at < end; at++) if (buf[at] === 0xc3) return -1;
  return end - start;
}

function charsOfUtf8(buf: Uint8Array, start: number, end: number): number {
  let chars = 0;
  let at = start;
  while (at < end) {
    const b = buf[at]!;
    chars += 1;
    at += 1;
    if (b < 0x80) continue;
    if (b >= 0xc2 && b <= 0xdf && at < end && (buf[at]! & 0xc0) === 0x80) at += 1;
    else return isUtf8(buf, start, end) ? countLeads(buf, start, end) : -1;
  }
  return chars;
}

function countLeads(buf: Uint8Array, start: number, end: number): number {
  let chars = 0;
  for (let at = start; at < end; at++) if ((buf[at]! & 0xc0) !== 0x80) chars += 1;
  return chars;
}

/** As `findPersonNumber`, but seldom reads more than every sixth byte: its digits stand six together or more. */
export function holdsPersonNumber(buf: Uint8Array, start: number, end: number): boolean {
  for (let at = start + 5; at < end; at += 6) {
    const b = buf[at]!;
    if (b >= 0x30 && b <= 0x39) return findPersonNumber(buf, start, end);
  }
  return false;
}
