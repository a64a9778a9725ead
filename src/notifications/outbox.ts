/** Mail that must go out: queued in the transaction of the change it tells of, sent later, never twice for one cause. */
import type { Temporal } from 'temporal-polyfill';
import type { Database, Tx } from '../db/database.ts';
import { transact } from '../db/database.ts';
import type { Clock } from '../platform/clock.ts';
import type { Log } from '../platform/log.ts';
import { inOneLine } from '../platform/one-line.ts';
import type { Random } from '../platform/random.ts';
import type { Mail, Transport } from './mail.ts';
import {
  claimNext,
  insertMail,
  listMail,
  listMailPage,
  markFailed,
  markSent,
  type OutboxRow,
} from './outbox-store.ts';

/** Queues `mail` within `tx`. Returns false when this cause has been told before. */
export async function queueMail(
  deps: { random: Random },
  tx: Tx,
  at: Temporal.Instant,
  mail: Mail,
): Promise<boolean> {
  // A subject is a field of a header: it must not begin another.
  return insertMail(tx, deps.random.uuid(), { ...mail, subject: inOneLine(mail.subject) }, at);
}

const FIRST_RETRY_MS = 60_000;
const LAST_RETRY_MS = 6 * 3_600_000;
const BATCH = 200;

/**
 * Sends what waits, oldest first, each in a transaction that holds its row, so several instances share the work.
 * A failure is noted and tried again later, ever more rarely. Returns the addresses' count sent and failed.
 */
export async function sendWaitingMail(deps: {
  db: Database;
  clock: Clock;
  log: Log;
  transport: Transport;
}): Promise<{ sent: number; failed: number }> {
  let sent = 0;
  let failed = 0;
  for (let i = 0; i < BATCH; i++) {
    const at = deps.clock.now();
    const outcome = await transact(deps.db, async (tx) => {
      const mail = await claimNext(tx, at);
      if (mail === undefined) return 'none';
      try {
        await deps.transport({ id: mail.id, to: mail.recipient, subject: mail.subject, body: mail.body, at });
        await markSent(tx, mail.id, at);
        return 'sent';
      } catch (err) {
        deps.log.warn({ mail: mail.id, err }, 'a mail could not be sent; it will be tried again');
        const waitMs = Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** mail.attempts);
        await markFailed(tx, mail.id, at.add({ milliseconds: waitMs }), shortReason(err));
        return 'failed';
      }
    });
    if (outcome === 'none') break;
    if (outcome === 'sent') sent += 1;
    else failed += 1;
  }
  return { sent, failed };
}

/** A code only: a mail server's answer may quote the message. */
function shortReason(thrown: unknown): string {
  const { code, responseCode } = (thrown ?? {}) as { code?: unknown; responseCode?: unknown };
  return (
    [code, responseCode].filter((part) => typeof part === 'string' || typeof part === 'number').join(' ') ||
    'error'
  );
}

/** Everything queued, newest first. */
export async function listOutbox(deps: { db: Database }): Promise<readonly OutboxRow[]> {
  return listMail(deps.db);
}

/** A page of what is queued, newest first; with `waiting`, only what is not sent. The caller asks `outbox.read` first. */
export function outboxPage(
  deps: { db: Database },
  page: { limit: number; after?: string | undefined; waiting: boolean },
): Promise<readonly OutboxRow[]> {
  return listMailPage(deps.db, page);
}
