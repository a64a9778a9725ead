/** Each property of the fuzzer on a few fresh cases; `npm run fuzz` gives them a million. */
import { randomInt } from 'node:crypto';
import { expect, test } from 'vitest';
import { properties } from './properties.ts';

test.each(properties)('$name: $claim', async ({ batch, batchRuns }) => {
  const { cases, failure } = await batch({ seed: randomInt(2 ** 31), runs: Math.ceil(batchRuns / 10) });
  expect(failure).toBe(null);
  expect(cases).toBeGreaterThan(0);
});

test('the shares are a million and more', () => {
  expect(properties.reduce((sum, { cases }) => sum + cases, 0)).toBeGreaterThanOrEqual(1_000_000);
  expect(new Set(properties.map(({ name }) => name)).size).toBe(properties.length);
});
