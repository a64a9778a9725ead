/** Values seen before, kept as 96-bit hashes with the row they first stood in: for uniqueness, keys and duplicates. */

/** Bytes that all sets of one check may use together. */
export interface KeyBudget {
  left: number;
}

const bytesPerSlot = 16;

/**
 * A set that cannot take more than its budget: then `full` is true and later answers mean nothing. Two different values
 * among 5 million meet by chance about once in 10^15 files.
 */
export class KeySet {
  full = false;
  #slots: Uint32Array;
  #mask: number;
  #count = 0;
  readonly #budget: KeyBudget;
  #a = 0;
  #b = 0;
  #c = 0;

  constructor(budget: KeyBudget) {
    this.#budget = budget;
    this.#mask = 1023;
    this.#slots = new Uint32Array(1024 * 4);
  }

  /** Values held; where it stopped when it is full. */
  get size(): number {
    return this.#count;
  }

  /** Begins a value. */
  begin(): void {
    this.#a = 0x9e3779b9;
    this.#b = 0x85ebca6b;
    this.#c = 0xc2b2ae35;
  }

  /** Adds `buf[start, end)` to the value begun, with its length, so that parts cannot run together. */
  feed(buf: Uint8Array, start: number, end: number): void {
    let a = this.#a ^ (end - start);
    let b = this.#b;
    let c = this.#c;
    for (let at = start; at < end; at++) {
      const byte = buf[at]!;
      a = Math.imul(a ^ byte, 0x01000193);
      b = Math.imul(b ^ byte, 0x5bd1e995);
      b ^= b >>> 15;
      c = Math.imul((c << 5) ^ (c >>> 27) ^ byte, 0x2c1b3c6d);
    }
    this.#a = Math.imul(a ^ (a >>> 16), 0x7feb352d);
    this.#b = Math.imul(b ^ (b >>> 13), 0x846ca68b);
    this.#c = Math.imul(c ^ (c >>> 14), 0x297a2d39) ^ (end - start);
  }

  /** The row that the value begun was first seen in, or 0 when `row` is the first. */
  seenIn(row: number): number {
    if (this.full) return 0;
    if (this.#count * 3 > this.#mask * 2 && !this.#grow()) return 0;
    const a = mix(this.#a);
    const b = mix(this.#b ^ 0x27d4eb2f);
    const c = mix(this.#c ^ 0x165667b1);
    const slots = this.#slots;
    let at = (a ^ (b >>> 7)) & this.#mask;
    // The fourth word is the row; rows count from 1, so 0 marks an empty slot.
    for (;;) {
      const slot = at * 4;
      const first = slots[slot + 3]!;
      if (first === 0) {
        slots[slot] = a;
        slots[slot + 1] = b;
        slots[slot + 2] = c;
        slots[slot + 3] = row;
        this.#count += 1;
        return 0;
      }
      if (slots[slot] === a && slots[slot + 1] === b && slots[slot + 2] === c) return first;
      at = (at + 1) & this.#mask;
    }
  }

  #grow(): boolean {
    const size = (this.#mask + 1) * 2;
    const extra = (size / 2) * bytesPerSlot;
    if (extra > this.#budget.left) {
      this.full = true;
      this.#slots = new Uint32Array(4);
      return false;
    }
    this.#budget.left -= extra;
    const old = this.#slots;
    const slots = new Uint32Array(size * 4);
    this.#mask = size - 1;
    for (let slot = 0; slot < old.length; slot += 4) {
      if (old[slot + 3] === 0) continue;
      let at = (old[slot]! ^ (old[slot + 1]! >>> 7)) & this.#mask;
      while (slots[at * 4 + 3] !== 0) at = (at + 1) & this.#mask;
      slots.set(old.subarray(slot, slot + 4), at * 4);
    }
    this.#slots = slots;
    return true;
  }
}

function mix(word: number): number {
  let h = word;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
