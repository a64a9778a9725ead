/** Codes of up to eight bytes, found by two packed words and one probe: tables without collisions, all in one array. */

/** Bytes packed from the left: a word shorter than eight bytes has zeros in front, which no code begins with. */
export interface PackedCode {
  readonly high: number;
  readonly low: number;
}

/** Where a column's table lies, and how a slot is found in it: see `slotOf`. */
export interface CodeTable {
  readonly base: number;
  readonly shift: number;
  readonly factor: number;
}

/** Larger tables fall out of the processor's cache, and the fast path out of its purpose. */
const limitSlots = 1 << 16;

/** The code's bytes; undefined when it is too long or has a byte that means something in delimited text. */
export function packCode(code: string, delimiter: number): PackedCode | undefined {
  // The `#` is where a formula's error begins, which the generic path knows.
  if (code.length > 8 || !/^[\x20-\x7e]+$/.test(code) || /["#]/.test(code)) {
    return undefined;
  }
  if (code.includes(String.fromCharCode(delimiter))) return undefined;
  let high = 0;
  let low = 0;
  for (let at = 0; at < code.length; at++) {
    high = (high << 8) | (low >>> 24);
    low = (low << 8) | code.charCodeAt(at);
  }
  return { high, low };
}

export function slotOf(high: number, low: number, factor: number, shift: number): number {
  return Math.imul(low ^ Math.imul(high, 0x9e3779b1), factor) >>> shift;
}

/** The tables of all columns of codes. */
export class CodeLookup {
  /** By slot: the packed bytes, and the place among all codes counted, -1 for an empty slot. */
  highs = new Int32Array(0);
  lows = new Int32Array(0);
  places = new Int32Array(0);

  /** Adds a table; undefined when no table without collisions is found. `places` are the codes' own. */
  add(codes: readonly { readonly packed: PackedCode; readonly place: number }[]): CodeTable | undefined {
    for (let bits = Math.max(3, Math.ceil(Math.log2(codes.length + 1))); 1 << bits <= limitSlots; bits++) {
      const shift = 32 - bits;
      for (let attempt = 0; attempt < 64; attempt++) {
        const factor = Math.imul(2 * attempt + 1, 0x2c1b3c6d) | 1;
        const taken = new Set(codes.map(({ packed }) => slotOf(packed.high, packed.low, factor, shift)));
        if (taken.size === codes.length) return this.#fill(codes, factor, shift);
      }
    }
    return undefined;
  }

  #fill(
    codes: readonly { readonly packed: PackedCode; readonly place: number }[],
    factor: number,
    shift: number,
  ): CodeTable {
    const base = this.places.length;
    const size = base + 2 ** (32 - shift);
    this.highs = grown(this.highs, size, 0);
    this.lows = grown(this.lows, size, 0);
    this.places = grown(this.places, size, -1);
    for (const { packed, place } of codes) {
      const slot = base + slotOf(packed.high, packed.low, factor, shift);
      this.highs[slot] = packed.high;
      this.lows[slot] = packed.low;
      this.places[slot] = place;
    }
    return { base, shift, factor };
  }
}

function grown(from: Int32Array, size: number, empty: number): Int32Array<ArrayBuffer> {
  const to = new Int32Array(size).fill(empty);
  to.set(from);
  return to;
}
