/** How rules over a row get at its cells. */

/** The cells of the row as they are read, without quotes. */
export interface RowCells {
  /** Points `buf`, `start` and `end` at a cell; columns count from 0. */
  select(column: number): void;
  buf: Uint8Array;
  start: number;
  end: number;
  /** Place in the file of the cell selected last. */
  byte: number;
}
