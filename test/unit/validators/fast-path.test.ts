/** The fast path gives the report of the generic path, byte for byte: on every golden file, on any described file, however the bytes are cut. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { type CheckInternals, type CheckOptions, createChecker } from '../../../src/validators/checker.ts';
import { Column } from '../../../src/validators/column.ts';
import { parseDataPackage } from '../../../src/validators/description.ts';
import { describedFile } from './any-described-file.ts';
import { byteByByte, codeList, cutAt, described } from './check.ts';

const folder = join(import.meta.dirname, '../../vectors/validators');
const runs = Number(process.env.FAST_PATH_RUNS ?? 1500);

const usual = {
  fileName: 'fil.csv',
  language: 'nb',
  syntheticIds: 'accept',
  today: '2026-11-23',
  descriptionSha256: null,
} as const;

function report(
  data: Uint8Array,
  options: Partial<CheckOptions>,
  internals: CheckInternals,
  chunks: Iterable<Uint8Array> = [data],
): string {
  const checker = createChecker({ ...usual, ...options }, internals);
  for (const chunk of chunks) checker.push(chunk);
  return JSON.stringify(checker.finish({ sha256: null }));
}

interface Case {
  resource?: unknown;
  klass?: string[];
}

describe('golden files', () => {
  test.each(readdirSync(folder).sort())('%s', (name) => {
    const source = readFileSync(join(folder, name, 'case.json'), 'utf8');
    const { resource, klass = [], ...rest } = JSON.parse(source) as Case;
    const options = {
      ...rest,
      resource: resource === undefined ? undefined : parseDataPackage({ resources: [resource] }).resources[0],
      codeLists: klass.map(codeList),
    };
    const data = new Uint8Array(readFileSync(join(folder, name, 'input')));
    // The fast path wants some bytes after a row: with the file three times over it reads the rows of the first.
    const thrice = new Uint8Array([...data, ...data, ...data]);
    for (const bytes of [data, thrice]) {
      expect(report(bytes, options, {})).toBe(report(bytes, options, { path: 'generic' }));
      for (const headBytes of [1, 40]) {
        const generic = report(bytes, options, { path: 'generic', headBytes });
        expect(report(bytes, options, { headBytes })).toBe(generic);
        expect(report(bytes, options, { headBytes }, byteByByte(bytes))).toBe(generic);
        for (let at = 0; at <= bytes.length; at += 7) {
          expect(report(bytes, options, { headBytes }, cutAt(at)(bytes))).toBe(generic);
        }
      }
    }
  });
});

describe('any described file', () => {
  test('whole, cut anywhere and byte by byte', () => {
    fc.assert(
      fc.property(
        describedFile,
        fc.array(fc.nat(3000), { maxLength: 4 }),
        fc.constantFrom(1, 64, 300, 65_536),
        fc.constantFrom('accept', 'refuse'),
        ({ data, resource, codeLists }, places, headBytes, syntheticIds) => {
          const options = { resource, codeLists, syntheticIds, maxSamples: 3 } as const;
          const generic = report(data, options, { path: 'generic', headBytes });
          expect(report(data, options, { headBytes })).toBe(generic);
          expect(report(data, options, { headBytes }, cutAt(...places)(data))).toBe(generic);
          if (headBytes === 1) expect(report(data, options, { headBytes }, byteByByte(data))).toBe(generic);
        },
      ),
      { numRuns: runs },
    );
  }, 600_000);

  test('cut at every place', () => {
    fc.assert(
      fc.property(describedFile, ({ data, resource, codeLists }) => {
        const options = { resource, codeLists };
        const generic = report(data, options, { path: 'generic', headBytes: 32 });
        for (let at = 0; at <= data.length; at++) {
          expect(report(data, options, { headBytes: 32 }, cutAt(at)(data))).toBe(generic);
        }
      }),
      { numRuns: Math.ceil(runs / 200) },
    );
  }, 600_000);
});

describe('what the fast path takes', () => {
  afterEach(() => vi.restoreAllMocks());

  test('reads plain cells of every plain kind without their columns', () => {
    const cell = vi.spyOn(Column.prototype, 'cell');
    const fields = [
      { name: 'person', 'no:identifier': 'person' },
      { name: 'orgnr', 'no:identifier': 'orgnr' },
      { name: 'dato', type: 'date' },
      { name: 'dag', type: 'date', format: '%d/%m/%Y' },
      { name: 'kode', type: 'string', constraints: { enum: ['01', '02'] } },
      { name: 'antall', type: 'integer', constraints: { minimum: 0 } },
      { name: 'belop', type: 'number' },
      { name: 'tekst', type: 'string' },
    ];
    const row = '30108299920;123456785;2020-01-31;31/01/2020;01;12;-1,5;"Blåbær; på tur"';
    const data = new TextEncoder().encode(
      `${fields.map((field) => field.name).join(';')}\n${`${row}\n`.repeat(500)}`,
    );
    const checked = JSON.parse(report(data, { resource: described(fields) }, {})) as { rows: number };
    expect(checked.rows).toBe(500);
    // The last rows of a piece are the generic path's, and so are the rows that decide on encoding and decimal mark.
    expect(cell.mock.calls.length).toBeLessThan(5 * fields.length);
  });

  test('a subclass of Uint8Array is read as well', () => {
    const data = Buffer.from(`a;b\n${'1;x\n'.repeat(100)}`);
    expect(report(data, {}, {})).toBe(report(new Uint8Array(data), {}, { path: 'generic' }));
  });
});
