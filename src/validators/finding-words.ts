/** One finding of a report in words: the same for text, page and table. */
import { formatName } from './format-names.ts';
import { messageFor } from './messages.ts';
import type { Report, Rule } from './report.ts';
import type { ReportLanguage } from './report-language.ts';
import { joinRule } from './rules.ts';
import { grouped } from './sample-words.ts';
import type { Words } from './words.ts';

export interface FindingWords {
  /** `code` or `code/sub`. */
  readonly code: string;
  readonly title: string;
  /** The field and its number, or empty for the file. */
  readonly where: string;
  /** How often, and the first and last row. */
  readonly counts: readonly string[];
  readonly meaning: string;
  /** Null for a rule of a newer report: its hint is then the meaning. */
  readonly mend: string | null;
}

export function findingWords(rule: Rule, language: ReportLanguage, say: Words): FindingWords {
  const id = joinRule(rule.code, rule.sub);
  const message = id === undefined ? undefined : messageFor(id, rule.severity, language, rule.samples);
  const code = rule.sub === null ? rule.code : `${rule.code}/${rule.sub}`;
  const counts = [say.times(grouped(rule.count))];
  if (rule.firstRow !== null) counts.push(`${say.firstRow} ${grouped(rule.firstRow)}`);
  if (rule.lastRow !== null && rule.lastRow !== rule.firstRow)
    counts.push(`${say.lastRow} ${grouped(rule.lastRow)}`);
  return {
    code,
    title: message?.title ?? code,
    where: whereOf(rule, say),
    counts,
    meaning: message?.meaning ?? rule.hint,
    mend: message?.mend ?? null,
  };
}

function whereOf({ code, field, fieldNumber }: Rule, say: Words): string {
  if (fieldNumber === null) return '';
  // What is missing has no place in the file.
  return code === 'missing-label' && field !== null
    ? say.describedField(field, fieldNumber)
    : say.field(field, fieldNumber);
}

/** That not everything was checked; null when everything was, or the verdict says so already. */
export function incompleteness({ complete, verdict, columns }: Report, say: Words): string | null {
  if (complete || verdict === 'not-checked') return null;
  return columns.length === 0 ? say.unread : say.incomplete;
}

/** What the report says of the file as a whole: name and value. */
export function factsOf(report: Report, say: Words): [name: string, value: string][] {
  const { file } = report;
  const facts: [string, string][] = [
    [say.file, `${file.name}, ${say.size(grouped(file.bytes))}`],
    [say.rows, grouped(report.rows)],
  ];
  if (file.sha256 !== null) facts.push([say.sha256, file.sha256]);
  const lists = file.evidence.filter((one) => one.subject === 'code-list');
  if (lists.length > 0)
    facts.push([say.codeLists, lists.map((one) => one.value.replace(/ sha256 .*/, '')).join(', ')]);
  facts.push([say.readAs, readAs(report, say)], [say.ruleset, report.ruleset]);
  return facts;
}

function readAs({ file }: Report, say: Words): string {
  const reading = [formatName(file.format, say.formats)];
  if (file.encoding !== null) reading.push(`${say.encoding} ${file.encoding}`);
  if (file.dialect !== null) {
    reading.push(
      `${say.delimiter} ${file.dialect.delimiter === '\t' ? say.tab : `«${file.dialect.delimiter}»`}`,
    );
    reading.push(file.dialect.header ? say.withHeader : say.withoutHeader);
  }
  return reading.join(', ');
}

/** The profile of the columns as a table: heads and cells as text; heads nothing stands under are left out. */
export function columnCells(
  report: Report,
  say: Words,
): { heads: readonly string[]; left: readonly boolean[]; rows: readonly (readonly string[])[] } {
  const rows = report.columns.map((column, index) => [
    String(index + 1),
    column.name ?? '?',
    column.type ?? '',
    grouped(column.count),
    grouped(column.missing),
    grouped(column.invalid),
    lengths(column.minLength, column.maxLength),
    column.distinct === null ? '' : grouped(column.distinct),
    column.bounds?.min ?? '',
    column.bounds?.max ?? '',
  ]);
  const used = say.table.map((_, at) => at < 6 || rows.some((row) => row[at] !== ''));
  const kept = <T>(cells: readonly T[]) => cells.filter((_, at) => used[at]);
  return {
    heads: kept(say.table),
    left: kept(say.table.map((_, at) => at === 1 || at === 2)),
    rows: rows.map(kept),
  };
}

function lengths(min: number | null, max: number | null): string {
  if (min === null) return '';
  return min === max ? `${min}` : `${min}–${max}`;
}
