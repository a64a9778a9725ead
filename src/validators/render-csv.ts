/** The report as CSV for a spreadsheet: one line for each place of each finding. */
import { csvLine, csvMark } from '../platform/csv.ts';
import { findingWords } from './finding-words.ts';
import type { Report, Sample } from './report.ts';
import type { ReportLanguage } from './report-language.ts';
import { reportWords, wordsFor } from './report-words.ts';
import { noteOf, shownCell } from './sample-words.ts';
import type { CsvHeads, Words } from './words.ts';

type Column = Exclude<keyof CsvHeads, 'severities'>;

const columns: readonly Column[] = [
  'file',
  'verdict',
  'severity',
  'code',
  'finding',
  'field',
  'fieldNumber',
  'count',
  'firstRow',
  'lastRow',
  'row',
  'line',
  'column',
  'byte',
  'shown',
  'note',
  'meaning',
  'mend',
];

type Line = Partial<Record<Column, string | number | null>>;

/**
 * RFC 4180 with `;`, in UTF-8 with a byte order mark, as Norwegian Excel reads it. The text of a finding stands on its
 * first line only. A report without findings has one line: the file and its verdict.
 */
export function renderCsv(reports: readonly Report[], language: ReportLanguage): string {
  const heads = reportWords[language].csv;
  const rows = [
    columns.map((column) => heads[column]),
    ...reports
      .flatMap((report) => linesOf(report, language, wordsFor(report, language)))
      .map((line) => columns.map((column) => String(line[column] ?? ''))),
  ];
  return csvMark + rows.map(csvLine).join('');
}

function linesOf(report: Report, language: ReportLanguage, say: Words): Line[] {
  const about: Line = { file: report.file.name, verdict: say.stamp[report.verdict] };
  if (report.rules.length === 0) return [about];
  return report.rules.flatMap((rule) => {
    const { code, title, meaning, mend } = findingWords(rule, language, say);
    const { field, fieldNumber, count, firstRow, lastRow } = rule;
    const severity = say.csv.severities[rule.severity];
    const finding = { severity, code, finding: title, field, fieldNumber, count, firstRow, lastRow };
    const samples: readonly (Sample | null)[] = rule.samples.length === 0 ? [null] : rule.samples;
    return samples.map((sample, index) => ({
      ...about,
      ...finding,
      ...(sample === null ? {} : placeOf(sample, code, say)),
      ...(index === 0 ? { meaning, mend } : {}),
    }));
  });
}

function placeOf(sample: Sample, code: string, say: Words): Line {
  const { row, line, column, byte } = sample;
  return { row, line, column, byte, shown: shownCell(sample), note: noteOf(sample, code, say) };
}
