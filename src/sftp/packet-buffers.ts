/**
 * Buffers for packets that arrive in pieces, used again and again: without this a fast upload spends a quarter of its
 * time in the garbage collector, on 256 KiB pieces that live for a millisecond.
 */
import { limits } from './protocol-numbers.ts';

export interface PacketBuffers {
  /** `lengthBytes` bytes (at most a packet) with any content. */
  take(lengthBytes: number): Buffer;
  /** Nobody looks at this packet any more. Whatever did not come from `take` is left alone. */
  give(packet: Uint8Array): void;
}

/** Smaller packets are cheap to allocate. */
const pooledFromBytes = 16 * 1024;
/** Most clients write 32 KiB at a time, OpenSSH's nearly all that a packet may hold. */
const sizesBytes = [64 * 1024, limits.packetBytes] as const;

/** @param options.keepBytes how much unused memory is kept for later. */
export function createPacketBuffers(options: { keepBytes: number }): PacketBuffers {
  const free = new Map<number, ArrayBufferLike[]>(sizesBytes.map((size) => [size, []]));
  let freeBytes = 0;
  /** What is out now: a buffer given back twice must not be taken by two. Weak, since a session that is cut gives nothing back. */
  const out = new WeakSet<ArrayBufferLike>();

  function memory(size: number): ArrayBufferLike {
    const known = free.get(size)?.pop();
    if (known === undefined) return Buffer.allocUnsafeSlow(size).buffer;
    freeBytes -= size;
    return known;
  }

  return {
    take(lengthBytes) {
      if (lengthBytes < pooledFromBytes) return Buffer.allocUnsafe(lengthBytes);
      const whole = memory(sizesBytes.find((size) => size >= lengthBytes) ?? lengthBytes);
      out.add(whole);
      return Buffer.from(whole, 0, lengthBytes);
    },
    give({ buffer }) {
      const size = buffer.byteLength;
      if (!out.delete(buffer) || freeBytes + size > options.keepBytes) return;
      free.get(size)?.push(buffer);
      freeBytes += size;
    },
  };
}
