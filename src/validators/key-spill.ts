/** Keys outside memory with their rows, in partitioned runs: any is found by reading its own partition alone. */
import { SeenKeys, scatter } from './seen-keys.ts';
import type { SpillRun, SpillStore } from './spill-store.ts';

/** Where a key stood, and how its first cell may be shown. */
export interface KeyPlace {
  readonly row: number;
  readonly line: number;
  /** Null for a whole row. */
  readonly byte: number | null;
  readonly shape: string | null;
  readonly value: string | null;
}

const partitions = 256;
const blockBytes = 16 * 1024;
/** Room for the longest entry: a key, three numbers, and 40 characters of a cell. */
const entryBytes = 256;
const kinds = { noPlace: 0, wholeRow: 1, noCell: 2, shape: 3, value: 4 } as const;

const utf8 = new TextEncoder();

/** Throws what its store throws. */
export class KeySpill {
  readonly #store: Pick<SpillStore, 'createRun'>;
  readonly #seed: number;
  readonly #runs: (SpillRun | undefined)[] = [];
  readonly #blocks: Uint8Array[] = [];
  readonly #used = new Int32Array(partitions);
  readonly #counts = new Float64Array(partitions);
  readonly #narrowCounts = new Float64Array(partitions);
  /** 1 where a key may stand twice. */
  readonly #doubtful = new Uint8Array(partitions);
  readonly #reader = new EntryReader();

  constructor(store: Pick<SpillStore, 'createRun'>, seed: number) {
    this.#store = store;
    this.#seed = seed;
  }

  /**
   * Keeps a key; `place` null when no sample will be wanted of it, and `row` is all that counts; `isNew` when it is
   * known that it was not added before.
   */
  add(words: Uint32Array, narrow: boolean, row: number, place: KeyPlace | null, isNew: boolean): void {
    const width = narrow ? 2 : 4;
    const partition = this.#partitionOf(words, narrow);
    if (!isNew) this.#doubtful[partition] = 1;
    this.#blocks[partition] ??= new Uint8Array(blockBytes);
    const block = this.#blocks[partition];
    let at = this.#used[partition]!;
    const kind =
      place === null
        ? kinds.noPlace
        : place.byte === null
          ? kinds.wholeRow
          : place.value !== null
            ? kinds.value
            : place.shape !== null
              ? kinds.shape
              : kinds.noCell;
    block[at] = (kind << 1) | (narrow ? 1 : 0);
    at += 1;
    for (let word = 0; word < width; word++) {
      const value = words[word]!;
      block[at] = value;
      block[at + 1] = value >>> 8;
      block[at + 2] = value >>> 16;
      block[at + 3] = value >>> 24;
      at += 4;
    }
    at = putNumber(block, at, row);
    if (place !== null) {
      at = putNumber(block, at, place.line);
      at = putNumber(block, at, place.byte ?? 0);
      if (kind === kinds.shape || kind === kinds.value) {
        const { written } = utf8.encodeInto((place.value ?? place.shape)!, block.subarray(at + 1));
        block[at] = written;
        at += 1 + written;
      }
    }
    this.#counts[partition]! += 1;
    if (narrow) this.#narrowCounts[partition]! += 1;
    this.#used[partition] = at;
    if (at + entryBytes > blockBytes) this.#flush(partition);
  }

  /** True when the key's partition will be searched at the end, whatever is added yet. */
  isDoubtful(words: Uint32Array, narrow: boolean): boolean {
    return this.#doubtful[this.#partitionOf(words, narrow)] === 1;
  }

  /** The row that the key was first added in; 0 when it was not. */
  firstRow(words: Uint32Array, narrow: boolean): number {
    const partition = this.#partitionOf(words, narrow);
    for (const block of this.#runs[partition]?.blocks() ?? []) {
      const row = this.#reader.rowOf(block, words, narrow);
      if (row > 0) return row;
    }
    const used = this.#used[partition]!;
    return used === 0 ? 0 : this.#reader.rowOf(this.#blocks[partition]!.subarray(0, used), words, narrow);
  }

  /**
   * Finds every key that was added before, and gives the row it was first added in. Within one key the rows rise.
   * `limitEntries` bounds the keys held at a time. The place is null where none was kept.
   */
  repeated(
    limitEntries: number,
    found: (row: number, firstRow: number, place: () => KeyPlace | null) => void,
  ): void {
    const free = { left: Number.POSITIVE_INFINITY };
    const reader = this.#reader;
    for (let partition = 0; partition < partitions; partition++) {
      if (this.#doubtful[partition] === 0) continue;
      const passes = Math.ceil(this.#counts[partition]! / limitEntries);
      for (let pass = 0; pass < passes; pass++) {
        const numbers = this.#narrowCounts[partition]!;
        const others = this.#counts[partition]! - numbers;
        const narrow = new SeenKeys(2, this.#seed ^ 0x3c6ef372, free, numbers / passes);
        const wide = new SeenKeys(4, this.#seed ^ 0x3c6ef372, free, others / passes);
        for (const block of this.#blocksOf(partition)) {
          for (reader.open(block); reader.next(); ) {
            const width = reader.narrow ? 2 : 4;
            if (passes > 1 && scatter(reader.words, width, this.#seed ^ 0x5bd1e995) % passes !== pass)
              continue;
            // The place in the set is the entry's row; a row beyond 32 bits closes the set.
            const first = (reader.narrow ? narrow : wide).seenIn(reader.words, reader.row);
            if (first < 0) throw new Error('more rows than can be compared');
            if (first > 0) found(reader.row, first, reader.place);
          }
        }
      }
    }
  }

  /**
   * Finds every key that is neither among `others` nor known to `isKnown`, with its place. Both have one seed, so that a
   * key lies in the same partition of each.
   */
  missingFrom(
    others: KeySpill | null,
    limitEntries: number,
    isKnown: (words: Uint32Array, narrow: boolean) => boolean,
    found: (place: KeyPlace) => void,
  ): void {
    const reader = new EntryReader();
    for (let partition = 0; partition < partitions; partition++) {
      if (this.#counts[partition] === 0) continue;
      const offered = others === null ? 0 : others.#counts[partition]!;
      const passes = Math.max(1, Math.ceil(offered / limitEntries));
      for (let pass = 0; pass < passes; pass++) {
        const mine = (entry: EntryReader) =>
          passes === 1 ||
          scatter(entry.words, entry.narrow ? 2 : 4, this.#seed ^ 0x5bd1e995) % passes === pass;
        const sets = [this.#emptySet(2), this.#emptySet(4)] as const;
        const setOf = (entry: EntryReader) => sets[entry.narrow ? 0 : 1];
        for (const block of others === null ? [] : others.#blocksOf(partition)) {
          for (reader.open(block); reader.next(); ) if (mine(reader)) setOf(reader).seenIn(reader.words, 1);
        }
        for (const block of this.#blocksOf(partition)) {
          for (reader.open(block); reader.next(); ) {
            if (!mine(reader) || setOf(reader).has(reader.words)) continue;
            if (!isKnown(reader.words, reader.narrow)) found(reader.place()!);
          }
        }
      }
    }
  }

  #emptySet(width: 2 | 4): SeenKeys {
    return new SeenKeys(width, this.#seed ^ 0x3c6ef372, { left: Number.POSITIVE_INFINITY });
  }

  /** What was added to a partition, block by block. */
  #blocksOf(partition: number): Iterable<Uint8Array> {
    if (this.#used[partition]! > 0) this.#flush(partition);
    return this.#runs[partition]?.blocks() ?? [];
  }

  #partitionOf(words: Uint32Array, narrow: boolean): number {
    return scatter(words, narrow ? 2 : 4, this.#seed) % partitions;
  }

  #flush(partition: number): void {
    this.#runs[partition] ??= this.#store.createRun();
    this.#runs[partition].append(this.#blocks[partition]!.subarray(0, this.#used[partition]!));
    this.#used[partition] = 0;
  }
}

/** Reads the entries of a block back. */
class EntryReader {
  readonly words = new Uint32Array(4);
  narrow = false;
  row = 0;
  #block: Uint8Array = new Uint8Array(0);
  #at = 0;
  #kind = 0;
  #line = 0;
  #byte = 0;
  #textAt = 0;
  #textEnd = 0;

  open(block: Uint8Array): void {
    this.#block = block;
    this.#at = 0;
  }

  next(): boolean {
    const block = this.#block;
    if (this.#at >= block.length) return false;
    const head = block[this.#at]!;
    this.#at += 1;
    this.narrow = (head & 1) === 1;
    this.#kind = head >> 1;
    const width = this.narrow ? 2 : 4;
    this.words.fill(0, width);
    for (let word = 0; word < width; word++) {
      const at = this.#at;
      this.words[word] = block[at]! | (block[at + 1]! << 8) | (block[at + 2]! << 16) | (block[at + 3]! << 24);
      this.#at += 4;
    }
    this.row = this.#number();
    if (this.#kind === kinds.noPlace) return true;
    this.#line = this.#number();
    this.#byte = this.#number();
    if (this.#kind === kinds.shape || this.#kind === kinds.value) {
      this.#textAt = this.#at + 1;
      this.#textEnd = this.#textAt + block[this.#at]!;
      this.#at = this.#textEnd;
    }
    return true;
  }

  /** The row of a key in a block; 0 when it is not there. */
  rowOf(block: Uint8Array, words: Uint32Array, narrow: boolean): number {
    for (this.open(block); this.next(); ) {
      const own = this.words;
      if (this.narrow !== narrow || own[0] !== words[0] || own[1] !== words[1]) continue;
      if (narrow || (own[2] === words[2] && own[3] === words[3])) return this.row;
    }
    return 0;
  }

  /** The place of the entry read last; null when none was kept. */
  readonly place = (): KeyPlace | null => {
    if (this.#kind === kinds.noPlace) return null;
    const place = { row: this.row, line: this.#line, shape: null, value: null };
    if (this.#kind === kinds.wholeRow) return { ...place, byte: null };
    if (this.#kind === kinds.noCell) return { ...place, byte: this.#byte };
    const text = new TextDecoder().decode(this.#block.subarray(this.#textAt, this.#textEnd));
    return { ...place, byte: this.#byte, [this.#kind === kinds.shape ? 'shape' : 'value']: text };
  };

  #number(): number {
    let value = 0;
    let factor = 1;
    for (;;) {
      const byte = this.#block[this.#at]!;
      this.#at += 1;
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
      factor *= 128;
    }
  }
}

/** Seven bits a byte, the lowest first. */
function putNumber(block: Uint8Array, start: number, value: number): number {
  let at = start;
  let rest = value;
  while (rest >= 0x80) {
    block[at] = (rest % 0x80) | 0x80;
    at += 1;
    rest = Math.floor(rest / 0x80);
  }
  block[at] = rest;
  return at + 1;
}
