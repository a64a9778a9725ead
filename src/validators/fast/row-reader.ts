/** The fused fast path: finds the cells of sound rows, reads them by their types and keeps the profile, in one pass. */
import type { CheckContext } from '../check-context.ts';
import type { Column } from '../column.ts';
import type { RecordScanner } from '../record-scanner.ts';
import type { FastReader, ScanDialect } from '../records.ts';
import { planColumns } from './column-plan.ts';
import {
  columnAt,
  columnShift,
  createRowKernel,
  ended,
  type RowKernel,
  stateAt,
  textMode,
} from './row-kernel.ts';
import { type CellHost, RowTally } from './row-tally.ts';

/** The generic path, which owns every row that is not plain, and every finding. */
export interface RowHost extends CellHost {
  rows: number;
  /** Blank lines or a broken quote lie behind, and the next record tells what becomes of them. */
  readonly recordAwaited: boolean;
  /** A row of these bytes is the header once more; null where none is looked for. */
  readonly headerBytes: Uint8Array | null;
  readonly rulesNeeded: boolean;
  /** Judges and reads the record whose cells stand in the scanner. */
  record(buf: Uint8Array): void;
  /** Counts that record as a row, for `readCell` and `checkRules`. */
  beginRow(buf: Uint8Array): void;
  checkRules(): void;
}

const lf = 10;
const cr = 13;
// Local, as the compiler takes an imported binding for a variable.
const { windowRead, left, record } = ended;
const { at: atAt, end: endAt, next: nextAt, rows: rowsAt, flags: flagsAt } = stateAt;
const { waiting: waitingAt, inOrder: inOrderAt } = stateAt;
const { undecided, utf8, windows1252 } = textMode;
const cellStart = columnAt.start >> 2;
const cellEnd = columnAt.end >> 2;
const cellFlags = columnAt.flags >> 2;

/** The reader; null where the host cannot run its kernel, and the generic path must do. */
export function createRowReader(
  dialect: ScanDialect,
  context: CheckContext,
  scanner: RecordScanner,
  columns: readonly Column[],
  host: RowHost,
): RowReader | null {
  const plan = planColumns(columns, context, dialect.delimiter);
  const kernel = createRowKernel({
    columns: plan.columns,
    codes: plan.places,
    delimiter: dialect.delimiter,
    quote: dialect.quote,
    header: host.headerBytes,
  });
  if (kernel === null) return null;
  scanner.makeRoom(columns.length);
  return new RowReader(context, scanner, columns, host, kernel, new RowTally(plan, kernel, columns, host));
}

/**
 * The kernel reads a row by the operations of its columns: each takes a cell of its plain form and changes nothing but
 * notes; at the row's end the notes are made good, or the generic path is given the row. Lengths and values within what
 * was seen before need no note. Cells that no operation takes are read by their columns, in their order.
 */
export class RowReader implements FastReader {
  readonly #context: CheckContext;
  readonly #scanner: RecordScanner;
  readonly #columns: readonly Column[];
  readonly #host: RowHost;
  readonly #kernel: RowKernel;
  readonly #tally: RowTally;
  /** The window holds the chunk's bytes [from, to); nothing when these are equal. */
  #from = 0;
  #to = 0;

  constructor(
    context: CheckContext,
    scanner: RecordScanner,
    columns: readonly Column[],
    host: RowHost,
    kernel: RowKernel,
    tally: RowTally,
  ) {
    this.#context = context;
    this.#scanner = scanner;
    this.#columns = columns;
    this.#host = host;
    this.#kernel = kernel;
    this.#tally = tally;
  }

  /** Of FastReader. */
  forget(): void {
    this.#from = 0;
    this.#to = 0;
  }

  /** Of FastReader. */
  read(chunk: Uint8Array, from: number): number {
    let at = from;
    for (;;) {
      if (at < this.#from || at >= this.#to) {
        // Up to the last line end that fits.
        const room = Math.min(chunk.length, at + this.#kernel.window.length);
        const limit = chunk.lastIndexOf(lf, room - 1);
        if (limit < at) return at;
        this.#from = at;
        this.#to = limit + 1;
        this.#kernel.window.set(chunk.subarray(at, limit + 1));
      }
      const next = this.#readWindow(chunk, at);
      // A record that the scanner must read, or a part of one.
      if (next < this.#to) return next;
      at = next;
    }
  }

  /** Reads the rows of the window from the chunk's byte `from`, where one begins; the first byte that it did not read. */
  #readWindow(chunk: Uint8Array, from: number): number {
    const { lineEnds } = this.#scanner;
    const { text } = this.#context;
    const host = this.#host;
    const kernel = this.#kernel;
    const { state } = kernel;
    const shift = this.#from - kernel.windowAt;
    const limit = this.#to - 1 - shift;
    const lineEnd = lineEnds.crlf > lineEnds.lf ? cr : lf;
    const rulesNeeded = host.rulesNeeded;
    let at = from - shift;
    while (at < limit) {
      const mode = !text.decided ? undecided : text.encoding === 'utf-8' ? utf8 : windows1252;
      const end = kernel.run(at, limit, mode, lineEnd, host.recordAwaited, rulesNeeded);
      at = state[atAt]!;
      this.#countRows(state[rowsAt]!, lineEnd);
      if (state[inOrderAt]! > 0) text.agree(state[inOrderAt]!);
      if (end === windowRead || end === left) break;
      this.#expose(at, shift, end === record || rulesNeeded);
      if (end === record) {
        host.record(chunk);
      } else {
        host.beginRow(chunk);
        this.#tally.rows += 1;
        if (rulesNeeded) this.#tally.showValues();
        this.#tally.settle(chunk, shift, rulesNeeded);
        if (rulesNeeded) host.checkRules();
      }
      this.#endRecord(lineEnd);
      at = state[nextAt]!;
    }
    return at + shift;
  }

  /** Counts sound rows that left no work. */
  #countRows(rows: number, lineEnd: number): void {
    if (rows === 0) return;
    const scanner = this.#scanner;
    this.#host.rows += rows;
    this.#tally.rows += rows;
    scanner.line += rows;
    if (lineEnd === cr) scanner.lineEnds.crlf += rows;
    else scanner.lineEnds.lf += rows;
  }

  #endRecord(lineEnd: number): void {
    const scanner = this.#scanner;
    if (lineEnd === cr) scanner.lineEnds.crlf += 1;
    else scanner.lineEnds.lf += 1;
    scanner.line += 1;
    scanner.cellCount = 0;
    scanner.recordFlags = 0;
  }

  /** Shows the row to the generic path as the scanner would; the cells that nobody asks for are left out. */
  #expose(start: number, shift: number, all: boolean): void {
    const scanner = this.#scanner;
    const { state, columns, pending } = this.#kernel;
    const { starts, ends, flags } = scanner;
    const count = this.#columns.length;
    scanner.recordStart = start + shift;
    scanner.recordEnd = state[endAt]! + shift;
    scanner.recordFlags = state[flagsAt]!;
    scanner.cellCount = count;
    const shown = all ? count : state[waitingAt]!;
    for (let at = 0; at < shown; at++) {
      const index = all ? at : pending[at]! >> 2;
      const cell = index << columnShift;
      starts[index] = columns[cell + cellStart]! + shift;
      ends[index] = columns[cell + cellEnd]! + shift;
      flags[index] = columns[cell + cellFlags]!;
    }
  }

  /** Gives the columns what was counted. */
  finish(): void {
    this.#tally.finish();
  }
}
