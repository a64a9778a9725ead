/** Tables for people, JSON for programs. */
import type { Writable } from 'node:stream';

/** Rows as an aligned table under a heading; numbers to the right. Control characters are shown, never sent. */
export function table(
  columns: readonly string[],
  rows: readonly (readonly (string | number | null)[])[],
): string {
  const cells = rows.map((row) => row.map((cell) => (cell === null ? '–' : printable(String(cell)))));
  const widths = columns.map((title, i) =>
    Math.max(title.length, ...cells.map((row) => row[i]?.length ?? 0)),
  );
  const right = columns.map(
    (_, i) => rows.length > 0 && rows.every((row) => typeof row[i] === 'number' || row[i] === null),
  );
  const line = (row: readonly string[]): string =>
    row
      .map((cell, i) => (right[i] ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0)))
      .join('  ')
      .trimEnd();
  return (
    [line(columns), line(widths.map((width) => '─'.repeat(width))), ...cells.map(line)].join('\n') + '\n'
  );
}

/** Text that a terminal can be given: control characters become visible. */
export function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, (c) => `\\x${(c.codePointAt(0) ?? 0).toString(16).padStart(2, '0')}`);
}

export function json(value: unknown): string {
  return JSON.stringify(value, null, 2) + '\n';
}

/** Bytes for people: 1.2 MB. */
export function size(bytes: number | null): string | null {
  if (bytes === null) return null;
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return unit === 0 ? `${bytes} B` : `${value.toFixed(1)} ${units[unit]}`;
}

/** Writes and waits for room; a closed pipe ends it quietly. */
export async function write(to: Writable, chunk: string | Uint8Array): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    to.write(chunk, (err) => (err ? reject(err) : resolve()));
  });
}
