/** The rules of the microdata profile that no ordinary constraint says: empty dates when FIXED, and spans that may not overlap. */
import type { CheckContext } from './check-context.ts';
import type { Column } from './column.ts';
import type { Resource } from './description.ts';
import type { KeyRoom } from './key-room.ts';
import type { Evidence, Sample } from './report.ts';
import type { RowCells } from './row-cells.ts';
import { RowKey } from './row-key.ts';
import { type Overlap, TimeSpans } from './time-spans.ts';

export class MicrodataRows {
  readonly #context: CheckContext;
  readonly #temporality: NonNullable<Resource['no:temporality']>;
  readonly #unit: Column;
  readonly #start: Column;
  readonly #stop: Column;
  readonly #key: RowKey;
  readonly #spans: TimeSpans | null;
  #fault: 'uniqueness/memory' | 'uniqueness/storage' | null = null;
  #kept = 0;
  #overlaps = 0;

  constructor(
    context: CheckContext,
    room: KeyRoom,
    temporality: NonNullable<Resource['no:temporality']>,
    columns: { readonly unit: Column; readonly start: Column; readonly stop: Column },
  ) {
    this.#context = context;
    this.#temporality = temporality;
    this.#unit = columns.unit;
    this.#start = columns.start;
    this.#stop = columns.stop;
    this.#key = new RowKey(room.hashKey);
    this.#spans = temporality === 'ACCUMULATED' || temporality === 'EVENT' ? new TimeSpans(room) : null;
  }

  check(cells: RowCells): void {
    const { findings, row, line } = this.#context;
    const start = this.#start;
    const stop = this.#stop;
    if (this.#temporality === 'FIXED') {
      for (const [column, rule] of [
        [start, 'microdata/start'],
        [stop, 'microdata/stop'],
      ] as const) {
        if (column.missing || !findings.count(rule, column, row)) continue;
        cells.select(column.number - 1);
        const shown = column.show(cells.buf, cells.start, cells.end, rule);
        findings.sample(rule, column, { row, line, byte: cells.byte, column: column.number, ...shown });
      }
      return;
    }
    if (this.#spans === null || this.#fault !== null || this.#unit.missing) return;
    // A date that is missing or wrong, and a span that ends before it begins, are findings of their own.
    if (Number.isNaN(start.value) || stop.value < start.value) return;
    if (!stop.missing && Number.isNaN(stop.value)) return;
    cells.select(this.#unit.number - 1);
    this.#key.begin();
    this.#key.addBytes(cells.buf, cells.start, cells.end);
    this.#key.end();
    cells.select(start.number - 1);
    const span = { start: start.value, stop: stop.value, row, line, byte: cells.byte };
    try {
      if (this.#spans.add(this.#key.words, span)) this.#kept += 1;
      else this.#fault = 'uniqueness/memory';
    } catch {
      this.#fault = 'uniqueness/storage';
    }
  }

  finish(): void {
    if (this.#spans === null) return;
    const { findings } = this.#context;
    const first: Overlap[] = [];
    let count = 0;
    let lowest = Number.POSITIVE_INFINITY;
    let highest = 0;
    try {
      this.#spans.overlaps((overlap) => {
        count += 1;
        lowest = Math.min(lowest, overlap.row);
        highest = Math.max(highest, overlap.row);
        if (first.length === findings.maxSamples && overlap.row > (first.at(-1)?.row ?? -1)) return;
        first.splice(first.findLastIndex((one) => one.row < overlap.row) + 1, 0, overlap);
        if (first.length > findings.maxSamples) first.pop();
      });
    } catch {
      this.#fault = 'uniqueness/storage';
      count = 0;
    }
    this.#overlaps = count;
    if (count > 0) {
      findings.countLate('microdata/overlap', this.#start, { count, lowest, highest });
      for (const { otherRow, ...place } of first) {
        if (!findings.wants('microdata/overlap', this.#start)) break;
        const sample: Partial<Sample> = { ...place, column: this.#start.number, expected: `∩ ${otherRow}` };
        findings.sample('microdata/overlap', this.#start, sample);
      }
    }
    if (this.#fault !== null) {
      findings.add(this.#fault, this.#start, { expected: `no:temporality (> ${this.#kept})` });
    }
  }

  evidence(): Evidence[] {
    if (this.#spans === null) return [];
    const how =
      this.#fault !== null
        ? 'not complete'
        : this.#key.exact
          ? 'exact'
          : 'exact, but for a chance of less than 2^-60';
    return [
      {
        subject: 'uniqueness',
        source: 'declared',
        value: `no:temporality ${this.#temporality}: ${how}`,
        agreeing: this.#kept - this.#overlaps,
        seen: this.#kept,
      },
    ];
  }
}
