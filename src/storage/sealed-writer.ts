/** Seals a file while it arrives: gathers, encrypts, hashes and stores, in flat memory. */
import type { Random } from '../platform/random.ts';
import type { KeyRing } from './key-ring.ts';
import type { ObjectStore } from './object-store.ts';
import type { Holding, Seal, WrappedPart } from './seal.ts';

export interface SealedWriterDeps {
  readonly store: ObjectStore;
  readonly keyRing: KeyRing;
  readonly random: Random;
}

export interface SealedWriterInput extends Holding {
  /**
   * Called with every plaintext batch (at most 1 MiB) once it is encrypted: each byte once, in order, the next call
   * only after the promise of the last. The buffer is the callee's from then on and may be transferred.
   */
  readonly onPlaintext?: (chunk: Uint8Array) => Promise<void>;
}

/**
 * One writer owns one part. Calls are queued in the order they are made. After the first failure every call but
 * `suspend` and `abort` rejects with it.
 */
export interface SealedWriter {
  readonly name: string;
  /** The wrapped keys, the new one included. Keep them BEFORE appending: what is not kept cannot be resumed. */
  readonly parts: readonly WrappedPart[];
  /** Plaintext bytes taken so far. */
  readonly plaintextBytes: number;
  /** Takes plaintext in any chunk size; settles when there is room for more. `bytes` must not change until then. */
  append(bytes: Uint8Array): Promise<void>;
  /** Seals the last segment as final and commits: after this the file is durable. Waits for `onPlaintext` too. */
  finish(): Promise<Seal>;
  /**
   * For a lost connection: keeps what fills whole segments, durably, and closes. `onPlaintext` gets nothing more
   * (a resumed writer replays from the start). `durableBytes` of plaintext is a multiple of 65,536.
   */
  suspend(): Promise<{ readonly durableBytes: number }>;
  /** Removes the part. Idempotent; after `finish` it does nothing. */
  abort(): Promise<void>;
}
