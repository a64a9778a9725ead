/** Open files of the disk store: positional reads and writes, and the steps that make a part an object. */
import { constants } from 'node:fs';
import { type FileHandle, link, open, unlink } from 'node:fs/promises';
import { AppError } from '../platform/errors.ts';
import type { ObjectHandle, PartHandle } from './object-store.ts';
import { errnoOf, toStorageError } from './storage-error.ts';

/** Where a part is, and where it will be. */
export interface PartPlace {
  /** The folder of both. */
  readonly home: string;
  /** Called when a flush has failed: what was written since the last good one may be lost, whatever reads say. */
  readonly distrust?: () => void;
  /** The folders above it, which may be new too. */
  readonly above: readonly string[];
  /** Homes whose folders above have been synced by this process: they need it once, not for every file. */
  readonly durableHomes: Set<string>;
  readonly partPath: string;
  readonly objectPath: string;
}

export async function openDiskObject(path: string): Promise<ObjectHandle> {
  try {
    const file = await open(path, constants.O_RDONLY);
    const { size } = await file.stat();
    let closing: Promise<void> | undefined;
    return {
      sizeBytes: size,
      read: async (offset, length, into) =>
        await readFully(file, offset, Math.min(length, size - offset), into),
      close: async () => {
        closing ??= file.close();
        await closing;
      },
    };
  } catch (cause) {
    throw toStorageError(cause);
  }
}

/** `released` is called once, when the file is closed. */
export async function openDiskPart(at: PartPlace, flags: number, released: () => void): Promise<PartHandle> {
  const file = await open(at.partPath, flags, 0o600);
  try {
    return new DiskPart(file, at, (await file.stat()).size, released);
  } catch (cause) {
    await file.close();
    throw cause;
  }
}

/** Small enough that the end is quick, large enough that the disk writes in long runs. */
const flushEveryBytes = 32 * 1024 * 1024;

class DiskPart implements PartHandle {
  readonly #file: FileHandle;
  readonly #at: PartPlace;
  readonly #released: () => void;
  #sizeBytes: number;
  #failure: AppError | undefined;
  #closing: Promise<void> | undefined;
  #flushing: Promise<void> | undefined;
  #unflushedBytes = 0;
  /** The home may hold this part's name in memory only. */
  #nameIsDurable = false;

  constructor(file: FileHandle, at: PartPlace, sizeBytes: number, released: () => void) {
    this.#file = file;
    this.#at = at;
    this.#sizeBytes = sizeBytes;
    this.#released = released;
  }

  size(): number {
    return this.#sizeBytes;
  }

  async append(bytes: Uint8Array): Promise<void> {
    // The place is taken at the call, so that appends may overlap.
    const offset = this.#sizeBytes;
    this.#sizeBytes += bytes.length;
    await this.#step(async () => await writeFully(this.#file, bytes, offset));
    this.#flushBehind(bytes.length);
  }

  /** Lets the disk work while more arrives, so that the last sync has little left; its failure is kept for that sync. */
  #flushBehind(written: number): void {
    this.#unflushedBytes += written;
    if (this.#unflushedBytes < flushEveryBytes || this.#flushing !== undefined) return;
    this.#unflushedBytes = 0;
    this.#flushing = this.#step(() => this.#flush(() => this.#file.datasync()))
      .catch(() => undefined)
      .finally(() => {
        this.#flushing = undefined;
      });
  }

  async read(offset: number, length: number): Promise<Uint8Array> {
    return await readFully(this.#file, offset, Math.min(length, this.#sizeBytes - offset));
  }

  async truncate(sizeBytes: number): Promise<void> {
    if (sizeBytes < 0 || sizeBytes > this.#sizeBytes) throw new AppError('internal', outOfBounds);
    await this.#step(async () => await this.#file.truncate(sizeBytes));
    this.#sizeBytes = sizeBytes;
  }

  async sync(): Promise<void> {
    await this.#step(async () => {
      await this.#syncFileAnd(this.#nameIsDurable ? [] : [this.#at.home]);
      this.#nameIsDurable = true;
    });
  }

  async commit(): Promise<void> {
    await this.#step(async () => {
      await this.#syncFileAnd([]);
      // A link refuses to replace, which a rename would not; killed before the unlink, `list` tidies up.
      await link(this.#at.partPath, this.#at.objectPath);
      await syncFolder(this.#at.home);
      await unlinkIfThere(this.#at.partPath);
    });
    await this.close();
  }

  async close(): Promise<void> {
    this.#closing ??= this.#file.close().finally(this.#released);
    await this.#closing;
  }

  /** Side by side, for one turn of the journal to serve all. */
  async #syncFileAnd(folders: readonly string[]): Promise<void> {
    // An error that the flush behind was told of is not told again by the sync that follows.
    await this.#flushing;
    if (this.#failure) throw this.#failure;
    // Any folder on the way may be new, made by us or by one who was killed: all are synced once by each process.
    const { home, above, durableHomes } = this.#at;
    const ways = durableHomes.has(home) ? [] : above;
    const ofFile = this.#flush(() => this.#file.sync());
    await Promise.all([ofFile, ...folders.map(syncFolder), ...ways.map(syncFolder)]);
    durableHomes.add(home);
  }

  /**
   * After a failed flush the system may count lost pages as written: a part that went on from here could be committed
   * with bytes that are in memory only. So the part is given up, now and for whoever opens it later.
   */
  async #flush(sync: () => Promise<void>): Promise<void> {
    try {
      await sync();
    } catch (cause) {
      this.#at.distrust?.();
      await unlinkIfThere(this.#at.partPath).catch(() => undefined);
      throw cause;
    }
  }

  /** After one failure nothing is tried again: a second fsync may report success for bytes that were lost. */
  async #step(work: () => Promise<void>): Promise<void> {
    if (this.#failure) throw this.#failure;
    try {
      await work();
    } catch (cause) {
      this.#failure ??= toStorageError(cause);
      throw this.#failure;
    }
  }
}

async function writeFully(file: FileHandle, bytes: Uint8Array, offset: number): Promise<void> {
  let done = 0;
  while (done < bytes.length) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, offset + done);
    done += bytesWritten;
  }
}

async function readFully(
  file: FileHandle,
  offset: number,
  length: number,
  into?: Uint8Array,
): Promise<Uint8Array> {
  if (length <= 0) return new Uint8Array(0);
  const bytes = into !== undefined && into.length >= length ? into : Buffer.allocUnsafeSlow(length);
  let done = 0;
  try {
    while (done < length) {
      const { bytesRead } = await file.read(bytes, done, length - done, offset + done);
      if (bytesRead === 0) break;
      done += bytesRead;
    }
  } catch (cause) {
    throw toStorageError(cause);
  }
  return bytes.subarray(0, done);
}

/** Makes names that were added to or taken from `folder` survive a loss of power. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Whether there was something to unlink. */
export async function unlinkIfThere(path: string): Promise<boolean> {
  try {
    await unlink(path);
    return true;
  } catch (cause) {
    if (errnoOf(cause) === 'ENOENT') return false;
    throw toStorageError(cause);
  }
}

const outOfBounds = {
  nb: 'Delen kan bare kortes inn.',
  en: 'A part can only be cut shorter.',
};
