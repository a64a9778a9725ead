/** Arbitrary descriptions with files that follow them for the most part, and go wrong in every way now and then. */
import fc from 'fast-check';
import type { CodeList } from '../../../src/validators/code-lists.ts';
import type { Resource } from '../../../src/validators/description.ts';
import { codeList, described } from './check.ts';

export interface DescribedFile {
  readonly data: Uint8Array;
  readonly resource: Resource | undefined;
  readonly codeLists: readonly CodeList[];
}

/** A column: its field without a name, and cells that fit it. */
interface Kind {
  readonly field: Record<string, unknown>;
  readonly cells: readonly string[];
}

const people = ['30108299920', '02013299997', '01010750160', '15076500565', '70108299953', '13097248022'];
const dates = [
  '2020-01-31',
  '1999-12-01',
  '2024-02-29',
  '01.02.2020',
  '20200131',
  '31/12/2021',
  '2031-05-06',
];
const numbers = ['0', '1', '-5', '12', '999999999', '-0', '1234567890', '12345678901', '30108299920'];
const decimals = ['1,5', '-0,25', '0', '12', '123456789,1', '12345678,9', '1234567,89', '1.5', '00,10', '-7'];
const texts = [
  'Ås',
  'blåbær',
  'tekst',
  'hei på deg',
  'x',
  'nr 30108299920',
  '301082 99920',
  'a'.repeat(40),
  '12345',
];

const kinds: readonly Kind[] = [
  ...['person', 'fnr', 'dnr', 'hnr'].map((kind) => ({ field: { 'no:identifier': kind }, cells: people })),
  { field: { 'no:identifier': 'person', 'no:controlDigits': 'strict' }, cells: people },
  { field: { 'no:identifier': 'orgnr', constraints: { required: true } }, cells: ['123456785', '974760673'] },
  { field: { 'no:identifier': 'duf' }, cells: ['201012345603'] },
  { field: { type: 'date' }, cells: dates },
  { field: { type: 'date', format: 'any', constraints: { minimum: '2000-01-01' } }, cells: dates },
  { field: { type: 'date', format: 'default' }, cells: dates.slice(0, 3) },
  { field: { type: 'date', format: '%d.%m.%Y' }, cells: ['01.02.2020', '29.02.2023'] },
  { field: { type: 'date', format: '%d/%m/%Y' }, cells: ['01/02/2020', '31/12/1999'] },
  {
    field: { type: 'date', format: '%Y%m%d', constraints: { maximum: '20240101' } },
    cells: ['20200131', '20240102'],
  },
  { field: { type: 'datetime' }, cells: ['2020-01-31T10:00:00'] },
  { field: { type: 'year' }, cells: ['2020', '1999'] },
  { field: { type: 'boolean' }, cells: ['true', '0'] },
  { field: { type: 'integer' }, cells: numbers },
  { field: { type: 'integer', constraints: { minimum: 0, exclusiveMaximum: 100 } }, cells: numbers },
  { field: { type: 'integer', constraints: { enum: ['1', '5'] } }, cells: ['1', '5', '01', '7'] },
  { field: { type: 'integer', groupChar: '.' }, cells: ['1.234', '12'] },
  { field: { type: 'integer', bareNumber: false }, cells: ['12 kr', '5'] },
  { field: { type: 'number' }, cells: decimals },
  {
    field: { type: 'number', decimalChar: ',', constraints: { minimum: '-0,5', maximum: 1000 } },
    cells: decimals,
  },
  { field: { type: 'number', decimalChar: '.', groupChar: ',' }, cells: ['1,234.5', '1.5'] },
  { field: { type: 'number', groupChar: '.' }, cells: ['1.234,5', '1,5'] },
  { field: { type: 'number', bareNumber: false }, cells: ['kr. 1,5', '1,5'] },
  { field: { type: 'string' }, cells: texts },
  { field: { type: 'string', constraints: { minLength: 2, maxLength: 10 } }, cells: texts },
  { field: { type: 'string', constraints: { unique: true } }, cells: texts },
  {
    field: { type: 'string', missingValues: ['', '-', 'NA', 'ukjent', 'Ås'] },
    cells: [...texts, 'NA', '-', 'ukjent'],
  },
  { field: { type: 'integer', missingValues: ['-99', '9'] }, cells: ['-99', '9', '12', '8'] },
  {
    field: { type: 'string', constraints: { enum: ['01', '02', 'å', '02', 'mye lengre kode'] } },
    cells: ['01', '02', 'å', 'mye lengre kode'],
  },
  { field: { categories: [1, 2, 'NA'], missingValues: ['NA'] }, cells: ['1', '2', 'NA'] },
  { field: { type: 'integer', categories: [1, 2] }, cells: ['1', '2'] },
  {
    field: { 'no:klass': { classification: '131', validAt: '2020-06-01' } },
    cells: ['0301', '3001', '0101'],
  },
  {
    field: { type: 'string', 'no:klass': { classification: '131' }, 'no:sensitivity': 'public' },
    cells: ['0301', '3001', '301'],
  },
  {
    field: { 'no:klass': { classification: '131', validAt: { field: 'v0' } } },
    cells: ['0301', '3001', '0101'],
  },
  { field: { type: 'any', 'no:sensitivity': 'directIdentifier' }, cells: texts },
  { field: { type: 'string', constraints: { pattern: '[a-z]*' } }, cells: texts },
  { field: { type: 'string', format: 'email' }, cells: ['a@b.no', 'x'] },
  { field: { type: 'integer', decimalChar: '٫' }, cells: numbers },
  { field: { type: 'list' }, cells: ['a', 'b-c'] },
  { field: { type: 'duration' }, cells: ['P1Y', 'P12M'] },
  { field: { type: 'datetime', format: '%d.%m.%Y %H:%M' }, cells: ['01.02.2020 10:00'] },
  { field: { type: 'date', format: '%d %B %Y' }, cells: ['01 May 2020'] },
  { field: { type: 'date', format: 'fmt:%Y%m%d' }, cells: ['20200131', '44197'] },
  { field: { 'no:identifier': ['person', 'orgnr'] }, cells: ['30108299920_123456785', '30108299920'] },
  { field: { 'no:identifier': ['fnr', 'orgnr'], 'no:combined': 'either' }, cells: ['123456785', ...people] },
  { field: { 'no:identifier': ['fnr'] }, cells: people },
  { field: { type: 'number', 'no:identifier': 'fnr', constraints: { minimum: 5 } }, cells: people },
];

const odd = [
  ...[
    '',
    ' ',
    '"',
    '""',
    '"a"',
    '"a;b"',
    '"a""b"',
    '"a',
    'a"b',
    '"a"b',
    '"to\nlinjer"',
    '"to\r\nlinjer"',
    '\0',
    '#REF!',
  ],
  ...[
    '1,2E+10',
    'NaN',
    'INF',
    '1 234',
    '1\u00a0234,5',
    'é',
    '€',
    '😀',
    '-',
    '+1',
    '1e5',
    '2020-02-30',
    '1234567890123456',
  ],
  ...[
    '01.feb',
    '2-mar',
    'mai.20',
    '1.mai.20',
    '3. apr',
    '1,20106E+10',
    '1.5E+5',
    '44197',
    'Sum',
    'i alt',
    'Totalt:',
  ],
  ...[',5', '5,', '0012', '301', '-0,0', '2013299997', '30108299921', '#', '\t', '|', ',', "'"],
];

const codeLists = [codeList('131-utvalg')];

export const describedFile = describedFileOf({ maxLength: 40 });

/** Files of so many rows. */
export function describedFileOf(rows: {
  minLength?: number;
  maxLength: number;
}): fc.Arbitrary<DescribedFile> {
  return fc
    .record({
      columns: fc.array(fc.constantFrom(...kinds), { minLength: 1, maxLength: 6 }),
      picks: fc.array(
        fc.record({
          cells: fc.array(fc.nat(1000), { minLength: 6, maxLength: 6 }),
          odd: fc.nat(400),
          end: fc.nat(60),
        }),
        rows,
      ),
      trouble: fc.constantFrom(0, 0, 0, 4, 60),
      lineEnd: fc.constantFrom('\n', '\n', '\r\n', '\r'),
      delimiter: fc.constantFrom(';', ';', ',', '\t', '|', ':'),
      quoteAll: fc.constantFrom(false, false, true),
      quoteChar: fc.constantFrom('"', '"', null, "'"),
      encoding: fc.constantFrom('utf-8', 'windows-1252', 'mixed'),
      declared: fc.constantFrom(undefined, undefined, 'utf-8', 'windows-1252'),
      described: fc.constantFrom(true, true, true, false),
      header: fc.constantFrom(true, true, true, false),
      whole: fc.boolean(),
      rules: fc.constantFrom<Record<string, unknown>>(
        {},
        {},
        { primaryKey: ['v0'] },
        { uniqueKeys: [['v0', 'v1']] },
        { foreignKeys: [{ fields: ['v0'], reference: { fields: ['v1'] } }] },
      ),
      /** Rows that are no data: places, and what stands there. */
      accidents: fc.array(
        fc.record({
          at: fc.nat(40),
          kind: fc.constantFrom(
            'header',
            'total',
            'quoted total',
            'late total',
            'mark',
            'mark and header',
            'quote',
          ),
        }),
        { maxLength: 3 },
      ),
      more: fc.constantFrom(
        {},
        {},
        { 'no:duplicates': false },
        { 'no:rowConstraints': [{ left: 'v0', op: '<=', right: 'v1' }] },
        { 'no:records': 12 },
      ),
    })
    .map((plan) => {
      const { columns, delimiter, lineEnd, trouble } = plan;
      const names = columns.map((_, index) => `v${index}`);
      const rows = plan.picks.map((pick) => {
        const cells = columns.map((column, index) => {
          const cell = column.cells[pick.cells[index]! % column.cells.length]!;
          const fitting = cell.includes(delimiter) || plan.quoteAll ? `"${cell}"` : cell;
          const seldom = pick.cells[index]! % 100 < trouble;
          return seldom
            ? odd[(pick.odd + index) % odd.length]!
            : pick.cells[index]! % 23 === 0
              ? ''
              : fitting;
        });
        if (pick.odd < trouble) cells.pop();
        else if (pick.odd < 2 * trouble) cells.push('');
        return (
          cells.join(delimiter) +
          (pick.end < trouble / 4 ? '\n' : lineEnd) +
          (pick.odd < trouble / 8 ? lineEnd : '')
        );
      });
      const nothing = (cells: number) => delimiter.repeat(Math.max(0, cells));
      const labels = names.join(delimiter);
      for (const { at, kind } of plan.accidents) {
        const place = at % (rows.length + 1);
        const rest = nothing(columns.length - 1) + lineEnd;
        if (kind === 'header') rows.splice(place, 0, labels + lineEnd);
        else if (kind === 'total') rows.splice(place, 0, `Sum${rest}`);
        else if (kind === 'quoted total') rows.splice(place, 0, `"Totalt"${rest}`);
        else if (kind === 'late total')
          rows.splice(place, 0, `${delimiter}i alt${nothing(columns.length - 2)}${lineEnd}`);
        else if (kind === 'mark') rows[place] = `\ufeff${rows[place] ?? lineEnd}`;
        else if (kind === 'mark and header') rows.splice(place, 0, `\ufeff${labels}${lineEnd}`);
        else rows.splice(place, 0, `x${delimiter}"a${lineEnd}b${lineEnd}c" d${lineEnd}`);
      }
      const text = (plan.header ? names.join(delimiter) + lineEnd : '') + rows.join('');
      const complete = plan.whole ? text : text.slice(0, -1);
      const fields = columns.map((column, index) => ({ name: names[index], ...column.field }));
      const dialect = {
        header: plan.header,
        quoteChar: plan.quoteChar,
        ...(plan.described ? { delimiter } : {}),
      };
      const [keyed, more] = columns.length > 1 ? [plan.rules, plan.more] : [{}, {}];
      const described1 = plan.described
        ? described(
            fields,
            { ...more, dialect, ...(plan.declared === undefined ? {} : { encoding: plan.declared }) },
            keyed,
          )
        : undefined;
      return { data: bytesOf(complete, plan.encoding), resource: described1, codeLists };
    });
}

/** `mixed` writes every other character beyond ASCII in the other encoding. */
function bytesOf(text: string, encoding: string): Uint8Array {
  const encoder = new TextEncoder();
  const bytes: number[] = [];
  let turn = 0;
  for (const char of text) {
    const point = char.codePointAt(0)!;
    if (point < 0x80) {
      bytes.push(point);
      continue;
    }
    turn += 1;
    const single = encoding === 'windows-1252' || (encoding === 'mixed' && turn % 2 === 0);
    if (single && point < 0x100) bytes.push(point);
    else if (single) bytes.push(0x81);
    else bytes.push(...encoder.encode(char));
  }
  return Uint8Array.from(bytes);
}
