import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, chmod, chown, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { findPostgresPackage } from '../../../src/db/embedded/binaries-package.ts';
import {
  type EmbeddedPostgres,
  type EmbeddedPostgresOptions,
  embeddedConnectionString,
  startEmbeddedPostgres,
} from '../../../src/db/embedded/embedded-postgres.ts';
import { hasCode } from '../../../src/platform/errors.ts';
import { silentLog } from '../../../src/platform/log.ts';
import { postgresFolders } from '../../support/postgres-folders.ts';

const ownerProgram = fileURLToPath(new URL('../../support/postgres-owner.ts', import.meta.url));
const isRoot = process.getuid?.() === 0;
const nobody = 65534;

const folders = postgresFolders();
const children: ChildProcess[] = [];

/** A server's folder made once; tests that are not about the making start from a copy. */
let template = '';
const templates = postgresFolders();

beforeAll(async () => {
  template = await templates.forServer();
  await (await start(template)).stop();
});

afterAll(() => templates.clear());

async function copyOfTemplate(): Promise<string> {
  const folder = await folders.forServer();
  await promisify(execFile)('cp', ['-a', template, folder]);
  return folder;
}

afterEach(async () => {
  for (const child of children.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  await folders.clear();
});

function start(folder: string, more?: Partial<EmbeddedPostgresOptions>): Promise<EmbeddedPostgres> {
  return startEmbeddedPostgres({ folder, log: silentLog, ...more });
}

async function query(connectionString: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

/** Runs the owner program; its lines come as they are written. */
function runOwner(folder: string, options: { mode?: 'stop'; uid?: number; quiet?: boolean } = {}) {
  const args = ['--import', 'tsx', ownerProgram, folder, ...(options.mode ? [options.mode] : [])];
  const child = spawn(process.execPath, args, {
    stdio: ['ignore', 'pipe', options.quiet === true ? 'ignore' : 'inherit'],
    ...(options.uid === undefined ? {} : { uid: options.uid, gid: options.uid }),
  });
  children.push(child);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const line = async (): Promise<string> => {
    const next = await lines.next();
    return next.done === true ? '' : next.value;
  };
  return { child, line };
}

/** Kills the owner after its row is committed; the answer is the postmaster left behind. */
async function leaveOrphan(folder: string): Promise<number> {
  const owner = runOwner(folder);
  expect(await owner.line()).toBe('begun');
  const pid = Number((await owner.line()).replace('pid ', ''));
  owner.child.kill('SIGKILL');
  await once(owner.child, 'exit');
  return pid;
}

async function isRunning(pid: number): Promise<boolean> {
  const state = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return state !== '' && !/\) Z /.test(state);
}

describe('an embedded server', () => {
  test('is made, takes rows, tells its log nothing of them, stops, and has them after a restart', async () => {
    const folder = await folders.forServer();
    const first = await start(folder);
    const canary = 'kanari-17890';
    await query(first.connectionString, 'create table t (word text unique, n int)');
    const insert = `insert into t values ('${canary}', 1)`;
    await query(first.connectionString, insert);
    await expect(query(first.connectionString, insert)).rejects.toThrow('duplicate key');
    await expect(query(first.connectionString, `select '${canary}'::int`)).rejects.toThrow(canary);
    expect(await embeddedConnectionString(folder)).toBe(first.connectionString);
    const firstPid = first.pid;
    await first.stop();
    await first.stop();
    expect(await isRunning(firstPid)).toBe(false);
    expect(await embeddedConnectionString(folder)).toBeUndefined();

    const second = await start(folder);
    expect(await query(second.connectionString, 'select word from t')).toEqual([{ word: canary }]);
    await second.stop();
    const names = await readdir(join(folder, 'log'));
    const logs = await Promise.all(names.map((name) => readFile(join(folder, 'log', name), 'utf8')));
    expect(logs.join()).toContain('ready to accept connections');
    expect(logs.join()).not.toContain(canary);
  });

  test('is durable, has checksums, knows Norwegian letters, listens on no network and gives us no superuser', async () => {
    const server = await start(await copyOfTemplate());
    const settings = ['fsync', 'synchronous_commit', 'data_checksums', 'listen_addresses', 'TimeZone', 'jit'];
    const shown = settings.map((name) => `current_setting('${name}') as "${name}"`).join(', ');
    const rows = await query(
      server.connectionString,
      `select ${shown}, current_setting('is_superuser') as superuser, upper('æøå') as upper, 'Å' > 'a' as ordered`,
    );
    expect(rows).toEqual([
      {
        fsync: 'on',
        synchronous_commit: 'on',
        data_checksums: 'on',
        listen_addresses: '',
        TimeZone: 'UTC',
        jit: 'off',
        superuser: 'off',
        upper: 'ÆØÅ',
        ordered: true,
      },
    ]);
    await server.stop();
  });

  test('has its socket reached by a private link where the path is too long for one', async () => {
    const deep = join(await folders.make(), 'd'.repeat(90), 'e'.repeat(90));
    const folder = folders.watch(join(deep, 'postgres'));
    const server = await start(folder);
    expect(server.socketFolder.length).toBeLessThan(90);
    expect((await stat(join(server.socketFolder, '..'))).mode & 0o777).toBe(0o700);
    expect(await query(server.connectionString, 'select 1 as n')).toEqual([{ n: 1 }]);
    expect(await embeddedConnectionString(folder)).toBe(server.connectionString);
    await server.stop();
    await rm(server.socketFolder);
  });

  test('comes back by itself when its postmaster is killed', async () => {
    const server = await start(await copyOfTemplate());
    await query(server.connectionString, 'create table t as select 1 as n');
    const before = server.pid;
    process.kill(before, 'SIGKILL');
    await expect.poll(() => server.pid, { timeout: 15_000 }).not.toBe(before);
    expect(await query(server.connectionString, 'select n from t')).toEqual([{ n: 1 }]);
    await server.stop();
    expect(await isRunning(server.pid)).toBe(false);
  });
});

describe('a folder with an owner', () => {
  test('has exactly one of two that start at once, and refuses the other without disturbing the first', async () => {
    const folder = await folders.forServer();
    const both = await Promise.allSettled([start(folder), start(folder)]);
    const servers = both.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    const refusals = both.flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : []));
    expect(servers).toHaveLength(1);
    expect(refusals.every((error) => hasCode(error, 'conflict'))).toBe(true);
    expect((await readdir(folder)).sort()).toEqual(['cluster', 'log', 'run']);
    expect(await query(servers[0]?.connectionString ?? '', 'select 1 as n')).toEqual([{ n: 1 }]);
    await servers[0]?.stop();
  });

  test('passes to the next start when the owner is killed, with the same postmaster and every committed row', async () => {
    const folder = await copyOfTemplate();
    const orphan = await leaveOrphan(folder);
    expect(await isRunning(orphan)).toBe(true);
    const server = await start(folder);
    expect(server.pid).toBe(orphan);
    expect(await query(server.connectionString, 'select word from kept')).toEqual([{ word: 'committed' }]);
    await server.stop();
    expect(await isRunning(orphan)).toBe(false);
  });
});

describe('after a hard stop', () => {
  test('starts beside the socket and the lock files of a postmaster that is gone', async () => {
    const folder = await copyOfTemplate();
    const orphan = await leaveOrphan(folder);
    process.kill(orphan, 'SIGKILL');
    await expect.poll(() => isRunning(orphan)).toBe(false);
    expect(await readdir(join(folder, 'run'))).toContain('.s.PGSQL.5432');
    const server = await start(folder);
    expect(server.pid).not.toBe(orphan);
    expect(await query(server.connectionString, 'select word from kept')).toEqual([{ word: 'committed' }]);
    await server.stop();
  });

  test('starts where the lock files name a foreign process, and leaves that process alone', async () => {
    const folder = await copyOfTemplate();
    await (await start(folder)).stop();
    const { uid, gid } = await stat(folder);
    const foreign = spawn('sleep', ['60'], { uid, gid, stdio: 'ignore' });
    children.push(foreign);
    await once(foreign, 'spawn');
    const stale = `${foreign.pid}\n/proc/self/cwd\n1795418971\n5432\n../run\n\n  9979700         4\nready   \n`;
    for (const path of ['cluster/postmaster.pid', 'run/.s.PGSQL.5432.lock']) {
      await writeFile(join(folder, path), stale);
      if (isRoot) await chown(join(folder, path), uid, gid);
    }
    const server = await start(folder);
    expect(server.pid).not.toBe(foreign.pid);
    await server.stop();
    expect(await isRunning(foreign.pid ?? 0)).toBe(true);
  });

  test('replaces a postmaster that runs but whose socket was taken away', async () => {
    const folder = await copyOfTemplate();
    const orphan = await leaveOrphan(folder);
    await rm(join(folder, 'run', '.s.PGSQL.5432'));
    const server = await start(folder);
    expect(server.pid).not.toBe(orphan);
    expect(await isRunning(orphan)).toBe(false);
    expect(await query(server.connectionString, 'select word from kept')).toEqual([{ word: 'committed' }]);
    await server.stop();
  });

  test('finds no half database when the first start was killed, and sweeps up after it', async () => {
    const folder = await folders.forServer();
    const owner = runOwner(folder);
    expect(await owner.line()).toBe('begun');
    const names = () => readdir(folder).catch(() => [] as string[]);
    await expect.poll(async () => (await names()).join(), { interval: 5 }).toContain('cluster.new-');
    owner.child.kill('SIGKILL');
    await once(owner.child, 'exit');
    expect(await names()).not.toContain('cluster');
    const server = await start(folder);
    expect(await query(server.connectionString, 'select 1 as n')).toEqual([{ n: 1 }]);
    await server.stop();
    expect((await names()).sort()).toEqual(['cluster', 'log', 'run']);
  });
});

describe('the account and the programs', () => {
  test.skipIf(!isRoot)(
    'as root, the server gives up root even below a folder only root may enter',
    async () => {
      const folder = await copyOfTemplate();
      const server = await start(folder);
      const parent = await stat(join(folder, '..'));
      expect([parent.uid, parent.mode & 0o777]).toEqual([0, 0o700]);
      const status = await readFile(`/proc/${server.pid}/status`, 'utf8');
      const ids = [.../^[UG]id:\s(.*)$/gm[Symbol.matchAll](status)].flatMap(
        ([, found]) => found?.split('\t') ?? [],
      );
      expect(ids).toHaveLength(8);
      expect(ids).not.toContain('0');
      expect(/^Groups:\s*$/m.test(status)).toBe(true);
      expect((await stat(folder)).mode & 0o777).toBe(0o700);
      await server.stop();
    },
  );

  test.skipIf(!isRoot)('an ordinary user starts and stops it, and another is refused', async ({ skip }) => {
    if (!(await othersCanRead(ownerProgram))) skip('this checkout can be read by root only');
    const data = await folders.make(0o755);
    await chown(data, nobody, nobody);
    const folder = folders.watch(join(data, 'postgres'));
    const owner = runOwner(folder, { mode: 'stop', uid: nobody });
    expect(await owner.line()).toBe('begun');
    expect(await owner.line()).toMatch(/^pid \d+$/);

    // Root in that user's folder runs it as that user.
    const again = await start(folder);
    expect((await stat(`/proc/${again.pid}`)).uid).toBe(nobody);
    expect(await query(again.connectionString, 'select word from kept')).toEqual([{ word: 'committed' }]);
    await again.stop();

    const foreign = await copyOfTemplate();
    const refused = runOwner(foreign, { mode: 'stop', uid: nobody, quiet: true });
    expect(await refused.line()).toBe('begun');
    expect(await refused.line()).toBe('');
  });

  test('run from a package without its library links', async () => {
    const packageFolder = await packageWithoutLinks(0o755);
    const server = await start(await copyOfTemplate(), { packageFolder });
    expect(await query(server.connectionString, 'select 1 as n')).toEqual([{ n: 1 }]);
    await server.stop();
  });

  test.skipIf(!isRoot)('run from a copy where the package can be read by root only', async () => {
    const packageFolder = await packageWithoutLinks(0o700);
    const temporaryFolder = await folders.make(0o1777);
    const servers = await Promise.all(
      [await folders.forServer(), await folders.forServer()].map((folder) =>
        start(folder, { packageFolder, temporaryFolder }),
      ),
    );
    for (const server of servers) {
      expect(await query(server.connectionString, 'select 1 as n')).toEqual([{ n: 1 }]);
      await server.stop();
    }
    const [copy, ...others] = await readdir(temporaryFolder);
    expect(others).toEqual([]);
    const found = await stat(join(temporaryFolder, copy ?? ''));
    expect([found.uid, found.mode & 0o777]).toEqual([0, 0o755]);
  });

  test('are missed with advice when the package is not there', async () => {
    const packageFolder = await folders.make();
    const refused = start(await folders.forServer(), { packageFolder });
    await expect(refused).rejects.toThrow('DATABASE_URL');
  });
});

test('refuses a folder that holds something else, and leaves it as it was', async () => {
  const folder = await folders.make(0o755);
  await writeFile(join(folder, 'thesis.txt'), 'mine');
  await expect(start(folder)).rejects.toSatisfy((error) => hasCode(error, 'conflict'));
  expect(await readdir(folder)).toEqual(['thesis.txt']);
  expect((await stat(folder)).mode & 0o777).toBe(0o755);
});

test('has no connection string for a folder where nothing ever ran', async () => {
  expect(await embeddedConnectionString(join(await folders.make(), 'postgres'))).toBeUndefined();
});

/** The package as npm leaves it when install scripts are off. Its files are hard links where the disk is the same. */
async function packageWithoutLinks(mode: number): Promise<string> {
  const { folder, links } = await findPostgresPackage();
  const packageFolder = await folders.make(mode);
  const copy = (flags: string) => promisify(execFile)('cp', [flags, `${folder}/.`, packageFolder]);
  await copy('-al').catch(() => copy('-a'));
  await chmod(packageFolder, mode);
  for (const { path } of links) await rm(join(packageFolder, path));
  return packageFolder;
}

/** True when any account may read `path`, by the modes of every folder on the way. */
async function othersCanRead(path: string): Promise<boolean> {
  await access(path);
  for (let part = join(path, '..'); part !== '/'; part = join(part, '..')) {
    if (((await stat(part)).mode & 0o005) !== 0o005) return false;
  }
  return ((await stat(path)).mode & 0o004) !== 0;
}
