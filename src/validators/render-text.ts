/** The report as text for people: the verdict first, what to mend, then the columns as a table. */
import { formatName } from './format-names.ts';
import { messageFor } from './messages.ts';
import type { ColumnProfile, Report, Rule, Sample } from './report.ts';
import type { ReportLanguage } from './report-language.ts';
import { reportWords, type Words } from './report-words.ts';
import { joinRule } from './rules.ts';
import { grouped, noteOf, shownCell } from './sample-words.ts';

const width = 96;

/** The whole report as text, in lines of at most about 96 characters. */
export function renderText(report: Report, language: ReportLanguage): string {
  const say = reportWords[language];
  const lines = [say.verdict[report.verdict]];
  if (!report.complete && report.verdict !== 'not-checked') lines.push(say.incomplete);
  lines.push('', ...facts(report, say));
  for (const severity of ['error', 'warning', 'info'] as const) {
    const rules = report.rules.filter((rule) => rule.severity === severity);
    if (rules.length === 0) continue;
    lines.push('', ...heading(`${say.found[severity]} (${rules.length})`));
    rules.forEach((rule, index) => {
      lines.push('', ...describeRule(rule, index + 1, say, language));
    });
  }
  if (report.columns.length > 0)
    lines.push('', ...heading(say.columns), '', ...columnTable(report.columns, say));
  if (report.rules.some((rule) => rule.samples.some((sample) => sample.shape !== null)))
    lines.push('', say.masked);
  return lines.join('\n') + '\n';
}

function facts(report: Report, say: Words): string[] {
  const { file } = report;
  const pairs: [string, string][] = [
    [say.file, `${file.name}, ${say.size(grouped(file.bytes))}`],
    [say.rows, grouped(report.rows)],
  ];
  if (file.sha256 !== null) pairs.push([say.sha256, file.sha256]);
  const reading = [formatName(file.format, say.formats)];
  if (file.encoding !== null) reading.push(`${say.encoding} ${file.encoding}`);
  if (file.dialect !== null) {
    reading.push(`${say.delimiter} ${file.dialect.delimiter === '\t' ? say.tab : file.dialect.delimiter}`);
    reading.push(file.dialect.header ? say.withHeader : say.withoutHeader);
  }
  const lists = file.evidence.filter((one) => one.subject === 'code-list');
  if (lists.length > 0)
    pairs.push([say.codeLists, lists.map((one) => one.value.replace(/ sha256 .*/, '')).join(', ')]);
  pairs.push([say.readAs, reading.join(', ')], [say.ruleset, report.ruleset]);
  const longest = Math.max(...pairs.map(([name]) => name.length));
  return pairs.map(([name, value]) => `${(name + ':').padEnd(longest + 2)}${value}`);
}

function heading(text: string): string[] {
  return [text, '='.repeat(text.length)];
}

function describeRule(rule: Rule, number: number, say: Words, language: ReportLanguage): string[] {
  const id = joinRule(rule.code, rule.sub);
  const message = id === undefined ? undefined : messageFor(id, rule.severity, language, rule.samples);
  const code = rule.sub === null ? rule.code : `${rule.code}/${rule.sub}`;
  const where = rule.fieldNumber === null ? '' : `: ${say.field(rule.field, rule.fieldNumber)}`;
  const counts = [say.times(grouped(rule.count))];
  if (rule.firstRow !== null) counts.push(`${say.firstRow} ${grouped(rule.firstRow)}`);
  if (rule.lastRow !== null && rule.lastRow !== rule.firstRow)
    counts.push(`${say.lastRow} ${grouped(rule.lastRow)}`);
  const shown = rule.samples.map((sample) => describeSample(sample, code, say)).filter((line) => line !== '');
  const lines = [
    `${number}. ${message?.title ?? code}${where}`,
    `   ${counts.join(', ')}  [${code}]`,
    ...wrapped(message?.meaning ?? rule.hint),
    ...shown.map((line) => `     - ${line}`),
  ];
  if (rule.count > rule.samples.length && shown.length > 0) {
    lines.push(`     ${say.more(grouped(rule.count - rule.samples.length))}`);
  }
  if (message !== undefined) lines.push(...wrapped(`${say.mend} ${message.mend}`));
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

function columnTable(columns: readonly ColumnProfile[], say: Words): string[] {
  const rows = columns.map((column, index) => [
    String(index + 1),
    clipped(column.name ?? '?'),
    column.type ?? '',
    grouped(column.count),
    grouped(column.missing),
    grouped(column.invalid),
    column.minLength === null
      ? ''
      : column.minLength === column.maxLength
        ? `${column.minLength}`
        : `${column.minLength}–${column.maxLength}`,
    column.distinct === null ? '' : grouped(column.distinct),
    column.bounds?.min ?? '',
    column.bounds?.max ?? '',
  ]);
  const used = say.table.map((_, at) => at < 6 || rows.some((row) => row[at] !== ''));
  const widths = say.table.map((title, at) => Math.max(title.length, ...rows.map((row) => row[at]!.length)));
  const draw = (cells: readonly string[]) =>
    cells
      .map((cell, at) => (at === 1 || at === 2 ? cell.padEnd(widths[at]!) : cell.padStart(widths[at]!)))
      .filter((_, at) => used[at])
      .join('  ')
      .trimEnd();
  return [draw(say.table), ...rows.map(draw)];
}

function clipped(name: string): string {
  return name.length > 32 ? name.slice(0, 31) + '…' : name;
}
