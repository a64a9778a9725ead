/** Counts are exact however many, uniqueness says what it was held against, and nobody's number gets out. */
import { describe, expect, test } from 'vitest';
import { renderCsv } from '../../../src/validators/render-csv.ts';
import { renderHtml } from '../../../src/validators/render-html.ts';
import { renderText } from '../../../src/validators/render-text.ts';
import { reportLanguages } from '../../../src/validators/report-language.ts';
import { check, described, findings } from './check.ts';

const rowsOf = (count: number, row: (at: number) => string) =>
  Array.from({ length: count }, (_, at) => row(at)).join('\n');

test('counts every error, and keeps ten samples', () => {
  const data = `a;b\n${rowsOf(25_000, (at) => `x${at % 7};${at}`)}\n`;
  const report = check(data, {
    resource: described([
      { name: 'a', type: 'integer' },
      { name: 'b', type: 'integer', constraints: { maximum: 9 } },
    ]),
  });
  expect(findings(report)).toEqual(['type-error/integer a: 25000', 'constraint-error/maximum b: 24990']);
  expect(report.rules[0]).toMatchObject({ firstRow: 1, lastRow: 25_000 });
  expect(report.rules[1]).toMatchObject({ firstRow: 11, lastRow: 25_000 });
  expect(report.rules.map((rule) => rule.samples.length)).toEqual([10, 10]);
  expect(report.columns.map((column) => column.invalid)).toEqual([25_000, 24_990]);
});

describe('uniqueness', () => {
  test('finds each repetition among many values', () => {
    const data = `a\n${rowsOf(30_000, (at) => String((at * 7919) % 29_000))}\n`;
    const report = check(data, {
      resource: described([{ name: 'a', type: 'integer', constraints: { unique: true } }]),
    });
    expect(findings(report)).toEqual(['unique-error a: 1000']);
    expect(report.rules[0]?.samples[0]).toMatchObject({ row: 29_001, expected: '= 1' });
  });

  test('keeps parts of a key apart', () => {
    const resource = described([{ name: 'a' }, { name: 'b' }], {}, { primaryKey: ['a', 'b'] });
    expect(findings(check('a;b\n1;23\n12;3\n', { resource }))).toEqual([]);
    expect(findings(check('a;b\n1;23\n"1";23\n', { resource }))).toEqual(['primary-key: 1']);
  });
});

test('no digit of an identity number, and no name, is in a report of a file gone wrong in every way', () => {
  // Synthetic (month + 80) and official test numbers.
  const canaries = ['01819040079', '30108299920', '02013299997', '30108299939'];
  const [a, b, c, d] = canaries as [string, string, string, string];
  const files = [
    `${a};${b}\n${c};${d}\n`,
    `fnr;kode\n${a.slice(1)};${b}\n${c}.0;${d}\n${a}x;${b};${c}\n"${d}`,
    `fnr;kode\n${a} ${b};"x ${c}"${d}\n`,
    `v_${a};kode\n1;2\n`,
    `${a}\n${b}\n`,
    `"${a}";"Kari ${b}"\n;;\n${c}`,
    `fnr;kode\n${a};01\n${a};${b.slice(0, 6)} ${b.slice(6)}\n`,
  ];
  const identifier = {
    name: 'fnr',
    type: 'string',
    'no:identifier': 'person',
    constraints: { unique: true, maxLength: 3 },
  };
  const code = {
    name: 'kode',
    type: 'string',
    'no:sensitivity': 'public',
    constraints: { enum: ['01', '02'] },
  };
  const resources = [
    undefined,
    described([identifier, code]),
    described([
      { name: 'fnr', type: 'integer', constraints: { maximum: 9 } },
      { ...code, type: 'number', constraints: { enum: [1] } },
    ]),
    described([{ name: 'fnr', type: 'date' }, code], { dialect: { header: false } }),
  ];
  for (const data of files) {
    for (const resource of resources) {
      for (const fileName of ['fil.csv', `fil_${a}.csv`]) {
        const report = check(data, { resource, fileName });
        const output =
          JSON.stringify(report) +
          reportLanguages
            .map((one) => renderText(report, one) + renderHtml(report, one) + renderCsv([report], one))
            .join('');
        for (const canary of canaries) {
          for (let at = 0; at + 6 <= canary.length; at++) {
            expect(output.includes(canary.slice(at, at + 6)), `${canary.slice(at, at + 6)} of ${data}`).toBe(
              false,
            );
          }
        }
        expect(output).not.toContain('Kari');
      }
    }
  }
});

test('shows no label where nothing says that the first line is a header', () => {
  const resource = described([{ name: 'navn' }, { name: 'sted' }]);
  for (const data of ['Kari;Oslo\nOla;Bergen\n', '"navn;sted\nKari;Oslo\n', 'x;"navn"sted\nKari;Oslo\n']) {
    const output = JSON.stringify(check(data, { resource }));
    expect(output).not.toMatch(/Kari|Oslo/);
    expect(check(data, { resource }).verdict).toBe('rejected');
  }
});

test('a header that cannot be read ends the reading', () => {
  const report = check('a;"b"x\n1;2\n3;4\n');
  expect(findings(report)).toEqual(['structure/quote: 1']);
  expect([report.rows, report.complete]).toEqual([0, false]);
});

describe('names', () => {
  test('a name that the description gives is a remark, any other an error', () => {
    const resource = described([{ name: 'års inntekt' }]);
    const known = check('års inntekt\n1\n', {
      resource: { ...resource, path: 'min fil.csv' },
      fileName: 'min fil.csv',
    });
    expect(known.verdict).toBe('accepted');
    expect(known.rules.map((rule) => rule.severity)).toEqual(['warning', 'warning']);
    expect(check('a\n1\n', { fileName: 'min fil.csv' }).verdict).toBe('rejected');
  });
});
