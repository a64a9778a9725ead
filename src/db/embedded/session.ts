/** Connections the launcher itself makes: is there a server, may I own it, is the application's database there. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, DatabaseError } from 'pg';
import { monotonicMs } from '../../platform/clock.ts';
import { AppError } from '../../platform/errors.ts';
import { superuser } from './cluster.ts';
import { socketConnectionString } from './socket-path.ts';

/** Longer than a live server on the same machine ever takes to greet. */
const connectTimeoutMs = 2000;

/** How long the lock of an owner that was just killed may linger until its backend has seen the connection close. */
const lingeringLockMs = 2000;

/** The key of the owner's mark, any fixed number. Advisory locks are per database: always taken in `postgres`. */
const ownerLockKey = 744_021_187;

/** The role the application signs in as. It owns its database and is no superuser. */
export const applicationRole = 'datasluse';

export type Answer =
  /** A server that takes connections. */
  | { readonly kind: 'open'; readonly client: Client }
  /** A server that is starting, recovering or stopping. */
  | { readonly kind: 'busy' }
  /** Nobody listens. */
  | { readonly kind: 'absent' }
  /** Somebody listens and says nothing. */
  | { readonly kind: 'silent' };

/** Knocks once at the socket. */
export async function knock(
  socketFolder: string,
  user: string = superuser,
  database = 'postgres',
): Promise<Answer> {
  const client = new Client({
    connectionString: socketConnectionString(socketFolder, user, database),
    connectionTimeoutMillis: connectTimeoutMs,
    application_name: 'datasluse launcher',
  });
  // A connection that breaks later is seen through its 'end' event; without a listener it would end the process.
  client.on('error', () => undefined);
  try {
    await client.connect();
    return { kind: 'open', client };
  } catch (error) {
    await client.end().catch(() => undefined);
    return failedKnock(error);
  }
}

function failedKnock(error: unknown): Answer {
  // Class 57P: operator intervention (starting up, shutting down). Class 53: too many connections.
  if (error instanceof DatabaseError && /^(57P|53)/.test(error.code ?? '')) return { kind: 'busy' };
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'EACCES' || code === 'EPERM') {
    throw new AppError(
      'forbidden',
      {
        nb: 'Den innebygde databasen tilhører en annen bruker. Kjør som den brukeren eller som root.',
        en: 'The embedded database belongs to another user. Run as that user or as root.',
      },
      { cause: error },
    );
  }
  if (error instanceof DatabaseError) {
    throw new AppError(
      'unavailable',
      { nb: 'Den innebygde databasen avviste oss.', en: 'The embedded database turned us away.' },
      { cause: error },
    );
  }
  if (error instanceof Error && /timeout/i.test(error.message)) return { kind: 'silent' };
  return { kind: 'absent' };
}

/**
 * Makes `client` the owner's mark: a session's advisory lock, which PostgreSQL itself takes back the moment the owner
 * dies, so it can never be stale. False when a live server has it.
 */
export async function takeOwnership(client: Client, signal?: AbortSignal): Promise<boolean> {
  const until = monotonicMs() + lingeringLockMs;
  for (;;) {
    const { rows } = await client.query<{ taken: boolean }>('select pg_try_advisory_lock($1) as taken', [
      ownerLockKey,
    ]);
    if (rows[0]?.taken === true) return true;
    if (monotonicMs() >= until || signal?.aborted === true) return false;
    await sleep(50);
  }
}

/** Makes the application's role and database where they are missing. Only the owner calls this, so nobody races. */
export async function ensureDatabase(client: Client, database: string): Promise<void> {
  const role = await client.query('select 1 from pg_roles where rolname = $1', [applicationRole]);
  if (role.rowCount === 0)
    await client.query(`create role ${client.escapeIdentifier(applicationRole)} login`);
  const found = await client.query('select 1 from pg_database where datname = $1', [database]);
  if (found.rowCount !== 0) return;
  const names = [database, applicationRole].map((name) => client.escapeIdentifier(name));
  await client.query(`create database ${names[0]} owner ${names[1]}`);
}
