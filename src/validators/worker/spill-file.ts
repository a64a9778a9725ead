/** Runs on disk for a worker thread: one file without a name, encrypted under a key that is never written anywhere. */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { closeSync, constants, openSync, readSync, unlinkSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { SpillRun, SpillStore } from '../spill-store.ts';

const cipher = 'chacha20-poly1305';
const tagBytes = 16;
const nonceBytes = 12;

export interface SpillFileOptions {
  /** A folder that exists, on the machine's own disk. */
  readonly folder: string;
  /** Bytes on disk beyond which `append` throws; 32 GiB by default. */
  readonly limitBytes?: number | undefined;
}

/** A store in a new file of `folder`. The file loses its name at once, so that the system takes it back whatever happens. */
export function openSpillFile(options: SpillFileOptions): SpillStore {
  const path = join(options.folder, `check-${randomBytes(12).toString('hex')}`);
  const flags = constants.O_RDWR | constants.O_CREAT | constants.O_EXCL;
  const file = openSync(path, flags, 0o600);
  try {
    unlinkSync(path);
  } catch (cause) {
    closeSync(file);
    throw cause;
  }
  return new SpillFile(file, options.limitBytes ?? 32 * 1024 ** 3);
}

interface Block {
  readonly at: number;
  readonly length: number;
}

class SpillFile implements SpillStore {
  #file: number | null;
  readonly #limitBytes: number;
  readonly #key = randomBytes(32);
  readonly #nonce = Buffer.alloc(nonceBytes);
  #end = 0;
  #runs = 0;

  constructor(file: number, limitBytes: number) {
    this.#file = file;
    this.#limitBytes = limitBytes;
  }

  createRun(): SpillRun {
    const run = this.#runs;
    this.#runs += 1;
    const blocks: Block[] = [];
    return {
      append: (block) => {
        blocks.push({ at: this.#end, length: block.length });
        this.#append(run, block);
      },
      blocks: () => this.#blocks(run, blocks),
    };
  }

  close(): void {
    if (this.#file === null) return;
    // The system takes its time over a large file, and a verdict does not wait for that.
    setImmediate(closeSync, this.#file);
    this.#file = null;
    this.#key.fill(0);
  }

  /** A block's place in the file is its nonce: places are never used twice. Its run is bound to it too. */
  #prepare(at: number): Buffer {
    this.#nonce.writeUIntBE(at, nonceBytes - 6, 6);
    return this.#nonce;
  }

  #append(run: number, block: Uint8Array): void {
    const at = this.#end;
    if (this.#file === null) throw new Error('the store is closed');
    if (at + block.length + tagBytes > this.#limitBytes) throw new Error('the store is full');
    // Whatever becomes of the write, the place is used.
    this.#end += block.length + tagBytes;
    const sealer = createCipheriv(cipher, this.#key, this.#prepare(at), { authTagLength: tagBytes });
    sealer.setAAD(aadOf(run), { plaintextLength: block.length });
    const sealed = sealer.update(block);
    sealer.final();
    writeAt(this.#file, sealed, at);
    writeAt(this.#file, sealer.getAuthTag(), at + block.length);
  }

  *#blocks(run: number, blocks: readonly Block[]): Iterable<Uint8Array> {
    let sealed = Buffer.alloc(0);
    for (const { at, length } of blocks) {
      if (this.#file === null) throw new Error('the store is closed');
      const size = length + tagBytes;
      if (sealed.length < size) sealed = Buffer.alloc(size);
      for (let done = 0; done < size; ) {
        const got = readSync(this.#file, sealed, done, size - done, at + done);
        if (got === 0) throw new Error('the file is shorter than what was written');
        done += got;
      }
      const opener = createDecipheriv(cipher, this.#key, this.#prepare(at), { authTagLength: tagBytes });
      opener.setAAD(aadOf(run), { plaintextLength: length });
      opener.setAuthTag(sealed.subarray(length, size));
      const plain = opener.update(sealed.subarray(0, length));
      opener.final();
      yield plain;
    }
  }
}

function writeAt(file: number, bytes: Uint8Array, at: number): void {
  for (let done = 0; done < bytes.length; ) {
    done += writeSync(file, bytes, done, bytes.length - done, at + done);
  }
}

function aadOf(run: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(run);
  return bytes;
}
