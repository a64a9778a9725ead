/** Which dialects the fast path reads. */
import type { ScanDialect } from '../record-scanner.ts';

const delimiters = [';', ',', '\t', '|'].map((char) => char.charCodeAt(0));
const doubleQuoteMark = 0x22;

/**
 * True for a delimiter that no number or date has, and quotes `"` doubled or none. A property of the dialect that is not
 * known here leaves the file to the generic path, unless it is switched off.
 */
export function isPlainDialect(dialect: ScanDialect): boolean {
  const { delimiter, quote, doubleQuote, ...unknown } = dialect;
  if (!delimiters.includes(delimiter)) return false;
  if (quote !== -1 && (quote !== doubleQuoteMark || !doubleQuote)) return false;
  return Object.values(unknown).every((value) => value === undefined || value === false || value === -1);
}
