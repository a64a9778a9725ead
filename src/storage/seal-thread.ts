/** Threads that encrypt and hash for uploads and decrypt for downloads: that does not hold the event loop, and two cores work on one file. */
import { Worker } from 'node:worker_threads';
import { AppError } from '../platform/errors.ts';
import type { OpenLine } from './open-line.ts';
import { zeroKeys } from './part-keys.ts';
import type { SealLine } from './seal-line.ts';
import type { FromSealThread, ToSealThread } from './seal-thread-protocol.ts';

export interface SealThreads {
  /** A line on the thread that has the fewest. */
  open(): SealLine;
  /** The same for reading. */
  openReading(): OpenLine;
  /** Ends the threads; what is under way on them fails. */
  close(): Promise<void>;
}

interface Asked {
  take(message: FromSealThread): void;
  fail(error: AppError): void;
}

/** @param options.url the program of a thread, built; by default the one beside this file. */
export function createSealThreads(options: { threads: number; url?: URL }): SealThreads {
  const url = options.url ?? new URL('./seal-thread-entry.js', import.meta.url);
  const threads: (Thread | undefined)[] = Array.from({ length: options.threads });

  function quietest(): Thread {
    let best = 0;
    for (const [n, thread] of threads.entries()) {
      if (thread === undefined || thread.dead) {
        best = n;
        break;
      }
      if (thread.lines < (threads[best]?.lines ?? 0)) best = n;
    }
    const found = threads[best];
    if (found !== undefined && !found.dead) return found;
    const started = new Thread(url);
    threads[best] = started;
    return started;
  }

  return {
    open: () => quietest().open(),
    openReading: () => quietest().openReading(),
    async close() {
      await Promise.all(threads.flatMap((thread) => thread?.close() ?? []));
    },
  };
}

class Thread {
  readonly #worker: Worker;
  /** What is asked for on each line and not yet answered, oldest first. */
  readonly #asked = new Map<number, Asked[]>();
  #nextLine = 0;
  #dead = false;

  constructor(url: URL) {
    this.#worker = new Worker(url, { name: 'sealing' });
    // It waits for work for as long as the process lives, and is no reason for it to live.
    this.#worker.unref();
    this.#worker.on('message', (message: FromSealThread) => {
      this.#asked.get(message.line)?.shift()?.take(message);
    });
    for (const event of ['error', 'messageerror', 'exit'] as const) this.#worker.on(event, () => this.#die());
  }

  get dead(): boolean {
    return this.#dead;
  }

  get lines(): number {
    return this.#asked.size;
  }

  open(): SealLine {
    const line = this.#begin();
    return {
      seal: async (job) => {
        // A copy: a view would take all the memory around it along.
        const dataKey = Uint8Array.from(job.dataKey);
        const message = { kind: 'seal', line, job: { ...job, dataKey } } as const;
        const asked = this.#ask(line, message, [job.plain.buffer, job.cipher.buffer]);
        dataKey.fill(0);
        const answer = await asked;
        if (answer.kind !== 'sealed') throw lost();
        return answer.batch;
      },
      digest: async () => {
        const answer = await this.#ask(line, { kind: 'digest', line }, []);
        if (answer.kind !== 'digest') throw lost();
        return answer.sha256;
      },
      end: () => this.#end(line),
    };
  }

  openReading(): OpenLine {
    const line = this.#begin();
    return {
      open: async (job) => {
        const keys = job.keys.map((part) => ({ ...part, dataKey: Uint8Array.from(part.dataKey) }));
        const asked = this.#ask(line, { kind: 'open', line, job: { ...job, keys } }, [job.memory.buffer]);
        zeroKeys(keys);
        const answer = await asked;
        if (answer.kind !== 'opened') throw lost();
        return answer.run;
      },
      end: () => this.#end(line),
    };
  }

  #begin(): number {
    const line = this.#nextLine;
    this.#nextLine += 1;
    this.#asked.set(line, []);
    return line;
  }

  #end(line: number): void {
    const open = this.#asked.get(line);
    if (open === undefined) return;
    this.#asked.delete(line);
    for (const asked of open) asked.fail(lost());
    if (!this.#dead) this.#post({ kind: 'end', line }, []);
  }

  #ask(line: number, message: ToSealThread, transfer: ArrayBuffer[]): Promise<FromSealThread> {
    const open = this.#asked.get(line);
    if (open === undefined || this.#dead) return Promise.reject(lost());
    return new Promise((take, fail) => {
      open.push({ take, fail });
      this.#post(message, transfer);
    });
  }

  #post(message: ToSealThread, transfer: ArrayBuffer[]): void {
    this.#worker.postMessage(message, transfer);
  }

  async close(): Promise<void> {
    this.#die();
    await this.#worker.terminate();
  }

  /** What lay in the thread is gone with it: those uploads fail, and the next begin on another thread. */
  #die(): void {
    if (this.#dead) return;
    this.#dead = true;
    for (const open of this.#asked.values()) for (const asked of open) asked.fail(lost());
    this.#asked.clear();
  }
}

function lost(): AppError {
  return new AppError('internal', {
    nb: 'Krypteringen eller dekrypteringen av filen ble avbrutt. Prøv igjen.',
    en: 'The encryption or decryption of the file was interrupted. Try again.',
  });
}
