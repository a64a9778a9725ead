/** Whether a column is one of codes: few, short, each of them common, and none that could be about one person. */

const limitCodes = 40;
const limitBytes = 8;
/** A code that stands fewer times than this is not written down, and then the column has no list. */
export const leastTimes = 5;

/** Words that are codes though they are made of letters; others could be names. */
const words = new Set([
  'ja',
  'nei',
  'mann',
  'kvinne',
  'menn',
  'kvinner',
  'yes',
  'no',
  'male',
  'female',
  'true',
  'false',
]);

export class CodeGuess {
  #counts: Map<string, number> | null = new Map();

  /** False from the first cell on that cannot be a code: then no cell need be decoded any more. */
  get alive(): boolean {
    return this.#counts !== null;
  }

  /** The cell's text; not called for missing cells. */
  cell(text: string): void {
    const counts = this.#counts;
    if (counts === null) return;
    if (!mayBeCode(text) || (!counts.has(text) && counts.size === limitCodes)) {
      this.#counts = null;
      return;
    }
    counts.set(text, (counts.get(text) ?? 0) + 1);
  }

  /** Cells longer than a code end the guess without being read. */
  tooLong(bytes: number): boolean {
    if (bytes > limitBytes) this.#counts = null;
    return bytes > limitBytes;
  }

  /** The codes in order; null when the column is none of codes, or a code is rare. */
  codes(): string[] | null {
    const counts = this.#counts;
    if (counts === null || counts.size === 0) return null;
    for (const count of counts.values()) if (count < leastTimes) return null;
    return [...counts.keys()].sort();
  }
}

/** Digits (fewer than six), at most two letters in all, and marks between; or one of the words. */
function mayBeCode(text: string): boolean {
  if (words.has(text.toLowerCase())) return true;
  if (!/^[\p{L}\d](?:[\p{L}\d._/-]*[\p{L}\d])?$/u.test(text)) return false;
  return (text.match(/\d/g) ?? []).length < 6 && (text.match(/\p{L}/gu) ?? []).length <= 2;
}
