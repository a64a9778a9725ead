/** The report as people and programs get it; doors get it from here. */
import type { LiveCounts } from '../validators/checker.ts';
import { findingWords } from '../validators/finding-words.ts';
import { renderCsv } from '../validators/render-csv.ts';
import { renderHtml, reportPolicy } from '../validators/render-html.ts';
import { renderText } from '../validators/render-text.ts';
import { Report, type Rule } from '../validators/report.ts';
import { type ReportLanguage, reportLanguages } from '../validators/report-language.ts';
import { reportWords } from '../validators/report-words.ts';
import { reportText } from './receipts.ts';

// Doors know reports from here, not from the engine's room.
export { Report, type ReportLanguage, reportLanguages, reportPolicy };

export const reportFormats = ['text', 'json', 'html', 'csv'] as const;
export type ReportFormat = (typeof reportFormats)[number];

/** The text that lies beside a file in the inbox. */
export function reportForPeople(report: Report, language: ReportLanguage): string {
  return renderText(report, language);
}

/** What is wrong with a file, one line for each kind of error: title, field, how often. */
export function errorLines(report: Report, language: ReportLanguage): readonly string[] {
  return report.rules.filter(isError).map((rule) => errorLine(rule, language));
}

/** The same of a file that is still on its way: what is counted so far, without samples and rows. */
export function errorLinesSoFar({ rules }: LiveCounts, language: ReportLanguage): readonly string[] {
  const bare = { firstRow: null, lastRow: null, samples: [], hint: '' };
  return rules.filter(isError).map((counted) => errorLine({ ...counted, ...bare }, language));
}

function isError({ severity }: Pick<Rule, 'severity'>): boolean {
  return severity === 'error';
}

function errorLine(rule: Rule, language: ReportLanguage): string {
  const { title, where, counts } = findingWords(rule, language, reportWords[language]);
  return `${title}${where === '' ? '' : `: ${where}`}, ${counts[0] ?? ''}`;
}

/** Reports as `format`. `list`: JSON is an array however many there are; a page holds one report. */
export function drawReports(
  reports: readonly Report[],
  format: ReportFormat,
  language: ReportLanguage,
  options: { list: boolean },
): string {
  switch (format) {
    case 'text':
      return reports.map((report) => renderText(report, language)).join(`\n${'─'.repeat(96)}\n\n`);
    case 'json':
      return reports.length === 1 && !options.list ? reportText(reports[0]!) : reportText(reports);
    case 'html':
      return reports.map((report) => renderHtml(report, language)).join('');
    case 'csv':
      return renderCsv(reports, language);
  }
}

/** The language of the service's own sentences that a reader of such a report gets. */
export function sentenceLanguage(language: ReportLanguage): 'nb' | 'en' {
  return language === 'nn' ? 'nb' : language;
}
