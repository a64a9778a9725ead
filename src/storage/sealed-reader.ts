/** Reads a sealed file at any offset, and never gives out a byte that its seal does not cover. */
import { AppError } from '../platform/errors.ts';
import { segmentCipherBytes, segmentPlainBytes } from './crypt4gh/segment.ts';
import type { OpenLine } from './open-line.ts';
import { ownMemory } from './own-memory.ts';
import type { SealedObject } from './seal.ts';
import { openSealedBody, type SealedBody, type SealedReaderDeps } from './sealed-body.ts';
import {
  batchSegments,
  type CipherBatch,
  joinPlain,
  openBatch,
  readBatches,
  readSegments,
} from './segment-batch.ts';
import { integrityFailed } from './storage-error.ts';

/** Wrong, missing, added or reordered ciphertext and foreign keys end in `integrity-failed`; never in a wrong byte. */
export interface SealedReader {
  readonly plaintextBytes: number;
  /** Up to `length` bytes from `offset`, fewer only at the end (none at or past it). Calls may overlap. */
  read(offset: number, length: number): Promise<Uint8Array>;
  /** The same bytes where they lie, in pieces of at most one segment. They are shared with other reads: only look. */
  readPieces(offset: number, length: number): Promise<readonly Uint8Array[]>;
  /** The bytes in [from, to), by default all, in chunks of at most 1 MiB, each in memory of its own. */
  stream(from?: number, to?: number): AsyncIterable<Uint8Array>;
  /** Zeroes the keys; reads under way and later ones reject with `closed`. Idempotent. */
  close(): Promise<void>;
}

/** Opens a sealed file: `not-found` when its body is gone, `integrity-failed` when size or keys are not the sealed. */
export async function openSealed(deps: SealedReaderDeps, sealed: SealedObject): Promise<SealedReader> {
  return new SegmentReader(deps, await openSealedBody(deps, sealed), sealed.seal.plaintextBytes);
}

/** Opened segments kept per reader. Those that a read waits for live on in it, kept or not. */
const cachedSegments = 12;
/** How far a reader that goes forward is kept ahead: as short as the disk allows, for memory that dies young is cheap. */
const aheadSegments = 6;
const aheadBytes = aheadSegments * segmentCipherBytes;
const spareBatches = 2;

class SegmentReader implements SealedReader {
  readonly plaintextBytes: number;
  readonly #threads: SealedReaderDeps['sealThreads'];
  readonly #body: SealedBody;
  /** Taken at the first run that is long enough to be worth the way to another thread and back. */
  #line: OpenLine | undefined;
  /** Least recently used first. Promises, so that overlapping reads open a segment once. */
  readonly #cache = new Map<number, Promise<Uint8Array>>();
  /** Memory for ciphertext, used again: half of what a download allocates would otherwise be collected at once. */
  readonly #spare: Uint8Array<ArrayBuffer>[] = [];
  /** Where the last read ended: a read that begins there goes forward. */
  #expectedOffset = 0;
  #closed = false;

  constructor(
    { sealThreads }: Pick<SealedReaderDeps, 'sealThreads'>,
    body: SealedBody,
    plaintextBytes: number,
  ) {
    this.#threads = sealThreads;
    this.#body = body;
    this.plaintextBytes = plaintextBytes;
  }

  async read(offset: number, length: number): Promise<Uint8Array> {
    return joinPlain(await this.readPieces(offset, length));
  }

  async readPieces(offset: number, length: number): Promise<readonly Uint8Array[]> {
    this.#throwIfClosed();
    checkRange(offset, offset + length);
    const end = Math.min(offset + length, this.plaintextBytes);
    if (offset >= end) return [];
    const first = Math.floor(offset / segmentPlainBytes);
    const last = Math.floor((end - 1) / segmentPlainBytes);
    const forward = offset === this.#expectedOffset;
    this.#expectedOffset = end;
    const wanted = this.#want(first, last + 1);
    if (forward) this.#readAhead(last + 1);
    const segments = await Promise.all(wanted).catch((cause: unknown) => this.#rethrow(cause));
    this.#throwIfClosed();
    return segments.map((segment, n) => {
      const start = (first + n) * segmentPlainBytes;
      return segment.subarray(Math.max(offset - start, 0), end - start);
    });
  }

  async *stream(from = 0, to = this.plaintextBytes): AsyncGenerator<Uint8Array> {
    this.#throwIfClosed();
    checkRange(from, to);
    const end = Math.min(to, this.plaintextBytes);
    if (from >= end) return;
    const firstSegment = Math.floor(from / segmentPlainBytes);
    const endSegment = Math.ceil(end / segmentPlainBytes);
    const { object, keys, segments } = this.#body;
    try {
      for await (const batch of readBatches(object, firstSegment, endSegment, object.sizeBytes)) {
        this.#throwIfClosed();
        const plain = joinPlain(openBatch(keys, batch, segments - 1));
        const start = batch.firstSegment * segmentPlainBytes;
        yield plain.subarray(Math.max(from - start, 0), end - start);
      }
    } catch (cause) {
      this.#rethrow(cause);
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#cache.clear();
    this.#spare.length = 0;
    this.#line?.end();
    await this.#body.close();
  }

  /** The plaintext of segments [from, end), from the cache or the store, as one promise each. */
  #want(from: number, end: number): Promise<Uint8Array>[] {
    const wanted: Promise<Uint8Array>[] = [];
    for (let index = from; index < end; index += 1) {
      const cached = this.#cache.get(index);
      if (cached) {
        this.#cache.delete(index);
        this.#cache.set(index, cached);
        wanted.push(cached);
        continue;
      }
      let missingEnd = index + 1;
      while (missingEnd < end && missingEnd - index < batchSegments && !this.#cache.has(missingEnd)) {
        missingEnd += 1;
      }
      wanted.push(...this.#load(index, missingEnd));
      index = missingEnd - 1;
    }
    return wanted;
  }

  /** Half a window is left: fetch the next half in one go. */
  #readAhead(from: number): void {
    let missing = from;
    while (missing < from + aheadSegments && this.#cache.has(missing)) missing += 1;
    const end = Math.min(from + aheadSegments, this.#body.segments);
    if (missing - from <= aheadSegments / 2 && missing < end) void this.#load(missing, end);
  }

  #load(from: number, end: number): Promise<Uint8Array>[] {
    const { object, keys, segments } = this.#body;
    // A short read, as of a small file, does not need the large buffer.
    const memory = this.#memoryFor(end - from);
    const run = readSegments(object, from, end, object.sizeBytes, memory).then((batch) => {
      this.#throwIfClosed();
      const line = batch.bytes.buffer === memory?.buffer ? this.#takeLine() : undefined;
      if (line !== undefined && memory !== undefined) return this.#openIn(line, memory, batch);
      const opened = openBatch(keys, batch, segments - 1);
      // A failed read may still be going on in it; only memory that is done with is used again.
      if (memory?.length === aheadBytes && this.#spare.length < spareBatches) this.#spare.push(memory);
      return opened;
    });
    const loaded: Promise<Uint8Array>[] = [];
    for (let index = from; index < end; index += 1) {
      const segment = run.then((plain) => plain[index - from] ?? new Uint8Array(0));
      // A failed read-ahead is nobody's failure yet; a later read tries again and meets it.
      segment.catch(() => {
        if (this.#cache.get(index) === segment) this.#cache.delete(index);
      });
      this.#cache.set(index, segment);
      loaded.push(segment);
    }
    for (const oldest of this.#cache.keys()) {
      if (this.#cache.size <= cachedSegments) break;
      this.#cache.delete(oldest);
    }
    return loaded;
  }

  /** For the ciphertext of so many segments; none for a short read, as of a small file. */
  #memoryFor(segments: number): Uint8Array<ArrayBuffer> | undefined {
    if (segments < aheadSegments / 2) return undefined;
    if (segments > aheadSegments) return ownMemory(segments * segmentCipherBytes);
    return this.#spare.pop() ?? ownMemory(aheadBytes);
  }

  #takeLine(): OpenLine | undefined {
    this.#line ??= this.#threads?.openReading();
    return this.#line;
  }

  /** `memory`, in which the batch lies, becomes the plaintext. */
  async #openIn(line: OpenLine, memory: Uint8Array<ArrayBuffer>, batch: CipherBatch): Promise<Uint8Array[]> {
    const { keys, segments } = this.#body;
    const { bytes, firstSegment } = batch;
    const job = { keys, memory, cipherBytes: bytes.length, firstSegment, lastSegment: segments - 1 };
    const run = await line.open(job).catch((cause: unknown) => {
      // Its thread has died, or it has been ended: what is asked for next gets another.
      if (this.#line === line) this.#line = undefined;
      throw cause;
    });
    if (run.plainBytes === undefined) throw integrityFailed();
    return cutSegments(run.memory.subarray(0, run.plainBytes));
  }

  /** Closing fails what is under way in one way or another; all of it is `closed`. */
  #rethrow(cause: unknown): never {
    this.#throwIfClosed();
    throw cause;
  }

  #throwIfClosed(): void {
    if (this.#closed) throw new AppError('closed', readerClosed);
  }
}

function cutSegments(plain: Uint8Array): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < plain.length; at += segmentPlainBytes) {
    pieces.push(plain.subarray(at, at + segmentPlainBytes));
  }
  return pieces;
}

function checkRange(from: number, to: number): void {
  if (!Number.isSafeInteger(from) || !Number.isSafeInteger(to) || from < 0 || to < from) {
    throw new AppError('invalid-input', badRange);
  }
}

const readerClosed = { nb: 'Filen er ikke lenger åpen.', en: 'The file is no longer open.' };
const badRange = {
  nb: 'Området av filen er ikke gyldig.',
  en: 'The range of the file is not valid.',
};
