/** Runs PostgreSQL's programs as the server account, with a bare environment and a bounded memory of what they say. */
import { type ChildProcess, spawn } from 'node:child_process';
import { AppError } from '../../platform/errors.ts';
import type { ServerAccount } from './server-account.ts';

/** Programs' last words kept for the log, in characters. None of them handles row data. */
const outputLimit = 4096;

/**
 * Our own environment is not passed on: it may hold secrets, and PG* or LC_* variables would change the server.
 * The search path is for `sh`, which initdb needs.
 */
const bareEnvironment = { PATH: '/usr/bin:/bin:/usr/sbin:/sbin', LC_ALL: 'C', TZ: 'UTC' };

export interface Started {
  readonly child: ChildProcess;
  /** What it wrote to standard error so far, its last part. */
  output(): string;
  /** Settles when it has ended or could not be started; `code` 0 is success. */
  readonly ended: Promise<Ended>;
}

export interface Ended {
  readonly code: number | undefined;
  /** Set when the program could not be started at all. */
  readonly failure: Error | undefined;
}

/**
 * Starts `program` in `cwd`. Node changes the directory before it gives up root, so the child stands in `cwd` even
 * where its own account could not have walked to it. A `detached` child survives us, and Ctrl-C in our terminal.
 * Throws `unavailable` when we may not become that account.
 */
export function start(
  program: string,
  args: readonly string[],
  options: { readonly account: ServerAccount; readonly cwd: string; readonly detached?: boolean },
): Started {
  const { account, cwd, detached = false } = options;
  let child: ChildProcess;
  try {
    child = spawn(program, args, {
      cwd,
      detached,
      env: bareEnvironment,
      stdio: ['ignore', detached ? 'ignore' : 'pipe', 'pipe'],
      ...(account.dropsRoot ? { uid: account.uid, gid: account.gid } : {}),
    });
  } catch (error) {
    // A program that cannot be run is told by an event; a change of user that is not allowed is thrown.
    throw mayNotBecome(account.uid, error);
  }
  let output = '';
  const keep = (chunk: Buffer): void => {
    output = (output + chunk.toString('utf8')).slice(-outputLimit);
  };
  child.stdout?.on('data', keep);
  child.stderr?.on('data', keep);
  const ended = new Promise<Ended>((resolve) => {
    child.once('error', (failure) => resolve({ code: undefined, failure }));
    child.once('close', (code) => resolve({ code: code ?? undefined, failure: undefined }));
  });
  return { child, output: () => output.trim(), ended };
}

function mayNotBecome(uid: number, cause: unknown): AppError {
  return new AppError(
    'unavailable',
    {
      nb: `PostgreSQL kan ikke kjøre som root, og denne prosessen får ikke starte den som bruker ${uid} (CAP_SETUID og CAP_SETGID). Kjør som vanlig bruker, eller sett DATABASE_URL.`,
      en: `PostgreSQL cannot run as root, and this process may not start it as user ${uid} (CAP_SETUID and CAP_SETGID). Run as an ordinary user, or set DATABASE_URL.`,
    },
    { cause },
  );
}

/** Runs `program` to its end. */
export async function run(
  program: string,
  args: readonly string[],
  options: { readonly account: ServerAccount; readonly cwd: string },
): Promise<Ended & { readonly output: string }> {
  const started = start(program, args, options);
  return { ...(await started.ended), output: started.output() };
}

/** True when some process has this id, ours or not. A zombie counts. */
export function isProcessAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
