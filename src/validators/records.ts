/** What scanners are told, and what they say of records and their cells. */
import type { LooseDialect } from './loose-dialect.ts';
import type { LineEnds } from './table-end.ts';

const lf = 10;
const cr = 13;

/** What the scanner says about a cell besides its place. */
export const cellFlag = {
  /** A byte of 0x80 or more. */
  high: 1,
  /** A NUL byte. */
  nul: 2,
  /** A quote character inside an unquoted cell. */
  strayQuote: 4,
  /** The cell stood in quotes; its place is without them. */
  quoted: 8,
  /** Doubled quotes inside: each pair stands for one. */
  doubled: 16,
} as const;

export interface ScanDialect {
  readonly delimiter: number;
  /** -1 for none. */
  readonly quote: number;
  readonly doubleQuote: boolean;
  /** The whole dialect, where it has more than this scanner can read: LooseScanner reads it. */
  readonly loose?: LooseDialect;
}

/**
 * What a check reads records from. Places are offsets in the buffer that the handler is given; `base` is where its first byte
 * stands in the file.
 */
export interface RecordSource {
  push(chunk: Uint8Array): void;
  /** The file is read whole: hands over what is left. */
  end(): void;
  base: number;
  /** Physical line, from 1, on which the record begins. */
  readonly line: number;
  /** Number of the record, from 1, where they are counted: comments, headers and blank lines too. */
  readonly recordNumber?: number;
  /** Cells in the record, those beyond the limit included. */
  readonly cellCount: number;
  readonly recordStart: number;
  readonly recordEnd: number;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  readonly flags: Uint8Array;
  /** All flags of the record's cells together. */
  readonly recordFlags: number;
  /** True while the handler is given a last record that no line end closes. */
  readonly unterminated: boolean;
  readonly lineEnds: LineEnds;
}

export interface ScanLimits {
  /** A longer record is dropped up to the next line end, and reported. */
  readonly maxRecordBytes: number;
  /** Cells beyond this number are counted, not kept. */
  readonly maxCells: number;
}

/** Places are offsets in `buf`; `buf[0]` is byte `scanner.base` of the file. Nothing may be kept after the call. */
export interface RecordHandler {
  record(buf: Uint8Array): void;
  /** A quote that does not end its cell properly; the record that it opened is dropped up to the next line end. */
  brokenQuote(byte: number, cell: number): void;
  /** A record longer than the limit. */
  tooLong(byte: number): void;
}

/** Reads sound records quicker than the scanner, and leaves it all others. */
export interface FastReader {
  /** Reads whole records of `buf` from `from`, where one begins; the start of the first that it did not read. */
  read(buf: Uint8Array, from: number): number;
  /** What was given before does not stand in the buffer any more. */
  forget(): void;
}

/** The first line end of `buf[from, limit)`; `limit` without one. What is passed over may be gigabytes. */
export function lineEndFrom(buf: Uint8Array, from: number, limit: number): number {
  const rest = buf.subarray(from, limit);
  const lfAt = rest.indexOf(lf);
  const crAt = (lfAt < 0 ? rest : rest.subarray(0, lfAt)).indexOf(cr);
  return crAt >= 0 ? from + crAt : lfAt >= 0 ? from + lfAt : limit;
}
