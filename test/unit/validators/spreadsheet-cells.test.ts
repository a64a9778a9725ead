/** What spreadsheets make of codes, dates and long numbers, told from what merely looks so. */
import { describe, expect, test } from 'vitest';
import { isDateLike, isDateSerial, isLongNumberOfExcel } from '../../../src/validators/spreadsheet-cells.ts';
import { check, described, findings } from './check.ts';

function holds(test: (buf: Uint8Array, start: number, end: number) => boolean, text: string): boolean {
  const bytes = new TextEncoder().encode(`;${text};`);
  return test(bytes, 1, bytes.length - 1);
}

describe('dates without a year', () => {
  test.each([
    '01.feb',
    '1.feb',
    '2-mar',
    '3/apr',
    '3. apr',
    'jan.05',
    'Jan-05',
    'mai-1999',
    '1.mai.20',
    '12-Dec-2020',
    '5.okt.',
  ])('%s is one', (text) => expect(holds(isDateLike, text)).toBe(true));

  test.each([
    'feb',
    '01.fab',
    '1.2.3',
    'A.B-12',
    '01-02-2020',
    'jan.5',
    'januar.05',
    '123.feb',
    'mars-05',
    '1.mars',
    '..feb',
    'feb 05',
    '9-aaa',
    'K-105',
    '',
  ])('%s is none', (text) => expect(holds(isDateLike, text)).toBe(false));
});

test.each([
  ['44197', true],
  ['44197,5', true],
  ['44197.25', true],
  ['4419', false],
  ['441970', false],
  ['04197', false],
  ['44197,', false],
  ['44197,5,5', false],
  ['4419a', false],
])('%s as the number of a day: %s', (text, expected) => {
  expect(holds(isDateSerial, text)).toBe(expected);
});

test.each([
  ['1,20106E+10', true],
  ['1.2E+11', true],
  ['1E+10', true],
  ['1e+10', false],
  ['1,2E+09', false],
  ['1,2E-10', false],
  ['AE+10', false],
  ['1.5', false],
])('%s as a long number of Excel: %s', (text, expected) => {
  expect(holds(isLongNumberOfExcel, text)).toBe(expected);
});

describe('rows that are no data', () => {
  const twice = described([{ name: 'id' }, { name: 'b' }]);

  test('one column whose value is its label may be data', () => {
    expect(findings(check('navn\nnavn\n', { resource: described([{ name: 'navn' }]) }))).toEqual([]);
  });

  test('a header once more is counted as a row and not read', () => {
    const report = check('id;b\n1;2\nid;b\n1;2\n', { resource: twice });
    expect(findings(report)).toEqual(['structure/header-repeated: 1']);
    expect([report.rows, report.columns[0]?.count]).toEqual([3, 2]);
  });

  test.each(['Sum;;;5', 'TOTALT:;;;5', ';I alt;;5', 'Total;;', 'sum total;;;'])(
    '%s at the end is a line of totals',
    (line) => {
      const width = line.split(';').length;
      const row = Array.from({ length: width }, () => 'x').join(';');
      const header = Array.from({ length: width }, (_, at) => `v${at}`).join(';');
      expect(findings(check(`${header}\n${row}\n${line}\n`))).toEqual(['spreadsheet/totals-line: 1']);
      expect(findings(check(`${header}\n${line}\n${row}\n`))).toEqual([]);
    },
  );

  test.each(['Summen;;;5', 'Total;1;2;5', 'Totalt;5', 'x;;;Sum'])('%s at the end is a row', (line) => {
    const header = Array.from({ length: line.split(';').length }, (_, at) => `v${at}`).join(';');
    expect(findings(check(`${header}\n${line}\n`))).toEqual([]);
  });
});
