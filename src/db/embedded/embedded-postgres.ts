/** Starts, adopts, keeps and stops a real PostgreSQL in a folder, reachable by a Unix socket only. */
import { setTimeout as sleep } from 'node:timers/promises';
import { monotonicMs } from '../../platform/clock.ts';
import { AppError, hasCode } from '../../platform/errors.ts';
import type { Log } from '../../platform/log.ts';
import { runnableBinaries } from './binaries.ts';
import { findPostgresPackage } from './binaries-package.ts';
import { bringUp, type HeldServer, type ServerPlace } from './bring-up.ts';
import { findLayout, makeLayout } from './layout.ts';
import { endPostmaster } from './postmaster.ts';
import { chooseServerAccount } from './server-account.ts';
import { applicationRole, knock } from './session.ts';
import { reachableSocketFolder, socketConnectionString } from './socket-path.ts';

export interface EmbeddedPostgresOptions {
  /** The server's own folder, for example `<data>/postgres`; made if absent. */
  readonly folder: string;
  readonly log: Log;
  /** The application's database, made if absent. Default `datasluse`. */
  readonly database?: string;
  /** Where the package with PostgreSQL's programs lies, if not where Node finds it. */
  readonly packageFolder?: string;
  /** Where a copy of the programs goes, should one be needed, if not the system's folders for temporary files. */
  readonly temporaryFolder?: string;
}

export interface EmbeddedPostgres {
  /** For `pg`. The role owns the database and is no superuser. */
  readonly connectionString: string;
  readonly socketFolder: string;
  /** The postmaster's process id now. */
  readonly pid: number;
  /** Stops the server within 4 s; safe to call again. Throws `unavailable` if it still runs then. */
  stop(): Promise<void>;
}

const defaultDatabase = 'datasluse';

/** How long another program waits for a server that is starting, recovering or stopping. */
const busyLimitMs = 10_000;
const pollMs = 50;
const restorePauseMs = 1000;

/** A cleaner of /tmp that goes by age must not find the link to the socket old. */
const renewLinkEveryMs = 3_600_000;

/**
 * Starts the server of `folder`, or adopts the one that a killed process left running there. The server is a process
 * of its own that outlives us: only stop() ends it.
 *
 * Errors: `conflict` when a live process owns it (nothing is disturbed), `forbidden` when the folder is another
 * user's, `unavailable` when PostgreSQL cannot run here; `detail` says what to do.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const { folder, log, database = defaultDatabase, packageFolder, temporaryFolder } = options;
  const startedMs = monotonicMs();
  const account = await chooseServerAccount(folder);
  const layout = await makeLayout(folder, account);
  const place: ServerPlace = {
    layout,
    account,
    log,
    database,
    socketFolder: await reachableSocketFolder(layout.run),
    findPrograms: async () =>
      await runnableBinaries(await findPostgresPackage(packageFolder), {
        account,
        log,
        ...(temporaryFolder === undefined ? {} : { temporaryFolder }),
      }),
  };
  const server = new OwnedServer(place, await bringUp(place));
  log.info(
    { pid: server.pid, tookMs: Math.round(monotonicMs() - startedMs) },
    'the embedded database is ready',
  );
  return server;
}

/**
 * The connection string of the server that runs in `folder`, for another program of this host; undefined when none
 * runs. Never starts or owns one. Throws `forbidden` for another user's folder.
 */
export async function embeddedConnectionString(
  folder: string,
  database: string = defaultDatabase,
): Promise<string | undefined> {
  const layout = await findLayout(folder);
  if (layout === undefined) return undefined;
  const socketFolder = await reachableSocketFolder(layout.run);
  const until = monotonicMs() + busyLimitMs;
  for (;;) {
    const answer = await knock(socketFolder);
    if (answer.kind === 'open') {
      const found = await answer.client.query('select 1 from pg_database where datname = $1', [database]);
      await answer.client.end();
      return found.rowCount === 1
        ? socketConnectionString(socketFolder, applicationRole, database)
        : undefined;
    }
    if (answer.kind === 'absent' || monotonicMs() >= until) return undefined;
    await sleep(pollMs);
  }
}

/** A running server and our mark of ownership on it. */
class OwnedServer implements EmbeddedPostgres {
  readonly connectionString: string;
  readonly socketFolder: string;
  readonly #place: ServerPlace;
  readonly #log: Log;
  readonly #stopping = new AbortController();
  readonly #renewal: NodeJS.Timeout;
  #held: HeldServer;
  #restoring: Promise<void> | undefined;
  #lost = false;
  #stopped: Promise<void> | undefined;

  constructor(place: ServerPlace, held: HeldServer) {
    this.#place = place;
    this.#log = place.log;
    this.#held = held;
    this.socketFolder = place.socketFolder;
    this.connectionString = socketConnectionString(place.socketFolder, applicationRole, place.database);
    this.#renewal = setInterval(() => {
      reachableSocketFolder(place.layout.run).catch((error: unknown) => {
        this.#log.warn({ err: error }, 'could not renew the link to the database socket');
      });
    }, renewLinkEveryMs).unref();
    this.#watch();
  }

  get pid(): number {
    return this.#held.pid;
  }

  /** The mark's connection ends only when the server does, or one of its processes crashed. Both are mended. */
  #watch(): void {
    this.#held.mark.once('end', () => {
      if (!this.#stopping.signal.aborted) this.#restoring = this.#restore();
    });
  }

  async #restore(): Promise<void> {
    this.#log.warn('the embedded database went away; bringing it back');
    for (;;) {
      try {
        this.#held = await bringUp(this.#place, this.#stopping.signal);
        this.#log.info({ pid: this.pid }, 'the embedded database is back');
        return this.#watch();
      } catch (error) {
        if (this.#stopping.signal.aborted) return;
        this.#log.error({ err: error }, 'the embedded database could not be brought back');
        this.#lost = hasCode(error, 'conflict');
        if (this.#lost) return;
        await sleep(restorePauseMs, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
      }
    }
  }

  stop(): Promise<void> {
    this.#stopped ??= this.#stop().catch((error: unknown) => {
      this.#stopped = undefined;
      throw error;
    });
    return this.#stopped;
  }

  async #stop(): Promise<void> {
    this.#stopping.abort();
    clearInterval(this.#renewal);
    await this.#restoring;
    if (this.#lost) return;
    // The mark is held to the end, so that nobody else can take the server while it goes down.
    const gone = await endPostmaster(this.#place.layout, this.#log);
    await this.#held.mark.end().catch(() => undefined);
    if (gone) return;
    throw new AppError('unavailable', {
      nb: 'Den innebygde databasen lot seg ikke stoppe.',
      en: 'The embedded database could not be stopped.',
    });
  }
}
