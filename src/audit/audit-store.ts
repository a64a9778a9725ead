/** Rows of the audit log. */
import { sql } from 'kysely';
import type { Database, Tx } from '../db/database.ts';
import type { AuditEvent } from './event.ts';

/** Any fixed number that no other advisory lock of the database uses. */
const CHAIN_LOCK = 0x5105e;
const PAGE = 1000;

/** Holds the end of the chain until the transaction ends. */
export async function lockChain(tx: Tx): Promise<void> {
  await sql`select pg_advisory_xact_lock(${CHAIN_LOCK})`.execute(tx);
}

export async function lastEvent(tx: Tx): Promise<{ seq: number; hash: string } | undefined> {
  return tx
    .selectFrom('audit_event')
    .select(['seq', 'hash'])
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst();
}

export async function appendEvent(tx: Tx, event: AuditEvent): Promise<void> {
  await tx
    .insertInto('audit_event')
    .values({
      seq: event.seq,
      at: event.at,
      actor: event.actor,
      action: event.action,
      subject: event.subject,
      project_id: event.projectId,
      detail: event.detail,
      previous_hash: event.previousHash,
      hash: event.hash,
    })
    .execute();
}

/** Every event in order, a page at a time. */
export async function* readEvents(
  db: Database,
  filter: { projectId?: string } = {},
): AsyncGenerator<AuditEvent> {
  let after = 0;
  for (;;) {
    let query = db.selectFrom('audit_event').selectAll().where('seq', '>', after).orderBy('seq').limit(PAGE);
    if (filter.projectId !== undefined) query = query.where('project_id', '=', filter.projectId);
    const rows = await query.execute();
    for (const row of rows) {
      yield {
        seq: row.seq,
        at: row.at,
        actor: row.actor,
        action: row.action,
        subject: row.subject,
        projectId: row.project_id,
        detail: row.detail,
        previousHash: row.previous_hash,
        hash: row.hash,
      };
      after = row.seq;
    }
    if (rows.length < PAGE) return;
  }
}
