/** The audit log: who did what, append-only and hash-chained, written in the same transaction as the change. */
import { createHash } from 'node:crypto';
import type { Temporal } from 'temporal-polyfill';
import type { Database, Tx } from '../db/database.ts';
import { appendEvent, readEvents } from './audit-store.ts';
import type { AuditEntry, AuditEvent } from './event.ts';

const GENESIS = '0'.repeat(64);

/**
 * Appends `entry` to the chain inside `tx`. Appenders take turns until they commit, so call it last in a
 * transaction. The hash is SHA-256 over the JSON array of the event's fields and the previous hash.
 */
export async function recordAudit(tx: Tx, at: Temporal.Instant, entry: AuditEntry): Promise<void> {
  const event = {
    at: at.toString(),
    actor: entry.actor,
    action: entry.action,
    subject: entry.subject,
    projectId: entry.projectId ?? null,
    detail: JSON.stringify(entry.detail ?? {}),
  };
  await appendEvent(tx, event, { genesis: GENESIS, fields: hashedFields(event) });
}

type Hashed = Pick<AuditEvent, 'at' | 'actor' | 'action' | 'subject' | 'projectId' | 'detail'>;

function hashedFields({ at, actor, action, subject, projectId, detail }: Hashed): string {
  return JSON.stringify([at, actor, action, subject, projectId, detail]).slice(1, -1);
}

function hashEvent(event: Omit<AuditEvent, 'hash'>): string {
  const text = `[${event.seq},${hashedFields(event)},${JSON.stringify(event.previousHash)}]`;
  return createHash('sha256').update(text).digest('hex');
}

export interface ChainVerdict {
  intact: boolean;
  events: number;
  /** Hash of the last intact event: note it elsewhere, and a later run can show that nothing before it was cut. */
  head: string;
  /** Where the chain breaks first. */
  brokenAt?: number;
}

/** Reads the whole chain in order and recomputes it. With `expected`, that event must stand unchanged in it. */
export async function verifyAudit(
  deps: { db: Database },
  expected?: { seq: number; hash: string },
): Promise<ChainVerdict> {
  let head = GENESIS;
  let events = 0;
  for await (const event of readEvents(deps.db)) {
    const sound =
      event.seq === events + 1 &&
      event.previousHash === head &&
      event.hash === hashEvent(event) &&
      (expected?.seq !== event.seq || expected.hash === event.hash);
    if (!sound) return { intact: false, events, head, brokenAt: events + 1 };
    events += 1;
    head = event.hash;
  }
  if (expected !== undefined && expected.seq > events)
    return { intact: false, events, head, brokenAt: events + 1 };
  return { intact: true, events, head };
}
