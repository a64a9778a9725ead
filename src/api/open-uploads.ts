/** Uploads kept open between the requests of one transfer, so that going on costs nothing; let go of when nobody goes on. */
import { AppError } from '../platform/errors.ts';
import type { Sending } from './sending.ts';

/** Then what is durable stays, and is read once more when the transfer goes on. */
const IDLE_MS = 30_000;

export interface OpenUploads {
  /**
   * Runs `work` on the upload with that id: on the one that is open, else on what `open` gives. A request that still
   * has it is told to stop, and is waited for: its client has begun another, so its connection is dead.
   */
  use<T>(
    id: string,
    open: () => Promise<Sending>,
    work: (sending: Sending, stopped: AbortSignal) => Promise<T>,
  ): Promise<T>;
  /** Ends the request that has the upload, if one does. Afterwards the upload stands still. */
  settle(id: string): Promise<void>;
  /**
   * Runs `work` once for all who ask for it under the same key at the same time: a client that has lost its connection
   * asks again while the first is still at it, and must not begin it anew.
   */
  once<T>(key: string, work: (stopped: AbortSignal) => Promise<T>): Promise<T>;
  /** Lets go of all, keeping what is durable. */
  close(): Promise<void>;
}

interface Kept {
  sending: Sending | undefined;
  turn: Promise<unknown>;
  stop: AbortController | undefined;
  idle: NodeJS.Timeout | undefined;
  /** How many requests have it or wait for it. */
  users: number;
}

export function createOpenUploads({ idleMs = IDLE_MS } = {}): OpenUploads {
  const kept = new Map<string, Kept>();
  const atOnce = new Map<string, Promise<unknown>>();
  const closing = new AbortController();

  function inTurn<T>(id: string, work: (one: Kept) => Promise<T>): Promise<T> {
    const one = kept.get(id) ?? {
      sending: undefined,
      turn: Promise.resolve(),
      stop: undefined,
      idle: undefined,
      users: 0,
    };
    kept.set(id, one);
    one.users += 1;
    one.stop?.abort();
    clearTimeout(one.idle);
    const turn = one.turn.then(() => work(one)).finally(() => leave(id, one));
    one.turn = turn.catch(() => undefined);
    return turn;
  }

  function leave(id: string, one: Kept): void {
    one.users -= 1;
    if (one.users > 0) return;
    if (one.sending === undefined || one.sending.upload.over) {
      kept.delete(id);
      return;
    }
    one.idle = setTimeout(() => void letGo(id), idleMs).unref();
  }

  function letGo(id: string): Promise<void> {
    return inTurn(id, async (one) => {
      await one.sending?.upload.abandon();
    });
  }

  return {
    use: (id, open, work) =>
      inTurn(id, async (one) => {
        const stop = new AbortController();
        // Set before anything is waited for: who comes next must find it.
        one.stop = stop;
        if (one.users > 1) stop.abort();
        try {
          if (one.sending === undefined || one.sending.upload.over) {
            one.sending = undefined;
            one.sending = await open();
          }
          return await work(one.sending, stop.signal);
        } finally {
          if (one.stop === stop) one.stop = undefined;
        }
      }),
    settle: (id) => (kept.has(id) ? inTurn(id, async () => {}) : Promise.resolve()),
    once: <T>(key: string, work: (stopped: AbortSignal) => Promise<T>) => {
      const running = atOnce.get(key) ?? work(closing.signal).finally(() => atOnce.delete(key));
      atOnce.set(key, running);
      return running as Promise<T>;
    },
    close: async () => {
      closing.abort();
      await Promise.allSettled(atOnce.values());
      await Promise.all([...kept.keys()].map(letGo));
    },
  };
}

/** `stream` until it ends or is told to stop; then it rejects at once, whatever it was waiting for. */
export async function* untilStopped(
  stream: AsyncIterable<Uint8Array>,
  stopped: AbortSignal,
): AsyncGenerator<Uint8Array, undefined> {
  const chunks = stream[Symbol.asyncIterator]();
  // One listener for the whole stream: a race for each chunk would let the promise of the signal grow without end.
  let refuse: (reason: unknown) => void = () => {};
  const stop = (): void => refuse(overtaken());
  stopped.addEventListener('abort', stop, { once: true });
  try {
    for (;;) {
      const next = await new Promise<IteratorResult<Uint8Array>>((resolve, reject) => {
        refuse = reject;
        if (stopped.aborted) stop();
        else chunks.next().then(resolve, reject);
      });
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    stopped.removeEventListener('abort', stop);
    // Not waited for: a pending read ends only with its connection.
    chunks.return?.().catch(() => undefined);
  }
}

function overtaken(): AppError {
  return new AppError('conflict', {
    nb: 'Overføringen fortsetter i en annen forespørsel.',
    en: 'The transfer goes on in another request.',
  });
}
