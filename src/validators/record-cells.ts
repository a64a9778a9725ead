/** The cells of the record at hand, one at a time, as their text stands without quotes and escapes. */
import { cellFlag, type RecordSource, type ScanDialect } from './records.ts';
import type { RowCells } from './row-cells.ts';

export class RecordCells implements RowCells {
  /** What the scanner's places are offsets in. */
  record: Uint8Array = new Uint8Array(0);

  // The cell selected, see RowCells.
  buf: Uint8Array = this.record;
  start = 0;
  end = 0;
  byte = 0;

  readonly #scanner: RecordSource;
  readonly #quote: number;
  readonly #escape: number;
  #scratch = new Uint8Array(256);

  constructor(scanner: RecordSource, dialect: ScanDialect) {
    this.#scanner = scanner;
    this.#quote = dialect.quote;
    this.#escape = dialect.loose?.escape ?? -1;
  }

  select(column: number): void {
    const scanner = this.#scanner;
    const start = scanner.starts[column]!;
    const end = scanner.ends[column]!;
    this.byte = scanner.base + start;
    if (!(scanner.flags[column]! & cellFlag.doubled)) {
      this.buf = this.record;
      this.start = start;
      this.end = end;
      return;
    }
    if (this.#scratch.length < end - start) this.#scratch = new Uint8Array(2 * (end - start));
    const quote = scanner.flags[column]! & cellFlag.quoted ? this.#quote : -1;
    let length = 0;
    for (let at = start; at < end; at++) {
      if (this.record[at] === this.#escape && at + 1 < end) at += 1;
      else if (this.record[at] === quote) at += 1;
      this.#scratch[length] = this.record[at]!;
      length += 1;
    }
    this.buf = this.#scratch;
    this.start = 0;
    this.end = length;
  }
}
