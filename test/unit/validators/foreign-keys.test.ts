/** References into other files of the package: exact whatever the memory, compared as values, and honest when they cannot be followed. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseDataPackage, type Resource } from '../../../src/validators/description.ts';
import { referencedFiles } from '../../../src/validators/referenced-files.ts';
import type { Report } from '../../../src/validators/report.ts';
import type { SpillStore } from '../../../src/validators/spill-store.ts';
import { byteByByte, check, described, findings, type Overrides } from './check.ts';

function memoryStore(limitBlocks = Number.POSITIVE_INFINITY): SpillStore {
  let left = limitBlocks;
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
          yield* kept;
        },
      };
    },
    close() {},
  };
}
const tiny = { memoryBytes: 0, openSpill: () => memoryStore() };

const people = (fields: unknown[] = [{ name: 'id', type: 'string' }], more = {}): Resource =>
  described(fields, { name: 'personer', path: 'personer.csv', ...more });

const visits = (fields: unknown[] = [{ name: 'person', type: 'string' }], key: unknown = 'id'): Resource =>
  described(
    fields,
    {},
    {
      foreignKeys: [
        {
          fields: (fields as { name: string }[]).map(({ name }) => name),
          reference: { resource: 'personer', fields: key },
        },
      ],
    },
  );

function refer(
  data: string | Uint8Array,
  to: string | Uint8Array,
  more: Overrides = {},
  person = people(),
): Report {
  return check(data, {
    resource: visits(),
    referenced: [{ resource: person, fileName: 'personer.csv', present: true }],
    beside: [to],
    ...more,
  });
}

test('counts references that no row of the other file answers, with their places', () => {
  const report = refer('person\nA1\nB2\nC3\nB2\n\nD4\n', 'id\nA1\nC3\n');
  expect(findings(report)).toEqual(['blank-row: 1', 'foreign-key person: 3']);
  expect(report.rules.at(-1)?.samples.map(({ row, shape, expected }) => [row, shape, expected])).toEqual([
    [2, 'A9', 'personer: id'],
    [4, 'A9', 'personer: id'],
    [5, 'A9', 'personer: id'],
  ]);
  expect(report.complete).toBe(true);
  expect(report.file.evidence).toContainEqual({
    subject: 'foreign-key',
    source: 'declared',
    value: 'foreignKeys person → personer: exact',
    agreeing: 2,
    seen: 5,
  });
});

test('gives the same report whether the keys fit in memory or not, and however both files are cut', () => {
  const word = fc.oneof(
    fc.nat(400).map(String),
    fc.nat(40).map((n) => `en ganske lang nøkkel nummer ${n}`),
    fc.constant(''),
  );
  fc.assert(
    fc.property(
      fc.array(word, { maxLength: 300 }),
      fc.array(word, { minLength: 1, maxLength: 300 }),
      (keys, references) => {
        const to = `id;x\n${keys.map((key) => `${key};.`).join('\n')}\n`;
        const data = `person;x\n${references.map((key) => `${key};.`).join('\n')}\n`;
        const resource = described(
          [{ name: 'person' }, { name: 'x' }],
          {},
          { foreignKeys: [{ fields: 'person', reference: { resource: 'personer', fields: 'id' } }] },
        );
        const person = people([{ name: 'id' }, { name: 'x' }]);
        const inMemory = refer(data, to, { resource }, person);
        const wanted = references.filter((key) => key !== '' && !keys.includes(key)).length;
        expect(findings(inMemory).filter((one) => one.startsWith('foreign'))).toEqual(
          wanted === 0 ? [] : [`foreign-key person: ${wanted}`],
        );
        expect(refer(data, to, { resource, keyHost: tiny }, person)).toEqual(inMemory);
        expect(refer(data, to, { resource, chunks: byteByByte }, person)).toEqual(inMemory);
      },
    ),
    { numRuns: 60 },
  );
});

test('references within the file give the same report whether the keys fit in memory or not', () => {
  const resource = described(
    [{ name: 'id' }, { name: 'mor' }],
    {},
    { foreignKeys: [{ fields: 'mor', reference: { fields: 'id' } }] },
  );
  const rows = Array.from({ length: 6000 }, (_, n) => `${n};${(n * 7919) % 6100}`);
  const data = `id;mor\n${rows.join('\n')}\n`;
  const inMemory = check(data, { resource });
  expect(findings(inMemory)).toEqual([
    `foreign-key mor: ${rows.filter((row) => Number(row.split(';')[1]) >= 6000).length}`,
  ]);
  expect(check(data, { resource, keyHost: tiny })).toEqual(inMemory);
  expect(check(data, { resource, keyHost: { ...tiny, memoryBytes: 40_000 } })).toEqual(inMemory);
});

describe('keys are compared', () => {
  test.each<[string, unknown, unknown, string, string]>([
    ['as numbers where both are', 'integer', 'number', '01', '1,0'],
    ['as days where both are', 'date', 'date', '2020-01-31', '31.01.2020'],
    ['as text where one is', 'string', 'integer', '17', '17'],
  ])('%s', (_, ours, theirs, reference, key) => {
    const resource = visits([{ name: 'person', type: ours }]);
    const person = people([{ name: 'id', type: theirs }]);
    expect(findings(refer(`person\n${reference}\n`, `id\n${key}\n`, { resource }, person))).toEqual([]);
  });

  test('as text, a leading zero tells two apart', () => {
    expect(findings(refer('person\n01\n', 'id\n1\n'))).toEqual(['foreign-key person: 1']);
  });

  test('as letters, whatever the encodings of the two files', () => {
    const latin = new Uint8Array([...'id\nB'].map((char) => char.charCodeAt(0)).concat(0xe5, 10));
    expect(findings(refer('person\nBå\n', latin))).toEqual([]);
  });

  test('with a quoted cell and with fixed positions', () => {
    const person = people([{ name: 'id', type: 'string', 'no:start': 3, 'no:width': 4 }]);
    expect(findings(refer('person\n"A""1"\n', '..A"1 \n..B2  \n', {}, person))).toEqual([]);
  });

  test('part by part, and a part that is missing points at nothing', () => {
    const resource = visits([{ name: 'a' }, { name: 'b' }], ['x', 'y']);
    const person = people([{ name: 'x' }, { name: 'y' }]);
    const report = refer('a;b\n1;23\n12;3\n;3\n', 'x;y\n1;23\n;3\n', { resource }, person);
    expect(findings(report)).toEqual(['foreign-key: 1']);
  });
});

describe('a foreign key that cannot be followed is never passed over', () => {
  const options = { resource: visits() };
  const told = (report: Report) => [report.verdict, report.complete, ...findings(report)];

  test('when the file is not there', () => {
    const referenced = [{ resource: people(), fileName: 'personer.csv', present: false }];
    const missing = ['accepted', false, 'foreign-key/file-missing person: 1'];
    expect(told(check('person\n1\n', { ...options, referenced }))).toEqual(missing);
    expect(told(check('person\n1\n', options))).toEqual(missing);
  });

  test.each([
    ['is empty', ''],
    ['is no text', 'PK\u0003\u0004'],
    ['lacks the column', 'a;b\n1;2\n'],
    ['was passed over in part', 'id\n"1\n'],
  ])('when the file %s', (_, to) => {
    expect(told(refer('person\n1\n', to))).toEqual([
      'accepted',
      false,
      'foreign-key/file-not-read person: 1',
    ]);
  });

  test('when the file was not given to its end', () => {
    const referenced = [
      { resource: people(), fileName: 'personer.csv', present: true },
      { resource: people(), fileName: 'flere.csv', present: true },
    ];
    const report = check('person\n1\n', { ...options, referenced, beside: ['id\n1\n'] });
    expect(report.rules[0]).toMatchObject({ sub: 'file-not-read', samples: [{ expected: 'flere.csv' }] });
  });

  test.each([
    ['there is no store', undefined],
    ['the store fails', () => memoryStore(0)],
  ])('when memory has no room and %s', (_, openSpill) => {
    const keys = Array.from({ length: 3000 }, (_, n) => n);
    const report = refer(`person\n9999\n`, `id\n${keys.join('\n')}\n`, {
      keyHost: { memoryBytes: 0, openSpill },
    });
    expect(told(report)).toEqual(['accepted', false, 'foreign-key/not-compared person: 1']);
  });
});

test('the files of a resource are found by path, by name, and all of them when there are several', () => {
  const pkg = parseDataPackage({
    resources: [
      { name: 'a', path: 'a.csv', schema: visits().schema },
      { name: 'personer', path: ['data/p1.csv', 'data/p2.csv'], schema: { fields: [{ name: 'id' }] } },
    ],
  });
  const named = (names: string[]) =>
    referencedFiles(pkg, pkg.resources[0], names).map(({ fileName, present }) => [fileName, present]);
  expect(named(['p2.csv', 'a.csv'])).toEqual([
    ['p1.csv', false],
    ['p2.csv', true],
  ]);
  const bare = parseDataPackage({
    resources: [{ ...pkg.resources[0] }, { name: 'personer', schema: { fields: [{ name: 'id' }] } }],
  });
  expect(referencedFiles(bare, bare.resources[0], ['x.csv', 'personer.sdv'])).toMatchObject([
    { fileName: 'personer.sdv', present: true },
  ]);
  expect(referencedFiles(bare, bare.resources[1], ['a.csv'])).toEqual([]);
});
