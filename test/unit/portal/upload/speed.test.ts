import { expect, test } from 'vitest';
import { createSpeedometer, timeLeftMs } from '../../../../src/portal/upload/speed.ts';

test('says nothing for the first second, then the bytes of a second', () => {
  const meter = createSpeedometer();
  meter.note(0, 0);
  meter.note(500, 500);
  expect(meter.speed(500)).toBeNull();
  meter.note(2000, 2000);
  expect(meter.speed(2000)).toBe(1000);
});

test('forgets what was more than some seconds ago', () => {
  const meter = createSpeedometer();
  for (let second = 0; second <= 20; second += 1)
    meter.note(second < 10 ? second * 100 : 1000 + (second - 10) * 900, second * 1000);
  expect(meter.speed(20_000)).toBe(900);
});

test('slows down while nothing comes, and begins anew when it was set back', () => {
  const meter = createSpeedometer();
  meter.note(0, 0);
  meter.note(4000, 2000);
  expect(meter.speed(4000)).toBe(1000);
  meter.note(1000, 5000);
  expect(meter.speed(5500)).toBeNull();
});

test('the time left is unknown at a standstill', () => {
  expect(timeLeftMs(5000, 1000)).toBe(5000);
  expect(timeLeftMs(5000, 0)).toBeNull();
  expect(timeLeftMs(5000, null)).toBeNull();
});
