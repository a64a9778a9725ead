/** The languages of reports: one more than the service's own sentences have. */

export const reportLanguages = ['nb', 'nn', 'en'] as const;
export type ReportLanguage = (typeof reportLanguages)[number];
