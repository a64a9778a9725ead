/** Dates and times as numbers: in order, with fractions and zones, and the same day back. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dayAndSecond, momentAt } from '../../../src/validators/moments.ts';
import { check, described, findings } from './check.ts';

test('gives what the calendar of JavaScript gives, and the same day back', () => {
  const date = fc.date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true });
  fc.assert(
    fc.property(date, (day) => {
      const ymd = Number(day.toISOString().slice(0, 10).replaceAll('-', ''));
      const second = day.getUTCHours() * 3600 + day.getUTCMinutes() * 60 + day.getUTCSeconds();
      const moment = momentAt(ymd, second);
      expect(moment).toBe(Math.floor(day.getTime() / 1000));
      expect(dayAndSecond(moment)).toEqual({ date: ymd, seconds: second });
    }),
    { numRuns: 2000 },
  );
});

const broken = (field: object, cell: string) =>
  findings(check(`f\n${cell}\n`, { resource: described([{ name: 'f', ...field }]) }));

describe('bounds', () => {
  test.each<[string, object, string, boolean]>([
    ['datetime', { minimum: '2020-01-01T12:00:00.5Z' }, '2020-01-01T12:00:00.4Z', false],
    ['datetime', { minimum: '2020-01-01T12:00:00.5Z' }, '2020-01-01T12:00:00.50Z', true],
    ['datetime', { exclusiveMinimum: '2020-01-01T12:00:00.5Z' }, '2020-01-01T12:00:00.500', false],
    ['datetime', { exclusiveMinimum: '2020-01-01T12:00:00.5Z' }, '2020-01-01T12:00:00.500001', true],
    ['datetime', { maximum: '2020-01-01T12:00:00Z' }, '2020-01-01T12:59:59+01:00', true],
    ['datetime', { maximum: '2020-01-01T12:00:00Z' }, '2020-01-01T13:00:01+01:00', false],
    ['datetime', { maximum: '2019-12-31T23:59:59Z' }, '2020-01-01T00:30:00+01:00', true],
    ['datetime', { exclusiveMaximum: '2020-03-01T00:00:00Z' }, '2020-02-29T23:30:00-01:00', false],
    ['datetime', { minimum: '2020-01-01T12:00:00+02:00' }, '2020-01-01T10:00:00', true],
    ['datetime', { minimum: '2020-01-01T12:00:00+02:00' }, '2020-01-01T09:59:59.999999', false],
    ['time', { minimum: '12:00:00.25' }, '12:00:00.2', false],
    ['time', { exclusiveMaximum: '12:00:00' }, '11:59:59.999999999', true],
    ['time', { maximum: '12:00:00Z' }, '12:30:00+01:00', true],
    ['time', { maximum: '12:00:00Z' }, '12:30:00-01:00', false],
  ])('of a %s: %j and %s: %s', (type, constraints, cell, holds) => {
    const [name] = Object.keys(constraints);
    expect(broken({ type, constraints }, cell)).toEqual(holds ? [] : [`constraint-error/${name} f: 1`]);
  });

  test('of a pattern with fractions and a zone', () => {
    const field = { type: 'datetime', format: '%d.%m.%Y %H:%M:%S.%f%z' };
    const constraints = { minimum: '2020-01-01T12:00:00.25Z' };
    expect(broken({ ...field, constraints }, '01.01.2020 13:00:00.25+0100')).toEqual([]);
    expect(broken({ ...field, constraints }, '01.01.2020 13:00:00.249+0100')).not.toEqual([]);
  });
});

test('rows are compared by the moment, and with a day by the day that is written', () => {
  const fields = [
    { name: 'a', type: 'datetime' },
    { name: 'b', type: 'datetime' },
    { name: 'd', type: 'date', format: 'default' },
  ];
  const resource = described(fields, {
    'no:rowConstraints': [
      { left: 'a', op: '<', right: 'b' },
      { left: 'a', op: '==', right: 'd' },
    ],
  });
  const rows = [
    '2020-01-01T00:30:00+01:00;2020-01-01T00:00:00Z;2020-01-01',
    '2020-01-01T12:00:00.1;2020-01-01T12:00:00.2;2020-01-01',
    '2020-01-01T12:00:00.2;2020-01-01T12:00:00.1;2020-01-01',
    '2020-01-01T12:00:00+01:00;2020-01-01T11:30:00Z;2020-01-02',
  ];
  const report = check(`a;b;d\n${rows.join('\n')}\n`, { resource });
  expect(report.rules[0]?.samples.map(({ row, expected }) => [row, expected])).toEqual([
    [3, 'a < b'],
    [4, 'a == d'],
  ]);
});
