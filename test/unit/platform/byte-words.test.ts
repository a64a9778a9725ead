import { expect, test } from 'vitest';
import { byteWords, parseBytes } from '../../../src/platform/byte-words.ts';

test.each([
  [0, '0 B'],
  [999, '999 B'],
  [1000, '1,0 kB'],
  [999_949, '999,9 kB'],
  [999_950, '1,0 MB'],
  [12_345_678, '12,3 MB'],
  [1e12, '1,0 TB'],
  [5e15, '5,0 PB'],
])('%i bytes are %s', (bytes, words) => {
  expect(byteWords(bytes, 'nb')).toBe(words);
  expect(byteWords(bytes, 'en')).toBe(words.replace(',', '.'));
});

test.each([
  ['500 GB', 5e11],
  ['1.5TB', 1.5e12],
  ['20mb', 2e7],
  ['1234', 1234],
  ['0', 0],
  ['7 kB', 7000],
])('%s is %i bytes', (text, bytes) => {
  expect(parseBytes(text)).toBe(bytes);
});

test.each(['', 'GB', '-1', '1e9', '5 GiB', '99999999999 PB', '1,5 TB'])('%j is no size', (text) => {
  expect(parseBytes(text)).toBeUndefined();
});
