/** The report as text for people: the verdict first, what to mend, then the columns as a table. */
import { columnCells, factsOf, findingWords, incompleteness } from './finding-words.ts';
import type { Report, Rule, Sample } from './report.ts';
import type { ReportLanguage } from './report-language.ts';
import { wordsFor } from './report-words.ts';
import { grouped, noteOf, shownCell } from './sample-words.ts';
import type { Words } from './words.ts';

const width = 96;

/** The whole report as text, in lines of at most about 96 characters. */
export function renderText(report: Report, language: ReportLanguage): string {
  const say = wordsFor(report, language);
  const lines = [say.verdict[report.verdict]];
  const gap = incompleteness(report, say);
  if (gap !== null) lines.push(gap);
  lines.push('', ...facts(report, say));
  for (const severity of ['error', 'warning', 'info'] as const) {
    const rules = report.rules.filter((rule) => rule.severity === severity);
    if (rules.length === 0) continue;
    lines.push('', ...heading(`${say.found[severity]} (${rules.length})`));
    rules.forEach((rule, index) => {
      lines.push('', ...describeRule(rule, index + 1, say, language));
    });
  }
  if (report.columns.length > 0) lines.push('', ...heading(say.columns), '', ...columnTable(report, say));
  if (report.rules.some((rule) => rule.samples.some((sample) => sample.shape !== null)))
    lines.push('', say.masked);
  return lines.map(printable).join('\n') + '\n';
}

/** Names come from strangers: nothing in them may command a terminal or turn the text around. */
function printable(line: string): string {
  return line.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '?');
}

function facts(report: Report, say: Words): string[] {
  const pairs = factsOf(report, say);
  const longest = Math.max(...pairs.map(([name]) => name.length));
  return pairs.map(([name, value]) => `${(name + ':').padEnd(longest + 2)}${value}`);
}

function heading(text: string): string[] {
  return [text, '='.repeat(text.length)];
}

function describeRule(rule: Rule, number: number, say: Words, language: ReportLanguage): string[] {
  const { code, title, where, counts, meaning, mend } = findingWords(rule, language, say);
  const shown = rule.samples.map((sample) => describeSample(sample, code, say)).filter((line) => line !== '');
  const lines = [
    `${number}. ${title}${where === '' ? '' : `: ${where}`}`,
    `   ${counts.join(', ')}  [${code}]`,
    ...wrapped(meaning),
    ...shown.map((line) => `     - ${line}`),
  ];
  if (rule.count > rule.samples.length && shown.length > 0) {
    lines.push(`     ${say.more(grouped(rule.count - rule.samples.length))}`);
  }
  if (mend !== null) lines.push(...wrapped(`${say.mend} ${mend}`));
  return lines;
}

function describeSample(sample: Sample, code: string, say: Words): string {
  const places: string[] = [];
  if (sample.row !== null) places.push(`${say.row} ${grouped(sample.row)}`);
  if (sample.line !== null) places.push(`${say.line} ${grouped(sample.line)}`);
  if (sample.column !== null) places.push(`${say.column} ${grouped(sample.column)}`);
  if (sample.byte !== null) places.push(`${say.byte} ${grouped(sample.byte)}`);
  const shown = shownCell(sample);
  const parts = [places.join(', '), shown === null ? '' : `«${shown}»`, noteOf(sample, code, say)];
  return parts.filter((part) => part !== '').join('  ');
}

function wrapped(text: string): string[] {
  const lines: string[] = [];
  let line = '  ';
  for (const word of text.split(' ')) {
    if (line.length + 1 + word.length > width && line.trim() !== '') {
      lines.push(line);
      line = '  ';
    }
    line += ` ${word}`;
  }
  return [...lines, line];
}

function columnTable(report: Report, say: Words): string[] {
  const { heads, left, rows } = columnCells(report, say);
  const cells = rows.map((row) => row.map((cell, at) => (at === 1 ? clipped(cell) : cell)));
  const widths = heads.map((head, at) => Math.max(head.length, ...cells.map((row) => row[at]!.length)));
  const draw = (row: readonly string[]) =>
    row
      .map((cell, at) => (left[at] ? cell.padEnd(widths[at]!) : cell.padStart(widths[at]!)))
      .join('  ')
      .trimEnd();
  return [draw(heads), ...cells.map(draw)];
}

function clipped(name: string): string {
  return name.length > 32 ? name.slice(0, 31) + '…' : name;
}
