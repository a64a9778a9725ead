/** Two processes on one pair of sockets: whichever a client meets, the service is the same, and it outlives either of them. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { openSftp, type RawSftp } from '../support/raw-sftp.ts';
import { startTestService, type TestPerson, type TestService } from '../support/service.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const PROJECT = 'P24-0187';
const MIB = 1024 * 1024;
const about = ['--title', 'T', '--institution', 'I', '--delete-by', '2099-12-31'];
const reason = ['--reason', 'prøvd i en test'];

let service: TestService;
let kari: TestPerson;
let pia: TestPerson;
let content: Buffer;
let delivered = '';

beforeAll(async () => {
  service = await startTestService({ env: { DATASLUSE_PROCESSES: '2' } });
  await service.ok('project', 'create', PROJECT, ...about);
  kari = await service.addPerson('kari', 'researcher', PROJECT);
  pia = await service.addPerson('pia', 'producer', PROJECT);
  content = Buffer.alloc(24 * MIB, 'data i en fil som ikke leses som tabell\n');
  service.write('stor.sas7bdat', content);
  const file = service.write('uttrekk.csv', Buffer.alloc(3_000_000, 'kode;1\n'));
  const published = await service.json<{ folder: string }>(
    ...['delivery', 'publish', PROJECT, '--title', 'Uttrekk', file],
  );
  delivered = published.folder;
});
afterAll(() => service?.remove());

/** The serving processes: the children of the parent that run the same program. */
function serving(parent = service.pid()): number[] {
  const of = (pid: number) =>
    readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number);
  const command = (pid: number) => readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  return of(parent).filter((pid) => command(pid).includes('main.js'));
}

const logLines = () =>
  service
    .output()
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as { msg?: string; pid?: number; level: number });

/** The process that the newest connection went to: it says so in its log. */
async function openSftpAt(who = kari): Promise<{ client: RawSftp; pid: number }> {
  const said = () => logLines().filter(({ msg }) => msg === 'an SSH connection was agreed on');
  const before = said().length;
  const client = await openSftp(service.sftpPort, who);
  const line = await vi.waitUntil(() => said()[before], { timeout: 10_000, interval: 10 });
  return { client, pid: line.pid ?? 0 };
}

/** A connection to another process than `pid`. */
async function openElsewhere(pid: number, who = kari): Promise<{ client: RawSftp; pid: number }> {
  for (;;) {
    const opened = await openSftpAt(who);
    if (opened.pid !== pid) return opened;
    opened.client.end();
  }
}

const put = (name: string, how = 'put') =>
  service.sftp(kari, [`${how} stor.sas7bdat ${PROJECT}/inbox/${name}`]);

const rowsOf = (name: string) =>
  service.query<{ sha256: string; state: string; version: number }>(
    'select sha256, state, version from inbound_file where name = $1 and version is not null order by version',
    [name],
  );

const sha256 = () => createHash('sha256').update(content).digest('hex');

describe('a service of two processes', () => {
  test('serves from both, and says so in its metrics', async () => {
    const first = await openSftpAt();
    const second = await openElsewhere(first.pid);
    expect(new Set([first.pid, second.pid])).toEqual(new Set(serving()));
    const text = await (await fetch(`http://127.0.0.1:${service.httpPort}/metrics`)).text();
    expect(text).toMatch(/^datasluse_processes 2$/m);
    expect(text).toMatch(/^datasluse_sftp_connections 2$/m);
    first.client.end();
    second.client.end();
  });

  test('a file that is sent anew through the other process is taken over there, and arrives whole', async () => {
    const first = await openSftpAt();
    const held = await first.client.openFile(`${PROJECT}/inbox/to.sas7bdat`, 'w');
    await held.write(0, content.subarray(0, 200_000));
    const second = await openElsewhere(first.pid);
    const taken = await second.client.openFile(`${PROJECT}/inbox/to.sas7bdat`, 'w');
    await expect(held.write(200_000, content.subarray(200_000, 400_000))).rejects.toThrow(/newer transfer/);
    await taken.write(0, content.subarray(0, 100_000));
    await taken.close();
    await expect(held.close()).rejects.toThrow(/newer transfer/);
    const small = createHash('sha256').update(content.subarray(0, 100_000)).digest('hex');
    expect(await rowsOf('to.sas7bdat')).toMatchObject([{ sha256: small, version: 1 }]);
    first.client.end();
    second.client.end();
  });

  test('a file of a draft that is sent anew through the other process is taken over there, and arrives whole', async () => {
    const first = await openSftpAt(pia);
    await first.client.makeFolder(`${PROJECT}/drafts/Neste`);
    const path = `${PROJECT}/drafts/Neste/tabell.csv`;
    const held = await first.client.openFile(path, 'w');
    for (let at = 0; at < 4 * MIB; at += 200_000) await held.write(at, content.subarray(at, at + 200_000));
    const second = await openElsewhere(first.pid, pia);
    const taken = await second.client.openFile(path, 'a');
    const { size } = await second.client.stat(path);
    expect(size).toBeGreaterThanOrEqual(2 * MIB);
    await expect(held.write(5 * MIB, content.subarray(0, 1000))).rejects.toThrow(/sent again meanwhile/);
    for (let at = size; at < content.length; at += 200_000)
      await taken.write(at, content.subarray(at, at + 200_000));
    await taken.close();
    await expect(held.close()).rejects.toThrow(/sent again meanwhile/);
    const files = await service.query('select state, sha256 from draft_file where name = $1', ['tabell.csv']);
    expect(files).toEqual([{ state: 'ready', sha256: sha256() }]);
    first.client.end();
    second.client.end();
  });

  test('a withdrawn delivery and a stop of downloads close open files in both', async () => {
    const first = await openSftpAt();
    const second = await openElsewhere(first.pid);
    const path = `${PROJECT}/deliveries/${delivered}/uttrekk.csv`;
    let files = await Promise.all([first, second].map(({ client }) => client.openFile(path)));
    for (const file of files) expect((await file.read(0, 32_768)).length).toBe(32_768);
    await service.ok('stop-downloads', ...reason);
    for (const file of files)
      await expect(file.read(32_768, 32_768)).rejects.toThrow(/downloads are stopped/);
    await service.ok('resume-downloads');
    files = await Promise.all([first, second].map(({ client }) => client.openFile(path)));
    await service.ok('delivery', 'withdraw', PROJECT, delivered, ...reason);
    for (const file of files) await expect(file.read(32_768, 32_768)).rejects.toThrow(/withdrawn/);
    first.client.end();
    second.client.end();
  });

  test('a process that is killed is replaced, and its upload goes on in another', async () => {
    const { client, pid } = await openSftpAt();
    const held = await client.openFile(`${PROJECT}/inbox/stor.sas7bdat`, 'w');
    for (let at = 0; at < 12 * MIB; at += 200_000) await held.write(at, content.subarray(at, at + 200_000));
    process.kill(pid, 'SIGKILL');
    await expect(held.write(12 * MIB, content.subarray(12 * MIB, 12 * MIB + 1000))).rejects.toThrow();
    expect((await put('stor.sas7bdat', 'reput')).exitCode).toBe(0);
    expect(await rowsOf('stor.sas7bdat')).toMatchObject([{ sha256: sha256(), version: 1 }]);
    const resumptions = await service.query<{ detail: { offset: number } }>(
      `select detail::json as detail from audit_event where action = 'inbound.resumed'`,
    );
    expect(resumptions.at(-1)?.detail.offset).toBeGreaterThan(8 * MIB);
    await vi.waitUntil(() => serving().length === 2 && !serving().includes(pid), { timeout: 30_000 });
    expect(logLines().filter(({ msg }) => msg === 'a serving process ended')).toMatchObject([
      { pid, level: 50 },
    ]);
    const next = await openSftpAt();
    const other = await openElsewhere(next.pid);
    for (const one of [next, other]) one.client.end();
  });

  test('SIGTERM stops all of them with an upload under way, which goes on after the start', async () => {
    const { client } = await openSftpAt();
    const held = await client.openFile(`${PROJECT}/inbox/stanset.sas7bdat`, 'w');
    for (let at = 0; at < 4 * MIB; at += 200_000) await held.write(at, content.subarray(at, at + 200_000));
    const members = serving();
    await service.stop();
    for (const pid of members) expect(() => process.kill(pid, 0)).toThrow(/ESRCH/);
    await service.start();
    expect((await put('stanset.sas7bdat', 'reput')).exitCode).toBe(0);
    expect(await rowsOf('stanset.sas7bdat')).toMatchObject([{ sha256: sha256(), version: 1 }]);
  });

  test('nothing serves on when the parent is killed, and a new start takes over', async () => {
    const members = serving();
    const port = service.sftpPort;
    await service.kill();
    const lives = (pid: number): boolean => {
      try {
        return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
      } catch {
        return false;
      }
    };
    await vi.waitUntil(() => !members.some(lives), { timeout: 10_000 });
    const refused = await new Promise<string | undefined>((resolve) => {
      const socket = connect(port, '127.0.0.1');
      socket.on('error', (err: NodeJS.ErrnoException) => resolve(err.code));
      socket.on('connect', () => resolve(undefined));
    });
    expect(refused).toBe('ECONNREFUSED');
    await service.start();
    expect((await put('etter.sas7bdat')).exitCode).toBe(0);
  });
});
