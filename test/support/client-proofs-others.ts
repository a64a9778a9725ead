/** Proofs of the rows of lftp, PuTTY, curl, rclone and paramiko in client-matrix.ts. */
import { utimesSync, writeFileSync } from 'node:fs';
import { expect } from 'vitest';
import type { Proofs } from './client-matrix.ts';
import type { Scene, Shown } from './client-scene.ts';

/** Runs a step on a name of the inbox and sees that the content is the newest accepted version. */
async function sends(
  scene: Scene,
  step: (path: string) => Promise<Shown>,
  how: 'new' | 'over' | 'resumed' = 'new',
): Promise<Shown> {
  const name =
    how === 'new'
      ? scene.name()
      : how === 'over'
        ? await scene.acceptedName()
        : (await scene.breakOff(scene.inbox)).name;
  const shown = await step(`${scene.inbox}/${name}`);
  expect({ exitCode: shown.exitCode, output: shown.output }).toMatchObject({ exitCode: 0 });
  await scene.isAccepted(name, how === 'over' ? [scene.first] : []);
  return shown;
}

async function fetches(scene: Scene, to: string, step: () => Promise<Shown>, half = false): Promise<Shown> {
  if (half) scene.halfFetched(to);
  const shown = await step();
  expect({ exitCode: shown.exitCode, output: shown.output }).toMatchObject({ exitCode: 0 });
  scene.cameBack(to);
  return shown;
}

const versionCounts = (scene: Scene, names: readonly string[]): Promise<number[]> =>
  Promise.all(names.map(async (name) => (await scene.versions(name)).length));

export function lftpProofs(scene: () => Scene): Pick<Proofs<Shown>, 'lftp'> {
  const lftp = (...commands: string[]) => {
    const { kari, service } = scene();
    const ssh = `ssh -a -x -F /dev/null -i ${kari.keyFile} -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR`;
    const open = `set sftp:connect-program "${ssh}"; set net:max-retries 1; set cmd:fail-exit yes; open -u kari,x -p ${service.sftpPort} sftp://127.0.0.1`;
    return scene().run('lftp', ['--norc', '-c', [open, ...commands, 'bye'].join('; ')]);
  };
  const put = (path: string, command = 'put') => lftp(`${command} ${scene().file} -o ${path}`);
  const uttrekk = () => `${scene().area}/uttrekk.csv`;
  return {
    lftp: {
      put: () => sends(scene(), (path) => lftp(`put ${scene().file} -o ${path}`, `cls -l ${scene().inbox}`)),
      get: () => fetches(scene(), 'lftp-get', () => lftp(`get ${uttrekk()} -o lftp-get`)),
      putContinue: () => sends(scene(), (path) => put(path, 'put -c'), 'resumed'),
      getContinue: () => fetches(scene(), 'lftp-part', () => lftp(`get -c ${uttrekk()} -o lftp-part`), true),
      move: () =>
        sends(scene(), (path) =>
          lftp(`put ${scene().file} -o ${path}.filepart`, `mv ${path}.filepart ${path}`),
        ),
      async mirrorIn() {
        const { path, names } = scene().folder(5);
        const shown = await lftp(`mirror -R -P 4 ${path} ${scene().inbox}`);
        for (const name of names) await scene().isAccepted(name);
        return shown;
      },
      async mirrorTwice() {
        const { path, names } = scene().folder(2);
        await lftp(`mirror -R ${path} ${scene().inbox}`);
        const shown = await lftp(`mirror -R ${path} ${scene().inbox}`);
        expect(await versionCounts(scene(), names)).toEqual([1, 1]);
        writeFileSync(`${path}/${names[0]}`, scene().content);
        utimesSync(`${path}/${names[0]}`, 4_000_000_000, 4_000_000_000);
        expect((await lftp(`mirror -R ${path} ${scene().inbox}`)).exitCode).toBe(0);
        expect(await versionCounts(scene(), names)).toEqual([2, 1]);
        return shown;
      },
      mirrorOut: () => fetches(scene(), 'lftp-ut/uttrekk.csv', () => lftp(`mirror ${scene().area} lftp-ut`)),
      parallel: () => fetches(scene(), 'lftp-fire', () => lftp(`pget -n 4 ${uttrekk()} -o lftp-fire`)),
      badName: () => put(`${scene().inbox}/min-fil.csv`),
    },
  };
}

export function puttyProofs(scene: () => Scene): Pick<Proofs<Shown>, 'psftp' | 'pscp'> {
  const env = () => ({ HOME: scene().service.folder });
  async function options(): Promise<string[]> {
    const { service, kari } = scene();
    await scene().run('puttygen', [kari.keyFile, '-o', 'kari.ppk', '-O', 'private']);
    const hostKey = /SHA256:\S+/.exec(service.output())![0];
    return ['-batch', '-i', 'kari.ppk', '-P', String(service.sftpPort), '-hostkey', hostKey];
  }
  async function psftp(...lines: string[]): Promise<Shown> {
    const script = scene().service.write('psftp-script', `${[...lines, 'quit', ''].join('\n')}`);
    return scene().run('psftp', [...(await options()), '-b', script, 'kari@127.0.0.1'], env());
  }
  const pscp = async (...args: string[]) => scene().run('pscp', [...(await options()), ...args], env());
  const uttrekk = () => `${scene().area}/uttrekk.csv`;
  return {
    psftp: {
      put: () => sends(scene(), (path) => psftp(`put ${scene().file} ${path}`, `ls ${scene().inbox}`)),
      get: () => fetches(scene(), 'psftp-get', () => psftp(`get ${uttrekk()} psftp-get`)),
      reput: () => sends(scene(), (path) => psftp(`reput ${scene().file} ${path}`), 'resumed'),
      reget: () => fetches(scene(), 'psftp-part', () => psftp(`reget ${uttrekk()} psftp-part`), true),
      rename: () =>
        sends(scene(), (path) =>
          psftp(`put ${scene().file} ${path}.filepart`, `ren ${path}.filepart ${path}`),
        ),
      async rmAccepted() {
        const path = `${scene().inbox}/${await scene().acceptedName()}`;
        const sentence = await scene().sentenceOf((client) => client.remove(path));
        return { ...(await psftp(`rm ${path}`)), sentence };
      },
    },
    pscp: {
      put: () =>
        sends(scene(), async (path) => {
          const shown = await pscp('-sftp', scene().file, `kari@127.0.0.1:${path}`);
          const list = await pscp('-ls', `kari@127.0.0.1:${scene().inbox}`);
          expect(list.output).toContain(path.split('/').pop());
          return shown;
        }),
      get: () => fetches(scene(), 'pscp-get', () => pscp('-sftp', `kari@127.0.0.1:${uttrekk()}`, 'pscp-get')),
      async getAccepted() {
        const path = `${scene().inbox}/${await scene().acceptedName()}`;
        const sentence = await scene().sentenceOf((client) => client.openFile(path));
        return { ...(await pscp('-sftp', `kari@127.0.0.1:${path}`, 'x')), sentence };
      },
    },
  };
}

export function curlProofs(scene: () => Scene): Pick<Proofs<Shown>, 'curl'> {
  const curl = (...args: string[]) => {
    const { keyFile } = scene().kari;
    const key = ['--key', keyFile, '--pubkey', `${keyFile}.pub`];
    return scene().run('curl', ['-sS', '--insecure', '-u', 'kari:', ...key, ...args]);
  };
  const url = (path: string) => `sftp://127.0.0.1:${scene().service.sftpPort}/${path}`;
  const uttrekk = () => url(`${scene().area}/uttrekk.csv`);
  return {
    curl: {
      put: () =>
        sends(scene(), async (path) => {
          const shown = await curl('-T', scene().file, url(path));
          expect((await curl(url(`${scene().inbox}/`))).output).toContain(path.split('/').pop());
          return shown;
        }),
      get: () => fetches(scene(), 'curl-get', () => curl('-o', 'curl-get', uttrekk())),
      putContinue: () => sends(scene(), (path) => curl('-C', '-', '-T', scene().file, url(path)), 'resumed'),
      getContinue: () =>
        fetches(scene(), 'curl-part', () => curl('-C', '-', '-o', 'curl-part', uttrekk()), true),
      rename: () =>
        sends(scene(), (path) =>
          curl('-T', scene().file, '-Q', `-rename /${path}.filepart /${path}`, url(`${path}.filepart`)),
        ),
      async getAccepted() {
        const path = `${scene().inbox}/${await scene().acceptedName()}`;
        const sentence = await scene().sentenceOf((client) => client.openFile(path));
        return { ...(await curl('-o', 'x', url(path))), sentence };
      },
    },
  };
}

export function rcloneProofs(scene: () => Scene): Pick<Proofs<Shown>, 'rclone'> {
  const rclone = (...args: string[]) => {
    const { service, kari } = scene();
    const remote = `[d]\ntype = sftp\nhost = 127.0.0.1\nport = ${service.sftpPort}\nuser = kari\nkey_file = ${kari.keyFile}\n`;
    return scene().run('rclone', [
      '--config',
      service.write('rclone.conf', remote),
      '--retries',
      '1',
      ...args,
    ]);
  };
  async function twice(options: string[], versionsAfter: number): Promise<Shown> {
    const { path, names } = scene().folder(2);
    expect((await rclone('copy', path, `d:${scene().inbox}`)).exitCode).toBe(0);
    const shown = await rclone('copy', ...options, path, `d:${scene().inbox}`);
    expect(await versionCounts(scene(), names)).toEqual([versionsAfter, versionsAfter]);
    return shown;
  }
  return {
    rclone: {
      async copyIn() {
        const { path, names } = scene().folder(2);
        const shown = await rclone('copy', path, `d:${scene().inbox}`);
        for (const name of names) await scene().isAccepted(name);
        const held = "select 1 from inbound_file where name like '%partial' and state <> 'erased'";
        expect(await scene().service.query(held)).toEqual([]);
        return shown;
      },
      copyAgain: () => twice([], 2),
      copySizeOnly: () => twice(['--size-only'], 1),
      copyChanged: () => sends(scene(), (path) => rclone('copyto', scene().file, `d:${path}`), 'over'),
      copyOut: () =>
        fetches(scene(), 'rclone-ut/uttrekk.csv', () => rclone('copy', `d:${scene().area}`, 'rclone-ut')),
      async check() {
        await rclone('copy', `d:${scene().area}`, 'rclone-lik');
        // STATUS.txt is as it is at each moment.
        const shown = await rclone(
          'check',
          '--size-only',
          '--exclude',
          'STATUS.txt',
          `d:${scene().area}`,
          'rclone-lik',
        );
        expect(shown.output).toContain('0 differences');
        return shown;
      },
      async size() {
        const shown = await rclone('size', '--include', 'uttrekk.csv', `d:${scene().area}`);
        expect(shown.output).toContain(`(${scene().extract.length} Byte)`);
        return shown;
      },
      move: () =>
        sends(scene(), async (path) => {
          expect((await rclone('copyto', scene().file, `d:${path}.filepart`)).exitCode).toBe(0);
          return rclone('moveto', `d:${path}.filepart`, `d:${path}`);
        }),
      badName: () => rclone('copyto', scene().file, `d:${scene().inbox}/min-fil.csv`),
    },
  };
}

export function paramikoProofs(scene: () => Scene): Pick<Proofs<Shown>, 'paramiko'> {
  const python = (...lines: string[]) => {
    const { service, kari, file, inbox } = scene();
    const script = [
      'import paramiko',
      'c = paramiko.SSHClient()',
      'c.set_missing_host_key_policy(paramiko.AutoAddPolicy())',
      `c.connect('127.0.0.1', ${service.sftpPort}, 'kari', key_filename='${kari.keyFile}', look_for_keys=False, allow_agent=False)`,
      's = c.open_sftp()',
      `s.chdir('${inbox}')`,
      `sendt = open('${file}', 'rb').read()`,
      ...lines,
      'c.close()',
      '',
    ].join('\n');
    return scene().run('/usr/bin/python3', [service.write('client.py', script)]);
  };
  const base = (path: string) => path.split('/').pop();
  return {
    paramiko: {
      put: () =>
        sends(scene(), (path) =>
          python(`assert s.put('${scene().file}', '${base(path)}', confirm=True).st_size == len(sendt)`),
        ),
      get: () =>
        fetches(scene(), 'paramiko-get', () =>
          python(
            `s.get('/${scene().area}/uttrekk.csv', 'paramiko-get', prefetch=True)`,
            "whole = open('paramiko-get', 'rb').read()",
            `with s.open('/${scene().area}/uttrekk.csv') as f:`,
            '    parts = list(f.readv([(1000, 70000), (0, 10), (len(whole) - 5, 5)]))',
            'assert parts == [whole[1000:71000], whole[:10], whole[-5:]]',
          ),
        ),
      posixRename: () =>
        sends(
          scene(),
          (path) =>
            python(
              `s.put('${scene().file}', '${base(path)}.filepart')`,
              `s.posix_rename('${base(path)}.filepart', '${base(path)}')`,
            ),
          'over',
        ),
      append: () =>
        sends(
          scene(),
          (path) =>
            python(
              `have = s.stat('${base(path)}').st_size`,
              'assert 0 < have <= 400000, have',
              `with s.open('${base(path)}', 'ab') as f:`,
              '    f.set_pipelined(True)',
              '    f.write(sendt[have:])',
            ),
          'resumed',
        ),
      truncate: () =>
        sends(scene(), (path) =>
          python(
            `with s.open('${base(path)}', 'wb') as f:`,
            '    f.write(sendt[:200000])',
            '    f.truncate(131072)',
            '    f.seek(131072)',
            '    f.write(sendt[131072:])',
          ),
        ),
      truncateAccepted: async () => python(`s.truncate('${await scene().acceptedName()}', 10)`),
      getAccepted: async () => python(`s.open('${await scene().acceptedName()}').read()`),
    },
  };
}
