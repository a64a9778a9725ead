/** Gathers the first bytes of a file, however they are cut, until there are enough to decide on. */

/** Format, encoding and dialect are decided on this many first bytes. */
export const headBytes = 64 * 1024;

export class FileHead {
  #bytes: Uint8Array | null;
  #length = 0;

  constructor(bytes: number = headBytes) {
    this.#bytes = new Uint8Array(bytes);
  }

  /** False once the head was taken. */
  get gathers(): boolean {
    return this.#bytes !== null;
  }

  /** What of `chunk` comes after the head; null while that is not full. */
  add(chunk: Uint8Array): Uint8Array | null {
    const room = this.#bytes!.subarray(this.#length);
    const used = Math.min(room.length, chunk.length);
    room.set(chunk.subarray(0, used));
    this.#length += used;
    return used === room.length ? chunk.subarray(used) : null;
  }

  /** What was gathered; nothing is from now on. */
  take(): Uint8Array {
    const head = this.#bytes!.subarray(0, this.#length);
    this.#bytes = null;
    return head;
  }
}
