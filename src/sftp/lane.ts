/** Keeps the work on one thing in the order it was asked for: shared work side by side, exclusive work alone. */
import { AppError } from '../platform/errors.ts';

export interface Lane {
  /** Runs beside other shared work, after all exclusive work asked for earlier. */
  shared<T>(work: () => Promise<T>): Promise<T>;
  /** Runs alone, after everything asked for earlier. */
  exclusive<T>(work: () => Promise<T>): Promise<T>;
  /** Refuses what has not begun, now and later, and resolves when what has begun is done. */
  stop(): Promise<void>;
}

interface Waiting {
  alone: boolean;
  begin(): void;
  refuse(): void;
}

function refused(): AppError {
  return new AppError('closed', { nb: 'Forbindelsen er avsluttet.', en: 'The connection has ended.' });
}

export function createLane(): Lane {
  const waiting: Waiting[] = [];
  const idle: (() => void)[] = [];
  let running = 0;
  let alone = false;
  let stopped = false;

  function mayBegin(wantsAlone: boolean): boolean {
    return !alone && (!wantsAlone || running === 0);
  }

  function advance(): void {
    for (let next = waiting[0]; next !== undefined && mayBegin(next.alone); next = waiting[0]) {
      waiting.shift();
      next.begin();
    }
    if (running === 0) for (const resolve of idle.splice(0)) resolve();
  }

  async function begin<T>(wantsAlone: boolean, work: () => Promise<T>): Promise<T> {
    running += 1;
    alone = wantsAlone;
    try {
      return await work();
    } finally {
      running -= 1;
      alone = false;
      advance();
    }
  }

  function enter<T>(wantsAlone: boolean, work: () => Promise<T>): Promise<T> {
    if (stopped) return Promise.reject(refused());
    if (waiting.length === 0 && mayBegin(wantsAlone)) return begin(wantsAlone, work);
    return new Promise<T>((resolve, reject) => {
      waiting.push({
        alone: wantsAlone,
        begin: () => void begin(wantsAlone, work).then(resolve, reject),
        refuse: () => reject(refused()),
      });
    });
  }

  return {
    shared: (work) => enter(false, work),
    exclusive: (work) => enter(true, work),
    async stop() {
      stopped = true;
      for (const entry of waiting.splice(0)) entry.refuse();
      if (running > 0) await new Promise<void>((resolve) => idle.push(resolve));
    },
  };
}
