import { expect, test } from 'vitest';
import { giveBack, headroomBytes, lend, withHeadroom } from '../../../src/platform/lent-buffers.ts';

test('lends memory again that was given back, and never to two', () => {
  const first = lend(20_000);
  giveBack(first);
  giveBack(first);
  const [second, third] = [lend(255 * 1024), lend(255 * 1024)];
  expect(second.buffer).toBe(first.buffer);
  expect(third.buffer).not.toBe(second.buffer);
});

test('has room for a head before what was lent, and not before anything else', () => {
  const lent = lend(20_000);
  const whole = withHeadroom(lent, 13);
  expect(whole?.length).toBe(20_013);
  expect(whole?.subarray(13).buffer).toBe(lent.buffer);
  expect(whole?.byteOffset).toBe(lent.byteOffset - 13);
  expect(withHeadroom(lent, headroomBytes + 1)).toBeUndefined();
  expect(withHeadroom(lent.subarray(1), 13)).toBeUndefined();
  expect(withHeadroom(Buffer.alloc(20_000), 13)).toBeUndefined();
  giveBack(lent);
  expect(withHeadroom(lent, 13)).toBeUndefined();
});

test('leaves alone what was not lent, small or too large', () => {
  const [small, large] = [lend(100), lend(300 * 1024)];
  expect([small.length, large.length]).toEqual([100, 300 * 1024]);
  giveBack(small);
  giveBack(large);
  expect(lend(20_000).buffer).not.toBe(large.buffer);
});
