/** The report as one page that stands alone: no script, nothing fetched, readable on paper and on a telephone. */
import { columnCells, factsOf, findingWords, incompleteness } from './finding-words.ts';
import type { Report, Rule } from './report.ts';
import type { ReportLanguage } from './report-language.ts';
import { reportStyle } from './report-style.ts';
import { wordsFor } from './report-words.ts';
import { grouped, noteOf, shownCell } from './sample-words.ts';
import { sha256 } from './sha256.ts';
import type { Words } from './words.ts';

const style = `\n${reportStyle}\n`;

/** Nothing may be fetched or run, whatever a name in the report holds, and no style but the page's own. */
export const reportPolicy = `default-src 'none'; style-src 'sha256-${hashOf(style)}'; base-uri 'none'; form-action 'none'`;

/** As a content security policy names a text: SHA-256 in base64 (CSP Level 3, section 2.3.1). */
function hashOf(text: string): string {
  const hash = sha256();
  hash.update(new TextEncoder().encode(text));
  const bytes = hash.digest().match(/../g) ?? [];
  return btoa(String.fromCharCode(...bytes.map((byte) => Number.parseInt(byte, 16))));
}

/** The whole report as an HTML document. */
export function renderHtml(report: Report, language: ReportLanguage): string {
  const say = wordsFor(report, language);
  const title = `${say.stamp[report.verdict]}: ${report.file.name} – ${say.title}`;
  const masked = report.rules.some((rule) => rule.samples.some((sample) => sample.shape !== null));
  return [
    '<!doctype html>',
    `<html lang="${language}">`,
    '<head>',
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${reportPolicy}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="color-scheme" content="light dark">',
    '<meta name="referrer" content="no-referrer">',
    `<title>${escaped(title)}</title>`,
    `<style>${style}</style>`,
    '</head>',
    '<body>',
    '<main>',
    `<h1>${escaped(say.title)} <bdi class="file">${escaped(report.file.name)}</bdi></h1>`,
    ...verdict(report, say),
    '<dl>',
    ...facts(report, say).map(([name, value]) => `<dt>${escaped(name)}</dt><dd>${escaped(value)}</dd>`),
    '</dl>',
    ...overview(report, say, language),
    ...findings(report, say, language),
    ...columns(report, say),
    '<footer>',
    ...(masked ? [`<p>${escaped(say.masked)}</p>`] : []),
    '</footer>',
    '</main>',
    '</body>',
    '</html>',
    '',
  ].join('\n');
}

/** Text inside an element or a quoted attribute. */
export function escaped(text: string): string {
  return text
    .replace(/[\p{Cc}\u2028\u2029]/gu, '?')
    .replace(/[&<>"'`]/g, (char) => `&#${char.charCodeAt(0)};`);
}

function verdict(report: Report, say: Words): string[] {
  const lines = [`<p><strong>${escaped(say.verdict[report.verdict])}</strong></p>`];
  const gap = incompleteness(report, say);
  if (gap !== null) lines.push(`<p>${escaped(gap)}</p>`);
  return [`<div class="verdict ${report.verdict}">`, ...lines, '</div>'];
}

function facts(report: Report, say: Words): [string, string][] {
  return [
    ...factsOf(report, say),
    [
      say.description,
      report.descriptionSha256 === null ? say.undescribed : `SHA-256 ${report.descriptionSha256}`,
    ],
    [say.engine, report.engine],
  ];
}

/** What there is to mend, at a glance, where there is more than one thing. */
function overview(report: Report, say: Words, language: ReportLanguage): string[] {
  if (report.rules.length < 2) return [];
  const items = report.rules.map((rule, index) => {
    const { title, where, counts } = findingWords(rule, language, say);
    const name = where === '' ? title : `${title}: ${where}`;
    return `<li><a href="#${anchor(index)}"><bdi>${escaped(name)}</bdi></a> (${escaped(counts[0] ?? '')})</li>`;
  });
  return [
    `<nav aria-label="${escaped(say.overview)}">`,
    `<h2>${escaped(say.overview)}</h2>`,
    '<ol>',
    ...items,
    '</ol>',
    '</nav>',
  ];
}

function anchor(index: number): string {
  return `f${index + 1}`;
}

function findings(report: Report, say: Words, language: ReportLanguage): string[] {
  return (['error', 'warning', 'info'] as const).flatMap((severity) => {
    const rules = report.rules
      .map((rule, index) => ({ rule, index }))
      .filter(({ rule }) => rule.severity === severity);
    if (rules.length === 0) return [];
    return [
      `<section class="${severity}">`,
      `<h2>${escaped(say.found[severity])} (${rules.length})</h2>`,
      ...rules.flatMap(({ rule, index }) => finding(rule, index, say, language)),
      '</section>',
    ];
  });
}

function finding(rule: Rule, index: number, say: Words, language: ReportLanguage): string[] {
  const { code, title, where, counts, meaning, mend } = findingWords(rule, language, say);
  return [
    `<article id="${anchor(index)}">`,
    `<h3>${index + 1}. ${escaped(title)}${where === '' ? '' : `: <bdi>${escaped(where)}</bdi>`}</h3>`,
    `<p class="count">${escaped(counts.join(', '))} · <code>${escaped(code)}</code></p>`,
    `<p>${escaped(meaning)}</p>`,
    ...(mend === null ? [] : [`<p class="mend"><b>${escaped(say.mend)}</b> ${escaped(mend)}</p>`]),
    ...places(rule, code, say),
    '</article>',
  ];
}

function places(rule: Rule, code: string, say: Words): string[] {
  const number = (value: number | null) => (value === null ? '' : grouped(value));
  const rows = rule.samples.map((sample) => [
    number(sample.row),
    number(sample.line),
    number(sample.column),
    number(sample.byte),
    shownCell(sample) ?? '',
    noteOf(sample, code, say),
  ]);
  const filled = rows.filter((row) => row.some((cell) => cell !== ''));
  if (filled.length === 0) return [];
  const more =
    rule.count > rule.samples.length
      ? [`<p class="count">${escaped(say.more(grouped(rule.count - rule.samples.length)))}</p>`]
      : [];
  const placed = filled.some((row) => row.slice(0, 4).some((cell) => cell !== ''));
  if (!placed) {
    const said = filled.map((row) => row.filter((cell) => cell !== '').join('  '));
    return [
      '<ul>',
      ...said.map((text) => `<li class="cell"><bdi>${escaped(text)}</bdi></li>`),
      '</ul>',
      ...more,
    ];
  }
  const heads = [say.row, say.line, say.column, say.byte, say.shown, say.note];
  const kinds = ['number', 'number', 'number', 'number', 'cell', ''];
  return [...table(say.places, heads, kinds, filled), ...more];
}

function columns(report: Report, say: Words): string[] {
  if (report.columns.length === 0) return [];
  const { heads, left, rows } = columnCells(report, say);
  const kinds = left.map((text) => (text ? '' : 'number'));
  return ['<section>', `<h2>${escaped(say.columns)}</h2>`, ...table(null, heads, kinds, rows), '</section>'];
}

/**
 * A table whose rows become small lists on a narrow screen. The roles keep it a table for a screen reader there too;
 * columns that are empty all the way are left out.
 */
function table(
  caption: string | null,
  heads: readonly string[],
  kinds: readonly string[],
  rows: readonly (readonly string[])[],
): string[] {
  const used = heads.map((_, at) => rows.some((row) => row[at] !== ''));
  const kept = (cells: readonly string[]) => cells.filter((_, at) => used[at]);
  const names = kept(heads);
  const classes = kept(kinds).map((kind) => (kind === '' ? '' : ` class="${kind}"`));
  const numeric = kept(kinds).map((kind) => (kind === 'number' ? ' class="number"' : ''));
  return [
    `<table role="table"${caption === null ? '' : ' class="places"'}>`,
    ...(caption === null ? [] : [`<caption>${escaped(caption)}</caption>`]),
    '<thead role="rowgroup">',
    `<tr role="row">${names.map((name, at) => `<th role="columnheader" scope="col"${numeric[at]}>${escaped(name)}</th>`).join('')}</tr>`,
    '</thead>',
    '<tbody role="rowgroup">',
    ...rows.map(
      (row) =>
        `<tr role="row">${kept(row)
          .map(
            (cell, at) =>
              `<td role="cell"${classes[at]} data-head="${escaped(names[at]!)}">${cell === '' ? '' : `<bdi>${escaped(cell)}</bdi>`}</td>`,
          )
          .join('')}</tr>`,
    ),
    '</tbody>',
    '</table>',
  ];
}
