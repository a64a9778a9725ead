import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '../../src/platform/clock.ts';
import { silentLog } from '../../src/platform/log.ts';
import { systemRandom } from '../../src/platform/random.ts';
import { defaultSftpOptions, type SftpServer, startSftpServer } from '../../src/sftp/server.ts';
import { isPresent, makeKey, makeWorkplace, run } from '../support/clients.ts';
import { createMemoryTree, type MemoryTree } from '../support/memory-tree.ts';

const place = makeWorkplace();
// libssh2 as Debian builds it reads RSA and ed25519; psftp wants a file in PuTTY's own form.
const key = makeKey();
const keyFile = place.write('id', key.privateKey);
const content = randomBytes(2_345_678);
const file = place.write('data.csv', content);
const half = content.subarray(0, 1_200_000);

let tree: MemoryTree;
let server: SftpServer;
let port = 0;

beforeAll(async () => {
  server = await startSftpServer(
    {
      hostKeys: [makeKey().privateKey],
      authenticate: async ({ keyBlob }) => (key.blob.equals(keyBlob) ? { personId: 'person-1' } : undefined),
      openTree: () => tree,
      log: silentLog,
      clock: systemClock,
      random: systemRandom,
    },
    { ...defaultSftpOptions, port: 0 },
  );
  port = server.address.port;
});
beforeEach(() => {
  tree = createMemoryTree();
  tree.folders.add('/inbox');
});
afterAll(async () => {
  await server.close();
  place.remove();
});

const remote = (name: string) => tree.files.get(name) ?? Buffer.alloc(0);
const holds = (name: string) => remote(name).equals(content);
const cameBack = (path: string) => readFileSync(path).equals(content);

describe.skipIf(!isPresent('lftp', ['--version']))('lftp', () => {
  const lftp = (commands: string) => {
    const ssh = `ssh -a -x -F /dev/null -i ${keyFile} -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR`;
    const script = `set sftp:connect-program "${ssh}"; set net:max-retries 1; open -u kari,x -p ${port} sftp://127.0.0.1; ${commands}; bye`;
    return run('lftp', ['--norc', '-c', script]);
  };

  test('puts, lists, gets, renames and resumes', async () => {
    const back = place.path('lftp-back');
    const first = await lftp(
      `put ${file} -o inbox/a.csv; cls -l inbox; get inbox/a.csv -o ${back}; mv inbox/a.csv inbox/b.csv`,
    );
    expect(first).toMatchObject({ exitCode: 0 });
    expect(first.output).toContain('a.csv');
    expect(holds('/inbox/b.csv') && cameBack(back)).toBe(true);
    tree.files.set('/inbox/part', half);
    expect(await lftp(`put -c ${file} -o inbox/part`)).toMatchObject({ exitCode: 0 });
    expect(holds('/inbox/part')).toBe(true);
  });
});

describe.skipIf(!isPresent('psftp', ['-V']) || !isPresent('puttygen', ['-V']))('psftp', () => {
  test('puts, lists, gets, renames and resumes', async () => {
    const ppk = place.path('id.ppk');
    await run('puttygen', [keyFile, '-o', ppk, '-O', 'private']);
    const fingerprint = (await run('ssh-keyscan', ['-p', String(port), '127.0.0.1'])).output;
    const hostKey = /ssh-ed25519 (\S+)/.exec(fingerprint)![1]!;
    const digest = await import('node:crypto').then(({ createHash }) =>
      createHash('sha256').update(Buffer.from(hostKey, 'base64')).digest('base64').replace(/=+$/, ''),
    );
    tree.files.set('/inbox/part', half);
    const back = place.path('psftp-back');
    const script = place.write(
      'psftp-script',
      [
        `put ${file} inbox/a.csv`,
        'ls inbox',
        `get inbox/a.csv ${back}`,
        'ren inbox/a.csv inbox/b.csv',
        `reput ${file} inbox/part`,
        'quit',
        '',
      ].join('\n'),
    );
    const args = [
      '-batch',
      '-i',
      ppk,
      '-P',
      String(port),
      '-hostkey',
      `SHA256:${digest}`,
      '-b',
      script,
      'kari@127.0.0.1',
    ];
    const { exitCode, output } = await run('psftp', args, { env: { HOME: place.path('.') } });
    expect({ exitCode, output }).toMatchObject({ exitCode: 0 });
    expect(output).toContain('a.csv');
    expect(cameBack(back)).toBe(true);
    expect([holds('/inbox/b.csv'), holds('/inbox/part')]).toEqual([true, true]);
  });
});

describe.skipIf(!isPresent('rclone', ['version']))('rclone', () => {
  const rclone = (...args: string[]) =>
    run('rclone', [
      ...[
        '--config',
        place.write(
          'rclone.conf',
          `[d]\ntype = sftp\nhost = 127.0.0.1\nport = ${port}\nuser = kari\nkey_file = ${keyFile}\n`,
        ),
      ],
      ...['--retries', '1', ...args],
    ]);

  test('copies both ways, lists, checks and moves', async () => {
    expect(await rclone('copyto', file, 'd:inbox/a.csv')).toMatchObject({ exitCode: 0 });
    expect(holds('/inbox/a.csv')).toBe(true);
    expect((await rclone('lsl', 'd:inbox')).output).toContain('2345678');
    const back = place.path('rclone-back');
    expect(await rclone('copyto', 'd:inbox/a.csv', back)).toMatchObject({ exitCode: 0 });
    expect(cameBack(back)).toBe(true);
    expect(await rclone('moveto', 'd:inbox/a.csv', 'd:inbox/b.csv')).toMatchObject({ exitCode: 0 });
    expect([...tree.files.keys()]).toEqual(['/inbox/b.csv']);
  });
});

describe.skipIf(!isPresent('/usr/bin/python3', ['-c', 'import paramiko']))('paramiko', () => {
  test('puts, lists, gets with prefetch, renames, truncates and appends', async () => {
    const back = place.path('paramiko-back');
    const script = place.write(
      'client.py',
      `
import paramiko, sys
c = paramiko.SSHClient()
c.set_missing_host_key_policy(paramiko.AutoAddPolicy())
c.connect('127.0.0.1', ${port}, 'kari', key_filename='${keyFile}', look_for_keys=False, allow_agent=False)
s = c.open_sftp()
s.put('${file}', 'inbox/a.csv')
assert s.listdir('inbox') == ['a.csv']
s.get('inbox/a.csv', '${back}')
s.posix_rename('inbox/a.csv', 'inbox/b.csv')
with s.open('inbox/part', 'wb') as f:
    f.set_pipelined(True)
    f.write(open('${file}', 'rb').read()[:1200000])
with s.open('inbox/part', 'ab') as f:
    f.write(open('${file}', 'rb').read()[1200000:])
s.truncate('inbox/b.csv', 10)
assert s.stat('inbox/b.csv').st_size == 10
try:
    s.open('inbox/nothing')
    sys.exit(3)
except FileNotFoundError:
    pass
c.close()
`,
    );
    expect(await run('/usr/bin/python3', [script])).toMatchObject({ exitCode: 0, output: '' });
    expect(cameBack(back)).toBe(true);
    expect(holds('/inbox/part')).toBe(true);
    expect(remote('/inbox/b.csv')).toHaveLength(10);
  });
});

describe.skipIf(!isPresent('curl', ['--version'], ' sftp'))('curl', () => {
  const curl = (...args: string[]) =>
    run('curl', [
      '-sS',
      '--insecure',
      '-u',
      'kari:',
      '--key',
      keyFile,
      '--pubkey',
      place.write('id.pub', `${key.publicLine}\n`),
      ...args,
    ]);

  test('puts, lists, gets, renames and resumes', async () => {
    const base = `sftp://127.0.0.1:${port}`;
    expect(await curl('-T', file, `${base}/inbox/a.csv`)).toMatchObject({ exitCode: 0 });
    expect((await curl(`${base}/inbox/`)).output).toContain('a.csv');
    const back = place.path('curl-back');
    const rename = ['-Q', '-rename /inbox/a.csv /inbox/b.csv'];
    expect(await curl('-o', back, ...rename, `${base}/inbox/a.csv`)).toMatchObject({ exitCode: 0 });
    expect([holds('/inbox/b.csv'), cameBack(back)]).toEqual([true, true]);
    tree.files.set('/inbox/part', half);
    expect(await curl('-C', '-', '-T', file, `${base}/inbox/part`)).toMatchObject({ exitCode: 0 });
    expect(holds('/inbox/part')).toBe(true);
  });
});
