/** Hashes what tells one sealed segment from every other, its nonce and its tag, instead of all its bytes. */
import { createHash } from 'node:crypto';
import { nonceBytes, segmentCipherBytes, segmentOverheadBytes, tagBytes } from './crypt4gh/segment.ts';

export interface SegmentMarks {
  /** Takes whole segments as they are stored, in order; only the last of a body may be short. */
  update(ciphertext: Uint8Array): void;
  /** SHA-256 in hex. */
  digest(): string;
}

export function hashSegmentMarks(): SegmentMarks {
  const hash = createHash('sha256');
  return {
    update(ciphertext) {
      const segments = Math.ceil(ciphertext.length / segmentCipherBytes);
      const marks = Buffer.allocUnsafe(segments * segmentOverheadBytes);
      let at = 0;
      for (let start = 0; start < ciphertext.length; start += segmentCipherBytes) {
        const end = Math.min(start + segmentCipherBytes, ciphertext.length);
        marks.set(ciphertext.subarray(start, start + nonceBytes), at);
        marks.set(ciphertext.subarray(end - tagBytes, end), at + nonceBytes);
        at += segmentOverheadBytes;
      }
      hash.update(marks);
    },
    digest: () => hash.digest('hex'),
  };
}
