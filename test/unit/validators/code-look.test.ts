/** Which wrong values of a column of codes may be shown. */
import { expect, test } from 'vitest';
import { CodeLook } from '../../../src/validators/code-look.ts';
import { check, described } from './check.ts';

test.each<[string[], string, boolean]>([
  [['0301', '4601'], '301', true],
  [['0301', '4601'], '99999', true],
  [['0301', '4601'], '030100', false],
  [['0301', '4601'], 'Oslo', false],
  [['M', 'K'], 'm', true],
  [['M', 'K'], 'X', true],
  [['M', 'K'], 'Kari', false],
  [['A01.1', 'B20'], 'A1.1', true],
  [['A01.1', 'B20'], 'A01,1', false],
  [['NOR', 'SWE'], 'Ola', false],
  [['NOR', 'SWE'], 'OLA', false],
  [['NOR', 'SWE'], 'nor', true],
  [['gift', 'ugift'], 'Ugift', true],
  [['gift', 'ugift'], 'ugifte', true],
  [['gift', 'ugift'], 'Berit', false],
])('among the codes %j the value %s may be shown: %s', (codes, value, shown) => {
  expect(new CodeLook(codes).fits(value)).toBe(shown);
});

test('a public field shows numbers, but no word and no date, and nothing of a row with cells too many', () => {
  const fields = ['integer', 'date', 'string'].map((type, index) => ({
    name: `f${index}`,
    type,
    'no:sensitivity': 'public',
    ...(type === 'string' ? { constraints: { maxLength: 2 } } : {}),
  }));
  const data = 'f0;f1;f2\n1,5;2020-02-30;A-77\nOla;Kari;Nordmann\n1,5;2020-02-30;A-77;\n';
  const report = check(data, { resource: described(fields) });
  const shown = report.rules.flatMap(({ samples }) => samples.filter(({ value }) => value !== null));
  expect(shown.map(({ row, value }) => `${row} ${value}`).sort()).toEqual(['1 1,5', '1 A-77']);
});
