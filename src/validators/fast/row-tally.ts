/** What the fast path keeps of each column, and how a sound row's notes are made good. */
import type { Column } from '../column.ts';
import type { RecordScanner } from '../record-scanner.ts';
import { type ColumnPlan, op, type Plan } from './column-plan.ts';

/** The generic path, as far as the cells of a row need it. */
export interface CellHost {
  /** Lets the column read the cell, and count what it finds. */
  readCell(index: number): void;
}

/** Work left for a cell at the end of its row: it is missing, its column reads it, or it widens what was seen. */
export const work = { missing: 0, byColumn: 1, widens: 2 } as const;

/** The places of a column's numbers in `RowTally.meta`. */
export const place = {
  mark: 1,
  minChars: 2,
  maxChars: 3,
  table: 4,
  shift: 5,
  factor: 6,
  /** Of the code met in the row. */
  code: 7,
  /** The work that an empty cell leaves. */
  empty: 8,
  missingLengths: 9,
  days: 10,
} as const;

/** Each column has `1 << perColumn` numbers. */
export const perColumn = 4;
const int32Max = 0x7fffffff;

/** The reader's loop uses these arrays directly. */
export class RowTally {
  /** By column: the operation. */
  readonly ops: Uint8Array;
  /** By column, see `place`: what the operation needs, and the lengths and values seen so far. */
  readonly meta: Int32Array;
  /** By column and two digits: the day and the month that they mean in a person's number. */
  readonly days: Uint8Array;
  readonly hasMissingWords: boolean;
  /** By column: characters of the cell, and its value, kept for the note and for the rules of the row. */
  readonly chars: Int32Array;
  readonly values: Float64Array;
  /** By column: the least and greatest values seen. */
  readonly minValue: Float64Array;
  readonly maxValue: Float64Array;
  /** Where the code of each code column stands in `meta`; by code, over all columns: how often it was met. */
  readonly codeColumns: Int32Array;
  readonly met: Float64Array;
  /** The row's work: column << 2 | work. */
  readonly pending: Int32Array;
  /** Rows taken, and of them the cells missing and the cells that the column counted itself. */
  rows = 0;
  readonly #missing: Float64Array;
  readonly #byColumn: Float64Array;
  readonly #plan: Plan;
  readonly #scanner: RecordScanner;
  readonly #columns: readonly Column[];
  readonly #host: CellHost;

  constructor(plan: Plan, scanner: RecordScanner, columns: readonly Column[], host: CellHost) {
    const count = columns.length;
    this.#plan = plan;
    this.#scanner = scanner;
    this.#columns = columns;
    this.#host = host;
    this.ops = Uint8Array.from(plan.columns, (column) => column.op);
    this.meta = new Int32Array(count << perColumn);
    this.days = new Uint8Array(count * 200);
    plan.columns.forEach((column, index) => {
      const at = index << perColumn;
      this.meta[at + place.mark] = column.mark;
      this.meta[at + place.minChars] = int32Max;
      this.meta[at + place.maxChars] = -1;
      this.meta[at + place.table] = column.table?.base ?? 0;
      this.meta[at + place.shift] = column.table?.shift ?? 0;
      this.meta[at + place.factor] = column.table?.factor ?? 0;
      this.meta[at + place.empty] = column.emptyIsMissing ? work.missing : work.byColumn;
      this.meta[at + place.missingLengths] = column.missingLengths;
      this.meta[at + place.days] = index * 200;
      this.days.set(column.days, index * 200);
      this.days.set(column.months, index * 200 + 100);
    });
    this.hasMissingWords = plan.columns.some((column) => column.missingLengths !== 0);
    this.chars = new Int32Array(count);
    this.values = new Float64Array(count).fill(Number.NaN);
    this.minValue = new Float64Array(count).fill(Number.POSITIVE_INFINITY);
    this.maxValue = new Float64Array(count).fill(Number.NEGATIVE_INFINITY);
    this.#missing = new Float64Array(count);
    this.#byColumn = new Float64Array(count);
    this.codeColumns = Int32Array.from(
      plan.columns.flatMap((column, index) =>
        column.op === op.code ? [(index << perColumn) + place.code] : [],
      ),
    );
    this.met = new Float64Array(plan.places);
    this.pending = new Int32Array(count);
  }

  /** Lets the rules of the row see the cells' values; the cells missing and those that columns read follow in `settle`. */
  showValues(): void {
    for (let index = 0; index < this.#columns.length; index++) {
      this.#columns[index]!.value = this.values[index]!;
      this.#columns[index]!.missing = false;
    }
  }

  /** Makes the notes of a sound row good. */
  settle(buf: Uint8Array, waiting: number, rulesNeeded: boolean): void {
    const columns = this.#columns;
    for (let at = 0; at < waiting; at++) {
      const index = this.pending[at]! >> 2;
      const left = this.pending[at]! & 3;
      if (left === work.missing) {
        if (rulesNeeded) {
          columns[index]!.value = Number.NaN;
          columns[index]!.missing = true;
        }
        this.#missing[index]! += 1;
      } else if (left === work.byColumn || !this.#widen(index)) {
        this.#byColumn[index]! += 1;
        this.#host.readCell(index);
        const own = index << perColumn;
        if (this.meta[own + place.mark]! < 0 && this.ops[index] === op.number) this.#learnMark(buf, index);
      }
    }
  }

  /** Takes a cell's length and value for seen; false when a constraint forbids them. */
  #widen(index: number): boolean {
    const chars = this.chars[index]!;
    const value = this.values[index]!;
    const { minLength, maxLength, limits } = this.#columns[index]!.reading.constraints;
    if (chars < minLength || chars > maxLength || !limits.every((limit) => limit.holds(value))) return false;
    const own = index << perColumn;
    const meta = this.meta;
    if (chars < meta[own + place.minChars]!) meta[own + place.minChars] = chars;
    if (chars > meta[own + place.maxChars]!) meta[own + place.maxChars] = chars;
    if (value < this.minValue[index]!) this.minValue[index] = value;
    if (value > this.maxValue[index]!) this.maxValue[index] = value;
    return true;
  }

  /** A number that the column has taken shows the decimal mark of the column, where none is declared. */
  #learnMark(buf: Uint8Array, index: number): void {
    if (Number.isNaN(this.#columns[index]!.value)) return;
    for (let at = this.#scanner.starts[index]!; at < this.#scanner.ends[index]!; at++) {
      const b = buf[at]!;
      if (b !== 0x2c && b !== 0x2e) continue;
      this.meta[(index << perColumn) + place.mark] = b;
      return;
    }
  }

  /** Gives the columns what was counted. */
  finish(): void {
    this.#plan.columns.forEach((plan, index) => {
      const missingCells = this.#missing[index]!;
      const count = this.rows - this.#byColumn[index]!;
      const taken = count - missingCells > 0;
      const [least, most] = this.#lengths(plan, index);
      this.#columns[index]!.absorb({
        count,
        missing: missingCells,
        minLength: taken ? least : Number.POSITIVE_INFINITY,
        maxLength: taken ? most : -1,
        min: this.minValue[index]!,
        max: this.maxValue[index]!,
      });
      if (plan.counter === null) return;
      for (let code = 0; code < plan.counter.codes.length; code++) {
        plan.counter.add(code, this.met[plan.firstPlace + code]!);
      }
    });
  }

  /** Least and greatest length of the cells taken, if any. */
  #lengths(plan: ColumnPlan, index: number): [number, number] {
    if (plan.op === op.person) return [11, 11];
    if (plan.op === op.organisation) return [9, 9];
    if (plan.counter !== null) {
      const met = plan.counter.codes.filter((_, code) => this.met[plan.firstPlace + code]! > 0);
      const lengths = met.map((code) => code.length);
      return [lengths.reduce((a, b) => Math.min(a, b), 8), lengths.reduce((a, b) => Math.max(a, b), 0)];
    }
    const own = index << perColumn;
    return [this.meta[own + place.minChars]!, this.meta[own + place.maxChars]!];
  }
}
