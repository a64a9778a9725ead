/** Reads a sealed file at any offset, and never gives out a byte that its seal does not cover. */

/** Wrong, missing, added or reordered ciphertext and foreign keys end in `integrity-failed`; never in a wrong byte. */
export interface SealedReader {
  readonly plaintextBytes: number;
  /** Up to `length` bytes from `offset`, fewer only at the end (none at or past it). Calls may overlap. */
  read(offset: number, length: number): Promise<Uint8Array>;
  /** The bytes in [from, to), by default all, in chunks of at most 1 MiB. */
  stream(from?: number, to?: number): AsyncIterable<Uint8Array>;
  /** Zeroes the keys; reads under way and later ones reject with `closed`. Idempotent. */
  close(): Promise<void>;
}
