import { expect, test } from 'vitest';
import { checkInboxName, companionOf, finalName } from '../../../src/inbound/names.ts';
import { ReorderWindow } from '../../../src/vault/reorder-window.ts';

test('takes names that keep the rule, and the temporary names of clients for them', () => {
  for (const name of [
    'sysselsetting.csv',
    'DATA_1.SAV',
    'a.csv.filepart',
    'a.csv.1a2b3c4d.partial',
    'a.csv.part',
  ])
    checkInboxName(name);
});

test.each(['', '.hidden', 'a/b', 'a\\b', 'a\u0000b', 'a\nb', 'x'.repeat(201), 'a\u202eb'])(
  'refuses %j',
  (name) => {
    expect(() => checkInboxName(name)).toThrow(/invalid-name/);
  },
);

test('refuses a name that may hold an identity number, also parted, or without its leading zero', () => {
  for (const digits of ['01815012345', '018150 12345', '018150-12345', '7894300005'])
    expect(() => checkInboxName(`person_${digits}.csv`)).toThrow(/many digits in a row/);
  for (const digits of ['202311010815', '2311010815', '20231101_081500'])
    checkInboxName(`batch_${digits}.csv`);
});

test.each([
  ['lønn.csv', /other characters/],
  ['min fil.csv', /other characters/],
  ['a-b.csv', /other characters/],
  ['2023.csv', /begin with a digit/],
  ['data', /no extension/],
  ['data.exe', /not among the formats/],
  ['2-3.exe', /other characters.*begin with a digit.*not among the formats/s],
])('refuses %s with the reason, under the temporary names of clients too', (name, reason) => {
  for (const ending of ['', '.filepart', '.part', '.partial', '.1a2b3c4d.partial'])
    expect(() => checkInboxName(name + ending)).toThrow(reason);
});

test('refuses what the service writes itself', () => {
  for (const name of ['STATUS.txt', 'status.TXT', 'STATUS.txt.filepart', 'x.csv.receipt.jws.part'])
    expect(() => checkInboxName(name)).toThrow(/read-only/);
});

test('refuses to be given a report', () => {
  expect(() => checkInboxName('x.csv.report.txt')).toThrow(/read-only/);
  expect(companionOf('x.csv.report.json')).toEqual({ of: 'x.csv', companion: '.report.json' });
  expect(companionOf('.report.json')).toBeUndefined();
});

test('knows the names that clients use while they send', () => {
  expect(finalName('x.csv.filepart')).toBe('x.csv');
  expect(finalName('x.csv.1a2b3c4d.partial')).toBe('x.csv');
  expect(finalName('x.csv.part')).toBe('x.csv');
  expect(finalName('x.csv')).toBeUndefined();
});

test('gives held writes back in order and refuses what is too far ahead', () => {
  const window = new ReorderWindow();
  window.hold(30, Uint8Array.of(3), 10);
  window.hold(20, Uint8Array.of(2), 10);
  expect(window.take(10)).toBeUndefined();
  expect(window.take(20)).toEqual(Uint8Array.of(2));
  expect(window.hasGap).toBe(true);
  expect(window.take(30)).toEqual(Uint8Array.of(3));
  expect(window.hasGap).toBe(false);
  expect(() => window.hold(9_000_000, Uint8Array.of(1), 0)).toThrow(/beginning to end/);
});
