/** Which dialects the fast path reads. */
import type { ScanDialect } from '../records.ts';

const delimiters = [';', ',', '\t', '|'].map((char) => char.charCodeAt(0));
const doubleQuoteMark = 0x22;

/**
 * True for a delimiter that no number or date has, and quotes `"` doubled or none. A property of the dialect that is not
 * known here leaves the file to the generic path, and so does all that the loose scanner reads.
 */
export function isPlainDialect(dialect: ScanDialect): boolean {
  const { delimiter, quote, doubleQuote, ...unknown } = dialect;
  if (!delimiters.includes(delimiter)) return false;
  if (quote !== -1 && (quote !== doubleQuoteMark || !doubleQuote)) return false;
  return Object.values(unknown).every((value) => value === undefined);
}
