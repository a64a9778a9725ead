/**
 * Lines of more than four gigabytes, really streamed: `npm run fuzz:lines [-- GIGABYTES]`. What is said of such a file must be
 * what is said of the same file with a line of two megabytes, but for the places after it, which lie so many bytes later.
 */
import assert from 'node:assert/strict';
import { parseDataPackage, type Resource } from '../../src/validators/description.ts';
import type { Report } from '../../src/validators/report.ts';
import { reportOf } from './engine.ts';

const shortBytes = 2_000_000;
const longBytes = Number(process.argv[2] ?? '4.4') * 1e9;
const chunkBytes = 1024 * 1024;
/** Keys beyond the first few thousand lie outside memory, places and all. */
const limitMemoryBytes = 64 * 1024;

interface Case {
  readonly name: string;
  /** The line, its end aside, is `begin`, as many `fill` as it takes, and `end`. */
  readonly begin: string;
  readonly fill: string;
  readonly end: string;
  readonly before: string;
  readonly after: string;
  readonly resource: Resource;
  readonly path?: 'fast' | 'generic';
  readonly fillIsRow?: boolean;
  /** Found in the line itself, and in the lines after it. */
  readonly found: readonly string[];
}

function resourceOf(schema: object, more: object = {}): Resource {
  return parseDataPackage({ resources: [{ name: 'fil', path: 'fil.csv', ...more, schema }] }).resources[0]!;
}

const fields = [
  { name: 'nr', type: 'integer', constraints: { unique: true } },
  { name: 'tekst', type: 'string' },
];
const fixedFields = [
  { name: 'nr', type: 'integer', 'no:start': 1, 'no:width': 4, constraints: { unique: true } },
  { name: 'kode', type: 'string', 'no:start': 5, 'no:width': 2, constraints: { enum: ['01', '02'] } },
];
// After the line: a blank line, a wrong cell, an empty key, a quote inside a cell, a broken quote, a key seen before.
const rows = '3;c\n\n4x;d\n;e\n5;f"g\n6;"h"i\n1;j\n7;k\n8\n';
const found = ['structure/quote', 'missing-cell', 'type-error/integer', 'unique-error', 'blank-row'];
const foundWithLine = ['structure/too-long', ...found];
const described = resourceOf({ fields });
const delimited = { before: 'nr;tekst\n1;a\n', after: rows, resource: described };

const cases: readonly Case[] = [
  { ...delimited, name: 'a cell', begin: '2;', fill: 'x', end: '', found: foundWithLine },
  {
    ...{ ...delimited, name: 'a cell, generic path', path: 'generic' },
    ...{ begin: '2;', fill: 'x', end: '', found: foundWithLine },
  },
  { ...delimited, name: 'cells', begin: '2', fill: ';ab', end: '', found: foundWithLine },
  { ...delimited, name: 'in quotes', begin: '2;"', fill: 'x', end: '"', found: foundWithLine },
  {
    ...{ ...delimited, name: 'doubled quotes' },
    ...{ begin: '2;"', fill: '""', end: '"', found: foundWithLine },
  },
  {
    ...{ name: 'a delimiter of two characters', begin: '2::', fill: 'x', end: '' },
    ...{ before: delimited.before.replaceAll(';', '::'), after: rows.replaceAll(';', '::') },
    resource: resourceOf({ fields }, { dialect: { delimiter: '::' } }),
    found: foundWithLine,
  },
  {
    ...{ name: 'a comment', begin: '#', fill: 'x', end: '', before: delimited.before, after: rows, found },
    resource: resourceOf({ fields }, { dialect: { delimiter: ';', commentChar: '#' } }),
  },
  {
    ...{ name: 'fixed positions', begin: '000201', fill: 'x', end: '', before: '000101\n' },
    after: '000301\n\n00x402\n000503\n000101\n00060\n',
    resource: resourceOf({ fields: fixedFields }),
    found: [
      'structure/too-long',
      'structure/record-length',
      'type-error/integer',
      'unique-error',
      'constraint-error/enum',
    ],
  },
  // Not one line, but as many bytes of rows that the fast path reads.
  {
    ...{ name: 'rows', begin: '', fill: `2;${'x'.repeat(997)}\n`, end: '2;z', fillIsRow: true },
    ...{ before: delimited.before, after: rows, found: found.filter((code) => code !== 'unique-error') },
    resource: resourceOf({ fields: fields.map(({ name, type }) => ({ name, type })) }),
  },
];

function* bytesOf({ before, begin, fill, end, after }: Case, lineBytes: number): Iterable<Uint8Array> {
  const unit = Buffer.from(fill);
  const piece = Buffer.alloc(unit.length * Math.floor(chunkBytes / unit.length), unit);
  yield Buffer.from(`${before}${begin}`);
  for (let left = lineBytes; left > 0; left -= piece.length) {
    yield left >= piece.length ? piece : piece.subarray(0, unit.length * Math.ceil(left / unit.length));
  }
  yield Buffer.from(`${end}\n${after}`);
}

function check(one: Case, lineBytes: number): { report: Report; bytes: number } {
  let bytes = 0;
  function* counted(): Iterable<Uint8Array> {
    for (const chunk of bytesOf(one, lineBytes)) {
      bytes += chunk.length;
      yield chunk;
    }
  }
  const report = reportOf(new Uint8Array(0), {
    options: { resource: one.resource, maxSamples: 5 },
    internals: { path: one.path ?? 'fast' },
    keyHost: { memoryBytes: limitMemoryBytes },
    chunks: counted(),
  });
  return { report, bytes };
}

/** The report as it is when all that stands after the line stands so many bytes, and rows, later. */
function moved(report: Report, limitByte: number, bytes: number, rowsMore: number): Report {
  const numberOf = (row: number | null) => (row === null || row <= 2 ? row : row + rowsMore);
  return {
    ...report,
    file: { ...report.file, bytes: report.file.bytes + bytes },
    rows: report.rows + rowsMore,
    rules: report.rules.map((rule) => ({
      ...rule,
      firstRow: numberOf(rule.firstRow),
      lastRow: numberOf(rule.lastRow),
      samples: rule.samples.map((sample) =>
        sample.byte === null || sample.byte < limitByte
          ? sample
          : {
              ...{ ...sample, byte: sample.byte + bytes, row: numberOf(sample.row) },
              line: sample.line === null ? null : sample.line + rowsMore,
            },
      ),
    })),
    columns: report.columns.map((column) => ({ ...column, count: column.count + rowsMore })),
  };
}

for (const one of cases) {
  const started = performance.now();
  const short = check(one, shortBytes);
  const long = check(one, longBytes);
  const codes = short.report.rules.map(({ code, sub }) => (sub === null ? code : `${code}/${sub}`));
  for (const code of one.found)
    assert.ok(codes.includes(code), `${one.name}: no ${code} among ${codes.join()}`);
  const bytesMore = long.bytes - short.bytes;
  const rowsMore = one.fillIsRow === true ? bytesMore / one.fill.length : 0;
  assert.equal(long.report.file.bytes, long.bytes);
  const limitByte = one.before.length + shortBytes;
  assert.deepEqual(long.report, moved(short.report, limitByte, bytesMore, rowsMore), one.name);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`${one.name}: ${long.bytes} bytes in ${seconds} s`);
}
