/** The same report however the bytes come, and a clear verdict on bytes of any kind. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Report } from '../../../src/validators/report.ts';
import { byteByByte, check, cutAt, described, findings } from './check.ts';

const resource = described(
  [
    { name: 'fnr', type: 'string', 'no:identifier': 'person', constraints: { unique: true, required: true } },
    { name: 'fra', type: 'date' },
    { name: 'kode', type: 'string', constraints: { enum: ['01', 'å'] } },
    { name: 'belop', type: 'number', constraints: { minimum: 0 } },
    { name: 'tekst', type: 'string', constraints: { maxLength: 20 } },
  ],
  { 'no:duplicates': false, 'no:records': 6 },
  { primaryKey: ['fnr', 'fra'] },
);

const text = [
  'fnr;fra;kode;belop;tekst',
  '02013299997;2020-02-30;03;1 234,5;"hei ""du"""',
  '2013299997;01.02.2020;å;-1,5;blåbær 30108299920',
  '',
  '30108299920;20200101;01;2;"to\r\nlinjer; her"',
  '30108299920;20200101;01;2;"brutt" her',
  '30108299920;20200101;01;2;',
  ';;;;',
  '1,2E+10;x;01;#REF!;æ"ø',
  'kort;rad',
].join('\r\n');
const nasty = new TextEncoder().encode(text);

describe('the report does not depend on how the bytes are cut', () => {
  const whole = check(nasty, { resource });

  test('cut in two at every place', () => {
    for (let place = 0; place <= nasty.length; place++) {
      expect(check(nasty, { resource, chunks: cutAt(place) })).toEqual(whole);
    }
  });

  test('byte by byte', () => {
    expect(check(nasty, { resource, chunks: byteByByte })).toEqual(whole);
  });

  test('a file larger than the head, with lines across every edge', () => {
    const lines = Array.from({ length: 4000 }, (_, row) => {
      const zeros = String(row).padStart(5, '0');
      return `020132999${zeros.slice(3)};2020-01-${zeros.slice(3)};å;${row},5;"tekst ""${zeros}"""`;
    });
    const data = new TextEncoder().encode(`fnr;fra;kode;belop;tekst\n${lines.join('\n')}\n`);
    const options = { resource, maxSamples: 2 };
    const expected = check(data, options);
    expect(expected.rows).toBe(4000);
    fc.assert(
      fc.property(fc.array(fc.nat(data.length), { maxLength: 20 }), (places) => {
        expect(check(data, { ...options, chunks: cutAt(...places) })).toEqual(expected);
      }),
      { numRuns: 15 },
    );
  });

  test('any bytes, with and without a description', () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc
        .array(fc.constantFrom(...[...';"\n\r,1a0#E+-. é'], 'fnr', '30108299920', '\0', '2020-01-01'), {
          maxLength: 80,
        })
        .map((parts) => new TextEncoder().encode(`fnr;fra;kode;belop;tekst\n${parts.join('')}`)),
    );
    fc.assert(
      fc.property(bytes, fc.array(fc.nat(300), { maxLength: 3 }), fc.boolean(), (data, places, known) => {
        const options = known ? { resource } : {};
        const report = check(data, options);
        expect(check(data, { ...options, chunks: cutAt(...places) })).toEqual(report);
        expect(check(data, { ...options, chunks: byteByByte })).toEqual(report);
        Report.parse(report);
        expect(report.verdict === 'accepted' && !report.complete).toBe(false);
      }),
      { numRuns: 1500 },
    );
  });
});

describe('timespans and several numbers in a cell, however the bytes are cut', () => {
  const fields = [
    { name: 'unit_id', 'no:identifier': ['fnr', 'orgnr'], 'no:combined': 'either' },
    { name: 'value', type: 'number' },
  ];
  const profiled = (temporality: string) =>
    described(fields, { 'no:profile': 'microdata', 'no:temporality': temporality, 'no:ruleset': 'ssb-2017' });
  const cell = fc.constantFrom(
    '30108299920',
    '974760673',
    '2020-01-01',
    '2021-01-01',
    '1.5',
    '2-mar',
    '44197',
    'Sum',
    '',
  );
  const row = fc.array(cell, { minLength: 4, maxLength: 6 }).map((cells) => cells.join(';'));
  const text = fc.array(fc.oneof(row, fc.constant('\ufeff;;'), fc.string({ maxLength: 8 })), {
    maxLength: 12,
  });

  test.each(['FIXED', 'STATUS', 'ACCUMULATED', 'EVENT'])('%s', (temporality) => {
    const options = { resource: profiled(temporality) };
    fc.assert(
      fc.property(text, fc.array(fc.nat(300), { maxLength: 3 }), (lines, places) => {
        const data = new TextEncoder().encode(lines.join('\n'));
        const report = check(data, options);
        expect(check(data, { ...options, chunks: cutAt(...places) })).toEqual(report);
        expect(check(data, { ...options, chunks: byteByByte })).toEqual(report);
        Report.parse(report);
      }),
      { numRuns: 200 },
    );
  });
});

describe('what is no table gets a clear verdict', () => {
  const bytes = (...values: number[]) => Uint8Array.from(values);
  const cases: [string, Uint8Array, string, string][] = [
    ['an empty file', bytes(), 'rejected', 'structure/empty: 1'],
    ['one byte', bytes(0x61), 'rejected', 'structure/no-rows: 1'],
    ['one line end', bytes(10), 'rejected', 'structure/empty: 1'],
    ['only a header', new TextEncoder().encode('a;b;c\n'), 'rejected', 'structure/no-rows: 1'],
    ['UTF-16 with a mark', bytes(0xff, 0xfe, 0x61, 0, 0x3b, 0), 'rejected', 'encoding/utf-16: 1'],
    ['UTF-16 without a mark', bytes(0x61, 0, 0x3b, 0, 0x62, 0, 10, 0), 'rejected', 'encoding/utf-16: 1'],
    ['a zip file named .csv', bytes(0x50, 0x4b, 3, 4, 20, 0), 'rejected', 'format/not-what-name-says: 1'],
    ['NUL bytes', new TextEncoder().encode('a;b\n1;\0\n2;3\n'), 'rejected', 'encoding/nul b: 1'],
  ];
  test.each(cases)('%s', (_, data, verdict, finding) => {
    const report = check(data);
    expect(report.verdict).toBe(verdict);
    expect(findings(report)).toContain(finding);
  });

  test('a file without a line end at its end is whole', () => {
    expect(check('a;b\n1;2').verdict).toBe('accepted');
  });

  test('a format that this version does not read is not checked, never accepted', () => {
    const sav = new TextEncoder().encode('$FL2@(#) SPSS DATA FILE');
    expect(check(sav, { fileName: 'fil.sav' }).verdict).toBe('not-checked');
    expect(check('a;b\n1;2\n', { fileName: 'fil.sav' }).verdict).toBe('rejected');
    const odd = described([{ name: 'a' }], { dialect: { quoteChar: '«' } });
    expect(check('a\n1\n', { resource: odd }).verdict).toBe('not-checked');
    expect(check('a\n1\n', { resource: described([{ name: 'a' }], { encoding: 'utf-16' }) }).verdict).toBe(
      'not-checked',
    );
  });

  test('a small file cut at any place is accepted only where a row is whole', () => {
    const fields = [
      { name: 'a', type: 'integer' },
      { name: 'b', constraints: { required: true, enum: ['ja', 'nei'] } },
    ];
    const data = new TextEncoder().encode('a;b\n1;"ja"\n2;"nei"\n');
    const accepted: number[] = [];
    for (let end = 0; end <= data.length; end++) {
      const report = check(data.slice(0, end), { resource: described(fields) });
      if (report.verdict === 'accepted') accepted.push(end);
    }
    expect(accepted).toEqual([10, 11, 18, 19]);
  });
});

describe('size is bounded', () => {
  test('a line without end costs no memory and is not accepted', () => {
    const piece = new Uint8Array(1 << 20).fill(0x61);
    const report = check('', {
      chunks: () => [new TextEncoder().encode('a;b\n1;'), ...Array(20).fill(piece)],
    });
    expect(report.verdict).toBe('rejected');
    expect(findings(report)).toContain('structure/too-long: 1');
    expect(report.complete).toBe(false);
  });

  test('a quote that is never closed loses its own line only', () => {
    const rows = Array.from({ length: 60_000 }, (_, row) => `${row};tekst som er her`).join('\n');
    const report = check(`a;b\n1;"x\n${rows}\n`);
    expect(findings(report)).toEqual(['structure/quote: 1']);
    expect(report.rows).toBe(60_001);
  });

  test('a long record in small pieces costs no more than its length', () => {
    const piece = new Uint8Array(7).fill(0x61);
    const report = check('', {
      chunks: () => [new TextEncoder().encode('a\n'), ...Array(140_000).fill(piece)],
    });
    expect(report.columns[0]?.maxLength).toBe(980_000);
  });

  test('a million columns', () => {
    const report = check(`${';'.repeat(1_000_000)}a\n1;2\n`);
    expect(report.verdict).toBe('rejected');
    expect(report.rules.length).toBeLessThan(1000);
  });

  test('a header of many names', () => {
    const names = Array.from({ length: 20_000 }, (_, at) => `v${at}`).join(';');
    const report = check(`${names}\n1;2\n`);
    expect(findings(report)).toContain('structure/too-many-columns: 1');
    expect(report.complete).toBe(false);
  });
});
