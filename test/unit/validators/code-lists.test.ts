/** Codes against the lists that a description names: which are known, when they were valid, what came instead. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CodeList } from '../../../src/validators/code-lists.ts';
import { parseDataPackage } from '../../../src/validators/description.ts';
import { renderText } from '../../../src/validators/render-text.ts';
import { byteByByte, check, codeList, cutAt, described, findings } from './check.ts';

const municipalities = codeList('131-utvalg');

type Row = [code: string, from?: string | null, to?: string | null, level?: number];

function list(rows: Row[], changes: [string, string, string][] = []): CodeList {
  return {
    classification: '131',
    snapshotAt: '2026-11-01',
    sha256: 'ab'.repeat(32),
    codes: rows.map(([code, validFrom = null, validTo = null, level = 1]) => ({
      code,
      level,
      validFrom,
      validTo,
    })),
    changes: changes.map(([oldCode, newCode, changeOccurred]) => ({ oldCode, newCode, changeOccurred })),
  };
}

const klass = (more: object = {}, name = 'kode') => ({
  name,
  type: 'string',
  'no:klass': { classification: '131', ...more },
});

/** What is expected of each cell that was not valid at `date`. */
function notValid(codes: string[], date: string, codeLists: CodeList): (string | null)[] {
  const report = check(`kode\n${codes.join('\n')}\n`, {
    resource: described([klass({ validAt: date })]),
    codeLists: [codeLists],
  });
  expect(report.rules.every((rule) => rule.sub === 'not-valid-at')).toBe(true);
  return report.rules.flatMap((rule) => rule.samples.map((sample) => sample.expected));
}

describe('the codes that were valid instead', () => {
  test('are found through several changes, forwards and backwards', () => {
    expect(notValid(['0602', '3301'], '2024-06-01', municipalities)).toEqual([
      '..2020-01-01 ∌ 2024-06-01 → 3301',
    ]);
    expect(notValid(['3301'], '2019-06-01', municipalities)).toEqual([
      '2024-01-01.. ∌ 2019-06-01 → 0602, 0625',
    ]);
  });

  test('are all of them when the unit was divided', () => {
    expect(notValid(['1507'], '2024-01-01', municipalities)).toEqual([
      '2020-01-01..2024-01-01 ∌ 2024-01-01 → 1508, 1580',
    ]);
  });

  test('are not said when the changes do not tell', () => {
    expect(notValid(['0602'], '2020-01-01', { ...municipalities, changes: [] })).toEqual([
      '..2020-01-01 ∌ 2020-01-01',
    ]);
  });

  test('are not mixed with what another unit became that bore the same code', () => {
    const twice = list(
      [
        ['A', null, '2000-01-01'],
        ['A', '2010-01-01', '2020-01-01'],
        ['B', '2000-01-01'],
        ['C', '2020-01-01'],
      ],
      [
        ['A', 'B', '2000-01-01'],
        ['A', 'C', '2020-01-01'],
      ],
    );
    expect(notValid(['A'], '2021-01-01', twice)).toEqual(['2010-01-01..2020-01-01 ∌ 2021-01-01 → C']);
    expect(notValid(['A'], '2005-01-01', twice)).toEqual(['..2000-01-01 ∌ 2005-01-01 → B']);
  });

  test('do not follow two changes of one day after each other', () => {
    const swapped = list(
      [
        ['A', null, '2020-01-01'],
        ['B', null, '2020-01-01'],
        ['C', '2020-01-01'],
      ],
      [
        ['A', 'B', '2020-01-01'],
        ['B', 'C', '2020-01-01'],
      ],
    );
    expect(notValid(['A'], '2021-01-01', swapped)).toEqual(['..2020-01-01 ∌ 2021-01-01']);
  });

  test('end the search also when the changes go in a circle', () => {
    const circle = list(
      [
        ['A', null, '2000-01-01'],
        ['B', null, '2000-01-01'],
        ['C', null, null],
      ],
      [
        ['A', 'B', '2000-01-01'],
        ['B', 'A', '2001-01-01'],
        ['A', 'A', '2002-01-01'],
        ['A', 'B', '2002-01-01'],
      ],
    );
    expect(notValid(['A'], '2010-01-01', circle)).toEqual(['..2000-01-01 ∌ 2010-01-01']);
  });

  test('are shortened when they are many', () => {
    const parts = Array.from({ length: 12 }, (_, at) => `B${String(at).padStart(2, '0')}`);
    const divided = list(
      [['A', null, '2020-01-01'], ...parts.map((part): Row => [part, '2020-01-01'])],
      parts.map((part): [string, string, string] => ['A', part, '2020-01-01']),
    );
    expect(notValid(['A'], '2020-01-01', divided)[0]).toMatch(/ → B00, (B\d\d, ){6}B07 …$/);
  });
});

test('a code is valid from its first day to the day before it ends', () => {
  const both = list([
    ['A', '2020-01-01', '2024-01-01'],
    ['X', null, null],
  ]);
  for (const [date, count] of [
    ['2019-12-31', 1],
    ['2020-01-01', 0],
    ['2023-12-31', 0],
    ['2024-01-01', 1],
  ] as const) {
    expect(notValid(['A', 'X'], date, both)).toHaveLength(count);
  }
});

test('periods that touch are one: a code that only changed its name was valid all the time', () => {
  const renamed = list([
    ['A', '2010-01-01', '2015-01-01'],
    ['A', null, '2010-01-01'],
    ['X', null, null],
  ]);
  expect(notValid(['A'], '2012-01-01', renamed)).toEqual([]);
  expect(notValid(['A'], '2016-01-01', renamed)).toEqual(['..2015-01-01 ∌ 2016-01-01']);
});

test('a date for which the list has no code at all is not held against the file', () => {
  const clipped = list([
    ['A', '2020-01-01'],
    ['B', '2021-01-01'],
  ]);
  const fixed = check('kode\nA\nC\n', {
    resource: described([klass({ validAt: '2015-01-01' })]),
    codeLists: [clipped],
  });
  expect(findings(fixed)).toEqual(['code-list/unknown kode: 1', 'format/unsupported kode: 1']);
  expect(fixed.complete).toBe(false);
  const dated = check('kode;dato\nA;2015-01-01\nA;2020-01-01\nB;2020-01-01\nC;2015-01-01\n', {
    resource: described([klass({ validAt: { field: 'dato' } }), { name: 'dato', type: 'date' }]),
    codeLists: [clipped],
  });
  expect(findings(dated)).toEqual([
    'code-list/unknown kode: 1',
    'code-list/not-valid-at kode: 1',
    'format/unsupported kode: 1',
  ]);
  expect(dated.rules[2]?.samples[0]?.expected).toBe('no:klass 131 validAt dato (2)');
  expect(dated.complete).toBe(false);
});

test('codes are text whatever the type of the field, and of the level that is asked for', () => {
  const levels = list([
    ['01', null, null, 1],
    ['0101', null, null, 2],
  ]);
  const report = (level: number) =>
    check('kode\n01\n1\n0101\n', {
      resource: described([{ ...klass({ level }), type: 'integer' }]),
      codeLists: [levels],
    });
  expect(report(1).rules.flatMap((rule) => rule.samples.map((one) => [one.value, one.expected]))).toEqual([
    ['1', '01'],
    ['0101', 'Klass 131'],
  ]);
  expect(findings(report(2))).toEqual(['code-list/unknown kode: 2']);
});

test('codes outside ASCII are found in both encodings, and in quotes', () => {
  const resource = described([klass({}, 'kode')]);
  const nordic = list([['Ø'], ['Å1']]);
  const western = Uint8Array.from('kode\n\xd8\n"\xc51"\nX\n', (char) => char.charCodeAt(0));
  for (const data of ['kode\nØ\n"Å1"\nX\n', western]) {
    expect(findings(check(data, { resource, codeLists: [nordic] }))).toEqual(['code-list/unknown kode: 1']);
  }
});

test('counts every code, and shows the most frequent', () => {
  const rows = Array.from({ length: 9000 }, (_, at) => ['0602', '3005', '9999'][at % 3]);
  const report = check(`kode\n${rows.join('\n')}\n`, {
    resource: described([klass({ validAt: '2021-01-01' })]),
    codeLists: [municipalities],
  });
  expect(findings(report)).toEqual(['code-list/unknown kode: 3000', 'code-list/not-valid-at kode: 3000']);
  expect(report.columns[0]).toMatchObject({
    invalid: 6000,
    distinct: 2,
    top: [
      { value: '0602', count: 3000 },
      { value: '3005', count: 3000 },
    ],
  });
});

test('a cell that breaks two rules is one wrong cell', () => {
  const report = check('kode;dato\n0602;2021-01-01\n', {
    resource: described([
      { ...klass({ validAt: { field: 'dato' } }), constraints: { maxLength: 3 } },
      { name: 'dato', type: 'date' },
    ]),
    codeLists: [municipalities],
  });
  expect(findings(report)).toEqual(['constraint-error/maxLength kode: 1', 'code-list/not-valid-at kode: 1']);
  expect(report.columns[0]?.invalid).toBe(1);
});

test('months and years count as valid when some day of them was', () => {
  const resource = (type: string) => described([klass({ validAt: { field: 'tid' } }), { name: 'tid', type }]);
  const codeLists = [
    list([
      ['A', null, '2020-07-15'],
      ['B', '2020-07-15', null],
    ]),
  ];
  const months = 'kode;tid\nA;2020-07\nB;2020-07\nA;2020-08\nB;2020-06\n';
  expect(findings(check(months, { resource: resource('yearmonth'), codeLists }))).toEqual([
    'code-list/not-valid-at kode: 2',
  ]);
  const years = 'kode;tid\nA;2020\nB;2020\nA;2021\nB;2019\n';
  expect(findings(check(years, { resource: resource('year'), codeLists }))).toEqual([
    'code-list/not-valid-at kode: 2',
  ]);
  const instants = 'kode;tid\nA;2020-07-14T23:59:59\nB;2020-07-15T00:00:00\nA;2020-07-15 00:00:00\n';
  expect(findings(check(instants, { resource: resource('datetime'), codeLists }))).toEqual([
    'code-list/not-valid-at kode: 1',
  ]);
});

test('nothing of the date in another column gets into the report', () => {
  const date = { name: 'fodt', type: 'date', 'no:sensitivity': 'directIdentifier' };
  const data = 'kode;fodt\n0602;2021-03-04\n';
  const report = check(data, {
    resource: described([klass({ validAt: { field: 'fodt' } }), date]),
    codeLists: [municipalities],
  });
  expect(report.rules[0]?.samples[0]).toMatchObject({ value: '0602', expected: '..2020-01-01 ∌ fodt' });
  expect(JSON.stringify(report) + renderText(report, 'nb')).not.toMatch(/2021|3005/);
});

test('an identity number in a column of codes stays hidden', () => {
  const [canary, lost] = ['01819040079', '30108299920'.slice(0, 10)] as const;
  const report = check(`kode;n\n${canary};1\n ${canary} ;2\n${lost};3\n`, {
    resource: described([klass({ validAt: '2023-01-01' }), { name: 'n' }]),
    codeLists: [municipalities],
  });
  expect(findings(report)).toContain('code-list/unknown kode: 3');
  const output = JSON.stringify(report) + renderText(report, 'nb');
  for (const number of [canary, lost]) {
    for (let at = 0; at + 6 <= number.length; at++) expect(output).not.toContain(number.slice(at, at + 6));
  }
});

test('a missing code, and a row without its date, are not judged', () => {
  const report = check('kode;dato\n;2021-01-01\n0602;\n.;x\n', {
    resource: described(
      [klass({ validAt: { field: 'dato' } }), { name: 'dato', type: 'date' }],
      {},
      { missingValues: ['', '.'] },
    ),
    codeLists: [municipalities],
  });
  expect(findings(report)).toEqual(['type-error/date dato: 1']);
});

test('the report names the snapshot that was used, and only that', () => {
  const other = { ...municipalities, classification: '6' };
  const report = check('kode\n0301\n', {
    resource: described([klass()]),
    codeLists: [other, municipalities],
  });
  const named = report.file.evidence.filter((one) => one.subject === 'code-list');
  expect(named.map((one) => one.value)).toEqual([`Klass 131 2026-11-01 sha256 ${municipalities.sha256}`]);
  expect([report.verdict, report.complete]).toEqual(['accepted', true]);
  expect(renderText(report, 'nb')).toContain('Kodelister: Klass 131 2026-11-01\n');
});

test('a list that is not loaded is said to be so, and the file is not called wholly checked', () => {
  const report = check('kode\nhva som helst\n', { resource: described([klass()]) });
  expect(findings(report)).toEqual(['format/unsupported kode: 1']);
  expect([report.verdict, report.complete]).toEqual(['accepted', false]);
  expect(report.rules[0]?.hint).toContain('som ikke er lastet inn');
  expect(renderText(report, 'en')).toContain('The code list is not loaded');
});

test('a date or a field that cannot be is refused with the description', () => {
  const of = (validAt: unknown) => () =>
    parseDataPackage({ resources: [{ name: 'r', schema: { fields: [klass({ validAt })] } }] });
  expect(of('2023-02-30')).toThrow();
  expect(of('2023')).toThrow();
  expect(of({ field: 'borte' })).toThrow();
  expect(of({ field: 'kode' })).not.toThrow();
});

test('agrees with a plain reading of the list, however the bytes are cut', () => {
  const code = fc.constantFrom('0', '00', 'A', 'AB', 'Å', 'Ø1');
  const date = fc.integer({ min: 2000, max: 2009 }).map((year) => `${year}-01-01`);
  const span = fc
    .tuple(code, fc.option(date), fc.option(date))
    .filter(([, from, to]) => from === null || to === null || from < to);
  const cell = fc.tuple(fc.oneof(code, fc.constantFrom('B', 'a', '')), fc.option(date));
  fc.assert(
    fc.property(
      fc.array(span, { minLength: 1, maxLength: 8 }),
      fc.array(fc.tuple(code, code, date), { maxLength: 8 }),
      fc.array(cell, { minLength: 1, maxLength: 12 }),
      fc.array(fc.nat(200), { maxLength: 4 }),
      (spans, changes, cells, cuts) => {
        // One code without bounds, so that the list answers for every date.
        const codes: Row[] = [...spans, ['Z', null, null]];
        const codeLists = [list(codes, changes)];
        const resource = described([klass({ validAt: { field: 'dato' } }), { name: 'dato', type: 'date' }]);
        const data = new TextEncoder().encode(
          `kode;dato\n${cells.map(([one, at]) => `"${one}";${at ?? ''}`).join('\n')}\n`,
        );
        const report = check(data, { resource, codeLists });
        const count = (sub: string) => report.rules.find((rule) => rule.sub === sub)?.count ?? 0;
        const known = (one: string) => codes.some(([listed]) => listed === one);
        const valid = (one: string, at: string) =>
          codes.some(([listed, from, to]) => listed === one && (from ?? '0') <= at && at < (to ?? '9'));
        expect(count('unknown')).toBe(cells.filter(([one]) => one !== '' && !known(one)).length);
        expect(count('not-valid-at')).toBe(
          cells.filter(([one, at]) => known(one) && at !== null && !valid(one, at)).length,
        );
        for (const rule of report.rules.filter((one) => one.sub === 'not-valid-at')) {
          for (const sample of rule.samples) {
            const at = cells[(sample.row ?? 0) - 1]?.[1] ?? '';
            const instead = sample.expected?.split(' → ')[1]?.split(', ') ?? [];
            expect(instead.every((one) => valid(one, at))).toBe(true);
          }
        }
        expect(check(data, { resource, codeLists, chunks: byteByByte })).toEqual(report);
        expect(check(data, { resource, codeLists, chunks: cutAt(...cuts) })).toEqual(report);
      },
    ),
    { numRuns: 1500 },
  );
});
