/** What a column seems to hold: every type that all its cells fit, tried with the readers that the check itself uses. */
import type { CellType } from '../cell-type.ts';
import type { Field } from '../description.ts';
import { countChars, decode, type Encoding } from '../encoding.ts';
import { cellTypeOf } from '../field-type.ts';
import { checkIdentifier, type IdentifierKind } from '../identity-numbers.ts';
import { CodeGuess } from './code-guess.ts';

/** In the order of preference; the year is taken only where the label says that it is one. */
const candidates: readonly Partial<Field>[] = [
  { type: 'date', format: '%Y-%m-%d' },
  { type: 'date', format: '%d.%m.%Y' },
  { type: 'date', format: '%Y%m%d' },
  { type: 'date', format: '%d/%m/%Y' },
  { type: 'datetime' },
  { type: 'time' },
  { type: 'yearmonth' },
  { type: 'year' },
  { type: 'integer' },
  { type: 'number', decimalChar: ',' },
  { type: 'number', decimalChar: '.' },
  { type: 'boolean' },
];

const identifiers: readonly IdentifierKind[] = ['person', 'hnr', 'duf', 'orgnr'];

/** Written by statistical programs where nothing is known. */
const emptyWords = ['NA', '.', 'NULL', 'NaN', '#N/A'];

const limitNumbers = 12;

interface Candidate {
  readonly field: Partial<Field>;
  readonly type: CellType;
}

export class ColumnGuess {
  readonly label: string;
  #alive: readonly Candidate[] = candidates.map((field) => ({
    field,
    type: cellTypeOf({ name: '', ...field }).type,
  }));
  readonly #fits = new Map<IdentifierKind, number>(identifiers.map((kind) => [kind, 0]));
  readonly #codes = new CodeGuess();
  readonly #emptyWords = new Set<string>();
  #cells = 0;
  #empty = 0;
  /** Cells that are one of the words for nothing known. */
  #wordCells = 0;
  #minLength = Number.POSITIVE_INFINITY;
  #maxLength = 0;
  /** `0301` or a number too long for a computer's: digits, but not a quantity. */
  #digitsAsText = false;

  constructor(label: string) {
    this.label = label;
  }

  /** The cell `buf[start, end)`, without quotes. */
  cell(buf: Uint8Array, start: number, end: number, encoding: Encoding): void {
    this.#cells += 1;
    if (start === end) {
      this.#empty += 1;
      return;
    }
    const bytes = end - start;
    const chars = countChars(buf, start, end, encoding);
    if (chars < this.#minLength) this.#minLength = chars;
    if (chars > this.#maxLength) this.#maxLength = chars;
    if (bytes <= 4 && this.#isEmptyWord(decode(buf, start, end, encoding))) return;
    if (bytes >= 9 && bytes <= 13) this.#tryIdentifiers(buf, start, end);
    if (isDigitsAsText(buf, start, end)) this.#digitsAsText = true;
    if (this.#alive.length > 0)
      this.#alive = this.#alive.filter(({ type }) => type.read(buf, start, end) === null);
    if (this.#codes.alive && !this.#codes.tooLong(bytes)) this.#codes.cell(decode(buf, start, end, encoding));
  }

  /** The field as far as it can be told from the cells; its name is for the caller to choose. */
  field(name: string): Field {
    const known = this.#cells - this.#empty - this.#wordCells;
    const identifier = this.#identifier(known);
    if (identifier !== null) {
      const person = identifier !== 'orgnr';
      return {
        name,
        type: 'string',
        'no:identifier': identifier,
        ...(person ? { 'no:sensitivity': 'directIdentifier' as const } : {}),
        ...this.#missing(true),
        ...required(this.#empty + this.#wordCells === 0 && known > 0),
      };
    }
    const found = known === 0 ? undefined : this.#type();
    const sensitivity = sensitivityOf(this.label);
    const codes = sensitivity === 'directIdentifier' || isQuantity(found) ? null : this.#listOf(found);
    // Digits that are codes are text to the check, or 01 and 1 would be the same.
    const typed = codes !== null && found?.type !== 'boolean' ? undefined : found;
    const words = typed !== undefined || codes !== null;
    const constraints = {
      ...(this.#empty + (words ? this.#wordCells : 0) === 0 && this.#cells > 0 ? { required: true } : {}),
      ...(typed === undefined && codes === null && known > 0 ? this.#lengths() : {}),
      ...(codes === null || found?.type === 'boolean' ? {} : { enum: codes }),
    };
    return {
      name,
      ...(typed ?? { type: 'string' }),
      ...(sensitivity === null ? {} : { 'no:sensitivity': sensitivity }),
      ...this.#missing(words),
      ...(Object.keys(constraints).length === 0 ? {} : { constraints }),
    };
  }

  /** Whole numbers are codes only where they are a handful: ages are not. */
  #listOf(found: Partial<Field> | undefined): string[] | null {
    const codes = this.#codes.codes();
    return found?.type === 'integer' && codes !== null && codes.length > limitNumbers ? null : codes;
  }

  #isEmptyWord(text: string): boolean {
    if (!emptyWords.includes(text)) return false;
    this.#emptyWords.add(text);
    this.#wordCells += 1;
    return true;
  }

  #tryIdentifiers(buf: Uint8Array, start: number, end: number): void {
    for (const kind of identifiers) {
      const fault = checkIdentifier(buf, start, end, kind, '2032', 0);
      if (fault === null || fault === 'synthetic' || fault === 'lost-leading-zero')
        this.#fits.set(kind, this.#fits.get(kind)! + 1);
    }
  }

  /**
   * A column where most cells are persons' numbers is meant to have them, and what does not fit is a fault of the file.
   * One organisation number in eleven is right by chance, so there it has to be nearly all.
   */
  #identifier(known: number): IdentifierKind | null {
    const fits = (kind: IdentifierKind) => this.#fits.get(kind)!;
    const person = fits('hnr') > fits('person') ? 'hnr' : 'person';
    if (fits(person) > 0 && fits(person) * 2 >= known) return person;
    for (const kind of ['duf', 'orgnr'] as const) {
      if (fits(kind) >= 3 && fits(kind) * 10 >= known * 9) return kind;
    }
    return null;
  }

  #type(): Partial<Field> | undefined {
    const year = /(aar|år|year)$/i.test(this.label);
    return this.#alive
      .map(({ field }) => field)
      .find(({ type }) => {
        if (type === 'year') return year;
        return !(this.#digitsAsText && (type === 'integer' || type === 'number'));
      });
  }

  #lengths(): { minLength?: number; maxLength: number } {
    const fixed = this.#minLength === this.#maxLength && this.#digitsAsText;
    return { ...(fixed ? { minLength: this.#minLength } : {}), maxLength: this.#maxLength };
  }

  /** The words for nothing known, where the cells beside them are not text. */
  #missing(words: boolean): { missingValues?: string[] } {
    return words && this.#emptyWords.size > 0 ? { missingValues: ['', ...[...this.#emptyWords].sort()] } : {};
  }
}

function required(is: boolean): { constraints?: { required: true } } {
  return is ? { constraints: { required: true } } : {};
}

/** Dates, times and fractions are no codes, however few there are. */
function isQuantity(found: Partial<Field> | undefined): boolean {
  return found !== undefined && found.type !== 'integer' && found.type !== 'boolean';
}

/** Digits with a leading zero, or more of them than a number keeps exactly. */
function isDigitsAsText(buf: Uint8Array, start: number, end: number): boolean {
  const long = end - start > 15;
  if (!long && (buf[start] !== 0x30 || end - start < 2)) return false;
  for (let at = start; at < end; at++) if (buf[at]! < 0x30 || buf[at]! > 0x39) return false;
  return true;
}

/** What the name of a column says about how it must be guarded; a person has to look it over. */
function sensitivityOf(label: string): 'directIdentifier' | 'quasi' | null {
  const name = label.toLowerCase().replace(/[^a-zæøå0-9]/g, '');
  if (/navn$|^name|surname|adresse|address|epost|email|telefon|mobil|phone/.test(name))
    return 'directIdentifier';
  if (/fodt|født|fodsel|fødsel|birth|kommune|bydel|grunnkrets|postnr|postnummer/.test(name)) return 'quasi';
  return null;
}
