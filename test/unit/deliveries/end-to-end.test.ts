/** Which bytes of the plaintext the bytes of NAME.c4gh carry. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { plainRange } from '../../../src/deliveries/end-to-end.ts';
import { FetchedRanges } from '../../../src/deliveries/fetch.ts';
import { bodyBytes } from '../../../src/storage/crypt4gh/strict-profile.ts';

test('pieces that together are the file carry all of it, and pieces that lack a byte do not', () => {
  const size = fc.oneof(
    fc.constantFrom(1, 65_535, 65_536, 65_537, 131_072),
    fc.integer({ min: 1, max: 400_000 }),
  );
  fc.assert(
    fc.property(size, fc.array(fc.integer({ min: 0, max: 400_000 }), { maxLength: 12 }), (plain, cuts) => {
      const file = 124 + bodyBytes(plain);
      const ends = [0, ...cuts.filter((cut) => cut < file), file].sort((a, b) => a - b);
      const ranges = new FetchedRanges();
      for (let i = 1; i < ends.length; i += 1)
        ranges.add(...plainRange(124, plain, ends[i - 1]!, ends[i]!, file));
      expect(ranges.list).toEqual([[0, plain]]);
      const short = new FetchedRanges();
      short.add(...plainRange(124, plain, 0, file - 1, file));
      expect(short.bytes).toBe(plain - 1);
    }),
  );
});
