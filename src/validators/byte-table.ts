/** A fixed list of words (codes, missing values), found by their bytes without making a string. */
import { encode } from './encoding.ts';

/** A word is found in UTF-8 and in windows-1252 alike: the encoding of a file may be known only later. */
export class ByteTable {
  readonly #slots: Int32Array;
  readonly #words: { readonly bytes: Uint8Array; readonly index: number }[] = [];
  readonly #mask: number;

  constructor(words: readonly string[]) {
    words.forEach((word, index) => {
      for (const encoding of ['utf-8', 'windows-1252'] as const) {
        const bytes = encode(word, encoding);
        if (bytes !== undefined) this.#words.push({ bytes, index });
      }
    });
    let size = 8;
    while (size < this.#words.length * 3) size *= 2;
    this.#mask = size - 1;
    this.#slots = new Int32Array(size);
    this.#words.forEach(({ bytes }, at) => {
      if (this.indexOf(bytes, 0, bytes.length) >= 0) return;
      let slot = hashOf(bytes, 0, bytes.length) & this.#mask;
      while (this.#slots[slot] !== 0) slot = (slot + 1) & this.#mask;
      this.#slots[slot] = at + 1;
    });
  }

  /** The place of the word in the list; -1 when it is not there. */
  indexOf(buf: Uint8Array, start: number, end: number): number {
    let slot = hashOf(buf, start, end) & this.#mask;
    for (;;) {
      const at = this.#slots[slot]!;
      if (at === 0) return -1;
      const word = this.#words[at - 1]!;
      if (sameBytes(word.bytes, buf, start, end)) return word.index;
      slot = (slot + 1) & this.#mask;
    }
  }
}

function hashOf(buf: Uint8Array, start: number, end: number): number {
  let hash = 0x811c9dc5;
  for (let at = start; at < end; at++) hash = Math.imul(hash ^ buf[at]!, 0x01000193);
  return hash ^ (hash >>> 15);
}

function sameBytes(bytes: Uint8Array, buf: Uint8Array, start: number, end: number): boolean {
  if (bytes.length !== end - start) return false;
  for (let at = 0; at < bytes.length; at++) {
    if (bytes[at] !== buf[start + at]) return false;
  }
  return true;
}
