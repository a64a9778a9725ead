/** Cuts a byte stream in arbitrary chunks into SFTP packets, each in memory of its own. */

import type { PacketBuffers } from './packet-buffers.ts';

export interface PacketReader {
  /** Hands over the next bytes. `chunk` must not change before the `keep` that follows. */
  push(chunk: Uint8Array): void;
  /** Copies what no packet has taken of the last chunk, which may change from then on. */
  keep(): void;
  /**
   * The next whole packet, without its length field: type byte first. `undefined` when more bytes are needed;
   * 'broken' for a length that is zero or beyond the limit, and then for ever, since the stream cannot be cut any more.
   */
  next(): Uint8Array | 'broken' | undefined;
}

const headerBytes = 4;

/**
 * @param limitBytes the largest length field that is accepted.
 * @param buffers where packets lie; whoever is done with one gives it back.
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
      // A length alone is no reason to hold memory for it.
      if (queue.length === 0) return undefined;
      body = buffers.take(length);
      bodyFilled = 0;
    }
    while (bodyFilled < body.length) {
      const chunk = queue[0];
      if (chunk === undefined) return undefined;
      const count = Math.min(body.length - bodyFilled, chunk.length - used);
      body.set(count === chunk.length ? chunk : chunk.subarray(used, used + count), bodyFilled);
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
    keep() {
      const last = queue.at(-1);
      if (last === undefined) return;
      if (queue.length === 1 && used > 0) {
        queue[0] = Uint8Array.from(last.subarray(used));
        used = 0;
      } else queue[queue.length - 1] = Uint8Array.from(last);
    },
    next,
  };
}
