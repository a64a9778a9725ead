/** The report as people read it; doors get it from here. */

import { renderText } from '../validators/render-text.ts';
import type { Report } from '../validators/report.ts';
import type { ReportLanguage } from '../validators/report-language.ts';

/** The text that lies beside a file in the inbox. */
export function reportForPeople(report: Report, language: ReportLanguage): string {
  return renderText(report, language);
}
