/** A ZIP archive as a stream: entries stored as they are, its size known before the first byte (APPNOTE.TXT 6.3.10). */
import { crc32 } from 'node:zlib';
import type { Temporal } from 'temporal-polyfill';

export interface ZipEntry {
  /** A plain file name; sent in UTF-8. */
  readonly name: string;
  readonly bytes: number;
  /** Exactly so many bytes. Opened when its turn comes. */
  readonly open: () => AsyncIterable<Uint8Array>;
}

/** What does not fit into four bytes is in the ZIP64 fields (section 4.5.3), and this stands in its place. */
const BEYOND = 0xffffffff;
const LOCAL_BYTES = 30;
const CENTRAL_BYTES = 46;
const ZIP64_LOCAL_BYTES = 20;
const ZIP64_CENTRAL_BYTES = 28;
const END_BYTES = 22;
const ZIP64_END_BYTES = 56 + 20;
/** General purpose bits 3 (the checksum follows the data) and 11 (names are UTF-8). */
const FLAGS = 0x0808;
const STORED = 0;
const ZIP64_VERSION = 45;
const PLAIN_VERSION = 20;
const LIMIT_ENTRIES = 0xffff;

interface Placed {
  readonly entry: ZipEntry;
  readonly name: Buffer;
  readonly offset: number;
  readonly zip64: boolean;
}

interface Layout {
  readonly entries: readonly Placed[];
  readonly directoryAt: number;
  readonly directoryBytes: number;
  readonly zip64End: boolean;
  readonly bytes: number;
}

function layOut(entries: readonly ZipEntry[]): Layout {
  if (entries.length >= LIMIT_ENTRIES) throw new Error('More entries than a ZIP archive of this kind holds.');
  const placed: Placed[] = [];
  let at = 0;
  let directoryBytes = 0;
  for (const entry of entries) {
    const name = Buffer.from(entry.name);
    const large = entry.bytes >= BEYOND;
    const zip64 = large || at >= BEYOND;
    placed.push({ entry, name, offset: at, zip64 });
    directoryBytes += CENTRAL_BYTES + name.length + (zip64 ? ZIP64_CENTRAL_BYTES : 0);
    at += LOCAL_BYTES + name.length + (large ? ZIP64_LOCAL_BYTES : 0) + entry.bytes + (large ? 24 : 16);
  }
  const zip64End = at >= BEYOND || directoryBytes >= BEYOND;
  const bytes = at + directoryBytes + (zip64End ? ZIP64_END_BYTES : 0) + END_BYTES;
  return { entries: placed, directoryAt: at, directoryBytes, zip64End, bytes };
}

/** How many bytes the archive of these entries has. */
export function zipBytes(entries: readonly ZipEntry[]): number {
  return layOut(entries).bytes;
}

/** The archive. Fails when an entry does not give as many bytes as it said. `at`: the time of every entry, as local time. */
export async function* zipStream(
  entries: readonly ZipEntry[],
  at: Temporal.ZonedDateTime,
): AsyncGenerator<Uint8Array, undefined> {
  const layout = layOut(entries);
  const stamp = dosTime(at);
  const directory: Buffer[] = [];
  for (const placed of layout.entries) {
    yield localHeader(placed, stamp);
    const { entry } = placed;
    let crc = 0;
    let sent = 0;
    for await (const chunk of entry.open()) {
      crc = crc32(chunk, crc);
      sent += chunk.length;
      yield chunk;
    }
    if (sent !== entry.bytes) throw new Error('An entry of an archive is not as long as it was said to be.');
    yield descriptor(entry.bytes, crc);
    directory.push(centralHeader(placed, stamp, crc));
  }
  yield Buffer.concat([...directory, endOf(layout)]);
}

function localHeader({ entry, name }: Placed, stamp: number): Buffer {
  const large = entry.bytes >= BEYOND;
  const head = Buffer.alloc(LOCAL_BYTES + name.length + (large ? ZIP64_LOCAL_BYTES : 0));
  head.writeUInt32LE(0x04034b50, 0);
  writeShared(head, 4, { large, stamp, crc: 0 });
  // With bit 3 the sizes are zero here and follow the data; in ZIP64 form they are marked as such (section 4.4.4).
  head.writeUInt32LE(large ? BEYOND : 0, 18);
  head.writeUInt32LE(large ? BEYOND : 0, 22);
  head.writeUInt16LE(name.length, 26);
  head.writeUInt16LE(large ? ZIP64_LOCAL_BYTES : 0, 28);
  head.set(name, LOCAL_BYTES);
  if (large) {
    const extra = LOCAL_BYTES + name.length;
    head.writeUInt16LE(1, extra);
    head.writeUInt16LE(16, extra + 2);
  }
  return head;
}

/** Version needed, flags, method, time, checksum: alike in both headers (section 4.3.7 and 4.3.12). */
function writeShared(
  head: Buffer,
  at: number,
  { large, stamp, crc }: { large: boolean; stamp: number; crc: number },
): void {
  head.writeUInt16LE(large ? ZIP64_VERSION : PLAIN_VERSION, at);
  head.writeUInt16LE(FLAGS, at + 2);
  head.writeUInt16LE(STORED, at + 4);
  head.writeUInt32LE(stamp, at + 6);
  head.writeUInt32LE(crc, at + 10);
}

function descriptor(bytes: number, crc: number): Buffer {
  const large = bytes >= BEYOND;
  const tail = Buffer.alloc(large ? 24 : 16);
  tail.writeUInt32LE(0x08074b50, 0);
  tail.writeUInt32LE(crc, 4);
  if (large) {
    tail.writeBigUInt64LE(BigInt(bytes), 8);
    tail.writeBigUInt64LE(BigInt(bytes), 16);
  } else {
    tail.writeUInt32LE(bytes, 8);
    tail.writeUInt32LE(bytes, 12);
  }
  return tail;
}

function centralHeader({ entry, name, offset, zip64 }: Placed, stamp: number, crc: number): Buffer {
  const head = Buffer.alloc(CENTRAL_BYTES + name.length + (zip64 ? ZIP64_CENTRAL_BYTES : 0));
  head.writeUInt32LE(0x02014b50, 0);
  // Made by: Unix, so that the attributes below are read as a mode.
  head.writeUInt16LE(0x0300 | ZIP64_VERSION, 4);
  writeShared(head, 6, { large: zip64, stamp, crc });
  head.writeUInt32LE(zip64 ? BEYOND : entry.bytes, 20);
  head.writeUInt32LE(zip64 ? BEYOND : entry.bytes, 24);
  head.writeUInt16LE(name.length, 28);
  head.writeUInt16LE(zip64 ? ZIP64_CENTRAL_BYTES : 0, 30);
  head.writeUInt32LE((0o100640 << 16) >>> 0, 38);
  head.writeUInt32LE(zip64 ? BEYOND : offset, 42);
  head.set(name, CENTRAL_BYTES);
  if (zip64) {
    const extra = CENTRAL_BYTES + name.length;
    head.writeUInt16LE(1, extra);
    head.writeUInt16LE(24, extra + 2);
    head.writeBigUInt64LE(BigInt(entry.bytes), extra + 4);
    head.writeBigUInt64LE(BigInt(entry.bytes), extra + 12);
    head.writeBigUInt64LE(BigInt(offset), extra + 20);
  }
  return head;
}

function endOf(layout: Layout): Buffer {
  const { entries, directoryAt, directoryBytes, zip64End } = layout;
  const end = Buffer.alloc(END_BYTES);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(zip64End ? BEYOND : directoryBytes, 12);
  end.writeUInt32LE(zip64End ? BEYOND : directoryAt, 16);
  if (!zip64End) return end;
  const large = Buffer.alloc(ZIP64_END_BYTES);
  large.writeUInt32LE(0x06064b50, 0);
  large.writeBigUInt64LE(44n, 4);
  large.writeUInt16LE(0x0300 | ZIP64_VERSION, 12);
  large.writeUInt16LE(ZIP64_VERSION, 14);
  large.writeBigUInt64LE(BigInt(entries.length), 24);
  large.writeBigUInt64LE(BigInt(entries.length), 32);
  large.writeBigUInt64LE(BigInt(directoryBytes), 40);
  large.writeBigUInt64LE(BigInt(directoryAt), 48);
  large.writeUInt32LE(0x07064b50, 56);
  large.writeBigUInt64LE(BigInt(directoryAt + directoryBytes), 64);
  large.writeUInt32LE(1, 72);
  return Buffer.concat([large, end]);
}

/** Date in the upper half, time in the lower (MS-DOS): two seconds fine, from 1980 on. */
function dosTime(at: Temporal.ZonedDateTime): number {
  const date = ((at.year - 1980) << 9) | (at.month << 5) | at.day;
  const time = (at.hour << 11) | (at.minute << 5) | (at.second >> 1);
  return ((date << 16) | time) >>> 0;
}
