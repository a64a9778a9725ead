/** Seals one part while it arrives: gathers, encrypts, hashes and stores, in flat memory. */
import { createHash, type Hash } from 'node:crypto';
import { AppError, toAppError } from '../platform/errors.ts';
import type { Random } from '../platform/random.ts';
import { nonceBytes, segmentCipherBytes, segmentPlainBytes } from './crypt4gh/segment.ts';
import { bodyBytes, nonceRandomBytes, strictNonce } from './crypt4gh/strict-profile.ts';
import type { KeyRing } from './key-ring.ts';
import type { ObjectStore, PartHandle } from './object-store.ts';
import { ownMemory } from './own-memory.ts';
import { keyId } from './part-keys.ts';
import type { Holding, Seal, WrappedPart } from './seal.ts';
import { createLocalLine, type SealedBatch, type SealLine } from './seal-line.ts';
import type { SealThreads } from './seal-thread.ts';
import type { SegmentMarks } from './segment-marks.ts';

export interface SealedWriterDeps {
  readonly store: ObjectStore;
  readonly keyRing: KeyRing;
  readonly random: Random;
  /** Where files of more than a batch are encrypted and hashed; without them, in this thread. */
  readonly sealThreads?: Pick<SealThreads, 'open'> | undefined;
}

/**
 * Gets every plaintext batch (at most 512 KiB) once it is encrypted: each byte once, in order, the next only after the
 * promise of the last. The buffer is the callee's from then on and may be transferred. The promise must settle (when
 * the reader is gone: reject), since the writer waits for it; a rejection fails the writer. It may bring back memory
 * of an earlier chunk, or of this one, for use again.
 */
export type PlaintextHook = (chunk: Uint8Array) => Promise<Uint8Array | undefined> | Promise<void>;

export interface SealedWriterInput extends Holding {
  readonly onPlaintext?: PlaintextHook | undefined;
}

/**
 * One writer owns one part. Calls are queued in the order they are made. After the first failure every call but
 * `suspend` and `abort` rejects with it.
 */
export interface SealedWriter {
  readonly name: string;
  /** The wrapped keys, the new one included. Keep them BEFORE appending: what is not kept cannot be resumed. */
  readonly parts: readonly WrappedPart[];
  /** Plaintext bytes taken so far. */
  readonly plaintextBytes: number;
  /** Takes plaintext in any chunk size; settles when there is room for more. `bytes` must not change until then. */
  append(bytes: Uint8Array): Promise<void>;
  /** Seals the last segment as final and commits: after this the file is durable. Waits for `onPlaintext` too. */
  finish(): Promise<Seal>;
  /**
   * For a lost connection: keeps what fills whole segments, durably, and closes. `onPlaintext` gets nothing more
   * (a resumed writer replays from the start). `durableBytes` of plaintext is a multiple of 65,536. When this rejects
   * the part is still there, and `surveyPart` tells how much of it is good.
   */
  suspend(): Promise<{ readonly durableBytes: number }>;
  /** Closes and adds nothing more: for one who has lost the right to write. What is there stays as it is. Idempotent. */
  letGo(): Promise<void>;
  /** Removes the part. Idempotent; after `finish` or `suspend` it does nothing. */
  abort(): Promise<void>;
}

/** What a part holds already: `segments` whole ones, and the plaintext that stands after them but not in the part. */
export interface WriterState {
  readonly earlier: readonly WrappedPart[];
  readonly earlierSeal: Seal['parts'];
  readonly segments: number;
  /** At most one segment, and at least one byte when there are `segments`, since the last must become final. */
  readonly tail: Uint8Array;
  /** Of the plaintext in the part; undefined when there is none. */
  readonly plaintextHash: Hash | undefined;
  readonly marks: SegmentMarks;
}

/** 512 KiB: a store call and a thread's turn cost little beside it, and sixteen uploads hold 40 MB of it. */
const gatherSegments = 8;
const gatherBytes = gatherSegments * segmentPlainBytes;
const batchCipherBytes = gatherSegments * segmentCipherBytes;
/** One is sealed while the one before is stored. */
const batchesInFlight = 2;
const settled = Promise.resolve();

export class GatheringWriter implements SealedWriter {
  readonly name: string;
  readonly parts: readonly WrappedPart[];
  readonly #deps: SealedWriterDeps;
  readonly #onPlaintext: PlaintextHook | undefined;
  readonly #part: PartHandle;
  readonly #dataKey: Uint8Array;
  readonly #sealParts: Seal['parts'];
  /** Chosen at the first batch: before that nobody knows how much is to come. */
  #line: SealLine | undefined;
  readonly #marks: SegmentMarks;
  /** Plaintext not yet sealed. Full, it still waits for one more byte: only then is its last segment not final. */
  #gather = ownMemory(segmentPlainBytes);
  #gathered = 0;
  /** Gather buffers that came back: without them each MiB is an allocation that is collected at once. */
  readonly #spareGather: Uint8Array<ArrayBuffer>[] = [];
  #plaintextBytes: number;
  #nextSegment: number;
  /** Batches not yet sealed, stored and given to the hook, oldest first; none of them rejects. */
  readonly #batches: Promise<void>[] = [];
  /** Ciphertext buffers of batches that are done. */
  readonly #spare: Uint8Array<ArrayBuffer>[] = [];
  #hook: Promise<void> = settled;
  #queue: Promise<unknown> = settled;
  #queued = 0;
  #failure: AppError | undefined;
  #ended = false;
  /** The hook gets nothing more. */
  #muted = false;

  constructor(
    deps: SealedWriterDeps,
    input: SealedWriterInput,
    part: PartHandle,
    state: WriterState,
    dataKey: Uint8Array,
    wrapped: Uint8Array,
  ) {
    this.name = input.name;
    this.parts = [...state.earlier, { firstSegment: state.segments, wrapped }];
    this.#deps = deps;
    this.#onPlaintext = input.onPlaintext;
    this.#part = part;
    this.#dataKey = dataKey;
    this.#sealParts = [...state.earlierSeal, { firstSegment: state.segments, keyId: keyId(dataKey) }];
    if (state.plaintextHash !== undefined) this.#line = createLocalLine(state.plaintextHash);
    this.#marks = state.marks;
    this.#nextSegment = state.segments;
    this.#gather.set(state.tail);
    this.#gathered = state.tail.length;
    this.#plaintextBytes = state.segments * segmentPlainBytes + state.tail.length;
  }

  get plaintextBytes(): number {
    return this.#plaintextBytes;
  }

  append(bytes: Uint8Array): Promise<void> {
    // Most chunks only fill the buffer: no queue, no new promise.
    const fits = this.#gathered + bytes.length <= gatherBytes;
    if (fits && this.#queued === 0 && !this.#failure && !this.#ended) {
      this.#copy(bytes);
      return settled;
    }
    return this.#enqueue(async () => {
      this.#throwIfOver();
      for (let at = 0; at < bytes.length; ) {
        if (this.#gathered === gatherBytes) await this.#sealGathered(gatherBytes, false);
        at += this.#copy(bytes.subarray(at));
      }
    });
  }

  finish(): Promise<Seal> {
    return this.#enqueue(async () => {
      this.#throwIfOver();
      if (this.#gathered > 0) await this.#sealGathered(this.#gathered, true);
      await Promise.all(this.#batches);
      this.#throwIfOver();
      const ciphertextBytes = this.#part.size();
      const plaintextSha256 = await this.#lineFor(true)
        .digest()
        .catch((cause: unknown) => {
          this.#fail(cause);
          throw this.#failure;
        });
      await this.#part.commit().catch((cause: unknown) => this.#fail(cause));
      this.#throwIfOver();
      this.#end();
      return {
        plaintextBytes: this.#plaintextBytes,
        plaintextSha256,
        ciphertextBytes,
        segmentsSha256: this.#marks.digest(),
        parts: this.#sealParts,
      };
    });
  }

  suspend(): Promise<{ readonly durableBytes: number }> {
    this.#muted = true;
    return this.#enqueue(async () => {
      if (this.#ended) throw over();
      const whole = this.#gathered - (this.#gathered % segmentPlainBytes);
      try {
        if (whole > 0 && !this.#failure) await this.#sealGathered(whole, false);
        await Promise.all(this.#batches);
        await this.#part.sync();
        return { durableBytes: this.#nextSegment * segmentPlainBytes };
      } finally {
        this.#end();
        await this.#part.close();
      }
    });
  }

  letGo(): Promise<void> {
    return this.#quit(async () => undefined);
  }

  abort(): Promise<void> {
    return this.#quit(() => this.#deps.store.remove(this.name));
  }

  /** Closes after what is on its way; what is queued before this need not be done any more. `then`: unless it had ended. */
  #quit(then: () => Promise<void>): Promise<void> {
    this.#failure ??= over();
    return this.#enqueue(async () => {
      if (this.#ended) return;
      await Promise.all(this.#batches);
      this.#end();
      await this.#part.close();
      await then();
    });
  }

  #enqueue<T>(work: () => Promise<T>): Promise<T> {
    this.#queued += 1;
    const result = this.#queue.then(work).finally(() => {
      this.#queued -= 1;
    });
    this.#queue = result.catch(() => undefined);
    return result;
  }

  #copy(bytes: Uint8Array): number {
    const taken = Math.min(bytes.length, gatherBytes - this.#gathered);
    // A small file never needs the large buffer.
    if (this.#gathered + taken > this.#gather.length) {
      const large = ownMemory(gatherBytes);
      large.set(this.#gather.subarray(0, this.#gathered));
      this.#gather.fill(0);
      this.#gather = large;
    }
    this.#gather.set(taken === bytes.length ? bytes : bytes.subarray(0, taken), this.#gathered);
    this.#gathered += taken;
    this.#plaintextBytes += taken;
    return taken;
  }

  /** Sends the first `plainBytes` of the gather buffer, which are all that will be used of it, on their way. */
  async #sealGathered(plainBytes: number, final: boolean): Promise<void> {
    if (this.#batches.length === batchesInFlight) await this.#batches[0];
    this.#throwIfFailed();
    const plain = this.#gather;
    const nonces = this.#nextNonces(plainBytes, final);
    const cipher = this.#spare.pop() ?? ownMemory(final ? bodyBytes(plainBytes) : batchCipherBytes);
    const sealed = this.#lineFor(final).seal({ dataKey: this.#dataKey, nonces, plain, plainBytes, cipher });
    this.#gather = this.#spareGather.pop() ?? ownMemory(final ? 0 : gatherBytes);
    this.#gathered = 0;
    const batch = sealed
      .then((done) => this.#carry(done, plainBytes))
      .catch((cause: unknown) => this.#fail(cause))
      .finally(() => void this.#batches.splice(this.#batches.indexOf(batch), 1));
    this.#batches.push(batch);
  }

  /** A file of one batch is not worth the way to another thread and back. */
  #lineFor(final: boolean): SealLine {
    const threads = final ? undefined : this.#deps.sealThreads;
    this.#line ??= threads?.open() ?? createLocalLine(createHash('sha256'));
    return this.#line;
  }

  #nextNonces(plainBytes: number, final: boolean): Uint8Array {
    const count = Math.ceil(plainBytes / segmentPlainBytes);
    const random = this.#deps.random.bytes(count * nonceRandomBytes);
    const nonces = new Uint8Array(count * nonceBytes);
    for (let n = 0; n < count; n += 1) {
      const fresh = random.subarray(n * nonceRandomBytes, (n + 1) * nonceRandomBytes);
      nonces.set(strictNonce(fresh, this.#nextSegment + n, final && n === count - 1), n * nonceBytes);
    }
    this.#nextSegment += count;
    return nonces;
  }

  /** Stores a sealed batch and gives its plaintext to the hook, side by side. Called in the order of the batches. */
  async #carry({ plain, cipher, cipherBytes }: SealedBatch, plainBytes: number): Promise<void> {
    // After a batch that was not stored none may be: it would stand in the wrong place.
    if (this.#failure) return;
    const bytes = cipher.subarray(0, cipherBytes);
    this.#marks.update(bytes);
    const stored = this.#part.append(bytes);
    this.#hook = this.#hook.then(() => this.#hand(plain, plainBytes));
    // Both are over before the batch is, whichever fails.
    for (const outcome of await Promise.allSettled([stored, this.#hook]))
      if (outcome.status === 'rejected') throw outcome.reason;
    this.#spare.push(cipher);
  }

  async #hand(plain: Uint8Array<ArrayBuffer>, plainBytes: number): Promise<void> {
    const hook = this.#muted || this.#failure ? undefined : this.#onPlaintext;
    const back = hook === undefined ? plain : ((await hook(plain.subarray(0, plainBytes))) ?? undefined);
    if (back?.buffer.byteLength !== gatherBytes || this.#ended) return;
    this.#spareGather.push(new Uint8Array(back.buffer as ArrayBuffer));
  }

  #fail(cause: unknown): void {
    this.#failure ??= toAppError(cause);
  }

  #throwIfFailed(): void {
    if (this.#failure) throw this.#failure;
  }

  #throwIfOver(): void {
    this.#throwIfFailed();
    if (this.#ended) throw over();
  }

  /** The data key and what was gathered do not outlive the writer. */
  #end(): void {
    this.#ended = true;
    this.#line?.end();
    this.#dataKey.fill(0);
    this.#gather.fill(0);
    for (const spare of this.#spareGather.splice(0)) spare.fill(0);
  }
}

function over(): AppError {
  return new AppError('closed', {
    nb: 'Mottaket av denne filen er avsluttet.',
    en: 'Receiving of this file has ended.',
  });
}
