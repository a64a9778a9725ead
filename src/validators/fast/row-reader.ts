/** The fused fast path: finds the cells of sound rows, reads them by their types and keeps the profile, in one pass. */
import type { CheckContext } from '../check-context.ts';
import type { Column } from '../column.ts';
import { cellFlag, type FastReader, type RecordScanner, type ScanDialect } from '../record-scanner.ts';
import { beginsAsTotals } from '../row-accidents.ts';
import { isOfSpreadsheet } from '../spreadsheet-cells.ts';
import { type Plan, planColumns } from './column-plan.ts';
import { dateAt, isOrganisationNumberAt, isPersonNumberAt, noSuchDay } from './plain-cells.ts';
import { type CellHost, perColumn, place, RowTally, work } from './row-tally.ts';
import {
  byteKind,
  charsInOrder,
  holdsPersonNumber,
  kindsOfBytes,
  kindsOfText,
  type TextMode,
} from './text-bytes.ts';

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

/** Bytes that an operation may look beyond the end of a row. */
const lookahead = 16;
const maxRowBytes = 1024 * 1024;
const { high, digit, stops, odd, lead2, lead3 } = byteKind;
const lf = 10;
const cr = 13;
// Local, as the compiler takes an imported binding for a variable.
const { byColumn, widens } = work;
const {
  high: highFlag,
  nul: nulFlag,
  strayQuote: strayQuoteFlag,
  quoted: quotedFlag,
  doubled: doubledFlag,
} = cellFlag;
const {
  mark: markAt,
  minChars: minCharsAt,
  maxChars: maxCharsAt,
  table: tableAt,
  shift: shiftAt,
  factor: factorAt,
  code: placeAt,
  empty: emptyAt,
  missingLengths: missingLengthsAt,
  days: daysAt,
} = place;
const powers = Float64Array.from({ length: 10 }, (_, exponent) => 10 ** exponent);
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
  /** The same for cells of text in the encoding. */
  #mode: TextMode = 'undecided';
  #plainText: Uint8Array;
  #quotedText: Uint8Array;
  readonly #tally: RowTally;
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
    this.#plainText = kindsOfText(this.#plainKinds, this.#mode);
    this.#quotedText = kindsOfText(this.#quotedKinds, this.#mode);
    this.#tally = new RowTally(plan, scanner, columns, host);
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
    const tally = this.#tally;
    const { ops, meta, days, hasMissingWords, values, minValue, maxValue, codeColumns, met, pending } = tally;
    const delimiter = this.#delimiter;
    const quote = this.#quote;
    const count = this.#columns.length;
    const last = count - 1;
    const { text } = this.#context;
    const mode: TextMode = text.decided ? text.encoding : 'undecided';
    if (mode !== this.#mode) this.#turnTo(mode);
    const plainText = this.#plainText;
    const quotedText = this.#quotedText;
    const lineEnd = lineEnds.crlf > lineEnds.lf ? cr : lf;
    const rulesNeeded = host.rulesNeeded;
    const headerLength = host.headerBytes?.length ?? -1;
    const headerFirst = host.headerBytes?.[0] ?? -1;

    let at = from;
    let rowStart = from;
    let rows = 0;
    let awaited = host.recordAwaited;
    records: while (at < limit) {
      let waiting = 0;
      let rowFlags = 0;
      let inOrder = 0;
      let doubtful = false;
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
        let yearAt = -1;
        let monthAt = 0;
        let dayAt = 0;
        switch (ops[index]!) {
          // op.column
          case 0:
            break;
          // op.text
          case 1: {
            const kinds = stop === term ? plainText : quotedText;
            let to = start;
            let seen = 0;
            let following = 0;
            let kind = kinds[first]!;
            for (;;) {
              while (kind < stops) {
                seen |= kind;
                to += 1;
                kind = kinds[buf[to]!]!;
              }
              if (kind < lead2 || (buf[to + 1]! & 0xc0) !== 0x80) break;
              if (kind === lead3 && (buf[to + 2]! & 0xc0) !== 0x80) break;
              const size = kind === lead2 ? 1 : 2;
              following += size;
              to += size + 1;
              kind = kinds[buf[to]!]!;
            }
            if (buf[to] !== stop || to === start || first === 0x23) break;
            chars = to - start - following;
            if (following > 0 || seen & high) cellFlags = highFlag;
            if (chars >= 11 && seen & digit && holdsPersonNumber(buf, start, to)) break;
            if (isOfSpreadsheet(buf, start, to)) break;
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
          // op.integer, whose mark no byte is, and op.number
          case 3:
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
            const whole = to - digits;
            if (whole === 0 || whole > 9) break;
            if (first === 0x2d) sum = 0 - sum;
            let value = sum;
            if (buf[to] !== stop) {
              if (buf[to] !== meta[own + markAt]) break;
              if (first === 0x2d) sum = 0 - sum;
              to += 1;
              d = buf[to]! - 0x30;
              while (d >>> 0 <= 9) {
                sum = (Math.imul(sum, 10) + d) | 0;
                to += 1;
                d = buf[to]! - 0x30;
              }
              const decimals = to - digits - whole - 1;
              if (buf[to] !== stop || decimals === 0 || whole + decimals > 9) break;
              value = (first === 0x2d ? 0 - sum : sum) / powers[decimals]!;
            }
            values[index] = value;
            chars = to - start;
            note =
              value < minValue[index]! ||
              value > maxValue[index]! ||
              chars < meta[own + minCharsAt]! ||
              chars > meta[own + maxCharsAt]!;
            end = to;
            break;
          }
          // op.person
          case 5: {
            if (buf[start + 11] !== stop) break;
            if (!isPersonNumberAt(buf, start, days, meta[own + daysAt]!)) break;
            end = start + 11;
            break;
          }
          // op.organisation
          case 6: {
            if (buf[start + 9] !== stop) break;
            if (!isOrganisationNumberAt(buf, start)) break;
            end = start + 9;
            break;
          }
          // op.dateYmd
          case 7:
            if (buf[start + 10] !== stop || buf[start + 4] !== meta[own + markAt]) break;
            if (buf[start + 7] !== meta[own + markAt]) break;
            yearAt = start;
            monthAt = start + 5;
            dayAt = start + 8;
            end = start + 10;
            break;
          // op.dateDmy
          case 8:
            if (buf[start + 10] !== stop || buf[start + 2] !== meta[own + markAt]) break;
            if (buf[start + 5] !== meta[own + markAt]) break;
            yearAt = start + 6;
            monthAt = start + 3;
            dayAt = start;
            end = start + 10;
            break;
          // op.dateCompact
          case 9:
            if (buf[start + 8] !== stop) break;
            yearAt = start;
            monthAt = start + 4;
            dayAt = start + 6;
            end = start + 8;
            break;
          // op.dateAny
          case 10:
            if (buf[start + 8] === stop) {
              yearAt = start;
              monthAt = start + 4;
              dayAt = start + 6;
              end = start + 8;
              break;
            }
            if (buf[start + 10] !== stop) break;
            if (buf[start + 4] === 0x2d && buf[start + 7] === 0x2d) {
              yearAt = start;
              monthAt = start + 5;
              dayAt = start + 8;
            } else if (buf[start + 2] === 0x2e && buf[start + 5] === 0x2e) {
              yearAt = start + 6;
              monthAt = start + 3;
              dayAt = start;
            } else {
              break;
            }
            end = start + 10;
            break;
        }
        if (yearAt >= 0) {
          const day = dateAt(buf, yearAt, monthAt, dayAt);
          values[index] = day;
          chars = end - start;
          note =
            day < minValue[index]! ||
            day > maxValue[index]! ||
            chars < meta[own + minCharsAt]! ||
            chars > meta[own + maxCharsAt]!;
          if (day === noSuchDay) end = -1;
        }
        if (end >= 0 && stop !== term) {
          // A quote that does not end the cell, or a doubled one.
          if (buf[end + 1] !== term) end = -1;
          else cellFlags |= quotedFlag;
        }
        if (end < 0) {
          at = this.#findCell(buf, at, index, term);
          if (at < 0) break records;
          rowFlags |= this.#flags;
          if (this.#flags & highFlag) inOrder += 1;
          doubtful ||= this.#doubtful;
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
          if (cellFlags & highFlag) inOrder += 1;
        }
        at = stop === term ? end + 1 : end + 2;
        if (hasMissingWords && (meta[own + missingLengthsAt]! >>> Math.min(31, end - start)) & 1) {
          meta[own + placeAt] = 0;
          pending[waiting++] = (index << 2) | byColumn;
        } else if (note) {
          tally.chars[index] = chars;
          pending[waiting++] = (index << 2) | widens;
        }
      }

      // At the byte after the row's line end, or after the first of its two bytes.
      const rowEnd = at - 1;
      if (lineEnd === cr) {
        if (buf[at] !== lf) break;
        at += 1;
      }
      const length = rowEnd - rowStart;
      if (length > maxRowBytes) break;
      if (
        awaited ||
        doubtful ||
        length === last ||
        rowFlags & (nulFlag | strayQuoteFlag) ||
        buf[rowStart] === 0xef ||
        (length === headerLength && buf[rowStart] === headerFirst) ||
        // Half of a line of totals is empty, and an empty cell is always noted.
        (waiting * 2 >= last && beginsAsTotals(buf, starts, ends, count))
      ) {
        this.#countRows(rows, lineEnd);
        rows = 0;
        this.#expose(rowStart, rowEnd, rowFlags);
        host.record(buf);
        this.#endRecord(lineEnd);
        awaited = host.recordAwaited;
      } else {
        if (waiting > 0 || rulesNeeded) {
          this.#countRows(rows, lineEnd);
          rows = 0;
          this.#expose(rowStart, rowEnd, rowFlags);
          host.beginRow(buf);
          tally.rows += 1;
          if (rulesNeeded) tally.showValues();
          tally.settle(buf, waiting, rulesNeeded);
          if (rulesNeeded) host.checkRules();
          this.#endRecord(lineEnd);
        } else {
          rows += 1;
        }
        if (inOrder > 0) text.agree(inOrder);
        for (let at = 0; at < codeColumns.length; at++) met[meta[codeColumns[at]!]!]! += 1;
      }
      rowStart = at;
      // The first bytes beyond ASCII have decided on the encoding.
      if (mode === 'undecided' && text.decided) break;
    }
    this.#countRows(rows, lineEnd);
    return rowStart;
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

  #turnTo(mode: TextMode): void {
    this.#mode = mode;
    this.#plainText = kindsOfText(this.#plainKinds, mode);
    this.#quotedText = kindsOfText(this.#quotedKinds, mode);
  }

  /** Finds the end of a cell that no operation took; its terminator's place, or -1 when the scanner must read the row. */
  #findCell(buf: Uint8Array, at: number, index: number, term: number): number {
    const quoted = buf[at] === this.#quote;
    const kinds = quoted ? this.#quotedKinds : this.#plainKinds;
    const start = quoted ? at + 1 : at;
    let flags: number = quoted ? quotedFlag : 0;
    let seen = 0;
    let to = start;
    for (; ; to++) {
      const b = buf[to]!;
      const kind = kinds[b]!;
      seen |= kind;
      if (kind === odd) {
        flags |= b === 0 ? nulFlag : strayQuoteFlag;
      } else if (kind === stops) {
        if (!quoted || b !== this.#quote) break;
        if (buf[to + 1] !== this.#quote) break;
        flags |= doubledFlag;
        to += 1;
      }
    }
    const next = quoted ? to + 1 : to;
    // A line end in quotes, a quote that does not end its cell, a cell too many or too few.
    if ((quoted && buf[to] !== this.#quote) || buf[next] !== term) return -1;
    this.#doubtful = false;
    if (seen & high) {
      flags |= highFlag;
      const { text } = this.#context;
      if (!text.decided || charsInOrder(buf, start, to, text.encoding) < 0) this.#doubtful = true;
    }
    this.#scanner.starts[index] = start;
    this.#scanner.ends[index] = to;
    this.#scanner.flags[index] = flags;
    this.#flags = flags;
    return next;
  }

  #endRecord(lineEnd: number): void {
    const scanner = this.#scanner;
    if (lineEnd === cr) scanner.lineEnds.crlf += 1;
    else scanner.lineEnds.lf += 1;
    scanner.line += 1;
    scanner.cellCount = 0;
    scanner.recordFlags = 0;
  }

  /** Shows the row to the generic path as the scanner would. */
  #expose(start: number, end: number, flags: number): void {
    const scanner = this.#scanner;
    scanner.recordStart = start;
    scanner.recordEnd = end;
    scanner.recordFlags = flags;
    scanner.cellCount = this.#columns.length;
  }

  /** Gives the columns what was counted. */
  finish(): void {
    this.#tally.finish();
  }
}
