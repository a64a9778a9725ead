/** Spans of time by unit: keeps them all, in partitions and outside memory when it must, and finds those that overlap. */
import type { KeyRoom } from './key-room.ts';
import { SeenKeys, scatter } from './seen-keys.ts';
import type { SpillRun } from './spill-store.ts';

/** A span that overlaps one that begins before it, or at the same time in an earlier row. */
export interface Overlap {
  readonly row: number;
  readonly line: number;
  readonly byte: number;
  /** The row of the other. */
  readonly otherRow: number;
}

const partitions = 64;
/** Words of an entry: four of the unit's key, start, stop, and two each of row, line and byte. */
const stride = 12;
const blockEntries = 256;
const open = 0xffff_ffff;
const half = 0x1_0000_0000;

/** Throws what its store throws. */
export class TimeSpans {
  readonly #room: KeyRoom;
  readonly #blocks: Uint32Array[][] = Array.from({ length: partitions }, () => []);
  /** Entries in the last block of each partition. */
  readonly #used = new Int32Array(partitions).fill(blockEntries);
  readonly #counts = new Float64Array(partitions);
  #runs: SpillRun[] | null = null;

  constructor(room: KeyRoom) {
    this.#room = room;
  }

  /**
   * Adds `[start, stop]`, both days as yyyymmdd, of the unit whose key is `words`; `stop` NaN for a span without end.
   * False when neither memory nor a store has room.
   */
  add(
    words: Uint32Array,
    span: { start: number; stop: number; row: number; line: number; byte: number },
  ): boolean {
    const partition = scatter(words, 4, this.#room.hashKey[3]) % partitions;
    if (this.#used[partition] === blockEntries && !this.#newBlock(partition)) return false;
    const block = this.#blocks[partition]!.at(-1)!;
    const at = this.#used[partition]! * stride;
    for (let word = 0; word < 4; word++) block[at + word] = words[word]!;
    block[at + 4] = span.start;
    block[at + 5] = Number.isNaN(span.stop) ? open : span.stop;
    put(block, at + 6, span.row);
    put(block, at + 8, span.line);
    put(block, at + 10, span.byte);
    this.#used[partition]! += 1;
    this.#counts[partition]! += 1;
    return true;
  }

  /** Every overlap, in no order. */
  overlaps(found: (overlap: Overlap) => void): void {
    for (let partition = 0; partition < partitions; partition++) {
      const entries = new Uint32Array(this.#counts[partition]! * stride);
      let at = 0;
      for (const block of this.#runs?.[partition]?.blocks() ?? []) {
        // A copy of its own: a block may be a view at any place of a larger buffer.
        const words = new Uint32Array(new Uint8Array(block).buffer);
        entries.set(words, at);
        at += words.length;
      }
      const kept = this.#blocks[partition]!;
      kept.forEach((block, index) => {
        const used = index === kept.length - 1 ? this.#used[partition]! : blockEntries;
        entries.set(block.subarray(0, used * stride), at);
        at += used * stride;
      });
      this.#blocks[partition] = [];
      search(entries, this.#room.hashKey[2], found);
    }
  }

  #newBlock(partition: number): boolean {
    const bytes = blockEntries * stride * 4;
    const budget = this.#room.spansBudget;
    if (budget.left < bytes) {
      if (this.#runs === null) {
        const store = this.#room.store();
        if (store === null) return false;
        this.#runs = Array.from({ length: partitions }, () => store.createRun());
      }
      // Everything that is full goes out; what is not stays, one block a partition at most.
      this.#blocks.forEach((blocks, index) => {
        const keep = this.#used[index] === blockEntries ? 0 : 1;
        for (const block of blocks.splice(0, blocks.length - keep)) {
          this.#runs![index]!.append(new Uint8Array(block.buffer));
          budget.left += bytes;
        }
      });
    }
    budget.left -= bytes;
    this.#blocks[partition]!.push(new Uint32Array(blockEntries * stride));
    this.#used[partition] = 0;
    return true;
  }
}

function search(entries: Uint32Array, seed: number, found: (overlap: Overlap) => void): void {
  const count = entries.length / stride;
  const units = new SeenKeys(4, seed, { left: Number.POSITIVE_INFINITY });
  /** The entry of the same unit before each, and the last of the unit that begins there; -1 for none. */
  const before = new Int32Array(count).fill(-1);
  const last = new Int32Array(count).fill(-1);
  for (let index = 0; index < count; index++) {
    const first = units.seenIn(entries.subarray(index * stride, index * stride + 4), index + 1);
    const head = first === 0 ? index : first - 1;
    before[index] = last[head]!;
    last[head] = index;
  }
  const group: number[] = [];
  for (let head = 0; head < count; head++) {
    if (last[head] === -1 || before[last[head]!] === -1) continue;
    group.length = 0;
    for (let index = last[head]!; index >= 0; index = before[index]!) group.push(index);
    // Entries stand in order of rows.
    group.sort((a, b) => entries[a * stride + 4]! - entries[b * stride + 4]! || a - b);
    let longest = group[0]! * stride;
    for (let place = 1; place < group.length; place++) {
      const at = group[place]! * stride;
      if (entries[at + 4]! <= entries[longest + 5]!) {
        const otherRow = get(entries, longest + 6);
        found({
          row: get(entries, at + 6),
          line: get(entries, at + 8),
          byte: get(entries, at + 10),
          otherRow,
        });
      }
      if (entries[at + 5]! > entries[longest + 5]!) longest = at;
    }
  }
}

function put(block: Uint32Array, at: number, value: number): void {
  block[at] = value;
  block[at + 1] = Math.floor(value / half);
}

function get(block: Uint32Array, at: number): number {
  return block[at]! + block[at + 1]! * half;
}
