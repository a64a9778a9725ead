/** The fused fast path: finds the cells of sound rows, reads them by their types and keeps the profile, in one pass. */
import type { CheckContext } from '../check-context.ts';
import type { Column } from '../column.ts';
import { cellFlag, type FastReader, type RecordScanner, type ScanDialect } from '../record-scanner.ts';
import { type ColumnPlan, op, type Plan, planColumns } from './column-plan.ts';
import { byteKind, charsInOrder, holdsPersonNumber, kindsOfBytes, type TextMode } from './text-bytes.ts';

/** The generic path, which owns every row that is not plain, and every finding. */
export interface RowHost {
  rows: number;
  /** Blank lines lie behind that the next record turns into findings. */
  readonly blanksWaiting: boolean;
  readonly rulesNeeded: boolean;
  /** Judges and reads the record whose cells stand in the scanner. */
  record(buf: Uint8Array): void;
  /** Counts that record as a row, for `readCell` and `checkRules`. */
  beginRow(buf: Uint8Array): void;
  readCell(index: number): void;
  checkRules(): void;
}

/** Bytes that an operation may look beyond the end of a row. */
const lookahead = 16;
const maxRowBytes = 1024 * 1024;
const { high, digit, stops, odd } = byteKind;
const lf = 10;
const cr = 13;
/** Pending work of a cell, beside its column: it is missing, the column reads it, or it widens what was seen. */
const missing = 0;
const byColumn = 1;
const widens = 2;

/** Numbers kept for each column stand together; these are their places. */
const perColumn = 4;
const opAt = 0;
const markAt = 1;
const minCharsAt = 2;
const maxCharsAt = 3;
const minValueAt = 4;
const maxValueAt = 5;
const tableAt = 6;
const shiftAt = 7;
const factorAt = 8;
const placeAt = 9;
const emptyAt = 10;
const missingLengthsAt = 11;
const daysAt = 12;
const int32Max = 0x7fffffff;
const int32Min = -0x80000000;

const powers = Float64Array.from({ length: 10 }, (_, exponent) => 10 ** exponent);
const daysInMonth = Uint8Array.of(0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31);

/**
 * A row is read twice over at most: each operation takes a cell of its plain form and changes nothing but notes; at the
 * row's end the notes are made good, or the generic path is given the row. Lengths and values within what was seen
 * before need no note. Cells that no operation takes are read by their columns, in their order.
 */
export class RowReader implements FastReader {
  readonly #context: CheckContext;
  readonly #scanner: RecordScanner;
  readonly #columns: readonly Column[];
  readonly #host: RowHost;
  readonly #plan: Plan;
  readonly #delimiter: number;
  readonly #quote: number;
  readonly #plainKinds: Uint8Array;
  readonly #quotedKinds: Uint8Array;
  /** By column, `1 << perColumn` numbers each: the operation, what it needs, and the lengths and values seen so far. */
  readonly #meta: Int32Array;
  /** By column and two digits: the day and the month that they mean in a person's number. */
  readonly #days: Uint8Array;
  readonly #hasMissingWords: boolean;
  /** By column: characters of the cell, and its value, kept for the note and for the rules of the row. */
  readonly #chars: Int32Array;
  readonly #values: Float64Array;
  /** By column: decimal numbers seen. */
  readonly #minValue: Float64Array;
  readonly #maxValue: Float64Array;
  /** Rows taken, and of them the cells missing and the cells that the column counted itself. */
  #rows = 0;
  readonly #missing: Float64Array;
  readonly #byColumn: Float64Array;
  /** Where the place of each code column's cell stands in `#meta`. */
  readonly #codeColumns: Int32Array;
  /** By place: how often the code was met. */
  readonly #met: Float64Array;
  readonly #pending: Int32Array;
  /** Of the row in progress: true when the generic path must judge its encoding. Of the cell found last: its flags. */
  #doubtful = false;
  #flags = 0;

  constructor(
    dialect: ScanDialect,
    context: CheckContext,
    scanner: RecordScanner,
    columns: readonly Column[],
    host: RowHost,
  ) {
    const count = columns.length;
    const plan = planColumns(columns, context, dialect.delimiter);
    this.#context = context;
    this.#scanner = scanner;
    this.#columns = columns;
    this.#host = host;
    this.#plan = plan;
    this.#delimiter = dialect.delimiter;
    this.#quote = dialect.quote;
    this.#plainKinds = kindsOfBytes(dialect.delimiter, dialect.quote, false);
    this.#quotedKinds = kindsOfBytes(dialect.delimiter, dialect.quote, true);
    this.#meta = new Int32Array(count << perColumn);
    this.#days = new Uint8Array(count * 200);
    plan.columns.forEach((column, index) => {
      const at = index << perColumn;
      this.#meta[at + opAt] = column.op;
      this.#meta[at + markAt] = column.mark;
      this.#meta[at + minCharsAt] = int32Max;
      this.#meta[at + maxCharsAt] = -1;
      this.#meta[at + minValueAt] = int32Max;
      this.#meta[at + maxValueAt] = int32Min;
      this.#meta[at + tableAt] = column.table?.base ?? 0;
      this.#meta[at + shiftAt] = column.table?.shift ?? 0;
      this.#meta[at + factorAt] = column.table?.factor ?? 0;
      this.#meta[at + emptyAt] = column.emptyIsMissing ? missing : byColumn;
      this.#meta[at + missingLengthsAt] = column.missingLengths;
      this.#meta[at + daysAt] = index * 200;
      this.#days.set(column.days, index * 200);
      this.#days.set(column.months, index * 200 + 100);
    });
    this.#hasMissingWords = plan.columns.some((column) => column.missingLengths !== 0);
    this.#chars = new Int32Array(count);
    this.#values = new Float64Array(count).fill(Number.NaN);
    this.#minValue = new Float64Array(count).fill(Number.POSITIVE_INFINITY);
    this.#maxValue = new Float64Array(count).fill(Number.NEGATIVE_INFINITY);
    this.#missing = new Float64Array(count);
    this.#byColumn = new Float64Array(count);
    this.#codeColumns = Int32Array.from(
      plan.columns.flatMap((column, index) =>
        column.op === op.code ? [(index << perColumn) + placeAt] : [],
      ),
    );
    this.#met = new Float64Array(plan.places);
    this.#pending = new Int32Array(count);
    scanner.makeRoom(count);
  }

  /** Of FastReader. */
  read(chunk: Uint8Array, from: number): number {
    // A subclass of Uint8Array would make every access to a byte slower.
    const buf =
      chunk.constructor === Uint8Array
        ? chunk
        : new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    const limit = buf.length > lookahead ? buf.lastIndexOf(lf, buf.length - 1 - lookahead) : -1;
    return limit < from ? from : this.#readRows(buf, from, limit);
  }

  /** Reads rows that begin before the line end at `limit`. */
  #readRows(buf: Uint8Array, from: number, limit: number): number {
    const scanner = this.#scanner;
    const host = this.#host;
    const { starts, ends, flags, lineEnds } = scanner;
    const { highs, lows, places } = this.#plan.lookup;
    const meta = this.#meta;
    const days = this.#days;
    const hasMissingWords = this.#hasMissingWords;
    const values = this.#values;
    const codeColumns = this.#codeColumns;
    const met = this.#met;
    const pending = this.#pending;
    const delimiter = this.#delimiter;
    const quote = this.#quote;
    const count = this.#columns.length;
    const last = count - 1;
    const { text } = this.#context;
    const mode: TextMode = text.decided ? text.encoding : 'undecided';
    const lineEnd = lineEnds.crlf > lineEnds.lf ? cr : lf;
    const rulesNeeded = host.rulesNeeded;

    let at = from;
    let rowStart = from;
    while (at < limit) {
      rowStart = at;
      let waiting = 0;
      let rowFlags = 0;
      let inOrder = 0;
      this.#doubtful = false;
      for (let index = 0; index < count; index++) {
        const own = index << perColumn;
        const term = index === last ? lineEnd : delimiter;
        let start = at;
        let first = buf[at]!;
        if (first === term) {
          starts[index] = at;
          ends[index] = at;
          flags[index] = 0;
          meta[own + placeAt] = 0;
          pending[waiting++] = (index << 2) | meta[own + emptyAt]!;
          at += 1;
          continue;
        }
        let stop = term;
        if (first === quote) {
          stop = quote;
          start += 1;
          first = buf[start]!;
        }
        let end = -1;
        let chars = 0;
        let cellFlags = 0;
        let note = false;
        let day = notADate;
        switch (meta[own + opAt]) {
          // op.text
          case 1: {
            const kinds = stop === term ? this.#plainKinds : this.#quotedKinds;
            let to = start;
            let seen = 0;
            let kind = kinds[first]!;
            while (kind < stops) {
              seen |= kind;
              to += 1;
              kind = kinds[buf[to]!]!;
            }
            if (buf[to] !== stop || to === start || first === 0x23) break;
            chars = to - start;
            if (seen & high) {
              chars = charsInOrder(buf, start, to, mode);
              if (chars < 0) break;
              cellFlags = cellFlag.high;
            }
            if (chars >= 11 && seen & digit && holdsPersonNumber(buf, start, to)) break;
            note = chars < meta[own + minCharsAt]! || chars > meta[own + maxCharsAt]!;
            end = to;
            break;
          }
          // op.code
          case 2: {
            let high32 = 0;
            let low32 = 0;
            let to = start;
            let b = first;
            while (b !== stop && to < start + 8) {
              high32 = (high32 << 8) | (low32 >>> 24);
              low32 = (low32 << 8) | b;
              to += 1;
              b = buf[to]!;
            }
            if (b !== stop) break;
            // As `slotOf` has it.
            const hash = Math.imul(low32 ^ Math.imul(high32, 0x9e3779b1), meta[own + factorAt]!);
            const slot = meta[own + tableAt]! + (hash >>> meta[own + shiftAt]!);
            if (lows[slot] !== low32 || highs[slot] !== high32 || places[slot]! < 0) break;
            meta[own + placeAt] = places[slot]!;
            end = to;
            break;
          }
          // op.integer
          case 3: {
            let to = start;
            if (first === 0x2d) to += 1;
            const digits = to;
            let sum = 0;
            let d = buf[to]! - 0x30;
            while (d >>> 0 <= 9) {
              sum = (Math.imul(sum, 10) + d) | 0;
              to += 1;
              d = buf[to]! - 0x30;
            }
            if (buf[to] !== stop || to === digits || to - digits > 9) break;
            if (first === 0x2d) sum = 0 - sum;
            values[index] = sum;
            chars = to - start;
            note =
              sum < meta[own + minValueAt]! ||
              sum > meta[own + maxValueAt]! ||
              chars < meta[own + minCharsAt]! ||
              chars > meta[own + maxCharsAt]!;
            end = to;
            break;
          }
          // op.number
          case 4: {
            let to = start;
            if (first === 0x2d) to += 1;
            const digits = to;
            let sum = 0;
            let d = buf[to]! - 0x30;
            while (d >>> 0 <= 9) {
              sum = (Math.imul(sum, 10) + d) | 0;
              to += 1;
              d = buf[to]! - 0x30;
            }
            if (to === digits) break;
            let decimals = 0;
            if (buf[to] !== stop) {
              if (buf[to] !== meta[own + markAt]) break;
              const mark = to;
              to += 1;
              d = buf[to]! - 0x30;
              while (d >>> 0 <= 9) {
                sum = (Math.imul(sum, 10) + d) | 0;
                to += 1;
                d = buf[to]! - 0x30;
              }
              decimals = to - mark - 1;
              if (buf[to] !== stop || decimals === 0 || to - digits > 10) break;
            } else if (to - digits > 9) {
              break;
            }
            const value = (first === 0x2d ? 0 - sum : sum) / powers[decimals]!;
            values[index] = value;
            chars = to - start;
            note =
              value < this.#minValue[index]! ||
              value > this.#maxValue[index]! ||
              chars < meta[own + minCharsAt]! ||
              chars > meta[own + maxCharsAt]!;
            end = to;
            break;
          }
          // op.person
          case 5: {
            if (buf[start + 11] !== stop) break;
            const d0 = first - 0x30;
            const d1 = buf[start + 1]! - 0x30;
            const d2 = buf[start + 2]! - 0x30;
            const d3 = buf[start + 3]! - 0x30;
            const d4 = buf[start + 4]! - 0x30;
            const d5 = buf[start + 5]! - 0x30;
            const d6 = buf[start + 6]! - 0x30;
            const d7 = buf[start + 7]! - 0x30;
            const d8 = buf[start + 8]! - 0x30;
            const d9 = buf[start + 9]! - 0x30;
            const d10 = buf[start + 10]! - 0x30;
            const wrong =
              d0 |
              (9 - d0) |
              d1 |
              (9 - d1) |
              d2 |
              (9 - d2) |
              d3 |
              (9 - d3) |
              d4 |
              (9 - d4) |
              d5 |
              (9 - d5) |
              d6 |
              (9 - d6) |
              d7 |
              (9 - d7) |
              d8 |
              (9 - d8) |
              d9 |
              (9 - d9) |
              d10 |
              (9 - d10);
            if (wrong < 0) break;
            const day = days[meta[own + daysAt]! + d0 * 10 + d1]!;
            const month = days[meta[own + daysAt]! + 100 + d2 * 10 + d3]!;
            if (day === 0 || day > daysInMonth[month]!) break;
            if (day === 29 && month === 2 && (d4 * 10 + d5) & 3) break;
            const one = 3 * d0 + 7 * d1 + 6 * d2 + d3 + 8 * d4 + 9 * d5 + 4 * d6 + 5 * d7 + 2 * d8 + d9;
            if (one % 11 > 3) break;
            const two =
              5 * d0 + 4 * d1 + 3 * d2 + 2 * d3 + 7 * d4 + 6 * d5 + 5 * d6 + 4 * d7 + 3 * d8 + 2 * d9 + d10;
            if (two % 11 !== 0) break;
            end = start + 11;
            break;
          }
          // op.organisation
          case 6: {
            if (buf[start + 9] !== stop) break;
            const d0 = first - 0x30;
            const d1 = buf[start + 1]! - 0x30;
            const d2 = buf[start + 2]! - 0x30;
            const d3 = buf[start + 3]! - 0x30;
            const d4 = buf[start + 4]! - 0x30;
            const d5 = buf[start + 5]! - 0x30;
            const d6 = buf[start + 6]! - 0x30;
            const d7 = buf[start + 7]! - 0x30;
            const d8 = buf[start + 8]! - 0x30;
            const wrong =
              d0 |
              (9 - d0) |
              d1 |
              (9 - d1) |
              d2 |
              (9 - d2) |
              d3 |
              (9 - d3) |
              d4 |
              (9 - d4) |
              d5 |
              (9 - d5) |
              d6 |
              (9 - d6) |
              d7 |
              (9 - d7) |
              d8 |
              (9 - d8);
            if (wrong < 0) break;
            // The control digit makes the sum a multiple of eleven; where it would be ten there is none.
            const sum = 3 * d0 + 2 * d1 + 7 * d2 + 6 * d3 + 5 * d4 + 4 * d5 + 3 * d6 + 2 * d7 + d8;
            if (sum % 11 !== 0) break;
            end = start + 9;
            break;
          }
          // op.dateYmd
          case 7:
            if (buf[start + 10] !== stop || buf[start + 4] !== meta[own + markAt]) break;
            if (buf[start + 7] !== meta[own + markAt]) break;
            day = dateOf(buf, start, start + 5, start + 8);
            end = start + 10;
            break;
          // op.dateDmy
          case 8:
            if (buf[start + 10] !== stop || buf[start + 2] !== meta[own + markAt]) break;
            if (buf[start + 5] !== meta[own + markAt]) break;
            day = dateOf(buf, start + 6, start + 3, start);
            end = start + 10;
            break;
          // op.dateCompact
          case 9:
            if (buf[start + 8] !== stop) break;
            day = dateOf(buf, start, start + 4, start + 6);
            end = start + 8;
            break;
          // op.dateAny
          case 10:
            if (buf[start + 10] === stop) {
              if (buf[start + 4] === 0x2d && buf[start + 7] === 0x2d) {
                day = dateOf(buf, start, start + 5, start + 8);
              } else if (buf[start + 2] === 0x2e && buf[start + 5] === 0x2e) {
                day = dateOf(buf, start + 6, start + 3, start);
              } else {
                break;
              }
              end = start + 10;
            } else if (buf[start + 8] === stop) {
              day = dateOf(buf, start, start + 4, start + 6);
              end = start + 8;
            }
            break;
        }
        if (day >= 0) {
          values[index] = day;
          chars = end - start;
          note =
            day < meta[own + minValueAt]! ||
            day > meta[own + maxValueAt]! ||
            chars < meta[own + minCharsAt]! ||
            chars > meta[own + maxCharsAt]!;
        } else if (day === noSuchDay) {
          end = -1;
        }
        if (end >= 0 && stop !== term) {
          // A quote that does not end the cell, or a doubled one.
          if (buf[end + 1] !== term) end = -1;
          else cellFlags |= cellFlag.quoted;
        }
        if (end < 0) {
          at = this.#findCell(buf, at, index, term);
          if (at < 0) return rowStart;
          rowFlags |= this.#flags;
          if (this.#flags & cellFlag.high) inOrder += 1;
          values[index] = Number.NaN;
          meta[own + placeAt] = 0;
          pending[waiting++] = (index << 2) | byColumn;
          at += 1;
          continue;
        }
        starts[index] = start;
        ends[index] = end;
        flags[index] = cellFlags;
        if (cellFlags !== 0) {
          rowFlags |= cellFlags;
          if (cellFlags & cellFlag.high) inOrder += 1;
        }
        at = stop === term ? end + 1 : end + 2;
        if (hasMissingWords && (meta[own + missingLengthsAt]! >>> Math.min(31, end - start)) & 1) {
          meta[own + placeAt] = 0;
          pending[waiting++] = (index << 2) | byColumn;
        } else if (note) {
          this.#chars[index] = chars;
          pending[waiting++] = (index << 2) | widens;
        }
      }

      // At the byte after the row's line end, or after the first of its two bytes.
      const rowEnd = at - 1;
      if (lineEnd === cr) {
        if (buf[at] !== lf) return rowStart;
        at += 1;
      }
      const length = rowEnd - rowStart;
      if (length > maxRowBytes) return rowStart;
      if (
        this.#doubtful ||
        length === last ||
        rowFlags & (cellFlag.nul | cellFlag.strayQuote) ||
        host.blanksWaiting
      ) {
        this.#expose(rowStart, rowEnd, rowFlags);
        host.record(buf);
      } else {
        if (waiting > 0 || rulesNeeded) {
          this.#expose(rowStart, rowEnd, rowFlags);
          host.beginRow(buf);
          this.#settle(buf, waiting);
          if (rulesNeeded) host.checkRules();
        } else {
          host.rows += 1;
        }
        this.#rows += 1;
        if (inOrder > 0) text.agree(inOrder);
        for (let at = 0; at < codeColumns.length; at++) met[meta[codeColumns[at]!]!]! += 1;
      }
      if (lineEnd === cr) lineEnds.crlf += 1;
      else lineEnds.lf += 1;
      scanner.line += 1;
      scanner.cellCount = 0;
      scanner.recordFlags = 0;
      // The first bytes beyond ASCII have decided on the encoding.
      if (mode === 'undecided' && text.decided) return at;
    }
    return at;
  }

  /** Finds the end of a cell that no operation took; its terminator's place, or -1 when the scanner must read the row. */
  #findCell(buf: Uint8Array, at: number, index: number, term: number): number {
    const quoted = buf[at] === this.#quote;
    const kinds = quoted ? this.#quotedKinds : this.#plainKinds;
    const start = quoted ? at + 1 : at;
    let flags: number = quoted ? cellFlag.quoted : 0;
    let seen = 0;
    let to = start;
    for (; ; to++) {
      const b = buf[to]!;
      const kind = kinds[b]!;
      seen |= kind;
      if (kind === odd) {
        flags |= b === 0 ? cellFlag.nul : cellFlag.strayQuote;
      } else if (kind === stops) {
        if (!quoted || b !== this.#quote) break;
        if (buf[to + 1] !== this.#quote) break;
        flags |= cellFlag.doubled;
        to += 1;
      }
    }
    const next = quoted ? to + 1 : to;
    // A line end in quotes, a quote that does not end its cell, a cell too many or too few.
    if ((quoted && buf[to] !== this.#quote) || buf[next] !== term) return -1;
    if (seen & high) {
      flags |= cellFlag.high;
      const { text } = this.#context;
      if (!text.decided || charsInOrder(buf, start, to, text.encoding) < 0) this.#doubtful = true;
    }
    this.#scanner.starts[index] = start;
    this.#scanner.ends[index] = to;
    this.#scanner.flags[index] = flags;
    this.#flags = flags;
    return next;
  }

  /** Shows the row to the generic path as the scanner would. */
  #expose(start: number, end: number, flags: number): void {
    const scanner = this.#scanner;
    scanner.recordStart = start;
    scanner.recordEnd = end;
    scanner.recordFlags = flags;
    scanner.cellCount = this.#columns.length;
  }

  /** Makes the notes of a sound row good. */
  #settle(buf: Uint8Array, waiting: number): void {
    const columns = this.#columns;
    for (let index = 0; index < columns.length; index++) {
      columns[index]!.value = this.#values[index]!;
      columns[index]!.missing = false;
    }
    for (let at = 0; at < waiting; at++) {
      const index = this.#pending[at]! >> 2;
      const column = columns[index]!;
      const work = this.#pending[at]! & 3;
      if (work === missing) {
        column.value = Number.NaN;
        column.missing = true;
        this.#missing[index]! += 1;
      } else if (work === byColumn || !this.#widen(index)) {
        this.#byColumn[index]! += 1;
        this.#host.readCell(index);
        const own = index << perColumn;
        if (this.#meta[own + markAt]! < 0 && this.#meta[own + opAt] === op.number)
          this.#learnMark(buf, index);
      }
    }
  }

  /** Takes a cell's length and value for seen; false when a constraint forbids them. */
  #widen(index: number): boolean {
    const chars = this.#chars[index]!;
    const value = this.#values[index]!;
    const { minLength, maxLength, limits } = this.#columns[index]!.reading.constraints;
    if (chars < minLength || chars > maxLength || !limits.every((limit) => limit.holds(value))) return false;
    const own = index << perColumn;
    const meta = this.#meta;
    if (chars < meta[own + minCharsAt]!) meta[own + minCharsAt] = chars;
    if (chars > meta[own + maxCharsAt]!) meta[own + maxCharsAt] = chars;
    if (meta[own + opAt] === op.number) {
      this.#minValue[index] = Math.min(this.#minValue[index]!, value);
      this.#maxValue[index] = Math.max(this.#maxValue[index]!, value);
    } else if (!Number.isNaN(value)) {
      meta[own + minValueAt] = Math.min(meta[own + minValueAt]!, value);
      meta[own + maxValueAt] = Math.max(meta[own + maxValueAt]!, value);
    }
    return true;
  }

  /** A number that the column has taken shows the decimal mark of the column, where none is declared. */
  #learnMark(buf: Uint8Array, index: number): void {
    if (Number.isNaN(this.#columns[index]!.value)) return;
    for (let at = this.#scanner.starts[index]!; at < this.#scanner.ends[index]!; at++) {
      const b = buf[at]!;
      if (b !== 0x2c && b !== 0x2e) continue;
      this.#meta[(index << perColumn) + markAt] = b;
      return;
    }
  }

  /** Gives the columns what was counted. */
  finish(): void {
    this.#plan.columns.forEach((plan, index) => {
      const missingCells = this.#missing[index]!;
      const count = this.#rows - this.#byColumn[index]!;
      const taken = count - missingCells > 0;
      const [least, most] = this.#lengths(plan, index);
      this.#columns[index]!.absorb({
        count,
        missing: missingCells,
        minLength: taken ? least : Number.POSITIVE_INFINITY,
        maxLength: taken ? most : -1,
        ...this.#bounds(index),
      });
      if (plan.counter === null) return;
      for (let place = 0; place < plan.counter.codes.length; place++) {
        plan.counter.add(place, this.#met[plan.firstPlace + place]!);
      }
    });
  }

  /** Least and greatest length of the cells taken, if any. */
  #lengths(plan: ColumnPlan, index: number): [number, number] {
    if (plan.op === op.person) return [11, 11];
    if (plan.op === op.organisation) return [9, 9];
    if (plan.counter !== null) {
      const met = plan.counter.codes.filter((_, place) => this.#met[plan.firstPlace + place]! > 0);
      const lengths = met.map((code) => code.length);
      return [lengths.reduce((a, b) => Math.min(a, b), 8), lengths.reduce((a, b) => Math.max(a, b), 0)];
    }
    const own = index << perColumn;
    return [this.#meta[own + minCharsAt]!, this.#meta[own + maxCharsAt]!];
  }

  #bounds(index: number): { min: number; max: number } {
    const own = index << perColumn;
    const [min, max] = [this.#meta[own + minValueAt]!, this.#meta[own + maxValueAt]!];
    if (min <= max) return { min, max };
    return { min: this.#minValue[index]!, max: this.#maxValue[index]! };
  }
}

/** What `dateOf` says of eight digits that are no day, and of a cell that is no date at all. */
const noSuchDay = -1;
const notADate = -2;

/** yyyymmdd of the digits at these places, or `noSuchDay`. */
function dateOf(buf: Uint8Array, yearAt: number, monthAt: number, dayAt: number): number {
  const y0 = buf[yearAt]! - 0x30;
  const y1 = buf[yearAt + 1]! - 0x30;
  const y2 = buf[yearAt + 2]! - 0x30;
  const y3 = buf[yearAt + 3]! - 0x30;
  const m0 = buf[monthAt]! - 0x30;
  const m1 = buf[monthAt + 1]! - 0x30;
  const d0 = buf[dayAt]! - 0x30;
  const d1 = buf[dayAt + 1]! - 0x30;
  const wrong =
    y0 |
    (9 - y0) |
    y1 |
    (9 - y1) |
    y2 |
    (9 - y2) |
    y3 |
    (9 - y3) |
    m0 |
    (9 - m0) |
    m1 |
    (9 - m1) |
    d0 |
    (9 - d0) |
    d1 |
    (9 - d1);
  if (wrong < 0) return noSuchDay;
  const year = y0 * 1000 + y1 * 100 + y2 * 10 + y3;
  const month = m0 * 10 + m1;
  const day = d0 * 10 + d1;
  if (month < 1 || month > 12 || day < 1 || day > daysInMonth[month]!) return noSuchDay;
  if (day === 29 && month === 2 && (year % 4 !== 0 || (year % 100 === 0 && year % 400 !== 0)))
    return noSuchDay;
  return year * 10_000 + month * 100 + day;
}
