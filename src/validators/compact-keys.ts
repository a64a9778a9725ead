/** Keys of 44 bits seen before, exactly, in four to five bytes each: most of a key is told by where it stands. */
import type { KeyBudget } from './seen-keys.ts';

/** A key has two halves of so many bits. */
export const halfBits = 22;
const half = 1 << halfBits;
const halfMask = half - 1;
/** Tables that grow one by one, so that little is held twice at a time. */
const tableBits = 8;
const tables = 1 << tableBits;
const restBits = halfBits - tableBits;
const restMask = (1 << restBits) - 1;
/** A slot has 24 bits for what its place does not tell: 14 bits and the step within a place, so 2^22 / 2^10 places at least. */
const firstSlots = 4096;
const bytesPerSlot = 4;
const growth = 1.125;
const limitSteps = 255;

/**
 * Open addressing as Cleary has it ("Compact hash tables using bidirectional linear probing", 1984), ordered by distance
 * from home (Robin Hood): a slot holds the distance from home and what home does not tell of the key. Keys are first
 * shuffled one to one by a Feistel network, so that any keys spread evenly and none are taken for another.
 */
export class CompactKeys {
  /** True when there was no room for a key: it knows the keys it holds, and takes no more. */
  closed = false;
  #size = 0;
  readonly #tables: Uint32Array[];
  readonly #counts = new Int32Array(tables);
  readonly #seeds: Int32Array;
  readonly #budget: KeyBudget;
  /** The shuffled key found last: what its place tells, the rest, and the place's half. */
  #table = 0;
  #rest = 0;
  #spot = 0;

  private constructor(seeds: readonly [number, number, number], budget: KeyBudget) {
    this.#seeds = Int32Array.from(seeds);
    this.#budget = budget;
    this.#tables = Array.from({ length: tables }, () => new Uint32Array(firstSlots));
  }

  /** Null when the budget has no room for an empty one. */
  static create(seeds: readonly [number, number, number], budget: KeyBudget): CompactKeys | null {
    const bytes = tables * firstSlots * bytesPerSlot;
    if (bytes > budget.left) return null;
    budget.left -= bytes;
    return new CompactKeys(seeds, budget);
  }

  get size(): number {
    return this.#size;
  }

  /** 1 when the key was seen before, 0 when it is new and kept, -1 when it is not known and there is no room. */
  add(high: number, low: number): -1 | 0 | 1 {
    this.#shuffle(high, low);
    const table = this.#table;
    if (this.#counts[table]! * 10 >= this.#tables[table]!.length * 9 && !this.closed) {
      if (!this.#grow(table, this.#budget.left)) this.closed = true;
    }
    const slots = this.#tables[table]!;
    const count = slots.length;
    const home = homeOf(this.#spot, count);
    const key = this.#rest * spanOf(count) + this.#spot - firstSpotOf(home, count);
    let at = home;
    let steps = 1;
    for (; steps <= limitSteps; steps++) {
      const slot = slots[at]!;
      const taken = slot & limitSteps;
      // Were the key here, whatever stands nearer to its own home would have made way for it.
      if (taken < steps) break;
      if (taken === steps && slot >>> 8 === key) return 1;
      at += 1;
      if (at === count) at = 0;
    }
    if (this.closed) return -1;
    this.#counts[table]! += 1;
    this.#size += 1;
    this.#place(table, at, steps, key);
    return 0;
  }

  #shuffle(high: number, low: number): void {
    const seeds = this.#seeds;
    let left = high;
    let right = low;
    left ^= mix(right ^ seeds[0]!);
    right ^= mix(left ^ seeds[1]!);
    left ^= mix(right ^ seeds[2]!);
    this.#table = left >>> restBits;
    this.#rest = left & restMask;
    this.#spot = right;
  }

  /** Puts a key at a slot so many steps from its home, and moves on whatever stands nearer to its own. */
  #place(table: number, from: number, distance: number, rest: number): void {
    const slots = this.#tables[table]!;
    let at = from;
    let steps = distance;
    let key = rest;
    for (;;) {
      if (steps > limitSteps) {
        // Too crowded, which chance makes rare: the key in hand has no other place than a larger table.
        const home = (at - (steps - 1) + 2 * slots.length) % slots.length;
        const spot = firstSpotOf(home, slots.length) + (key % spanOf(slots.length));
        const high = Math.floor(key / spanOf(slots.length));
        this.#grow(table, Number.POSITIVE_INFINITY);
        this.#insert(table, high, spot);
        return;
      }
      const slot = slots[at]!;
      if (slot === 0) {
        slots[at] = (key << 8) | steps;
        return;
      }
      const taken = slot & limitSteps;
      if (taken < steps) {
        slots[at] = (key << 8) | steps;
        key = slot >>> 8;
        steps = taken;
      }
      at += 1;
      if (at === slots.length) at = 0;
      steps += 1;
    }
  }

  /** A key that is not there. */
  #insert(table: number, rest: number, spot: number): void {
    const count = this.#tables[table]!.length;
    const home = homeOf(spot, count);
    this.#place(table, home, 1, rest * spanOf(count) + spot - firstSpotOf(home, count));
  }

  #grow(table: number, left: number): boolean {
    const old = this.#tables[table]!;
    const count = Math.min(half, Math.floor(old.length * growth));
    const bytes = (count - old.length) * bytesPerSlot;
    if (count === old.length || bytes > left) return false;
    this.#budget.left -= bytes;
    this.#tables[table] = new Uint32Array(count);
    const span = spanOf(old.length);
    for (let at = 0; at < old.length; at++) {
      const slot = old[at]!;
      if (slot === 0) continue;
      let home = at + 1 - (slot & limitSteps);
      if (home < 0) home += old.length;
      const key = slot >>> 8;
      const rest = Math.floor(key / span);
      this.#insert(table, rest, firstSpotOf(home, old.length) + key - rest * span);
    }
    return true;
  }
}

/** The slot that a half belongs to among `count`: neighbours in value are neighbours in place. */
function homeOf(spot: number, count: number): number {
  return Math.floor((spot * count) / half);
}

/** The least half that belongs to a slot. */
function firstSpotOf(home: number, count: number): number {
  return Math.ceil((home * half) / count);
}

/** Halves that may belong to one slot. */
function spanOf(count: number): number {
  return Math.ceil(half / count);
}

function mix(value: number): number {
  let h = Math.imul(value, 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) & halfMask;
}
