/** Structure against csv-parse: its records and cells are the scanner's, and their numbers and lengths are the report's. */
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { described } from '../../unit/validators/check.ts';
import { scan } from '../../unit/validators/scan.ts';
import { reportOf } from '../engine.ts';
import { demandSame, type FuzzProperty, propertyOf } from '../fuzz-property.ts';

const signs = fc.constantFrom(
  { delimiter: ';', quote: '"' },
  { delimiter: ',', quote: '"' },
  { delimiter: '\t', quote: "'" },
  { delimiter: '|', quote: "'" },
);

const plain = fc.string({ unit: fc.constantFrom('a', 'å', '9', ' ', '-', '𝒳', '.', '#'), maxLength: 6 });
const inQuotes = fc.string({
  unit: fc.constantFrom('a', 'ø', ';', ',', '\t', '|', '\n', '\r\n', '"', "'", '1'),
  maxLength: 6,
});
const cell = fc.oneof(
  plain.map((text) => ({ text, quoted: false })),
  inQuotes.map((text) => ({ text, quoted: true })),
);
// The first cell is never empty: what is a blank row to us is none to csv-parse.
const first = plain.map((text) => ({ text: `x${text}`, quoted: false }));

const table = fc.integer({ min: 2, max: 5 }).chain((width) =>
  fc.record({
    signs,
    rows: fc.array(fc.tuple(first, fc.array(cell, { minLength: width - 1, maxLength: width - 1 })), {
      minLength: 1,
      maxLength: 8,
    }),
    end: fc.constantFrom('\n', '\r\n', '\r'),
    last: fc.boolean(),
    width: fc.constant(width),
  }),
);

const resources = new Map<string, ReturnType<typeof described>>();

function resourceOf(width: number, { delimiter, quote }: { delimiter: string; quote: string }) {
  const key = `${width}${delimiter}${quote}`;
  const fields = Array.from({ length: width }, (_, at) => ({ name: `v${at}`, type: 'string' }));
  const resource =
    resources.get(key) ?? described(fields, { dialect: { delimiter, quoteChar: quote, header: false } });
  resources.set(key, resource);
  return resource;
}

function lengthsOf(rows: readonly string[][], column: number): unknown {
  const cells = rows.map((row) => row[column]!).filter((text) => text !== '');
  const lengths = cells.map((text) => [...text].length);
  return {
    count: rows.length,
    missing: rows.length - cells.length,
    minLength: cells.length === 0 ? null : Math.min(...lengths),
    maxLength: cells.length === 0 ? null : Math.max(...lengths),
  };
}

export const structure: FuzzProperty[] = [
  propertyOf(
    {
      name: 'structure',
      claim: 'well-formed text: records and cells, numbers and lengths as csv-parse has them',
      cases: 200_000,
      batchRuns: 4000,
    },
    table,
    ({ signs, rows, end, last, width }) => {
      const { delimiter, quote } = signs;
      const write = ({ text, quoted }: { text: string; quoted: boolean }) =>
        quoted ? quote + text.replaceAll(quote, quote + quote) + quote : text;
      const lines = rows.map(([one, others]) => [one, ...others].map(write).join(delimiter));
      const text = lines.join(end) + (last ? end : '');
      const expected: string[][] = parse(text, {
        delimiter,
        quote,
        escape: quote,
        record_delimiter: ['\r\n', '\n', '\r'],
      });
      const data = new TextEncoder().encode(text);
      const records = scan([data], undefined, signs).rows;
      demandSame(JSON.stringify(records), JSON.stringify(expected), JSON.stringify(text));
      const report = reportOf(data, {
        options: { resource: resourceOf(width, signs) },
        internals: { headBytes: 1024 },
      });
      const found = report.columns.map(({ count, missing, minLength, maxLength }) => ({
        count,
        missing,
        minLength,
        maxLength,
      }));
      const lengths = report.columns.map((_, column) => lengthsOf(expected, column));
      demandSame(JSON.stringify(found), JSON.stringify(lengths), JSON.stringify(text));
      return undefined;
    },
  ),
];
