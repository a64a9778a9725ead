/** What a cell of a type looks like: one reader per Table Schema type, on bytes. */
import type { RuleId } from './rules.ts';

export interface CellType {
  /** Null when `buf[start, end)` is a value of the type; then `value` is set. */
  read(buf: Uint8Array, start: number, end: number): RuleId | null;
  /** What orders the last cell read; NaN for types without order. */
  value: number;
  /** Of a datetime: its day as it is written, yyyymmdd. */
  day?: number;
  readonly kind:
    | 'text'
    | 'boolean'
    | 'integer'
    | 'number'
    | 'date'
    | 'time'
    | 'datetime'
    | 'year'
    | 'yearmonth'
    | 'duration';
  /** What a right cell looks like, for the report. */
  readonly expected: string;
  /** Writes a value as the report's bounds; absent for types without order. */
  readonly show?: (value: number, exact: boolean) => string;
  /** Items or properties of the last cell read: what minLength and maxLength count in lists, arrays and objects. */
  size?: number;
  /** The last cell read, written in one way whatever way it stands in the file; for types without order. */
  readonly canonical?: () => string;
  /** The last cell read as JSON; for object, array and geojson. */
  json?: unknown;
  /** Reads values as the standard writes them, for bounds and codes that do not follow the field's own format. */
  readonly standard?: CellType;
}
