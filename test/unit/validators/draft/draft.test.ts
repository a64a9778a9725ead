/** Drafted descriptions: each accepts the file it was made from, and holds nothing of it that could be somebody's. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AppError } from '../../../../src/platform/errors.ts';
import type { Field } from '../../../../src/validators/description.ts';
import { type Draft, startDraft } from '../../../../src/validators/draft/draft.ts';
import { byteByByte, check, findings } from '../check.ts';

const latin1 = (text: string) => Uint8Array.from(text, (char) => char.charCodeAt(0));
const utf8 = (text: string) => new TextEncoder().encode(text);

function draftOf(
  data: Uint8Array | string,
  chunks = (all: Uint8Array): Iterable<Uint8Array> => [all],
): Draft {
  const draft = startDraft({ fileName: 'fil.csv' });
  for (const chunk of chunks(typeof data === 'string' ? utf8(data) : data)) draft.push(chunk);
  return draft.finish();
}

function fieldsOf(data: Uint8Array | string): Record<string, Field> {
  const fields = draftOf(data).content.resources[0]!.schema!.fields;
  return Object.fromEntries(fields.map((field) => [field.name, field]));
}

/** Errors and warnings that the drafted description finds in its own file. */
function faultsOfOwn(data: Uint8Array | string): string[] {
  const resource = draftOf(data).content.resources[0];
  return findings(check(data, { resource }));
}

// Synthetic (month + 80).
const people = ['01838530164', '07916223484', '14869141276', '29817711829', '03899945548', '22925837745'];

const rows = (count: number, row: (at: number) => string) =>
  Array.from({ length: count }, (_, at) => row(at)).join('\n') + '\n';

const employment =
  'fnr;orgnr;startdato;kommune;kode;alder;timelonn;yrke;fornavn;aar\n' +
  rows(
    30,
    (at) =>
      `${people[at % 6]};123456785;${1 + (at % 9)}.`.replace(/;(\d)\.$/, ';0$1.') +
      `03.2023;${['0301', '4601', '5001'][at % 3]};${['A1', 'B2'][at % 2]};${20 + at};${200 + at},5;` +
      `${['Lærer', 'Sykepleier', 'Bussjåfør', 'Kokk'][at % 4]} nr ${at};${['Kari', 'Ola', 'Per'][at % 3]};2023`,
  );

test('finds types, identity numbers, code lists and what may be missing', () => {
  const fields = fieldsOf(employment);
  expect(fields.fnr).toMatchObject({
    type: 'string',
    'no:identifier': 'person',
    'no:sensitivity': 'directIdentifier',
  });
  expect(fields.orgnr).toMatchObject({ 'no:identifier': 'orgnr' });
  expect(fields.startdato).toMatchObject({
    type: 'date',
    format: '%d.%m.%Y',
    constraints: { required: true },
  });
  expect(fields.kommune).toMatchObject({
    type: 'string',
    'no:sensitivity': 'quasi',
    constraints: { enum: ['0301', '4601', '5001'] },
  });
  expect(fields.kode).toMatchObject({ type: 'string', constraints: { enum: ['A1', 'B2'] } });
  expect(fields.alder).toMatchObject({ type: 'integer' });
  expect(fields.timelonn).toMatchObject({ type: 'number', decimalChar: ',' });
  expect(fields.yrke).toMatchObject({ type: 'string' });
  expect(fields.aar).toMatchObject({ type: 'year' });
});

test('accepts the file it was made from', () => {
  expect(faultsOfOwn(employment)).toEqual([]);
});

test('holds no identity number, no name and no free text, however common', () => {
  const text = JSON.stringify(draftOf(employment).content);
  for (const word of [...people, '123456785', 'Kari', 'Ola', 'Per', 'Lærer', 'Kokk', '200,5', '01.03.2023'])
    expect(text).not.toContain(word);
});

test.each([
  ['a code that stands four times', `k\n${rows(20, () => 'A')}${rows(4, () => 'B')}`],
  ['words that could be names', `k\n${rows(20, (at) => ['Ida', 'Per'][at % 2]!)}`],
  ['codes with six digits', `k\n${rows(20, () => '123456')}`],
  ['a quantity of many values', `alder\n${rows(200, (at) => String(20 + (at % 20)))}`],
  ['a column of names', `navn\n${rows(20, (at) => ['A', 'B'][at % 2]!)}`],
])('writes no list of %s', (_, data) => {
  expect(JSON.stringify(draftOf(data).content)).not.toContain('enum');
});

test('keeps the leading zeros of codes that are no list', () => {
  const data = `sone\n${rows(120, (at) => String(at).padStart(4, '0'))}`;
  expect(fieldsOf(data).sone).toMatchObject({ type: 'string', constraints: { minLength: 4, maxLength: 4 } });
  expect(faultsOfOwn(data)).toEqual([]);
});

test('takes NA and . for missing where the rest are numbers', () => {
  const data = 'a;b\n1;NA\n2;3,5\n.;4\n';
  expect(fieldsOf(data)).toMatchObject({ a: { missingValues: ['', '.'] }, b: { missingValues: ['', 'NA'] } });
  expect(faultsOfOwn(data)).toEqual([]);
});

test('knows a column of identity numbers whose zeros are lost, so that the check can say it', () => {
  const data = `fnr\n${people.map((one) => one.replace(/^0/, '')).join('\n')}\n`;
  expect(fieldsOf(data).fnr).toMatchObject({ 'no:identifier': 'person' });
  expect(faultsOfOwn(data)).toEqual(['identifier/lost-leading-zero fnr: 3']);
});

test('never repeats a first row of data as names', () => {
  const data = `${people.map((one) => `${one};2023-01-01;Kari`).join('\n')}\n`;
  const { content, rows: read } = draftOf(data);
  expect(read).toBe(6);
  expect(content.resources[0]).toMatchObject({ dialect: { header: false } });
  expect(JSON.stringify(content)).not.toMatch(/\d{6}|Kari/);
  expect(faultsOfOwn(data)).toEqual([]);
});

test('reads windows-1252, tabs and a byte order mark', () => {
  const western = latin1('navn\tmål\nPål\t1\nÅse\t2\n');
  expect(draftOf(western).content.resources[0]).toMatchObject({
    encoding: 'windows-1252',
    dialect: { delimiter: '\t' },
  });
  const marked = Uint8Array.of(0xef, 0xbb, 0xbf, ...utf8('a;b\nå;1\n'));
  expect(Object.keys(fieldsOf(marked))).toEqual(['a', 'b']);
  expect(faultsOfOwn(marked)).toEqual([]);
});

test('counts rows it cannot read, and goes on', () => {
  const { rows: read, unread } = draftOf('a;b\n1;2\n1\n3;4\n5;6;7\n');
  expect([read, unread]).toEqual([2, 2]);
});

test.each<[string, Uint8Array | string, string]>([
  ['a workbook', Uint8Array.of(0x50, 0x4b, 3, 4, 0, 0), 'unsupported'],
  ['UTF-16', Uint8Array.of(0xff, 0xfe, 0x61, 0), 'unsupported'],
  ['an empty file', '', 'invalid-input'],
  ['a header alone', 'a;b\n', 'invalid-input'],
])('makes none of %s', (_, data, code) => {
  expect(() => draftOf(data)).toThrow(expect.objectContaining({ code }));
  expect(() => draftOf(data)).toThrow(AppError);
});

test('is the same however the bytes are cut', () => {
  expect(draftOf(employment, byteByByte)).toEqual(draftOf(employment));
});

const day = fc.date({ min: new Date('1900-01-01'), max: new Date('2100-01-01'), noInvalidDate: true });
const cells: Record<string, fc.Arbitrary<string>> = {
  iso: day.map((one) => one.toISOString().slice(0, 10)),
  norwegian: day.map((one) => one.toISOString().slice(0, 10).split('-').reverse().join('.')),
  packed: day.map((one) => one.toISOString().slice(0, 10).replaceAll('-', '')),
  moment: day.map((one) => one.toISOString().slice(0, 19)),
  clock: day.map((one) => one.toISOString().slice(11, 19)),
  whole: fc.integer({ min: -99_999, max: 99_999 }).map(String),
  comma: fc.double({ min: -1e6, max: 1e6, noNaN: true }).map((one) => one.toFixed(2).replace('.', ',')),
  point: fc.double({ min: -1e6, max: 1e6, noNaN: true }).map((one) => one.toFixed(3)),
  flag: fc.constantFrom('true', 'false'),
  answer: fc.constantFrom('ja', 'nei', 'NA'),
  code: fc.constantFrom('01', '02', '10', 'A1'),
  person: fc.constantFrom(...people),
  text: fc.string({ unit: fc.constantFrom(...'abcæøå ,.-\'"%()'), minLength: 1, maxLength: 30 }),
  year_aar: fc.integer({ min: 1900, max: 2100 }).map(String),
};

test('whatever the table, its own file is accepted', () => {
  const names = Object.keys(cells);
  const table = fc.subarray(names, { minLength: 2 }).chain((some) =>
    fc.tuple(
      fc.constant(some),
      fc.array(fc.tuple(...some.map((name) => fc.option(cells[name]!, { nil: '', freq: 12 }))), {
        minLength: 1,
        maxLength: 40,
      }),
    ),
  );
  fc.assert(
    fc.property(table, fc.boolean(), ([some, body], western) => {
      const quoted = (cell: string) => (/[";\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
      const full = body.filter((row) => row.some((cell) => cell !== ''));
      fc.pre(full.length > 0);
      const text = [some, ...full].map((row) => row.map(quoted).join(';') + '\r\n').join('');
      const data = western ? latin1(text) : utf8(text);
      const { resources } = draftOf(data).content;
      const report = check(data, { resource: resources[0] });
      expect(
        report.rules.filter(({ severity }) => severity === 'error'),
        text,
      ).toEqual([]);
      expect(report.verdict).toBe('accepted');
    }),
    { numRuns: 400 },
  );
});
