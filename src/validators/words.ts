/** The words that every language has for the report. */

import type { FormatNames } from './format-names.ts';
import type { Verdict } from './report.ts';
import type { Severity } from './rules.ts';

export interface Words {
  /** What this is, as a title. */
  readonly title: string;
  /** The verdict in a word or two. */
  readonly stamp: Readonly<Record<Verdict, string>>;
  readonly verdict: Readonly<Record<Verdict, string>>;
  /** Both, of a file that is about to leave: people decide on it, nobody sends it again. */
  readonly outgoing: Pick<Words, 'stamp' | 'verdict'>;
  readonly incomplete: string;
  /** The same, when nothing at all was read as a table. */
  readonly unread: string;
  readonly file: string;
  readonly size: (bytes: string) => string;
  readonly sha256: string;
  readonly rows: string;
  readonly readAs: string;
  readonly formats: FormatNames;
  readonly encoding: string;
  readonly delimiter: string;
  readonly tab: string;
  readonly withHeader: string;
  readonly withoutHeader: string;
  readonly ruleset: string;
  readonly codeLists: string;
  readonly found: Readonly<Record<Severity, string>>;
  readonly field: (name: string | null, number: number) => string;
  readonly describedField: (name: string, number: number) => string;
  readonly times: (count: string) => string;
  readonly firstRow: string;
  readonly lastRow: string;
  readonly row: string;
  readonly line: string;
  readonly column: string;
  readonly byte: string;
  readonly expected: string;
  /** Of a reference: the file and the columns of its key. */
  readonly mustBeIn: string;
  /** Of a delimiter: what the file seems to use. */
  readonly seemsToBe: string;
  /** Of a file name: those that the project describes. */
  readonly described: string;
  readonly cells: (count: string) => string;
  readonly rowCount: (count: string) => string;
  /** Between two forms that are both right. */
  readonly or: string;
  /** A year in the form of a date. */
  readonly year: string;
  readonly but: string;
  readonly about: string;
  readonly codeOf: (list: string) => string;
  /** Either bound may be empty; `to` is the day after the last. */
  readonly wasValid: (from: string, to: string, asked: string) => string;
  readonly dateIn: (field: string) => string;
  readonly validThen: (codes: string) => string;
  readonly sameAsRow: (row: string) => string;
  readonly more: (count: string) => string;
  readonly mend: string;
  readonly columns: string;
  readonly table: readonly string[];
  readonly masked: string;
  /** Above the list of findings. */
  readonly overview: string;
  /** Above the list of places of one finding. */
  readonly places: string;
  /** Heads of the table of places. */
  readonly shown: string;
  readonly note: string;
  readonly engine: string;
  readonly description: string;
  /** A file read without a description. */
  readonly undescribed: string;
  readonly csv: CsvHeads;
}

/** Heads of the report as CSV: one word each, in the order of its columns. */
export interface CsvHeads {
  readonly file: string;
  readonly verdict: string;
  readonly severity: string;
  readonly code: string;
  readonly finding: string;
  readonly field: string;
  readonly fieldNumber: string;
  readonly count: string;
  readonly firstRow: string;
  readonly lastRow: string;
  readonly row: string;
  readonly line: string;
  readonly column: string;
  readonly byte: string;
  readonly shown: string;
  readonly note: string;
  readonly meaning: string;
  readonly mend: string;
  readonly severities: Readonly<Record<Severity, string>>;
}
