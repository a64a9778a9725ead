/** Bytes to records for dialects beyond the usual: delimiters of several bytes, escapes, comments, other line ends. */
import type { LooseDialect } from './loose-dialect.ts';
import { cellFlag, lineEndFrom, type RecordHandler, type ScanLimits } from './records.ts';

const lf = 10;
const cr = 13;
const blank = 0x20;

type Mode = 'record' | 'cell' | 'text' | 'quotes' | 'quoteEnd' | 'dropping' | 'comment';

/**
 * Gives what RecordScanner gives (see there for the rules of broken quotes and long records), byte by byte and with the
 * record in progress always in a buffer of its own. It stops before anything that the next bytes may turn into something
 * else, so chunks may be cut anywhere.
 */
export class LooseScanner {
  base = 0;
  line = 1;
  cellCount = 0;
  recordStart = 0;
  recordEnd = 0;
  starts: Int32Array;
  ends: Int32Array;
  flags: Uint8Array;
  recordFlags = 0;
  unterminated = false;
  readonly lineEnds = { lf: 0, crlf: 0, cr: 0 };
  /** Number of the record, from 1; comments, headers and blank lines are counted too. */
  recordNumber = 1;

  readonly #dialect: LooseDialect;
  readonly #handler: RecordHandler;
  readonly #limits: ScanLimits;
  /** 1 for bytes that may begin a delimiter, a line end or an escape, or are a quote. */
  readonly #special = new Uint8Array(256);
  #buf: Uint8Array = new Uint8Array(4096);
  #length = 0;
  #at = 0;
  #mode: Mode = 'record';
  #final = false;
  #cellStart = 0;
  #cellFlags = 0;
  /** Line ends inside the record: in its finished cells, and in the cell in progress. */
  #innerLines = 0;
  #cellLines = 0;
  #openQuote = 0;
  /** The line after the one where the open quote stands; -1 while it stands on the last one. */
  #resumeAt = -1;

  constructor(dialect: LooseDialect, handler: RecordHandler, limits: ScanLimits) {
    this.#dialect = dialect;
    this.#handler = handler;
    this.#limits = limits;
    const cells = Math.min(64, limits.maxCells);
    this.starts = new Int32Array(cells);
    this.ends = new Int32Array(cells);
    this.flags = new Uint8Array(cells);
    const { delimiter, lineTerminator } = dialect;
    const lineEnds = lineTerminator?.subarray(0, 1) ?? [lf, cr];
    for (const byte of [delimiter[0]!, ...lineEnds, dialect.quote, dialect.escape]) {
      if (byte >= 0) this.#special[byte] = 1;
    }
  }

  push(chunk: Uint8Array): void {
    if (this.recordStart > 0) this.#compact();
    const length = this.#length + chunk.length;
    if (length > this.#buf.length) {
      const buf = new Uint8Array(Math.max(length, this.#buf.length * 2));
      buf.set(this.#buf.subarray(0, this.#length));
      this.#buf = buf;
    }
    this.#buf.set(chunk, this.#length);
    this.#length = length;
    this.#scan();
  }

  /** The file is read whole: hands over what is left. */
  end(): void {
    this.#final = true;
    this.#scan();
    while (this.#mode === 'quotes') {
      this.#giveUpQuote();
      this.#scan();
    }
    const begun = this.#mode === 'cell' || this.#mode === 'text' || this.#mode === 'quoteEnd';
    if (!begun || this.recordStart >= this.#length) return;
    if (this.#mode === 'cell') this.#beginCell();
    this.unterminated = true;
    this.#endCell(this.#mode === 'quoteEnd' ? this.#at - 1 : this.#at);
    this.#endRecord();
  }

  #scan(): void {
    while (this.#step());
  }

  /** Reads one part; false when it has to wait for more bytes. */
  #step(): boolean {
    switch (this.#mode) {
      case 'record':
        return this.#beginRecord();
      case 'cell':
        return this.#openCell();
      case 'text':
        return this.#readText();
      case 'quotes':
        return this.#readQuotes();
      case 'quoteEnd':
        return this.#afterQuote();
      default:
        return this.#pass();
    }
  }

  #beginRecord(): boolean {
    if (this.#at >= this.#length) return false;
    const { comment, commentRows } = this.#dialect;
    const commented = comment === null ? 0 : this.#match(comment, this.#at);
    if (commented < 0) return false;
    this.#mode = commented > 0 || commentRows.includes(this.recordNumber) ? 'comment' : 'cell';
    return true;
  }

  #openCell(): boolean {
    const { quote, skipInitialSpace } = this.#dialect;
    while (skipInitialSpace && this.#at < this.#length && this.#buf[this.#at] === blank) this.#at += 1;
    if (this.#at >= this.#length) return skipInitialSpace && this.#tooLong();
    this.#beginCell();
    if (this.#buf[this.#at] !== quote) {
      this.#mode = 'text';
      return true;
    }
    this.#mode = 'quotes';
    this.#openQuote = this.#at;
    this.#resumeAt = -1;
    this.#cellFlags = cellFlag.quoted;
    this.#at += 1;
    this.#cellStart = this.#at;
    return true;
  }

  #readText(): boolean {
    const buf = this.#buf;
    const { quote, escape: mark } = this.#dialect;
    for (;;) {
      this.#skipPlain();
      if (this.#at >= this.#length) return this.#tooLong();
      const byte = buf[this.#at]!;
      if (byte === mark) {
        if (!this.#escaped()) return false;
        continue;
      }
      const ended = this.#endOfCell(this.#at);
      if (ended < 0) return false;
      if (ended > 0) return true;
      if (byte === quote) this.#cellFlags |= cellFlag.strayQuote;
      else this.#flag(byte);
      this.#at += 1;
    }
  }

  #readQuotes(): boolean {
    const buf = this.#buf;
    const { quote, escape: mark } = this.#dialect;
    for (;;) {
      this.#skipPlain();
      if (this.#at >= this.#length) return this.#tooLong();
      const byte = buf[this.#at]!;
      if (byte === mark) {
        if (!this.#escaped()) return false;
        continue;
      }
      if (byte === quote) {
        this.#at += 1;
        if (!this.#tooLong(this.#at)) this.#mode = 'quoteEnd';
        return true;
      }
      const lineEnd = this.#lineEnd(this.#at);
      if (lineEnd < 0) return false;
      this.#flag(byte);
      this.#at += Math.max(1, lineEnd);
      if (lineEnd > 0) this.#innerLine();
    }
  }

  /** The byte after the quote decides: the end of the cell, a doubled quote, or a broken one. */
  #afterQuote(): boolean {
    const { quote, doubleQuote } = this.#dialect;
    if (this.#at >= this.#length) return false;
    if (this.#buf[this.#at] === quote && doubleQuote) {
      this.#cellFlags |= cellFlag.doubled;
      this.#at += 1;
      this.#mode = 'quotes';
      return true;
    }
    const ended = this.#endOfCell(this.#at - 1);
    if (ended < 0) return false;
    if (ended === 0) this.#giveUpQuote();
    return true;
  }

  /** Ends the cell, and maybe the record, if a delimiter or a line end stands here: 1, else 0; -1 when it has to wait. */
  #endOfCell(end: number): number {
    const delimiter = this.#match(this.#dialect.delimiter, this.#at);
    if (delimiter < 0) return -1;
    if (delimiter > 0) {
      this.#endCell(end);
      this.#at += delimiter;
      this.#mode = 'cell';
      return 1;
    }
    const lineEnd = this.#lineEnd(this.#at);
    if (lineEnd <= 0) return lineEnd;
    const at = this.#at;
    this.#endCell(end);
    this.#endRecord();
    this.#nextLine(at, lineEnd);
    return 1;
  }

  /** Steps over bytes that mean nothing. */
  #skipPlain(): void {
    const buf = this.#buf;
    const special = this.#special;
    const until = Math.min(this.#length, this.recordStart + this.#limits.maxRecordBytes + 1);
    let at = this.#at;
    let flags = 0;
    while (at < until && special[buf[at]!] === 0) {
      const byte = buf[at]!;
      if (byte >= 0x80) flags |= cellFlag.high;
      else if (byte === 0) flags |= cellFlag.nul;
      at += 1;
    }
    this.#cellFlags |= flags;
    this.#at = at;
    if (at > this.recordStart + this.#limits.maxRecordBytes) this.#at = this.#length;
  }

  #flag(byte: number): void {
    if (byte >= 0x80) this.#cellFlags |= cellFlag.high;
    else if (byte === 0) this.#cellFlags |= cellFlag.nul;
  }

  /** Steps over an escape and what it escapes; false when that has not come yet. */
  #escaped(): boolean {
    const next = this.#at + 1;
    if (next >= this.#length) {
      if (this.#final) this.#at = this.#length;
      return this.#final;
    }
    const lineEnd = this.#lineEnd(next);
    if (lineEnd < 0) return false;
    this.#flag(this.#buf[next]!);
    this.#cellFlags |= cellFlag.doubled;
    this.#at = next + Math.max(1, lineEnd);
    if (lineEnd > 0) this.#innerLine();
    return true;
  }

  #innerLine(): void {
    this.#cellLines += 1;
    if (this.#mode === 'quotes' && this.#resumeAt < 0) this.#resumeAt = this.#at;
  }

  /** Gives up the record if it is too long, at the end of what has come unless said otherwise. */
  #tooLong(at = this.#length): boolean {
    if (at - this.recordStart <= this.#limits.maxRecordBytes) return false;
    if (this.#mode === 'quotes' && this.#resumeAt >= 0) {
      this.#giveUpQuote();
      return true;
    }
    this.#handler.tooLong(this.base + this.recordStart);
    this.#innerLines += this.#cellLines;
    this.#mode = 'dropping';
    this.#at = Math.min(this.#at, this.recordStart + this.#limits.maxRecordBytes);
    return true;
  }

  #giveUpQuote(): void {
    this.#handler.brokenQuote(this.base + this.#openQuote, this.cellCount + 1);
    if (this.#resumeAt < 0) {
      this.#mode = 'dropping';
      return;
    }
    this.line += this.#innerLines + 1;
    this.#at = this.#resumeAt;
    this.recordStart = this.#resumeAt;
    this.recordNumber += 1;
    this.#reset();
  }

  /** Passes over bytes up to the next line end: of a comment, or of a record given up. */
  #pass(): boolean {
    for (; this.#at < this.#length; this.#at++) {
      this.#at = this.#mayEndFrom(this.#at);
      if (this.#at === this.#length) break;
      const lineEnd = this.#lineEnd(this.#at);
      if (lineEnd === 0) continue;
      this.recordStart = this.#at;
      if (lineEnd < 0) return false;
      this.line += 1 + this.#innerLines;
      this.recordNumber += 1;
      this.#reset();
      this.#nextLine(this.#at, lineEnd);
      return true;
    }
    this.recordStart = this.#at;
    return false;
  }

  /** Where a line end may begin, from `at` on. */
  #mayEndFrom(at: number): number {
    const { lineTerminator } = this.#dialect;
    if (lineTerminator === null) return lineEndFrom(this.#buf, at, this.#length);
    const found = this.#buf.subarray(at, this.#length).indexOf(lineTerminator[0]!);
    return found < 0 ? this.#length : at + found;
  }

  /** Length of the line end at `at`: 0 for none, -1 when more bytes decide. */
  #lineEnd(at: number): number {
    const { lineTerminator } = this.#dialect;
    if (lineTerminator !== null) return this.#match(lineTerminator, at);
    const byte = this.#buf[at];
    if (byte === lf) return 1;
    if (byte !== cr) return 0;
    if (at + 1 < this.#length) return this.#buf[at + 1] === lf ? 2 : 1;
    return this.#final ? 1 : -1;
  }

  #nextLine(at: number, length: number): void {
    if (this.#dialect.lineTerminator === null) {
      if (length === 2) this.lineEnds.crlf += 1;
      else if (this.#buf[at] === lf) this.lineEnds.lf += 1;
      else this.lineEnds.cr += 1;
    }
    this.#at = at + length;
    this.recordStart = this.#at;
  }

  /** Length of `bytes` if they stand at `at`, 0 if not, -1 when more bytes decide. */
  #match(bytes: Uint8Array, at: number): number {
    for (let index = 0; index < bytes.length; index++) {
      if (at + index >= this.#length) return this.#final ? 0 : -1;
      if (this.#buf[at + index] !== bytes[index]) return 0;
    }
    return bytes.length;
  }

  #beginCell(): void {
    this.#cellStart = this.#at;
    this.#cellFlags = 0;
    this.#cellLines = 0;
  }

  #endCell(end: number): void {
    const index = this.cellCount;
    if (this.#isNull(end)) this.#cellFlags &= ~cellFlag.doubled;
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

  #isNull(end: number): boolean {
    const bytes = this.#dialect.nullSequence;
    if (bytes === null || end - this.#cellStart !== bytes.length) return false;
    return bytes.every((byte, index) => this.#buf[this.#cellStart + index] === byte);
  }

  #endRecord(): void {
    this.recordEnd = this.#at;
    this.#handler.record(this.#buf);
    this.line += 1 + this.#innerLines;
    this.recordNumber += 1;
    this.#reset();
  }

  #reset(): void {
    this.#mode = 'record';
    this.cellCount = 0;
    this.recordFlags = 0;
    this.#innerLines = 0;
    this.#cellLines = 0;
    this.#resumeAt = -1;
  }

  #moreCells(): void {
    const room = Math.min(this.starts.length * 2, this.#limits.maxCells);
    const grown = <T extends Int32Array | Uint8Array>(to: T, from: T): T => {
      to.set(from);
      return to;
    };
    this.starts = grown(new Int32Array(room), this.starts);
    this.ends = grown(new Int32Array(room), this.ends);
    this.flags = grown(new Uint8Array(room), this.flags);
  }

  /** Moves the record in progress to the front of the buffer. */
  #compact(): void {
    const by = this.recordStart;
    this.#buf.copyWithin(0, by, this.#length);
    this.#length -= by;
    this.base += by;
    this.#at -= by;
    this.recordStart = 0;
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
