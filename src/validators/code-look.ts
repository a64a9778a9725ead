/** Whether a wrong value of a column of codes looks like a code: then it may be shown, as it is no name and no free text. */

const limitLetters = 2;

export class CodeLook {
  readonly #codes: readonly string[];
  /** The longest code. */
  readonly #length: number;
  readonly #signs = new Set<string>();

  constructor(codes: readonly string[]) {
    this.#codes = codes;
    this.#length = codes.reduce((most, code) => Math.max(most, code.length), 0);
    for (const code of codes) for (const sign of code) this.#signs.add(kindOf(sign));
  }

  /** Made of the same kinds of signs as the codes, hardly longer, and no word, unless it is a code but for one sign. */
  fits(text: string): boolean {
    if (text.length > this.#length + 1) return false;
    const lower = text.toLowerCase().trim();
    if (this.#codes.some((code) => code.toLowerCase() === lower)) return true;
    if (hasWord(text)) return this.#codes.some((code) => isNear(code, text));
    return [...text].every((sign) => this.#signs.has(kindOf(sign)));
  }
}

/** True for a run of letters that could be somebody's name. */
export function hasWord(text: string): boolean {
  return new RegExp(`\\p{L}{${limitLetters + 1}}`, 'u').test(text);
}

/** Digits, capitals and small letters are each of one kind; any other sign is its own. */
function kindOf(sign: string): string {
  if (/[0-9]/.test(sign)) return '9';
  if (/[A-Z]/.test(sign)) return 'A';
  return /[a-z]/.test(sign) ? 'a' : sign;
}

/** True when one sign at most is added, left out or another; of a code so short that this would be half of it, never. */
function isNear(code: string, text: string): boolean {
  if (code.length < 4 || Math.abs(code.length - text.length) > 1) return false;
  let at = 0;
  while (at < code.length && code[at] === text[at]) at += 1;
  const rest = (from: string, skip: number) => from.slice(at + skip);
  return (
    rest(code, 1) === rest(text, 1) || rest(code, 1) === rest(text, 0) || rest(code, 0) === rest(text, 1)
  );
}
