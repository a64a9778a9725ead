/**
 * Our profile of Crypt4GH bodies, which every ordinary tool reads: where a segment stands, and whether it is the
 * last, is part of its nonce, so that a cut, swapped, repeated or added segment shows.
 *
 * Nonce (96 bits, big endian): 48 random bits ‖ 1 bit, set in the last segment only ‖ 47 bits, the segment's index.
 * The index never repeats under one key, so the nonce never does; the random bits guard against our own mistakes.
 */
import {
  nonceBytes,
  openSegment,
  segmentCipherBytes,
  segmentOverheadBytes,
  segmentPlainBytes,
} from './segment.ts';

export const nonceRandomBytes = 6;

/**
 * `random` is `nonceRandomBytes` fresh random bytes. `index` is below 2^46 for any size that a plain number holds
 * exactly, so it always fits.
 */
export function strictNonce(random: Uint8Array, index: number, final: boolean): Uint8Array {
  const nonce = Buffer.alloc(nonceBytes);
  nonce.set(random);
  // 48 bits: the final bit is the highest, 2^47.
  nonce.writeUIntBE(index + (final ? 2 ** 47 : 0), nonceRandomBytes, 6);
  return nonce;
}

/** Where a segment says that it stands. Not authentic before the segment has been opened. */
export function readStrictNonce(segment: Uint8Array): { readonly index: number; readonly final: boolean } {
  const bits = Buffer.from(segment.buffer, segment.byteOffset, nonceBytes).readUIntBE(nonceRandomBytes, 6);
  return bits >= 2 ** 47 ? { index: bits - 2 ** 47, final: true } : { index: bits, final: false };
}

/** The plaintext of the segment that stands at `index` and is or is not the last; undefined for any other. */
export function openStrictSegment(
  key: Uint8Array,
  segment: Uint8Array,
  index: number,
  final: boolean,
): Uint8Array | undefined {
  // A segment holds at least one byte, and only the last may be short.
  if (segment.length <= segmentOverheadBytes || segment.length > segmentCipherBytes) return undefined;
  if (!final && segment.length !== segmentCipherBytes) return undefined;
  const stands = readStrictNonce(segment);
  if (stands.index !== index || stands.final !== final) return undefined;
  return openSegment(key, segment);
}

/** How many segments `plaintextBytes` fill; none for an empty file. */
export function segmentCount(plaintextBytes: number): number {
  return Math.ceil(plaintextBytes / segmentPlainBytes);
}

/** The size of the whole body of `plaintextBytes`. */
export function bodyBytes(plaintextBytes: number): number {
  return plaintextBytes + segmentCount(plaintextBytes) * segmentOverheadBytes;
}
