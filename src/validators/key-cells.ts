/** How the cells of a row become a key: by value where their readers tell values apart exactly, else byte by byte. */
import type { CellType } from './cell-type.ts';
import type { Column } from './column.ts';
import type { Field } from './description.ts';
import { decode, type Encoding } from './encoding.ts';
import { cellTypeOf } from './field-type.ts';
import type { RowCells } from './row-cells.ts';
import type { RowKey } from './row-key.ts';

/** Decimal numbers of no more characters than this have fifteen digits at most, and a double keeps them apart. */
const limitExactDecimal = 16;

/** Adds the column's cell, which is selected. */
export function addCell(key: RowKey, column: Column, cells: RowCells): void {
  const { kind, value } = column;
  const byValue =
    kind === 'integer'
      ? Number.isSafeInteger(value)
      : kind === 'number'
        ? isExactDecimal(value, cells)
        : (kind === 'date' || kind === 'year' || kind === 'yearmonth') && !Number.isNaN(value);
  if (byValue) key.addNumber(value);
  else key.addBytes(cells.buf, cells.start, cells.end);
}

function isExactDecimal(value: number, { buf, start, end }: RowCells): boolean {
  if (end - start > limitExactDecimal) return false;
  // 1e-400 is read as 0 and 1e400 as infinite: such cells are compared as they are written.
  for (let at = start; at < end; at++) if ((buf[at]! | 0x20) === 0x65) return false;
  return Number.isFinite(value);
}

const utf8 = new TextEncoder();

/**
 * Adds the column's cell to a key that is compared with one of another column or file: by value only where both have
 * values of one kind, and otherwise as UTF-8, whatever the encoding of the file.
 */
export function addJoinedCell(
  key: RowKey,
  column: Column,
  byValue: boolean,
  cells: RowCells,
  encoding: Encoding,
): void {
  cells.select(column.number - 1);
  if (byValue && isExact(column, cells)) {
    key.addNumber(column.value);
    return;
  }
  if (encoding === 'utf-8' || isAscii(cells)) {
    key.addBytes(cells.buf, cells.start, cells.end);
    return;
  }
  const bytes = utf8.encode(decode(cells.buf, cells.start, cells.end, encoding));
  key.addBytes(bytes, 0, bytes.length);
}

/** False for a wrong cell, and for a number that another one may have been read as. */
function isExact({ kind, value }: Column, cells: RowCells): boolean {
  if (kind === 'integer') return Number.isSafeInteger(value);
  if (kind !== 'number') return !Number.isNaN(value);
  if (value === 0) return isExactDecimal(value, cells);
  return Number.isFinite(value) && cells.end - cells.start <= limitExactDecimal;
}

function isAscii({ buf, start, end }: RowCells): boolean {
  for (let at = start; at < end; at++) if (buf[at]! >= 0x80) return false;
  return true;
}

/** True when cells of the two fields are compared by their values. */
export function comparedByValue(one: Field | null, other: Field | null): boolean {
  const kinds = [one, other].map(kindOf);
  const numeric = kinds.every((kind) => kind === 'integer' || kind === 'number');
  return kinds[0] !== null && (kinds[0] === kinds[1] || numeric);
}

/** Of a field whose values have an order; null for others, and for identity numbers, which are text. */
function kindOf(field: Field | null): CellType['kind'] | null {
  if (field === null || field['no:identifier'] !== undefined) return null;
  const { type } = cellTypeOf(field);
  return type.show === undefined ? null : type.kind;
}
