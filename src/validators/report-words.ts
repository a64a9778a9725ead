/** Words of the report for people, in each language; a missing one does not compile. */

import type { Report } from './report.ts';
import type { ReportLanguage } from './report-language.ts';
import { wordsEn } from './report-words-en.ts';
import { wordsNb } from './report-words-nb.ts';
import { wordsNn } from './report-words-nn.ts';
import type { Words } from './words.ts';

export const reportWords: Readonly<Record<ReportLanguage, Words>> = {
  nb: wordsNb,
  nn: wordsNn,
  en: wordsEn,
};

/** The words for one report: what is about to leave is judged in others than what has come in. */
export function wordsFor({ outgoing }: Pick<Report, 'outgoing'>, language: ReportLanguage): Words {
  const words = reportWords[language];
  return outgoing === true ? { ...words, ...words.outgoing } : words;
}
