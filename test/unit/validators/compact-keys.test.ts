/** The compact set knows exactly the keys it was given, whatever they are and however many. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CompactKeys, halfBits } from '../../../src/validators/compact-keys.ts';

const low = 2 ** halfBits;
const roomy = () => ({ left: 256 * 1024 * 1024 });

function setOf(budget = roomy()) {
  const keys = CompactKeys.create([1, 2, 3], budget)!;
  return { keys, add: (key: number) => keys.add(Math.floor(key / low), key % low) };
}

test('serial numbers, and numbers far apart, are each new once', () => {
  const { keys, add } = setOf();
  const numbers = (at: number) => [at, at * 173_000_017, 2 ** 44 - 1 - at * 3];
  const seen = new Set<number>();
  for (let at = 0; at < 100_000; at++) {
    for (const number of numbers(at)) {
      expect(add(number)).toBe(seen.has(number) ? 1 : 0);
      seen.add(number);
    }
  }
  for (const number of seen) if (add(number) !== 1) throw new Error(`${number} is lost`);
  expect(keys.size).toBe(seen.size);
});

test('keeps a million and a half in five bytes each, and knows no other', () => {
  const budget = roomy();
  const before = budget.left;
  const { add } = setOf(budget);
  const count = 1_500_000;
  const prime = 99_999_999_977;
  let wrong = 0;
  for (let at = 0; at < count; at++) if (add((at * 89_999_999) % prime) !== 0) wrong += 1;
  for (let at = 0; at < count; at++) if (add((at * 89_999_999) % prime) !== 1) wrong += 1;
  expect(wrong).toBe(0);
  expect((before - budget.left) / count).toBeLessThan(5.3);
});

test('any keys, as a set has them', () => {
  const key = fc.oneof(
    fc.nat(50),
    fc.double({ min: 0, max: 2 ** 44 - 1, noNaN: true }).map(Math.floor),
    fc.nat(20).map((at) => 2 ** 44 - 1 - at),
  );
  fc.assert(
    fc.property(fc.array(key, { maxLength: 200 }), (keys) => {
      const { add } = setOf();
      const seen = new Set<number>();
      for (const one of keys) {
        expect(add(one)).toBe(seen.has(one) ? 1 : 0);
        seen.add(one);
      }
    }),
    { numRuns: 30 },
  );
});

test('without room it keeps what it holds, and says that it does not know the others', () => {
  expect(CompactKeys.create([1, 2, 3], { left: 1_000_000 })).toBe(null);
  const { keys, add } = setOf({ left: 4_800_000 });
  const held: number[] = [];
  const refused: number[] = [];
  for (let key = 0; key < 1_300_000; key++) (add(key) === 0 ? held : refused).push(key);
  expect(keys.closed).toBe(true);
  expect(held.length).toBe(keys.size);
  expect(held.length).toBeGreaterThan(1_000_000);
  expect(held.every((key) => add(key) === 1)).toBe(true);
  expect(refused.every((key) => add(key) === -1)).toBe(true);
});
