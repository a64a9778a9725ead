/** Counts what happens too often for a line each, and says it in one line every few seconds: how many, and who most. */
import type { Log } from '../platform/log.ts';

export interface Tally {
  count(key: string): void;
}

/** Beyond this many different addresses in one line, the rest is counted together. */
const addressLimit = 1000;

export function createTally(deps: { log: Log }, options: { message: string; everyMs: number }): Tally {
  const counts = new Map<string, number>();
  let total = 0;
  let timer: NodeJS.Timeout | undefined;

  function say(): void {
    timer = undefined;
    const [address, most] = [...counts].reduce((a, b) => (b[1] > a[1] ? b : a));
    deps.log.warn({ connections: total, addresses: counts.size, address, most }, options.message);
    counts.clear();
    total = 0;
  }

  return {
    count(key) {
      total += 1;
      if (counts.has(key) || counts.size < addressLimit) counts.set(key, (counts.get(key) ?? 0) + 1);
      if (timer === undefined) timer = setTimeout(say, options.everyMs).unref();
    },
  };
}
