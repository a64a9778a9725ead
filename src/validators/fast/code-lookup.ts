/** Codes of up to eight bytes as 64-bit numbers, in a table that the kernel of the fast path searches by their bytes. */

/** The code's bytes, the first in the lowest; no code is 0. */
export type PackedCode = bigint;

/** Slots of 16 bytes: the packed code, and where it is counted; 0 there for an empty slot. */
export interface CodeTable {
  readonly slots: DataView<ArrayBuffer>;
  readonly shift: number;
}

export const slotBytes = 16;
/** An odd number whose product with a code has the code's differences in its highest bits (2^64 divided by the golden ratio). */
export const factor = 0x9e3779b97f4a7c15n;

/** The code's bytes; undefined when it is too long or has a byte that means something in delimited text. */
export function packCode(code: string, delimiter: number): PackedCode | undefined {
  // The `#` is where a formula's error begins, which the generic path knows.
  if (code.length > 8 || !/^[\x20-\x7e]+$/.test(code) || /["#]/.test(code)) return undefined;
  if (code.includes(String.fromCharCode(delimiter))) return undefined;
  let packed = 0n;
  for (let at = code.length - 1; at >= 0; at--) packed = (packed << 8n) | BigInt(code.charCodeAt(at));
  return packed;
}

/** A table at most half full; a code lies in the first free slot from where its product points, with no turn at the end. */
export function codeTable(
  codes: readonly { readonly packed: PackedCode; readonly countedAt: number }[],
): CodeTable {
  const bits = Math.max(3, Math.ceil(Math.log2(2 * codes.length + 1)));
  const shift = 64 - bits;
  const taken: { packed: PackedCode; countedAt: number }[] = [];
  let last = 2 ** bits - 1;
  for (const code of codes) {
    let slot = Number(BigInt.asUintN(64, code.packed * factor) >> BigInt(shift));
    while (taken[slot] !== undefined) slot += 1;
    taken[slot] = code;
    last = Math.max(last, slot);
  }
  // One empty slot more ends every search.
  const slots = new DataView(new ArrayBuffer((last + 2) * slotBytes));
  taken.forEach(({ packed, countedAt }, slot) => {
    slots.setBigUint64(slot * slotBytes, packed, true);
    slots.setInt32(slot * slotBytes + 8, countedAt, true);
  });
  return { slots, shift };
}
