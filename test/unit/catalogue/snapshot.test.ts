/** What a snapshot file may look like, and what is said about a wrong one. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { codeListForCheck, parseSnapshot, Snapshot } from '../../../src/catalogue/snapshot.ts';
import { AppError } from '../../../src/platform/errors.ts';

const text = readFileSync(join(import.meta.dirname, '../../vectors/klass/131-utvalg.json'), 'utf8');

const good = {
  classification: '131',
  name: 'Kommuneinndeling',
  snapshotAt: '2026-11-01',
  codes: [{ code: '0301', level: 1, name: 'Oslo' }],
};
const parse = (more: object) => parseSnapshot(JSON.stringify({ ...good, ...more })).content;

test('reads a file, and its own output again', () => {
  const { content, sha256 } = parseSnapshot(text);
  expect(content.codes).toHaveLength(14);
  expect(content.codes[1]).toEqual({
    code: '0602',
    parentCode: null,
    level: 1,
    name: 'Drammen',
    validFrom: null,
    validTo: '2020-01-01',
  });
  expect(sha256).toMatch(/^[0-9a-f]{64}$/);
  expect(Snapshot.parse(JSON.parse(JSON.stringify(content)))).toEqual(content);
});

test('takes the codes and changes as the interface of Klass gives them', () => {
  const content = parse({
    classification: 131,
    codes: [
      {
        code: '3005',
        parentCode: null,
        level: '1',
        name: 'Drammen',
        shortName: '',
        presentationName: '',
        validFrom: null,
        validTo: null,
        notes: '',
        validFromInRequestedRange: '2020-01-01',
        validToInRequestedRange: '2024-01-01',
      },
    ],
    changes: [
      {
        oldCode: '3005',
        oldName: 'Drammen',
        newCode: '3301',
        newName: 'Drammen',
        changeOccurred: '2024-01-01',
      },
      { oldCode: null, newCode: '9999', changeOccurred: '2024-01-01' },
    ],
  });
  expect(content).toMatchObject({ classification: '131', name: { nb: 'Kommuneinndeling', en: null } });
  const list = codeListForCheck({ content, sha256: '' });
  expect(list.codes).toEqual([{ code: '3005', level: 1, validFrom: '2020-01-01', validTo: '2024-01-01' }]);
  expect(list.changes).toEqual([{ oldCode: '3005', newCode: '3301', changeOccurred: '2024-01-01' }]);
});

test.each<[string, unknown, string]>([
  ['no codes', { ...good, codes: [] }, 'codes'],
  ['a code without its level', { ...good, codes: [{ code: '1', name: 'x' }] }, 'codes[0].level'],
  [
    'a code that ends before it begins',
    { ...good, codes: [{ ...good.codes[0], validFrom: '2020-01-01', validTo: '2020-01-01' }] },
    'codes[0].validTo',
  ],
  [
    'a day that does not exist',
    { ...good, codes: [{ ...good.codes[0], validTo: '2023-02-30' }] },
    'codes[0].validTo',
  ],
  [
    'a change without its day',
    { ...good, changes: [{ oldCode: '1', newCode: '2' }] },
    'changes[0].changeOccurred',
  ],
  ['no day of the snapshot', { ...good, snapshotAt: undefined }, 'snapshotAt'],
  ['no name', { ...good, name: '' }, 'name'],
  ['no classification', { ...good, classification: ' ' }, 'classification'],
  ['something else', [], 'the file'],
])('refuses %s', (_, json, where) => {
  let thrown: unknown;
  try {
    parseSnapshot(JSON.stringify(json));
  } catch (caught) {
    thrown = caught;
  }
  expect(thrown).toBeInstanceOf(AppError);
  expect((thrown as AppError).code).toBe('invalid-input');
  expect((thrown as AppError).detail.en).toContain(`cannot be used: ${where} `);
});

test('refuses what is not JSON', () => {
  expect(() => parseSnapshot('klass')).toThrow(AppError);
});
