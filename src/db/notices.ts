/** LISTEN and NOTIFY: how one instance tells the others, after commit, that somebody's access has changed. */
import { sql } from 'kysely';
import { Client } from 'pg';
import type { Log } from '../platform/log.ts';
import type { Tx } from './database.ts';

/** What can be announced; the payload is an id, nothing else. */
type Channel = 'access_changed';

/** Tells every listening instance once `tx` commits. */
export async function announce(tx: Tx, channel: Channel, id: string): Promise<void> {
  await sql`select pg_notify(${channel}, ${id})`.execute(tx);
}

export interface NoticeListener {
  close(): Promise<void>;
}

/**
 * Calls `onNotice` for each announcement, on a connection of its own that is opened again when it breaks, and then
 * once with an empty id, for what was missed meanwhile. A notice sent while it is away is lost, so a listener may only
 * save a question, never replace the answer in the tables.
 */
export async function listen(
  connectionString: string,
  channel: Channel,
  onNotice: (id: string) => void,
  options: { log: Log; retryMs?: number },
): Promise<NoticeListener> {
  let client: Client | undefined;
  let closed = false;
  let retry: NodeJS.Timeout | undefined;
  let again = false;

  async function connect(): Promise<void> {
    const next = new Client({ connectionString });
    let gone = false;
    const lost = (err?: Error): void => {
      if (gone) return;
      gone = true;
      if (closed) return;
      if (err !== undefined) options.log.warn({ err }, 'the connection for notices broke; opening it again');
      retry = setTimeout(() => void connect().catch(lost), options.retryMs ?? 1000);
    };
    next.on('error', lost);
    next.on('end', () => lost());
    next.on('notification', (message) => {
      if (message.payload !== undefined) onNotice(message.payload);
    });
    client = next;
    try {
      await next.connect();
      await next.query(`listen ${channel}`);
      if (again) onNotice('');
      again = true;
    } catch (thrown) {
      lost(thrown as Error);
    }
  }

  await connect();
  return {
    async close() {
      closed = true;
      clearTimeout(retry);
      await client?.end().catch(() => undefined);
    },
  };
}
