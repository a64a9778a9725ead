/** Locks with a name that one process holds among all that share the database: they end with the process that holds them. */
import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { Client, type QueryConfig, type QueryResult, type QueryResultRow } from 'pg';
import { monotonicMs } from '../platform/clock.ts';
import type { Log } from '../platform/log.ts';
import type { Database } from './database.ts';

export interface LockHolder {
  /** Another process wants the lock: let go soon. May be called more than once. */
  onWanted(): void;
  /** The connection was away and the lock is ours again: did nobody have it in between? Rejects when that cannot be told. */
  undisturbed(): Promise<boolean>;
}

export interface NamedLock {
  /**
   * Undefined while the lock is held. While the connection is away, a promise that resolves when it is held again and
   * nobody had it meanwhile; it rejects when it is lost for good.
   */
  standing(): Promise<void> | undefined;
  release(): void;
}

export interface NamedLocks {
  /**
   * Takes the lock, asking a holder in another process to let go; undefined when it has not within `waitMs`. One
   * process can hold a name several times: it sees to its own order.
   */
  take(name: string, holder: LockHolder, waitMs: number): Promise<NamedLock | undefined>;
  close(): Promise<void>;
}

interface Held {
  readonly key: Key;
  readonly holder: LockHolder;
  /** Settled once it is known whether the lock is ours again; a lost one keeps it. */
  away: PromiseWithResolvers<void> | undefined;
  lost: boolean;
}

interface PromiseWithResolvers<T> {
  promise: Promise<T>;
  resolve(value: T): void;
  reject(reason: Error): void;
}

/** As PostgreSQL's function takes it. Two numbers: their locks are apart from those of one, which other parts use. */
interface Key {
  readonly high: number;
  readonly low: number;
}

const channel = 'lock_wanted';
const firstPauseMs = 10;
const longestPauseMs = 200;
/** PostgreSQL gives the locks of a silent peer away after 10 + 3 × 5 s. Before that we must know that it is silent. */
const onConnect = `set tcp_keepalives_idle = 10; set tcp_keepalives_interval = 5; set tcp_keepalives_count = 3; listen ${channel}`;
const askEveryMs = 5_000;
const answerWithinMs = 10_000;

/** Locks in PostgreSQL's table, by session: a connection of its own, opened at the first need, holds all of a process. */
export function openNamedLocks(
  connectionString: string,
  options: { log: Log; retryMs?: number },
): NamedLocks {
  const { log, retryMs = 1000 } = options;
  const held = new Map<string, Set<Held>>();
  let client: Client | undefined;
  let connecting: Promise<Client> | undefined;
  let retry: NodeJS.Timeout | undefined;
  let closed = false;
  /** The driver takes one query at a time. */
  let turn: Promise<unknown> = Promise.resolve();
  const beat = setInterval(() => void ask(), askEveryMs).unref();

  async function open(): Promise<Client> {
    const next = new Client({ connectionString, keepAlive: true, connectionTimeoutMillis: answerWithinMs });
    next.on('error', (err) => lose(next, err));
    next.on('end', () => lose(next));
    next.on('notification', ({ payload = '' }) => {
      const [high, low, session] = payload.split(':');
      // The session says that we are meant: the holder may have changed since it was asked.
      if (session !== String((next as unknown as { processID: number }).processID)) return;
      for (const one of held.get(`${high}:${low}`) ?? []) one.holder.onWanted();
    });
    try {
      await next.connect();
      await next.query(onConnect);
    } catch (thrown) {
      void next.end().catch(() => undefined);
      throw thrown;
    }
    if (closed) {
      await next.end();
      throw new Error('the locks are closed');
    }
    client = next;
    return next;
  }

  function query<R extends QueryResultRow>(to: Client, what: QueryConfig): Promise<QueryResult<R>> {
    const answer = turn.then(() => to.query<R>(what));
    turn = answer.catch(() => undefined);
    return answer;
  }

  async function tryLock(to: Client, key: Key): Promise<boolean> {
    const { rows } = await query<{ got: boolean }>(to, { ...attempt, values: [key.high, key.low] });
    return rows[0]?.got === true;
  }

  function connected(): Promise<Client> {
    if (client !== undefined) return Promise.resolve(client);
    connecting ??= open().finally(() => {
      connecting = undefined;
    });
    return connecting;
  }

  /** From this moment nobody here may count on a lock. */
  function lose(which: Client, err?: Error): void {
    if (client !== which) return;
    client = undefined;
    void which.end().catch(() => undefined);
    if (closed) return;
    for (const one of allHeld()) {
      one.away ??= withResolvers();
    }
    if (held.size === 0) return;
    log.warn({ err, held: held.size }, 'the connection that holds locks broke; opening it again');
    again();
  }

  function again(): void {
    retry = setTimeout(() => {
      void regain().catch(() => {
        if (!closed) again();
      });
    }, retryMs);
  }

  async function regain(): Promise<void> {
    const current = await connected();
    for (const one of allHeld()) {
      if (one.away === undefined || one.lost) continue;
      const locked = await tryLock(current, one.key);
      const mine = locked && (await one.holder.undisturbed());
      // Once more: the way may have broken again while we asked.
      if (client !== current) throw new Error('the connection broke');
      const released = !held.get(nameOf(one.key))?.has(one);
      if (locked && (released || !mine)) giveBack(one.key);
      const { away } = one;
      if (released) continue;
      if (mine) {
        one.away = undefined;
        away.resolve();
        continue;
      }
      one.lost = true;
      away.reject(new Error('the lock was lost'));
      one.holder.onWanted();
    }
  }

  async function ask(): Promise<void> {
    const current = client;
    if (current === undefined || held.size === 0) return;
    const late = setTimeout(() => lose(current, new Error('no answer')), answerWithinMs);
    await query(current, { text: 'select 1' }).catch((err: Error) => lose(current, err));
    clearTimeout(late);
  }

  function giveBack(key: Key): void {
    if (client !== undefined)
      query(client, { ...unlock, values: [key.high, key.low] }).catch(() => undefined);
  }

  function allHeld(): Held[] {
    return [...held.values()].flatMap((set) => [...set]);
  }

  function grant(key: Key, holder: LockHolder): NamedLock {
    const name = nameOf(key);
    const one: Held = { key, holder, away: undefined, lost: false };
    const set = held.get(name) ?? new Set();
    held.set(name, set.add(one));
    return {
      standing: () => one.away?.promise,
      release() {
        if (!set.delete(one)) return;
        if (set.size === 0 && held.get(name) === set) held.delete(name);
        one.away?.reject(new Error('the lock was released'));
        if (one.away === undefined) giveBack(key);
      },
    };
  }

  return {
    async take(name, holder, waitMs) {
      const key = keyOf(name);
      const untilMs = monotonicMs() + waitMs;
      for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
        const current = await connected();
        const got = await tryLock(current, key);
        if (got && client === current) return grant(key, holder);
        if (!got) await query(current, { ...want, values: [key.high, key.low] });
        if (monotonicMs() >= untilMs) return undefined;
        await sleep(pauseMs);
      }
    },
    async close() {
      closed = true;
      clearInterval(beat);
      clearTimeout(retry);
      const last = client;
      client = undefined;
      for (const one of allHeld()) {
        one.lost = true;
        one.away ??= withResolvers();
        one.away.reject(new Error('the locks are closed'));
      }
      await last?.end().catch(() => undefined);
    },
  };
}

const unlock = { name: 'unlock', text: 'select pg_advisory_unlock($1::int, $2::int)' };
const attempt = { name: 'attempt', text: 'select pg_try_advisory_lock($1::int, $2::int) as got' };
/** Locks of two numbers are rows of pg_locks with objsubid 2, the numbers without their sign. */
const rowsOfLocks = `pg_locks where locktype = 'advisory' and objsubid = 2 and granted
  and database = (select oid from pg_database where datname = current_database())`;
const want = {
  name: 'want',
  text: `select pg_notify('${channel}', $1::int || ':' || $2::int || ':' || pid) from ${rowsOfLocks}
    and classid = ($1::int::bigint & 4294967295)::oid and objid = ($2::int::bigint & 4294967295)::oid`,
};

/** Which of `names` are held now, by whatever process. */
export async function heldNames(db: Database, names: readonly string[]): Promise<ReadonlySet<string>> {
  if (names.length === 0) return new Set();
  const { rows } = await sql<{ high: string; low: string }>`
    select classid::text as high, objid::text as low from ${sql.raw(rowsOfLocks)}`.execute(db);
  const locked = new Set(rows.map(({ high, low }) => `${Number(high) | 0}:${Number(low) | 0}`));
  return new Set(names.filter((name) => locked.has(nameOf(keyOf(name)))));
}

function nameOf({ high, low }: Key): string {
  return `${high}:${low}`;
}

function keyOf(name: string): Key {
  const hash = createHash('sha256').update(name).digest();
  return { high: hash.readInt32BE(0), low: hash.readInt32BE(4) };
}

function withResolvers(): PromiseWithResolvers<void> {
  let resolve: () => void = () => undefined;
  let reject: (reason: Error) => void = () => undefined;
  const promise = new Promise<void>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  // Most holders ask only when they have something to write.
  promise.catch(() => undefined);
  return { promise, resolve, reject };
}
