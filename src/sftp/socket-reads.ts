/**
 * Reads a socket into one buffer again and again, as net's `onread` does for a socket one opens oneself: otherwise each
 * 64 KiB that arrive are a new buffer, and an upload's first cost is the collection of them. The private fields of Node
 * stand here; test/unit/sftp/socket-reads.test.ts fails when they are gone. Without them nothing changes.
 */
import type { Socket } from 'node:net';

/** A client that sends fast fills some hundred kilobytes while the last ones are worked on. */
export const readBufferBytes = 256 * 1024;

interface NativeReads {
  useUserBuffer(buffer: Uint8Array): void;
}

function ownSymbol(socket: Socket, name: string): symbol | undefined {
  return Object.getOwnPropertySymbols(socket).find(({ description }) => description === name);
}

/**
 * From now on what 'data' of the socket brings is good until its listeners return.
 * @param mustKeep asked before and after the listeners: true when one of them may hold on to memory of this buffer.
 * @returns false when this Node does not let it be done.
 */
export function readIntoOneBuffer(socket: Socket, mustKeep: (memory: ArrayBufferLike) => boolean): boolean {
  const fields = socket as unknown as Record<string | symbol, unknown>;
  const [current, received, next] = ['kBuffer', 'kBufferCb', 'kBufferGen'].map((name) =>
    ownSymbol(socket, name),
  );
  const native = fields._handle as Partial<NativeReads> | null | undefined;
  if (current === undefined || received === undefined || next === undefined) return false;
  const setBuffer = native?.useUserBuffer;
  if (typeof setBuffer !== 'function' || fields[current] !== null) return false;

  let buffer = Buffer.allocUnsafeSlow(readBufferBytes);
  let kept = false;
  fields[received] = (count: number, bytes: Uint8Array): boolean => {
    kept = mustKeep(bytes.buffer);
    const wantsMore = socket.push(Buffer.from(bytes.buffer, bytes.byteOffset, count));
    kept ||= mustKeep(bytes.buffer) || socket.readableLength > 0;
    return wantsMore;
  };
  fields[next] = (): Buffer => {
    if (kept) buffer = Buffer.allocUnsafeSlow(readBufferBytes);
    kept = false;
    return buffer;
  };
  fields[current] = buffer;
  setBuffer.call(native, buffer);
  return true;
}
