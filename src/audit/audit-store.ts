/** Rows of the audit log. */
import { type Selectable, sql } from 'kysely';
import type { Database, Tx } from '../db/database.ts';
import type { Schema } from '../db/schema.ts';
import type { AuditEvent, AuditFilter } from './event.ts';

/** Any fixed number that no other advisory lock of the database uses. */
const CHAIN_LOCK = 0x5105e;
const PAGE = 1000;

/** Appends an event after the last one, which is the last until the transaction ends. `fields`: see migration 0013. */
export async function appendEvent(
  tx: Tx,
  event: Omit<AuditEvent, 'seq' | 'previousHash' | 'hash'>,
  chain: { genesis: string; fields: string },
): Promise<void> {
  const { at, actor, action, subject, projectId, detail } = event;
  await sql`select append_audit_event(${CHAIN_LOCK}, ${chain.genesis}, ${chain.fields},
    ${at}, ${actor}, ${action}, ${subject}, ${projectId}, ${detail})`.execute(tx);
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
      yield eventOf(row);
      after = row.seq;
    }
    if (rows.length < PAGE) return;
  }
}

function eventOf(row: Selectable<Schema['audit_event']>): AuditEvent {
  return {
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
}

/** The newest first; `before` is the number of the last one that was shown. */
export async function findEvents(
  db: Database,
  filter: AuditFilter,
  page: { limit: number; before?: number | undefined },
): Promise<readonly AuditEvent[]> {
  const { projectId, personId, file, subject, action, from, until } = filter;
  let query = db.selectFrom('audit_event').selectAll().orderBy('seq', 'desc').limit(page.limit);
  if (page.before !== undefined) query = query.where('seq', '<', page.before);
  if (projectId !== undefined) query = query.where('project_id', '=', projectId);
  if (subject !== undefined) query = query.where('subject', '=', subject);
  if (action !== undefined) query = query.where('action', '=', action);
  if (personId !== undefined) {
    const name = `person:${personId}`;
    query = query.where((eb) => eb.or([eb('actor', '=', name), eb('subject', '=', name)]));
  }
  if (file !== undefined) {
    // Files of a delivery are told of as `NAME SHA256`.
    query = query.where(sql<boolean>`(detail::jsonb ->> 'name' = ${file} or exists (
      select 1 from jsonb_array_elements_text(
        case jsonb_typeof(detail::jsonb -> 'files') when 'array' then detail::jsonb -> 'files' else '[]' end) as told
      where regexp_replace(told, ' [0-9a-f]{64}$', '') = ${file}))`);
  }
  // The text has as many decimals as the clock gave: only as an instant can it be compared.
  if (from !== undefined) query = query.where(sql<boolean>`at::timestamptz >= ${from.toString()}`);
  if (until !== undefined) query = query.where(sql<boolean>`at::timestamptz < ${until.toString()}`);
  return (await query.execute()).map(eventOf);
}
