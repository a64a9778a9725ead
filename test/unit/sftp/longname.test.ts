import { Temporal } from 'temporal-polyfill';
import { expect, test } from 'vitest';
import { longname } from '../../../src/sftp/longname.ts';

const now = Temporal.Instant.from('2026-11-24T12:00:00Z');
const at = (instant: string) => Temporal.Instant.from(instant).epochMilliseconds / 1000;

test('looks like ls -l: letter, mode, size, time of day or year, name', () => {
  const file = {
    kind: 'file',
    size: 1234,
    permissions: 0o640,
    modifiedAt: at('2026-11-03T07:05:00Z'),
  } as const;
  expect(longname('a.csv', file, now)).toBe(
    '-rw-r-----    1 datasluse datasluse         1234 Nov  3 07:05 a.csv',
  );
  const folder = {
    kind: 'folder',
    size: 0,
    permissions: 0o750,
    modifiedAt: at('2024-02-29T07:05:00Z'),
  } as const;
  expect(longname('P24-0187', folder, now)).toBe(
    'drwxr-x---    1 datasluse datasluse            0 Feb 29  2024 P24-0187',
  );
});
