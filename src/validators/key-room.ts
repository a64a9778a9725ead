/** Memory and store that everything in one check shares which has to remember rows. */
import type { HashKey } from './keyed-hash.ts';
import type { KeyBudget } from './seen-keys.ts';
import type { SpillRun, SpillStore } from './spill-store.ts';

/** What a host gives to checks of uniqueness; everything may be left out. */
export interface KeyHost {
  /** Bytes of memory for the keys of one check, 64 MiB by default. */
  readonly memoryBytes?: number | undefined;
  /** Random words that hashes are keyed with. Without them a file can be made whose keys are slow to compare. */
  readonly hashKey?: HashKey | undefined;
  /** Opens the store for what memory has no room for; called at most once, and only then. */
  readonly openSpill?: (() => SpillStore) | undefined;
}

const defaultMemoryBytes = 64 * 1024 * 1024;
/** Any words do where the host gives none. */
const publicHashKey: HashKey = [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344];
/** Bytes of memory for each key of a partition, when a set of them has just grown. */
const bytesPerKey = 48;

/** What all rules of uniqueness and reference of one check share. */
export class KeyRoom {
  readonly budget: KeyBudget;
  readonly hashKey: HashKey;
  /** Keys of one partition that may be held at a time. */
  readonly limitEntries: number;
  readonly #open: (() => SpillStore) | undefined;
  #store: SpillStore | null = null;
  #failed = false;

  constructor(host: KeyHost) {
    const memoryBytes = host.memoryBytes ?? defaultMemoryBytes;
    this.budget = { left: memoryBytes };
    this.hashKey = host.hashKey ?? publicHashKey;
    this.limitEntries = Math.max(512, Math.floor(memoryBytes / bytesPerKey));
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

  close(): void {
    this.#store?.close();
    this.#store = null;
  }
}
