/** Runs the check of one file: alongside its arrival while there is a free worker, else from the sealed body. */

import { currentCodeLists } from '../catalogue/code-lists.ts';
import { actorFor, languageOf } from '../identity/people.ts';
import { osloDate } from '../platform/clock.ts';
import { checkUnread, type LiveCounts, type UnreadCheck } from '../validators/checker.ts';
import { namedClassifications } from '../validators/code-lists.ts';
import type { Report } from '../validators/report.ts';
import { type RunningCheck, type StartCheckOptions, startCheck } from '../validators/worker/check-worker.ts';
import type { VaultDeps } from '../vault/bodies.ts';
import { type FilesBeside, filesBeside } from './beside.ts';
import { currentDescription } from './descriptions.ts';
import { expectedNames, resourceFor } from './expected.ts';
import { ownOnly } from './visibility.ts';

export interface CheckDeps extends VaultDeps {
  slots: CheckSlots;
  syntheticIds: 'accept' | 'refuse';
  /** The worker's program, if it is not the one beside the engine. */
  workerUrl?: URL;
  /** Where encrypted runs of keys go when a check has more of them than memory is given; the system's temporary folder if absent. */
  spillFolder?: string;
}

/** Busy time, not time on the wire: some hundred gigabytes. Beyond it the file is answered as not checked. */
const CHECK_LIMIT_MS = 2 * 3_600_000;
const CHECK_HEAP_MB = 256;
/** Files that foreign keys point at are read before the file itself: while it arrives only when that takes a second or so. */
const LIMIT_BESIDE_BYTES = 256 * 1024 * 1024;

/** How many checks may run at once; the rest wait. A worker thread costs some 30 MB. */
export class CheckSlots {
  #free: number;
  #waiting: (() => void)[] = [];

  constructor(count: number) {
    this.#free = count;
  }

  /** A slot now, or false. */
  tryTake(): boolean {
    if (this.#free === 0) return false;
    this.#free -= 1;
    return true;
  }

  async take(): Promise<void> {
    if (this.tryTake()) return;
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  release(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#free += 1;
    else next();
  }
}

/** Chunks that a worker has read, kept for the writer. */
const keptChunks = 4;

/** The check of one file under way. Exactly one of `report` and `abort` ends it. */
export interface Checking {
  /**
   * Takes plaintext in order; the buffer is the callee's from then on. What it brings back is memory for use again.
   * The first chunk holds what the kind of file is decided on, or all there is.
   */
  onPlaintext(chunk: Uint8Array): Promise<Uint8Array | undefined>;
  /** The verdict. `reread` streams the whole plaintext, for a check that found no free worker while the file arrived. */
  report(sha256: string, reread: () => AsyncIterable<Uint8Array>): Promise<Report>;
  abort(): Promise<void>;
  /** What is counted so far; null while nothing has been read, as when no worker is free. */
  readonly counts: LiveCounts | null;
}

/** Begins the check of a file that will be called `fileName`, under the project's description as it is now. Hints are in the sender's language. */
export async function beginCheck(
  deps: CheckDeps,
  { projectId, fileName, uploaderId }: { projectId: string; fileName: string; uploaderId: string },
): Promise<Checking> {
  const { options, beside } = await checkOptions(deps, projectId, fileName, uploaderId);
  return new FileChecking(deps, options, beside);
}

/** A check in a worker, and when the files beside it have been given to it. */
interface Begun {
  readonly check: RunningCheck;
  readonly prepared: Promise<void>;
}

class FileChecking implements Checking {
  readonly #deps: CheckDeps;
  readonly #options: StartCheckOptions;
  readonly #beside: FilesBeside;
  #decided = false;
  #bytes = 0;
  /** Of a file whose rows are not read: it needs no worker. */
  #unread: UnreadCheck | undefined;
  #running: Begun | undefined;
  #counts: LiveCounts | null = null;
  readonly #spare: Uint8Array[] = [];

  constructor(deps: CheckDeps, options: StartCheckOptions, beside: FilesBeside) {
    this.#deps = deps;
    this.#beside = beside;
    this.#options = {
      ...options,
      onCounts: (now) => {
        this.#counts = now;
      },
      onRecycle: (chunk) => {
        if (this.#spare.length < keptChunks) this.#spare.push(chunk);
      },
    };
  }

  get counts(): LiveCounts | null {
    return this.#counts;
  }

  async onPlaintext(chunk: Uint8Array): Promise<Uint8Array | undefined> {
    if (!this.#decided) this.#decide(chunk);
    this.#bytes += chunk.length;
    if (this.#running === undefined) return chunk;
    const { check, prepared } = this.#running;
    await prepared;
    await check.push(chunk);
    return this.#spare.pop();
  }

  async report(sha256: string, reread: () => AsyncIterable<Uint8Array>): Promise<Report> {
    if (!this.#decided) this.#decide(new Uint8Array(0));
    if (this.#unread !== undefined) return this.#unread.finish({ bytes: this.#bytes, sha256 });
    if (this.#running !== undefined) return this.#done(finished(this.#running, sha256));
    await this.#deps.slots.take();
    const begun = this.#begin();
    return this.#done(checkAll(begun, sha256, reread()));
  }

  async abort(): Promise<void> {
    if (this.#running !== undefined) await this.#done(this.#running.check.abort());
  }

  #decide(head: Uint8Array): void {
    this.#decided = true;
    this.#unread = checkUnread(this.#options, head);
    const alongside = this.#unread === undefined && this.#beside.bytes <= LIMIT_BESIDE_BYTES;
    if (alongside && this.#deps.slots.tryTake()) this.#begin();
  }

  #begin(): Begun {
    const check = startCheck(this.#options, this.#deps);
    this.#running = { check, prepared: this.#beside.readInto(check) };
    return this.#running;
  }

  async #done<T>(work: Promise<T>): Promise<T> {
    try {
      return await work;
    } finally {
      this.#running = undefined;
      this.#deps.slots.release();
    }
  }
}

async function checkAll(
  { check, prepared }: Begun,
  sha256: string,
  plaintext: AsyncIterable<Uint8Array>,
): Promise<Report> {
  try {
    await prepared;
    for await (const chunk of plaintext) await check.push(chunk);
  } catch (thrown) {
    await check.abort();
    throw thrown;
  }
  return check.finish({ sha256 });
}

/** An empty file has no byte that waits for the files beside it. */
async function finished({ check, prepared }: Begun, sha256: string): Promise<Report> {
  await prepared;
  return check.finish({ sha256 });
}

/** Checks a body that is already sealed, under another name perhaps. */
export async function checkAgain(
  deps: CheckDeps,
  file: {
    projectId: string;
    fileName: string;
    uploaderId: string;
    sha256: string;
    reread: () => AsyncIterable<Uint8Array>;
  },
): Promise<Report> {
  const checking = await beginCheck(deps, file);
  try {
    for await (const chunk of file.reread()) await checking.onPlaintext(chunk);
  } catch (thrown) {
    await checking.abort();
    throw thrown;
  }
  return checking.report(file.sha256, file.reread);
}

async function checkOptions(
  deps: CheckDeps,
  projectId: string,
  fileName: string,
  uploaderId: string,
): Promise<{ options: StartCheckOptions; beside: FilesBeside }> {
  const [description, language, uploader] = await Promise.all([
    currentDescription(deps, projectId),
    languageOf(deps, uploaderId),
    actorFor(deps, uploaderId),
  ]);
  // The report goes to whoever sent the file: it tells them no more than they may know.
  const of = ownOnly(uploader, projectId);
  const resource = description && resourceFor(description.content, fileName, of);
  const beside = await filesBeside(deps, projectId, description?.content, resource);
  const options = {
    fileName,
    referenced: beside.files,
    ...(resource === undefined ? {} : { resource }),
    ...(description === undefined ? {} : { expected: expectedNames(description.content, of) }),
    codeLists: await currentCodeLists(deps, namedClassifications(resource)),
    language,
    syntheticIds: deps.syntheticIds,
    today: osloDate(deps.clock.now()).toString(),
    descriptionSha256: description?.sha256 ?? null,
    limits: { maxMs: CHECK_LIMIT_MS, maxOldSpaceMb: CHECK_HEAP_MB },
    ...(deps.spillFolder === undefined ? {} : { uniqueness: { folder: deps.spillFolder } }),
  };
  return { options, beside };
}
