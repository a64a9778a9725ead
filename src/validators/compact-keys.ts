/** Keys of 44 bits seen before, exactly, in four to five bytes each: most of a key is told by where it stands. */
import type { KeyBudget } from './seen-keys.ts';

/** A key has two halves of so many bits. */
export const halfBits = 22;
const half = 1 << halfBits;
const halfMask = half - 1;
/** Tables that grow one by one, so that little is copied at a time. */
const tableBits = 8;
const tables = 1 << tableBits;
const restBits = halfBits - tableBits;
const restMask = (1 << restBits) - 1;
/** A slot has 24 bits for what its place does not tell: 14 bits and the step within a place, so 2^22 / 2^10 places at least. */
const leastSlots = 4096;
const bytesPerSlot = 4;
const growth = 1.125;
/** Keys of a hundred slots before a table grows; the longest way from home is then some 150 steps for a hundred million keys. */
const limitLoad = 94;
const limitSteps = 255;
/**
 * Keys come to all tables alike: were they of one length, all would grow at the same time, and whoever waits for the
 * verdict then would wait for all of them. So each begins, and stays, somewhere else between one growth and the next.
 */
const firstSlots = Array.from({ length: tables }, (_, table) =>
  Math.floor(leastSlots * growth ** (table / tables)),
);
const allFirstSlots = firstSlots.reduce((sum, slots) => sum + slots, 0);

/**
 * Open addressing as Cleary has it ("Compact hash tables using bidirectional linear probing", 1984), ordered by distance
 * from home (Robin Hood): a slot holds the distance from home and what home does not tell of the key. Keys are first
 * shuffled one to one by a Feistel network, so that any keys spread evenly and none are taken for another.
 */
export class CompactKeys {
  /** True when there was no room for a key: it knows the keys it holds, and takes no more. */
  closed = false;
  #size = 0;
  /**
   * Every table has a part of one array, as long as the budget may let it become. Memory that was never written to is
   * none; and as a table grows in its place, nothing is left for a garbage collector to find later.
   */
  readonly #slots: Uint32Array;
  readonly #limitSlots: number;
  /** A table as it was while it grows. */
  #old = new Uint32Array(0);
  /** Slots in use of each table, and keys in them. */
  readonly #lengths = Int32Array.from(firstSlots);
  readonly #counts = new Int32Array(tables);
  readonly #seeds: Int32Array;
  readonly #budget: KeyBudget;
  /** The shuffled key found last: what its place tells, the rest, and the place's half. */
  #table = 0;
  #rest = 0;
  #spot = 0;

  private constructor(
    seeds: readonly [number, number, number],
    budget: KeyBudget,
    slots: Uint32Array,
    limitSlots: number,
  ) {
    this.#seeds = Int32Array.from(seeds);
    this.#budget = budget;
    this.#slots = slots;
    this.#limitSlots = limitSlots;
  }

  /** Null when the budget, or the machine, has no room for one. */
  static create(seeds: readonly [number, number, number], budget: KeyBudget): CompactKeys | null {
    const bytes = allFirstSlots * bytesPerSlot;
    const limitSlots = Math.min(half, Math.floor(budget.left / bytesPerSlot / tables));
    if (limitSlots < firstSlots.at(-1)!) return null;
    let slots: Uint32Array;
    try {
      slots = new Uint32Array(limitSlots * tables);
    } catch {
      return null;
    }
    budget.left -= bytes;
    return new CompactKeys(seeds, budget, slots, limitSlots);
  }

  get size(): number {
    return this.#size;
  }

  /** 1 when the key was seen before, 0 when it is new and kept, -1 when it is not known and there is no room. */
  add(high: number, low: number): -1 | 0 | 1 {
    this.#shuffle(high, low);
    const table = this.#table;
    if (this.#counts[table]! * 100 >= this.#lengths[table]! * limitLoad && !this.closed) {
      if (!this.#grow(table, this.#budget.left)) this.closed = true;
    }
    const slots = this.#slots;
    const count = this.#lengths[table]!;
    const first = table * this.#limitSlots;
    const home = homeOf(this.#spot, count);
    const key = this.#rest * spanOf(count) + this.#spot - firstSpotOf(home, count);
    let at = home;
    let steps = 1;
    for (; steps <= limitSteps; steps++) {
      const slot = slots[first + at]!;
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
    const slots = this.#slots;
    const count = this.#lengths[table]!;
    const first = table * this.#limitSlots;
    let at = from;
    let steps = distance;
    let key = rest;
    for (;;) {
      if (steps > limitSteps) {
        // Too crowded, which chance makes rare: the key in hand has no other place than a larger table.
        const home = (at - (steps - 1) + 2 * count) % count;
        const spot = firstSpotOf(home, count) + (key % spanOf(count));
        const high = Math.floor(key / spanOf(count));
        if (!this.#grow(table, Number.POSITIVE_INFINITY)) throw new Error('a key has no place');
        this.#insert(table, high, spot);
        return;
      }
      const slot = slots[first + at]!;
      if (slot === 0) {
        slots[first + at] = (key << 8) | steps;
        return;
      }
      const taken = slot & limitSteps;
      if (taken < steps) {
        slots[first + at] = (key << 8) | steps;
        key = slot >>> 8;
        steps = taken;
      }
      at += 1;
      if (at === count) at = 0;
      steps += 1;
    }
  }

  /** A key that is not there. */
  #insert(table: number, rest: number, spot: number): void {
    const count = this.#lengths[table]!;
    const home = homeOf(spot, count);
    this.#place(table, home, 1, rest * spanOf(count) + spot - firstSpotOf(home, count));
  }

  #grow(table: number, left: number): boolean {
    const before = this.#lengths[table]!;
    const count = Math.min(this.#limitSlots, Math.floor(before * growth));
    const bytes = (count - before) * bytesPerSlot;
    if (count === before || bytes > left) return false;
    this.#budget.left -= bytes;
    if (this.#old.length < before) this.#old = new Uint32Array(before);
    const first = table * this.#limitSlots;
    const old = this.#old;
    old.set(this.#slots.subarray(first, first + before));
    this.#slots.fill(0, first, first + before);
    this.#lengths[table] = count;
    const span = spanOf(before);
    for (let at = 0; at < before; at++) {
      const slot = old[at]!;
      if (slot === 0) continue;
      let home = at + 1 - (slot & limitSteps);
      if (home < 0) home += before;
      const key = slot >>> 8;
      const rest = Math.floor(key / span);
      this.#insert(table, rest, firstSpotOf(home, before) + key - rest * span);
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
