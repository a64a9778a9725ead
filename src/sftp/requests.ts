/** Decodes SFTP version 3 requests into typed values. It never throws: what cannot be read is a request of its own kind. */
import { attributeFlag, limits, packetType } from './protocol-numbers.ts';

/** What SETSTAT, OPEN and MKDIR bring; only the size matters here, times and mode are accepted and not used. */
export interface RequestedAttributes {
  size: number | undefined;
}

/**
 * One request. Paths are raw bytes (see paths.ts), handles the latin1 string of their bytes. Offsets and sizes are
 * exact up to 2^53 and imprecise above; the session refuses what is above.
 */
export type Request =
  | { type: 'init'; version: number }
  | { type: 'open'; id: number; path: Uint8Array; flags: number }
  | { type: 'close'; id: number; handle: string }
  | { type: 'read'; id: number; handle: string; offset: number; length: number }
  | { type: 'write'; id: number; handle: string; offset: number; data: Uint8Array }
  | { type: 'stat'; id: number; path: Uint8Array }
  | { type: 'fstat'; id: number; handle: string }
  | { type: 'setstat'; id: number; path: Uint8Array; attributes: RequestedAttributes }
  | { type: 'fsetstat'; id: number; handle: string; attributes: RequestedAttributes }
  | { type: 'opendir'; id: number; path: Uint8Array }
  | { type: 'readdir'; id: number; handle: string }
  | { type: 'remove'; id: number; path: Uint8Array }
  | { type: 'mkdir'; id: number; path: Uint8Array }
  | { type: 'rmdir'; id: number; path: Uint8Array }
  | { type: 'realpath'; id: number; path: Uint8Array }
  | { type: 'rename'; id: number; from: Uint8Array; to: Uint8Array; replace: boolean }
  | { type: 'statvfs'; id: number; path: Uint8Array }
  | { type: 'fsync'; id: number; handle: string }
  | { type: 'limits'; id: number }
  /** A well-formed packet of a kind this server does not offer: OP_UNSUPPORTED. */
  | { type: 'unsupported'; id: number }
  /** Not SFTP: the session ends. `id` when it could be read. */
  | { type: 'malformed'; id: number | undefined };

/** Thrown inside this file only, to leave a decoder in the middle. */
const outOfBytes = Symbol('out of bytes');

interface Cursor {
  readonly packet: Buffer;
  at: number;
}

function uint32(cursor: Cursor): number {
  if (cursor.at + 4 > cursor.packet.length) throw outOfBytes;
  cursor.at += 4;
  return cursor.packet.readUInt32BE(cursor.at - 4);
}

function uint64(cursor: Cursor): number {
  const high = uint32(cursor);
  return high * 0x1_0000_0000 + uint32(cursor);
}

function bytes(cursor: Cursor): Buffer {
  const length = uint32(cursor);
  if (cursor.at + length > cursor.packet.length) throw outOfBytes;
  cursor.at += length;
  return cursor.packet.subarray(cursor.at - length, cursor.at);
}

function handle(cursor: Cursor): string {
  const raw = bytes(cursor);
  if (raw.length > limits.handleBytes) throw outOfBytes;
  return raw.toString('latin1');
}

function attributes(cursor: Cursor): RequestedAttributes {
  const flags = uint32(cursor);
  const size = flags & attributeFlag.size ? uint64(cursor) : undefined;
  if (flags & attributeFlag.ownerAndGroup) uint64(cursor);
  if (flags & attributeFlag.permissions) uint32(cursor);
  if (flags & attributeFlag.times) uint64(cursor);
  if (flags & attributeFlag.extended) {
    // A giant count runs out of bytes at once: each pair takes at least eight.
    for (let left = uint32(cursor); left > 0; left--) {
      bytes(cursor);
      bytes(cursor);
    }
  }
  return { size };
}

function extended(id: number, cursor: Cursor): Request {
  switch (bytes(cursor).toString('latin1', 0, 64)) {
    case 'posix-rename@openssh.com':
      return { type: 'rename', id, from: bytes(cursor), to: bytes(cursor), replace: true };
    case 'statvfs@openssh.com':
      return { type: 'statvfs', id, path: bytes(cursor) };
    case 'fsync@openssh.com':
      return { type: 'fsync', id, handle: handle(cursor) };
    case 'limits@openssh.com':
      return { type: 'limits', id };
    default:
      return { type: 'unsupported', id };
  }
}

function body(kind: number, id: number, cursor: Cursor): Request {
  switch (kind) {
    case packetType.open: {
      const open = { type: 'open', id, path: bytes(cursor), flags: uint32(cursor) } as const;
      attributes(cursor);
      return open;
    }
    case packetType.close:
      return { type: 'close', id, handle: handle(cursor) };
    case packetType.read:
      return { type: 'read', id, handle: handle(cursor), offset: uint64(cursor), length: uint32(cursor) };
    case packetType.write:
      return { type: 'write', id, handle: handle(cursor), offset: uint64(cursor), data: bytes(cursor) };
    case packetType.stat:
    case packetType.lstat: // There are no symbolic links to tell apart.
      return { type: 'stat', id, path: bytes(cursor) };
    case packetType.fstat:
      return { type: 'fstat', id, handle: handle(cursor) };
    case packetType.setstat:
      return { type: 'setstat', id, path: bytes(cursor), attributes: attributes(cursor) };
    case packetType.fsetstat:
      return { type: 'fsetstat', id, handle: handle(cursor), attributes: attributes(cursor) };
    case packetType.opendir:
      return { type: 'opendir', id, path: bytes(cursor) };
    case packetType.readdir:
      return { type: 'readdir', id, handle: handle(cursor) };
    case packetType.remove:
      return { type: 'remove', id, path: bytes(cursor) };
    case packetType.mkdir:
      return { type: 'mkdir', id, path: bytes(cursor) };
    case packetType.rmdir:
      return { type: 'rmdir', id, path: bytes(cursor) };
    case packetType.realpath:
      return { type: 'realpath', id, path: bytes(cursor) };
    case packetType.rename:
      return { type: 'rename', id, from: bytes(cursor), to: bytes(cursor), replace: false };
    case packetType.extended:
      return extended(id, cursor);
    default: // READLINK and SYMLINK among them.
      return { type: 'unsupported', id };
  }
}

/** The request in a packet as PacketReader gives it: type byte first, at least one byte. WRITE data is a view of it. */
export function decodeRequest(packet: Uint8Array): Request {
  const cursor = { packet: Buffer.from(packet.buffer, packet.byteOffset, packet.length), at: 1 };
  let id: number | undefined;
  try {
    const kind = packet[0]!;
    if (kind === packetType.init) return { type: 'init', version: uint32(cursor) };
    id = uint32(cursor);
    return body(kind, id, cursor);
  } catch (thrown) {
    if (thrown !== outOfBytes) throw thrown;
    return { type: 'malformed', id };
  }
}
