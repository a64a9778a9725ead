/** The key of a row as a few words: exact where it is short or a number, a keyed hash of 124 bits where it is not. */
import { type HashKey, hash128 } from './keyed-hash.ts';

/**
 * How a cell stands in a key. Numbers are compared as numbers (`01` is 1 in a column of integers), text byte by byte;
 * text of up to 15 digits is packed as a number together with its length, so that `01` and `1` stay apart.
 */
const tag = { value: 0x80, negative: 0x90, digits: 0xa0, double: 0xb0, long: 0x7f } as const;

/** Bytes of a key that fit in four words with their length. */
const limitExact = 15;
/** Marks a hash; no packed key has it where the length stands. */
const hashed = 0xf;

/** 1, 11, 111 …: where the numbers begin that stand for texts of so many digits. */
const firstOfLength = Array.from({ length: 16 }, (_, digits) => (10 ** digits - 1) / 9);

const double = new Float64Array(1);
const doubleBytes = new Uint8Array(double.buffer);

/** Builds one key at a time, in memory that is used again. */
export class RowKey {
  /** The key: two words (`narrow`) or four. */
  readonly words = new Uint32Array(4);
  narrow = false;
  /** False once a key was longer than what is kept exactly. */
  exact = true;
  readonly #hashKey: HashKey;
  #bytes = new Uint8Array(64);
  #length = 0;
  #cells = 0;
  /** Of a key that is one number: the number and its tag. */
  #number = 0;
  #tag = 0;

  constructor(hashKey: HashKey) {
    this.#hashKey = hashKey;
  }

  begin(): void {
    this.#length = 0;
    this.#cells = 0;
    this.#tag = 0;
  }

  /** Adds a cell that is compared by its value: an integer, a date, a number of few enough digits to be exact. */
  addNumber(value: number): void {
    if (Number.isSafeInteger(value)) this.#addWhole(Math.abs(value), value < 0 ? tag.negative : tag.value);
    else {
      this.#writeFirst();
      double[0] = value;
      this.#reserve(9);
      this.#bytes[this.#length] = tag.double;
      this.#bytes.set(doubleBytes, this.#length + 1);
      this.#length += 9;
      this.#cells += 1;
    }
  }

  /** Adds a cell that is compared byte by byte. */
  addBytes(buf: Uint8Array, start: number, end: number): void {
    const length = end - start;
    if (length > 0 && length <= 15) {
      let value = 0;
      let at = start;
      for (; at < end; at++) {
        const digit = buf[at]! - 0x30;
        if (digit < 0 || digit > 9) break;
        value = value * 10 + digit;
      }
      if (at === end) {
        this.#addWhole(firstOfLength[length]! + value, tag.digits);
        return;
      }
    }
    this.#writeFirst();
    this.#reserve(length + 5);
    const bytes = this.#bytes;
    let to = this.#length;
    if (length < tag.long) {
      bytes[to] = length;
      to += 1;
    } else {
      bytes[to] = tag.long;
      for (let shift = 0; shift < 32; shift += 8) bytes[to + 1 + shift / 8] = length >>> shift;
      to += 5;
    }
    if (length < 64) for (let at = start; at < end; at++) bytes[to + at - start] = buf[at]!;
    else bytes.set(buf.subarray(start, end), to);
    this.#length = to + length;
    this.#cells += 1;
  }

  /** Sets `words` and `narrow`. */
  end(): void {
    const words = this.words;
    this.narrow = this.#cells === 1 && this.#tag !== 0;
    if (this.narrow) {
      // A whole number has 53 bits; the tag takes the bits above it.
      words[0] = this.#number;
      words[1] = Math.floor(this.#number / 0x1_0000_0000) | (this.#tag << 24);
      words[2] = 0;
      words[3] = 0;
      return;
    }
    const length = this.#length;
    const bytes = this.#bytes;
    if (length > limitExact) {
      hash128(this.#hashKey, bytes, length, words);
      words[3] = (words[3]! & 0x0fff_ffff) | (hashed << 28);
      this.exact = false;
      return;
    }
    for (let word = 0; word < 4; word++) {
      let value = 0;
      for (let at = 0; at < 4 && word * 4 + at < length; at++) value |= bytes[word * 4 + at]! << (8 * at);
      words[word] = value;
    }
    words[3] = (words[3]! & 0x00ff_ffff) | (length << 24);
  }

  /** A first whole number is written out only when another cell follows it: most keys are one number. */
  #addWhole(value: number, kind: number): void {
    if (this.#cells === 0) {
      this.#number = value;
      this.#tag = kind;
    } else {
      this.#writeFirst();
      this.#write(value, kind);
    }
    this.#cells += 1;
  }

  #writeFirst(): void {
    if (this.#cells === 1 && this.#tag !== 0) this.#write(this.#number, this.#tag);
  }

  #write(value: number, kind: number): void {
    this.#reserve(8);
    const first = this.#length;
    let at = first + 1;
    let rest = value;
    while (rest > 0) {
      this.#bytes[at] = rest % 256;
      at += 1;
      rest = Math.floor(rest / 256);
    }
    this.#bytes[first] = kind | (at - first - 1);
    this.#length = at;
  }

  #reserve(more: number): void {
    if (this.#length + more <= this.#bytes.length) return;
    const bytes = new Uint8Array(2 * (this.#length + more));
    bytes.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = bytes;
  }
}
