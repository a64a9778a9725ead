/** How many requests a person, or an address, may make in a minute, counted for all instances together. */
import { RateLimiterRes } from 'rate-limiter-flexible';
import type { Database } from '../db/database.ts';
import { countIn } from './sign-in-limit-store.ts';

export interface RequestCount {
  readonly limit: number;
  readonly windowSeconds: number;
  /** 0 when this request was one too many, or the last. */
  readonly remaining: number;
  /** Until the count begins anew. */
  readonly resetSeconds: number;
  readonly exceeded: boolean;
}

export type Counted = 'person' | 'address';

export interface RequestLimits {
  /** Counts a request. Rejects when the database is out of reach. */
  count(by: Counted, who: string): Promise<RequestCount>;
}

const windowSeconds = 60;

export function createRequestLimits(
  deps: { db: Database },
  perMinute: Readonly<Record<Counted, number>>,
): RequestLimits {
  const limiter = (by: Counted) =>
    countIn(deps.db, { table: 'request_limit', prefix: by, points: perMinute[by], seconds: windowSeconds });
  const limiters = { person: limiter('person'), address: limiter('address') };
  return {
    async count(by, who) {
      const limit = perMinute[by];
      const result = await limiters[by].consume(who).catch((thrown: unknown) => {
        if (thrown instanceof RateLimiterRes) return thrown;
        throw thrown;
      });
      return {
        limit,
        windowSeconds,
        remaining: Math.max(0, limit - result.consumedPoints),
        resetSeconds: Math.max(1, Math.ceil(result.msBeforeNext / 1000)),
        exceeded: result.consumedPoints > limit,
      };
    },
  };
}
