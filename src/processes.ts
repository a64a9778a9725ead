/** Several processes behind one pair of sockets: a parent keeps the database and the jobs, and starts those that serve. */
import cluster, { type Worker } from 'node:cluster';
import type { Config, Secrets } from './config.ts';
import { monotonicMs } from './platform/clock.ts';
import { AppError, type Sentence, toAppError } from './platform/errors.ts';
import type { Log } from './platform/log.ts';
import { type MeterValues, sumOfMeters } from './platform/meters.ts';
import { type RunningService, startDoors, startKeeper } from './server.ts';

type Addresses = Pick<RunningService, 'http' | 'staffHttp' | 'sftp'>;

type FromServing =
  | ({ kind: 'ready' } & Addresses)
  | { kind: 'failed'; detail: Sentence }
  | { kind: 'ask-sum'; id: number }
  | { kind: 'values'; id: number; values: MeterValues };

type ToServing =
  | { kind: 'stop' }
  | { kind: 'ask-values'; id: number }
  | { kind: 'sum'; id: number; text: string };

/** One after the other: doors, then the database. All of it within what main.ts gives. */
const STOP_WITHIN_MS = 3_000;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;
/** Who has served so long has not failed at its start. */
const STEADY_MS = 60_000;
/** A process that is too busy to say its measurements in time is left out of the sum. */
const VALUES_WITHIN_MS = 1_000;

/** Starts the parent's part and `config.processes` processes. Disposing of the result ends all. */
export async function startProcesses(config: Config, secrets: Secrets, log: Log): Promise<RunningService> {
  const keeper = await startKeeper(config, secrets, log);
  const family = createFamily(config.processes, log);
  const end = async (): Promise<void> => {
    await family.stop();
    await keeper[Symbol.asyncDispose]();
  };
  try {
    const addresses = await family.start();
    return { ...addresses, empty: keeper.empty, [Symbol.asyncDispose]: end };
  } catch (thrown) {
    await end();
    throw thrown;
  }
}

function createFamily(size: number, log: Log) {
  const members = new Set<Worker>();
  const pauses = new Set<NodeJS.Timeout>();
  let pauseMs = FIRST_PAUSE_MS;
  let stopping = false;
  let told: (() => void) | undefined;
  let questions = 0;
  const sums = new Map<number, (from: Worker, values: MeterValues) => void>();

  /** Resolves when it serves. Errors: what it says why it cannot. */
  function start(): Promise<Addresses> {
    return new Promise((resolve, reject) => {
      const worker = cluster.fork();
      const startedMs = monotonicMs();
      let serves = false;
      members.add(worker);
      worker.on('error', (err) => log.warn({ err }, 'a serving process could not be told something'));
      worker.on('message', (message: FromServing) => {
        if (message.kind === 'ready') {
          serves = true;
          resolve({ http: message.http, staffHttp: message.staffHttp, sftp: message.sftp });
        } else if (message.kind === 'failed') reject(new AppError('unavailable', message.detail));
        else if (message.kind === 'ask-sum') void sum(worker, message.id);
        else sums.get(message.id)?.(worker, message.values);
      });
      worker.on('exit', (code, signal) => {
        members.delete(worker);
        if (members.size === 0) told?.();
        const detail = {
          nb: 'En prosess som skulle betjene tjenesten, endte før den kom i gang.',
          en: 'A process that was to serve ended before it had begun.',
        };
        reject(new AppError('unavailable', detail));
        if (stopping || !serves) return;
        const servedMs = Math.round(monotonicMs() - startedMs);
        log.error({ pid: worker.process.pid, code, signal, servedMs }, 'a serving process ended');
        if (servedMs > STEADY_MS) pauseMs = FIRST_PAUSE_MS;
        startAgain();
      });
    });
  }

  function startAgain(): void {
    const pause = setTimeout(async () => {
      pauses.delete(pause);
      try {
        await start();
        log.info({}, 'a serving process was started in the place of one that ended');
      } catch (err) {
        if (stopping) return;
        log.error({ err }, 'a serving process could not be started; trying again');
        startAgain();
      }
    }, pauseMs);
    pauses.add(pause);
    pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
  }

  async function sum(asker: Worker, id: number): Promise<void> {
    const question = ++questions;
    const waiting = new Set(members);
    const values: MeterValues[] = [];
    await new Promise<void>((resolve) => {
      const late = setTimeout(resolve, VALUES_WITHIN_MS);
      sums.set(question, (from, of) => {
        values.push(of);
        waiting.delete(from);
        if (waiting.size > 0) return;
        clearTimeout(late);
        resolve();
      });
      for (const member of members) tell(member, { kind: 'ask-values', id: question });
    });
    sums.delete(question);
    tell(asker, { kind: 'sum', id, text: await sumOfMeters(values) });
  }

  return {
    async start(): Promise<Addresses> {
      // By turns: the kernel would give nearly all connections to one of them.
      cluster.schedulingPolicy = cluster.SCHED_RR;
      // One alone first: it says where the doors are, or why there are none.
      const addresses = await start();
      await Promise.all(Array.from({ length: size - 1 }, start));
      return addresses;
    },
    async stop(): Promise<void> {
      stopping = true;
      for (const pause of pauses) clearTimeout(pause);
      if (members.size === 0) return;
      const ended = new Promise<void>((resolve) => {
        told = resolve;
      });
      for (const member of members) tell(member, { kind: 'stop' });
      const late = setTimeout(() => {
        log.error({ processes: members.size }, 'serving processes did not stop in time and are ended');
        for (const member of members) member.process.kill('SIGKILL');
      }, STOP_WITHIN_MS);
      await ended;
      clearTimeout(late);
    },
  };
}

function tell(to: Worker, message: ToServing): void {
  if (to.isConnected()) to.send(message);
}

/** True in a process that `startProcesses` has started. */
export function hasParent(): boolean {
  return cluster.isWorker;
}

/**
 * Serves for the parent until it says stop. Node ends this process at once when the parent is gone: nothing serves
 * without one. Returns the exit code.
 */
export async function serveForParent(config: Config, secrets: Secrets, log: Log): Promise<number> {
  const sums = new Map<number, (text: string) => void>();
  let questions = 0;
  let values: (() => Promise<MeterValues>) | undefined;
  // A terminal sends these to all of us; the parent says when.
  for (const signal of ['SIGINT', 'SIGHUP'] as const) process.on(signal, () => undefined);
  const stop = new Promise<void>((resolve) => {
    process.once('SIGTERM', () => resolve());
    process.on('message', (message: ToServing) => {
      if (message.kind === 'stop') resolve();
      else if (message.kind === 'sum') sums.get(message.id)?.(message.text);
      else void values?.().then((of) => say({ kind: 'values', id: message.id, values: of }));
    });
  });
  const metrics = (): Promise<string> =>
    new Promise((resolve) => {
      const id = ++questions;
      sums.set(id, (text) => {
        sums.delete(id);
        resolve(text);
      });
      say({ kind: 'ask-sum', id });
    });
  try {
    const doors = await startDoors(shareOf(config), secrets, log, { metrics });
    values = doors.meters;
    say({ kind: 'ready', http: doors.http, staffHttp: doors.staffHttp, sftp: doors.sftp });
    await stop;
    await doors[Symbol.asyncDispose]();
    return 0;
  } catch (thrown) {
    log.error({ err: thrown }, 'this process cannot serve');
    await new Promise((resolve) =>
      process.send?.({ kind: 'failed', detail: toAppError(thrown).detail }, resolve),
    );
    return 1;
  }
}

function say(message: FromServing): void {
  process.send?.(message);
}

/** What is meant for the service as a whole is divided among its processes. */
function shareOf(config: Config): Config {
  const share = (whole: number) => Math.ceil(whole / config.processes);
  const { sftpLimits } = config;
  return {
    ...config,
    checkWorkers: share(config.checkWorkers),
    sftpLimits: { ...sftpLimits, maxConnections: share(sftpLimits.maxConnections) },
  };
}
