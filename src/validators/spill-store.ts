/** The port through which a check keeps on disk what does not fit in memory. The browser has none. */

/** One run: blocks that come back in the order they were appended. */
export interface SpillRun {
  /** Keeps a copy of the block. Throws when it cannot. */
  append(block: Uint8Array): void;
  /** Every block, once. A block may be overwritten by the next. Throws when one does not come back as it was. */
  blocks(): Iterable<Uint8Array>;
}

/** What is appended must lie encrypted under a key that dies with the store: it is made of identity numbers. */
export interface SpillStore {
  createRun(): SpillRun;
  /** Destroys everything; also when it is called twice or after a fault. */
  close(): void;
}
