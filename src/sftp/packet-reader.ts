/** Cuts a byte stream in arbitrary chunks into SFTP packets, copying only what does not lie in one chunk. */

import type { PacketBuffers } from './packet-buffers.ts';

export interface PacketReader {
  /** Hands over the next bytes; a packet may be a view of `chunk`, which must not change afterwards. */
  push(chunk: Uint8Array): void;
  /**
   * The next whole packet, without its length field: type byte first. `undefined` when more bytes are needed;
   * 'broken' for a length that is zero or beyond the limit, and then for ever, since the stream cannot be cut any more.
   */
  next(): Uint8Array | 'broken' | undefined;
}

const headerBytes = 4;

/**
 * @param limitBytes the largest length field that is accepted.
 * @param buffers where a packet comes from that does not lie in one chunk; its reader gives it back.
 */
export function createPacketReader(limitBytes: number, buffers: Pick<PacketBuffers, 'take'>): PacketReader {
  const queue: Uint8Array[] = [];
  /** How much of queue[0] is used up. */
  let used = 0;
  const header = new Uint8Array(headerBytes);
  let headerFilled = 0;
  /** A packet that spans chunks, assembled as they arrive, so that tiny chunks do not pile up. */
  let body: Uint8Array | undefined;
  let bodyFilled = 0;
  let broken = false;

  function dropUsedChunk(chunk: Uint8Array): void {
    if (used < chunk.length) return;
    queue.shift();
    used = 0;
  }

  function readHeader(): number | undefined {
    while (headerFilled < headerBytes) {
      const chunk = queue[0];
      if (chunk === undefined) return undefined;
      const count = Math.min(headerBytes - headerFilled, chunk.length - used);
      for (let at = 0; at < count; at++) header[headerFilled + at] = chunk[used + at]!;
      headerFilled += count;
      used += count;
      dropUsedChunk(chunk);
    }
    return ((header[0]! << 24) | (header[1]! << 16) | (header[2]! << 8) | header[3]!) >>> 0;
  }

  function next(): Uint8Array | 'broken' | undefined {
    if (broken) return 'broken';
    if (body === undefined) {
      const length = readHeader();
      if (length === undefined) return undefined;
      if (length === 0 || length > limitBytes) {
        broken = true;
        queue.length = 0;
        return 'broken';
      }
      const chunk = queue[0];
      if (chunk === undefined) return undefined;
      if (chunk.length - used >= length) {
        const packet = chunk.subarray(used, used + length);
        used += length;
        headerFilled = 0;
        dropUsedChunk(chunk);
        return packet;
      }
      body = buffers.take(length);
      bodyFilled = 0;
    }
    while (bodyFilled < body.length) {
      const chunk = queue[0];
      if (chunk === undefined) return undefined;
      const count = Math.min(body.length - bodyFilled, chunk.length - used);
      body.set(chunk.subarray(used, used + count), bodyFilled);
      bodyFilled += count;
      used += count;
      dropUsedChunk(chunk);
    }
    const packet = body;
    body = undefined;
    headerFilled = 0;
    return packet;
  }

  return {
    push(chunk) {
      if (!broken && chunk.length > 0) queue.push(chunk);
    },
    next,
  };
}
