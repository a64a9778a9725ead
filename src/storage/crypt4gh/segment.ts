/** One Crypt4GH data segment: nonce ‖ ChaCha20-Poly1305 ciphertext ‖ tag (GA4GH File Encryption Standard 1.0, 3.1). */
import { createCipheriv, createDecipheriv } from 'node:crypto';

/** Plaintext bytes of every segment but the last, which has 1 to as many. */
export const segmentPlainBytes = 65_536;
export const nonceBytes = 12;
export const tagBytes = 16;
/** What a segment has above its plaintext. */
export const segmentOverheadBytes = nonceBytes + tagBytes;
export const segmentCipherBytes = segmentPlainBytes + segmentOverheadBytes;

const algorithm = 'chacha20-poly1305';

/** Writes the segment of `plain` to `into` at `offset`, and returns the bytes written: 28 more than `plain` has. */
export function sealSegment(
  key: Uint8Array,
  nonce: Uint8Array,
  plain: Uint8Array,
  into: Uint8Array,
  offset: number,
): number {
  const cipher = createCipheriv(algorithm, key, nonce, { authTagLength: tagBytes });
  into.set(nonce, offset);
  into.set(cipher.update(plain), offset + nonceBytes);
  cipher.final();
  into.set(cipher.getAuthTag(), offset + nonceBytes + plain.length);
  return plain.length + segmentOverheadBytes;
}

/** The plaintext of one whole segment, or undefined when this key did not seal these bytes. */
export function openSegment(key: Uint8Array, segment: Uint8Array): Uint8Array | undefined {
  if (segment.length < segmentOverheadBytes) return undefined;
  const tagAt = segment.length - tagBytes;
  const decipher = createDecipheriv(algorithm, key, segment.subarray(0, nonceBytes), {
    authTagLength: tagBytes,
  });
  decipher.setAuthTag(segment.subarray(tagAt));
  const plain = decipher.update(segment.subarray(nonceBytes, tagAt));
  try {
    decipher.final();
  } catch {
    plain.fill(0);
    return undefined;
  }
  return plain;
}
