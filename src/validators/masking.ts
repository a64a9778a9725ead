/** What of a cell, a label or a file name may be shown: a shape by default, the text itself only where it is harmless. */

const limitChars = 40;

/**
 * Digits become 9 (`#` in identity numbers, so that no digit is left at all), capitals A, other letters a. Blanks and
 * printable ASCII punctuation stay; anything else becomes `?`, so that no control character reaches a terminal.
 */
export function shapeOf(text: string, digit: '9' | '#' = '9'): string {
  let shape = '';
  let length = 0;
  for (const char of text) {
    if (length === limitChars) return shape + '…';
    length += 1;
    if (/\p{N}/u.test(char)) shape += digit;
    else if (/\p{Lu}/u.test(char)) shape += 'A';
    else if (/\p{L}/u.test(char)) shape += 'a';
    else shape += /[ -~]/.test(char) ? char : '?';
  }
  return shape;
}

/** False for a value that is long or has digits enough to identify somebody, whatever its field; see code-look.ts for words. */
export function harmless(text: string): boolean {
  return (
    text.length <= limitChars && !/[^\p{L}\p{N} -~]/u.test(text) && (text.match(/\p{N}/gu) ?? []).length < 6
  );
}

/** A label that breaks no naming rule and has no run of digits that could be a date or a number of somebody. */
export function labelMayBeShown(label: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_]{0,31}$/.test(label) && !/[0-9]{6}/.test(label);
}

/** True for what stands in rows rather than in headers: empty, a number, a date, or a long run of digits. */
export function looksLikeData(label: string): boolean {
  const text = label.trim();
  return text === '' || /\d{6}/.test(text) || /^[-+]?[\d .,:/-]*\d[\d .,:/-]*$/.test(text);
}

/** A file name as the report may bear it: all digits masked when a run of them could be an identity number. */
export function maskFileName(name: string): string {
  const safe = name.replace(/[\p{C}\u2028\u2029]/gu, '?');
  return /\d{10}|\d{6}[ ._-]\d{5}/.test(safe) ? safe.replace(/\d/g, '#') : safe;
}
