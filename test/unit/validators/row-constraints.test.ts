/** Rules between two columns of a row, for every type that has an order. */
import { describe, expect, test } from 'vitest';
import { check, described, findings } from './check.ts';

/** Findings of `left OP right` on rows of two cells. */
function compared(types: readonly [string, string], op: string, rows: readonly string[]): string[] {
  const resource = described(
    [
      { name: 'a', type: types[0] },
      { name: 'b', type: types[1] },
    ],
    { 'no:rowConstraints': [{ left: 'a', op, right: 'b' }] },
  );
  return findings(check(`a;b\n${rows.join('\n')}\n`, { resource }));
}

describe('start ≤ end', () => {
  const cases: [string, [string, string], string, string, string][] = [
    ['integers', ['integer', 'integer'], '2;10', '2;2', '10;2'],
    ['an integer and a number', ['integer', 'number'], '2;2,5', '2;2,0', '3;2,5'],
    [
      'dates in different forms',
      ['date', 'date'],
      '2020-01-02;03.01.2020',
      '2020-01-02;20200102',
      '03.01.2020;2020-01-02',
    ],
    ['times', ['time', 'time'], '09:00;10:00:01', '09:00;09:00:00', '10:00:01;10:00'],
    [
      'moments',
      ['datetime', 'datetime'],
      '2020-01-01T09:00:00;2020-01-02 08:00:00',
      '2020-01-01T09:00:00;2020-01-01 09:00:00',
      '2020-01-02 09:00:00;2020-01-01T10:00:00',
    ],
    [
      'a day and a moment',
      ['date', 'datetime'],
      '2020-01-01;2020-01-02T00:00:00',
      '2020-01-01;2020-01-01T23:59:59',
      '2020-01-02;2020-01-01T23:59:59',
    ],
    ['years', ['year', 'year'], '2019;2020', '2020;2020', '2021;2020'],
    ['months', ['yearmonth', 'yearmonth'], '2019-12;2020-01', '2020-01;2020-01', '2020-02;2020-01'],
  ];
  test.each(cases)('%s', (_, types, less, same, more) => {
    const rows = [less, same, more];
    expect(compared(types, '<=', rows)).toEqual(['row-constraint a: 1']);
    expect(compared(types, '<', rows)).toEqual(['row-constraint a: 2']);
    expect(compared(types, '==', rows)).toEqual(['row-constraint a: 2']);
    expect(compared(types, '!=', rows)).toEqual(['row-constraint a: 1']);
    expect(compared(types, '>=', rows)).toEqual(['row-constraint a: 1']);
    expect(compared(types, '>', rows)).toEqual(['row-constraint a: 2']);
  });

  test('says nothing where a value is missing or wrong', () => {
    expect(compared(['date', 'date'], '<=', ['2020-01-01;', ';2020-01-01', '"";""'])).toEqual([]);
    expect(compared(['date', 'date'], '<=', ['2020-02-31;2020-01-01'])).toEqual(['type-error/date a: 1']);
  });

  test('names the rule that cannot be followed between types that do not compare', () => {
    expect(compared(['date', 'integer'], '<=', ['2020-01-01;5'])).toEqual(['format/unsupported: 1']);
    expect(compared(['string', 'string'], '<=', ['x;y'])).toEqual(['format/unsupported: 1']);
  });
});
