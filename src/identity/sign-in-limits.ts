/** Refused sign-ins and bans by address, counted for all instances together, with bans that grow. */
import { RateLimiterRes } from 'rate-limiter-flexible';
import type { Database } from '../db/database.ts';
import { countIn } from './sign-in-limit-store.ts';

export interface SignInLimits {
  /** Counts a refusal. Answers with the milliseconds that the address is banned from now, 0 for not. */
  refused(address: string): Promise<number>;
  /** The milliseconds that the address is banned still, 0 for not. */
  bannedForMs(address: string): Promise<number>;
}

export interface SignInLimitOptions {
  /** Refusals within `windowMs`, counted from the first, that bring a ban. */
  limit: number;
  windowMs: number;
  /** The first ban; each further one within a week is twice as long, up to `longestBanMs`. */
  banMs: number;
  longestBanMs: number;
}

const weekSeconds = 7 * 24 * 60 * 60;
/** Of bans there is no limit; they are only counted. */
const noLimit = 1_000_000;

/** Both functions reject when the database is out of reach: the caller then counts by itself. */
export function createSignInLimits(deps: { db: Database }, options: SignInLimitOptions): SignInLimits {
  // The refusal that reaches the limit is the first one too many.
  const refusals = countIn(deps.db, {
    prefix: 'refused',
    points: options.limit - 1,
    seconds: Math.ceil(options.windowMs / 1000),
  });
  const bans = countIn(deps.db, { prefix: 'bans', points: noLimit, seconds: weekSeconds });

  async function ban(address: string): Promise<number> {
    const { consumedPoints } = await bans.consume(address);
    const forMs = Math.min(options.banMs * 2 ** (consumedPoints - 1), options.longestBanMs);
    await refusals.block(address, Math.ceil(forMs / 1000));
    return forMs;
  }

  return {
    async refused(address) {
      try {
        await refusals.consume(address);
        return 0;
      } catch (thrown) {
        if (!(thrown instanceof RateLimiterRes)) throw thrown;
        // Of instances that count at the same time one meets exactly this number, and bans.
        return thrown.consumedPoints === options.limit ? ban(address) : thrown.msBeforeNext;
      }
    },
    async bannedForMs(address) {
      const found = await refusals.get(address);
      return found !== null && found.consumedPoints >= options.limit ? found.msBeforeNext : 0;
    },
  };
}
