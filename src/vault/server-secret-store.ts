/** Rows of the server's own secrets. */
import type { Temporal } from 'temporal-polyfill';
import type { Database, Tx } from '../db/database.ts';

export async function findSecret(
  db: Database,
  purpose: string,
): Promise<{ wrapped: Uint8Array; publicPart: string } | undefined> {
  return db
    .selectFrom('server_secret')
    .select(['wrapped', 'public_part as publicPart'])
    .where('purpose', '=', purpose)
    .executeTakeFirst();
}

/** False, and nothing changed, when another instance has made it meanwhile. */
export async function insertSecret(
  tx: Tx,
  purpose: string,
  wrapped: Uint8Array,
  publicPart: string,
  at: Temporal.Instant,
): Promise<boolean> {
  const row = await tx
    .insertInto('server_secret')
    .values({ purpose, wrapped: Buffer.from(wrapped), public_part: publicPart, created_at: at.toString() })
    .onConflict((oc) => oc.column('purpose').doNothing())
    .returning('purpose')
    .executeTakeFirst();
  return row !== undefined;
}

export async function countSecrets(db: Database): Promise<number> {
  const row = await db
    .selectFrom('server_secret')
    .select((eb) => eb.fn.countAll<number>().as('n'))
    .executeTakeFirst();
  return Number(row?.n ?? 0);
}
