/** Numbers that look random and are the same for the same seed (xorshift128), so that what was found is found again. */
export interface Generator {
  /** From 0 up to, and without, `limit`. */
  below(limit: number): number;
  oneIn(count: number): boolean;
  of<T>(list: readonly T[]): T;
  /** At most `limit` bytes. */
  bytes(limit: number): Uint8Array;
  exactBytes(count: number): Uint8Array;
}

export function generator(seed: number): Generator {
  let a = seed >>> 0 || 1;
  let b = 0x9e37_79b9;
  let c = 0x243f_6a88;
  let d = (seed / 2 ** 32) >>> 0 || 0xb7e1_5162;

  function next(): number {
    const t = a ^ (a << 11);
    a = b;
    b = c;
    c = d;
    d = d ^ (d >>> 19) ^ t ^ (t >>> 8);
    return d >>> 0;
  }
  for (let at = 0; at < 16; at++) next();

  const below = (limit: number): number => next() % limit;
  const exactBytes = (count: number): Uint8Array => {
    const bytes = new Uint8Array(count);
    for (let at = 0; at < count; at++) bytes[at] = next();
    return bytes;
  };
  return {
    below,
    oneIn: (count) => below(count) === 0,
    of: (list) => list[below(list.length)]!,
    bytes: (limit) => exactBytes(below(limit)),
    exactBytes,
  };
}
