/** Cells by type, against the language's own reading where it has one. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CellType } from '../../../src/validators/cell-type.ts';
import { Field } from '../../../src/validators/description.ts';
import { countChars, decode, encode, isUtf8 } from '../../../src/validators/encoding.ts';
import { cellTypeOf } from '../../../src/validators/field-type.ts';
import { harmless, labelMayBeShown, maskFileName, shapeOf } from '../../../src/validators/masking.ts';
import { check, described, findings } from './check.ts';

function read(field: object, text: string): number | string {
  const { type } = cellTypeOf(Field.parse({ name: 'f', ...field }));
  return readBy(type, text);
}

function readBy(type: CellType, text: string): number | string {
  const data = new TextEncoder().encode(`9${text}9`);
  return type.read(data, 1, data.length - 1) ?? type.value;
}

describe('numbers', () => {
  test.each<[object, string, number | string]>([
    [{}, '1,5', 1.5],
    [{}, '1.5', 1.5],
    [{}, '-0,25', -0.25],
    [{}, '1 234 567,5', 1234567.5],
    [{}, '1\u00a0234', 1234],
    [{}, '1\u202f234', 1234],
    [{}, '12 34', 'type-error/number'],
    [{}, ',5', 0.5],
    [{}, '5,', 5],
    [{}, '1e3', 1000],
    [{}, '1,2E-2', 0.012],
    [{}, '1,2,3', 'type-error/number'],
    [{}, '-', 'type-error/number'],
    [{}, '0x10', 'type-error/number'],
    [{}, 'INF', Number.POSITIVE_INFINITY],
    [{}, 'NaN', Number.NaN],
    [{ decimalChar: ',' }, '1.5', 'type-error/number'],
    [{ decimalChar: '.', groupChar: ',' }, '1,234.5', 1234.5],
    [{ bareNumber: false }, 'kr 95 %', 95],
    [{}, '12345678901234567890', 12345678901234567000],
  ])('%j reads %s', (field, text, expected) => {
    expect(read({ type: 'number', ...field }, text)).toEqual(expected);
  });

  test('agrees with the language on every number it writes', () => {
    const { type } = cellTypeOf({ name: 'f', type: 'number' });
    const number = fc.oneof(
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.double({ min: -1e6, max: 1e6, noNaN: true }),
    );
    fc.assert(
      fc.property(number, (value) => Object.is(readBy(type, String(value)) as number, value) || value === 0),
      { numRuns: 5000 },
    );
  });

  test('an integer has no decimals', () => {
    expect(read({ type: 'integer' }, '007')).toBe(7);
    expect(read({ type: 'integer' }, '1 000')).toBe(1000);
    expect(read({ type: 'integer' }, '1,0')).toBe('type-error/integer');
    expect(read({ type: 'integer' }, '1,2E+10')).toBe('spreadsheet/scientific');
  });
});

describe('dates', () => {
  test('agrees with the calendar on every day', () => {
    const { type } = cellTypeOf({ name: 'f', type: 'date' });
    const part = (max: number) => fc.integer({ min: 0, max });
    fc.assert(
      fc.property(fc.integer({ min: 1600, max: 2400 }), part(13), part(32), (year, month, day) => {
        const iso = `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
        const at = new Date(Date.UTC(year, month - 1, day));
        const exists = at.getUTCMonth() === month - 1 && at.getUTCDate() === day;
        const [y, m, d] = iso.split('-');
        const forms = [iso, `${d}.${m}.${y}`, `${y}${m}${d}`].map((text) => readBy(type, text));
        const expected = exists ? year * 10_000 + month * 100 + day : 'type-error/date';
        return forms.every((form) => form === expected);
      }),
      { numRuns: 3000 },
    );
  });

  test.each<[string | undefined, string, boolean]>([
    ['default', '2020-01-31', true],
    ['default', '31.01.2020', false],
    ['%d/%m/%y', '31/01/20', true],
    ['dd.mm.åååå', '31.01.2020', true],
    ['yyyymmdd', '20200131', true],
    ['yyyymmdd', '2020-01-31', false],
    [undefined, '31.1.2020', false],
  ])('format %s on %s', (format, text, right) => {
    const value = read({ type: 'date', ...(format === undefined ? {} : { format }) }, text);
    expect(value).toBe(right ? 20200131 : 'type-error/date');
  });

  test('a pattern it does not follow is said, not guessed', () => {
    const report = check('a\n1. mars\n', {
      resource: described([{ name: 'a', type: 'date', format: '%d. %B' }]),
    });
    expect(findings(report)).toEqual(['format/unsupported a: 1']);
    expect(report.complete).toBe(false);
  });

  test.each<[string, string, boolean]>([
    ['time', '23:59:59.5', true],
    ['time', '24:00:00', false],
    ['datetime', '2020-01-31T12:00:00+01:00', true],
    ['datetime', '2020-01-31T12:00:00+1', false],
    ['year', '2020', true],
    ['year', '20', false],
    ['yearmonth', '2020-12', true],
  ])('%s %s', (type, text, right) => {
    expect(typeof read({ type }, text)).toBe(right ? 'number' : 'string');
  });
});

describe('text in bytes', () => {
  test('judges UTF-8 as the platform does', () => {
    const strict = new TextDecoder('utf-8', { fatal: true });
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 6 }),
      fc
        .array(fc.constantFrom(0xe0, 0xa0, 0x80, 0xed, 0x9f, 0xbf, 0xf0, 0x90, 0xf4, 0x8f, 0xc3, 0xa6, 0x41))
        .map(Uint8Array.from.bind(Uint8Array)),
    );
    fc.assert(
      fc.property(bytes, (data) => {
        let right = true;
        try {
          strict.decode(data);
        } catch {
          right = false;
        }
        return isUtf8(data, 0, data.length) === right;
      }),
      { numRuns: 10_000 },
    );
  });

  test('reads windows-1252 as it is, 0x80 too', () => {
    const data = Uint8Array.of(0x80, 0xe6, 0xd8, 0x9f, 0x41);
    expect(decode(data, 0, data.length, 'windows-1252')).toBe('€æØŸA');
    expect(encode('€æØŸA', 'windows-1252')).toEqual(data);
    expect(encode('中', 'windows-1252')).toBeUndefined();
    expect(countChars(new TextEncoder().encode('æ€𝒳'), 0, 9, 'utf-8')).toBe(3);
  });
});

describe('masking', () => {
  test('a shape has no letter and no digit of the text', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', maxLength: 30 }),
        (text) => /^[ -~…]*$/.test(shapeOf(text)) && !/[0-8b-zB-Z]/.test(shapeOf(text)),
      ),
      { numRuns: 3000 },
    );
    expect(shapeOf('Åse 12.3', '#')).toBe('Aaa ##.#');
  });

  test('shows no label, value or file name that may be somebody', () => {
    expect(labelMayBeShown('inntekt_2020')).toBe(true);
    expect(labelMayBeShown('fnr_010190')).toBe(false);
    expect(labelMayBeShown('Kari Nordmann')).toBe(false);
    expect(harmless('0301')).toBe(true);
    expect(harmless('010190')).toBe(false);
    expect(harmless('a\u001b[31m')).toBe(false);
    expect(maskFileName('p_01819040013.csv')).toBe('p_###########.csv');
    expect(maskFileName('sysselsetting_2023.csv')).toBe('sysselsetting_2023.csv');
  });
});

describe('how the header and the description match', () => {
  const fields = [{ name: 'a' }, { name: 'b' }];
  const match = (fieldsMatch: string, header: string) =>
    findings(
      check(`${header}\n${header.replace(/\w/g, '1')}\n`, {
        resource: described(fields, {}, { fieldsMatch }),
      }),
    );

  test.each<[string, string, string[]]>([
    ['exact', 'a;b', []],
    ['exact', 'b;a', ['incorrect-label/order b: 1', 'incorrect-label/order a: 1']],
    ['exact', 'a', ['missing-label b: 1']],
    ['exact', 'a;b;c', ['extra-label c: 1']],
    ['exact', 'a;c', ['incorrect-label/name c: 1']],
    ['equal', 'b;a', []],
    ['equal', 'a;c', ['missing-label b: 1', 'extra-label c: 1']],
    ['subset', 'c;b;a', []],
    ['subset', 'a;c', ['missing-label b: 1']],
    ['superset', 'b', []],
    ['superset', 'b;c', ['extra-label c: 1']],
    ['partial', 'c;b', []],
    ['partial', 'c;d', ['missing-label a: 1', 'missing-label b: 1']],
  ])('%s: %s', (fieldsMatch, header, expected) => {
    expect(match(fieldsMatch, header)).toEqual(expected);
  });
});
