/** Bytes to records: finds cells and lines in delimited text, whatever way the bytes are cut into chunks. */

import {
  cellFlag,
  type FastReader,
  lineEndFrom,
  type RecordHandler,
  type ScanDialect,
  type ScanLimits,
} from './records.ts';

const stop = 0x40;
const lf = 10;
const cr = 13;

const atCell = 0;
const inCell = 1;
const inQuotes = 2;
const afterQuote = 3;
const dropping = 4;

/**
 * Owns the bytes of the record in progress: a record is always handed over in one piece. Line ends are LF, CRLF and CR.
 * A record in broken quotes is given up, and reading goes on at the line after the one where the quote stands.
 *
 * Places (`#at`, `recordStart`, `starts` …) are offsets in the buffer being read, the chunk or the carry; `base` is the
 * file offset of its first byte. Between two pushes the record in progress lies at the start of the carry.
 */
export class RecordScanner {
  base = 0;
  /** Physical line, from 1, on which the record begins. */
  line = 1;
  /** Cells in the record, those beyond the limit included. */
  cellCount = 0;
  recordStart = 0;
  recordEnd = 0;
  starts: Int32Array;
  ends: Int32Array;
  flags: Uint8Array;
  /** All flags of the record's cells together. */
  recordFlags = 0;
  /** True while the handler is given a last record that no line end closes. */
  unterminated = false;
  readonly lineEnds = { lf: 0, crlf: 0, cr: 0 };
  /** Given the records of a chunk first; null for none, undefined while the handler has still to decide on one. */
  fast: FastReader | null | undefined = null;

  readonly #delimiter: number;
  readonly #quote: number;
  readonly #doubleQuote: boolean;
  readonly #limits: ScanLimits;
  readonly #handler: RecordHandler;
  readonly #plain = new Uint8Array(256);
  readonly #inside = new Uint8Array(256);
  #mode = atCell;
  #at = 0;
  #cellStart = 0;
  #cellFlags = 0;
  /** Line ends inside the quotes of the record's finished cells, and of the cell in progress. */
  #innerLines = 0;
  #cellLines = 0;
  #openQuote = 0;
  /** The first line end in the cell's quotes: where reading goes on if the quote turns out broken. -1 for none. */
  #resumeAt = -1;
  #skipLf = false;
  #carry = new Uint8Array(4096);
  #carryLength = 0;

  constructor(dialect: ScanDialect, handler: RecordHandler, limits: ScanLimits) {
    this.#delimiter = dialect.delimiter;
    this.#quote = dialect.quote;
    this.#doubleQuote = dialect.doubleQuote;
    this.#handler = handler;
    this.#limits = limits;
    const cells = Math.min(64, limits.maxCells);
    this.starts = new Int32Array(cells);
    this.ends = new Int32Array(cells);
    this.flags = new Uint8Array(cells);
    for (const table of [this.#plain, this.#inside]) {
      table.fill(cellFlag.high, 0x80);
      table[0] = cellFlag.nul;
      table[lf] = stop;
      table[cr] = stop;
    }
    if (dialect.quote >= 0) {
      this.#plain[dialect.quote] = cellFlag.strayQuote;
      this.#inside[dialect.quote] = stop;
    }
    this.#plain[dialect.delimiter] = stop;
  }

  push(chunk: Uint8Array): void {
    let from = 0;
    while (this.#carryLength > 0) {
      if (from === chunk.length) return;
      const kept = this.#carryLength;
      const length = kept + Math.min(chunk.length - from, Math.max(4096, kept));
      this.#reserve(length);
      this.#carry.set(chunk.subarray(from, from + length - kept), kept);
      this.#scan(this.#carry, length, kept);
      const done = this.recordStart;
      if (done >= kept) {
        // What was carried is done; the rest of the chunk is read where it lies.
        from += done - kept;
        this.#carryLength = 0;
      } else {
        from += length - kept;
        if (done > 0) this.#carry.copyWithin(0, done, length);
        this.#carryLength = length - done;
      }
      this.#shift(done);
    }
    this.#shift(-from);
    this.fast?.forget();
    while (this.fast !== null && this.#at < chunk.length) this.#scanOrRead(chunk);
    this.#scan(chunk, chunk.length, Number.POSITIVE_INFINITY);
    const rest = chunk.length - this.recordStart;
    if (rest > 0) {
      this.#reserve(rest);
      this.#carry.set(chunk.subarray(this.recordStart), 0);
    }
    this.#carryLength = rest;
    this.#shift(this.recordStart);
  }

  /** The file is read whole: hands over what is left. */
  end(): void {
    while (this.#mode === inQuotes) {
      this.#giveUpQuote();
      this.#scan(this.#carry, this.#carryLength, Number.POSITIVE_INFINITY);
    }
    if (this.#mode !== dropping && this.recordStart < this.#carryLength) {
      if (this.#mode === atCell) {
        this.#cellStart = this.#at;
        this.#cellFlags = 0;
      }
      this.unterminated = true;
      this.#endCell(this.#mode === afterQuote ? this.#at - 1 : this.#at);
      this.#endRecord(this.#carry, this.#at);
    }
    if (this.#skipLf) this.lineEnds.cr += 1;
    this.#skipLf = false;
    this.#mode = dropping;
    this.#carryLength = 0;
  }

  /** One record by the scanner itself, after as many as the fast reader takes. */
  #scanOrRead(buf: Uint8Array): void {
    if (this.#skipLf) this.#afterCr(buf[this.#at]!);
    if (
      this.fast != null &&
      this.#mode === atCell &&
      this.#at === this.recordStart &&
      this.#at < buf.length
    ) {
      this.#at = this.fast.read(buf, this.#at);
      this.recordStart = this.#at;
    }
    this.#scan(buf, buf.length, this.#at + 1);
  }

  /** Makes `starts`, `ends` and `flags` long enough. */
  makeRoom(cells: number): void {
    while (this.starts.length < Math.min(cells, this.#limits.maxCells)) this.#moreCells();
  }

  /** Reads `buf[#at, limit)`; returns early where a record ends at `stopAt` or beyond. */
  #scan(buf: Uint8Array, limit: number, stopAt: number): void {
    const plain = this.#plain;
    while (this.#at < limit) {
      switch (this.#mode) {
        case atCell:
          if (this.#skipLf) {
            this.#afterCr(buf[this.#at]!);
          } else if (buf[this.#at] === this.#quote) {
            this.#mode = inQuotes;
            this.#openQuote = this.#at;
            this.#resumeAt = -1;
            this.#cellLines = 0;
            this.#cellFlags = cellFlag.quoted;
            this.#at += 1;
            this.#cellStart = this.#at;
          } else {
            this.#mode = inCell;
            this.#cellStart = this.#at;
            this.#cellFlags = 0;
          }
          break;
        case inCell: {
          const until = Math.min(limit, this.recordStart + this.#limits.maxRecordBytes + 1);
          let at = this.#at;
          let flags = this.#cellFlags;
          let kind = 0;
          while (at < until) {
            kind = plain[buf[at]!]!;
            if (kind === stop) break;
            flags |= kind;
            at += 1;
          }
          this.#at = at;
          this.#cellFlags = flags;
          if (at < until) {
            this.#endCell(at);
            if (this.#afterCell(buf, stopAt)) return;
          } else if (at > this.recordStart + this.#limits.maxRecordBytes) {
            this.#giveUpLong();
          }
          break;
        }
        case inQuotes:
          this.#scanQuotes(buf, limit);
          break;
        case afterQuote: {
          const b = buf[this.#at]!;
          if (b === this.#quote && this.#doubleQuote) {
            this.#cellFlags |= cellFlag.doubled;
            this.#at += 1;
            this.#mode = inQuotes;
          } else if (b === this.#delimiter || b === lf || b === cr) {
            this.#endCell(this.#at - 1);
            if (this.#afterCell(buf, stopAt)) return;
          } else {
            this.#giveUpQuote();
          }
          break;
        }
        default:
          if (this.#drop(buf, limit, stopAt)) return;
      }
    }
  }

  /** At the byte that ended a cell: a delimiter or a line end. True when the scan may return. */
  #afterCell(buf: Uint8Array, stopAt: number): boolean {
    const b = buf[this.#at]!;
    this.#mode = atCell;
    if (b === this.#delimiter) {
      this.#at += 1;
      return false;
    }
    this.#endRecord(buf, this.#at);
    return this.#nextLine(b, stopAt);
  }

  /** Steps over the line end `b`. True when the scan may return. */
  #nextLine(b: number, stopAt: number): boolean {
    if (b === lf) this.lineEnds.lf += 1;
    else this.#skipLf = true;
    this.#at += 1;
    this.recordStart = this.#at;
    return this.#at >= stopAt;
  }

  #afterCr(b: number): void {
    this.#skipLf = false;
    if (b === lf) {
      this.lineEnds.crlf += 1;
      this.#at += 1;
      this.recordStart = this.#at;
    } else {
      this.lineEnds.cr += 1;
    }
  }

  #scanQuotes(buf: Uint8Array, limit: number): void {
    const inside = this.#inside;
    const most = this.recordStart + this.#limits.maxRecordBytes;
    // Where a CR is the last byte allowed, the next tells whether the line goes on after an LF.
    const until = Math.min(limit, this.#resumeAt === this.#at ? most + 2 : most + 1);
    let at = this.#at;
    while (at < until) {
      const b = buf[at]!;
      const kind = inside[b]!;
      at += 1;
      if (kind !== stop) {
        this.#cellFlags |= kind;
      } else if (b === lf && at - 2 >= this.#cellStart && buf[at - 2] === cr) {
        if (this.#resumeAt === at - 1) this.#resumeAt = at;
      } else if (b !== this.#quote) {
        this.#cellLines += 1;
        if (this.#resumeAt < 0) this.#resumeAt = at;
      } else {
        this.#mode = afterQuote;
        break;
      }
    }
    this.#at = at;
    if (at > most) {
      if (at === most + 1 && this.#resumeAt === at && buf[at - 1] === cr) return;
      if (this.#resumeAt >= 0) this.#giveUpQuote();
      else this.#giveUpLong();
    }
  }

  #giveUpQuote(): void {
    this.#handler.brokenQuote(this.base + this.#openQuote, this.cellCount + 1);
    if (this.#resumeAt < 0) {
      this.#mode = dropping;
      return;
    }
    this.line += this.#innerLines + 1;
    this.#at = this.#resumeAt;
    this.recordStart = this.#resumeAt;
    this.#reset();
  }

  #giveUpLong(): void {
    this.#handler.tooLong(this.base + this.recordStart);
    this.#mode = dropping;
  }

  /** Drops bytes up to the next line end. True when the scan may return. */
  #drop(buf: Uint8Array, limit: number, stopAt: number): boolean {
    const at = lineEndFrom(buf, this.#at, limit);
    this.#at = at;
    this.recordStart = at;
    if (at === limit) return true;
    this.line += 1 + this.#innerLines;
    this.#reset();
    return this.#nextLine(buf[at]!, stopAt);
  }

  #endCell(end: number): void {
    const index = this.cellCount;
    if (index < this.#limits.maxCells) {
      if (index === this.starts.length) this.#moreCells();
      this.starts[index] = this.#cellStart;
      this.ends[index] = end;
      this.flags[index] = this.#cellFlags;
    }
    this.recordFlags |= this.#cellFlags;
    this.#innerLines += this.#cellLines;
    this.#cellLines = 0;
    this.cellCount = index + 1;
  }

  #endRecord(buf: Uint8Array, end: number): void {
    this.recordEnd = end;
    this.#handler.record(buf);
    this.line += 1 + this.#innerLines;
    this.#reset();
  }

  #reset(): void {
    this.#mode = atCell;
    this.cellCount = 0;
    this.recordFlags = 0;
    this.#innerLines = 0;
    this.#cellLines = 0;
    this.#resumeAt = -1;
  }

  #moreCells(): void {
    const room = Math.min(this.starts.length * 2, this.#limits.maxCells);
    const starts = new Int32Array(room);
    starts.set(this.starts);
    this.starts = starts;
    const ends = new Int32Array(room);
    ends.set(this.ends);
    this.ends = ends;
    const flags = new Uint8Array(room);
    flags.set(this.flags);
    this.flags = flags;
  }

  #reserve(length: number): void {
    if (length <= this.#carry.length) return;
    const carry = new Uint8Array(Math.max(length, this.#carry.length * 2));
    carry.set(this.#carry.subarray(0, this.#carryLength));
    this.#carry = carry;
  }

  /** Lets every place point into a buffer that begins `by` bytes later. */
  #shift(by: number): void {
    if (by === 0) return;
    this.base += by;
    this.#at -= by;
    this.recordStart -= by;
    this.#cellStart -= by;
    this.#openQuote -= by;
    if (this.#resumeAt >= 0) this.#resumeAt -= by;
    const kept = Math.min(this.cellCount, this.starts.length);
    for (let index = 0; index < kept; index++) {
      this.starts[index]! -= by;
      this.ends[index]! -= by;
    }
  }
}
