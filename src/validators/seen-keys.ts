/** Keys seen before with the row they first stood in, by open addressing in one typed array. */
/** Bytes that all sets of one check may use together. */
export interface KeyBudget {
  left: number;
}

const firstSlots = 1024;
/** Rows beyond this have no room in a slot. */
const limitRow = 0xffff_ffff;

/**
 * Takes keys of `width` words until its budget is used up, or it would grow beyond its own limit. From then on it is `closed`: it still knows every key it
 * holds, and answers -1 for any other.
 */
export class SeenKeys {
  closed = false;
  /** Bytes that it may have; what it began with is free. */
  limitBytes = Number.POSITIVE_INFINITY;
  #slots: Uint32Array;
  #mask: number;
  #count = 0;
  readonly #width: 2 | 4;
  readonly #seed: number;
  readonly #budget: KeyBudget;

  /** `seed` keeps a file from being made so that all its keys meet in one place; `keys` are as many as are expected. */
  constructor(width: 2 | 4, seed: number, budget: KeyBudget, keys = 0) {
    this.#width = width;
    this.#seed = seed;
    this.#budget = budget;
    let slots = firstSlots;
    while (slots * 7 < keys * 10) slots *= 2;
    this.#mask = slots - 1;
    this.#slots = new Uint32Array(slots * (width + 1));
  }

  get size(): number {
    return this.#count;
  }

  /** The row that the key was first seen in; 0 when `row` is the first, which is then kept; -1 when it is closed and does not know. */
  seenIn(words: Uint32Array, row: number): number {
    if (!this.closed && (this.#count * 10 > this.#mask * 7 || row > limitRow)) {
      if (row > limitRow || !this.#grow()) this.closed = true;
    }
    const width = this.#width;
    const stride = width + 1;
    const slots = this.#slots;
    const mask = this.#mask;
    let at = scatter(words, width, this.#seed) & mask;
    // The last word of a slot is the row; rows count from 1, so 0 marks an empty slot.
    for (;;) {
      const slot = at * stride;
      const first = slots[slot + width]!;
      if (first === 0) {
        if (this.closed) return -1;
        for (let word = 0; word < width; word++) slots[slot + word] = words[word]!;
        slots[slot + width] = row;
        this.#count += 1;
        return 0;
      }
      if (
        slots[slot] === words[0] &&
        slots[slot + 1] === words[1] &&
        (width === 2 || (slots[slot + 2] === words[2] && slots[slot + 3] === words[3]))
      ) {
        return first;
      }
      at = (at + 1) & mask;
    }
  }

  /** True when the key is held. */
  has(words: Uint32Array): boolean {
    const width = this.#width;
    const stride = width + 1;
    const slots = this.#slots;
    for (let at = scatter(words, width, this.#seed) & this.#mask; ; at = (at + 1) & this.#mask) {
      const slot = at * stride;
      if (slots[slot + width] === 0) return false;
      if (
        slots[slot] === words[0] &&
        slots[slot + 1] === words[1] &&
        (width === 2 || (slots[slot + 2] === words[2] && slots[slot + 3] === words[3]))
      ) {
        return true;
      }
    }
  }

  #grow(): boolean {
    const width = this.#width;
    const stride = width + 1;
    const size = (this.#mask + 1) * 2;
    const extra = (size / 2) * stride * 4;
    if (extra > this.#budget.left || 2 * extra > this.limitBytes) return false;
    this.#budget.left -= extra;
    const old = this.#slots;
    const slots = new Uint32Array(size * stride);
    const mask = size - 1;
    const key = new Uint32Array(width);
    for (let slot = 0; slot < old.length; slot += stride) {
      if (old[slot + width] === 0) continue;
      for (let word = 0; word < width; word++) key[word] = old[slot + word]!;
      let at = scatter(key, width, this.#seed) & mask;
      while (slots[at * stride + width] !== 0) at = (at + 1) & mask;
      for (let word = 0; word <= width; word++) slots[at * stride + word] = old[slot + word]!;
    }
    this.#slots = slots;
    this.#mask = mask;
    return true;
  }
}

/** A place for a key, from 0 to 2^32 - 1. */
export function scatter(words: Uint32Array, width: number, seed: number): number {
  let h = seed;
  for (let word = 0; word < width; word++) {
    h = Math.imul(h ^ words[word]!, 0x85ebca6b);
    h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
    h ^= h >>> 16;
  }
  return h >>> 0;
}
