/** What the fast path keeps of each column, and how a sound row's notes are made good. */
import type { Column } from '../column.ts';
import { type ColumnPlan, op, type Plan } from './column-plan.ts';
import { columnAt, columnShift, type RowKernel, stateAt, work } from './row-kernel.ts';

/** The generic path, as far as the cells of a row need it. */
export interface CellHost {
  /** Lets the column read the cell, and count what it finds. */
  readCell(index: number): void;
}

// Local, as the compiler takes an imported binding for a variable.
const { missing: missingWork, byColumn: columnWork } = work;
const { waiting: waitingAt } = stateAt;
const startAt = columnAt.start >> 2;
const endAt = columnAt.end >> 2;
const markAt = columnAt.mark >> 2;

/** The numbers themselves lie in the kernel's memory. */
export class RowTally {
  /** Rows taken. */
  rows = 0;
  /** By column: the cells that the column counted itself. */
  readonly #byColumn: Float64Array;
  readonly #plan: Plan;
  readonly #kernel: RowKernel;
  readonly #columns: readonly Column[];
  readonly #host: CellHost;

  constructor(plan: Plan, kernel: RowKernel, columns: readonly Column[], host: CellHost) {
    this.#plan = plan;
    this.#kernel = kernel;
    this.#columns = columns;
    this.#host = host;
    this.#byColumn = new Float64Array(columns.length);
  }

  /** Lets the rules of the row see the cells' values; the cells missing and those that columns read follow in `settle`. */
  showValues(): void {
    for (let index = 0; index < this.#columns.length; index++) {
      this.#columns[index]!.value = this.#kernel.float(index, 'value');
      this.#columns[index]!.missing = false;
    }
  }

  /** Makes the notes of the sound row shown good; its bytes lie in `buf`, `shift` beyond where they lie in the kernel's memory. */
  settle(buf: Uint8Array, shift: number, rulesNeeded: boolean): void {
    const columns = this.#columns;
    const kernel = this.#kernel;
    const waiting = kernel.state[waitingAt]!;
    for (let at = 0; at < waiting; at++) {
      const index = kernel.pending[at]! >> 2;
      const left = kernel.pending[at]! & 3;
      if (left === missingWork) {
        if (rulesNeeded) {
          columns[index]!.value = Number.NaN;
          columns[index]!.missing = true;
        }
        kernel.setFloat(index, 'missing', kernel.float(index, 'missing') + 1);
      } else if (left === columnWork || !this.#widen(index)) {
        this.#byColumn[index]! += 1;
        this.#host.readCell(index);
        if (
          kernel.columns[(index << columnShift) + markAt]! < 0 &&
          this.#plan.columns[index]!.op === op.number
        ) {
          this.#learnMark(buf, shift, index);
        }
      }
    }
  }

  /** Takes a cell's length and value for seen; false when a constraint forbids them. */
  #widen(index: number): boolean {
    const kernel = this.#kernel;
    const chars = kernel.int(index, 'chars');
    const value = this.#plan.columns[index]!.op === op.text ? Number.NaN : kernel.float(index, 'value');
    const { minLength, maxLength, limits } = this.#columns[index]!.reading.constraints;
    if (chars < minLength || chars > maxLength || !limits.every((limit) => limit.holds(value))) return false;
    if (chars < kernel.int(index, 'minChars')) kernel.setInt(index, 'minChars', chars);
    if (chars > kernel.int(index, 'maxChars')) kernel.setInt(index, 'maxChars', chars);
    if (value < kernel.float(index, 'minValue')) kernel.setFloat(index, 'minValue', value);
    if (value > kernel.float(index, 'maxValue')) kernel.setFloat(index, 'maxValue', value);
    return true;
  }

  /** A number that the column has taken shows the decimal mark of the column, where none is declared. */
  #learnMark(buf: Uint8Array, shift: number, index: number): void {
    if (Number.isNaN(this.#columns[index]!.value)) return;
    const { columns } = this.#kernel;
    const end = columns[(index << columnShift) + endAt]! + shift;
    for (let at = columns[(index << columnShift) + startAt]! + shift; at < end; at++) {
      const b = buf[at]!;
      if (b !== 0x2c && b !== 0x2e) continue;
      this.#kernel.setInt(index, 'mark', b);
      return;
    }
  }

  /** Gives the columns what was counted. */
  finish(): void {
    const kernel = this.#kernel;
    this.#plan.columns.forEach((plan, index) => {
      const missing = kernel.float(index, 'missing');
      const count = this.rows - this.#byColumn[index]!;
      const taken = count - missing > 0;
      const [least, most] = this.#lengths(plan, index);
      this.#columns[index]!.absorb({
        count,
        missing,
        minLength: taken ? least : Number.POSITIVE_INFINITY,
        maxLength: taken ? most : -1,
        min: kernel.float(index, 'minValue'),
        max: kernel.float(index, 'maxValue'),
      });
      if (plan.counter === null) return;
      for (let code = 0; code < plan.counter.codes.length; code++) {
        plan.counter.add(code, kernel.met[plan.firstPlace + code]!);
      }
    });
  }

  /** Least and greatest length of the cells taken, if any. */
  #lengths(plan: ColumnPlan, index: number): [number, number] {
    if (plan.op === op.person) return [11, 11];
    if (plan.op === op.organisation) return [9, 9];
    if (plan.counter !== null) {
      const met = plan.counter.codes.filter((_, code) => this.#kernel.met[plan.firstPlace + code]! > 0);
      const lengths = met.map((code) => code.length);
      return [lengths.reduce((a, b) => Math.min(a, b), 8), lengths.reduce((a, b) => Math.max(a, b), 0)];
    }
    return [this.#kernel.int(index, 'minChars'), this.#kernel.int(index, 'maxChars')];
  }
}
