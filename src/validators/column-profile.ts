/** What a column's cells were, taken together, and how much of it the report may say. */
import type { CellType } from './cell-type.ts';
import type { CodeCounter } from './constraints.ts';
import type { ColumnProfile } from './report.ts';

const limitTop = 10;
/** Codes met more seldom, and bounds of fewer values, are not shown: what is rare may point at somebody. */
const threshold = 5;

/** Cells that the fast path found right or missing: numbers of them, and the least and greatest of lengths and values. */
export interface CellTally {
  readonly count: number;
  readonly missing: number;
  readonly minLength: number;
  readonly maxLength: number;
  readonly min: number;
  readonly max: number;
}

export class ColumnCounts {
  count = 0;
  missing = 0;
  invalid = 0;
  /** In characters; of cells that are there. */
  minLength = Number.POSITIVE_INFINITY;
  maxLength = -1;
  min = Number.POSITIVE_INFINITY;
  max = Number.NEGATIVE_INFINITY;

  /** Adds cells counted elsewhere: their order does not matter. */
  absorb(tally: CellTally): void {
    this.count += tally.count;
    this.missing += tally.missing;
    this.minLength = Math.min(this.minLength, tally.minLength);
    this.maxLength = Math.max(this.maxLength, tally.maxLength);
    this.min = Math.min(this.min, tally.min);
    this.max = Math.max(this.max, tally.max);
  }
}

interface ProfiledColumn {
  readonly name: string | null;
  readonly type: string | null;
  readonly codes: CodeCounter | null;
  /** Of values: none, bounds that are rounded, or bounds as they are. */
  readonly shown: 'none' | 'rounded' | 'exact';
  readonly showBound: CellType['show'] | null;
  /** A column of numbers in which somebody's number may stand by mistake. */
  readonly mayBeIdentifier: boolean;
}

export function profileOf(counts: ColumnCounts, column: ProfiledColumn): ColumnProfile {
  const { codes, shown } = column;
  return {
    name: column.name,
    type: column.type,
    count: counts.count,
    missing: counts.missing,
    distinct: codes?.distinct() ?? null,
    minLength: counts.maxLength < 0 ? null : counts.minLength,
    maxLength: counts.maxLength < 0 ? null : counts.maxLength,
    bounds: shown === 'none' ? null : boundsOf(counts, column, shown === 'exact'),
    top: codes === null || shown === 'none' ? null : codes.top(limitTop, threshold),
    invalid: counts.invalid,
  };
}

function boundsOf(
  { count, missing, invalid, min, max }: ColumnCounts,
  { showBound, mayBeIdentifier }: ProfiledColumn,
  exact: boolean,
): ColumnProfile['bounds'] {
  if (showBound == null || min > max) return null;
  if (!exact && count - missing - invalid < threshold) return null;
  // Ten figures or more may be somebody's number in a column that should not have one.
  if (mayBeIdentifier && Math.max(Math.abs(min), Math.abs(max)) >= 1e9) return null;
  return { min: showBound(min, exact), max: showBound(max, exact) };
}
