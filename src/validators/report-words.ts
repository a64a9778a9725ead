/** Words of the report as text, in each language. */
import type { Language } from '../platform/errors.ts';
import type { Verdict } from './report.ts';
import type { Severity } from './rules.ts';

export interface Words {
  readonly verdict: Readonly<Record<Verdict, string>>;
  readonly incomplete: string;
  readonly file: string;
  readonly size: (bytes: string) => string;
  readonly sha256: string;
  readonly rows: string;
  readonly readAs: string;
  readonly delimited: string;
  readonly fixedWidth: string;
  readonly encoding: string;
  readonly delimiter: string;
  readonly tab: string;
  readonly withHeader: string;
  readonly withoutHeader: string;
  readonly ruleset: string;
  readonly codeLists: string;
  readonly found: Readonly<Record<Severity, string>>;
  readonly field: (name: string | null, number: number) => string;
  readonly times: (count: string) => string;
  readonly firstRow: string;
  readonly lastRow: string;
  readonly row: string;
  readonly line: string;
  readonly column: string;
  readonly byte: string;
  readonly expected: string;
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
}

export const reportWords: Readonly<Record<Language, Words>> = {
  nb: {
    verdict: {
      accepted: 'GODTATT: filen fulgte alle reglene som ble kontrollert.',
      rejected: 'AVVIST: filen må rettes og sendes på nytt.',
      'not-checked': 'IKKE KONTROLLERT: innholdet i filen er ikke lest.',
    },
    incomplete: 'Ikke alt ble kontrollert; hva det gjelder, står nedenfor.',
    file: 'Fil',
    size: (bytes) => `${bytes} byte`,
    sha256: 'SHA-256',
    rows: 'Datarader',
    readAs: 'Lest som',
    delimited: 'tekst med skilletegn',
    fixedWidth: 'tekst i faste posisjoner',
    encoding: 'tegnkoding',
    delimiter: 'skilletegn',
    tab: 'tabulator',
    withHeader: 'med overskrift',
    withoutHeader: 'uten overskrift',
    ruleset: 'Regelsett',
    codeLists: 'Kodelister',
    found: { error: 'Feil som må rettes', warning: 'Merknader', info: 'Til orientering' },
    field: (name, number) => (name === null ? `kolonne ${number}` : `${name} (kolonne ${number})`),
    times: (count) => `${count} ${count === '1' ? 'gang' : 'ganger'}`,
    firstRow: 'første rad',
    lastRow: 'siste rad',
    row: 'rad',
    line: 'linje',
    column: 'kolonne',
    byte: 'byte',
    expected: 'skal være',
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
    masked: 'Verdier er skjult: 9 (eller #) står for et siffer, a for en bokstav.',
  },
  en: {
    verdict: {
      accepted: 'ACCEPTED: the file kept every rule that was checked.',
      rejected: 'REJECTED: the file has to be mended and sent again.',
      'not-checked': 'NOT CHECKED: the content of the file has not been read.',
    },
    incomplete: 'Not everything was checked; see below what was not.',
    file: 'File',
    size: (bytes) => `${bytes} bytes`,
    sha256: 'SHA-256',
    rows: 'Data rows',
    readAs: 'Read as',
    delimited: 'delimited text',
    fixedWidth: 'text in fixed positions',
    encoding: 'encoding',
    delimiter: 'delimiter',
    tab: 'tab',
    withHeader: 'with header',
    withoutHeader: 'without header',
    ruleset: 'Rule set',
    codeLists: 'Code lists',
    found: { error: 'Errors to mend', warning: 'Remarks', info: 'For information' },
    field: (name, number) => (name === null ? `column ${number}` : `${name} (column ${number})`),
    times: (count) => `${count} ${count === '1' ? 'time' : 'times'}`,
    firstRow: 'first row',
    lastRow: 'last row',
    row: 'row',
    line: 'line',
    column: 'column',
    byte: 'byte',
    expected: 'expected',
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
    masked: 'Values are masked: 9 (or #) stands for a digit, a for a letter.',
  },
};
