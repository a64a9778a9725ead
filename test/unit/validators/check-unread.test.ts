/** A file that is no table is answered from its first bytes, and the answer is the one that all its bytes give. */
import { describe, expect, test } from 'vitest';
import { checkUnread, createChecker } from '../../../src/validators/checker.ts';
import { headBytes } from '../../../src/validators/file-head.ts';

const options = {
  language: 'nb',
  syntheticIds: 'accept',
  today: '2026-11-23',
  descriptionSha256: null,
  expected: ['data.csv'],
} as const;

const text = new TextEncoder().encode('a;b\n1;2\n'.repeat(20_000));
const zip = Uint8Array.from({ length: 200_000 }, (_, at) => [0x50, 0x4b, 0x03, 0x04][at] ?? at % 251);
const utf16 = Uint8Array.from({ length: 200_000 }, (_, at) => (at % 2 === 0 ? 0x61 : 0));

describe('a file that is not read', () => {
  test.each([
    ['text under the name of a SAS file', 'blob.sas7bdat', text],
    ['a zip under the name of a table', 'data.csv', zip],
    ['a spreadsheet', 'ark.xlsx', zip],
    ['UTF-16', 'data.csv', utf16],
    ['a short one', 'blob.sas7bdat', text.subarray(0, 100)],
    ['an empty one', 'data.csv', new Uint8Array(0)],
  ])('has the report that every byte gives: %s', (_, fileName, bytes) => {
    const checker = createChecker({ ...options, fileName });
    for (let at = 0; at < bytes.length; at += 50_000) checker.push(bytes.subarray(at, at + 50_000));
    const whole = checker.finish({ sha256: 'ab'.repeat(32) });
    const unread = checkUnread({ ...options, fileName }, bytes.subarray(0, headBytes));
    expect(unread?.finish({ bytes: bytes.length, sha256: 'ab'.repeat(32) })).toEqual(whole);
    expect(whole.verdict).not.toBe('accepted');
  });

  test('is none that may be a table', () => {
    expect(checkUnread({ ...options, fileName: 'data.csv' }, text)).toBeUndefined();
    expect(checkUnread({ ...options, fileName: 'data.csv' }, text.subarray(0, 3))).toBeUndefined();
  });
});
