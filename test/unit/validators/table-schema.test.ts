/** Types, formats and constraints of Table Schema, cell by cell, and hostile descriptions. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AppError } from '../../../src/platform/errors.ts';
import { compileJsonSchema } from '../../../src/validators/json-schema.ts';
import { compilePattern } from '../../../src/validators/patterns.ts';
import { byteByByte, check, cutAt, described, findings } from './check.ts';

const quoted = (cell: string) => `"${cell.replaceAll('"', '""')}"`;

/** Whether a file of one cell is taken, and what is found. */
function cell(field: object, text: string, more: Record<string, unknown> = {}): string[] {
  const resource = described([{ name: 'f', ...field }], { dialect: { delimiter: ';' }, ...more });
  return findings(check(`f\n${quoted(text)}\n`, { resource })).map((id) => id.replace(/ f: 1$/, ''));
}

const right: [object, string[]][] = [
  [{ type: 'string', format: 'email' }, ["a.b+c'd@example.co.uk", 'x@a-b.no']],
  [{ type: 'string', format: 'uri' }, ['http://a', 'urn:isbn:0-395-36341-1', 'https://[::1]/a%20b?c#d']],
  [{ type: 'string', format: 'binary' }, ['aGVpIQ==', 'AAAA', 'AA8=']],
  [{ type: 'string', format: 'uuid' }, ['123e4567-E89b-12d3-a456-426614174000']],
  [{ type: 'duration' }, ['P1Y', '-P1Y2M3DT4H5M6.7S', 'P3W', 'PT0S', 'P0,5D', '+PT1M']],
  [{ type: 'geopoint' }, ['10.75, 59.91', '-180,90', ' 1.5 , -2']],
  [{ type: 'geopoint', format: 'array' }, ['[10.75, 59.91]', '[1,2]']],
  [{ type: 'geopoint', format: 'object' }, ['{"lat": 59, "lon": 10.5}']],
  [
    { type: 'geojson' },
    [
      '{"type":"Point","coordinates":[1,2]}',
      '{"type":"Feature","geometry":null,"properties":null}',
      '{"type":"FeatureCollection","features":[]}',
      '{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,0]]]}',
      '{"type":"GeometryCollection","geometries":[{"type":"MultiPoint","coordinates":[[1,2,3]]}]}',
    ],
  ],
  [{ type: 'geojson', format: 'topojson' }, ['{"type":"Topology","objects":{},"arcs":[]}']],
  [{ type: 'object' }, ['{}', '{"a": [1, {"b": null}]}']],
  [{ type: 'array' }, ['[]', '[[1], "a"]']],
  [{ type: 'list', itemType: 'number', delimiter: '|' }, ['1|2,5', '1']],
  [{ type: 'list', itemType: 'boolean' }, ['true,0']],
  [{ type: 'list', itemType: 'datetime' }, ['2020-01-01T00:00:00Z']],
  [{ type: 'date', format: '%d. %B %Y' }, ['1. mai 2020', '31. DESEMBER 1999', '09. May 2020']],
  [{ type: 'date', format: '%a %d %b %Y' }, ['man 01 okt 2020', 'Sun 1 Jan 2023', 'lør 3 des 2022']],
  [{ type: 'date', format: '%Y%j' }, ['2020366', '2021001']],
  [{ type: 'date', format: 'any' }, ['2020-01-31', '31.01.2020']],
  [{ type: 'time', format: '%I.%M %p' }, ['12.00 AM', '1.05 pm']],
  [{ type: 'datetime', format: '%Y-%m-%d %H:%M:%S.%f%z' }, ['2020-01-01 10:00:00.123+0100']],
  [{ type: 'number', groupChar: '.', decimalChar: ',' }, ['1.234.567,8', '12']],
  [{ type: 'number', bareNumber: false }, ['kr 12,50', '95 %', '-3 €']],
  [{ type: 'integer', groupChar: ',' }, ['1,234', '12345']],
  [{ type: 'boolean', trueValues: ['ja'], falseValues: ['nei'] }, ['ja', 'nei']],
  [{ type: 'yearmonth' }, ['2020-12']],
  [{ type: 'year' }, ['2020']],
];
const wrong: [object, string[]][] = [
  [
    { type: 'string', format: 'email' },
    ['a', 'a@b', '@b.no', 'a@-b.no', 'a b@c.no', 'å@c.no', 'a..b@c.no', 'a@c.no.'],
  ],
  [
    { type: 'string', format: 'uri' },
    ['a', '//a/b', 'http://', 'http:///a', 'http://a b', 'http://å', 'x:%g0', '1a:b'],
  ],
  [{ type: 'string', format: 'binary' }, ['a', 'AAA', 'AA=A', 'A===', 'AA A']],
  [
    { type: 'string', format: 'uuid' },
    ['123e4567e89b12d3a456426614174000', 'g23e4567-e89b-12d3-a456-426614174000'],
  ],
  [
    { type: 'duration' },
    ['P', 'PT', 'P1', '1Y', 'P1YT', 'P1D2Y', 'P1.5Y2M', 'P1H', 'PT1D', 'P1Y1Y', 'P-1Y', 'P.5Y'],
  ],
  [{ type: 'geopoint' }, ['10,75, 59,91', '181,0', '0,91', '1 2', '1,2,3', 'x,y']],
  [{ type: 'geopoint', format: 'array' }, ['[1]', '[1,2,3]', '["1","2"]', '1,2']],
  [{ type: 'geopoint', format: 'object' }, ['{"lat":1}', '{"lat":1,"lon":2,"x":3}', '[1,2]']],
  [
    { type: 'geojson' },
    [
      '{}',
      '[]',
      'null',
      '{"type":"point","coordinates":[1,2]}',
      '{"type":"Point","coordinates":[[1,2]]}',
      '{"type":"LineString","coordinates":[[1,2]]}',
      '{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,1]]]}',
      '{"type":"constructor","coordinates":[1,2]}',
    ],
  ],
  [{ type: 'object' }, ['[]', 'null', '{a:1}', '{"a":1,}', `${'{"a":'.repeat(70)}1${'}'.repeat(70)}`]],
  [{ type: 'array' }, ['{}', '1', '[1,]', `${'['.repeat(100_000)}`]],
  [{ type: 'list', itemType: 'integer' }, ['1,', '1, 2', '1;2', 'a']],
  [
    { type: 'date', format: '%d. %B %Y' },
    ['1. mail 2020', '32. mai 2020', '31. april 2020', '1. mai 20', '1.mai 2020'],
  ],
  [{ type: 'date', format: '%Y%j' }, ['2021366', '2020000', '2021']],
  [{ type: 'date', format: 'any' }, ['30.02.2020', 'i går']],
  [{ type: 'time', format: '%I.%M %p' }, ['13.00 PM', '0.00 AM', '1.05']],
  [{ type: 'integer', groupChar: ',' }, ['1,23', '1 234', ',123']],
  [{ type: 'boolean', trueValues: ['ja'], falseValues: ['nei'] }, ['true', '1', 'JA']],
  [{ type: 'yearmonth' }, ['2020-13', '202012']],
];

describe('cells of every type', () => {
  test.each(right)('%j takes', (field, texts) => {
    for (const text of texts) expect(cell(field, text), text).toEqual([]);
  });
  test.each(wrong)('%j refuses', (field, texts) => {
    for (const text of texts) {
      expect(cell(field, text), text.slice(0, 60)).toEqual([expect.stringMatching(/^type-error\//)]);
    }
  });
});

describe('constraints', () => {
  test.each<[object, string, string[]]>([
    [{ type: 'duration', constraints: { minimum: 'P1Y' } }, 'P12M', []],
    [
      { type: 'duration', constraints: { exclusiveMinimum: 'P1Y' } },
      'P12M',
      ['constraint-error/exclusiveMinimum'],
    ],
    [{ type: 'yearmonth', constraints: { maximum: '2020-06' } }, '2020-07', ['constraint-error/maximum']],
    [{ type: 'year', constraints: { minimum: 2000 } }, '1999', ['constraint-error/minimum']],
    [
      { type: 'time', constraints: { exclusiveMaximum: '12:00:00' } },
      '12:00:00',
      ['constraint-error/exclusiveMaximum'],
    ],
    [
      { type: 'date', format: '%d.%m.%Y', constraints: { minimum: '2020-01-01' } },
      '31.12.2019',
      ['constraint-error/minimum'],
    ],
    [
      { type: 'date', format: '%d %b %Y', constraints: { maximum: '2020-01-01' } },
      '2 jan 2020',
      ['constraint-error/maximum'],
    ],
    [{ type: 'date', format: '%d.%m.%Y', constraints: { enum: ['2020-01-02'] } }, '02.01.2020', []],
    [{ type: 'object', constraints: { maxLength: 1 } }, '{"a":1,"b":2}', ['constraint-error/maxLength']],
    [{ type: 'array', constraints: { minLength: 1 } }, '[]', ['constraint-error/minLength']],
    [{ type: 'list', constraints: { minLength: 3 } }, 'æ,ø', ['constraint-error/minLength']],
    [{ type: 'object', constraints: { enum: [{ b: 1, a: ['å'] }] } }, '{"a": ["å"], "b": 1.0}', []],
    [{ type: 'object', constraints: { enum: [{ a: 1 }] } }, '{"a": 2}', ['constraint-error/enum']],
    [{ type: 'array', constraints: { enum: [[1, 2]] } }, '[1,  2]', []],
    [{ type: 'geopoint', constraints: { enum: ['10, 60'] } }, '10.0,60.00', []],
    [{ type: 'boolean', constraints: { enum: [true] } }, '1', []],
    [
      { type: 'boolean', trueValues: ['ja'], falseValues: ['nei'], constraints: { enum: [false] } },
      'ja',
      ['constraint-error/enum'],
    ],
    [{ type: 'number', constraints: { enum: [1.5] } }, '1,50', []],
    [{ type: 'number', constraints: { enum: ['x'] } }, 'NaN', ['constraint-error/enum']],
    [{ type: 'string', constraints: { pattern: '[A-Z]' } }, 'AB', ['constraint-error/pattern']],
    [{ type: 'string', constraints: { pattern: 'a|ab' } }, 'ab', []],
    [{ type: 'string', constraints: { pattern: '\\p{L}{3}' } }, 'æøå', []],
    [{ type: 'integer', constraints: { pattern: '\\d{4}' } }, '012', ['constraint-error/pattern']],
  ])('%j on %s', (field, text, expected) => {
    expect(cell(field, text)).toEqual(expected);
  });

  test('hold in windows-1252 as in UTF-8', () => {
    const resource = described([
      { name: 'p', constraints: { pattern: '[æøå]+' } },
      { name: 'o', type: 'object', constraints: { enum: [{ navn: 'blå' }] } },
      { name: 'l', type: 'list', delimiter: '¤', constraints: { minLength: 2 } },
    ]);
    const text = 'p;o;l\nå;"{""navn"": ""blå""}";a¤b\n';
    const western = Uint8Array.from(text, (char) => char.charCodeAt(0));
    expect(findings(check(text, { resource }))).toEqual([]);
    expect(findings(check(western, { resource }))).toEqual([]);
  });

  test.each([
    ['exact', 'a;b', []],
    ['exact', 'b;a', ['incorrect-label/order', 'incorrect-label/order']],
    ['equal', 'b;a', []],
    ['equal', 'b;a;c', ['extra-label']],
    ['subset', 'c;b;a', []],
    ['subset', 'c;b', ['missing-label']],
    ['superset', 'b', []],
    ['superset', 'b;c', ['extra-label']],
    ['partial', 'b;c', []],
    ['partial', 'c;d', ['missing-label', 'missing-label']],
  ])('fieldsMatch %s with %s', (fieldsMatch, header, expected) => {
    const resource = described([{ name: 'a' }, { name: 'b' }], {}, { fieldsMatch });
    const row = header.replaceAll(/\w/g, 'x');
    expect(
      check(`${header}\n${row}\n`, { resource }).rules.map(
        (rule) => `${rule.code}${rule.sub === null ? '' : `/${rule.sub}`}`,
      ),
    ).toEqual(expected);
  });
});

describe('descriptions from strangers', () => {
  test('a pattern that would take a backtracking engine for ever is answered at once', () => {
    const holds = compilePattern('(a+)+b|(x*)*y|(.*.*.*)=.*')!;
    expect(holds(`${'a'.repeat(100_000)}c`)).toBe(false);
    expect(holds(`${'x'.repeat(100_000)}=`)).toBe(true);
  });

  test.each([
    '(a)\\1',
    '(?=a)b',
    '(?<!a)b',
    '[a-',
    '(',
    'a{2000}',
    '((a{100}){10}){10}',
    'a'.repeat(2001),
    '(\\pL{300}|x){3}'.repeat(20),
  ])('the pattern %s is not followed', (pattern) => {
    expect(compilePattern(pattern)).toBeUndefined();
  });

  test.each<[unknown, string]>([
    [{ pattern: '(a+)+$' }, 'pattern'],
    [{ properties: { a: { items: { patternProperties: { a: true } } } } }, 'patternProperties'],
    [{ allOf: [{ $ref: '#' }] }, '$ref'],
    [{ not: { format: 'uri' } }, 'format'],
    [{ items: { uniqueItems: true } }, 'uniqueItems'],
    [{ properties: { a: 3 } }, ''],
    ['x', ''],
    [{ enum: ['x'.repeat(70_000)] }, ''],
  ])('the JSON Schema %j is not followed', (schema, keyword) => {
    expect(compileJsonSchema(schema)).toEqual({ unsupported: keyword });
    const resource = described([{ name: 'f', type: 'object', constraints: { jsonSchema: schema } }]);
    const report = check('f\n{}\n', { resource });
    expect([report.complete, findings(report)]).toEqual([false, ['format/unsupported f: 1']]);
  });

  test('a JSON Schema says where it is broken, never by what', () => {
    const schema = { properties: { alder: { type: 'integer' } }, additionalProperties: false };
    const compiled = compileJsonSchema(schema);
    if ('unsupported' in compiled) throw new Error('was not taken');
    expect(compiled.brokenAt({ alder: 3 })).toBeNull();
    expect(compiled.brokenAt({ alder: 'Kari' })).toBe('#/properties/alder/type');
    expect(compiled.brokenAt({ Kari: 3 })).toBe('#/additionalProperties');
  });

  test.each([
    [{ name: 'f', type: 'list', itemType: 'object' }],
    [{ name: 'f', 'no:start': 3 }],
    [{ name: 'f', 'no:width': 3 }],
  ])('%j is refused', (field) => {
    expect(() => described([field])).toThrow(AppError);
  });

  test('a foreign key has to name fields that are there, and as many of them', () => {
    const key =
      (reference: object, fields: unknown = 'a') =>
      () =>
        described([{ name: 'a' }, { name: 'b' }], {}, { foreignKeys: [{ fields, reference }] });
    expect(key({ resource: '', fields: 'b' })).not.toThrow();
    expect(key({ resource: 'other', fields: 'x' })).not.toThrow();
    expect(key({ fields: 'x' })).toThrow(AppError);
    expect(key({ fields: 'b' }, ['a', 'b'])).toThrow(AppError);
    expect(key({ fields: 'b' }, 'x')).toThrow(AppError);
  });
});

test('any cell of any type gives the same report however it is cut', () => {
  const fields = right.map(([field], index) => ({ name: `f${index}`, ...field }));
  const words = [...'PT1Y.,-+:[]{}" a0å%', '{"type":"Point"', '2020-01-01', 'mai', '\\'];
  const text = fc.array(fc.constantFrom(...words), { maxLength: 12 }).map((parts) => parts.join(''));
  fc.assert(
    fc.property(fc.nat(fields.length - 1), text, fc.nat(60), (at, found, place) => {
      const resource = described([fields[at]]);
      const data = new TextEncoder().encode(`f${at}\n${quoted(found)}\n`);
      const report = check(data, { resource });
      expect(check(data, { resource, chunks: cutAt(place) })).toEqual(report);
      expect(check(data, { resource, chunks: byteByByte })).toEqual(report);
    }),
    { numRuns: 3000 },
  );
});

test('references are resolved whichever way they point, and counted exactly', () => {
  const resource = described(
    [
      { name: 'id', type: 'integer' },
      { name: 'mor', type: 'integer' },
    ],
    {},
    { foreignKeys: [{ fields: 'mor', reference: { resource: 'fil', fields: 'id' } }] },
  );
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(300), fc.option(fc.nat(300))), { minLength: 1, maxLength: 400 }),
      (rows) => {
        const report = check(`id;mor\n${rows.map(([id, mor]) => `${id};${mor ?? ''}`).join('\n')}\n`, {
          resource,
        });
        const ids = new Set(rows.map(([id]) => id));
        const missing = rows.filter(([, mor]) => mor !== null && !ids.has(mor)).length;
        expect(findings(report)).toEqual(missing === 0 ? [] : [`foreign-key mor: ${missing}`]);
      },
    ),
    { numRuns: 200 },
  );
});
