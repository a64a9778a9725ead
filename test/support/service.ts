/** The whole built service in a folder of its own, driven from outside: its process, its command line, its SFTP door. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { embeddedConnectionString } from '../../src/db/embedded/embedded-postgres.ts';
import { findLayout } from '../../src/db/embedded/layout.ts';
import { endPostmaster, findPostmaster } from '../../src/db/embedded/postmaster.ts';
import { silentLog } from '../../src/platform/log.ts';
import { type KeyPair, makeKey, type Outcome, openSshOptions, run } from './clients.ts';

const repository = join(import.meta.dirname, '..', '..');
const commandFile = join(repository, 'bin', 'datasluse.js');
const mainFile = join(repository, 'dist', 'main.js');

/** Far beyond what a start takes: recovery of the database on a loaded machine. */
const startLimitMs = 55_000;
const commandLimitMs = 50_000;

export interface CommandOutcome {
  code: number | null;
  stdout: string;
  stderr: string;
  /** Standard output as it came. */
  bytes: Buffer;
}

export interface TestPerson {
  id: string;
  key: KeyPair;
  keyFile: string;
}

export interface TestService {
  /** Everything of this service lies below: `data`, `data.keys`, the people's keys, the test's own files. */
  readonly folder: string;
  readonly dataFolder: string;
  readonly sftpPort: number;
  readonly httpPort: number;
  /** The server's process id. */
  pid(): number;
  /** Standard output and error of the server's processes so far, all starts together. */
  output(): string;
  path(name: string): string;
  write(name: string, content: string | Uint8Array): string;
  /** Runs bin/datasluse.js in this service's environment. */
  command(args: readonly string[], settings?: { env?: Record<string, string> }): Promise<CommandOutcome>;
  /** The same; a code other than 0 is an error. Returns standard output. */
  ok(...args: string[]): Promise<string>;
  /** The same, with `--json`, parsed. */
  json<T>(...args: string[]): Promise<T>;
  /** Adds a person with a key of their own, or a further role to one that this test knows. */
  addPerson(id: string, role: string, projectId?: string): Promise<TestPerson>;
  /** Runs OpenSSH's sftp with these lines. A line that fails ends it with code 1, unless it begins with `-`. */
  sftp(person: TestPerson, lines: readonly string[], settings?: { args?: string[] }): Promise<Outcome>;
  /** Rows of a query as the database's superuser-less application role sees them. */
  query<T extends Record<string, unknown>>(text: string, values?: unknown[]): Promise<T[]>;
  /** SIGTERM. Errors: when the server does not say that it ended in time, or the database still runs. */
  stop(): Promise<void>;
  /** SIGKILL of the server; the database is left an orphan. Returns once the process is gone. */
  kill(): Promise<void>;
  /** Starts the server again in the same folder. */
  start(env?: Record<string, string>): Promise<void>;
  /** The database's process id, or undefined when it does not run. */
  databasePid(): Promise<number | undefined>;
  /** Ends everything and removes the folder. */
  remove(): Promise<void>;
}

/** Starts the built server in a fresh folder. Errors: when it does not say its welcome. */
export async function startTestService(options: { env?: Record<string, string> } = {}): Promise<TestService> {
  if (!existsSync(mainFile)) throw new Error('dist/main.js is not there: run npm run build first');
  const folder = await mkdtemp(join(tmpdir(), 'datasluse-service-'));
  const dataFolder = join(folder, 'data');
  mkdirSync(join(folder, 'people'));
  const people = new Map<string, TestPerson>();
  let server: { child: ChildProcess; ended: Promise<number | null> } | undefined;
  let ports = { sftp: 0, http: 0 };
  let output = '';
  let setting = options.env ?? {};

  /** The person's own variables must not reach the service: only what finds programs, and what the test says. */
  const environment = (more: Record<string, string>): Record<string, string> => ({
    PATH: process.env.PATH ?? '',
    HOME: folder,
    LC_ALL: 'C.UTF-8',
    DATASLUSE_DATA: dataFolder,
    // What is about approval says so itself.
    DATASLUSE_APPROVAL: 'none',
    ...setting,
    ...more,
  });

  async function start(env: Record<string, string> = {}): Promise<void> {
    if (server !== undefined) throw new Error('the service runs already');
    setting = { ...setting, ...env };
    const child = spawn(process.execPath, [mainFile, 'serve'], {
      env: environment({ DATASLUSE_HTTP: '127.0.0.1:0', DATASLUSE_SFTP: '127.0.0.1:0' }),
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
    server = { child, ended };
    let said = '';
    const welcomed = new Promise<void>((resolve) => {
      const listen = (chunk: Buffer) => {
        said += chunk.toString();
        output += chunk.toString();
        if (/^ {2}Data /m.test(said)) resolve();
      };
      child.stdout.on('data', listen);
      child.stderr.on('data', listen);
    });
    const late = new Promise<'late'>((resolve) => {
      const timer = setTimeout(() => resolve('late'), startLimitMs);
      void welcomed.then(() => clearTimeout(timer));
    });
    const first = await Promise.race([welcomed, late, ended.then((code) => `ended with ${code}`)]);
    if (first !== undefined) throw new Error(`the service did not start (${first}):\n${said}`);
    const sftp = /^ {2}SFTP .*-P (\d+)/m.exec(said)?.[1];
    const http = /^ {2}Web .*:(\d+)\//m.exec(said)?.[1];
    ports = { sftp: Number(sftp), http: Number(http) };
  }

  async function databasePid(): Promise<number | undefined> {
    const layout = await findLayout(join(dataFolder, 'postgres'));
    return layout && (await findPostmaster(layout));
  }

  async function kill(): Promise<void> {
    server?.child.kill('SIGKILL');
    await server?.ended;
    server = undefined;
  }

  function command(
    args: readonly string[],
    { env = {} }: { env?: Record<string, string> } = {},
  ): Promise<CommandOutcome> {
    return new Promise((resolve, reject) => {
      const child = spawn(process.execPath, [commandFile, ...args], {
        env: environment({
          DATASLUSE_SFTP: `127.0.0.1:${ports.sftp}`,
          DATASLUSE_HTTP: `127.0.0.1:${ports.http}`,
          ...env,
        }),
        cwd: folder,
        stdio: ['ignore', 'pipe', 'pipe'],
        timeout: commandLimitMs,
        killSignal: 'SIGKILL',
      });
      const out: Buffer[] = [];
      let stderr = '';
      child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
      child.stderr.on('data', (chunk: Buffer) => {
        stderr += chunk.toString();
      });
      child.on('error', reject);
      child.on('close', (code) => {
        const bytes = Buffer.concat(out);
        resolve({ code, stdout: bytes.toString('utf8'), stderr, bytes });
      });
    });
  }

  async function ok(...args: string[]): Promise<string> {
    const { code, stdout, stderr } = await command(args);
    if (code !== 0) throw new Error(`datasluse ${args.join(' ')} ended with ${code}: ${stderr}${stdout}`);
    return stdout;
  }

  const service: TestService = {
    folder,
    dataFolder,
    get sftpPort() {
      return ports.sftp;
    },
    get httpPort() {
      return ports.http;
    },
    pid: () => server?.child.pid ?? 0,
    output: () => output,
    path: (name) => join(folder, name),
    write(name, content) {
      writeFileSync(join(folder, name), content, { mode: 0o600 });
      return join(folder, name);
    },
    command,
    ok,
    json: async <T>(...args: string[]) => JSON.parse(await ok(...args, '--json')) as T,
    async addPerson(id, role, projectId) {
      const known = people.get(id);
      const person = known ?? { id, key: makeKey(), keyFile: join(folder, 'people', id) };
      if (known === undefined) {
        writeFileSync(person.keyFile, person.key.privateKey, { mode: 0o600 });
        writeFileSync(`${person.keyFile}.pub`, `${person.key.publicLine}\n`);
        people.set(id, person);
      }
      const where = projectId === undefined ? [] : ['--project', projectId];
      const key = known === undefined ? ['--ssh-key', `${person.keyFile}.pub`] : [];
      const named = ['--name', `${id} Eksempel`, '--email', `${id}@example.no`, '--role', role];
      await ok('person', 'add', id, ...named, ...where, ...key);
      return person;
    },
    sftp: (person, lines, { args = [] } = {}) =>
      run(
        'sftp',
        [...openSshOptions(person.keyFile, ports.sftp), ...args, '-b', '-', `${person.id}@127.0.0.1`],
        {
          input: `${lines.join('\n')}\n`,
          cwd: folder,
          timeoutMs: commandLimitMs,
        },
      ),
    async query<T extends Record<string, unknown>>(text: string, values: unknown[] = []) {
      const string = await embeddedConnectionString(join(dataFolder, 'postgres'));
      if (string === undefined) throw new Error('the database does not run');
      const client = new pg.Client(string);
      await client.connect();
      try {
        return (await client.query<T>(text, values)).rows;
      } finally {
        await client.end();
      }
    },
    async stop() {
      if (server === undefined) throw new Error('the service does not run');
      server.child.kill('SIGTERM');
      // The server itself ends with another code when it could not stop within its five seconds.
      const code = await server.ended;
      server = undefined;
      if (code !== 0) throw new Error(`the service ended with ${code}:\n${output}`);
      const pid = await databasePid();
      if (pid !== undefined) throw new Error(`the service is stopped, but its database runs as ${pid}`);
    },
    kill,
    start,
    databasePid,
    async remove() {
      process.removeListener('exit', atExit);
      await kill();
      const layout = await findLayout(join(dataFolder, 'postgres'));
      if (layout !== undefined) await endPostmaster(layout, silentLog);
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };

  /** A test process that ends early must leave no server and no database behind. */
  function atExit(): void {
    server?.child.kill('SIGKILL');
    try {
      const [pid] = readFileSync(join(dataFolder, 'postgres', 'cluster', 'postmaster.pid'), 'utf8').split(
        '\n',
      );
      if (Number(pid) > 1) process.kill(Number(pid), 'SIGQUIT');
    } catch {
      // There is none.
    }
  }
  process.once('exit', atExit);

  try {
    await start();
  } catch (thrown) {
    await service.remove();
    throw thrown;
  }
  return service;
}
