/** The report as text for people: the verdict first, what to mend, then the columns as a table. */
import type { Language } from '../platform/errors.ts';
import { messageFor } from './messages.ts';
import type { ColumnProfile, Report, Rule, Sample } from './report.ts';
import { reportWords, type Words } from './report-words.ts';
import { joinRule } from './rules.ts';

const width = 96;

/** The whole report as text, in lines of at most about 96 characters. */
export function renderText(report: Report, language: Language): string {
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
  const reading = [file.format === 'delimited' ? say.delimited : file.format];
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

function describeRule(rule: Rule, number: number, say: Words, language: Language): string[] {
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
  const shown = sample.value ?? sample.shape;
  const parts = [places.join(', ')];
  if (shown !== null) parts.push(`«${shown}»`);
  if (sample.expected !== null && sample.expected !== '')
    parts.push(describeExpected(sample.expected, code, say));
  return parts.filter((part) => part !== '').join('  ');
}

/** `5 ≠ 6` is asked and found, `= 17` is the row that had the value first, `∩ 17` a row that it overlaps, `≠ 2` another column. */
function describeExpected(expected: string, code: string, say: Words): string {
  const [asked, found] = expected.split(' ≠ ');
  if (found !== undefined) return `${say.expected} ${asked}, ${say.but} ${found}`;
  if (/^= \d+$/.test(expected)) return say.sameAsRow(expected.slice(2));
  if (/^∩ \d+$/.test(expected)) return `∩ ${say.row} ${expected.slice(2)}`;
  if (/^≠ \d+$/.test(expected)) return `≠ ${say.column} ${expected.slice(2)}`;
  if (code === 'code-list/not-valid-at') return describeValidity(expected, say);
  if (/^Klass \S+$/.test(expected)) return `${say.expected}: ${say.codeOf(expected)}`;
  const about = code === 'format/unsupported' || code === 'structure/line-ends';
  return `${about ? say.about : say.expected}: ${expected}`;
}

/** `2020-01-01..2024-01-01 ∌ 2024-06-01 → 3301`, see KlassCodes.expectedIn. */
function describeValidity(expected: string, say: Words): string {
  const [, from = '', to = '', when = '', instead] =
    /^(.*?)\.\.(.*?) ∌ (.*?)(?: → (.*))?$/.exec(expected) ?? [];
  const asked = /^\d{4}-\d\d-\d\d$/.test(when) ? when : say.dateIn(when);
  return say.wasValid(from, to, asked) + (instead === undefined ? '' : `; ${say.validThen(instead)}`);
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

/** 1234567 → `1 234 567`. */
function grouped(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ' ');
}
