/** Who was refused how often, by address: counts in this process, and with the other instances where they share a count. */
import { monotonicMs } from '../platform/clock.ts';
import type { Log } from '../platform/log.ts';

/** The count that all instances share. Both may reject; then this process counts alone. */
export interface SharedLimits {
  /** Counts a refusal. Answers with the milliseconds that the address is banned from now, 0 for not. */
  refused(key: string): Promise<number>;
  /** The milliseconds that the address is banned still, 0 for not. */
  bannedForMs(key: string): Promise<number>;
}

export interface AttemptLedger {
  refused(key: string): void;
  /** As far as this process knows; it asks nobody. */
  isBanned(key: string): boolean;
  /** Asks the shared count, at most once in a while for an address. True when the address is banned. Never rejects. */
  ask(key: string): Promise<boolean>;
}

export interface LedgerOptions {
  /** Refusals within `windowMs`, counted from the first, that bring a ban. */
  limit: number;
  windowMs: number;
  /** The first ban; each further one is twice as long, up to `longestBanMs`. */
  banMs: number;
  longestBanMs: number;
}

interface Entry {
  refusals: number;
  since: number;
  bans: number;
  bannedUntil: number;
  askedAt: number;
}

/** Beyond this many addresses the oldest are forgotten: a flood from everywhere must not fill the memory. */
const addressLimit = 10_000;
/** Bans are remembered for this long after their end, so that the next one is longer. */
const rememberMs = 24 * 60 * 60_000;
const askAgainMs = 10_000;
/** A flood must not become a flood of the database: beyond this many questions under way, this process decides alone. */
const questionsAtOnce = 8;
const complainEveryMs = 60_000;

export function createAttemptLedger(
  options: LedgerOptions,
  deps: { shared?: SharedLimits; log?: Log } = {},
): AttemptLedger {
  const entries = new Map<string, Entry>();
  let underWay = 0;
  let complainedAt = Number.NEGATIVE_INFINITY;

  function entryOf(key: string): Entry {
    const now = monotonicMs();
    const known = entries.get(key);
    if (known !== undefined) {
      if (now - known.since >= options.windowMs) {
        known.refusals = 0;
        known.since = now;
      }
      if (now - known.bannedUntil >= rememberMs) known.bans = 0;
      return known;
    }
    if (entries.size >= addressLimit) {
      const oldest = entries.keys().next();
      if (!oldest.done) entries.delete(oldest.value);
    }
    const entry = { refusals: 0, since: now, bans: 0, bannedUntil: 0, askedAt: Number.NEGATIVE_INFINITY };
    entries.set(key, entry);
    return entry;
  }

  function isBanned(key: string): boolean {
    return (entries.get(key)?.bannedUntil ?? 0) > monotonicMs();
  }

  function ban(key: string, forMs: number): void {
    const entry = entryOf(key);
    const until = monotonicMs() + forMs;
    if (until <= entry.bannedUntil) return;
    if (!isBanned(key))
      deps.log?.warn({ address: key, seconds: Math.round(forMs / 1000) }, 'an address was banned');
    entry.bannedUntil = until;
  }

  async function shared(question: (limits: SharedLimits) => Promise<number>): Promise<number> {
    if (deps.shared === undefined || underWay >= questionsAtOnce) return 0;
    underWay += 1;
    try {
      return await question(deps.shared);
    } catch (thrown) {
      if (monotonicMs() - complainedAt > complainEveryMs) {
        complainedAt = monotonicMs();
        deps.log?.error({ err: thrown }, 'the shared count of refusals is out of reach: counting alone');
      }
      return 0;
    } finally {
      underWay -= 1;
    }
  }

  return {
    isBanned,
    refused(key) {
      const entry = entryOf(key);
      entry.refusals += 1;
      if (entry.refusals >= options.limit && !isBanned(key)) {
        ban(key, Math.min(options.banMs * 2 ** entry.bans, options.longestBanMs));
        entry.bans += 1;
        entry.refusals = 0;
      }
      void shared((limits) => limits.refused(key)).then((forMs) => {
        if (forMs > 0) ban(key, forMs);
      });
    },
    async ask(key) {
      if (isBanned(key)) return true;
      const entry = entryOf(key);
      if (monotonicMs() - entry.askedAt < askAgainMs) return false;
      entry.askedAt = monotonicMs();
      const forMs = await shared((limits) => limits.bannedForMs(key));
      if (forMs > 0) ban(key, forMs);
      return isBanned(key);
    },
  };
}
