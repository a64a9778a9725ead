/** HalfSipHash-2-4 (Aumasson and Bernstein), run twice under two keys: a keyed hash of 128 bits with 32-bit arithmetic only. */

/** Four words of key: two for each half. Known to nobody outside the check, so that no file can be made to collide. */
export type HashKey = readonly [number, number, number, number];

/** Writes the hash of `buf[0, length)` to `out[0, 4)`. */
export function hash128(key: HashKey, buf: Uint8Array, length: number, out: Uint32Array): void {
  half(key[0], key[1], buf, length, out, 0);
  half(key[2], key[3], buf, length, out, 2);
}

function half(
  k0: number,
  k1: number,
  buf: Uint8Array,
  length: number,
  out: Uint32Array,
  outAt: number,
): void {
  let v0 = k0;
  let v1 = k1 ^ 0xee;
  let v2 = 0x6c796765 ^ k0;
  let v3 = 0x74656462 ^ k1;
  const whole = length & ~3;
  // The last word has the length in its top byte, then the bytes that are left over.
  let last = length << 24;
  if (length > whole) last |= buf[whole]!;
  if (length > whole + 1) last |= buf[whole + 1]! << 8;
  if (length > whole + 2) last |= buf[whole + 2]! << 16;
  // Two rounds a word, four at the end of each output word.
  for (let at = 0; at <= whole + 8; at += 4) {
    let word = 0;
    let rounds = 2;
    if (at < whole) word = buf[at]! | (buf[at + 1]! << 8) | (buf[at + 2]! << 16) | (buf[at + 3]! << 24);
    else if (at === whole) word = last;
    else {
      if (at === whole + 4) v2 ^= 0xee;
      else v1 ^= 0xdd;
      rounds = 4;
    }
    v3 ^= word;
    for (let round = 0; round < rounds; round++) {
      v0 = (v0 + v1) | 0;
      v1 = ((v1 << 5) | (v1 >>> 27)) ^ v0;
      v0 = (v0 << 16) | (v0 >>> 16);
      v2 = (v2 + v3) | 0;
      v3 = ((v3 << 8) | (v3 >>> 24)) ^ v2;
      v0 = (v0 + v3) | 0;
      v3 = ((v3 << 7) | (v3 >>> 25)) ^ v0;
      v2 = (v2 + v1) | 0;
      v1 = ((v1 << 13) | (v1 >>> 19)) ^ v2;
      v2 = (v2 << 16) | (v2 >>> 16);
    }
    v0 ^= word;
    if (rounds === 4) out[outAt + (at === whole + 4 ? 0 : 1)] = v1 ^ v3;
  }
}
