/** Rows that are no data: the header once more, a byte order mark where files were joined, and a line of totals at the end. */
import type { Findings } from './findings.ts';
import type { Sample } from './report.ts';

/** Where a record lies; `starts` and `ends` are its cells', `base` the place in the file of the buffer's first byte. */
export interface RecordPlaces {
  readonly recordStart: number;
  readonly recordEnd: number;
  readonly cellCount: number;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  readonly line: number;
  readonly base: number;
}

const limitHeaderBytes = 64 * 1024;
const totals = /^(sum|total|totalt|totalsum|i alt|sum total|grand total)[ :.]*$/;

export class RowAccidents {
  readonly #findings: Findings;
  /** The header's bytes as they stand, for a table of two columns or more. */
  #header: Uint8Array | null = null;
  /** The latest line of totals; it is one only if no row follows it. */
  #total: Partial<Sample> | null = null;

  constructor(findings: Findings) {
    this.#findings = findings;
  }

  /** Remembers the header, so that it is known again. */
  header(buf: Uint8Array, { recordStart, recordEnd, cellCount }: RecordPlaces): void {
    if (cellCount < 2 || recordEnd - recordStart > limitHeaderBytes) return;
    this.#header = buf.slice(recordStart, recordEnd);
  }

  /** What a repeated header is compared with; null where none is looked for. */
  get headerBytes(): Uint8Array | null {
    return this.#header;
  }

  /** True for a row that is not data and whose cells are not to be read. */
  judge(buf: Uint8Array, record: RecordPlaces, row: number): boolean {
    let start = record.recordStart;
    if (buf[start] === 0xef && buf[start + 1] === 0xbb && buf[start + 2] === 0xbf) {
      this.#findings.add('encoding/mark-inside', null, placeOf(record, row));
      start += 3;
    }
    const header = this.#header;
    if (header !== null && record.recordEnd - start === header.length && same(header, buf, start)) {
      this.#findings.add('structure/header-repeated', null, placeOf(record, row));
      return true;
    }
    if (isTotals(buf, record)) this.#total = placeOf(record, row);
    return false;
  }

  /** After the last of `rows` rows. */
  finish(rows: number): void {
    if (this.#total !== null && this.#total.row === rows) {
      this.#findings.add('spreadsheet/totals-line', null, this.#total);
    }
  }
}

/** The first cell with anything in it says that it is a sum, and at least half of the other cells are empty. */
function isTotals(buf: Uint8Array, { cellCount, starts, ends }: RecordPlaces): boolean {
  const cells = Math.min(cellCount, starts.length);
  const first = firstFilled(starts, ends, cells);
  if (!beginsAsTotals(buf, starts, ends, cells)) return false;
  if (!totals.test(String.fromCharCode(...buf.subarray(starts[first]!, ends[first]!)).toLowerCase())) {
    return false;
  }
  let empty = 0;
  for (let index = 0; index < cells; index++) if (starts[index] === ends[index]) empty += 1;
  return empty * 2 >= cells - 1;
}

/** The first half of that, which costs little: no other row can be one of totals. */
export function beginsAsTotals(
  buf: Uint8Array,
  starts: Int32Array,
  ends: Int32Array,
  cells: number,
): boolean {
  const first = firstFilled(starts, ends, cells);
  if (first === cells || cells < 3 || ends[first]! - starts[first]! > 16) return false;
  const letter = buf[starts[first]!]! | 0x20;
  // s, t, i and g.
  return letter === 0x73 || letter === 0x74 || letter === 0x69 || letter === 0x67;
}

function firstFilled(starts: Int32Array, ends: Int32Array, cells: number): number {
  let first = 0;
  while (first < cells && starts[first] === ends[first]) first += 1;
  return first;
}

function placeOf({ line, base, recordStart }: RecordPlaces, row: number): Partial<Sample> {
  return { row, line, byte: base + recordStart };
}

function same(header: Uint8Array, buf: Uint8Array, start: number): boolean {
  for (let at = 0; at < header.length; at++) if (header[at] !== buf[start + at]) return false;
  return true;
}
