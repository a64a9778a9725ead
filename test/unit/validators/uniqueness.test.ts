/** Uniqueness is exact whether the keys fit in memory or not, and says so when it could not be followed. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { hash128 } from '../../../src/validators/keyed-hash.ts';
import type { Report } from '../../../src/validators/report.ts';
import { RowKey } from '../../../src/validators/row-key.ts';
import { SeenKeys } from '../../../src/validators/seen-keys.ts';
import type { SpillStore } from '../../../src/validators/spill-store.ts';
import { openSpillFile } from '../../../src/validators/worker/spill-file.ts';
import { check, described, findings } from './check.ts';

const folder = mkdtempSync(join(tmpdir(), 'uniqueness-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A store in memory that fails once so many blocks have been appended, or while they are read back. */
function memoryStore(limits: { blocks?: number; reads?: number } = {}): SpillStore {
  let left = limits.blocks ?? Number.POSITIVE_INFINITY;
  let reads = limits.reads ?? Number.POSITIVE_INFINITY;
  return {
    createRun() {
      const kept: Uint8Array[] = [];
      return {
        append(block) {
          left -= 1;
          if (left < 0) throw new Error('brimful');
          kept.push(block.slice());
        },
        *blocks() {
          for (const block of kept) {
            reads -= 1;
            if (reads < 0) throw new Error('unreadable');
            yield block;
          }
        },
      };
    },
    close() {},
  };
}

const tiny = { memoryBytes: 0, openSpill: () => memoryStore() };
const roomy = { memoryBytes: 64 * 1024 * 1024 };
/** Rows of all but the first keys are in the store, and the keys themselves in few bytes. */
const compact = { memoryBytes: 64 * 1024 * 1024, rowsBytes: 0, openSpill: () => memoryStore() };
/** Room for one compact set, and not for all that come. */
const cramped = { ...compact, memoryBytes: 4_300_000 };

const resource = described(
  [
    { name: 'fnr', type: 'string' },
    { name: 'n', type: 'integer', constraints: { unique: true } },
    { name: 'dag', type: 'date' },
    { name: 'tekst', type: 'string', 'no:sensitivity': 'public', constraints: { unique: true } },
  ],
  { 'no:duplicates': false },
  { primaryKey: 'fnr', uniqueKeys: [['fnr', 'dag'], ['dag', 'tekst'], ['tekst']] },
);

function fileOf(rows: readonly string[]): string {
  return `fnr;n;dag;tekst\n${rows.join('\n')}\n`;
}

/** Without the evidence of the encoding, which is not at issue. */
function told(report: Report): unknown {
  return [report.verdict, report.complete, report.rules, report.file.evidence];
}

describe('a file whose keys do not fit in memory gives the same report', () => {
  test('with many keys of every kind', () => {
    const rows = Array.from({ length: 9000 }, (_, at) => {
      const id = String(10_000_000_000 + ((at * 7919) % 8900));
      const text = at % 3 === 0 ? `${at % 4001}` : `en lang tekst som ikke får plass ${(at * 31) % 8000}`;
      return `${id};${at % 5 === 0 ? '' : (at * 13) % 8800};2020-01-${String(1 + (at % 28)).padStart(2, '0')};${text}`;
    });
    const data = fileOf(rows);
    const inMemory = check(data, { resource, keyHost: roomy });
    expect(findings(inMemory)).toContain('primary-key fnr: 100');
    for (const keyHost of [tiny, compact, cramped]) {
      expect(told(check(data, { resource, keyHost }))).toEqual(told(inMemory));
    }
    const onDisk = { memoryBytes: 40_000, openSpill: () => openSpillFile({ folder }) };
    expect(told(check(data, { resource, keyHost: onDisk }))).toEqual(told(inMemory));
    expect(readdirSync(folder)).toEqual([]);
  });

  test('when repetitions lie on both sides of the edge of memory', () => {
    const row = fc.tuple(fc.nat(2500), fc.nat(40), fc.constantFrom('a', 'Ås', 'noe lengre enn femten tegn'));
    const rows = fc.array(row, { minLength: 1200, maxLength: 3000, size: 'max' });
    fc.assert(
      fc.property(rows, fc.nat(60_000), fc.nat(12), (drawn, memoryBytes, maxSamples) => {
        const data = fileOf(
          drawn.map(([id, day, text]) => `${id};${id}${day};2020-03-${10 + (day % 20)};${text}${id % 7}`),
        );
        const options = { resource, maxSamples };
        const inMemory = check(data, { ...options, keyHost: roomy });
        const keyHost = [{ ...tiny, memoryBytes }, compact, cramped][drawn.length % 3]!;
        expect(told(check(data, { ...options, keyHost }))).toEqual(told(inMemory));
      }),
      { numRuns: 12 },
    );
  });
});

describe('what counts as the same', () => {
  const unique = (field: object) => described([{ name: 'a', constraints: { unique: true }, ...field }]);
  const cases: [string, object, string[], number][] = [
    ['integers by value', { type: 'integer' }, ['1', '01', '+1', '-1', '1 000', '1000'], 3],
    [
      'integers too large for a double, by their digits',
      { type: 'integer' },
      ['9007199254740993', '9007199254740992'],
      0,
    ],
    ['text of digits by its bytes', { type: 'string' }, ['1', '01', '001', '1'], 1],
    ['decimals by value', { type: 'number' }, ['1,5', '1,50', '1,05', '-1,5'], 1],
    ['zeros by value', { type: 'number' }, ['0', '0,0', '-0', '00,00'], 3],
    ['decimals too small for a double as they are written', { type: 'number' }, ['0', '1e-400', '2e-400'], 0],
    ['dates by value', { type: 'date' }, ['2020-01-01', '01.01.2020', '20200101', '2020-01-02'], 2],
    ['moments by their bytes', { type: 'datetime' }, ['2020-01-01T10:00:00Z', '2020-01-01T10:00:00'], 0],
    [
      'text beyond fifteen characters',
      { type: 'string' },
      ['x'.repeat(16), 'x'.repeat(17), 'x'.repeat(16)],
      1,
    ],
    ['long text that begins alike', { type: 'string' }, [`${'x'.repeat(300)}a`, `${'x'.repeat(300)}b`], 0],
    ['wrong cells too', { type: 'integer' }, ['x', 'y', 'x'], 1],
    ['missing values never', { type: 'string' }, ['""', '""'], 0],
  ];
  test.each(cases)('%s', (_, field, cells, repeated) => {
    for (const keyHost of [roomy, tiny, compact]) {
      const report = check(`a\n${cells.join('\n')}\n`, { resource: unique(field), keyHost });
      const found = report.rules.find((rule) => rule.code === 'unique-error');
      expect(found?.count ?? 0).toBe(repeated);
    }
  });

  test('no two different rows of short cells have one key', () => {
    const cell = fc.oneof(
      fc.stringMatching(/^[01ab]{0,5}$/),
      fc.stringMatching(/^\d{0,16}$/),
      fc.string({ maxLength: 18 }),
    );
    const key = new RowKey([1, 2, 3, 4]);
    const words = (cells: readonly string[]) => {
      key.begin();
      for (const one of cells) {
        const bytes = new TextEncoder().encode(one);
        key.addBytes(bytes, 0, bytes.length);
      }
      key.end();
      return `${key.narrow} ${[...key.words].join()}`;
    };
    const cells = fc.array(cell, { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(cells, cells, (a, b) => {
        expect(words(a) === words(b)).toBe(JSON.stringify(a) === JSON.stringify(b));
      }),
      { numRuns: 2000 },
    );
  });
});

describe('keys far beyond what is kept with rows', () => {
  const resourceOf = (schema: Record<string, unknown>) =>
    described([{ name: 'a', type: 'string' }, { name: 'b' }], {}, schema);
  const number = (at: number) => String((at * 89_999_999) % 99_999_999_977).padStart(11, '0');
  /** Rows of `keys` keys, the last of them `repeated` at places spread over the file. */
  function rowsOf(keys: number, repeated: number, write: (at: number) => string): string {
    const rows = Array.from({ length: keys }, (_, at) => write(at));
    for (let at = 0; at < repeated; at++) rows.push(write(Math.floor((at * keys) / repeated)));
    return `a;b\n${rows.join('\n')}\n`;
  }

  test.each([
    ['numbers', { uniqueKeys: [['a']] }, (at: number) => `${number(at)};x`],
    ['numbers of many digits', { uniqueKeys: [['a']] }, (at: number) => `9${number(at)}123;x`],
    ['pairs', { primaryKey: ['a', 'b'] }, (at: number) => `${number(at >> 1)};${at & 1}`],
    ['long texts', { uniqueKeys: [['a']] }, (at: number) => `lopenummer-${number(at)};x`],
  ])('%s: the same report as with all of them in memory', (_, schema, write) => {
    const data = rowsOf(60_000, 17, write);
    const options = { resource: resourceOf(schema), maxSamples: 10 };
    const inMemory = check(data, { ...options, keyHost: roomy });
    expect(inMemory.rules.find(({ code }) => /unique|primary/.test(code))?.count).toBe(17);
    for (const keyHost of [compact, cramped, tiny]) {
      expect(told(check(data, { ...options, keyHost }))).toEqual(told(inMemory));
    }
  });

  test('nothing is read back where nothing is repeated, or where no sample is wanted', () => {
    const unreadable = { ...compact, openSpill: () => memoryStore({ reads: 0 }) };
    for (const write of [(at: number) => `${number(at)};x`, (at: number) => `lopenummer-${number(at)};x`]) {
      const report = check(rowsOf(30_000, 0, write), {
        resource: resourceOf({ uniqueKeys: [['a']] }),
        keyHost: unreadable,
      });
      expect(findings(report).filter((id) => id.startsWith('uniq'))).toEqual([]);
      expect(report.complete).toBe(true);
    }
    const repeated = check(
      rowsOf(30_000, 40, (at) => `${number(at)};x`),
      {
        resource: resourceOf({ uniqueKeys: [['a']] }),
        keyHost: unreadable,
        maxSamples: 0,
      },
    );
    expect(findings(repeated)).toContain('unique-error a: 40');
    expect(repeated.complete).toBe(true);
  });
});

describe('the report says how far uniqueness was followed', () => {
  const one = described([{ name: 'a', constraints: { unique: true } }]);
  const data = `a\n${Array.from({ length: 6000 }, (_, at) => `${at % 5000}`).join('\n')}\n`;
  const evidenceOf = (report: Report) => report.file.evidence.find(({ subject }) => subject === 'uniqueness');

  test('exactly, with how many keys differ', () => {
    expect(evidenceOf(check(data, { resource: one, keyHost: tiny }))).toEqual({
      subject: 'uniqueness',
      source: 'declared',
      value: 'constraints.unique a: exact',
      agreeing: 5000,
      seen: 6000,
    });
  });

  test('not to the end without a store, and what memory holds is still compared', () => {
    const report = check(`${data}7\n`, { resource: one, keyHost: { memoryBytes: 0 } });
    expect(findings(report)).toContain('uniqueness/memory a: 1');
    expect(report.complete).toBe(false);
    expect(evidenceOf(report)?.value).toBe('constraints.unique a: not complete');
    expect(report.rules.find((rule) => rule.code === 'unique-error')?.samples[0]?.expected).toBe('= 1');
  });

  test.each([
    ['is full', () => memoryStore({ blocks: 3 })],
    ['cannot be read back', () => memoryStore({ reads: 2 })],
    ['cannot be opened', () => openSpillFile({ folder: join(folder, 'absent') })],
    ['is at its limit on disk', () => openSpillFile({ folder, limitBytes: 40_000 })],
  ])('not to the end when the store %s', (_, openSpill) => {
    const many = `a\n${Array.from({ length: 400_000 }, (_, at) => `${at % 399_999}`).join('\n')}\n`;
    const report = check(many, { resource: one, keyHost: { memoryBytes: 0, openSpill } });
    expect(findings(report)).toContain('uniqueness/storage a: 1');
    expect(report.complete).toBe(false);
    expect(JSON.stringify(report)).not.toMatch(/absent|unreadable|brimful/);
  });
});

describe('the store on disk', () => {
  test('gives every block back in order, and has no name', () => {
    const store = openSpillFile({ folder });
    const runs = [store.createRun(), store.createRun()];
    const block = (at: number) => new Uint8Array(at * 7).fill(at);
    for (let at = 0; at < 20; at++) runs[at % 2]!.append(block(at));
    expect(readdirSync(folder)).toEqual([]);
    for (const parity of [0, 1]) {
      const expected = Array.from({ length: 10 }, (_, at) => [...block(2 * at + parity)]);
      expect(Array.from(runs[parity]!.blocks(), (one) => [...one])).toEqual(expected);
    }
    store.close();
    store.close();
    expect(() => runs[0]!.append(block(1))).toThrow();
    expect(() => [...runs[0]!.blocks()]).toThrow();
  });
});

test('the keyed hash depends on key, length and every byte', () => {
  const out = new Uint32Array(4);
  const of = (key: readonly [number, number, number, number], bytes: Uint8Array) => {
    hash128(key, bytes, bytes.length, out);
    return [...out].join();
  };
  const seen = new Set<string>();
  const bytes = new Uint8Array(21);
  for (let length = 0; length <= 21; length++) seen.add(of([1, 2, 3, 4], bytes.slice(0, length)));
  for (let bit = 0; bit < 168; bit++) {
    const changed = bytes.slice();
    changed[bit >> 3]! ^= 1 << (bit & 7);
    seen.add(of([1, 2, 3, 4], changed));
  }
  seen.add(of([2, 2, 3, 4], bytes));
  seen.add(of([1, 2, 3, 5], bytes));
  expect(seen.size).toBe(22 + 168 + 2);
});

test('HalfSipHash-2-4 gives the published vectors', () => {
  // veorq/SipHash, vectors_hsip64: key 00..07, input 00..(length - 1).
  const vectors: [number, string][] = [
    [0, '218d1f59b9b83cc8'],
    [1, 'be552412f8387315'],
    [3, 'ce0f1a45f7060679'],
    [4, 'd5e78a175be52ea1'],
    [7, 'ff202728b07bc684'],
    [15, '217d0bcb4e81c902'],
    [63, '2ea63c71bf326087'],
  ];
  const out = new Uint32Array(4);
  for (const [length, expected] of vectors) {
    const input = Uint8Array.from({ length }, (_, at) => at);
    hash128([0x03020100, 0x07060504, 0x03020100, 0x07060504], input, length, out);
    expect(Buffer.from(out.buffer).toString('hex')).toBe(expected + expected);
  }
});

test('a closed set knows what it holds and nothing else', () => {
  const set = new SeenKeys(2, 7, { left: 0 });
  const words = new Uint32Array(4);
  const see = (value: number, row: number) => {
    words[0] = value;
    return set.seenIn(words, row);
  };
  for (let value = 0; value < 2000; value++) see(value, value + 1);
  expect(set.closed).toBe(true);
  expect(set.size).toBeLessThan(1024);
  expect(see(5, 9999)).toBe(6);
  expect(see(1999, 9999)).toBe(-1);
});
