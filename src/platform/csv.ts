/** Lines of CSV for a spreadsheet: RFC 4180 with semicolons, which nothing in a cell can turn into a formula. */

/** What stands before the first line, so that the file is read as UTF-8. */
export const csvMark = '\ufeff';

export function csvLine(cells: readonly string[]): string {
  return `${cells.map(csvCell).join(';')}\r\n`;
}

/** A cell that a spreadsheet would take for a formula gets an apostrophe, also after blanks and in full width. */
function csvCell(text: string): string {
  const safe = /^[\s\p{C}]*[=+\-@＝＋－＠]|^[\t\r\n]/u.test(text) ? `'${text}` : text;
  return /[;"\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
