/** The composition root: configuration in, a running service out, in one process or several. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { seeProjects } from './cases/projects.ts';
import type { Config, Secrets } from './config.ts';
import { Closing, type Core, openCore } from './core.ts';
import { embeddedConnectionString, startEmbeddedPostgres } from './db/embedded/embedded-postgres.ts';
import { type Doors, hostKeyOf, openDoors } from './doors.ts';
import { jobs } from './jobs.ts';
import { systemClock } from './platform/clock.ts';
import type { Log } from './platform/log.ts';
import type { MeterValues } from './platform/meters.ts';
import { startSchedule } from './platform/scheduler.ts';

const SERVER_CONNECTIONS = 16;
/** Of the parent of several processes: its jobs. */
const KEEPER_CONNECTIONS = 4;
/** Of several serving processes together, where each still gets the least that it can work with. */
const ALL_CONNECTIONS = 32;
const LEAST_CONNECTIONS = 4;

export interface RunningService extends Doors, AsyncDisposable {
  /** True when the data folder holds no project yet. */
  empty: boolean;
}

/** Starts everything. Disposing of the result stops it all, the embedded database last. */
export async function startService(config: Config, secrets: Secrets, log: Log): Promise<RunningService> {
  const closing = new Closing();
  try {
    return await start(config, secrets, log, closing);
  } catch (thrown) {
    await closing.run(log);
    throw thrown;
  }
}

async function start(config: Config, secrets: Secrets, log: Log, closing: Closing): Promise<RunningService> {
  const { core, string } = await openWithDatabase(config, secrets, log, SERVER_CONNECTIONS, closing);
  const { http, staffHttp, sftp } = await openDoors(config, core, string, closing);
  startJobs(core, closing);
  return { http, staffHttp, sftp, empty: await isEmpty(core), [Symbol.asyncDispose]: () => closing.run(log) };
}

/**
 * What there is once, however many processes serve: the embedded database, migrations, the server's own keys, the
 * jobs. No door.
 */
export async function startKeeper(
  config: Config,
  secrets: Secrets,
  log: Log,
): Promise<Pick<RunningService, 'empty'> & AsyncDisposable> {
  const closing = new Closing();
  try {
    const { core } = await openWithDatabase(config, secrets, log, KEEPER_CONNECTIONS, closing);
    await hostKeyOf(core);
    startJobs(core, closing);
    return { empty: await isEmpty(core), [Symbol.asyncDispose]: () => closing.run(log) };
  } catch (thrown) {
    await closing.run(log);
    throw thrown;
  }
}

/** The doors of one of several processes, beside what `startKeeper` has started. `metrics`: of all of them together. */
export async function startDoors(
  config: Config,
  secrets: Secrets,
  log: Log,
  together: { metrics(): Promise<string> },
): Promise<Omit<RunningService, 'empty'> & { meters(): Promise<MeterValues> }> {
  const closing = new Closing();
  try {
    const string =
      secrets.databaseUrl ?? (await embeddedConnectionString(join(config.dataFolder, 'postgres')));
    if (string === undefined) throw new Error('the database that the parent has started is not there');
    const connections = connectionsOfEach(config.processes);
    const core = await openCore(config, secrets, log, systemClock, { string, connections }, closing);
    const { http, staffHttp, sftp, meters } = await openDoors(config, core, string, closing, together);
    return {
      http,
      staffHttp,
      sftp,
      meters: () => meters.values(),
      [Symbol.asyncDispose]: () => closing.run(log),
    };
  } catch (thrown) {
    await closing.run(log);
    throw thrown;
  }
}

function connectionsOfEach(processes: number): number {
  return Math.max(LEAST_CONNECTIONS, Math.min(SERVER_CONNECTIONS, Math.floor(ALL_CONNECTIONS / processes)));
}

async function openWithDatabase(
  config: Config,
  secrets: Secrets,
  log: Log,
  connections: number,
  closing: Closing,
): Promise<{ core: Core; string: string }> {
  await mkdir(config.dataFolder, { recursive: true });
  const string = secrets.databaseUrl ?? (await startDatabase(config, log, closing));
  const core = await openCore(config, secrets, log, systemClock, { string, connections }, closing);
  return { core, string };
}

async function isEmpty(core: Core): Promise<boolean> {
  return (await seeProjects(core, { kind: 'clock' })).length === 0;
}

function startJobs(core: Core, closing: Closing): void {
  const stopping = new AbortController();
  const tasks = jobs.map((job) => ({ ...job, run: () => job.run({ ...core, stopping: stopping.signal }) }));
  const schedule = startSchedule(tasks, core.log);
  closing.add(() => schedule.stop());
  closing.add(async () => stopping.abort());
}

async function startDatabase(config: Config, log: Log, closing: Closing): Promise<string> {
  const postgres = await startEmbeddedPostgres({ folder: join(config.dataFolder, 'postgres'), log });
  closing.add(() => postgres.stop());
  return postgres.connectionString;
}
