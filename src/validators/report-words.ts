/** Words of the report for people, in each language; a missing one does not compile. */

import { type FormatNames, formatNames } from './format-names.ts';
import type { Verdict } from './report.ts';
import type { ReportLanguage } from './report-language.ts';
import type { Severity } from './rules.ts';

export interface Words {
  /** What this is, as a title. */
  readonly title: string;
  /** The verdict in a word or two. */
  readonly stamp: Readonly<Record<Verdict, string>>;
  readonly verdict: Readonly<Record<Verdict, string>>;
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

export const reportWords: Readonly<Record<ReportLanguage, Words>> = {
  nb: {
    title: 'Kontrollrapport',
    stamp: { accepted: 'Godtatt', rejected: 'Avvist', 'not-checked': 'Ikke kontrollert' },
    verdict: {
      accepted: 'GODTATT: filen fulgte alle reglene som ble kontrollert.',
      rejected: 'AVVIST: filen må rettes og sendes på nytt.',
      'not-checked': 'IKKE KONTROLLERT: innholdet i filen er ikke lest.',
    },
    unread: 'Innholdet ble ikke kontrollert; grunnen står nedenfor.',
    incomplete: 'Ikke alt ble kontrollert; hva det gjelder, står nedenfor.',
    file: 'Fil',
    size: (bytes) => `${bytes} byte`,
    sha256: 'SHA-256',
    rows: 'Datarader',
    readAs: 'Lest som',
    formats: formatNames.nb,
    encoding: 'tegnkoding',
    delimiter: 'skilletegn',
    tab: 'tabulator',
    withHeader: 'med overskrift',
    withoutHeader: 'uten overskrift',
    ruleset: 'Regelsett',
    codeLists: 'Kodelister',
    found: { error: 'Feil som må rettes', warning: 'Merknader', info: 'Til orientering' },
    field: (name, number) => (name === null ? `kolonne ${number}` : `${name} (kolonne ${number})`),
    describedField: (name, number) => `${name} (nr. ${number} i filbeskrivelsen)`,
    times: (count) => `${count} ${count === '1' ? 'gang' : 'ganger'}`,
    firstRow: 'første rad',
    lastRow: 'siste rad',
    row: 'rad',
    line: 'linje',
    column: 'kolonne',
    byte: 'byte',
    expected: 'skal være',
    mustBeIn: 'skal stå i',
    seemsToBe: 'ser ut til å være',
    described: 'beskrevet er',
    cells: (count) => `${count} ${count === '1' ? 'celle' : 'celler'}`,
    rowCount: (count) => `${count} ${count === '1' ? 'rad' : 'rader'}`,
    or: 'eller',
    year: 'ÅÅÅÅ',
    but: 'er',
    about: 'gjelder',
    codeOf: (list) => `en kode i ${list}`,
    wasValid: (from, to, asked) => {
      const parts = [from === '' ? '' : `fra ${from}`, to === '' ? '' : `før ${to}`];
      return `gjaldt ${parts.filter((part) => part !== '').join(' og ')}, ikke ${asked}`;
    },
    dateIn: (field) => `på datoen i ${field}`,
    validThen: (codes) => `da gjaldt ${codes}`,
    sameAsRow: (row) => `samme som rad ${row}`,
    more: (count) => `… og ${count} til`,
    mend: 'Slik retter du det:',
    columns: 'Kolonner',
    table: ['nr.', 'navn', 'type', 'celler', 'mangler', 'feil', 'lengde', 'ulike', 'fra', 'til'],
    masked: 'Verdier er skjult: 9 (eller #) står for et siffer, a eller A for en bokstav.',
    overview: 'Kort fortalt',
    places: 'Steder i filen',
    shown: 'cellen ser slik ut',
    note: 'merknad',
    engine: 'Kontrollert med',
    description: 'Filbeskrivelse',
    undescribed: 'ingen; bare reglene for alle filer er kontrollert',
    csv: {
      file: 'fil',
      verdict: 'resultat',
      severity: 'alvor',
      code: 'regel',
      finding: 'funn',
      field: 'variabel',
      fieldNumber: 'variabelnr',
      count: 'antall',
      firstRow: 'første rad',
      lastRow: 'siste rad',
      row: 'rad',
      line: 'linje',
      column: 'kolonne',
      byte: 'byte',
      shown: 'celle (skjult)',
      note: 'merknad',
      meaning: 'betydning',
      mend: 'slik retter du det',
      severities: { error: 'feil', warning: 'merknad', info: 'til orientering' },
    },
  },
  nn: {
    title: 'Kontrollrapport',
    stamp: { accepted: 'Godteken', rejected: 'Avvist', 'not-checked': 'Ikkje kontrollert' },
    verdict: {
      accepted: 'GODTEKEN: fila følgde alle reglane som vart kontrollerte.',
      rejected: 'AVVIST: fila må rettast og sendast på nytt.',
      'not-checked': 'IKKJE KONTROLLERT: innhaldet i fila er ikkje lese.',
    },
    unread: 'Innhaldet vart ikkje kontrollert; grunnen står nedanfor.',
    incomplete: 'Ikkje alt vart kontrollert; kva det gjeld, står nedanfor.',
    file: 'Fil',
    size: (bytes) => `${bytes} byte`,
    sha256: 'SHA-256',
    rows: 'Datarader',
    readAs: 'Lesen som',
    formats: formatNames.nn,
    encoding: 'teiknkoding',
    delimiter: 'skiljeteikn',
    tab: 'tabulator',
    withHeader: 'med overskrift',
    withoutHeader: 'utan overskrift',
    ruleset: 'Regelsett',
    codeLists: 'Kodelister',
    found: { error: 'Feil som må rettast', warning: 'Merknader', info: 'Til orientering' },
    field: (name, number) => (name === null ? `kolonne ${number}` : `${name} (kolonne ${number})`),
    describedField: (name, number) => `${name} (nr. ${number} i filbeskrivinga)`,
    times: (count) => `${count} ${count === '1' ? 'gong' : 'gonger'}`,
    firstRow: 'første rad',
    lastRow: 'siste rad',
    row: 'rad',
    line: 'linje',
    column: 'kolonne',
    byte: 'byte',
    expected: 'skal vere',
    mustBeIn: 'skal stå i',
    seemsToBe: 'ser ut til å vere',
    described: 'beskrivne er',
    cells: (count) => `${count} ${count === '1' ? 'celle' : 'celler'}`,
    rowCount: (count) => `${count} ${count === '1' ? 'rad' : 'rader'}`,
    or: 'eller',
    year: 'ÅÅÅÅ',
    but: 'er',
    about: 'gjeld',
    codeOf: (list) => `ein kode i ${list}`,
    wasValid: (from, to, asked) => {
      const parts = [from === '' ? '' : `frå ${from}`, to === '' ? '' : `før ${to}`];
      return `galdt ${parts.filter((part) => part !== '').join(' og ')}, ikkje ${asked}`;
    },
    dateIn: (field) => `på datoen i ${field}`,
    validThen: (codes) => `då galdt ${codes}`,
    sameAsRow: (row) => `same som rad ${row}`,
    more: (count) => `… og ${count} til`,
    mend: 'Slik rettar du det:',
    columns: 'Kolonnar',
    table: ['nr.', 'namn', 'type', 'celler', 'manglar', 'feil', 'lengd', 'ulike', 'frå', 'til'],
    masked: 'Verdiar er skjulte: 9 (eller #) står for eit siffer, a eller A for ein bokstav.',
    overview: 'Kort fortalt',
    places: 'Stader i fila',
    shown: 'cella ser slik ut',
    note: 'merknad',
    engine: 'Kontrollert med',
    description: 'Filbeskriving',
    undescribed: 'inga; berre reglane for alle filer er kontrollerte',
    csv: {
      file: 'fil',
      verdict: 'resultat',
      severity: 'alvor',
      code: 'regel',
      finding: 'funn',
      field: 'variabel',
      fieldNumber: 'variabelnr',
      count: 'tal',
      firstRow: 'første rad',
      lastRow: 'siste rad',
      row: 'rad',
      line: 'linje',
      column: 'kolonne',
      byte: 'byte',
      shown: 'celle (skjult)',
      note: 'merknad',
      meaning: 'tyding',
      mend: 'slik rettar du det',
      severities: { error: 'feil', warning: 'merknad', info: 'til orientering' },
    },
  },
  en: {
    title: 'Check report',
    stamp: { accepted: 'Accepted', rejected: 'Rejected', 'not-checked': 'Not checked' },
    verdict: {
      accepted: 'ACCEPTED: the file kept every rule that was checked.',
      rejected: 'REJECTED: the file has to be mended and sent again.',
      'not-checked': 'NOT CHECKED: the content of the file has not been read.',
    },
    unread: 'The content was not checked; see below why.',
    incomplete: 'Not everything was checked; see below what was not.',
    file: 'File',
    size: (bytes) => `${bytes} bytes`,
    sha256: 'SHA-256',
    rows: 'Data rows',
    readAs: 'Read as',
    formats: formatNames.en,
    encoding: 'encoding',
    delimiter: 'delimiter',
    tab: 'tab',
    withHeader: 'with header',
    withoutHeader: 'without header',
    ruleset: 'Rule set',
    codeLists: 'Code lists',
    found: { error: 'Errors to mend', warning: 'Remarks', info: 'For information' },
    field: (name, number) => (name === null ? `column ${number}` : `${name} (column ${number})`),
    describedField: (name, number) => `${name} (no. ${number} in the description)`,
    times: (count) => `${count} ${count === '1' ? 'time' : 'times'}`,
    firstRow: 'first row',
    lastRow: 'last row',
    row: 'row',
    line: 'line',
    column: 'column',
    byte: 'byte',
    expected: 'expected',
    mustBeIn: 'must be in',
    seemsToBe: 'seems to be',
    described: 'described are',
    cells: (count) => `${count} ${count === '1' ? 'cell' : 'cells'}`,
    rowCount: (count) => `${count} ${count === '1' ? 'row' : 'rows'}`,
    or: 'or',
    year: 'YYYY',
    but: 'found',
    about: 'about',
    codeOf: (list) => `a code of ${list}`,
    wasValid: (from, to, asked) => {
      const parts = [from === '' ? '' : `from ${from}`, to === '' ? '' : `before ${to}`];
      return `valid ${parts.filter((part) => part !== '').join(' and ')}, not ${asked}`;
    },
    dateIn: (field) => `at the date in ${field}`,
    validThen: (codes) => `valid then: ${codes}`,
    sameAsRow: (row) => `same as row ${row}`,
    more: (count) => `… and ${count} more`,
    mend: 'How to mend it:',
    columns: 'Columns',
    table: ['no.', 'name', 'type', 'cells', 'missing', 'wrong', 'length', 'distinct', 'from', 'to'],
    masked: 'Values are masked: 9 (or #) stands for a digit, a or A for a letter.',
    overview: 'In short',
    places: 'Places in the file',
    shown: 'the cell looks like',
    note: 'note',
    engine: 'Checked with',
    description: 'Data description',
    undescribed: 'none; only the rules for all files were checked',
    csv: {
      file: 'file',
      verdict: 'verdict',
      severity: 'severity',
      code: 'rule',
      finding: 'finding',
      field: 'variable',
      fieldNumber: 'variable no.',
      count: 'count',
      firstRow: 'first row',
      lastRow: 'last row',
      row: 'row',
      line: 'line',
      column: 'column',
      byte: 'byte',
      shown: 'cell (masked)',
      note: 'note',
      meaning: 'meaning',
      mend: 'how to mend it',
      severities: { error: 'error', warning: 'remark', info: 'information' },
    },
  },
};
