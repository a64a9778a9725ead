/** Typed values against DuckDB, a small file at a time: the rows it cannot cast are those refused, and the bounds are its own. */
import { DuckDBInstance } from '@duckdb/node-api';
import fc from 'fast-check';
import { described } from '../../unit/validators/check.ts';
import { reportOf, rowsWith } from '../engine.ts';
import type { BatchResult, Draw, FuzzProperty } from '../fuzz-property.ts';

type Connection = Awaited<ReturnType<DuckDBInstance['connect']>>;

let connection: Promise<Connection> | undefined;

/** What DuckDB makes of each text by `expression` over `text`; null where it refuses. */
async function castAll(expression: string, texts: readonly string[]): Promise<(string | null)[]> {
  connection ??= DuckDBInstance.create(':memory:', { threads: '1' }).then((instance) => instance.connect());
  const result = await (await connection).runAndReadAll(
    `select cast(${expression} as varchar) from (select unnest(string_split($1, chr(10))) as text)`,
    [texts.join('\n')],
  );
  return result.getRows().map(([value]) => (value === null ? null : String(value)));
}

interface Kind {
  readonly field: object;
  readonly expression: string;
  readonly cells: fc.Arbitrary<string>;
  /** A bound of the report, or a value of DuckDB, as what orders it. */
  readonly order: (text: string) => number;
  /** Bounds beyond this are not shown. */
  readonly limitShown: number;
}

const parts = (...texts: string[]) =>
  fc.array(fc.constantFrom(...texts), { minLength: 1, maxLength: 9 }).map((found) => found.join(''));
const pad = (value: number, width: number) => String(value).padStart(width, '0');
const days = (write: (year: string, month: string, day: string) => string) =>
  fc
    .tuple(
      fc.integer({ min: 0, max: 2100 }),
      fc.integer({ min: 0, max: 13 }),
      fc.integer({ min: 0, max: 32 }),
    )
    // Year 0 is a year before Christ to DuckDB, and no year to us.
    .map(([year, month, day]) => write(pad(Math.max(1, year), 4), pad(month, 2), pad(day, 2)));
const isoShape = String.raw`\d{4}-\d{2}-\d{2}`;
const ofDate = (text: string) => Number(text.replaceAll('-', ''));
const decimals = parts(...'0123456789', '.', '-', 'e', 'E5', '1.5', '12.25', 'x').filter(
  // An exponent of five digits is no number to us, and neither is a cell without a digit to anyone.
  (text) => /\d/.test(text) && !/e[-+]?\d{5}/i.test(text) && Math.abs(Number(text) || 0) < 1e300,
);
/** Of the shape that a format asks for, DuckDB says which are days; it reads other shapes as well (`1.1.2020`, `00-10-10`), and we refuse them. */
const date = (format: string, shape: string, write: Parameters<typeof days>[0]): Kind => ({
  field: { type: 'date', format },
  expression: `case when regexp_full_match(text, '${shape}') then try_strptime(text, '${format === 'default' ? '%Y-%m-%d' : format}')::date end`,
  cells: fc.oneof({ weight: 9, arbitrary: days(write) }, parts('1', '0', '-', '.', '/', 'x', '10', '2020')),
  order: ofDate,
  limitShown: Number.POSITIVE_INFINITY,
});

const kinds: readonly Kind[] = [
  {
    field: { type: 'integer' },
    expression: 'try_cast(text as bigint)',
    cells: parts(...'0123456789', '-', '12', '00', '+', 'y'),
    order: Number,
    limitShown: 1e9,
  },
  {
    field: { type: 'number', decimalChar: '.' },
    expression: 'try_cast(text as double)',
    cells: decimals,
    order: Number,
    limitShown: 1e9,
  },
  {
    field: { type: 'number', decimalChar: ',' },
    expression: `try_cast(replace(text, ',', '.') as double)`,
    cells: decimals.map((text) => text.replaceAll('.', ',')),
    order: Number,
    limitShown: 1e9,
  },
  date('default', isoShape, (year, month, day) => `${year}-${month}-${day}`),
  date('%d.%m.%Y', String.raw`\d{2}[.]\d{2}[.]\d{4}`, (year, month, day) => `${day}.${month}.${year}`),
  date('%Y-%m-%d', isoShape, (year, month, day) => `${year}-${month}-${day}`),
  date('%d/%m/%Y', String.raw`\d{2}/\d{2}/\d{4}`, (year, month, day) => `${day}/${month}/${year}`),
];

const compiled = kinds.map((kind) => {
  const fields = [
    { name: 'a', 'no:sensitivity': 'public', ...kind.field },
    { name: 'z', type: 'string' },
  ];
  const file = fc.array(kind.cells, { minLength: 1, maxLength: 8 });
  return { ...kind, file, resource: described(fields, { dialect: { delimiter: ';' } }) };
});

/** What of a report a caster of values can tell: the rows refused and the bounds of the others. */
function told(wrong: readonly number[], values: readonly number[], limitShown: number): string {
  if (values.length === 0) return JSON.stringify({ wrong });
  const [min, max] = [Math.min(...values) + 0, Math.max(...values) + 0];
  return JSON.stringify(
    Math.max(Math.abs(min), Math.abs(max)) >= limitShown ? { wrong } : { wrong, min, max },
  );
}

async function batch({ seed, runs }: Draw): Promise<BatchResult> {
  const { file, expression, resource, order, limitShown } = compiled[Math.abs(seed) % compiled.length]!;
  const files = fc.sample(file, { seed, numRuns: runs });
  const cast = await castAll(expression, files.flat());
  let at = 0;
  for (const [index, cells] of files.entries()) {
    const theirs = cast.slice(at, at + cells.length);
    at += cells.length;
    const data = new TextEncoder().encode(`a;z\n${cells.map((cell) => `${cell};x\n`).join('')}`);
    const report = reportOf(data, { options: { resource }, internals: { headBytes: 16 } });
    const bounds = report.columns[0]!.bounds;
    const found = told(
      rowsWith(report, ['type-error', 'spreadsheet']),
      bounds === null ? [] : [order(bounds.min), order(bounds.max)],
      limitShown,
    );
    const expected = told(
      theirs.flatMap((value, row) => (value === null ? [row + 1] : [])),
      theirs.flatMap((value) => (value === null ? [] : [order(value)])),
      limitShown,
    );
    if (found === expected) continue;
    const failure = `seed ${seed}, file ${index}: ${JSON.stringify(cells)}\n  by ${expression}\n  found    ${found}\n  expected ${expected}`;
    return { cases: index, failure };
  }
  return { cases: files.length, failure: null };
}

export const typedValues: FuzzProperty[] = [
  {
    name: 'typed-values',
    claim: 'integers, decimals and dates: the rows refused and the bounds are those of DuckDB',
    cases: 180_000,
    batchRuns: 2000,
    batch,
  },
];
