/** Keys that references may point at, kept as 95-bit hashes; and references that wait for their key. */

/** The keys of another file of the package, as they stand in it: plain data. */
export interface ReferenceKeys {
  readonly resource: string;
  readonly fields: readonly string[];
  /** One entry per row, with a value per field. */
  readonly keys: readonly (readonly string[])[];
}

const bytesPerKey = 12;
const bytesPerWaiting = 28;

/** Where a reference stands that has not met its key. */
export interface Waiting {
  readonly row: number;
  readonly line: number;
  readonly byte: number;
}

/** Takes no more than its budget: then `full` is true and answers mean nothing. */
export class ReferenceSet {
  full = false;
  #slots = new Uint32Array(3 * 1024);
  #mask = 1023;
  #count = 0;
  #left: number;
  /** The hash of the key begun. */
  #a = 0;
  #b = 0;
  #c = 0;
  /** Hash, row and line of each reference that waits. */
  #waiting = new Uint32Array(5 * 256);
  #waitingBytes = new Float64Array(256);
  #waitingCount = 0;

  constructor(budgetBytes: number) {
    this.#left = budgetBytes;
  }

  /** Keys held. */
  get size(): number {
    return this.#count;
  }

  begin(): void {
    this.#a = 0x9e3779b9;
    this.#b = 0x85ebca6b;
    this.#c = 0xc2b2ae35;
  }

  /** Adds `buf[start, end)` to the key begun, with its length, so that parts cannot run together. */
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

  /** Puts the key begun among those that may be pointed at. */
  add(): void {
    if (this.full) return;
    if (this.#count * 3 > this.#mask * 2 && !this.#grow()) return;
    const slot = this.#find(mix(this.#a) | 1, mix(this.#b), mix(this.#c));
    if (this.#slots[slot] !== 0) return;
    this.#slots[slot] = mix(this.#a) | 1;
    this.#slots[slot + 1] = mix(this.#b);
    this.#slots[slot + 2] = mix(this.#c);
    this.#count += 1;
  }

  /** True when the key begun may be pointed at. */
  has(): boolean {
    return this.#slots[this.#find(mix(this.#a) | 1, mix(this.#b), mix(this.#c))] !== 0;
  }

  /** Keeps a reference to the key begun until all keys are known. */
  wait(row: number, line: number, byte: number): void {
    if (this.full) return;
    const at = this.#waitingCount;
    if (at === this.#waitingBytes.length && !this.#growWaiting()) return;
    this.#waiting.set([mix(this.#a) | 1, mix(this.#b), mix(this.#c), row, line], at * 5);
    this.#waitingBytes[at] = byte;
    this.#waitingCount = at + 1;
  }

  /** The references whose key never came, in the order in which they stand in the file. */
  *unmet(): Generator<Waiting> {
    const waiting = this.#waiting;
    for (let at = 0; at < this.#waitingCount; at++) {
      const from = at * 5;
      if (this.#slots[this.#find(waiting[from]!, waiting[from + 1]!, waiting[from + 2]!)] !== 0) continue;
      yield { row: waiting[from + 3]!, line: waiting[from + 4]!, byte: this.#waitingBytes[at]! };
    }
  }

  /** The slot where a hash is, or would be. The first word of a hash is odd, so 0 marks an empty slot. */
  #find(a: number, b: number, c: number): number {
    const slots = this.#slots;
    let at = (a ^ (b >>> 7)) & this.#mask;
    for (;;) {
      const slot = at * 3;
      const first = slots[slot]!;
      if (first === 0 || (first === a && slots[slot + 1] === b && slots[slot + 2] === c)) return slot;
      at = (at + 1) & this.#mask;
    }
  }

  #grow(): boolean {
    const size = (this.#mask + 1) * 2;
    if (!this.#take((size / 2) * bytesPerKey)) return false;
    const old = this.#slots;
    this.#slots = new Uint32Array(size * 3);
    this.#mask = size - 1;
    for (let slot = 0; slot < old.length; slot += 3) {
      if (old[slot] === 0) continue;
      this.#slots.set(old.subarray(slot, slot + 3), this.#find(old[slot]!, old[slot + 1]!, old[slot + 2]!));
    }
    return true;
  }

  #growWaiting(): boolean {
    const size = this.#waitingBytes.length * 2;
    if (!this.#take((size / 2) * bytesPerWaiting)) return false;
    const waiting = new Uint32Array(size * 5);
    waiting.set(this.#waiting);
    this.#waiting = waiting;
    const bytes = new Float64Array(size);
    bytes.set(this.#waitingBytes);
    this.#waitingBytes = bytes;
    return true;
  }

  #take(bytes: number): boolean {
    this.#left -= bytes;
    if (this.#left >= 0) return true;
    this.full = true;
    this.#slots = new Uint32Array(3 * 1024);
    this.#mask = 1023;
    this.#waitingCount = 0;
    return false;
  }
}

function mix(word: number): number {
  let h = word;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
