/** The generic byte path for delimited text: records from the scanner, through header, cells and row rules. */
import type { CheckContext } from './check-context.ts';
import { Column } from './column.ts';
import type { Resource } from './description.ts';
import { decode } from './encoding.ts';
import { isPlainDialect } from './fast/plain-dialect.ts';
import { type RowHost, RowReader } from './fast/row-reader.ts';
import { type Label, planByHeader, planWithoutHeader } from './header.ts';
import { cellFlag, type RecordHandler, RecordScanner, type ScanDialect } from './record-scanner.ts';
import type { ReportDialect, Sample } from './report.ts';
import { type RowCells, RowRules } from './row-rules.ts';

const maxRecordBytes = 1024 * 1024;
/** Columns of a file that nobody described. */
const maxColumns = 4096;

export class DelimitedCheck implements RecordHandler, RowCells, RowHost {
  rows = 0;
  /** False when something was passed over unread: a line or a table too wide. */
  complete = true;
  columns: Column[] = [];

  // The cell selected, see RowCells.
  buf: Uint8Array = new Uint8Array(0);
  start = 0;
  end = 0;
  byte = 0;

  readonly #context: CheckContext;
  readonly #resource: Resource | undefined;
  readonly #scanner: RecordScanner;
  readonly #dialect: ScanDialect;
  readonly #header: boolean;
  readonly #maxCells: number;
  readonly #maxSamples: number;
  #rules: RowRules | null = null;
  #record: Uint8Array = this.buf;
  /** The header itself could not be read: what follows must not be taken for one. */
  #headerLost = false;
  #fast: RowReader | null = null;
  #scratch = new Uint8Array(256);
  /** Blank lines that are an error only if a record follows. */
  #blankCount = 0;
  #blankSamples: Partial<Sample>[] = [];

  constructor(
    context: CheckContext,
    resource: Resource | undefined,
    dialect: ScanDialect,
    header: boolean,
    firstByte: number,
    maxSamples: number,
    path: 'fast' | 'generic',
  ) {
    this.#context = context;
    this.#resource = resource;
    this.#dialect = dialect;
    this.#header = header;
    this.#maxSamples = maxSamples;
    this.#maxCells = Math.max(maxColumns, 2 * (resource?.schema?.fields.length ?? 0));
    this.#scanner = new RecordScanner(dialect, this, { maxRecordBytes, maxCells: this.#maxCells });
    this.#scanner.base = firstByte;
    if (path === 'fast' && isPlainDialect(dialect)) this.#scanner.fast = undefined;
  }

  push(chunk: Uint8Array): void {
    this.#scanner.push(chunk);
  }

  finish(): void {
    this.#scanner.end();
    this.#fast?.finish();
    const { findings } = this.#context;
    if (this.#blankCount > 0) this.#reportBlanks('blank-row/at-end');
    this.#rules?.finish();
    const { lf, crlf, cr } = this.#scanner.lineEnds;
    if ([lf, crlf, cr].filter((count) => count > 0).length > 1) {
      findings.add('structure/line-ends', null, { expected: `LF ${lf}, CRLF ${crlf}, CR ${cr}` });
    }
    if (this.#headerLost) return;
    const declared = this.#resource?.['no:records'];
    if (this.#rules === null && this.rows === 0) findings.add('structure/empty', null, {});
    else if (this.rows === 0 && declared !== 0) findings.add('structure/no-rows', null, {});
    if (declared !== undefined && declared !== this.rows) {
      findings.add('record-count', null, { expected: `${declared} ≠ ${this.rows}` });
    }
  }

  dialect(): ReportDialect {
    const { lf, crlf, cr } = this.#scanner.lineEnds;
    const kinds = (
      [
        ['\n', lf],
        ['\r\n', crlf],
        ['\r', cr],
      ] as const
    ).filter(([, count]) => count > 0);
    return {
      delimiter: String.fromCharCode(this.#dialect.delimiter),
      quoteChar: this.#dialect.quote < 0 ? null : String.fromCharCode(this.#dialect.quote),
      header: this.#header,
      lineTerminator: kinds.length === 0 ? null : kinds.length === 1 ? kinds[0]![0] : 'mixed',
    };
  }

  /** Of RecordHandler: one record, whole. */
  record(buf: Uint8Array): void {
    if (this.#headerLost) return;
    const scanner = this.#scanner;
    this.#record = buf;
    this.#context.line = scanner.line;
    // Nothing but delimiters, and no quotes: a blank line, or what a spreadsheet saves of an empty row.
    if (scanner.recordEnd - scanner.recordStart === scanner.cellCount - 1) {
      this.#blank();
      return;
    }
    if (this.#blankCount > 0) this.#reportBlanks('blank-row');
    if (this.#rules !== null) {
      this.#row(buf);
      return;
    }
    this.#begin(buf);
    if (!this.#header) this.#row(buf);
  }

  /** Of RecordHandler. */
  brokenQuote(byte: number, cell: number): void {
    this.#lost('structure/quote', { byte, column: cell });
  }

  /** Of RecordHandler. */
  tooLong(byte: number): void {
    this.#lost('structure/too-long', { byte, expected: `≤ ${maxRecordBytes}` });
  }

  /** A record that could not be read counts as a row, so that the rows after it keep their numbers. */
  #lost(rule: 'structure/quote' | 'structure/too-long', place: Partial<Sample>): void {
    this.complete = false;
    if (this.#headerLost) return;
    if (this.#blankCount > 0) this.#reportBlanks('blank-row');
    if (this.#rules !== null || !this.#header) this.rows += 1;
    else this.#headerLost = true;
    const row = this.rows > 0 ? this.rows : null;
    this.#context.findings.add(rule, null, { row, line: this.#scanner.line, ...place });
  }

  /** The first record: the header, or the first row of a file without one. */
  #begin(buf: Uint8Array): void {
    const scanner = this.#scanner;
    const { findings } = this.#context;
    const schema = this.#resource?.schema;
    const cells = Math.min(scanner.cellCount, this.#maxCells);
    if (scanner.cellCount > this.#maxCells) {
      this.complete = false;
      findings.add('structure/too-many-columns', null, {
        expected: `≤ ${this.#maxCells}`,
        line: scanner.line,
      });
    }
    if (this.#header) this.#judgeBytes(buf, null);
    const plans = this.#header
      ? planByHeader(findings, this.#labels(cells), scanner.line, schema)
      : planWithoutHeader(schema, cells);
    const missing = schema?.missingValues?.map((entry) =>
      typeof entry === 'string' ? entry : entry.value,
    ) ?? [''];
    this.columns = plans.map(
      (plan, index) => new Column(this.#context, index + 1, plan.name, plan.field, missing),
    );
    this.#rules = new RowRules(this.#context, this.#resource, this.columns);
    if (scanner.fast === null) return;
    if (this.columns.length < this.#maxCells) {
      this.#fast = new RowReader(this.#dialect, this.#context, scanner, this.columns, this);
    }
    scanner.fast = this.#fast;
  }

  #labels(cells: number): Label[] {
    const labels: Label[] = [];
    for (let index = 0; index < cells; index++) {
      this.select(index);
      const end = Math.min(this.end, this.start + 400);
      labels.push({ text: decode(this.buf, this.start, end, this.#context.text.encoding), byte: this.byte });
    }
    return labels;
  }

  #row(buf: Uint8Array): void {
    const scanner = this.#scanner;
    const context = this.#context;
    const columns = this.columns;
    this.rows += 1;
    context.row = this.rows;
    if (scanner.recordFlags & (cellFlag.high | cellFlag.nul | cellFlag.strayQuote))
      this.#judgeBytes(buf, this.rows);
    if (scanner.cellCount !== columns.length && !this.#judgeCount(buf)) return;
    for (let index = 0; index < columns.length; index++) this.readCell(index);
    if (this.#rules!.needed) this.#rules!.check(this);
  }

  /** Of RowHost, and of every row: reads a cell of the record at hand by its column. */
  readCell(index: number): void {
    const { starts, ends, flags, base } = this.#scanner;
    const flag = flags[index]!;
    const start = starts[index]!;
    const high = (flag & cellFlag.high) !== 0;
    if (flag & cellFlag.doubled) {
      this.select(index);
      this.columns[index]!.cell(this.buf, 0, this.end, high, this.byte);
    } else {
      this.columns[index]!.cell(this.#record, start, ends[index]!, high, base + start);
    }
  }

  /** Of RowHost. */
  get blanksWaiting(): boolean {
    return this.#blankCount > 0;
  }

  /** Of RowHost. */
  get rulesNeeded(): boolean {
    return this.#rules!.needed;
  }

  /** Of RowHost. */
  beginRow(buf: Uint8Array): void {
    this.rows += 1;
    this.#record = buf;
    this.#context.row = this.rows;
    this.#context.line = this.#scanner.line;
  }

  /** Of RowHost. */
  checkRules(): void {
    this.#rules!.check(this);
  }

  /** Encoding, NUL and stray quotes, cell by cell. */
  #judgeBytes(buf: Uint8Array, row: number | null): void {
    const scanner = this.#scanner;
    const { findings, text } = this.#context;
    const kept = Math.min(scanner.cellCount, this.#maxCells);
    for (let index = 0; index < kept; index++) {
      const flags = scanner.flags[index]!;
      const start = scanner.starts[index]!;
      const place = { row, line: scanner.line, byte: scanner.base + start, column: index + 1 };
      const field = this.columns[index] ?? null;
      if (flags & cellFlag.high) {
        const fault = text.judge(buf, start, scanner.ends[index]!);
        if (fault !== null) findings.add(fault, field, place);
      }
      if (flags & cellFlag.nul) findings.add('encoding/nul', field, place);
      if (flags & cellFlag.strayQuote && !(flags & cellFlag.quoted)) {
        findings.add('structure/quote-inside', field, place);
      }
    }
  }

  /** A row with too many or too few cells. True when its cells may be read all the same. */
  #judgeCount(buf: Uint8Array): boolean {
    const scanner = this.#scanner;
    const { findings, row, line } = this.#context;
    const found = scanner.cellCount;
    const wanted = this.columns.length;
    if (wanted === this.#maxCells) return found > wanted;
    const expected = `${wanted} ≠ ${found}`;
    const place = { row, line, byte: scanner.base + scanner.recordStart, expected };
    if (found < wanted) {
      const rule = scanner.unterminated ? 'structure/truncated' : 'missing-cell';
      findings.add(rule, null, { ...place, column: found + 1 });
      return false;
    }
    findings.add('extra-cell', null, { ...place, column: wanted + 1 });
    // Delimiters at the end of the line move nothing; other extra cells may have moved every cell before them.
    for (let at = scanner.starts[wanted]!; at < scanner.recordEnd; at++) {
      if (buf[at] !== this.#dialect.delimiter) return false;
    }
    return true;
  }

  #blank(): void {
    this.#blankCount += 1;
    if (this.#blankSamples.length >= this.#maxSamples) return;
    const { line, base, recordStart } = this.#scanner;
    this.#blankSamples.push({ line, byte: base + recordStart });
  }

  #reportBlanks(rule: 'blank-row' | 'blank-row/at-end'): void {
    const { findings } = this.#context;
    for (let index = 0; index < this.#blankCount; index++) {
      if (!findings.count(rule, null, null)) continue;
      const sample = this.#blankSamples[index];
      if (sample !== undefined) findings.sample(rule, null, sample);
    }
    this.#blankCount = 0;
    this.#blankSamples = [];
  }

  /** Of RowCells. */
  select(column: number): void {
    const scanner = this.#scanner;
    const start = scanner.starts[column]!;
    const end = scanner.ends[column]!;
    this.byte = scanner.base + start;
    if (!(scanner.flags[column]! & cellFlag.doubled)) {
      this.buf = this.#record;
      this.start = start;
      this.end = end;
      return;
    }
    if (this.#scratch.length < end - start) this.#scratch = new Uint8Array(2 * (end - start));
    let length = 0;
    for (let at = start; at < end; at++) {
      const b = this.#record[at]!;
      this.#scratch[length] = b;
      length += 1;
      if (b === this.#dialect.quote) at += 1;
    }
    this.buf = this.#scratch;
    this.start = 0;
    this.end = length;
  }
}
