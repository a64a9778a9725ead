/** Rows of sessions on the web. */
import { sql } from 'kysely';
import type { Temporal } from 'temporal-polyfill';
import type { Database, Tx } from '../db/database.ts';

export type SessionEnd = 'signed-out' | 'revoked' | 'replaced' | 'no-access' | 'provider';

export interface SessionRow {
  id: string;
  personId: string;
  provider: string;
  acr: string | null;
  authenticatedAt: Date;
  startedAt: Date;
  lastSeenAt: Date;
  expiresAt: Date;
  userAgent: string;
}

const columns = [
  'id',
  'person_id as personId',
  'provider',
  'acr',
  'authenticated_at as authenticatedAt',
  'started_at as startedAt',
  'last_seen_at as lastSeenAt',
  'expires_at as expiresAt',
  'user_agent as userAgent',
] as const;

export async function insertSession(
  tx: Tx,
  session: {
    id: string;
    handleHash: Uint8Array;
    personId: string;
    provider: string;
    acr: string | null;
    authenticatedAt: Temporal.Instant;
    startedAt: Temporal.Instant;
    expiresAt: Temporal.Instant;
    userAgent: string;
    providerSessionHash: Uint8Array | undefined;
    sealedIdToken: Uint8Array;
  },
): Promise<void> {
  const { providerSessionHash } = session;
  await tx
    .insertInto('web_session')
    .values({
      id: session.id,
      handle_hash: Buffer.from(session.handleHash),
      person_id: session.personId,
      provider: session.provider,
      acr: session.acr,
      authenticated_at: session.authenticatedAt.toString(),
      started_at: session.startedAt.toString(),
      last_seen_at: session.startedAt.toString(),
      expires_at: session.expiresAt.toString(),
      user_agent: session.userAgent,
      provider_session_hash: providerSessionHash === undefined ? null : Buffer.from(providerSessionHash),
      sealed_id_token: Buffer.from(session.sealedIdToken),
      ended_at: null,
      ended_as: null,
    })
    .execute();
}

/** Live sessions: not ended, within their absolute limit, and seen since `idleSince`. */
function live(db: Database | Tx, at: Temporal.Instant, idleSince: Temporal.Instant) {
  return db
    .selectFrom('web_session')
    .select(columns)
    .where('ended_at', 'is', null)
    .where('expires_at', '>', new Date(at.epochMilliseconds))
    .where('last_seen_at', '>', new Date(idleSince.epochMilliseconds));
}

export async function findSession(
  db: Database | Tx,
  handleHash: Uint8Array,
  at: Temporal.Instant,
  idleSince: Temporal.Instant,
): Promise<SessionRow | undefined> {
  return live(db, at, idleSince).where('handle_hash', '=', Buffer.from(handleHash)).executeTakeFirst();
}

export async function listSessionsOf(
  db: Database,
  personId: string,
  at: Temporal.Instant,
  idleSince: Temporal.Instant,
): Promise<readonly SessionRow[]> {
  return live(db, at, idleSince)
    .where('person_id', '=', personId)
    .orderBy('started_at', 'desc')
    .orderBy('id')
    .execute();
}

/** True while nobody has ended the session and it is within its absolute limit. */
export async function isLiveSession(db: Database, id: string, at: Temporal.Instant): Promise<boolean> {
  const row = await db
    .selectFrom('web_session')
    .select('id')
    .where('id', '=', id)
    .where('ended_at', 'is', null)
    .where('expires_at', '>', new Date(at.epochMilliseconds))
    .executeTakeFirst();
  return row !== undefined;
}

export async function sealedIdTokenOf(db: Database | Tx, id: string): Promise<Uint8Array | null | undefined> {
  const row = await db
    .selectFrom('web_session')
    .select('sealed_id_token')
    .where('id', '=', id)
    .executeTakeFirst();
  return row?.sealed_id_token;
}

export async function markSessionSeen(db: Database, id: string, at: Temporal.Instant): Promise<void> {
  await db
    .updateTable('web_session')
    .set({ last_seen_at: at.toString() })
    .where('id', '=', id)
    .where('last_seen_at', '<', new Date(at.epochMilliseconds))
    .execute();
}

/** Ends the sessions that fit; gives the ids of those that were not ended before, with their people. */
export async function endSessions(
  tx: Tx,
  which: { id: string } | { personId: string } | { provider: string; providerSessionHash: Uint8Array },
  as: SessionEnd,
  at: Temporal.Instant,
): Promise<readonly { id: string; personId: string }[]> {
  let query = tx
    .updateTable('web_session')
    .set({ ended_at: at.toString(), ended_as: as, sealed_id_token: null })
    .where('ended_at', 'is', null);
  if ('id' in which) query = query.where('id', '=', which.id);
  else if ('personId' in which) query = query.where('person_id', '=', which.personId);
  else {
    query = query
      .where('provider', '=', which.provider)
      .where('provider_session_hash', '=', Buffer.from(which.providerSessionHash));
  }
  return query.returning(['id', 'person_id as personId']).execute();
}

/** Removes sessions, sign-ins and invitations that have been over since before that instant. Returns how many rows. */
export async function removeOldSignIns(tx: Tx, before: Temporal.Instant): Promise<number> {
  const limit = new Date(before.epochMilliseconds);
  const removed = [
    await tx.deleteFrom('sign_in_attempt').where('expires_at', '<', limit).executeTakeFirst(),
    await tx
      .deleteFrom('web_session')
      .where(sql<Date>`least(expires_at, coalesce(ended_at, expires_at))`, '<', limit)
      .executeTakeFirst(),
    await tx.deleteFrom('invitation').where('expires_at', '<', limit).executeTakeFirst(),
  ];
  return removed.reduce((total, { numDeletedRows }) => total + Number(numDeletedRows), 0);
}
