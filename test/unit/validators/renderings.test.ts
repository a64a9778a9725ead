/** The report as page and as table: whole in every language, and safe whatever the names in it are. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { csvLine } from '../../../src/platform/csv.ts';
import { renderCsv } from '../../../src/validators/render-csv.ts';
import { renderHtml } from '../../../src/validators/render-html.ts';
import { renderText } from '../../../src/validators/render-text.ts';
import type { Report } from '../../../src/validators/report.ts';
import { reportLanguages } from '../../../src/validators/report-language.ts';
import { check, described, ruleId } from './check.ts';

const folder = join(import.meta.dirname, '../../vectors/validators');
const golden = readdirSync(folder).map((name) => ({
  name,
  report: JSON.parse(readFileSync(join(folder, name, 'report.json'), 'utf8')) as Report,
}));

/** A report with `word` wherever a name or a value can stand. */
function reportWith(word: string): Report {
  const resource = described([
    { name: word, type: 'integer', 'no:sensitivity': 'public', constraints: { enum: [word] } },
  ]);
  const report = check('kolonne_a;kolonne_b\nx;1\n', { resource, fileName: 'fil.csv' });
  return {
    ...report,
    file: { ...report.file, name: word, encoding: word, format: word, sha256: word },
    rules: report.rules.map((rule, index) => ({
      ...rule,
      ...(index === 0 ? { code: word, hint: word } : {}),
      field: word,
      fieldNumber: 1,
      samples: rule.samples.map((sample) => ({ ...sample, shape: null, value: word, expected: word })),
    })),
    columns: report.columns.map((column) => ({
      ...column,
      name: word,
      type: word,
      bounds: { min: word, max: word },
    })),
    ruleset: word,
    engine: word,
    descriptionSha256: word,
  };
}

const tags = (html: string) => html.match(/<[^>]*>/g);
/** Attributes hold heads of columns and anchors, never names. */
const hostile = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' onmouseover='alert(1)",
  '</style><script>alert(1)</script>',
  '</title><svg/onload=alert(1)>',
  '<!-- ',
  ']]>&lt;&#60;',
  '`javascript:alert(1)`',
  '\u0000\u001b[2J\u202e\u2028',
];

describe('as a page', () => {
  test.each(reportLanguages)('every golden report has its verdict, rules and columns (%s)', (language) => {
    for (const { name, report } of golden) {
      const html = renderHtml(report, language);
      expect(html.startsWith('<!doctype html>\n<html lang="' + language + '">'), name).toBe(true);
      expect(html).not.toMatch(/undefined(?!-byte)|NaN|\[object/);
      expect(html).toContain(`<div class="verdict ${report.verdict}">`);
      for (const rule of report.rules) expect(html).toContain(`<code>${ruleId(rule)}</code>`);
      for (const column of report.columns) expect(html).toContain(column.name ?? '?');
    }
  });

  test.each(reportLanguages)('fetches nothing and runs nothing (%s)', (language) => {
    for (const { report } of golden) {
      const html = renderHtml(report, language);
      expect(html).not.toMatch(
        /<(script|link|img|iframe|object|form|input|base)\b| on\w+=|url\(|@import|(href|src)="(?!#)/i,
      );
      expect(html).toContain("default-src 'none'");
    }
  });

  test.each(hostile)('a name cannot leave its place: %j', (word) => {
    expect(tags(renderHtml(reportWith(word), 'nb'))).toEqual(tags(renderHtml(reportWith('navn'), 'nb')));
  });

  test('no name at all can leave its place', () => {
    const wanted = tags(renderHtml(reportWith('navn'), 'en'));
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1 }), (word) => {
        fc.pre(!/ ≠ |^= \d|^≠ \d/.test(word));
        expect(tags(renderHtml(reportWith(word), 'en'))).toEqual(wanted);
      }),
      { numRuns: 300 },
    );
  });
});

describe('as CSV', () => {
  const read = (csv: string) =>
    parse(csv, { delimiter: ';', bom: true, columns: true, record_delimiter: '\r\n' }) as Record<
      string,
      string
    >[];

  test.each(reportLanguages)('every golden report gives a line for each sample (%s)', (language) => {
    for (const { name, report } of golden) {
      const lines = read(renderCsv([report], language));
      const samples = report.rules.reduce((sum, rule) => sum + Math.max(1, rule.samples.length), 0);
      expect(lines.length, name).toBe(Math.max(1, samples));
      expect(renderCsv([report], language).startsWith('\ufeff')).toBe(true);
    }
  });

  test('several reports stand under one head', () => {
    const two = golden.slice(0, 2).map(({ report }) => report);
    const files = read(renderCsv(two, 'nb')).map((line) => line.fil);
    expect(new Set(files)).toEqual(new Set(two.map(({ file }) => file.name)));
  });

  test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', ' =1', '\u200b=1', '＝1'])(
    'a spreadsheet does not compute %j',
    (text) => expect(csvLine([text]).replace(/^"/, '').startsWith("'")).toBe(true),
  );

  test('whatever the names are, the table keeps its shape and no cell is a formula', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1 }), (word) => {
        const report = reportWith(word);
        const [line] = read(renderCsv([report], 'en'));
        expect(Object.keys(line!)).toHaveLength(18);
        for (const cell of Object.values(line!)) expect(cell).not.toMatch(/^[=+\-@\t\r]/);
      }),
      { numRuns: 300 },
    );
  });
});

test.each(hostile)('as text, a name commands no terminal and starts no line: %j', (word) => {
  const text = renderText(reportWith(word), 'nb');
  expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\u2028\u2029]/u);
  expect(text.split('\n').length).toBe(
    renderText(reportWith(word.replace(/\p{C}/gu, 'x')), 'nb').split('\n').length,
  );
});
