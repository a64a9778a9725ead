/** The fused fast path: finds the cells of sound rows, reads them by their types and keeps the profile, in one pass. */
import type { CheckContext } from '../check-context.ts';
import type { Column } from '../column.ts';
import { cellFlag, type FastReader, type RecordScanner, type ScanDialect } from '../record-scanner.ts';
import { op, type Plan, planColumns } from './column-plan.ts';
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
  /** By column. */
  readonly #ops: Uint8Array;
  readonly #marks: Int16Array;
  readonly #missingLengths: Int32Array;
  readonly #emptyWork: Uint8Array;
  /** Characters of the cell, and its value: kept for the note, and for the rules of the row. */
  readonly #chars: Int32Array;
  readonly #values: Float64Array;
  /** What was seen: no cell within it needs a note. */
  readonly #minChars: Int32Array;
  readonly #maxChars: Int32Array;
  readonly #minValue: Float64Array;
  readonly #maxValue: Float64Array;
  /** Rows taken, and of them the cells missing and the cells that the column counted itself. */
  #rows = 0;
  readonly #missing: Float64Array;
  readonly #byColumn: Float64Array;
  readonly #codeColumns: Int32Array;
  /** By column of codes: the place of the cell's code; by place: how often it was met. */
  readonly #places: Int32Array;
  readonly #met: Float64Array;
  readonly #pending: Int32Array;
  /** Of the row in progress: cells beyond ASCII found in order; true when the generic path must judge it. */
  #inOrder = 0;
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
    this.#ops = Uint8Array.from(plan.columns, (column) => column.op);
    this.#marks = Int16Array.from(plan.columns, (column) => column.mark);
    this.#missingLengths = Int32Array.from(plan.columns, (column) => column.missingLengths);
    this.#emptyWork = Uint8Array.from(plan.columns, (column) => (column.emptyIsMissing ? missing : byColumn));
    this.#chars = new Int32Array(count);
    this.#values = new Float64Array(count).fill(Number.NaN);
    this.#minChars = new Int32Array(count).fill(0x7fffffff);
    this.#maxChars = new Int32Array(count).fill(-1);
    this.#minValue = new Float64Array(count).fill(Number.POSITIVE_INFINITY);
    this.#maxValue = new Float64Array(count).fill(Number.NEGATIVE_INFINITY);
    this.#missing = new Float64Array(count);
    this.#byColumn = new Float64Array(count);
    this.#codeColumns = Int32Array.from(
      plan.columns.flatMap((column, index) => (column.op === op.code ? [index] : [])),
    );
    this.#places = new Int32Array(count);
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
    const { columns } = this.#plan;
    const { highs, lows, places: codePlaces } = this.#plan.lookup;
    const ops = this.#ops;
    const marks = this.#marks;
    const missingLengths = this.#missingLengths;
    const emptyWork = this.#emptyWork;
    const allChars = this.#chars;
    const values = this.#values;
    const minChars = this.#minChars;
    const maxChars = this.#maxChars;
    const minValue = this.#minValue;
    const maxValue = this.#maxValue;
    const places = this.#places;
    const codeColumns = this.#codeColumns;
    const met = this.#met;
    const pending = this.#pending;
    const delimiter = this.#delimiter;
    const quote = this.#quote;
    const count = ops.length;
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
      this.#inOrder = 0;
      this.#doubtful = false;
      for (let index = 0; index < count; index++) {
        const term = index === last ? lineEnd : delimiter;
        let start = at;
        let first = buf[at]!;
        if (first === term) {
          starts[index] = at;
          ends[index] = at;
          flags[index] = 0;
          places[index] = 0;
          pending[waiting++] = (index << 2) | emptyWork[index]!;
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
        let value = Number.NaN;
        let cellFlags = 0;
        switch (ops[index]) {
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
              this.#inOrder += 1;
            }
            if (chars >= 11 && seen & digit && holdsPersonNumber(buf, start, to)) {
              if (cellFlags !== 0) this.#inOrder -= 1;
              cellFlags = 0;
              break;
            }
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
            const table = columns[index]!.table!;
            const slot =
              table.base + (Math.imul(low32 ^ Math.imul(high32, 0x9e3779b1), table.factor) >>> table.shift);
            if (lows[slot] !== low32 || highs[slot] !== high32 || codePlaces[slot]! < 0) break;
            places[index] = codePlaces[slot]!;
            chars = to - start;
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
            while (d >= 0 && d <= 9) {
              sum = (Math.imul(sum, 10) + d) | 0;
              to += 1;
              d = buf[to]! - 0x30;
            }
            if (buf[to] !== stop || to === digits || to - digits > 9) break;
            value = first === 0x2d ? 0 - sum : sum;
            chars = to - start;
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
            while (d >= 0 && d <= 9) {
              sum = (Math.imul(sum, 10) + d) | 0;
              to += 1;
              d = buf[to]! - 0x30;
            }
            if (to === digits) break;
            let decimals = 0;
            if (buf[to] !== stop) {
              if (buf[to] !== marks[index]) break;
              const mark = to;
              to += 1;
              d = buf[to]! - 0x30;
              while (d >= 0 && d <= 9) {
                sum = (Math.imul(sum, 10) + d) | 0;
                to += 1;
                d = buf[to]! - 0x30;
              }
              decimals = to - mark - 1;
              if (buf[to] !== stop || decimals === 0 || to - digits > 10) break;
            } else if (to - digits > 9) {
              break;
            }
            value = (first === 0x2d ? 0 - sum : sum) / powers[decimals]!;
            chars = to - start;
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
              d0 | (9 - d0) | d1 | (9 - d1) | d2 | (9 - d2) | d3 | (9 - d3) | d4 | (9 - d4) | d5 | (9 - d5) |
              d6 | (9 - d6) | d7 | (9 - d7) | d8 | (9 - d8) | d9 | (9 - d9) | d10 | (9 - d10);
            if (wrong < 0) break;
            const plan = columns[index]!;
            const day = plan.days[d0 * 10 + d1]!;
            const month = plan.months[d2 * 10 + d3]!;
            if (day === 0 || day > daysInMonth[month]!) break;
            if (day === 29 && month === 2 && (d4 * 10 + d5) & 3) break;
            const one = 3 * d0 + 7 * d1 + 6 * d2 + d3 + 8 * d4 + 9 * d5 + 4 * d6 + 5 * d7 + 2 * d8 + d9;
            if (one % 11 > 3) break;
            const two =
              5 * d0 + 4 * d1 + 3 * d2 + 2 * d3 + 7 * d4 + 6 * d5 + 5 * d6 + 4 * d7 + 3 * d8 + 2 * d9 + d10;
            if (two % 11 !== 0) break;
            chars = 11;
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
              d0 | (9 - d0) | d1 | (9 - d1) | d2 | (9 - d2) | d3 | (9 - d3) | d4 | (9 - d4) | d5 | (9 - d5) |
              d6 | (9 - d6) | d7 | (9 - d7) | d8 | (9 - d8);
            if (wrong < 0) break;
            // The control digit makes the sum a multiple of eleven; where it would be ten there is none.
            const sum = 3 * d0 + 2 * d1 + 7 * d2 + 6 * d3 + 5 * d4 + 4 * d5 + 3 * d6 + 2 * d7 + d8;
            if (sum % 11 !== 0) break;
            chars = 9;
            end = start + 9;
            break;
          }
          // op.dateYmd
          case 7:
            if (buf[start + 10] !== stop || buf[start + 4] !== marks[index] || buf[start + 7] !== marks[index])
              break;
            value = dateOf(buf, start, start + 5, start + 8);
            if (value < 0) break;
            chars = 10;
            end = start + 10;
            break;
          // op.dateDmy
          case 8:
            if (buf[start + 10] !== stop || buf[start + 2] !== marks[index] || buf[start + 5] !== marks[index])
              break;
            value = dateOf(buf, start + 6, start + 3, start);
            if (value < 0) break;
            chars = 10;
            end = start + 10;
            break;
          // op.dateCompact
          case 9:
            if (buf[start + 8] !== stop) break;
            value = dateOf(buf, start, start + 4, start + 6);
            if (value < 0) break;
            chars = 8;
            end = start + 8;
            break;
          // op.dateAny
          case 10:
            if (buf[start + 10] === stop) {
              if (buf[start + 4] === 0x2d && buf[start + 7] === 0x2d)
                value = dateOf(buf, start, start + 5, start + 8);
              else if (buf[start + 2] === 0x2e && buf[start + 5] === 0x2e)
                value = dateOf(buf, start + 6, start + 3, start);
              else break;
              if (value < 0) break;
              chars = 10;
              end = start + 10;
            } else if (buf[start + 8] === stop) {
              value = dateOf(buf, start, start + 4, start + 6);
              if (value < 0) break;
              chars = 8;
              end = start + 8;
            }
            break;
        }
        if (end >= 0 && stop !== term) {
          // A quote that does not end the cell, or a doubled one.
          if (buf[end + 1] !== term) end = -1;
          else cellFlags |= cellFlag.quoted;
          // The cell is looked at anew.
          if (end < 0 && cellFlags & cellFlag.high) this.#inOrder -= 1;
        }
        if (end < 0) {
          at = this.#findCell(buf, at, index, term);
          if (at < 0) return rowStart;
          rowFlags |= this.#flags;
          values[index] = Number.NaN;
          places[index] = 0;
          pending[waiting++] = (index << 2) | byColumn;
          at += 1;
          continue;
        }
        starts[index] = start;
        ends[index] = end;
        flags[index] = cellFlags;
        rowFlags |= cellFlags;
        values[index] = value;
        at = stop === term ? end + 1 : end + 2;
        if (missingLengths[index] !== 0 && (missingLengths[index]! >>> Math.min(31, end - start)) & 1) {
          places[index] = 0;
          pending[waiting++] = (index << 2) | byColumn;
        } else if (
          chars < minChars[index]! ||
          chars > maxChars[index]! ||
          value < minValue[index]! ||
          value > maxValue[index]!
        ) {
          allChars[index] = chars;
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
      if (this.#doubtful || length === last || rowFlags & (cellFlag.nul | cellFlag.strayQuote) || host.blanksWaiting) {
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
        if (this.#inOrder > 0) text.agree(this.#inOrder);
        for (let at = 0; at < codeColumns.length; at++) met[places[codeColumns[at]!]!]! += 1;
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
      if (text.decided && charsInOrder(buf, start, to, text.encoding) >= 0) this.#inOrder += 1;
      else this.#doubtful = true;
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
        if (this.#marks[index]! < 0 && this.#ops[index] === op.number) this.#learnMark(buf, index);
      }
    }
  }

  /** Takes a cell's length and value for seen; false when a constraint forbids them. */
  #widen(index: number): boolean {
    const chars = this.#chars[index]!;
    const value = this.#values[index]!;
    const { minLength, maxLength, limits } = this.#columns[index]!.reading.constraints;
    if (chars < minLength || chars > maxLength || !limits.every((limit) => limit.holds(value))) {
      // A code was counted neither here nor there yet.
      this.#places[index] = 0;
      return false;
    }
    if (chars < this.#minChars[index]!) this.#minChars[index] = chars;
    if (chars > this.#maxChars[index]!) this.#maxChars[index] = chars;
    if (value < this.#minValue[index]!) this.#minValue[index] = value;
    if (value > this.#maxValue[index]!) this.#maxValue[index] = value;
    return true;
  }

  /** A number that the column has taken shows the decimal mark of the column, where none is declared. */
  #learnMark(buf: Uint8Array, index: number): void {
    if (Number.isNaN(this.#columns[index]!.value)) return;
    for (let at = this.#scanner.starts[index]!; at < this.#scanner.ends[index]!; at++) {
      const b = buf[at]!;
      if (b !== 0x2c && b !== 0x2e) continue;
      this.#marks[index] = b;
      return;
    }
  }

  /** Gives the columns what was counted. */
  finish(): void {
    this.#plan.columns.forEach((plan, index) => {
      const missingCells = this.#missing[index]!;
      const seen = this.#maxChars[index]! >= 0;
      this.#columns[index]!.absorb({
        count: this.#rows - this.#byColumn[index]!,
        missing: missingCells,
        minLength: seen ? this.#minChars[index]! : Number.POSITIVE_INFINITY,
        maxLength: this.#maxChars[index]!,
        min: this.#minValue[index]!,
        max: this.#maxValue[index]!,
      });
      if (plan.counter === null) return;
      for (let place = 0; place < plan.counter.codes.length; place++) {
        plan.counter.add(place, this.#met[plan.firstPlace + place]!);
      }
    });
  }
}

/** yyyymmdd of the digits at these places; -1 when they are none, or no such day exists. */
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
    y0 | (9 - y0) | y1 | (9 - y1) | y2 | (9 - y2) | y3 | (9 - y3) | m0 | (9 - m0) | m1 | (9 - m1) | d0 | (9 - d0) |
    d1 | (9 - d1);
  if (wrong < 0) return -1;
  const year = y0 * 1000 + y1 * 100 + y2 * 10 + y3;
  const month = m0 * 10 + m1;
  const day = d0 * 10 + d1;
  if (month < 1 || month > 12 || day < 1 || day > daysInMonth[month]!) return -1;
  if (day === 29 && month === 2 && (year % 4 !== 0 || (year % 100 === 0 && year % 400 !== 0))) return -1;
  return year * 10_000 + month * 100 + day;
}
