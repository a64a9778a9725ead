/** The postmaster process of a cluster: found by its pid file, verified before any signal, started, ended. */
import { execFile } from 'node:child_process';
import { link, readFile, rename, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { monotonicMs } from '../../platform/clock.ts';
import type { Log } from '../../platform/log.ts';
import { isProcessAlive, type Started, start } from './child-process.ts';
import { dataArgument } from './cluster.ts';
import type { Layout } from './layout.ts';
import type { ServerAccount } from './server-account.ts';
import { port, serverSettings } from './settings.ts';

const pollMs = 20;

/**
 * How long a fast shutdown (SIGINT: roll back, checkpoint) may take before an immediate one (SIGQUIT: the write-ahead
 * log brings everything back at the next start), and how long that may take. Together less than 4 s.
 */
const fastStopMs = 2800;
const immediateStopMs = 900;

/** Starts a postmaster that outlives us. Its own log takes over from standard error as soon as it runs. */
export async function startPostmaster(
  layout: Layout,
  deps: { readonly bin: string; readonly account: ServerAccount },
): Promise<Started> {
  const settings = serverSettings(await clusterTag(layout)).flatMap((setting) => ['-c', setting]);
  const args = ['-D', dataArgument(layout.cluster), ...settings];
  const started = start(join(deps.bin, 'postgres'), args, {
    account: deps.account,
    cwd: layout.cluster,
    detached: true,
  });
  // The server must not keep a process alive that has nothing else to do.
  started.child.unref();
  return started;
}

/** The process id of the running postmaster of this cluster, or undefined. */
export async function findPostmaster(layout: Layout): Promise<number | undefined> {
  const pid = await readLockedPid(join(layout.cluster, 'postmaster.pid'));
  return pid !== undefined && (await isOurPostmaster(pid, layout)) ? pid : undefined;
}

/**
 * Puts aside lock files of a postmaster that is gone when their process id now belongs to some other process:
 * PostgreSQL would take that one for its own and refuse to start. (It sees for itself to a process id that is free.)
 */
export async function clearStaleLocks(layout: Layout, log: Log): Promise<void> {
  for (const path of [join(layout.cluster, 'postmaster.pid'), join(layout.run, `.s.PGSQL.${port}.lock`)]) {
    const pid = await readLockedPid(path);
    if (pid === undefined || !isProcessAlive(pid) || (await isOurPostmaster(pid, layout))) continue;
    log.info(
      { file: basename(path) },
      'a lock file of the database names a foreign process; putting it aside',
    );
    await putAside(path, pid);
  }
}

/**
 * Another start may have replaced the file since it was read: then it is put back. Should that fail as well, two
 * postmasters still cannot share the cluster, as PostgreSQL checks its shared memory by the folder's inode.
 */
async function putAside(path: string, pid: number): Promise<void> {
  const aside = `${path}.stale.${process.pid}`;
  try {
    await rename(path, aside);
    if ((await readLockedPid(aside)) !== pid) await link(aside, path);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code !== 'ENOENT' && code !== 'EEXIST') throw error;
  } finally {
    await rm(aside, { force: true });
  }
}

/** Stops the postmaster of this cluster if one runs. False when it still runs at the end of the time. */
export async function endPostmaster(layout: Layout, log: Log): Promise<boolean> {
  const pid = await findPostmaster(layout);
  if (pid === undefined) return true;
  if (await signalUntilGone(pid, layout, 'SIGINT', fastStopMs)) return true;
  log.warn({ pid }, 'the database did not stop in time; stopping it at once');
  return await signalUntilGone(pid, layout, 'SIGQUIT', immediateStopMs);
}

async function signalUntilGone(
  pid: number,
  layout: Layout,
  signal: NodeJS.Signals,
  waitMs: number,
): Promise<boolean> {
  if (!(await isOurPostmaster(pid, layout))) return true;
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
  const until = monotonicMs() + waitMs;
  while (monotonicMs() < until) {
    await sleep(pollMs);
    if (await hasEnded(pid, layout)) return true;
  }
  return false;
}

/** Both of PostgreSQL's lock files have the process id in their first line. */
async function readLockedPid(path: string): Promise<number | undefined> {
  const text = await readFile(path, 'utf8').catch(() => '');
  const pid = Number.parseInt(text, 10);
  return Number.isInteger(pid) && pid > 1 ? pid : undefined;
}

/**
 * The mark of this cluster in its postmaster's command line. It names the folder by device and inode: a moved folder
 * keeps its running server, and a copied folder has none.
 */
async function clusterTag({ cluster }: Layout): Promise<string> {
  const { dev, ino } = await stat(cluster);
  return `datasluse-${dev.toString(16)}-${ino.toString(16)}`;
}

/**
 * True when process `pid` is a running postmaster of this very cluster: a process of the cluster's owner that bears
 * its mark. Process ids are used again, so a number from a file proves nothing. The command line is what every account
 * and every container may read (/proc/PID/cwd of another account needs CAP_SYS_PTRACE, which Docker takes even from
 * root); backends show another title, a zombie none.
 */
async function isOurPostmaster(pid: number, layout: Layout): Promise<boolean> {
  const [seen, owner] = await Promise.all([lookAt(pid), stat(layout.cluster).catch(() => undefined)]);
  if (seen === undefined || owner === undefined || seen.uid !== owner.uid) return false;
  return seen.commandLine.includes(`cluster_name=${await clusterTag(layout)}`);
}

/** True when `pid` is gone or another process by now. One that is just ending has no command line any more. */
async function hasEnded(pid: number, layout: Layout): Promise<boolean> {
  const seen = await lookAt(pid);
  if (seen === undefined || seen.isZombie) return true;
  return seen.commandLine !== '' && !(await isOurPostmaster(pid, layout));
}

interface SeenProcess {
  readonly uid: number;
  readonly commandLine: string;
  readonly isZombie: boolean;
}

async function lookAt(pid: number): Promise<SeenProcess | undefined> {
  try {
    if (process.platform === 'linux') {
      const [{ uid }, commandLine, status] = await Promise.all([
        stat(`/proc/${pid}`),
        readFile(`/proc/${pid}/cmdline`, 'utf8'),
        readFile(`/proc/${pid}/stat`, 'utf8'),
      ]);
      // proc(5): the state follows the program's name in brackets; Z is a zombie, X dead.
      return { uid, commandLine, isZombie: /\) [ZX] [^)]*$/.test(status) };
    }
    const columns = ['-ww', '-o', 'uid=,state=,command=', '-p', String(pid)];
    const { stdout } = await promisify(execFile)('ps', columns);
    const [, uid, state = '', commandLine = ''] = /^\s*(\d+)\s+(\S+)\s+(.*)/.exec(stdout) ?? [];
    return { uid: Number(uid), commandLine, isZombie: state.startsWith('Z') };
  } catch {
    return undefined;
  }
}
