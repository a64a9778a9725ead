/** The kernel of the fast path and its memory: where the columns, the row's cells and the window of bytes lie. */
import { type CodeTable, factor } from './code-lookup.ts';
import type { ColumnPlan } from './column-plan.ts';
import { rowKernelBytes } from './row-kernel-bytes.ts';

/** What a run of the kernel ends with, as row-kernel.as has it. */
export const ended = { windowRead: 0, left: 1, settle: 2, record: 3 } as const;
/** The encodings of text, as the kernel numbers them. */
export const textMode = { undecided: 0, utf8: 1, windows1252: 2 } as const;
/** Work left for a cell at the end of its row: it is missing, its column reads it, or it widens what was seen. */
export const work = { missing: 0, byColumn: 1, widens: 2 } as const;

/** 32-bit words of the state, from byte 0 of the memory. */
export const stateAt = { at: 0, end: 1, next: 2, rows: 3, flags: 4, waiting: 5, inOrder: 6 } as const;
const stateBytes = 64;
/** Places in a column, in bytes. */
const columnBytes = 128;
/** Shift from a column's number to its first 32-bit word. */
export const columnShift = 5;
export const columnAt = {
  op: 0,
  mark: 4,
  minChars: 8,
  maxChars: 12,
  table: 16,
  shift: 20,
  empty: 24,
  missingLengths: 28,
  factor: 32,
  chars: 44,
  value: 48,
  minValue: 56,
  maxValue: 64,
  days: 72,
  missing: 80,
  start: 88,
  end: 92,
  shuffle: 96,
  flags: 112,
} as const;

/** Bytes read at a time; small enough to stay in the processor's cache. */
const windowBytes = 256 * 1024;
/** Bytes beyond the window that an operation may look at. */
const lookahead = 64;
const pageBytes = 64 * 1024;
const int32Max = 0x7fffffff;

interface KernelExports {
  prepare(...places: readonly number[]): void;
  run(
    from: number,
    limit: number,
    mode: number,
    lineEnd: number,
    awaited: number,
    rulesNeeded: number,
  ): number;
}

let compiled: WebAssembly.Module | null | undefined;

/** The module; null where the host has no WebAssembly, or not these instructions, or does not allow it. */
function kernelModule(): WebAssembly.Module | null {
  if (compiled === undefined) {
    try {
      const bytes = Uint8Array.from(atob(rowKernelBytes), (char) => char.charCodeAt(0));
      compiled = new WebAssembly.Module(bytes);
    } catch {
      compiled = null;
    }
  }
  return compiled;
}

export interface KernelPlan {
  readonly columns: readonly ColumnPlan[];
  /** How many different codes there are, over all columns. */
  readonly codes: number;
  readonly delimiter: number;
  readonly quote: number;
  readonly header: Uint8Array | null;
}

/** Null where WebAssembly is not to be had: the generic path reads everything then. */
export function createRowKernel(plan: KernelPlan): RowKernel | null {
  const module = kernelModule();
  if (module === null) return null;
  try {
    return new RowKernel(module, plan);
  } catch (thrown) {
    // The address space for one more memory is not there.
    if (thrown instanceof RangeError) return null;
    throw thrown;
  }
}

/** Owns the memory. Every place is an offset in it. */
export class RowKernel {
  /** See `stateAt`. */
  readonly state: Int32Array;
  /** By column, see `columnAt`: 32-bit words. */
  readonly columns: Int32Array;
  /** The row's work: column << 2 | work. */
  readonly pending: Int32Array;
  /** By code: how often it was met. */
  readonly met: Float64Array;
  readonly window: Uint8Array;
  readonly windowAt: number;
  readonly #columnsAt: number;
  readonly #floats: Float64Array;
  readonly #run: KernelExports['run'];

  constructor(module: WebAssembly.Module, plan: KernelPlan) {
    const count = plan.columns.length;
    let bytes = stateBytes;
    const room = (wanted: number) => {
      const at = bytes;
      bytes += Math.ceil(wanted / 16) * 16;
      return at;
    };
    this.#columnsAt = room(count * columnBytes);
    const pendingAt = room(count * 4);
    const tensAt = room(10 * 8);
    const codesAt = room(count * 4);
    // Place 0 of the counts is nobody's.
    const metAt = room(plan.codes * 8);
    const daysAt = plan.columns.map((column) => (column.days === null ? 0 : room(200)));
    const tables = plan.columns.map((column) => column.table?.((code) => metAt + code * 8) ?? null);
    const tablesAt = tables.map((table) => (table === null ? 0 : room(table.slots.byteLength)));
    this.windowAt = room(windowBytes + lookahead);
    const pages = Math.ceil(bytes / pageBytes);
    const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
    const { buffer } = memory;
    const ints = (at: number, length: number) => new Int32Array(buffer, at, length);
    this.columns = ints(this.#columnsAt, (count * columnBytes) / 4);
    this.#floats = new Float64Array(buffer);
    this.state = ints(0, stateBytes / 4);
    this.pending = ints(pendingAt, count);
    this.met = new Float64Array(buffer, metAt, plan.codes);
    this.window = new Uint8Array(buffer, this.windowAt, windowBytes);
    new Float64Array(buffer, tensAt, 10).set(Array.from({ length: 10 }, (_, exponent) => 10 ** exponent));
    plan.columns.forEach((column, index) => {
      this.#layOut(new DataView(buffer), column, index, tables[index]!, tablesAt[index]!, daysAt[index]!);
    });
    const codeColumns = plan.columns.flatMap((column, index) =>
      column.table === null ? [] : [this.#columnsAt + index * columnBytes],
    );
    ints(codesAt, count).set(codeColumns);
    const instance = new WebAssembly.Instance(module, { env: { memory } });
    const { prepare, run } = instance.exports as unknown as KernelExports;
    this.#run = run;
    prepare(
      count,
      this.#columnsAt,
      pendingAt,
      tensAt,
      plan.delimiter,
      plan.quote,
      plan.header?.length ?? -1,
      plan.header?.[0] ?? -1,
      codesAt,
      codesAt + codeColumns.length * 4,
    );
  }

  #layOut(
    view: DataView,
    column: ColumnPlan,
    index: number,
    table: CodeTable | null,
    tableAt: number,
    daysAt: number,
  ): void {
    const at = this.#columnsAt + index * columnBytes;
    const bytes = new Uint8Array(view.buffer);
    view.setInt32(at + columnAt.op, column.op, true);
    view.setInt32(at + columnAt.mark, column.mark, true);
    view.setInt32(at + columnAt.minChars, int32Max, true);
    view.setInt32(at + columnAt.maxChars, -1, true);
    view.setInt32(at + columnAt.empty, column.emptyIsMissing ? work.missing : work.byColumn, true);
    view.setInt32(at + columnAt.missingLengths, column.missingLengths, true);
    view.setFloat64(at + columnAt.value, Number.NaN, true);
    view.setFloat64(at + columnAt.minValue, Number.POSITIVE_INFINITY, true);
    view.setFloat64(at + columnAt.maxValue, Number.NEGATIVE_INFINITY, true);
    view.setInt32(at + columnAt.days, daysAt, true);
    if (column.days !== null) {
      bytes.set(column.days.days, daysAt);
      bytes.set(column.days.months, daysAt + 100);
    }
    if (table !== null) {
      bytes.set(new Uint8Array(table.slots.buffer), tableAt);
      view.setInt32(at + columnAt.table, tableAt, true);
      view.setInt32(at + columnAt.shift, table.shift, true);
      view.setBigUint64(at + columnAt.factor, factor, true);
    }
    // Places beyond the sixteen bytes give zero, which is no digit.
    bytes.fill(0xff, at + columnAt.shuffle, at + columnAt.shuffle + 16);
    if (column.digitsAt !== null) bytes.set(column.digitsAt, at + columnAt.shuffle);
  }

  /** Reads rows that begin in [from, limit), where a line feed stands; one of `ended`. */
  run(from: number, limit: number, mode: number, lineEnd: number, awaited: boolean, rules: boolean): number {
    return this.#run(from, limit, mode, lineEnd, awaited ? 1 : 0, rules ? 1 : 0);
  }

  /** A 32-bit number of a column. */
  int(index: number, of: 'mark' | 'minChars' | 'maxChars' | 'chars'): number {
    return this.columns[(index << columnShift) + (columnAt[of] >> 2)]!;
  }

  setInt(index: number, of: 'mark' | 'minChars' | 'maxChars', value: number): void {
    this.columns[(index << columnShift) + (columnAt[of] >> 2)] = value;
  }

  /** A floating-point number of a column. */
  float(index: number, of: 'value' | 'minValue' | 'maxValue' | 'missing'): number {
    return this.#floats[(this.#columnsAt + index * columnBytes + columnAt[of]) >> 3]!;
  }

  setFloat(index: number, of: 'minValue' | 'maxValue' | 'missing', value: number): void {
    this.#floats[(this.#columnsAt + index * columnBytes + columnAt[of]) >> 3] = value;
  }
}
