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

/** @param keep how many unused buffers of 256 KiB are kept for later. */
export function createPacketBuffers(options: { keep: number }): PacketBuffers {
  const free: ArrayBufferLike[] = [];
  /** What is out now: a buffer given back twice must not be taken by two. Weak, since a session that is cut gives nothing back. */
  const out = new WeakSet<ArrayBufferLike>();

  return {
    take(lengthBytes) {
      if (lengthBytes < pooledFromBytes) return Buffer.allocUnsafe(lengthBytes);
      const whole = free.pop() ?? Buffer.allocUnsafeSlow(limits.packetBytes).buffer;
      out.add(whole);
      return Buffer.from(whole, 0, lengthBytes);
    },
    give(packet) {
      if (out.delete(packet.buffer) && free.length < options.keep) free.push(packet.buffer);
    },
  };
}
