/** Canaries: made-up data that must turn up nowhere, and a search for them in every guise in which it could be kept. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { syntheticPerson } from './microdata.ts';

/** A word that no program writes by itself. */
const word = 'KanarifuglXQZ';

/** The n-th canary number, from 0: it begins with 0, so a spreadsheet would eat a digit; all have one birth date. */
export function canaryNumber(n: number): string {
  return syntheticPerson(7, 9, 1943, n * 9);
}

/** The n-th canary text, as somebody's remark would stand in a file. */
export function canaryText(n: number): string {
  return `${word}${String(n).padStart(3, '0')} bor på Østre Ås`;
}

export interface CanarySearch {
  /** Which canaries are in these bytes, and in which guise. */
  inBytes(bytes: Uint8Array): string[];
  /** The same for every file below a folder; each hit begins with the file's path. */
  inFolder(folder: string): { hits: string[]; files: number; bytes: number };
}

/** A search for the canaries with the numbers 0 to `count` − 1. */
export function searchForCanaries(count: number): CanarySearch {
  const names = new Map<string, string>();
  for (let n = 0; n < count; n++) {
    // Without its first digit a number still says whose it is; and a text is known by its first word.
    const number = canaryNumber(n);
    for (const text of [
      number.slice(1),
      `${number.slice(0, 6)}-${number.slice(6)}`,
      canaryText(n).split(' ')[0]!,
    ]) {
      for (const [guise, needle] of guises(text)) names.set(needle, `canary ${n} as ${guise}`);
    }
  }
  const any = new RegExp(
    [...names.keys()].map((needle) => needle.replace(/[^A-Za-z0-9]/g, '\\$&')).join('|'),
    'g',
  );
  const inBytes = (bytes: Uint8Array) => {
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
    return [...new Set([...text.matchAll(any)].map((found) => names.get(found[0])!))];
  };
  return {
    inBytes,
    inFolder(folder) {
      const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
        entry.isFile(),
      );
      let bytes = 0;
      const hits = files.flatMap((entry) => {
        const path = join(entry.parentPath, entry.name);
        const content = readFileSync(path);
        bytes += content.length;
        const where = relative(folder, path);
        return [...inBytes(content), ...inBytes(Buffer.from(where))].map((hit) => `${where}: ${hit}`);
      });
      return { hits, files: files.length, bytes };
    },
  };
}

/** The text as bytes could hold it, each written in latin1. */
function guises(text: string): [string, string][] {
  const bytes = Buffer.from(text);
  const hex = bytes.toString('hex');
  return [
    ['plain text', text],
    ['UTF-16', Buffer.from(text, 'utf16le').toString('latin1')],
    ['hex', hex],
    ['hex', hex.toUpperCase()],
    ...[0, 1, 2].map((shift): [string, string] => [`base64 (${shift})`, inBase64(bytes, shift)]),
  ];
}

/** The characters of base64 that depend on `bytes` alone when `shift` others stand before them in their group. */
function inBase64(bytes: Buffer, shift: number): string {
  const encoded = Buffer.concat([Buffer.alloc(shift), bytes])
    .toString('base64')
    .replace(/=+$/, '');
  const whole = Math.floor(((shift + bytes.length) * 8) / 6);
  return encoded.slice(Math.ceil((shift * 8) / 6), whole);
}
