/** Rows of the outbox. */
import { sql } from 'kysely';
import type { Temporal } from 'temporal-polyfill';
import type { Database, Tx } from '../db/database.ts';
import type { Mail } from './mail.ts';

export interface OutboxRow {
  id: string;
  recipient: string;
  subject: string;
  createdAt: Date;
  sentAt: Date | null;
  attempts: number;
  lastError: string | null;
}

const columns = [
  'id',
  'recipient',
  'subject',
  'created_at as createdAt',
  'sent_at as sentAt',
  'attempts',
  'last_error as lastError',
] as const;

export async function insertMail(tx: Tx, id: string, mail: Mail, at: Temporal.Instant): Promise<boolean> {
  const row = await tx
    .insertInto('outbox')
    .values({
      id,
      dedupe: mail.dedupe ?? null,
      recipient: mail.to,
      subject: mail.subject,
      body: mail.body,
      created_at: at.toString(),
      sent_at: null,
      next_attempt_at: at.toString(),
      last_error: null,
    })
    .onConflict((oc) => oc.column('dedupe').doNothing())
    .returning('id')
    .executeTakeFirst();
  return row !== undefined;
}

/** The oldest mail that is due, held until the transaction ends; rows that another instance holds are passed over. */
export async function claimNext(
  tx: Tx,
  at: Temporal.Instant,
): Promise<{ id: string; recipient: string; subject: string; body: string; attempts: number } | undefined> {
  return tx
    .selectFrom('outbox')
    .select(['id', 'recipient', 'subject', 'body', 'attempts'])
    .where('sent_at', 'is', null)
    .where('next_attempt_at', '<=', new Date(at.epochMilliseconds) as never)
    .orderBy('next_attempt_at')
    .limit(1)
    .forUpdate()
    .skipLocked()
    .executeTakeFirst();
}

export async function markSent(tx: Tx, id: string, at: Temporal.Instant): Promise<void> {
  await tx
    .updateTable('outbox')
    .set((eb) => ({ sent_at: at.toString(), attempts: eb('attempts', '+', 1), last_error: null }))
    .where('id', '=', id)
    .execute();
}

export async function markFailed(
  tx: Tx,
  id: string,
  nextAt: Temporal.Instant,
  reason: string,
): Promise<void> {
  await tx
    .updateTable('outbox')
    .set((eb) => ({
      attempts: eb('attempts', '+', 1),
      next_attempt_at: nextAt.toString(),
      last_error: reason,
    }))
    .where('id', '=', id)
    .execute();
}

export async function listMail(db: Database): Promise<readonly OutboxRow[]> {
  return db.selectFrom('outbox').select(columns).orderBy('created_at', 'desc').orderBy('id').execute();
}

/** The newest first; `after` is the last one that was shown. */
export async function listMailPage(
  db: Database,
  page: { limit: number; after?: string | undefined; waiting: boolean },
): Promise<readonly OutboxRow[]> {
  let query = db
    .selectFrom('outbox')
    .select(columns)
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(page.limit);
  if (page.waiting) query = query.where('sent_at', 'is', null);
  if (page.after !== undefined) {
    query = query.where(
      sql<boolean>`(created_at, id) < (select created_at, id from outbox where id = ${page.after}::uuid)`,
    );
  }
  return query.execute();
}
