/** Worker threads for checks: starting one takes longer than checking a small file, so a few are kept for the next. */
import { Worker } from 'node:worker_threads';

export interface WorkerKind {
  readonly url: URL;
  /** Heap of the worker; unlimited by default. */
  readonly maxOldSpaceMb: number | undefined;
}

/** More than this many idle ones are ended; each costs some 15 MB. */
const keptIdle = 2;
/** A worker is replaced now and then, so that whatever a check leaves on its heap does not gather. */
const checksPerWorker = 1000;

const idle = new Map<string, Worker[]>();
const checksDone = new WeakMap<Worker, number>();

/** By name: a worker without its inner listeners hears nothing any more. */
function forgetListeners(worker: Worker): void {
  for (const event of ['message', 'messageerror', 'error', 'exit']) worker.removeAllListeners(event);
}

function keyOf({ url, maxOldSpaceMb }: WorkerKind): string {
  return `${url.href} ${maxOldSpaceMb ?? ''}`;
}

/** A worker that serves nobody. It belongs to the caller, who sets listeners, and gives it back or terminates it. */
export function takeWorker(kind: WorkerKind): Worker {
  const waiting = idle.get(keyOf(kind))?.pop();
  if (waiting !== undefined) {
    forgetListeners(waiting);
    waiting.ref();
    return waiting;
  }
  return new Worker(kind.url, {
    // A check needs no secret of the process.
    env: {},
    execArgv: [],
    resourceLimits: kind.maxOldSpaceMb === undefined ? {} : { maxOldGenerationSizeMb: kind.maxOldSpaceMb },
  });
}

/** Only for a worker whose check has ended with a report: any other is in an unknown state, and terminated. */
export async function giveWorker(kind: WorkerKind, worker: Worker): Promise<void> {
  const done = (checksDone.get(worker) ?? 0) + 1;
  checksDone.set(worker, done);
  const key = keyOf(kind);
  const waiting = idle.get(key) ?? [];
  idle.set(key, waiting);
  forgetListeners(worker);
  if (done >= checksPerWorker || waiting.length >= keptIdle) {
    await worker.terminate();
    return;
  }
  const drop = (): void => {
    const at = waiting.indexOf(worker);
    if (at >= 0) waiting.splice(at, 1);
  };
  worker.on('exit', drop);
  worker.on('error', drop);
  // An idle worker does not keep the process alive.
  worker.unref();
  waiting.push(worker);
}
