/** Runs a check in a worker thread that serves nothing else meanwhile, while the bytes arrive, with credits for back-pressure and hard limits. */
import { tmpdir } from 'node:os';
import type { Worker } from 'node:worker_threads';
import { monotonicMs } from '../../platform/clock.ts';
import type { CheckOptions, LiveCounts, Progress } from '../checker.ts';
import { notCheckedReport } from '../not-checked.ts';
import type { Report } from '../report.ts';
import type { FromWorker, ToWorker, UniquenessLimits } from './protocol.ts';
import { giveWorker, takeWorker, type WorkerKind } from './worker-pool.ts';

export interface CheckLimits {
  /** Time the worker may be busy with what it was given; waiting for bytes does not count. */
  readonly maxMs?: number | undefined;
  /** Heap of the worker. Buffers (chunks, and the memory for uniqueness) are not in it. */
  readonly maxOldSpaceMb?: number | undefined;
}

export type StartCheckOptions = CheckOptions & {
  readonly limits?: CheckLimits | undefined;
  /** By default 64 MiB of memory, and the system's folder for temporary files. */
  readonly uniqueness?: UniquenessLimits | undefined;
  /** After each chunk read. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  /** Some times a second while bytes are read: what is counted so far. */
  readonly onCounts?: ((counts: LiveCounts) => void) | undefined;
  /** Gets back the memory of each chunk read, for use again. */
  readonly onRecycle?: ((chunk: Uint8Array<ArrayBuffer>) => void) | undefined;
};

export interface RunningCheck {
  /**
   * Gives the next bytes. A chunk that is the whole of its ArrayBuffer is transferred, and empty for the caller
   * afterwards; any other is copied. Resolves when the next may come: at most 4 chunks or about 4 MiB lie unread.
   * After the worker's death it resolves and does nothing.
   */
  push(chunk: Uint8Array): Promise<void>;
  /** As `push`, for the file `referenced[index]` of the options: all of them before the first `push`. */
  pushReferenced(index: number, chunk: Uint8Array): Promise<void>;
  /** After the last byte of that file. A file that is not ended counts as one that could not be read. */
  endReferenced(index: number): void;
  /** True when nothing that is pushed will be read any more. */
  readonly over: boolean;
  /** After the last byte. Never rejects: a check that failed is a report with the verdict `not-checked`. */
  finish(input: { sha256: string | null }): Promise<Report>;
  /** Stops the worker; a report asked for later is `not-checked`. */
  abort(): Promise<void>;
}

const maxChunks = 4;
const maxBytes = 4 * 1024 * 1024;

export function startCheck(
  options: StartCheckOptions,
  deps: { workerUrl?: URL | undefined } = {},
): RunningCheck {
  return new WorkerCheck(options, deps.workerUrl ?? new URL('./entry.js', import.meta.url));
}

class WorkerCheck implements RunningCheck {
  readonly #options: StartCheckOptions;
  readonly #kind: WorkerKind;
  readonly #host: Pick<StartCheckOptions, 'onProgress' | 'onCounts' | 'onRecycle'>;
  readonly #worker: Worker;
  readonly #maxMs: number;
  #failure: 'engine/died' | 'engine/limit' | null = null;
  #report: Report | null = null;
  #bytes = 0;
  #unreadChunks = 0;
  #unreadBytes = 0;
  /** Resolved whenever something changes: credit, report or death. */
  #waiting: (() => void)[] = [];
  #busySinceMs = 0;
  #busyMs = 0;
  #watchdog: NodeJS.Timeout | undefined;
  #finishing = false;

  constructor(options: StartCheckOptions, workerUrl: URL) {
    this.#options = options;
    const { limits, uniqueness, onProgress, onCounts, onRecycle, ...checkOptions } = options;
    this.#host = { onProgress, onCounts, onRecycle };
    this.#maxMs = limits?.maxMs ?? Number.POSITIVE_INFINITY;
    this.#kind = { url: workerUrl, maxOldSpaceMb: limits?.maxOldSpaceMb };
    this.#worker = takeWorker(this.#kind);
    this.#worker.on('message', (message: FromWorker) => this.#hear(message));
    this.#worker.on('messageerror', () => this.#fail('engine/died'));
    this.#worker.on('error', (error: NodeJS.ErrnoException) =>
      this.#fail(error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? 'engine/limit' : 'engine/died'),
    );
    this.#worker.on('exit', () => {
      if (this.#report === null) this.#fail('engine/died');
    });
    const input = {
      options: checkOptions satisfies CheckOptions,
      uniqueness: { folder: tmpdir(), ...uniqueness },
    };
    this.#worker.postMessage({ kind: 'begin', input } satisfies ToWorker);
  }

  get over(): boolean {
    return this.#failure !== null;
  }

  push(chunk: Uint8Array): Promise<void> {
    this.#bytes += chunk.byteLength;
    return this.#give(chunk, (own) => ({ kind: 'push', chunk: own }));
  }

  pushReferenced(index: number, chunk: Uint8Array): Promise<void> {
    return this.#give(chunk, (own) => ({ kind: 'push-referenced', index, chunk: own }));
  }

  endReferenced(index: number): void {
    if (this.#failure === null)
      this.#worker.postMessage({ kind: 'end-referenced', index } satisfies ToWorker);
  }

  async #give(chunk: Uint8Array, messageOf: (own: Uint8Array<ArrayBuffer>) => ToWorker): Promise<void> {
    if (this.#failure !== null || chunk.byteLength === 0) return;
    const size = chunk.byteLength;
    this.#send(chunk, messageOf);
    this.#startWatch();
    this.#unreadChunks += 1;
    this.#unreadBytes += size;
    while (this.#failure === null && (this.#unreadChunks >= maxChunks || this.#unreadBytes >= maxBytes)) {
      await this.#change();
    }
  }

  async finish(input: { sha256: string | null }): Promise<Report> {
    if (this.#failure === null) {
      this.#finishing = true;
      this.#worker.postMessage({ kind: 'finish', sha256: input.sha256 } satisfies ToWorker);
      this.#startWatch();
    }
    while (this.#failure === null && this.#report === null) await this.#change();
    this.#stopWatch();
    const report =
      this.#report ??
      notCheckedReport(this.#options, this.#failure ?? 'engine/died', {
        bytes: this.#bytes,
        sha256: input.sha256,
      });
    if (this.#report === null) await this.#worker.terminate();
    else await giveWorker(this.#kind, this.#worker);
    return report;
  }

  async abort(): Promise<void> {
    this.#fail('engine/died');
    await this.#worker.terminate();
  }

  #send(chunk: Uint8Array, messageOf: (own: Uint8Array<ArrayBuffer>) => ToWorker): void {
    const whole = chunk.buffer instanceof ArrayBuffer && chunk.byteLength === chunk.buffer.byteLength;
    if (whole) {
      try {
        const own = new Uint8Array(chunk.buffer as ArrayBuffer);
        this.#worker.postMessage(messageOf(own), [own.buffer]);
        return;
      } catch {
        // A buffer that may not be transferred is copied.
      }
    }
    const copy = new Uint8Array(chunk);
    this.#worker.postMessage(messageOf(copy), [copy.buffer]);
  }

  #hear(message: FromWorker): void {
    if (this.#failure !== null) return;
    if (message.kind === 'report') {
      this.#report = message.report;
    } else if (message.kind === 'counts') {
      this.#host.onCounts?.(message.counts);
      return;
    } else {
      this.#unreadChunks -= 1;
      this.#unreadBytes -= message.chunk.byteLength;
      if (this.#unreadChunks === 0 && !this.#finishing) this.#stopWatch();
      this.#host.onProgress?.(message.progress);
      this.#host.onRecycle?.(message.chunk);
    }
    this.#wake();
  }

  #fail(reason: 'engine/died' | 'engine/limit'): void {
    if (this.#failure !== null || this.#report !== null) return;
    this.#failure = reason;
    this.#stopWatch();
    this.#wake();
  }

  #change(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }

  #startWatch(): void {
    if (this.#watchdog !== undefined || !Number.isFinite(this.#maxMs)) return;
    this.#busySinceMs = monotonicMs();
    this.#watchdog = setTimeout(
      () => {
        this.#fail('engine/limit');
        void this.#worker.terminate();
      },
      Math.max(1, this.#maxMs - this.#busyMs),
    );
  }

  #stopWatch(): void {
    if (this.#watchdog === undefined) return;
    clearTimeout(this.#watchdog);
    this.#watchdog = undefined;
    this.#busyMs += monotonicMs() - this.#busySinceMs;
  }
}
