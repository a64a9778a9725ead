/** The connection pool, transactions and migrations; the only place that knows the driver. */
import { Kysely, Migrator, PostgresDialect, sql, type Transaction } from 'kysely';
import { Pool, types } from 'pg';
import { AppError } from '../platform/errors.ts';
import type { Log } from '../platform/log.ts';
import { first } from './migrations/0001-first.ts';
import { catalogue } from './migrations/0002-catalogue.ts';
import { areasAndStops } from './migrations/0003-areas-and-stops.ts';
import { signIn } from './migrations/0004-sign-in.ts';
import { custody } from './migrations/0005-custody.ts';
import { signInWeb } from './migrations/0006-sign-in-web.ts';
import { requests } from './migrations/0007-requests.ts';
import { uploadWriter } from './migrations/0008-upload-writer.ts';
import { draftWriter } from './migrations/0009-draft-writer.ts';
import { uploadConcat } from './migrations/0010-upload-concat.ts';
import { auditAppend } from './migrations/0013-audit-append.ts';
import { PreparedClient } from './prepared-client.ts';
import type { Schema } from './schema.ts';

export type Database = Kysely<Schema>;
export type Tx = Transaction<Schema>;

const INT8 = 20;
const DATE = 1082;

/** A pool of at most `connections` towards `connectionString`; connects lazily. */
export function openDatabase(connectionString: string, options: { connections: number; log: Log }): Database {
  const pool = new Pool({
    Client: PreparedClient,
    connectionString,
    max: options.connections,
    connectionTimeoutMillis: 10_000,
    types: {
      getTypeParser: (oid: number, format?: 'text' | 'binary') => {
        if (format !== 'binary' && oid === INT8) return safeInteger;
        if (format !== 'binary' && oid === DATE) return (text: string) => text;
        return types.getTypeParser(oid, format);
      },
    },
  });
  // An idle connection that breaks must not end the process; the next query gets a new one.
  pool.on('error', (err) => options.log.warn({ err }, 'an idle database connection broke'));
  return new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) });
}

function safeInteger(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError('a bigint beyond 2^53 in the database');
  return value;
}

/** Runs `work` in one transaction: all of it is kept, or none. */
export function transact<T>(db: Database, work: (tx: Tx) => Promise<T>): Promise<T> {
  return db.transaction().execute(work);
}

/** Brings the tables up to date. Safe to run from several instances at once: one does the work, the others wait. */
export async function migrate(db: Database): Promise<void> {
  const migrator = new Migrator({
    db,
    // They come from branches that were merged in another order than they are numbered in; none rests on a later number.
    allowUnorderedMigrations: true,
    provider: {
      getMigrations: async () => ({
        '0001-first': first,
        '0002-catalogue': catalogue,
        '0003-areas-and-stops': areasAndStops,
        '0004-sign-in': signIn,
        '0005-custody': custody,
        '0006-sign-in-web': signInWeb,
        '0007-requests': requests,
        '0008-upload-writer': uploadWriter,
        '0009-draft-writer': draftWriter,
        '0010-upload-concat': uploadConcat,
        '0013-audit-append': auditAppend,
      }),
    },
  });
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined) {
    throw new AppError(
      'unavailable',
      { nb: 'Databasen kunne ikke oppgraderes.', en: 'The database could not be brought up to date.' },
      { cause: error },
    );
  }
}

/** Resolves when the database answers. */
export async function ping(db: Database): Promise<void> {
  await sql`select 1`.execute(db);
}
