import { expect, test } from 'vitest';
import {
  countdownText,
  daysUntil,
  dayText,
  nearness,
  numberText,
  osloDay,
  percentText,
  sizeText,
  spanText,
  timeText,
} from '../../../src/portal/figures.ts';
import { shellTexts } from '../../../src/portal/texts/shell.ts';

const { spans } = shellTexts.nb;
const plain = (text: string) => text.replaceAll('\u202f', '_').replaceAll('\u00a0', ' ');
const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

test('numbers have thin spaces between their groups, and the comma of the language', () => {
  expect(plain(numberText(1_234_567, 'nb'))).toBe('1_234_567');
  expect(plain(numberText(999, 'nb'))).toBe('999');
  expect(plain(numberText(12_345.67, 'nb', 1))).toBe('12_345,7');
  expect(plain(numberText(12_345.67, 'en', 1))).toBe('12_345.7');
});

test.each([
  [0, '0 byte'],
  [999, '999 byte'],
  [1000, '1,0 kB'],
  [999_499, '999 kB'],
  [999_950, '1,0 MB'],
  [12_345_678, '12,3 MB'],
  [123_456_789_000, '123 GB'],
  [5e15, '5_000 TB'],
])('%d bytes are %s', (bytes, text) => {
  expect(plain(sizeText(bytes, 'nb'))).toBe(text);
});

test('bytes are counted in English as English counts', () => {
  expect([0, 1, 2].map((bytes) => plain(sizeText(bytes, 'en')))).toEqual(['0 bytes', '1 byte', '2 bytes']);
});

test('all of it is said only when all of it is there', () => {
  expect(plain(percentText(0.9999, 'nb'))).toBe('99 %');
  expect(percentText(1, 'en')).toBe('100%');
});

test('times are those of Oslo, in summer and winter, wherever the reader is', () => {
  expect(timeText('2026-11-23T23:30:00Z', 'nb', 'moment')).toContain('24. november 2026');
  expect(timeText('2026-11-23T23:30:00Z', 'nb', 'moment')).toContain('00:30');
  expect(timeText('2026-07-01T12:00:00Z', 'en', 'moment')).toContain('14:00');
  expect(dayText('2026-12-07', 'nb')).toBe('7. desember 2026');
  expect(dayText('2026-12-07', 'nn')).toBe('7. desember 2026');
  expect(dayText('2026-12-07', 'en')).toBe('7 December 2026');
});

test('days are counted by the calendar of Oslo, also over the change to summer time', () => {
  const lateEvening = Date.parse('2026-03-27T22:30:00Z');
  expect(osloDay(lateEvening)).toBe('2026-03-27');
  expect(osloDay(lateEvening + hour)).toBe('2026-03-28');
  expect(daysUntil('2026-03-30', lateEvening)).toBe(3);
  expect([0, 1, 5, -1, -4].map((days) => nearness(days, spans))).toEqual([
    'i dag',
    'i morgen',
    'om 5 dager',
    'i går',
    'for 4 dager siden',
  ]);
});

test.each([
  [13 * day + 4 * hour + 59 * minute, '13 dager og 4 timer'],
  [day, '1 dag'],
  [2 * hour + minute, '2 timer og 1 minutt'],
  [hour, '1 time'],
  [59 * minute + 59 * second, '59 minutter'],
  [1 * second, '1 sekund'],
  [-5, '0 sekunder'],
])('%d milliseconds are %s', (ms, text) => {
  expect(spanText(ms, spans)).toBe(text);
});

test('a countdown ends at the instant at which it closes', () => {
  const closes = '2026-12-07T22:59:59Z';
  const at = Date.parse(closes);
  expect(countdownText(closes, at - 2 * day, spans)).toBe('2 dager igjen');
  expect(countdownText(closes, at - 1, spans)).toBe('0 sekunder igjen');
  expect(countdownText(closes, at, spans)).toBe('utløpt');
});
