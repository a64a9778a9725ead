/** Words of the report for people, in each language; a missing one does not compile. */
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
