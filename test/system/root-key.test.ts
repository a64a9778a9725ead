/** The root key is rotated again and again while files come in, and the rotation is killed at random moments. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { isPresent } from '../support/clients.ts';
import { startTestService, type TestPerson, type TestService } from '../support/service.ts';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 120_000 });

const PROJECT = 'P24-0187';
const sound = (rows: number) => Buffer.from(`kode;tekst\n${'A;abcdefghijklmnopqrstuvwxyz\n'.repeat(rows)}`);
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

let service: TestService;
let kari: TestPerson;

interface Status {
  version: number;
  state: string;
  wrapsNew: boolean;
  inFile: boolean;
  dataKeys: number;
  secrets: number;
}
const status = () => service.json<Status[]>('keys', 'status');

/** How many secrets of the server itself a root key wraps: host key, receipts and the like. */
async function secrets(): Promise<number> {
  return (await service.query('select 1 from server_secret')).length;
}

/** Begins a rotation and kills it after so long; resolves when it is gone. */
async function killedRotation(afterMs: number): Promise<void> {
  const child = spawn(
    process.execPath,
    [join(import.meta.dirname, '..', '..', 'bin', 'datasluse.js'), 'keys', 'rotate'],
    {
      env: { PATH: process.env.PATH ?? '', HOME: service.folder, DATASLUSE_DATA: service.dataFolder },
      stdio: 'ignore',
    },
  );
  const ended = new Promise((resolve) => child.once('close', resolve));
  await sleep(afterMs);
  child.kill('SIGKILL');
  await ended;
}

describe.skipIf(!isPresent('ssh', ['-V']))('the root key of a running service', () => {
  beforeAll(async () => {
    service = await startTestService();
    const about = ['--title', 'T', '--institution', 'I', '--delete-by', '2099-12-31'];
    await service.ok('project', 'create', PROJECT, ...about);
    kari = await service.addPerson('kari', 'researcher', PROJECT);
  });
  afterAll(() => service?.remove());

  test('is rotated under uploads, killed in between, and everything stays readable; the old keys then end', async () => {
    const content = sound(30_000);
    const path = service.write('fil.csv', content);
    let sending = true;
    let sent = 0;
    const uploads = (async () => {
      while (sending) {
        const lines = Array.from(
          { length: 10 },
          (_, i) => `put ${path} ${PROJECT}/inbox/fil_${sent + i}.csv`,
        );
        expect(await service.sftp(kari, lines)).toMatchObject({ exitCode: 0 });
        sent += 10;
      }
    })();
    for (let round = 0; round < 6; round += 1) await killedRotation(600 + Math.floor(Math.random() * 1500));
    const rotated = await service.json<{ version: number; remaining: number; damaged: string[] }>(
      'keys',
      'rotate',
    );
    sending = false;
    await uploads;
    expect(rotated.damaged).toEqual([]);

    // An upload that began in the moment of the switch may have left a wrap behind; the next run takes it.
    const before = await status();
    if (before.some((one) => one.version < rotated.version && one.dataKeys > 0))
      await service.ok('keys', 'rotate');
    const keys = await status();
    const newest = keys.at(-1)!;
    expect(newest).toMatchObject({ wrapsNew: true, inFile: true, dataKeys: sent, secrets: await secrets() });
    expect(keys.slice(0, -1).every((one) => one.dataKeys === 0 && one.secrets === 0)).toBe(true);
    expect(await service.ok('store', 'verify')).toContain(`${sent} bodies verified`);

    for (const { version } of keys.slice(0, -1)) await service.ok('keys', 'retire', String(version));
    const refused = await service.command(['keys', 'retire', String(newest.version)]);
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('the newest')]);
    const file = readFileSync(join(`${service.dataFolder}.keys`, 'root.key'), 'utf8');
    expect(file.match(/^\d+ [0-9a-f]{64}$/gm)).toHaveLength(1);

    // A fresh process has only what is in the file.
    await service.stop();
    await service.start();
    expect(await service.sftp(kari, [`put ${path} ${PROJECT}/inbox/etter.csv`])).toMatchObject({
      exitCode: 0,
    });
    const files = await service.json<{ id: string; sha256: string }[]>('inbound', 'list', PROJECT);
    expect(files).toHaveLength(sent + 1);
    expect(new Set(files.map((one) => one.sha256))).toEqual(new Set([sha256(content)]));
    const { bytes } = await service.command(['inbound', 'get', files[0]!.id]);
    expect(sha256(bytes)).toBe(sha256(content));
    expect(await service.ok('store', 'verify')).toContain('all as sealed');
    expect(await service.ok('audit', 'verify')).toContain('intact');
    console.log(`root key: ${sent} uploads beside the rotations, ${keys.length} versions`);
  });
});
