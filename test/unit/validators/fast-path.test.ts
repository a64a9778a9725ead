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
  const checker = createChecker({ ...usual, ...options }, {}, internals);
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

describe('every number and day', () => {
  const kinds = ['person', 'fnr', 'dnr', 'hnr'] as const;

  test.each(kinds)('%s: all pairs of control digits, all days and months', (kind) => {
    const two = (value: number) => String(value).padStart(2, '0');
    const lines: string[] = [];
    for (let start = 0; start < 60; start++) {
      for (let end = 0; end < 100; end++)
        lines.push(`${two(1 + (start % 28))}${two(1 + (start % 12))}75${two(start)}5${two(end)}`);
    }
    for (let day = 0; day < 100; day++) {
      for (let month = 0; month < 100; month++)
        lines.push(withControl(`${two(day)}${two(month)}${two(month)}500`));
    }
    const data = new TextEncoder().encode(`nr;x\n${lines.join(';1\n')};1\n`);
    for (const syntheticIds of ['accept', 'refuse'] as const) {
      const resource = described([{ name: 'nr', 'no:identifier': kind }, { name: 'x' }]);
      const generic = report(data, { resource, syntheticIds }, { path: 'generic' });
      expect(report(data, { resource, syntheticIds }, {})).toBe(generic);
    }
  });

  test('all organisation numbers of some series', () => {
    const lines = Array.from({ length: 20_000 }, (_, at) => String(912_345_000 + at * 7));
    const data = new TextEncoder().encode(`nr\n${lines.join('\n')}\n`);
    const resource = described([{ name: 'nr', 'no:identifier': 'orgnr' }]);
    expect(report(data, { resource }, {})).toBe(report(data, { resource }, { path: 'generic' }));
  });

  test.each(['default', '%d.%m.%Y', '%Y%m%d', 'any'])('dates as %s', (format) => {
    const lines: string[] = [];
    for (const year of ['1900', '2000', '2023', '2024', '0000', '9999']) {
      for (let month = 0; month <= 13; month++) {
        for (let day = 0; day <= 32; day++) {
          const [mm, dd] = [String(month).padStart(2, '0'), String(day).padStart(2, '0')];
          lines.push(
            format === '%d.%m.%Y'
              ? `${dd}.${mm}.${year}`
              : format === '%Y%m%d'
                ? year + mm + dd
                : `${year}-${mm}-${dd}`,
          );
        }
      }
    }
    const data = new TextEncoder().encode(`d\n${lines.join('\n')}\n`);
    const resource = described([{ name: 'd', type: 'date', format, 'no:sensitivity': 'public' }]);
    expect(report(data, { resource }, {})).toBe(report(data, { resource }, { path: 'generic' }));
  });
});

/** Nine digits with two control digits after; 00 where there are none. */
function withControl(start: string): string {
  const digits = [...start].map(Number);
  for (const weights of [
    [3, 7, 6, 1, 8, 9, 4, 5, 2],
    [5, 4, 3, 2, 7, 6, 5, 4, 3, 2],
  ]) {
    const sum = weights.reduce((total, weight, at) => total + weight * (digits[at] ?? 0), 0);
    digits.push((11 - (sum % 11)) % 11);
  }
  return digits.includes(10) ? `${start}00` : digits.join('');
}

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

  test.each([
    ['a line of totals', 'Sum;;9\n'],
    ['a line of totals in quotes', '"Totalt";"";9\n'],
    ['a line of totals after an empty cell', ';i alt;\n'],
    ['the header once more', 'a;b;c\n'],
    ['a byte order mark', '\ufeffx;y;1\n'],
    ['a byte order mark and the header', '\ufeffa;b;c\n'],
    ['a broken quote and the rest of its text', 'x;"y\nz" w;1\nrest\n'],
  ])('%s, far from the end of the bytes', (_, accident) => {
    for (const rest of ['\n'.repeat(40), 'x;y;1\n'.repeat(40)]) {
      const data = new TextEncoder().encode(`a;b;c\n${'x;y;1\n'.repeat(40)}${accident}${rest}`);
      const generic = report(data, {}, { path: 'generic' });
      expect(report(data, {}, {})).toBe(generic);
    }
  });

  test.each([
    ['declared', ','],
    ['not declared', undefined],
  ])('a decimal mark %s that is the delimiter ends its cell, but in quotes', (_, decimalChar) => {
    const number = { type: 'number', ...(decimalChar === undefined ? {} : { decimalChar }) };
    const rows = '"1,5",x\n2,y\n1,5,z\n3,"0,5"\n1,5\n';
    for (const fields of [
      [{ name: 'a', ...number }],
      [{ name: 'a', ...number }, { name: 'b' }],
      [{ name: 'b' }, { name: 'a', ...number }],
    ]) {
      const resource = described(fields, { dialect: { delimiter: ',', header: false } });
      const data = new TextEncoder().encode(rows.repeat(20));
      expect(report(data, { resource }, {})).toBe(report(data, { resource }, { path: 'generic' }));
    }
  });

  test('a subclass of Uint8Array is read as well', () => {
    const data = Buffer.from(`a;b\n${'1;x\n'.repeat(100)}`);
    expect(report(data, {}, {})).toBe(report(new Uint8Array(data), {}, { path: 'generic' }));
  });
});
