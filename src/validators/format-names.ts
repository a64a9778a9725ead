/** What formats of files are called in sentences. */
import type { ReportLanguage } from './report-language.ts';
import type { FileFormat } from './sniff.ts';

export type FormatNames = Readonly<Record<FileFormat | 'fixed-width' | 'unknown', string>>;

const names: Omit<
  FormatNames,
  'delimited' | 'fixed-width' | 'unknown' | 'xlsx' | 'xls' | 'zip' | '7z' | 'gzip' | 'sqlite' | 'pdf'
> = {
  sas7bdat: 'SAS (sas7bdat)',
  xpt: 'SAS transport (xpt)',
  sav: 'SPSS (sav)',
  dta: 'Stata (dta)',
  parquet: 'Parquet',
  arrow: 'Arrow',
};

export const formatNames: Readonly<Record<ReportLanguage, FormatNames>> = {
  nb: {
    ...names,
    delimited: 'tekst med skilletegn',
    'fixed-width': 'tekst i faste posisjoner',
    xlsx: 'Excel-arbeidsbok (xlsx)',
    xls: 'Excel-arbeidsbok (xls)',
    zip: 'zip-arkiv',
    '7z': '7z-arkiv',
    gzip: 'gzip-komprimert fil',
    pdf: 'PDF-dokument',
    sqlite: 'SQLite-database',
    unknown: 'ukjent',
  },
  nn: {
    ...names,
    delimited: 'tekst med skiljeteikn',
    'fixed-width': 'tekst i faste posisjonar',
    xlsx: 'Excel-arbeidsbok (xlsx)',
    xls: 'Excel-arbeidsbok (xls)',
    zip: 'zip-arkiv',
    '7z': '7z-arkiv',
    gzip: 'gzip-komprimert fil',
    pdf: 'PDF-dokument',
    sqlite: 'SQLite-database',
    unknown: 'ukjent',
  },
  en: {
    ...names,
    delimited: 'delimited text',
    'fixed-width': 'text in fixed positions',
    xlsx: 'Excel workbook (xlsx)',
    xls: 'Excel workbook (xls)',
    zip: 'zip archive',
    '7z': '7z archive',
    gzip: 'file compressed with gzip',
    pdf: 'PDF document',
    sqlite: 'SQLite database',
    unknown: 'unknown',
  },
};

/** A format's name; what a newer report calls a format stands as it is. */
export function formatName(format: string, names: FormatNames): string {
  return Object.hasOwn(names, format) ? names[format as keyof FormatNames] : format;
}
