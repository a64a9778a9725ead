/** A dialect with parts that the usual scanner does not read. */

/** What a dialect has beyond delimiter and quotes; each is bytes, or -1 or null for none. */
export interface LooseDialect {
  readonly delimiter: Uint8Array;
  readonly quote: number;
  readonly doubleQuote: boolean;
  /** The byte after it is taken as it stands, inside quotes and outside. */
  readonly escape: number;
  /** Null for LF, CRLF and CR; otherwise these bytes, and no others, end a record. */
  readonly lineTerminator: Uint8Array | null;
  /** A record that begins so is passed over, up to its line end. */
  readonly comment: Uint8Array | null;
  /** Numbers of records, from 1, that are passed over likewise. */
  readonly commentRows: readonly number[];
  /** Blanks after a delimiter, and at the start of a record, do not belong to the cell. */
  readonly skipInitialSpace: boolean;
  /** A cell of just these bytes is left as it is: an escape in it is none. */
  readonly nullSequence: Uint8Array | null;
}
