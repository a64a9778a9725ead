/** The disk runs full, becomes read-only, or does not keep what it was told to: real file systems, real clients. */
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { isPresent } from '../support/clients.ts';
import { startTestService, type TestPerson, type TestService } from '../support/service.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const PROJECT = 'P24-0187';

let service: TestService;
let kari: TestPerson;
let mounted = false;
const store = () => join(service.dataFolder, 'store');

const mount = (...args: string[]) => spawnSync('mount', args, { encoding: 'utf8' });

/** Whether this process may mount a file system; where not, the reason is printed. */
function mayMount(): boolean {
  const folder = `/tmp/datasluse-mount-${process.pid}`;
  mkdirSync(folder);
  const { status, stderr, error } = mount('-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder);
  if (status === 0) execFileSync('umount', [folder]);
  rmSync(folder, { recursive: true });
  if (status !== 0)
    console.log(`skipped: no file system can be mounted here (${error?.message ?? stderr.trim()})`);
  return status === 0;
}

/** A library that makes fsync of bodies fail while a file is there; where it cannot be built, the reason is printed. */
const library = `
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <string.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
static int refused(int fd) {
  char link[64], path[4096];
  const char *flag = getenv("TEST_FSYNC_FAILS");
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t n = readlink(link, path, sizeof path - 1);
  if (n < 0 || flag == NULL || access(flag, F_OK) != 0) return 0;
  path[n] = 0;
  return strstr(path, ".part") != NULL;
}
int fsync(int fd) {
  if (refused(fd)) { errno = EIO; return -1; }
  return ((int (*)(int))dlsym(RTLD_NEXT, "fsync"))(fd);
}
int fdatasync(int fd) {
  if (refused(fd)) { errno = EIO; return -1; }
  return ((int (*)(int))dlsym(RTLD_NEXT, "fdatasync"))(fd);
}
`;

const sound = (rows: number) => Buffer.from(`kode;tekst\n${'A;abcdefghijklmnopqrstuvwxyz\n'.repeat(rows)}`);
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const received = async (name: string) =>
  (
    await service.query<{ sha256: string }>(
      'select sha256 from inbound_file where name = $1 and version is not null',
      [name],
    )
  ).map((row) => row.sha256);
const put = (line: string) => service.sftp(kari, [`${line} ${PROJECT}/inbox/`]);

async function open(env: Record<string, string> = {}): Promise<void> {
  service = await startTestService({ env });
  const about = ['--title', 'T', '--institution', 'I', '--delete-by', '2099-12-31'];
  await service.ok('project', 'create', PROJECT, ...about);
  kari = await service.addPerson('kari', 'researcher', PROJECT);
}

const sftpIsThere = isPresent('ssh', ['-V']);

describe.skipIf(!sftpIsThere || !mayMount())('a store on a small file system', () => {
  beforeAll(async () => {
    await open();
    await service.stop();
    expect(mount('-t', 'tmpfs', '-o', 'size=8m,mode=700', 'tmpfs', store()).status).toBe(0);
    mounted = true;
    await service.start();
  });
  afterAll(async () => {
    await service?.remove().catch(() => undefined);
    if (mounted) execFileSync('umount', ['-l', store()]);
    if (service !== undefined) rmSync(service.folder, { recursive: true, force: true });
  });

  test('says that it is full, keeps what is durable, and goes on when there is room', async () => {
    const content = sound(200_000);
    const path = service.write('full.csv', content);
    writeFileSync(join(store(), 'filler'), Buffer.alloc(5_000_000));
    const refused = await put(`put ${path}`);
    expect(refused.exitCode).not.toBe(0);
    // OpenSSH shows the code and not the sentence that goes with it.
    expect(refused.output).toMatch(/Failure/);
    expect(await received('full.csv')).toEqual([]);
    expect(service.output()).toMatch(/"code":"storage-failed".*ALARM: the store failed/);

    const listing = (await service.sftp(kari, [`ls -l ${PROJECT}/inbox`])).output;
    const kept = Number(/ (\d+) \w+ +\d+ +[\d:]+ \S*full\.csv$/m.exec(listing)?.[1]);
    expect(kept).toBeGreaterThan(0);
    expect(kept % 65_536).toBe(0);
    expect((await put(`put -a ${path}`)).exitCode).not.toBe(0);
    rmSync(join(store(), 'filler'));
    const before = await receivedBytes();
    expect(await put(`put -a ${path}`)).toMatchObject({ exitCode: 0 });
    expect((await receivedBytes()) - before).toBeLessThan(content.length - kept + 65_536 + 100_000);
    expect(await received('full.csv')).toEqual([sha256(content)]);
  });

  test('says that it cannot be written to, and takes files when it can be again', async () => {
    const path = service.write('lest.csv', sound(1000));
    expect(mount('-o', 'remount,ro', store()).status).toBe(0);
    const refused = await put(`put ${path}`);
    expect(refused.exitCode).not.toBe(0);
    expect(refused.output).toMatch(/dest open .*: Failure/);
    expect(mount('-o', 'remount,rw', store()).status).toBe(0);
    expect(await put(`put ${path}`)).toMatchObject({ exitCode: 0 });
    expect(await received('lest.csv')).toEqual([sha256(sound(1000))]);
    expect(await service.ok('store', 'verify')).toContain('2 bodies verified');
    // What could not begin has left no row behind.
    expect(await service.query("select name from sealed_object where state = 'part'")).toEqual([]);
  });
});

async function receivedBytes(): Promise<number> {
  const text = await (await fetch(`http://127.0.0.1:${service.httpPort}/metrics`)).text();
  return Number(/^datasluse_sftp_received_bytes (\d+)/m.exec(text)?.[1]);
}

const built = isPresent('gcc', ['--version']);

describe.skipIf(!sftpIsThere || !built || process.platform !== 'linux')('a disk whose fsync fails', () => {
  const folder = `/tmp/datasluse-fsync-${process.pid}`;
  beforeAll(async () => {
    mkdirSync(folder);
    writeFileSync(join(folder, 'fsync.c'), library);
    execFileSync('gcc', [
      '-shared',
      '-fPIC',
      '-o',
      join(folder, 'fsync.so'),
      join(folder, 'fsync.c'),
      '-ldl',
    ]);
    await open({ LD_PRELOAD: join(folder, 'fsync.so'), TEST_FSYNC_FAILS: join(folder, 'fails') });
  });
  afterAll(async () => {
    await service?.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  test('acknowledges nothing, and never goes on with what may be lost', async () => {
    const content = sound(200_000);
    const path = service.write('tapt.csv', content);
    writeFileSync(join(folder, 'fails'), '');
    const refused = await put(`put ${path}`);
    expect(refused.exitCode).not.toBe(0);
    expect(refused.output).toMatch(/Failure/);
    expect(await received('tapt.csv')).toEqual([]);
    rmSync(join(folder, 'fails'));
    // Reads of the part would give every byte, and the next fsync would succeed: it must not be there any more.
    expect((await service.sftp(kari, [`ls -1 ${PROJECT}/inbox`])).output).not.toMatch(/^\S*tapt\.csv$/m);
    expect(await put(`put ${path}`)).toMatchObject({ exitCode: 0 });
    expect(await received('tapt.csv')).toEqual([sha256(content)]);
    expect(service.output()).toMatch(/ALARM: the store failed/);
  });
});
