import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, truncateSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Temporal } from 'temporal-polyfill';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ZipEntry, zipBytes, zipStream } from '../../../src/api/zip-stream.ts';

let place = '';
beforeAll(() => {
  place = mkdtempSync(join(tmpdir(), 'datasluse-zip-'));
});
afterAll(() => rmSync(place, { recursive: true }));

const at = Temporal.ZonedDateTime.from('2026-11-23T08:30:10[Europe/Oslo]');

function entry(name: string, content: string): ZipEntry {
  const bytes = Buffer.from(content);
  return {
    name,
    bytes: bytes.length,
    open: async function* () {
      for (const byte of bytes) yield Uint8Array.of(byte);
    },
  };
}

async function write(entries: readonly ZipEntry[]): Promise<string> {
  const path = join(place, 'x.zip');
  const chunks: Uint8Array[] = [];
  for await (const chunk of zipStream(entries, at)) chunks.push(chunk);
  const archive = Buffer.concat(chunks);
  expect(archive.length).toBe(zipBytes(entries));
  writeFileSync(path, archive);
  return path;
}

const python = (code: string): unknown =>
  JSON.parse(
    execFileSync('python3', ['-c', `import json, zipfile\n${code}`], { cwd: place, encoding: 'utf8' }),
  );

test('writes names, times, sizes and checksums that another program reads', async () => {
  await write([entry('a.csv', 'en;to\n'), entry('æøå.csv', ''), entry('c.csv', 'tre')]);
  const read = python(`
z = zipfile.ZipFile('x.zip')
print(json.dumps([z.testzip(), [[i.filename, i.file_size, list(i.date_time), z.read(i).decode()] for i in z.infolist()]]))`);
  const time = [2026, 11, 23, 8, 30, 10];
  expect(read).toEqual([
    null,
    [
      ['a.csv', 6, time, 'en;to\n'],
      ['æøå.csv', 0, time, ''],
      ['c.csv', 3, time, 'tre'],
    ],
  ]);
});

test('fails when an entry is shorter than it was said to be', async () => {
  const short = { ...entry('a.csv', 'abc'), bytes: 4 };
  const all = async () => {
    for await (const _chunk of zipStream([short], at));
  };
  await expect(all()).rejects.toThrow('not as long');
});

test('writes entries and offsets beyond 4 GiB, and says the size of such an archive beforehand', async () => {
  // Zeros are not written but skipped, so that the file takes no room; the checksum is read all the same.
  const large = 0x1_0000_0000 + 5;
  const zeros = Buffer.alloc(64 * 1024 * 1024);
  const huge: ZipEntry = {
    name: 'stor.csv',
    bytes: large,
    open: async function* () {
      for (let sent = 0; sent < large; sent += zeros.length)
        yield zeros.subarray(0, Math.min(zeros.length, large - sent));
    },
  };
  const entries = [entry('a.csv', 'en'), huge, entry('b.csv', 'to')];
  const path = join(place, 'large.zip');
  const handle = openSync(path, 'w');
  let position = 0;
  for await (const chunk of zipStream(entries, at)) {
    if (chunk.buffer !== zeros.buffer) writeSync(handle, chunk, 0, chunk.length, position);
    position += chunk.length;
  }
  closeSync(handle);
  truncateSync(path, position);
  expect(position).toBe(zipBytes(entries));
  const read = python(`
z = zipfile.ZipFile('large.zip')
print(json.dumps([[[i.filename, i.file_size] for i in z.infolist()], z.read('a.csv').decode(), z.read('b.csv').decode(), z.open('stor.csv').read(10).decode() == chr(0) * 10]))`);
  expect(read).toEqual([
    [
      ['a.csv', 2],
      ['stor.csv', large],
      ['b.csv', 2],
    ],
    'en',
    'to',
    true,
  ]);
}, 60_000);
