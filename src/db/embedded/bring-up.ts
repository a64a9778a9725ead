/** From whatever state a server's folder is in to a running server that is ours: start, wait, adopt or refuse. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from 'pg';
import { monotonicMs } from '../../platform/clock.ts';
import { AppError } from '../../platform/errors.ts';
import type { Log } from '../../platform/log.ts';
import type { Started } from './child-process.ts';
import { ensureCluster } from './cluster.ts';
import type { Layout } from './layout.ts';
import { clearStaleLocks, endPostmaster, findPostmaster, startPostmaster } from './postmaster.ts';
import type { ServerAccount } from './server-account.ts';
import { ensureDatabase, knock, takeOwnership } from './session.ts';

export interface ServerPlace {
  readonly layout: Layout;
  readonly account: ServerAccount;
  readonly socketFolder: string;
  readonly database: string;
  readonly log: Log;
  /** The folder of runnable programs. Called only when there is something to run. */
  findPrograms(): Promise<string>;
}

export interface HeldServer {
  readonly pid: number;
  /** The connection whose lock marks us as the owner. It keeps no process alive. */
  readonly mark: Client;
}

/** A postmaster that neither answers nor ends for so long is stopped and started afresh. */
const silentLimitMs = 3000;
const pollMs = 25;
const progressEveryMs = 5000;

/** Two starts at once, or processes of a killed postmaster that still end, can make one attempt fail. */
const startAttempts = 4;
const attemptPauseMs = 400;

/**
 * Knocks until a server opens, starting one where none runs, and takes it. Waits without end for a server that says it
 * is busy: recovery takes what it takes. `signal` gives up.
 */
export async function bringUp(place: ServerPlace, signal?: AbortSignal): Promise<HeldServer> {
  const { layout, log } = place;
  const progress = everySoOften(() => log.info('waiting for the embedded database to recover or to stop'));
  const silence = stopwatch();
  let started: Started | undefined;
  for (let attempts = 0; ; await sleep(pollMs)) {
    if (signal?.aborted === true) {
      // Perhaps it has not yet written the pid file by which a stop would find it.
      started?.child.kill('SIGINT');
      throw givenUp();
    }
    const answer = await knock(place.socketFolder);
    if (answer.kind === 'open') {
      const held = await take(answer.client, place, signal);
      if (held === undefined) continue;
      if (started === undefined)
        log.info({ pid: held.pid }, 'a database left running was found and is used again');
      return held;
    }
    if (answer.kind === 'busy') {
      silence.reset();
      progress();
      continue;
    }
    if (started !== undefined) {
      const ended = await Promise.race([started.ended, sleep(pollMs)]);
      if (ended === undefined) continue;
      log.warn({ code: ended.code, output: started.output() }, 'the embedded database did not start');
      if (attempts >= startAttempts) throw doesNotStart(ended.failure);
      started = undefined;
      await sleep(attemptPauseMs);
      continue;
    }
    if ((await findPostmaster(layout)) !== undefined) {
      if (silence.elapsedMs() < silentLimitMs) continue;
      log.warn('the embedded database runs but does not answer; stopping it');
      if (!(await endPostmaster(layout, log))) throw doesNotAnswer();
      continue;
    }
    silence.reset();
    if (answer.kind === 'silent') throw doesNotAnswer();
    attempts++;
    started = await startAfresh(place);
  }
}

async function startAfresh(place: ServerPlace): Promise<Started> {
  const { layout, account, log } = place;
  const bin = await place.findPrograms();
  await ensureCluster(layout, { bin, account, log });
  await clearStaleLocks(layout, log);
  log.info('starting the embedded database');
  return await startPostmaster(layout, { bin, account });
}

/**
 * Marks the server as ours and sees to its database. Undefined when the server went away meanwhile (another owner was
 * just stopping it). The socket lies in the cluster's own closed folder, and a process of this host bears the cluster's
 * mark: without the second, the server runs in another container on the same files, and could not be stopped from here.
 */
async function take(
  client: Client,
  place: ServerPlace,
  signal?: AbortSignal,
): Promise<HeldServer | undefined> {
  const { layout, log } = place;
  let owned = false;
  try {
    owned = await takeOwnership(client, signal);
    if (!owned) throw alreadyOwned();
    const pid = await findPostmaster(layout);
    if (pid === undefined) throw alreadyOwned();
    await ensureDatabase(client, place.database);
    // @types/pg leaves it out.
    (client as Client & { unref(): void }).unref();
    return { pid, mark: client };
  } catch (error) {
    const wentAway = !(error instanceof AppError) && (await isGone(client));
    if (owned && !wentAway && !(error instanceof AppError)) await endPostmaster(layout, log);
    await client.end().catch(() => undefined);
    if (wentAway) return undefined;
    throw error;
  }
}

async function isGone(client: Client): Promise<boolean> {
  return await client.query('select 1').then(
    () => false,
    () => true,
  );
}

function stopwatch(): { elapsedMs(): number; reset(): void } {
  let since: number | undefined;
  return {
    elapsedMs: () => {
      since ??= monotonicMs();
      return monotonicMs() - since;
    },
    reset: () => {
      since = undefined;
    },
  };
}

function everySoOften(say: () => void): () => void {
  let next = monotonicMs() + progressEveryMs;
  return () => {
    if (monotonicMs() < next) return;
    next = monotonicMs() + progressEveryMs;
    say();
  };
}

function alreadyOwned(): AppError {
  return new AppError('conflict', {
    nb: 'En annen Datasluse-tjener kjører i denne mappen. Stopp den først, eller velg en annen datamappe.',
    en: 'Another Datasluse server is running in this folder. Stop it first, or choose another data folder.',
  });
}

function doesNotStart(cause: unknown): AppError {
  return new AppError(
    'unavailable',
    {
      nb: 'Den innebygde databasen starter ikke. Loggen og mappen «log» ved siden av databasen sier hvorfor.',
      en: 'The embedded database does not start. The log, and the folder "log" beside the database, say why.',
    },
    { cause },
  );
}

function doesNotAnswer(): AppError {
  return new AppError('unavailable', {
    nb: 'Den innebygde databasen kjører, men svarer ikke, og lar seg ikke stoppe. Stopp prosessen og prøv igjen.',
    en: 'The embedded database runs but does not answer and cannot be stopped. Stop its process and try again.',
  });
}

function givenUp(): AppError {
  return new AppError('closed', {
    nb: 'Databasen startes ikke, fordi tjeneren stopper.',
    en: 'The database is not started because the server is stopping.',
  });
}
