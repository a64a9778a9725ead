/** What the measurements of the doors share: a described file of a wished size, and the median. */
import { closeSync, openSync, writeSync } from 'node:fs';
import { soundFile } from '../src/cli/demo-data.ts';

export const median = (list: readonly number[]): number =>
  [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)] ?? 0;

/** A described semicolon file of at least `bytes`: one block of rows, again and again. */
export function writeCsv(path: string, bytes: number): void {
  const [header = '', ...rows] = soundFile(20_000).split('\r\n');
  const block = Buffer.from(`${rows.filter((row) => row !== '').join('\r\n')}\r\n`);
  const file = openSync(path, 'w');
  writeSync(file, `${header}\r\n`);
  for (let written = 0; written < bytes; written += block.length) writeSync(file, block);
  closeSync(file);
}
