/** Memory that is the whole of its ArrayBuffer, so that it can be given to another thread; with any content. */
export function ownMemory(bytes: number): Uint8Array<ArrayBuffer> {
  return Buffer.allocUnsafeSlow(bytes) as Uint8Array<ArrayBuffer>;
}
