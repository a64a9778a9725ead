/** The hash for browsers, held against the platform's. */
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sha256 } from '../../../src/validators/sha256.ts';

const wanted = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

test('hashes every length around the edges of a block', () => {
  for (let length = 0; length <= 260; length++) {
    const bytes = Uint8Array.from({ length }, (_, at) => (at * 7 + length) & 0xff);
    const hash = sha256();
    hash.update(bytes);
    expect(hash.digest(), `${length}`).toBe(wanted(bytes));
  }
});

test('hashes the same however the bytes are cut', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 12 }), (chunks) => {
      const hash = sha256();
      for (const chunk of chunks) hash.update(chunk);
      expect(hash.digest()).toBe(wanted(Buffer.concat(chunks)));
    }),
    { numRuns: 500 },
  );
});
