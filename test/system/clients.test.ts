/** The clients that researchers have, against inbox and deliveries of the real service: put, get, list, rename, resume. */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { isPresent, openSshOptions, run } from '../support/clients.ts';
import { descriptionOf, soundFile } from '../support/microdata.ts';
import { openSftp } from '../support/raw-sftp.ts';
import { startTestService, type TestPerson, type TestService } from '../support/service.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const INBOX = 'P24-0187/inbox';
const content = soundFile(1_500_000);
const half = content.subarray(0, 524_288);
const extract = soundFile(1_200_000).reverse();

let service: TestService;
let kari: TestPerson;
let area = '';
let file = '';

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const accepted = { state: 'accepted', sha256: sha256(content) };
const client = (
  program: string,
  args: string[],
  settings: { input?: string; env?: Record<string, string> } = {},
) => run(program, args, { cwd: service.folder, timeoutMs: 60_000, ...settings });
const cameBack = (name: string) => readFileSync(service.path(name)).equals(extract);
/** A download that was broken off. */
const beginning = (name: string) => service.write(name, extract.subarray(0, 500_000));

/** What the service has under a name of the inbox. */
async function inbox(name: string): Promise<{ state: string; sha256: string | null } | undefined> {
  const rows = await service.query<{ state: string; sha256: string }>(
    `select state, sha256 from inbound_file where name = $1 and state <> 'erased' order by version desc nulls first limit 1`,
    [name],
  );
  return rows[0];
}

const brokenOff: string[] = [];

/** Sends half of the content under a name and breaks off. */
async function breakOff(name: string): Promise<void> {
  brokenOff.push(name);
  const connection = await openSftp(service.sftpPort, kari);
  const sending = await connection.openFile(`${INBOX}/${name}`, 'w');
  for (let at = 0; at < half.length; at += 32_768) await sending.write(at, half.subarray(at, at + 32_768));
  connection.cut();
  // The server notices a cut connection in its own time; until then the upload counts as it stands.
  await vi.waitUntil(async () => !(await openUploads()), { timeout: 30_000, interval: 50 });
}

async function openUploads(): Promise<boolean> {
  const metrics = await (await fetch(`http://127.0.0.1:${service.httpPort}/metrics`)).text();
  return !/^datasluse_uploads_open 0$/m.test(metrics);
}

beforeAll(async () => {
  service = await startTestService();
  const about = ['--title', 'T', '--institution', 'I', '--delete-by', '2099-12-31'];
  await service.ok('project', 'create', 'P24-0187', ...about);
  kari = await service.addPerson('kari', 'researcher', 'P24-0187');
  const programs = ['lftp', 'psftp', 'pscp', 'rclone', 'paramiko', 'curl', 'scp', 'mirror'];
  const names = programs.flatMap((name) => [`${name}.csv`, `${name}_ny.csv`, `${name}_igjen.csv`]);
  await service.ok(
    'project',
    'describe',
    'P24-0187',
    service.write('datapackage.json', descriptionOf(...names)),
  );
  file = service.write('sendt.csv', content);
  const published = service.write('uttrekk.csv', extract);
  await service.ok('delivery', 'publish', 'P24-0187', '--title', 'Uttrekk', published);
  const [{ folder }] = (await service.query<{ folder: string }>('select folder from publication')) as [
    { folder: string },
  ];
  area = `P24-0187/deliveries/${folder}`;
});
afterAll(() => service?.remove());

describe.skipIf(!isPresent('lftp', ['--version']))('lftp', () => {
  const lftp = (commands: string) => {
    const ssh = `ssh -a -x -F /dev/null -i ${kari.keyFile} -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR`;
    const open = `set sftp:connect-program "${ssh}"; set net:max-retries 1; set cmd:fail-exit yes; open -u kari,x -p ${service.sftpPort} sftp://127.0.0.1`;
    return client('lftp', ['--norc', '-c', `${open}; ${commands}; bye`]);
  };

  test('puts, lists, gets, renames and resumes both ways', async () => {
    await breakOff('lftp_igjen.csv');
    beginning('lftp-resumed');
    const { exitCode, output } = await lftp(
      [
        `put ${file} -o ${INBOX}/lftp.csv`,
        `cls -l ${INBOX}`,
        `get ${INBOX}/lftp.csv.report.txt`,
        `put ${file} -o ${INBOX}/lftp_ny.csv.filepart`,
        `mv ${INBOX}/lftp_ny.csv.filepart ${INBOX}/lftp_ny.csv`,
        `put -c ${file} -o ${INBOX}/lftp_igjen.csv`,
        `get ${area}/uttrekk.csv -o lftp-whole`,
        `get -c ${area}/uttrekk.csv -o lftp-resumed`,
      ].join('; '),
    );
    expect({ exitCode, output }).toMatchObject({ exitCode: 0 });
    expect(output).toContain('lftp.csv.receipt.jws');
    expect(readFileSync(service.path('lftp.csv.report.txt'), 'utf8')).toMatch(/^GODTATT/);
    for (const name of ['lftp.csv', 'lftp_ny.csv', 'lftp_igjen.csv'])
      expect(await inbox(name)).toEqual(accepted);
    expect([cameBack('lftp-whole'), cameBack('lftp-resumed')]).toEqual([true, true]);
  });

  test('mirrors a folder into the inbox, and a delivery out', async () => {
    mkdirSync(service.path('speil'));
    for (const name of ['mirror.csv', 'mirror_ny.csv']) writeFileSync(service.path(`speil/${name}`), content);
    const { exitCode, output } = await lftp(`mirror -R speil ${INBOX}; mirror ${area} hentet`);
    expect({ exitCode, output }).toMatchObject({ exitCode: 0 });
    expect([await inbox('mirror.csv'), await inbox('mirror_ny.csv')]).toEqual([accepted, accepted]);
    expect(cameBack('hentet/uttrekk.csv')).toBe(true);
    expect(readFileSync(service.path('hentet/MANIFEST.json'), 'utf8')).toContain(sha256(extract));
  });
});

describe.skipIf(!isPresent('psftp', ['-V']) || !isPresent('pscp', ['-V']) || !isPresent('puttygen', ['-V']))(
  'PuTTY',
  () => {
    let options: string[] = [];
    beforeAll(async () => {
      await client('puttygen', [kari.keyFile, '-o', 'kari.ppk', '-O', 'private']);
      const hostKey = /\((SHA256|ED25519)\)|SHA256:\S+/.exec(service.output())![0];
      options = ['-batch', '-i', 'kari.ppk', '-P', String(service.sftpPort), '-hostkey', hostKey];
    });

    test('psftp puts, lists, gets, renames and resumes both ways', async () => {
      await breakOff('psftp_igjen.csv');
      beginning('psftp-resumed');
      const script = service.write(
        'psftp-script',
        [
          `put ${file} ${INBOX}/psftp.csv`,
          `ls ${INBOX}`,
          `get ${INBOX}/psftp.csv.report.txt psftp-report`,
          `put ${file} ${INBOX}/psftp_ny.csv.filepart`,
          `ren ${INBOX}/psftp_ny.csv.filepart ${INBOX}/psftp_ny.csv`,
          `reput ${file} ${INBOX}/psftp_igjen.csv`,
          `get ${area}/uttrekk.csv psftp-whole`,
          `reget ${area}/uttrekk.csv psftp-resumed`,
          'quit',
          '',
        ].join('\n'),
      );
      const { exitCode, output } = await client('psftp', [...options, '-b', script, 'kari@127.0.0.1'], {
        env: { HOME: service.folder },
      });
      expect({ exitCode, output }).toMatchObject({ exitCode: 0 });
      expect(output).toContain('psftp.csv.receipt.jws');
      for (const name of ['psftp.csv', 'psftp_ny.csv', 'psftp_igjen.csv'])
        expect(await inbox(name)).toEqual(accepted);
      expect([cameBack('psftp-whole'), cameBack('psftp-resumed')]).toEqual([true, true]);
    });

    test('pscp puts, lists and gets', async () => {
      const env = { HOME: service.folder };
      const put = await client('pscp', [...options, '-sftp', file, `kari@127.0.0.1:${INBOX}/pscp.csv`], {
        env,
      });
      expect(put).toMatchObject({ exitCode: 0 });
      expect(await inbox('pscp.csv')).toEqual(accepted);
      const list = await client('pscp', [...options, '-ls', `kari@127.0.0.1:${INBOX}`], { env });
      expect(list.output).toContain('pscp.csv.report.txt');
      const get = await client(
        'pscp',
        [...options, '-sftp', `kari@127.0.0.1:${area}/uttrekk.csv`, 'pscp-whole'],
        { env },
      );
      expect(get).toMatchObject({ exitCode: 0 });
      expect(cameBack('pscp-whole')).toBe(true);
    });
  },
);

describe.skipIf(!isPresent('rclone', ['version']))('rclone', () => {
  const rclone = (...args: string[]) => {
    const remote = `[d]\ntype = sftp\nhost = 127.0.0.1\nport = ${service.sftpPort}\nuser = kari\nkey_file = ${kari.keyFile}\n`;
    return client('rclone', ['--config', service.write('rclone.conf', remote), '--retries', '1', ...args]);
  };

  test('copies in under a partial name that it renames, and checks what has come', async () => {
    expect(await rclone('copyto', file, `d:${INBOX}/rclone.csv`)).toMatchObject({ exitCode: 0 });
    expect(await inbox('rclone.csv')).toEqual(accepted);
    const held = await service.query(
      "select 1 from inbound_file where name like 'rclone%partial' and state <> 'erased'",
    );
    expect(held).toEqual([]);
    expect((await rclone('lsl', `d:${INBOX}`)).output).toMatch(
      new RegExp(`${content.length} .*rclone\\.csv\\n`),
    );
    expect(await rclone('copyto', file, `d:${INBOX}/rclone_ny.csv.filepart`)).toMatchObject({ exitCode: 0 });
    const move = await rclone('moveto', `d:${INBOX}/rclone_ny.csv.filepart`, `d:${INBOX}/rclone_ny.csv`);
    expect(move).toMatchObject({ exitCode: 0 });
    expect(await inbox('rclone_ny.csv')).toEqual(accepted);
  });

  test('copies a delivery out, and finds it equal in size', async () => {
    expect(await rclone('copy', `d:${area}`, 'rclone-out')).toMatchObject({ exitCode: 0 });
    expect(cameBack('rclone-out/uttrekk.csv')).toBe(true);
    const check = await rclone('check', '--size-only', `d:${area}`, 'rclone-out');
    expect({ ...check }).toMatchObject({ exitCode: 0 });
    expect(check.output).toContain('0 differences');
  });
});

describe.skipIf(!isPresent('/usr/bin/python3', ['-c', 'import paramiko']))('paramiko', () => {
  test('puts with confirmation, gets with prefetch, renames, lists and goes on', async () => {
    await breakOff('paramiko_igjen.csv');
    const script = service.write(
      'client.py',
      `
import paramiko
c = paramiko.SSHClient()
c.set_missing_host_key_policy(paramiko.AutoAddPolicy())
c.connect('127.0.0.1', ${service.sftpPort}, 'kari', key_filename='${kari.keyFile}', look_for_keys=False, allow_agent=False)
s = c.open_sftp()
s.chdir('${INBOX}')
assert s.put('${file}', 'paramiko.csv', confirm=True).st_size == ${content.length}
names = s.listdir()
assert 'paramiko.csv' in names and 'paramiko.csv.receipt.jws' in names, names
assert s.open('paramiko.csv.report.txt').read().startswith(b'GODTATT')
s.put('${file}', 'paramiko_ny.csv.filepart')
s.posix_rename('paramiko_ny.csv.filepart', 'paramiko_ny.csv')
have = s.stat('paramiko_igjen.csv').st_size
assert 0 < have <= ${half.length}, have
with s.open('paramiko_igjen.csv', 'ab') as f:
    f.set_pipelined(True)
    f.write(open('${file}', 'rb').read()[have:])
s.get('/${area}/uttrekk.csv', 'paramiko-whole', prefetch=True)
with s.open('/${area}/uttrekk.csv') as f:
    parts = list(f.readv([(1000, 70000), (0, 10), (${extract.length} - 5, 5), (300000, 200000)]))
whole = open('paramiko-whole', 'rb').read()
assert parts == [whole[1000:71000], whole[:10], whole[-5:], whole[300000:500000]]
for refused in (lambda: s.open('paramiko.csv').read(), lambda: s.mkdir('x'), lambda: s.put('${file}', '/${area}/x')):
    try:
        refused()
    except (PermissionError, IOError):
        continue
    raise SystemExit(3)
c.close()
`,
    );
    expect(await client('/usr/bin/python3', [script])).toMatchObject({ exitCode: 0, output: '' });
    for (const name of ['paramiko.csv', 'paramiko_ny.csv', 'paramiko_igjen.csv'])
      expect(await inbox(name)).toEqual(accepted);
    expect(cameBack('paramiko-whole')).toBe(true);
  });
});

describe.skipIf(!isPresent('curl', ['--version'], ' sftp'))('curl', () => {
  const curl = (...args: string[]) => {
    const key = ['--key', kari.keyFile, '--pubkey', `${kari.keyFile}.pub`];
    return client('curl', ['-sS', '--insecure', '-u', 'kari:', ...key, ...args]);
  };

  test('puts, lists, gets, renames and resumes both ways', async () => {
    const base = `sftp://127.0.0.1:${service.sftpPort}`;
    expect(await curl('-T', file, `${base}/${INBOX}/curl.csv`)).toMatchObject({ exitCode: 0 });
    expect((await curl(`${base}/${INBOX}/`)).output).toContain('curl.csv.report.txt');
    const temporary = `${INBOX}/curl_ny.csv.filepart`;
    const rename = ['-Q', `-rename /${temporary} /${INBOX}/curl_ny.csv`];
    expect(await curl('-T', file, ...rename, `${base}/${temporary}`)).toMatchObject({ exitCode: 0 });
    await breakOff('curl_igjen.csv');
    expect(await curl('-C', '-', '-T', file, `${base}/${INBOX}/curl_igjen.csv`)).toMatchObject({
      exitCode: 0,
    });
    for (const name of ['curl.csv', 'curl_ny.csv', 'curl_igjen.csv'])
      expect(await inbox(name)).toEqual(accepted);

    expect(await curl('-o', 'curl-whole', `${base}/${area}/uttrekk.csv`)).toMatchObject({ exitCode: 0 });
    beginning('curl-resumed');
    expect(await curl('-C', '-', '-o', 'curl-resumed', `${base}/${area}/uttrekk.csv`)).toMatchObject({
      exitCode: 0,
    });
    expect([cameBack('curl-whole'), cameBack('curl-resumed')]).toEqual([true, true]);
    for (const path of [`${INBOX}/curl.csv`, `${area}/nothing.csv`])
      expect((await curl('-o', 'x', `${base}/${path}`)).exitCode).not.toBe(0);
  });
});

describe.skipIf(!isPresent('ssh', ['-V']))('OpenSSH', () => {
  const scp = (...args: string[]) =>
    client('scp', [...openSshOptions(kari.keyFile, service.sftpPort), ...args]);

  test('scp puts and gets, and a shorter file over a longer one leaves no tail', async () => {
    const target = `kari@127.0.0.1:${INBOX}/scp.csv`;
    expect(await scp(file, target)).toMatchObject({ exitCode: 0, output: '' });
    expect(await inbox('scp.csv')).toEqual(accepted);
    const short = content.subarray(0, content.indexOf('\r\n', 40_000) + 2);
    expect(await scp(service.write('kort.csv', short), target)).toMatchObject({ exitCode: 0 });
    expect(await inbox('scp.csv')).toEqual({ state: 'accepted', sha256: sha256(short) });
    expect(await scp(`kari@127.0.0.1:${area}/uttrekk.csv`, 'scp-whole')).toMatchObject({ exitCode: 0 });
    expect(cameBack('scp-whole')).toBe(true);
    expect(await scp(`kari@127.0.0.1:${INBOX}/scp.csv.report.txt`, '.')).toMatchObject({ exitCode: 0 });
  });

  test('is refused what may not be done, and a client that shows sentences is told why', async () => {
    expect((await service.sftp(kari, [`put ${file} ${INBOX}/scp_ny.csv`])).exitCode).toBe(0);
    // OpenSSH prints words of its own for each status code.
    for (const [line, words] of [
      [`get ${INBOX}/scp_ny.csv x`, 'Permission denied'],
      [`put ${file} ${area}/mine.csv`, 'Permission denied'],
      [`put ${file} P24-0187/mine.csv`, 'Permission denied'],
      [`mkdir ${INBOX}/folder`, 'Permission denied'],
      [`rm ${area}/uttrekk.csv`, 'Permission denied'],
      [`rename ${area}/uttrekk.csv ${area}/b.csv`, 'Permission denied'],
      [`put ${file} ${INBOX}/scp.csv.report.txt`, 'Permission denied'],
      [`rm ${INBOX}/scp_ny.csv`, 'Failure'],
      [`rename ${INBOX}/scp_ny.csv ${INBOX}/b.csv`, 'Failure'],
      [`ln -s ${INBOX}/scp_ny.csv ${INBOX}/link`, 'Operation unsupported'],
    ] as const) {
      const { exitCode, output } = await service.sftp(kari, [line]);
      expect({ line, exitCode, output }).toEqual({
        line,
        exitCode: 1,
        output: expect.stringContaining(words) as string,
      });
    }
    const connection = await openSftp(service.sftpPort, kari);
    await expect(connection.openFile(`${INBOX}/scp_ny.csv`)).rejects.toThrow(/cannot be read back/);
    await expect(connection.openFile(`${area}/mine.csv`, 'w')).rejects.toThrow(/This cannot be changed/);
    await expect(connection.openFile('P24-0187/mine.csv', 'w')).rejects.toThrow(/sent to inbox/);
    await expect(connection.openFile(`${INBOX}/b.csv.report.txt`, 'w')).rejects.toThrow(
      /written by the service/,
    );
    await expect(connection.rename(`${INBOX}/scp_ny.csv`, `${INBOX}/b.csv`)).rejects.toThrow(
      /not accepted can be renamed/,
    );
    connection.end();
    const legacy = await scp('-O', file, `kari@127.0.0.1:${INBOX}/b.csv`);
    expect(legacy.exitCode).not.toBe(0);
    expect(legacy.output).toMatch(/SFTP/);
    expect(await inbox('b.csv')).toBeUndefined();
  });
});

test('the service has had no trouble with any of them', async () => {
  // Whoever was to go on did not begin anew.
  const begun = await service.query<{ name: string }>(
    "select detail::json ->> 'name' as name from audit_event where action = 'inbound.begun'",
  );
  const again = begun.map((one) => one.name).filter((name) => brokenOff.includes(name));
  expect(again.sort()).toEqual(brokenOff.sort());
  expect((await service.sftp(kari, [`ls ${INBOX}`])).exitCode).toBe(0);
  expect(service.output()).not.toMatch(/"level":[56]0/);
  expect(await service.ok('audit', 'verify')).toContain('intact');
});
