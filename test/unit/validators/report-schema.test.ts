/** The published JSON Schema of the report: every report keeps it, and nothing else does. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Schema, Validator } from '@cfworker/json-schema';
import { expect, test } from 'vitest';
import { notCheckedReport } from '../../../src/validators/not-checked.ts';

const root = join(import.meta.dirname, '../../..');
const read = (path: string) => JSON.parse(readFileSync(join(root, path), 'utf8'));
const validator = new Validator(read('docs/report.schema.json') as Schema, '2020-12', false);
const folder = 'test/vectors/validators';
const names = readdirSync(join(root, folder));

test.each(names)('the golden report of %s keeps the schema', (name) => {
  expect(validator.validate(read(`${folder}/${name}/report.json`)).errors).toEqual([]);
});

test('the report of a check that died keeps it too', () => {
  const report = notCheckedReport(
    {
      fileName: 'a.csv',
      language: 'nn',
      syntheticIds: 'accept',
      today: '2026-11-23',
      descriptionSha256: null,
    },
    'engine/died',
    { bytes: 0, sha256: null },
  );
  expect(validator.validate(report).errors).toEqual([]);
});

test.each<[string, (report: Record<string, unknown>) => void]>([
  ['a verdict that does not exist', (report) => Object.assign(report, { verdict: 'perhaps' })],
  ['a missing list of rules', (report) => void delete report.rules],
  ['a property nobody published', (report) => Object.assign(report, { row: 'the whole row' })],
  ['a negative count', (report) => Object.assign(report, { rows: -1 })],
])('refuses %s', (_, spoil) => {
  const report = read(`${folder}/accepted/report.json`);
  spoil(report);
  expect(validator.validate(report).valid).toBe(false);
});
