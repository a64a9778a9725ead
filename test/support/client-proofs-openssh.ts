/** Proofs of the rows of OpenSSH and sshfs in client-matrix.ts. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { expect } from 'vitest';
import type { Proofs } from './client-matrix.ts';
import type { Scene, Shown } from './client-scene.ts';
import { openSshOptions } from './clients.ts';

const fine: Shown = { exitCode: 0, output: '' };

export function openSshProofs(scene: () => Scene): Pick<Proofs<Shown>, 'OpenSSH sftp' | 'OpenSSH scp'> {
  const sftp = (lines: string[], args: string[] = []) => scene().service.sftp(scene().kari, lines, { args });
  const scp = (...args: string[]) =>
    scene().run('scp', [...openSshOptions(scene().kari.keyFile, scene().service.sftpPort), ...args]);
  const at = (path: string) => `kari@127.0.0.1:${path}`;

  async function putAs(command: string): Promise<Shown> {
    const { name, path } = await scene().breakOff(scene().inbox);
    const shown = await sftp([`${command} ${scene().file} ${path}`]);
    await scene().isAccepted(name);
    return shown;
  }

  async function put(command: string): Promise<Shown> {
    const name = scene().name();
    const shown = await sftp([`${command} ${scene().file} ${scene().inbox}/${name}`, `ls ${scene().inbox}`]);
    await scene().isAccepted(name);
    expect(shown.output).toContain(`${name}.receipt.jws`);
    return shown;
  }

  return {
    'OpenSSH sftp': {
      put: () => put('put'),
      putDurable: () => put('put -f'),
      putTimes: () => put('put -p'),
      async get() {
        const shown = await sftp([`get ${scene().area}/uttrekk.csv sftp-get`]);
        scene().cameBack('sftp-get');
        return shown;
      },
      reput: () => putAs('reput'),
      putAppend: () => putAs('put -a'),
      async reget() {
        scene().halfFetched('sftp-reget');
        const shown = await sftp([`reget ${scene().area}/uttrekk.csv sftp-reget`]);
        scene().cameBack('sftp-reget');
        return shown;
      },
      async putDraft() {
        const { service, pia, drafts } = scene();
        const { path, names } = scene().folder(2);
        const shown = await service.sftp(pia, [
          `put -R ${path} ${drafts}`,
          `ls -1 ${drafts}/${path.split('/').pop()}`,
        ]);
        for (const name of names) expect(shown.output).toContain(name);
        return shown;
      },
      async reputDraft() {
        const { service, pia, drafts, content, file } = scene();
        expect((await service.sftp(pia, [`mkdir ${drafts}/brutt`])).exitCode).toBe(0);
        const { path } = await scene().breakOff(`${drafts}/brutt`, pia);
        const shown = await service.sftp(pia, [`reput ${file} ${path}`, `get ${path} draft-back`]);
        expect(readFileSync(service.path('draft-back')).equals(content)).toBe(true);
        const resumed = await service.query(`select 1 from audit_event where action = 'draft.file-resumed'`);
        expect(resumed).toHaveLength(1);
        return shown;
      },
      async getRecursive() {
        const shown = await sftp([`get -R ${scene().area} sftp-folder`]);
        scene().cameBack('sftp-folder/uttrekk.csv');
        return shown;
      },
      async df() {
        const shown = await sftp([`df ${scene().inbox}`]);
        expect(shown.output).toMatch(/\d+ +\d+ +\d+ .*%/);
        return shown;
      },
      async rename() {
        const name = scene().name();
        const path = `${scene().inbox}/${name}`;
        const shown = await sftp([`put ${scene().file} ${path}.filepart`, `rename ${path}.filepart ${path}`]);
        await scene().isAccepted(name);
        return shown;
      },
      async renameOver() {
        const name = await scene().acceptedName();
        const path = `${scene().inbox}/${name}`;
        const shown = await sftp([`put ${scene().file} ${path}.filepart`, `rename ${path}.filepart ${path}`]);
        await scene().isAccepted(name, [scene().first]);
        return shown;
      },
      async rekey() {
        const name = scene().name();
        const lines = Array.from({ length: 4 }, (_, i) => `get ${scene().area}/uttrekk.csv rekey-${i}`);
        const args = ['-o', 'RekeyLimit=2M'];
        const shown = await sftp([`put ${scene().file} ${scene().inbox}/${name}`, ...lines], args);
        await scene().isAccepted(name);
        scene().cameBack('rekey-0', 'rekey-3');
        return shown;
      },
      async putRecursive() {
        const { path } = scene().folder(1);
        const sentence = await scene().sentenceOf((client) => client.makeFolder(`${scene().inbox}/mappe`));
        return { ...(await sftp([`put -R ${path} ${scene().inbox}`])), sentence };
      },
      async getAccepted() {
        const path = `${scene().inbox}/${await scene().acceptedName()}`;
        const sentence = await scene().sentenceOf((client) => client.openFile(path));
        return { ...(await sftp([`get ${path} x`])), sentence };
      },
      async rmAccepted() {
        const path = `${scene().inbox}/${await scene().acceptedName()}`;
        const sentence = await scene().sentenceOf((client) => client.remove(path));
        return { ...(await sftp([`rm ${path}`])), sentence };
      },
      async badName() {
        const path = `${scene().inbox}/min-fil.csv`;
        const sentence = await scene().sentenceOf((client) => client.openFile(path, 'w'));
        return { ...(await sftp([`put ${scene().file} ${path}`])), sentence };
      },
      async link() {
        const path = `${scene().inbox}/lenke.csv`;
        const sentence = await scene().sentenceOf((client) => client.link(path, path));
        return { ...(await sftp([`ln -s ${path} ${path}`])), sentence };
      },
    },
    'OpenSSH scp': {
      async put() {
        const name = scene().name();
        const shown = await scp(scene().file, at(`${scene().inbox}/${name}`));
        await scene().isAccepted(name);
        return shown;
      },
      async get() {
        const shown = await scp(at(`${scene().area}/uttrekk.csv`), 'scp-get');
        scene().cameBack('scp-get');
        return shown;
      },
      async over() {
        const name = scene().name();
        const target = at(`${scene().inbox}/${name}`);
        const long = scene().service.write('lang.csv', Buffer.concat([scene().content, scene().content]));
        expect((await scp(long, target)).exitCode).toBe(0);
        const shown = await scp(scene().file, target);
        expect((await scene().versions(name)).length).toBe(2);
        expect((await scene().versions(name))[1]).toBe(await newest(name));
        return shown;
      },
      async getRecursive() {
        const shown = await scp('-r', at(scene().area), 'scp-folder');
        scene().cameBack('scp-folder/uttrekk.csv');
        return shown;
      },
      async putRecursive() {
        const { path } = scene().folder(1);
        const sentence = await scene().sentenceOf((client) => client.makeFolder(`${scene().inbox}/mappe`));
        return { ...(await scp('-r', path, at(scene().inbox))), sentence };
      },
      legacy: () => scp('-O', scene().file, at(`${scene().inbox}/x.csv`)),
    },
  };

  /** The sound content under another name tells its hash. */
  async function newest(name: string): Promise<string> {
    const other = scene().name();
    await sftp([`put ${scene().file} ${scene().inbox}/${other}`]);
    await scene().isAccepted(other);
    expect(name).not.toBe(other);
    return (await scene().versions(other))[0]!;
  }
}

/** Mounts where it may; the reason for which it may not is printed. */
export function sshfsProofs(scene: () => Scene): Pick<Proofs<Shown>, 'sshfs'> & { unmount(): void } {
  let mounted: string | undefined;

  async function mount(): Promise<{ folder: string; shown: Shown }> {
    const folder = scene().service.path('montert');
    if (mounted !== undefined) return { folder, shown: fine };
    mkdirSync(folder);
    const options = openSshOptions(scene().kari.keyFile, scene().service.sftpPort);
    const shown = await scene().run('sshfs', [
      ...options.map((one) => (one === '-P' ? '-p' : one)).filter((_, i, all) => !isKey(all, i)),
      ...['-o', `IdentityFile=${scene().kari.keyFile}`, 'kari@127.0.0.1:/', folder],
    ]);
    expect({ ...shown }).toMatchObject({ exitCode: 0 });
    mounted = folder;
    return { folder, shown };
  }

  return {
    sshfs: {
      async mount() {
        const { folder, shown } = await mount();
        expect(readdirSync(`${folder}/${scene().inbox}`)).toContain('STATUS.txt');
        expect(readFileSync(`${folder}/${scene().inbox}/STATUS.txt`, 'utf8')).toMatch(/Slik gjør du/);
        return shown;
      },
      async copyIn() {
        const name = scene().name();
        const { folder } = await mount();
        const shown = await scene().run('cp', [scene().file, `${folder}/${scene().inbox}/${name}`]);
        await scene().becomesAccepted(name);
        return shown;
      },
      async copyOut() {
        const { folder } = await mount();
        const shown = await scene().run('cp', [`${folder}/${scene().area}/uttrekk.csv`, 'sshfs-out']);
        scene().cameBack('sshfs-out');
        return shown;
      },
      async copyOver() {
        const name = await scene().acceptedName();
        const { folder } = await mount();
        const shown = await scene().run('cp', [scene().file, `${folder}/${scene().inbox}/${name}`]);
        await scene().becomesAccepted(name, [scene().first]);
        return shown;
      },
    },
    unmount() {
      if (mounted !== undefined) spawnSync('fusermount3', ['-uz', mounted]);
    },
  };
}

/** `-F FILE` and `-i FILE` are ssh's; sshfs takes them as -o only. */
function isKey(args: readonly string[], i: number): boolean {
  return ['-F', '-i'].includes(args[i] ?? '') || ['-F', '-i'].includes(args[i - 1] ?? '');
}
