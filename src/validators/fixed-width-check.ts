/** Text in fixed positions: each line is a record, and each field lies where the description says (`no:start`, `no:width`). */
import { BlankRows } from './blank-rows.ts';
import type { CheckContext } from './check-context.ts';
import { Column } from './column.ts';
import type { Resource, Schema } from './description.ts';
import { decode } from './encoding.ts';
import { judgeFixedHeader } from './fixed-header.ts';
import type { Label } from './header.ts';
import { everywhere, searchOutgoing } from './outgoing-numbers.ts';
import { RecordScanner } from './record-scanner.ts';
import { cellFlag, type RecordHandler } from './records.ts';
import type { Evidence } from './report.ts';
import type { RowCells } from './row-cells.ts';
import type { RowChecks, TableOptions } from './row-checks.ts';
import { judgeLineEnds, judgeRowCount } from './table-end.ts';

const maxRecordBytes = 1024 * 1024;
const blank = 0x20;
const tab = 0x09;

/** True for a description of fields in fixed positions. */
export function isFixedWidth(schema: Schema | undefined): boolean {
  return schema?.fields.some((field) => field['no:start'] !== undefined) ?? false;
}

/** Positions count characters: in the encodings of one byte that is bytes, in UTF-8 code points. */
export class FixedWidthCheck implements RecordHandler, RowCells {
  rows = 0;
  /** False when a line was passed over unread. */
  complete = true;
  readonly columns: Column[];

  // The cell selected, see RowCells.
  buf: Uint8Array = new Uint8Array(0);
  start = 0;
  end = 0;
  byte = 0;

  readonly #context: CheckContext;
  readonly #resource: Resource;
  readonly #scanner: RecordScanner;
  readonly #rules: RowChecks;
  readonly #blanks: BlankRows;
  /** Where the fields lie in a record, in characters from 0. */
  readonly #places: readonly { readonly from: number; readonly to: number; readonly padded: boolean }[];
  /** Of what is about to leave: what no field covers, in characters from 0. */
  readonly #gaps: readonly Span[];
  /** Characters in a record. */
  readonly #length: number;
  readonly #mayBeLonger: boolean;
  readonly #headerRows: readonly number[];
  readonly #headerLines: number;
  /** Of the header lines read so far. */
  #labels: Label[] = [];
  readonly #commentRows: readonly number[];
  readonly #comment: Uint8Array | null;
  #begun = false;
  /** Places of the characters of a record beyond ASCII; null when characters are bytes. */
  #offsets: Int32Array | null = null;
  readonly #room: Int32Array;

  constructor(context: CheckContext, resource: Resource, firstByte: number, options: TableOptions) {
    const schema = resource.schema!;
    const { dialect } = resource;
    this.#context = context;
    this.#resource = resource;
    this.#scanner = new RecordScanner({ delimiter: -1, quote: -1, doubleQuote: false }, this, {
      maxRecordBytes,
      maxCells: 1,
    });
    this.#scanner.base = firstByte;
    this.#blanks = new BlankRows(context.findings, options.maxSamples);
    const missing = schema.missingValues?.map((entry) =>
      typeof entry === 'string' ? entry : entry.value,
    ) ?? [''];
    this.columns = schema.fields.map(
      (field, index) => new Column(context, index + 1, field.name, field, missing, field['no:start']!),
    );
    this.#places = schema.fields.map((field, index) => {
      const from = field['no:start']! - 1;
      // Numbers and dates may stand to the right; blanks before text may mean something.
      const padded = this.columns[index]!.kind !== 'text' || field['no:identifier'] !== undefined;
      return { from, to: from + field['no:width']!, padded };
    });
    this.#length = Math.max(...this.#places.map(({ to }) => to));
    this.#gaps = context.outgoing ? gapsBetween(this.#places) : [];
    this.#room = new Int32Array(this.#length + 1);
    this.#mayBeLonger = schema.fieldsMatch === 'subset' || schema.fieldsMatch === 'partial';
    this.#headerRows = dialect?.header === true ? (dialect.headerRows ?? [1]) : [];
    this.#headerLines = Math.max(0, ...this.#headerRows);
    this.#commentRows = dialect?.commentRows ?? [];
    this.#comment = dialect?.commentChar === undefined ? null : new TextEncoder().encode(dialect.commentChar);
    this.#rules = options.makeRowChecks(context, resource, this.columns);
  }

  push(chunk: Uint8Array): void {
    this.#scanner.push(chunk);
  }

  evidence(): Evidence[] {
    return this.#rules.evidence();
  }

  finish(): void {
    this.#scanner.end();
    this.#blanks.report('blank-row/at-end');
    this.#rules.finish();
    const { findings } = this.#context;
    judgeLineEnds(findings, this.#scanner.lineEnds);
    judgeRowCount(findings, this.#resource, this.rows, this.#begun);
  }

  /** A file in fixed positions has none. */
  dialect(): null {
    return null;
  }

  /** Of RecordHandler: one line, whole. */
  record(buf: Uint8Array): void {
    const { recordStart, recordEnd, line, base } = this.#scanner;
    if (line <= this.#headerLines || this.#isComment(buf, line)) {
      this.#begun = true;
      if (this.#headerRows.includes(line)) this.#readHeader(buf);
      return;
    }
    this.#context.line = line;
    let from = recordStart;
    while (from < recordEnd && buf[from] === blank) from += 1;
    if (from === recordEnd) {
      this.#blanks.add(line, base + recordStart);
      return;
    }
    if (this.#blanks.waiting) this.#blanks.report('blank-row');
    this.#begun = true;
    this.rows += 1;
    this.#context.row = this.rows;
    this.buf = buf;
    if (!this.#judge(buf)) return;
    const high = (this.#scanner.recordFlags & cellFlag.high) !== 0;
    for (let index = 0; index < this.columns.length; index++) {
      this.select(index);
      this.columns[index]!.cell(buf, this.start, this.end, high, this.byte);
    }
    if (this.#context.outgoing) this.#searchGaps(buf);
    if (this.#rules.needed) this.#rules.check(this);
  }

  /** Of RecordHandler; without quotes there are no broken ones. */
  brokenQuote(): void {}

  /** Of RecordHandler. */
  tooLong(byte: number): void {
    this.complete = false;
    if (this.#blanks.waiting) this.#blanks.report('blank-row');
    this.rows += 1;
    this.#begun = true;
    const { line } = this.#scanner;
    const expected = `≤ ${maxRecordBytes}`;
    this.#context.findings.add('structure/too-long', null, { row: this.rows, line, byte, expected });
  }

  /** Of RowCells: the field's cell, without the blanks that fill it up. */
  select(column: number): void {
    const { from, to, padded } = this.#places[column]!;
    const { recordStart, base } = this.#scanner;
    const offsets = this.#offsets;
    let start = offsets === null ? recordStart + from : offsets[from]!;
    let end = offsets === null ? recordStart + to : offsets[to]!;
    this.byte = base + start;
    while (end > start && this.buf[end - 1] === blank) end -= 1;
    while (padded && start < end && this.buf[start] === blank) start += 1;
    this.start = start;
    this.end = end;
  }

  /** What nobody has described goes out all the same: between the fields, and after the last. */
  #searchGaps(buf: Uint8Array): void {
    const { recordStart, recordEnd, line, base } = this.#scanner;
    const { findings, today } = this.#context;
    const place = (at: number) => (this.#offsets === null ? recordStart + at : this.#offsets[at]!);
    const search = (start: number, end: number, column: number) =>
      searchOutgoing(everywhere, buf, start, end, today, (rule) =>
        findings.add(rule, null, { row: this.rows, line, byte: base + start, column }),
      );
    for (const { from, to } of this.#gaps) search(place(from), place(to), from + 1);
    search(place(this.#length), recordEnd, this.#length + 1);
  }

  /** Puts the labels of several header lines together, and judges them at the last. */
  #readHeader(buf: Uint8Array): void {
    const { recordStart, recordEnd, recordFlags, line, base } = this.#scanner;
    const { findings, text } = this.#context;
    this.buf = buf;
    this.#offsets = null;
    if (recordFlags & cellFlag.high) {
      const fault = text.judge(buf, recordStart, recordEnd);
      if (fault !== null) findings.add(fault, null, { line, byte: base + recordStart });
      if (text.encoding === 'utf-8') this.#offsets = this.#room.fill(recordEnd);
      if (this.#offsets !== null) this.#place(buf);
    }
    const join = this.#resource.dialect?.headerJoin ?? ' ';
    this.#labels = this.columns.map((_, index) => {
      this.select(index);
      const end = Math.min(this.end, recordEnd);
      const label = decode(buf, Math.min(this.start, end), end, text.encoding).trim();
      const before = this.#labels[index]?.text ?? '';
      return { text: [before, label].filter((part) => part !== '').join(join), byte: this.byte };
    });
    if (line !== this.#headerLines) return;
    judgeFixedHeader(findings, this.#labels, this.#resource.schema!.fields, line);
  }

  #isComment(buf: Uint8Array, line: number): boolean {
    const { recordStart, recordEnd } = this.#scanner;
    return (
      this.#commentRows.includes(line) ||
      (this.#comment !== null &&
        this.#comment.length <= recordEnd - recordStart &&
        this.#comment.every((byte, index) => buf[recordStart + index] === byte))
    );
  }

  /** The record as a whole: encoding, tabs, length. True when its fields lie where they should. */
  #judge(buf: Uint8Array): boolean {
    const { recordStart, recordEnd, recordFlags, base, line } = this.#scanner;
    const { findings, text } = this.#context;
    const row = this.rows;
    const at = (place: number) => ({ row, line, byte: base + place, column: place - recordStart + 1 });
    this.#offsets = null;
    if (recordFlags & cellFlag.nul) {
      findings.add('encoding/nul', null, at(buf.indexOf(0, recordStart)));
      return false;
    }
    if (recordFlags & cellFlag.high) {
      const fault = text.judge(buf, recordStart, recordEnd);
      if (fault !== null) {
        let first = recordStart;
        while (buf[first]! < 0x80) first += 1;
        findings.add(fault, null, at(first));
        return false;
      }
      if (text.encoding === 'utf-8') this.#offsets = this.#room;
    }
    const tabAt = buf.subarray(recordStart, recordEnd).indexOf(tab);
    if (tabAt >= 0) {
      findings.add('structure/tab', null, at(recordStart + tabAt));
      return false;
    }
    return this.#judgeLength(buf);
  }

  #judgeLength(buf: Uint8Array): boolean {
    const { recordStart, recordEnd, base, line, unterminated } = this.#scanner;
    const wanted = this.#length;
    const found = this.#offsets === null ? recordEnd - recordStart : this.#place(buf);
    this.#context.oddRow = found !== wanted;
    if (found === wanted || (found > wanted && this.#mayBeLonger)) return true;
    const rule = unterminated && found < wanted ? 'structure/truncated' : 'structure/record-length';
    const edge = this.#offsets === null || found < wanted ? recordStart + wanted : this.#offsets[wanted]!;
    this.#context.findings.add(rule, null, {
      row: this.rows,
      line,
      byte: base + recordStart,
      column: Math.min(found, wanted) + 1,
      expected: `${wanted} ≠ ${found}`,
    });
    // Blanks at the end of the line move nothing; anything else may have moved every field.
    for (let at = edge; at < recordEnd; at++) if (buf[at] !== blank) return false;
    return found > wanted;
  }

  /** Notes where each character of the record begins; their number. */
  #place(buf: Uint8Array): number {
    const { recordStart, recordEnd } = this.#scanner;
    const room = this.#room;
    let count = 0;
    for (let at = recordStart; at < recordEnd; at++) {
      if ((buf[at]! & 0xc0) === 0x80) continue;
      if (count < room.length) room[count] = at;
      count += 1;
    }
    if (count < room.length) room[count] = recordEnd;
    return count;
  }
}

interface Span {
  readonly from: number;
  readonly to: number;
}

function gapsBetween(places: readonly Span[]): Span[] {
  const gaps: Span[] = [];
  let covered = 0;
  for (const { from, to } of [...places].sort((a, b) => a.from - b.from)) {
    if (from > covered) gaps.push({ from: covered, to: from });
    covered = Math.max(covered, to);
  }
  return gaps;
}
