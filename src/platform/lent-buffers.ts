/**
 * Memory for what is read and soon sent, lent by the reader's side and given back by the door that has sent it: a
 * download then allocates nothing per megabyte. What is never given back is collected as any other memory.
 */

/** Before the bytes that are lent, for a protocol's head: head and data then leave as one run. */
export const headroomBytes = 16;

/** The largest answer of SFTP, 255 KiB, with its head. */
const blockBytes = 256 * 1024;
/** Less is cheap to allocate. */
const lentFromBytes = 16 * 1024;
const keptBlocks = 32;

const free: ArrayBufferLike[] = [];
/** What is out now: a block given back twice must not be lent to two. Weak, since nobody need give back. */
const out = new WeakSet<ArrayBufferLike>();

/** `lengthBytes` bytes of any content. */
export function lend(lengthBytes: number): Uint8Array {
  if (lengthBytes < lentFromBytes || lengthBytes > blockBytes - headroomBytes) {
    return Buffer.allocUnsafeSlow(lengthBytes);
  }
  const block = free.pop() ?? Buffer.allocUnsafeSlow(blockBytes).buffer;
  out.add(block);
  return Buffer.from(block, headroomBytes, lengthBytes);
}

/** The lent bytes with `bytes` of headroom before them, or undefined when these were not lent. */
export function withHeadroom(lent: Uint8Array, bytes: number): Buffer | undefined {
  if (bytes > headroomBytes || lent.byteOffset !== headroomBytes || !out.has(lent.buffer)) return undefined;
  return Buffer.from(lent.buffer, headroomBytes - bytes, bytes + lent.length);
}

/** Nobody looks at these bytes any more. What was not lent is left alone. */
export function giveBack(bytes: Uint8Array): void {
  if (out.delete(bytes.buffer) && free.length < keptBlocks) free.push(bytes.buffer);
}
