/** The tables of refusals, bans and requests, as rate-limiter-flexible wants to reach them. */
import { CompiledQuery } from 'kysely';
import { RateLimiterPostgres } from 'rate-limiter-flexible';
import type { Database } from '../db/database.ts';

/** @param seconds for which points are kept, from the first of them. */
export function countIn(
  db: Database,
  options: { table?: 'sign_in_limit' | 'request_limit'; prefix: string; points: number; seconds: number },
): RateLimiterPostgres {
  const client = {
    async query({ text, values = [] }: { text: string; values?: unknown[] }) {
      const { rows } = await db.executeQuery(CompiledQuery.raw(text, values));
      return { rows, rowCount: rows.length };
    },
  };
  return new RateLimiterPostgres({
    storeClient: client,
    storeType: 'client',
    tableName: options.table ?? 'sign_in_limit',
    tableCreated: true,
    keyPrefix: options.prefix,
    points: options.points,
    duration: options.seconds,
  });
}
