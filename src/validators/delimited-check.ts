/** The generic byte path for delimited text: records from the scanner, through header, cells and row rules. */
import { BlankRows } from './blank-rows.ts';
import type { CheckContext } from './check-context.ts';
import { Column } from './column.ts';
import type { Field, Resource } from './description.ts';
import { type ResolvedDialect, scannerFor } from './dialect.ts';
import { isPlainDialect } from './fast/plain-dialect.ts';
import { createRowReader, type RowHost, type RowReader } from './fast/row-reader.ts';
import { planByHeader, planWithoutHeader } from './header.ts';
import { HeaderLabels } from './header-labels.ts';
import { LostLines } from './lost-lines.ts';
import { RecordCells } from './record-cells.ts';
import { RecordScanner } from './record-scanner.ts';
import { cellFlag, type RecordHandler, type RecordSource, type ScanDialect } from './records.ts';
import type { Evidence, ReportDialect, Sample } from './report.ts';
import { RowAccidents } from './row-accidents.ts';
import type { RowChecks, TableOptions } from './row-checks.ts';
import { judgeLineEnds, judgeRowCount } from './table-end.ts';

const maxRecordBytes = 1024 * 1024;
/** Columns of a file that nobody described. */
const maxColumns = 4096;

/** Cells with these are looked at as bytes. */
const oddBytes = cellFlag.high | cellFlag.nul | cellFlag.strayQuote;

export class DelimitedCheck implements RecordHandler, RowHost {
  rows = 0;
  /** False when something was passed over unread: a line or a table too wide. */
  complete = true;
  columns: Column[] = [];

  readonly #context: CheckContext;
  readonly #resource: Resource | undefined;
  readonly #scanner: RecordSource;
  /** The scanner, where the fast path can read what it reads. */
  #plainScanner: RecordScanner | null = null;
  readonly #resolved: ResolvedDialect;
  readonly #dialect: ScanDialect;
  readonly #delimiterBytes: number;
  readonly #header: boolean;
  readonly #headerRows: readonly number[];
  readonly #labels: HeaderLabels;
  readonly #lines: LostLines;
  readonly #maxCells: number;
  #rules: RowChecks | null = null;
  readonly #accidents: RowAccidents;
  readonly #cells: RecordCells;
  /** The header itself could not be read: what follows must not be taken for one. */
  #headerLost = false;
  #fast: RowReader | null = null;
  readonly #blanks: BlankRows;
  readonly #makeRowChecks: TableOptions['makeRowChecks'];

  constructor(
    context: CheckContext,
    resource: Resource | undefined,
    dialect: ResolvedDialect,
    firstByte: number,
    options: TableOptions,
  ) {
    const { maxSamples, path } = options;
    this.#makeRowChecks = options.makeRowChecks;
    this.#context = context;
    this.#accidents = new RowAccidents(context.findings);
    this.#resource = resource;
    this.#resolved = dialect;
    this.#dialect = dialect.scan;
    this.#header = dialect.headerRows.length > 0;
    this.#delimiterBytes = dialect.scan.loose?.delimiter.length ?? 1;
    this.#headerRows = dialect.headerRows;
    this.#labels = new HeaderLabels(context.text, resource?.dialect?.headerJoin ?? ' ');
    this.#lines = new LostLines(context.findings);
    this.#blanks = new BlankRows(context.findings, maxSamples);
    this.#maxCells = Math.max(maxColumns, 2 * (resource?.schema?.fields.length ?? 0));
    this.#scanner = scannerFor(dialect.scan, this, { maxRecordBytes, maxCells: this.#maxCells });
    this.#scanner.base = firstByte;
    this.#cells = new RecordCells(this.#scanner, dialect.scan);
    if (path === 'fast' && this.#scanner instanceof RecordScanner && isPlainDialect(dialect.scan)) {
      this.#plainScanner = this.#scanner;
      this.#plainScanner.fast = undefined;
    }
  }

  push(chunk: Uint8Array): void {
    this.#scanner.push(chunk);
  }

  finish(): void {
    this.#scanner.end();
    this.#lines.close();
    this.#fast?.finish();
    const { findings } = this.#context;
    this.#blanks.report('blank-row/at-end');
    this.#rules?.finish();
    this.#accidents.finish(this.rows);
    judgeLineEnds(findings, this.#scanner.lineEnds);
    if (!this.#headerLost) judgeRowCount(findings, this.#resource, this.rows, this.#rules !== null);
  }

  evidence(): Evidence[] {
    return this.#rules?.evidence() ?? [];
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
      delimiter: this.#resolved.delimiter,
      quoteChar: this.#dialect.quote < 0 ? null : String.fromCharCode(this.#dialect.quote),
      header: this.#header,
      lineTerminator: kinds.length === 0 ? null : kinds.length === 1 ? kinds[0]![0] : 'mixed',
    };
  }

  /** Of RecordHandler: one record, whole. */
  record(buf: Uint8Array): void {
    if (this.#headerLost) return;
    const scanner = this.#scanner;
    this.#cells.record = buf;
    this.#context.line = scanner.line;
    if (this.#lines.waiting) {
      // What follows a broken quote may be the rest of its text, until a line has the cells of a row.
      if (this.#rules !== null && Math.min(scanner.cellCount, this.#maxCells) !== this.columns.length) {
        this.#lines.extend(scanner.line);
        return;
      }
      this.#lines.close();
    }
    if (this.#rules === null && this.#isEarlierHeader(buf)) return;
    // Nothing but delimiters, and no quotes: a blank line, or what a spreadsheet saves of an empty row.
    const delimiters = (scanner.cellCount - 1) * this.#delimiterBytes;
    if (scanner.recordEnd - scanner.recordStart === delimiters) {
      this.#blanks.add(scanner.line, scanner.base + scanner.recordStart);
      return;
    }
    if (this.#blanks.waiting) this.#blanks.report('blank-row');
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
    this.#lines.close();
    this.complete = false;
    if (this.#headerLost) return;
    if (this.#blanks.waiting) this.#blanks.report('blank-row');
    if (this.#rules !== null || !this.#header) this.rows += 1;
    else this.#headerLost = true;
    const row = this.rows > 0 ? this.rows : null;
    this.#lines.open(rule, row, this.#scanner.line, place);
    if (rule === 'structure/too-long') this.#lines.close();
  }

  /** True for a record before the last header row; header rows are put together column by column. */
  #isEarlierHeader(buf: Uint8Array): boolean {
    const number = this.#scanner.recordNumber;
    if (number === undefined || !this.#header || number >= Math.max(...this.#headerRows)) return false;
    if (!this.#headerRows.includes(number)) return true;
    this.#judgeBytes(buf, null);
    this.#labels.add(this.#cells, Math.min(this.#scanner.cellCount, this.#maxCells));
    return true;
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
    if (this.#header) {
      this.#judgeBytes(buf, null);
      this.#accidents.header(buf, scanner);
    }
    const plans = this.#header
      ? planByHeader(findings, this.#labels.add(this.#cells, cells), scanner.line, schema, this.#context)
      : planWithoutHeader(schema, cells);
    const missing = schema?.missingValues?.map((entry) =>
      typeof entry === 'string' ? entry : entry.value,
    ) ?? [''];
    const none = this.#resource?.dialect?.nullSequence ?? null;
    this.columns = plans.map(
      ({ name, field }, index) =>
        new Column(
          this.#context,
          index + 1,
          name,
          none === null ? field : withMissing(field, none),
          none === null ? missing : [...missing, none],
        ),
    );
    this.#rules = this.#makeRowChecks(this.#context, this.#resource, this.columns);
    const plain = this.#plainScanner;
    if (plain === null) return;
    if (this.columns.length < this.#maxCells) {
      this.#fast = createRowReader(this.#dialect, this.#context, plain, this.columns, this);
    }
    plain.fast = this.#fast;
  }

  #row(buf: Uint8Array): void {
    const scanner = this.#scanner;
    const context = this.#context;
    const columns = this.columns;
    this.rows += 1;
    context.row = this.rows;
    context.oddRow = scanner.cellCount !== columns.length;
    if (this.#accidents.judge(buf, scanner, this.rows)) return;
    if (scanner.recordFlags & oddBytes) this.#judgeBytes(buf, this.rows);
    if (context.oddRow && !this.#judgeCount()) return;
    for (let index = 0; index < columns.length; index++) this.readCell(index);
    if (this.#rules!.needed) this.#rules!.check(this.#cells);
  }

  /** Of RowHost, and of every row: reads a cell of the record at hand by its column. */
  readCell(index: number): void {
    const { starts, ends, flags, base } = this.#scanner;
    const flag = flags[index]!;
    const start = starts[index]!;
    const high = (flag & cellFlag.high) !== 0;
    if (flag & cellFlag.doubled) {
      const cells = this.#cells;
      cells.select(index);
      this.columns[index]!.cell(cells.buf, 0, cells.end, high, cells.byte);
    } else {
      this.columns[index]!.cell(this.#cells.record, start, ends[index]!, high, base + start);
    }
  }

  /** Of RowHost. */
  get recordAwaited(): boolean {
    return this.#blanks.waiting || this.#lines.waiting;
  }

  /** Of RowHost. */
  get headerBytes(): Uint8Array | null {
    return this.#accidents.headerBytes;
  }

  /** Of RowHost. */
  get rulesNeeded(): boolean {
    return this.#rules!.needed;
  }

  /** Of RowHost. */
  beginRow(buf: Uint8Array): void {
    this.rows += 1;
    this.#cells.record = buf;
    this.#context.row = this.rows;
    this.#context.line = this.#scanner.line;
    this.#context.oddRow = false;
  }

  /** Of RowHost. */
  checkRules(): void {
    this.#rules!.check(this.#cells);
  }

  /** Encoding, NUL and stray quotes, cell by cell. */
  #judgeBytes(buf: Uint8Array, row: number | null): void {
    const scanner = this.#scanner;
    const { findings, text } = this.#context;
    const kept = Math.min(scanner.cellCount, this.#maxCells);
    for (let index = 0; index < kept; index++) {
      const flags = scanner.flags[index]!;
      if ((flags & oddBytes) === 0) continue;
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
  #judgeCount(): boolean {
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
    return scanner.recordEnd - scanner.starts[wanted]! === (found - wanted - 1) * this.#delimiterBytes;
  }
}

/** The field with one more missing value, where it has its own. */
function withMissing(field: Field | null, value: string): Field | null {
  return field?.missingValues === undefined
    ? field
    : { ...field, missingValues: [...field.missingValues, value] };
}
