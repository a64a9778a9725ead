/** Integers, decimal numbers and dates against DuckDB, where it means the same by them. */
import { DuckDBInstance } from '@duckdb/node-api';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Field } from '../../../src/validators/description.ts';
import { cellTypeOf } from '../../../src/validators/field-type.ts';

type Connection = Awaited<ReturnType<DuckDBInstance['connect']>>;

let instance: DuckDBInstance;
let duck: Connection;

beforeAll(async () => {
  instance = await DuckDBInstance.create(':memory:');
  duck = await instance.connect();
});
afterAll(() => {
  duck.closeSync();
  instance.closeSync();
});

/** What DuckDB makes of each text by `expression` over `text`; null where it refuses. */
async function theirs(expression: string, texts: readonly string[]): Promise<(string | null)[]> {
  const rows = texts.map((text, at) => `(${at}, '${text.replaceAll("'", "''")}')`).join(', ');
  const result = await duck.runAndReadAll(
    `select cast(${expression} as varchar) from (values ${rows}) as cells(place, text) order by place`,
  );
  return result.getRows().map(([value]) => (value === null ? null : String(value)));
}

/** What we make of it: the value, NaN where it is refused. */
function ours(field: object, texts: readonly string[]): number[] {
  return texts.map((text) => {
    const { type } = cellTypeOf(Field.parse({ name: 'f', ...field }));
    const bytes = new TextEncoder().encode(text);
    return type.read(bytes, 0, bytes.length) === null ? type.value : Number.NaN;
  });
}

function differing(
  texts: readonly string[],
  found: readonly number[],
  expected: readonly number[],
): string[] {
  return texts.flatMap((text, at) =>
    // Zero is zero, whatever its sign.
    Object.is(found[at]! + 0, expected[at]! + 0) ? [] : [`${text}: ${found[at]}, not ${expected[at]}`],
  );
}

function sample(...parts: string[]): string[] {
  const texts = fc
    .array(fc.constantFrom(...parts), { minLength: 1, maxLength: 9 })
    .map((found) => found.join(''));
  return [...new Set(fc.sample(texts, { numRuns: 4000, seed: 7 }))];
}

test('integers', async () => {
  // DuckDB rounds decimals and takes exponents, underscores and blanks around; we do not.
  const texts = sample(...'0123456789', '-', '12', '00', '+', 'y');
  const expected = (await theirs('try_cast(text as bigint)', texts)).map((value) =>
    value === null ? Number.NaN : Number(value),
  );
  expect(differing(texts, ours({ type: 'integer' }, texts), expected)).toEqual([]);
  expect(expected.filter(Number.isNaN).length).toBeGreaterThan(10);
});

test('decimal numbers, with a comma too', async () => {
  const texts = sample(...'0123456789', '.', '-', 'e', 'E5', '1.5', '12.25', 'x').filter(
    // An exponent of five digits is no number to us.
    (text) => /\d/.test(text) && !/e[-+]?\d{5}/i.test(text) && Math.abs(Number(text) || 0) < 1e300,
  );
  const expected = (await theirs('try_cast(text as double)', texts)).map((value) =>
    value === null ? Number.NaN : Number(value),
  );
  expect(differing(texts, ours({ type: 'number', decimalChar: '.' }, texts), expected)).toEqual([]);
  const commas = texts.map((text) => text.replaceAll('.', ','));
  expect(differing(texts, ours({ type: 'number', decimalChar: ',' }, commas), expected)).toEqual([]);
  expect(expected.filter(Number.isNaN).length).toBeGreaterThan(100);
});

const dates = [
  ...['2020-02-29', '2021-02-29', '1900-02-29', '2000-02-29', '2020-04-31', '2020-13-01', '2020-00-10'],
  ...['0001-01-01', '2020-12-31', '2020-1-1', '20200101', '2020-01-01x', '', 'x'],
  ...Array.from({ length: 3000 }, (_, at) => {
    const pad = (part: number, width: number) => String(part).padStart(width, '0');
    return `${pad(1890 + (at % 140), 4)}-${pad((at * 7) % 14, 2)}-${pad((at * 11) % 33, 2)}`;
  }),
];

test.each([
  ['the default format', { type: 'date', format: 'default' }, '%Y-%m-%d', (text: string) => text],
  [
    'a pattern of fixed width',
    { type: 'date', format: '%d.%m.%Y' },
    '%d.%m.%Y',
    (text: string) => text.split('-').reverse().join('.'),
  ],
  [
    'a pattern with a day of the year',
    { type: 'date', format: '%Y-%j' },
    '%Y-%j',
    (text: string) => `${text.slice(0, 5)}${(Number(text.slice(-2)) || 0) * 12}`,
  ],
  [
    'a pattern with words',
    { type: 'date', format: '%d %B %Y' },
    '%d %B %Y',
    (text: string) =>
      `${text.slice(8)} ${['May', 'july', 'October', 'Mars', ''][text.length && Number(text.slice(5, 7)) % 5]} ${text.slice(0, 4)}`,
  ],
])('dates by %s', async (_, field, pattern, write) => {
  const texts = dates
    .map(write)
    // Words in Norwegian, and days and months of one digit, are ours and theirs alone.
    .filter(
      (text) =>
        !/Mars/.test(text) && (pattern.includes('%j') || pattern.includes('%B') || !/\b\d\b/.test(text)),
    );
  const expected = (await theirs(`try_strptime(text, '${pattern}')::date`, texts)).map((value) =>
    value === null ? Number.NaN : Number(value.replaceAll('-', '')),
  );
  expect(differing(texts, ours(field, texts), expected)).toEqual([]);
  expect(expected.filter(Number.isNaN).length).toBeGreaterThan(10);
  expect(expected.filter((value) => !Number.isNaN(value)).length).toBeGreaterThan(100);
});
