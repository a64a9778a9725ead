/** The report as people read it; doors get it from here. */
import type { Language } from '../platform/errors.ts';
import { renderText } from '../validators/render-text.ts';
import type { Report } from '../validators/report.ts';

/** The text that lies beside a file in the inbox. */
export function reportForPeople(report: Report, language: Language): string {
  return renderText(report, language);
}
