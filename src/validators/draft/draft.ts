/** Drafts the description of a file from its bytes, in one pass: a first page to go on with, never the last word. */
import { AppError } from '../../platform/errors.ts';
import { type DataPackage, type Field, parseDataPackage } from '../description.ts';
import { resolveDialect } from '../dialect.ts';
import { decode } from '../encoding.ts';
import { FileHead } from '../file-head.ts';
import { looksLikeData, maskFileName } from '../masking.ts';
import { RecordScanner } from '../record-scanner.ts';
import { cellFlag, type ScanDialect } from '../records.ts';
import { formatOfBytes, hasUtf8Bom, looksLikeUtf16 } from '../sniff.ts';
import { TextState } from '../text-state.ts';
import { ColumnGuess } from './column-guess.ts';

export interface Drafting {
  /** The next bytes; they are not kept. */
  push(chunk: Uint8Array): void;
  /** After the last byte. Errors: `unsupported` for what is no delimited text, `invalid-input` for a file without rows. */
  finish(): Draft;
}

export interface Draft {
  /** Read by the same schema as every description. It holds no value of the file but codes that stand five times or more. */
  readonly content: DataPackage;
  readonly rows: number;
  /** Rows passed over: broken quotes, or another number of cells than the first row. */
  readonly unread: number;
}

const maxRecordBytes = 1024 * 1024;
const maxColumns = 4096;

export function startDraft(options: { fileName: string }): Drafting {
  return new Reading(options.fileName);
}

class Reading implements Drafting {
  readonly #fileName: string;
  readonly #head = new FileHead();
  #scanner: RecordScanner | null = null;
  #dialect: ScanDialect | null = null;
  #text = new TextState(undefined, false);
  #columns: ColumnGuess[] | null = null;
  #header = true;
  #rows = 0;
  #unread = 0;
  #scratch = new Uint8Array(256);

  constructor(fileName: string) {
    this.#fileName = fileName;
  }

  push(chunk: Uint8Array): void {
    let rest = chunk;
    if (this.#head.gathers) {
      const after = this.#head.add(chunk);
      if (after === null) return;
      this.#begin();
      rest = after;
    }
    this.#scanner?.push(rest);
  }

  finish(): Draft {
    if (this.#head.gathers) this.#begin();
    this.#scanner?.end();
    if (this.#columns === null || this.#rows === 0) {
      throw new AppError('invalid-input', {
        nb: 'Filen har ingen datarader å lage en filbeskrivelse av.',
        en: 'The file has no data rows to draft a description from.',
      });
    }
    return {
      content: parseDataPackage(this.#content(this.#columns)),
      rows: this.#rows,
      unread: this.#unread,
    };
  }

  #begin(): void {
    const head = this.#head.take();
    const format = formatOfBytes(head);
    if (format !== undefined || looksLikeUtf16(head)) {
      throw new AppError('unsupported', {
        nb: `Filbeskrivelser kan bare lages av tekst med skilletegn i UTF-8 eller windows-1252; filen er ${format ?? 'UTF-16'}.`,
        en: `Descriptions can only be drafted from delimited text in UTF-8 or windows-1252; the file is ${format ?? 'UTF-16'}.`,
      });
    }
    const bom = hasUtf8Bom(head);
    this.#text = new TextState(undefined, bom);
    this.#dialect = resolveDialect(undefined, head).scan;
    const unread = () => {
      this.#unread += 1;
    };
    this.#scanner = new RecordScanner(
      this.#dialect,
      { record: (buf) => this.#record(buf), brokenQuote: unread, tooLong: unread },
      { maxRecordBytes, maxCells: maxColumns },
    );
    this.#scanner.push(bom ? head.subarray(3) : head);
  }

  #record(buf: Uint8Array): void {
    const scanner = this.#scanner!;
    if (scanner.recordEnd - scanner.recordStart === scanner.cellCount - 1) return;
    if (this.#columns === null) {
      const count = Math.min(scanner.cellCount, maxColumns);
      const labels = Array.from({ length: count }, (_, index) => this.#label(buf, index));
      const data = labels.filter((label) => label !== '' && looksLikeData(label)).length;
      this.#header = !(data > 0 && (data * 3 >= count || labels.some((label) => /\d{6}/.test(label))));
      this.#columns = labels.map((label) => new ColumnGuess(this.#header ? label : ''));
      if (this.#header) return;
    }
    if (scanner.cellCount !== this.#columns.length) {
      this.#unread += 1;
      return;
    }
    this.#rows += 1;
    for (let index = 0; index < this.#columns.length; index++) {
      const cell = this.#cell(buf, index);
      this.#columns[index]!.cell(cell.buf, cell.start, cell.end, this.#text.encoding);
    }
  }

  #label(buf: Uint8Array, index: number): string {
    const cell = this.#cell(buf, index);
    return decode(cell.buf, cell.start, Math.min(cell.end, cell.start + 256), this.#text.encoding);
  }

  /** A cell with doubled quotes made single; the encoding is decided by the first with bytes beyond ASCII. */
  #cell(buf: Uint8Array, index: number): { buf: Uint8Array; start: number; end: number } {
    const { starts, ends, flags } = this.#scanner!;
    const start = starts[index]!;
    const end = ends[index]!;
    if (flags[index]! & cellFlag.high) this.#text.judge(buf, start, end);
    if (!(flags[index]! & cellFlag.doubled)) return { buf, start, end };
    if (this.#scratch.length < end - start) this.#scratch = new Uint8Array(2 * (end - start));
    let length = 0;
    for (let at = start; at < end; at++) {
      this.#scratch[length] = buf[at]!;
      length += 1;
      if (buf[at] === this.#dialect!.quote) at += 1;
    }
    return { buf: this.#scratch, start: 0, end: length };
  }

  #content(columns: readonly ColumnGuess[]): unknown {
    const path = maskFileName(this.#fileName);
    const stem = path.replace(/\.[^.]*$/, '').toLowerCase();
    const name = stem.replace(/[^a-z0-9._-]+/g, '-').replace(/^-+|-+$/g, '') || 'fil';
    const names = namesOf(columns);
    const fields: Field[] = columns.map((column, index) => column.field(names[index]!));
    const dialect = {
      delimiter: String.fromCharCode(this.#dialect!.delimiter),
      quoteChar: '"',
      header: this.#header,
    };
    const resource = {
      name,
      path,
      format: 'csv',
      encoding: this.#text.encoding,
      dialect,
      schema: { fields },
    };
    return { $schema: 'https://datapackage.org/profiles/2.0/datapackage.json', name, resources: [resource] };
  }
}

/** The labels; a label that is empty, stands twice or could be somebody's number becomes `kolonne_3`. */
function namesOf(columns: readonly ColumnGuess[]): string[] {
  const seen = new Set<string>();
  return columns.map(({ label }, index) => {
    const own = label !== '' && !seen.has(label) && !/\d{6}/.test(label);
    const name = own ? label : `kolonne_${index + 1}`;
    seen.add(name);
    return name;
  });
}
