/** Rows of people's access tokens. */
import type { Temporal } from 'temporal-polyfill';
import type { Database, Tx } from '../db/database.ts';

export interface TokenRow {
  id: string;
  personId: string;
  name: string;
  scope: 'read' | 'write';
  projectId: string | null;
  madeAt: Date;
  expiresAt: Date;
  lastUsedAt: Date | null;
  revokedAt: Date | null;
}

const columns = [
  'id',
  'person_id as personId',
  'name',
  'scope',
  'project_id as projectId',
  'made_at as madeAt',
  'expires_at as expiresAt',
  'last_used_at as lastUsedAt',
  'revoked_at as revokedAt',
] as const;

export async function insertToken(
  tx: Tx,
  token: {
    id: string;
    tokenHash: Uint8Array;
    personId: string;
    name: string;
    scope: 'read' | 'write';
    projectId: string | null;
    madeAt: Temporal.Instant;
    madeBy: string;
    expiresAt: Temporal.Instant;
  },
): Promise<void> {
  await tx
    .insertInto('access_token')
    .values({
      id: token.id,
      token_hash: Buffer.from(token.tokenHash),
      person_id: token.personId,
      name: token.name,
      scope: token.scope,
      project_id: token.projectId,
      made_at: token.madeAt.toString(),
      made_by: token.madeBy,
      expires_at: token.expiresAt.toString(),
      last_used_at: null,
      revoked_at: null,
    })
    .execute();
}

function live(db: Database, at: Temporal.Instant) {
  return db
    .selectFrom('access_token')
    .select(columns)
    .where('revoked_at', 'is', null)
    .where('expires_at', '>', new Date(at.epochMilliseconds));
}

export async function findToken(
  db: Database,
  tokenHash: Uint8Array,
  at: Temporal.Instant,
): Promise<TokenRow | undefined> {
  return live(db, at).where('token_hash', '=', Buffer.from(tokenHash)).executeTakeFirst();
}

export async function isLiveToken(db: Database, id: string, at: Temporal.Instant): Promise<boolean> {
  return (await live(db, at).where('id', '=', id).executeTakeFirst()) !== undefined;
}

/** All of them, those that are over too; the newest first. */
export async function listTokensOf(db: Database, personId: string): Promise<readonly TokenRow[]> {
  return db
    .selectFrom('access_token')
    .select(columns)
    .where('person_id', '=', personId)
    .orderBy('made_at', 'desc')
    .orderBy('id')
    .execute();
}

export async function countLiveTokens(tx: Tx, personId: string, at: Temporal.Instant): Promise<number> {
  const row = await tx
    .selectFrom('access_token')
    .select((eb) => eb.fn.countAll<number>().as('n'))
    .where('person_id', '=', personId)
    .where('revoked_at', 'is', null)
    .where('expires_at', '>', new Date(at.epochMilliseconds))
    .executeTakeFirst();
  return Number(row?.n ?? 0);
}

export async function markTokenUsed(db: Database, id: string, at: Temporal.Instant): Promise<void> {
  await db.updateTable('access_token').set({ last_used_at: at.toString() }).where('id', '=', id).execute();
}

/** Revokes what fits and is not revoked yet; gives the ids. */
export async function markTokensRevoked(
  tx: Tx,
  which: { personId: string; id?: string },
  at: Temporal.Instant,
): Promise<readonly string[]> {
  let query = tx
    .updateTable('access_token')
    .set({ revoked_at: at.toString() })
    .where('person_id', '=', which.personId)
    .where('revoked_at', 'is', null);
  if (which.id !== undefined) query = query.where('id', '=', which.id);
  return (await query.returning('id').execute()).map(({ id }) => id);
}
