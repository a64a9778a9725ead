/** What a table's reader asks of whoever looks at whole rows: the rules of a check, or the collector of another file's keys. */
import type { CheckContext } from './check-context.ts';
import type { Column } from './column.ts';
import type { Resource } from './description.ts';
import type { Evidence } from './report.ts';
import type { RowCells } from './row-cells.ts';

export interface RowChecks {
  /** True when a row has to be given to `check`. */
  readonly needed: boolean;
  check(cells: RowCells): void;
  /** After the last row, once. */
  finish(): void;
  evidence(): Evidence[];
}

/** What a table's reader is given beside its description. */
export interface TableOptions {
  /** Samples per rule and field. */
  readonly maxSamples: number;
  /** `generic` reads every row by the path that defines the report. */
  readonly path: 'fast' | 'generic';
  readonly makeRowChecks: MakeRowChecks;
}

/** Made as soon as the columns are known. */
type MakeRowChecks = (
  context: CheckContext,
  resource: Resource | undefined,
  columns: readonly Column[],
) => RowChecks;
