/** The formats of strings: e-mail addresses, URIs, base64 and UUIDs, on bytes. */
import type { CellType } from './cell-type.ts';
import type { RuleId } from './rules.ts';

type Test = (buf: Uint8Array, start: number, end: number) => boolean;

/** The reader of a string format; undefined for one that the standard does not have. */
export function formattedType(format: string): CellType | undefined {
  switch (format) {
    case 'email':
      return create('type-error/email', isEmail, 'navn@example.no');
    case 'uri':
      return create('type-error/uri', isUri, 'https://example.no/…');
    case 'binary':
      return create('type-error/binary', isBase64, 'base64');
    case 'uuid':
      return create('type-error/uuid', isUuid, 'xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx');
    default:
      return undefined;
  }
}

function create(fault: RuleId, test: Test, expected: string): CellType {
  return {
    kind: 'text',
    value: Number.NaN,
    expected,
    read: (buf, start, end) => (test(buf, start, end) ? null : fault),
  };
}

const letter = 1;
const digit = 2;
const hexLetter = 4;
/** Printable signs that the local part of an address may have besides letters, digits and points (RFC 5322, atext). */
const atext = 8;
/** Signs of a URI besides letters and digits (RFC 3986, unreserved and reserved). */
const uriSign = 16;

const classes = new Uint8Array(256);
for (let b = 0x61; b <= 0x7a; b++) {
  classes[b]! |= letter | (b <= 0x66 ? hexLetter : 0);
  classes[b - 0x20]! |= letter | (b <= 0x66 ? hexLetter : 0);
}
for (let b = 0x30; b <= 0x39; b++) classes[b]! |= digit;
for (const sign of "!#$%&'*+-/=?^_`{|}~") classes[sign.charCodeAt(0)]! |= atext;
for (const sign of "-._~:/?#[]@!$&'()*+,;=") classes[sign.charCodeAt(0)]! |= uriSign;

function is(b: number, kinds: number): boolean {
  return (classes[b]! & kinds) !== 0;
}

/** A dotted local part of at most 64 bytes, `@`, and a host name of at least two labels. Quoted local parts are not taken. */
function isEmail(buf: Uint8Array, start: number, end: number): boolean {
  const at = buf.subarray(start, end).indexOf(0x40) + start;
  if (at <= start || at - start > 64 || end - at > 256) return false;
  if (!isDotted(buf, start, at, letter | digit | atext)) return false;
  for (let place = at + 1; place < end; place++) {
    const hyphen = buf[place] === 0x2d;
    const edge = place === at + 1 || place === end - 1 || buf[place - 1] === 0x2e || buf[place + 1] === 0x2e;
    if (hyphen ? edge : buf[place] !== 0x2e && !is(buf[place]!, letter | digit)) return false;
  }
  return buf.subarray(at + 1, end).includes(0x2e) && isDotted(buf, at + 1, end, letter | digit | atext);
}

/** Signs of a kind in parts of at least one, with a point between. */
function isDotted(buf: Uint8Array, start: number, end: number, kinds: number): boolean {
  for (let at = start; at < end; at++) {
    if (buf[at] === 0x2e ? at === start || at === end - 1 || buf[at - 1] === 0x2e : !is(buf[at]!, kinds))
      return false;
  }
  return end > start;
}

/** A scheme, a colon and signs that a URI may have; after `//` of http and https there must be a host. */
function isUri(buf: Uint8Array, start: number, end: number): boolean {
  const colon = buf.subarray(start, end).indexOf(0x3a) + start;
  if (colon <= start || !is(buf[start]!, letter)) return false;
  for (let at = start; at < colon; at++) {
    const b = buf[at]!;
    if (!is(b, letter | digit) && b !== 0x2b && b !== 0x2d && b !== 0x2e) return false;
  }
  for (let at = colon + 1; at < end; at++) {
    const b = buf[at]!;
    if (b === 0x25) {
      if (at + 2 >= end || !is(buf[at + 1]!, digit | hexLetter) || !is(buf[at + 2]!, digit | hexLetter))
        return false;
      at += 2;
    } else if (!is(b, letter | digit | uriSign)) return false;
  }
  if (end - colon < 2) return false;
  const scheme = String.fromCharCode(...buf.subarray(start, Math.min(colon, start + 6))).toLowerCase();
  if (scheme !== 'http' && scheme !== 'https') return true;
  const host = buf[colon + 3];
  return (
    buf[colon + 1] === 0x2f &&
    buf[colon + 2] === 0x2f &&
    colon + 3 < end &&
    (is(host!, letter | digit) || host === 0x5b)
  );
}

/** Whole groups of four, padded at the end only (RFC 4648, section 4). */
function isBase64(buf: Uint8Array, start: number, end: number): boolean {
  if ((end - start) % 4 !== 0) return false;
  let to = end;
  if (to > start && buf[to - 1] === 0x3d) to -= 1;
  if (to > start && to < end && buf[to - 1] === 0x3d) to -= 1;
  for (let at = start; at < to; at++) {
    if (!is(buf[at]!, letter | digit) && buf[at] !== 0x2b && buf[at] !== 0x2f) return false;
  }
  return true;
}

function isUuid(buf: Uint8Array, start: number, end: number): boolean {
  if (end - start !== 36) return false;
  for (let at = 0; at < 36; at++) {
    const b = buf[start + at]!;
    if (at === 8 || at === 13 || at === 18 || at === 23 ? b !== 0x2d : !is(b, digit | hexLetter))
      return false;
  }
  return true;
}
