/** Keys that may be pointed at, and what points at them: in memory as far as it goes, then in runs outside it. */
import type { KeyRoom } from './key-room.ts';
import { type KeyPlace, KeySpill } from './key-spill.ts';
import { RowKey } from './row-key.ts';
import { SeenKeys } from './seen-keys.ts';

/** Builds a key in `key`; then it is offered, or something refers to it. */
export class KeyJoin {
  readonly key: RowKey;
  /** True when memory and store had no room, or the store failed: nothing is known of references then. */
  failed = false;
  readonly #room: KeyRoom;
  readonly #narrow: SeenKeys;
  readonly #wide: SeenKeys;
  /** Keys that memory had no room for. */
  #offered: KeySpill | null = null;
  /** References whose key was not in memory. */
  #waiting: KeySpill | null = null;
  /** True when no key will be offered any more. */
  #whole = false;

  constructor(room: KeyRoom) {
    this.#room = room;
    this.key = new RowKey(room.hashKey);
    this.#narrow = new SeenKeys(2, room.hashKey[0], room.budget);
    this.#wide = new SeenKeys(4, room.hashKey[1], room.budget);
  }

  /** The key built last may be pointed at. */
  offer(): void {
    if (this.failed) return;
    const { key } = this;
    if ((key.narrow ? this.#narrow : this.#wide).seenIn(key.words, 1) >= 0) return;
    this.#tryTo(() => {
      const store = this.#room.store();
      if (store === null) throw new Error('no room is left, and there is no store');
      this.#offered ??= new KeySpill(store, this.#room.hashKey[2]);
      this.#offered.add(key.words, key.narrow, 1, null, false);
    });
  }

  /** All keys have been offered: from now on most references are judged at once. */
  seal(): void {
    this.#whole = true;
  }

  /** Something points at the key built last. False when no key is the one; true also while that is not known. */
  refer(place: () => KeyPlace): boolean {
    const { key } = this;
    if (this.failed || this.#isHeld(key.words, key.narrow)) return true;
    if (this.#whole && this.#offered === null) return false;
    this.#tryTo(() => {
      this.#waiting ??= new KeySpill(this.#room, this.#room.hashKey[2]);
      const at = place();
      this.#waiting.add(key.words, key.narrow, at.row, at, false);
    });
    return true;
  }

  /** Gives every reference that waited in vain, in no order. When it has `failed` after that, they were not all of them. */
  finish(found: (place: KeyPlace) => void): void {
    const waiting = this.#waiting;
    this.#waiting = null;
    if (waiting === null || this.failed) return;
    const isHeld = (words: Uint32Array, narrow: boolean) => this.#isHeld(words, narrow);
    this.#tryTo(() => waiting.missingFrom(this.#offered, this.#room.limitEntries, isHeld, found));
  }

  #isHeld(words: Uint32Array, narrow: boolean): boolean {
    return (narrow ? this.#narrow : this.#wide).has(words);
  }

  #tryTo(work: () => void): void {
    try {
      work();
    } catch {
      this.failed = true;
      this.#offered = null;
      this.#waiting = null;
    }
  }
}
