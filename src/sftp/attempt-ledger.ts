/** Counts refused sign-ins per address, in memory, so that one address cannot try keys for ever. */
import { monotonicMs } from '../platform/clock.ts';

export interface AttemptLedger {
  refused(address: string): void;
  /** True when the address has used up its attempts for now. */
  isExhausted(address: string): boolean;
}

/** Beyond this many addresses the oldest are forgotten: a flood from everywhere must not fill the memory. */
const addressLimit = 10_000;

/** At most `limit` refusals per address in a window of `windowMs` that starts with the first of them. */
export function createAttemptLedger(options: { limit: number; windowMs: number }): AttemptLedger {
  const entries = new Map<string, { refusals: number; since: number }>();

  function current(address: string): { refusals: number; since: number } | undefined {
    const entry = entries.get(address);
    if (entry !== undefined && monotonicMs() - entry.since >= options.windowMs) {
      entries.delete(address);
      return undefined;
    }
    return entry;
  }

  return {
    refused(address) {
      const entry = current(address);
      if (entry !== undefined) {
        entry.refusals += 1;
        return;
      }
      if (entries.size >= addressLimit) {
        const oldest = entries.keys().next();
        if (!oldest.done) entries.delete(oldest.value);
      }
      entries.set(address, { refusals: 1, since: monotonicMs() });
    },
    isExhausted: (address) => (current(address)?.refusals ?? 0) >= options.limit,
  };
}
