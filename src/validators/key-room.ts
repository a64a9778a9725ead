/** Memory and store that everything in one check shares which has to remember rows. */
import type { HashKey } from './keyed-hash.ts';
import type { KeyBudget } from './seen-keys.ts';
import type { SpillRun, SpillStore } from './spill-store.ts';

/** What a host gives to checks of uniqueness; everything may be left out. */
export interface KeyHost {
  /** Bytes of memory for the keys of one check: by default 64 MiB, or 480 MiB where there is a store, taken as they are needed. */
  readonly memoryBytes?: number | undefined;
  /** Bytes of it, for each rule, for keys together with their rows; the rows of further keys go to the store. 24 MiB by default. */
  readonly rowsBytes?: number | undefined;
  /** Random words that hashes are keyed with. Without them a file can be made whose keys are slow to compare. */
  readonly hashKey?: HashKey | undefined;
  /** Opens the store for what memory has no room for; called at most once, and only then. */
  readonly openSpill?: (() => SpillStore) | undefined;
}

const mib = 1024 * 1024;
const defaultMemoryBytes = 64 * mib;
/** Room for 100 million numbers in `CompactKeys`. */
const defaultMemoryWithStoreBytes = 480 * mib;
const defaultRowsBytes = 24 * mib;
/** Any words do where the host gives none. */
const publicHashKey: HashKey = [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344];
/** Bytes of memory for each key of a partition, when a set of them has just grown. */
const bytesPerKey = 48;

/** What all rules of uniqueness and reference of one check share. */
export class KeyRoom {
  readonly budget: KeyBudget;
  /** Bytes for spans of time, which go to the store beyond them. */
  readonly spansBudget: KeyBudget;
  /** Bytes that one rule may use for keys with their rows. */
  readonly rowsBytes: number;
  readonly hashKey: HashKey;
  /** Keys of one partition that may be held at a time. */
  readonly limitEntries: number;
  readonly #open: (() => SpillStore) | undefined;
  #store: SpillStore | null = null;
  #failed = false;

  constructor(host: KeyHost) {
    const stored = host.openSpill !== undefined;
    const memoryBytes = host.memoryBytes ?? (stored ? defaultMemoryWithStoreBytes : defaultMemoryBytes);
    this.budget = { left: memoryBytes };
    this.spansBudget = { left: Math.min(memoryBytes, defaultMemoryBytes) };
    this.rowsBytes = stored ? (host.rowsBytes ?? defaultRowsBytes) : Number.POSITIVE_INFINITY;
    this.hashKey = host.hashKey ?? publicHashKey;
    this.limitEntries = Math.max(512, Math.floor(Math.min(memoryBytes, defaultMemoryBytes) / bytesPerKey));
    this.#open = host.openSpill;
  }

  /** Null when the host has none. Throws what the host throws. */
  store(): SpillStore | null {
    if (this.#open === undefined) return null;
    if (this.#failed) throw new Error('the store has failed before');
    try {
      this.#store ??= this.#open();
    } catch (cause) {
      this.#failed = true;
      throw cause;
    }
    return this.#store;
  }

  /** Runs that lie in memory while there is room, and in the store after that. `append` throws when there is neither. */
  createRun(): SpillRun {
    const kept: Uint8Array[] = [];
    let stored: SpillRun | undefined;
    return {
      append: (block) => {
        if (stored === undefined && block.length <= this.budget.left) {
          this.budget.left -= block.length;
          kept.push(block.slice());
          return;
        }
        stored ??= this.store()?.createRun();
        if (stored === undefined) throw new Error('no room is left, and there is no store');
        stored.append(block);
      },
      blocks: function* () {
        yield* kept;
        if (stored !== undefined) yield* stored.blocks();
      },
    };
  }

  /** Null also when the host's cannot be opened. */
  storeOrNull(): SpillStore | null {
    try {
      return this.store();
    } catch {
      return null;
    }
  }

  close(): void {
    this.#store?.close();
    this.#store = null;
  }
}
