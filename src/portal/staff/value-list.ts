/** A list of values in one cell of the table, `A; B; "with ; in it"`, and back again. Pure. */

/** What must stand in quotes: nothing at all, the separator, quotes, and space at the ends. */
const needsQuotes = /^$|[;"]|^\s|\s$/;

export function listText(values: readonly string[]): string {
  return values
    .map((value) => (needsQuotes.test(value) ? `"${value.replaceAll('"', '""')}"` : value))
    .join('; ');
}

/** Empty places between separators are nothing; an empty value is `""`. An odd quote is part of the value. */
export function listOf(text: string): string[] {
  const values: string[] = [];
  let rest = text;
  while (rest.trim() !== '') {
    const [whole = '', quoted, plain] = /^\s*(?:"((?:[^"]|"")*)"\s*(?=;|$)|([^;]*))(?:;|$)/.exec(rest) ?? [];
    if (quoted !== undefined) values.push(quoted.replaceAll('""', '"'));
    else if (plain !== undefined && plain.trim() !== '') values.push(plain.trim());
    if (whole === '') break;
    rest = rest.slice(whole.length);
  }
  return values;
}
