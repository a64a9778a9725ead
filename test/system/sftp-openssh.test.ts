import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync, truncateSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../src/platform/clock.ts';
import { silentLog } from '../../src/platform/log.ts';
import { systemRandom } from '../../src/platform/random.ts';
import { defaultSftpOptions, type SftpServer, startSftpServer } from '../../src/sftp/server.ts';
import { isPresent, makeKey, makeWorkplace, openSshOptions, run } from '../support/clients.ts';
import { createMemoryTree, failure, type MemoryTree } from '../support/memory-tree.ts';

const present = isPresent('sftp', ['-h']) && isPresent('scp', ['-h']);
const place = makeWorkplace();
const kari = makeKey();
const keyFile = place.write('id', kari.privateKey);
const content = randomBytes(3_000_000);
const file = place.write('blå fil.csv', content);

let tree: MemoryTree;
let closeFails = false;
let server: SftpServer;

async function start(overrides: Partial<typeof defaultSftpOptions> = {}): Promise<SftpServer> {
  return startSftpServer(
    {
      hostKeys: [makeKey().privateKey],
      authenticate: async ({ username, keyBlob }) =>
        username === 'kari' && kari.blob.equals(keyBlob) ? { personId: 'person-1' } : undefined,
      openTree: () => tree,
      log: silentLog,
      clock: systemClock,
      random: systemRandom,
    },
    { ...defaultSftpOptions, port: 0, ...overrides },
  );
}

beforeAll(async () => {
  tree = createMemoryTree({ closeFails: () => (closeFails ? failure('storage-failed') : undefined) });
  tree.folders.add('/inbox');
  server = await start();
});
afterAll(async () => {
  await server.close();
  place.remove();
});

function sftp(commands: readonly string[], extra: readonly string[] = [], to = server) {
  const args = [...extra, ...openSshOptions(keyFile, to.address.port), '-b', '-', 'kari@127.0.0.1'];
  return run('sftp', args, { input: `${commands.join('\n')}\n` });
}

function scp(args: readonly string[], extra: readonly string[] = []) {
  return run('scp', [...openSshOptions(keyFile, server.address.port), ...extra, ...args]);
}

describe.skipIf(!present)('OpenSSH', () => {
  test('puts, lists, gets, renames, makes and removes', async () => {
    const back = place.path('back');
    const { exitCode, output } = await sftp([
      `put "${file}" "inbox/blå fil.csv"`,
      'ls -l inbox',
      `get "inbox/blå fil.csv" ${back}`,
      'rename "inbox/blå fil.csv" /b.csv',
      'mkdir inbox/sub',
      'rmdir inbox/sub',
      'df',
      'cd inbox',
      'pwd',
    ]);
    expect({ exitCode, output }).toMatchObject({ exitCode: 0 });
    expect(output).toContain('blå fil.csv');
    expect(output).toContain('Remote working directory: /inbox');
    expect(readFileSync(back).equals(content)).toBe(true);
    expect(tree.files.get('/b.csv')!.equals(content)).toBe(true);
  });

  test('resumes an upload with reput and put -a, and a download with reget', async () => {
    for (const command of ['reput', 'put -a']) {
      tree.files.set('/part', content.subarray(0, 1_234_567));
      expect((await sftp([`${command} "${file}" part`])).exitCode).toBe(0);
      expect(tree.files.get('/part')!.equals(content)).toBe(true);
    }
    const back = place.write('partly', content);
    truncateSync(back, 777_777);
    expect((await sftp([`reget part ${back}`])).exitCode).toBe(0);
    expect(readFileSync(back).equals(content)).toBe(true);
  });

  test('copies both ways with scp, a short file over a long one too', async () => {
    const short = place.write('short', 'short');
    expect((await scp([file, 'kari@127.0.0.1:over'])).exitCode).toBe(0);
    expect((await scp([short, 'kari@127.0.0.1:over'])).exitCode).toBe(0);
    expect(tree.files.get('/over')!.toString()).toBe('short');
    const back = place.path('scp-back');
    expect((await scp(['kari@127.0.0.1:/b.csv', back])).exitCode).toBe(0);
    expect(readFileSync(back).equals(content)).toBe(true);
  });

  test('copies a folder with scp -r and put -f', async () => {
    const { mkdirSync } = await import('node:fs');
    mkdirSync(place.path('folder'));
    for (const name of ['a', 'b', 'c']) place.write(`folder/${name}`, name);
    expect((await scp(['-r', place.path('folder'), 'kari@127.0.0.1:/inbox'])).exitCode).toBe(0);
    for (const name of ['a', 'b', 'c'])
      expect(tree.files.get(`/inbox/folder/${name}`)!.toString()).toBe(name);
    expect((await sftp([`put -f ${place.path('folder/a')} synced`])).exitCode).toBe(0);
    expect(tree.calls).toContain('sync /synced');
  });

  test('works with every cipher, and with new keys each 2 MB from either side', async () => {
    for (const cipher of ['aes128-gcm@openssh.com', 'aes256-ctr', 'chacha20-poly1305@openssh.com']) {
      const back = place.path(`back-${cipher}`);
      const commands = [`put "${file}" rekeyed`, `get rekeyed ${back}`];
      const { exitCode } = await sftp(commands, ['-c', cipher, '-o', 'RekeyLimit=2M']);
      expect(exitCode).toBe(0);
      expect(readFileSync(back).equals(content)).toBe(true);
    }
    const eager = await start({ rekeyBytes: 2_000_000 });
    const back = place.path('eager');
    const commands = [`put "${file}" rekeyed`, `get rekeyed ${back}`];
    const { exitCode, output } = await sftp(commands, ['-o', 'LogLevel=DEBUG1'], eager);
    expect(exitCode).toBe(0);
    expect(output.match(/SSH2_MSG_NEWKEYS received/g)!.length).toBeGreaterThan(2);
    expect(readFileSync(back).equals(content)).toBe(true);
    await eager.close();
  });

  test('ends with a failure when the file is missing or CLOSE fails', async () => {
    expect((await sftp(['get nothing-here'])).exitCode).toBe(1);
    closeFails = true;
    const put = await sftp([`put "${file}" fails`]);
    const copy = await scp([file, 'kari@127.0.0.1:fails']);
    closeFails = false;
    expect([put.exitCode, copy.exitCode]).toEqual([1, 1]);
  });

  test('says what to do to scp -O and to a shell', async () => {
    const legacy = await scp(['-O', file, 'kari@127.0.0.1:x']);
    expect(legacy.exitCode).toBe(1);
    expect(legacy.output).toContain('Bruk sftp, eller scp uten -O');
    const args = openSshOptions(keyFile, server.address.port).map((arg) => (arg === '-P' ? '-p' : arg));
    const shell = await run('ssh', [...args, 'kari@127.0.0.1']);
    expect(shell.exitCode).toBe(1);
    expect(shell.output).toContain('This service speaks SFTP only');
  });

  test('close ends a running transfer and abandons its file', async () => {
    const slow = createMemoryTree({
      sink: true,
      beforeWrite: () => new Promise((done) => setTimeout(done, 5)),
    });
    const usual = tree;
    tree = slow;
    const other = await start();
    const endless = place.write('endless', '');
    truncateSync(endless, 2 ** 32); // sparse
    const put = sftp([`put ${endless} endless`], [], other);
    await expect.poll(() => slow.writtenBytes(), { timeout: 10_000 }).toBeGreaterThan(1_000_000);
    await other.close();
    expect(slow.openFiles()).toBe(0);
    expect((await put).exitCode).not.toBe(0);
    tree = usual;
  });

  test('a client that is suspended while it sends goes on, though it gave no sign of life', async () => {
    // Beside these numbers the usual ones: a sign of life each 30 seconds, and an hour to rest.
    const strict = await start({ keepaliveMs: 20, stallTimeoutMs: 60_000 });
    const long = randomBytes(20_000_000);
    let seen = 0;
    const usual = tree;
    tree = createMemoryTree({
      sink: true,
      beforeWrite: async () => {
        seen += 1;
        await new Promise((done) => setTimeout(done, 2));
      },
    });
    const args = [...openSshOptions(keyFile, strict.address.port), '-b', '-', 'kari@127.0.0.1'];
    const client = spawn('sftp', args, { stdio: ['pipe', 'ignore', 'ignore'] });
    const ended = new Promise<number | null>((resolve) => client.once('close', resolve));
    client.stdin.end(`put ${place.write('long', long)} long\n`);
    await expect.poll(() => seen, { timeout: 10_000 }).toBeGreaterThan(3);
    // Its ssh is the one that answers.
    const ssh = Number((await run('pgrep', ['-P', String(client.pid)])).output);
    process.kill(ssh, 'SIGSTOP');
    await new Promise((done) => setTimeout(done, 1000));
    process.kill(ssh, 'SIGCONT');
    expect(await ended).toBe(0);
    tree = usual;
    await strict.close();
  });

  test('an idle session is ended, a slow upload is not', async () => {
    const slow = createMemoryTree({ beforeWrite: () => new Promise((done) => setTimeout(done, 60)) });
    const usual = tree;
    tree = slow;
    const strict = await start({ idleTimeoutMs: 400 });
    const upload = await sftp([`put "${file}" slow`], [], strict);
    expect(upload.exitCode).toBe(0);
    expect(slow.files.get('/slow')!.equals(content)).toBe(true);
    const idle = run('sftp', [...openSshOptions(keyFile, strict.address.port), '-b', '-', 'kari@127.0.0.1'], {
      input: '!sleep 2\nls\n',
    });
    expect((await idle).exitCode).not.toBe(0);
    tree = usual;
    await strict.close();
  });
});
