/** A file for one key alone: fetched as NAME.c4gh with a real client, resumed, exported, and opened with the reference tool. */
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, statSync, truncateSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { isPresent } from '../support/clients.ts';
import { startTestService, type TestPerson, type TestService } from '../support/service.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const candidates = [process.env.DATASLUSE_TEST_PYTHON, 'python3'].filter((name) => name !== undefined);
const python = candidates.find((name) => spawnSync(name, ['-c', 'import crypt4gh.lib']).status === 0);
if (python === undefined) console.log('skipped: no python with the package crypt4gh (DATASLUSE_TEST_PYTHON)');
const PROJECT = 'P24-0187';
const content = Buffer.from(`kode;tekst\n${'A;abcdefghij\n'.repeat(200_000)}`);

/** argv: OpenSSH or Crypt4GH private key, input, output; what `crypt4gh decrypt --sk` does. */
const decryptScript = `
import sys
from crypt4gh import lib, keys
sk = keys.get_private_key(sys.argv[1], lambda: '')
with open(sys.argv[2], 'rb') as i, open(sys.argv[3], 'wb') as o:
    lib.decrypt([(0, sk, None)], i, o)
`;
const makeKeyScript = `
import sys
from crypt4gh.keys import c4gh
c4gh.generate(sys.argv[1], sys.argv[2], None, b'test')
`;

let service: TestService;
let kari: TestPerson;
let ola: TestPerson;
let folder = '';

const decrypt = (key: string, name: string): Buffer => {
  execFileSync(python ?? '', ['-c', decryptScript, key, service.path(name), service.path(`${name}.plain`)], {
    stdio: 'pipe',
  });
  return readFileSync(service.path(`${name}.plain`));
};

describe.skipIf(!isPresent('ssh', ['-V']) || python === undefined)(
  'a delivery for the key of who fetches it',
  () => {
    beforeAll(async () => {
      service = await startTestService();
      const about = ['--title', 'T', '--institution', 'I', '--delete-by', '2099-12-31'];
      await service.ok('project', 'create', PROJECT, ...about);
      kari = await service.addPerson('kari', 'researcher', PROJECT);
      ola = await service.addPerson('ola', 'researcher', PROJECT);
      const path = service.write('uttrekk.csv', content);
      await service.ok('delivery', 'publish', PROJECT, path, '--title', 'Vanlig');
      const published = await service.ok(
        'delivery',
        'publish',
        PROJECT,
        path,
        '--title',
        'Kryptert',
        '--end-to-end',
        '--json',
      );
      folder = `/${PROJECT}/deliveries/${(JSON.parse(published) as { folder: string }).folder}`;
    });
    afterAll(() => service?.remove());

    test('is listed beside the file, with its size, only where the delivery offers it', async () => {
      const { output } = await service.sftp(kari, [
        `ls -l ${folder}`,
        `ls -1 ${folder.replace('kryptert', 'vanlig')}`,
      ]);
      const segments = Math.ceil(content.length / 65_536);
      expect(output).toMatch(new RegExp(` ${124 + content.length + 28 * segments} .*uttrekk\\.csv\\.c4gh`));
      expect(output.match(/c4gh/g)).toHaveLength(1);
      expect(
        (await service.sftp(kari, [`get ${folder.replace('kryptert', 'vanlig')}/uttrekk.csv.c4gh x`]))
          .exitCode,
      ).not.toBe(0);
    });

    test('opens with the SSH key of its recipient and with no other, and counts as fetched', async () => {
      expect(await service.sftp(kari, [`get ${folder}/uttrekk.csv.c4gh hel.c4gh`])).toMatchObject({
        exitCode: 0,
      });
      expect(decrypt(kari.keyFile, 'hel.c4gh').equals(content)).toBe(true);
      expect(() => decrypt(ola.keyFile, 'hel.c4gh')).toThrow();
      const list = await service.json<{ folder: string; unfetched: string[] }[]>('delivery', 'list', PROJECT);
      expect(list.find((one) => folder.endsWith(one.folder))?.unfetched).toEqual(['ola']);
    });

    test('goes on in another session with the same bytes', async () => {
      const whole = readFileSync(service.path('hel.c4gh'));
      for (const at of [50, 124, 1_000_003, whole.length - 1]) {
        service.write('del.c4gh', whole);
        truncateSync(service.path('del.c4gh'), at);
        expect(await service.sftp(kari, [`reget ${folder}/uttrekk.csv.c4gh del.c4gh`])).toMatchObject({
          exitCode: 0,
        });
        expect(readFileSync(service.path('del.c4gh')).equals(whole)).toBe(true);
      }
      expect(await service.sftp(ola, [`get ${folder}/uttrekk.csv.c4gh ola.c4gh`])).toMatchObject({
        exitCode: 0,
      });
      expect(readFileSync(service.path('ola.c4gh')).subarray(0, 124).equals(whole.subarray(0, 124))).toBe(
        false,
      );
      expect(decrypt(ola.keyFile, 'ola.c4gh').equals(content)).toBe(true);
    });

    test('is exported by staff for a Crypt4GH key and for an SSH key, a received file and a delivered one', async () => {
      service.write('inn.csv', content);
      expect(await service.sftp(kari, [`put inn.csv ${PROJECT}/inbox/inn.csv`])).toMatchObject({
        exitCode: 0,
      });
      const [inbound] = await service.json<{ id: string }[]>('inbound', 'list', PROJECT);
      const deliveries = await service.json<{ files: { id: string }[] }[]>('delivery', 'list', PROJECT);
      execFileSync(python ?? '', ['-c', makeKeyScript, service.path('c4gh.sec'), service.path('c4gh.pub')]);
      const keys = [
        [service.path('c4gh.pub'), service.path('c4gh.sec')],
        [`${kari.keyFile}.pub`, kari.keyFile],
      ] as const;
      let count = 0;
      for (const [publicKey, privateKey] of keys) {
        for (const id of [inbound!.id, deliveries[0]!.files[0]!.id]) {
          count += 1;
          const name = `ut${count}.c4gh`;
          await service.ok('export', id, '--to', publicKey, '--out', service.path(name));
          expect(decrypt(privateKey, name).equals(content)).toBe(true);
          expect(statSync(service.path(name)).mode & 0o777).toBe(0o600);
        }
      }
      const { bytes } = await service.command(['export', inbound!.id, '--to', `${kari.keyFile}.pub`]);
      service.write('stdout.c4gh', bytes);
      expect(decrypt(kari.keyFile, 'stdout.c4gh').equals(content)).toBe(true);
      const again = await service.command([
        'export',
        inbound!.id,
        '--to',
        `${kari.keyFile}.pub`,
        '--out',
        service.path('ut1.c4gh'),
      ]);
      expect([again.code, again.stderr]).toEqual([1, expect.stringContaining('must be new')]);
      const none = await service.command([
        'export',
        '00000000-0000-0000-0000-000000000000',
        '--to',
        `${kari.keyFile}.pub`,
      ]);
      expect(none.code).toBe(1);
      const events = await service.query<{ n: number }>(
        "select count(*)::int as n from audit_event where action = 'content.exported'",
      );
      // The refused export to a file that is there was recorded: the content was opened for it.
      expect(events[0]?.n).toBe(6);
    });

    test('ends with the delivery: no header, no listing, no byte', async () => {
      expect((await service.query('select * from publication_header')).length).toBe(2);
      await service.ok('jobs', 'run', '--at', new Date(Date.now() + 20 * 86_400_000).toISOString());
      expect((await service.query('select * from publication_header')).length).toBe(0);
      expect((await service.sftp(kari, [`get ${folder}/uttrekk.csv.c4gh x`])).exitCode).not.toBe(0);
      expect(await service.ok('audit', 'verify')).toContain('intact');
    });
  },
);
