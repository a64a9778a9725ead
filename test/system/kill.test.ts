/** The server is killed at random moments while files come in: what was acknowledged is whole, the rest goes on or was never there. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { JSONWebKeySet } from 'jose';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { verifyReceipt } from '../../src/inbound/receipts.ts';
import { isPresent, openSshOptions, run } from '../support/clients.ts';
import { descriptionOf, soundFile } from '../support/microdata.ts';
import { startTestService, type TestPerson, type TestService } from '../support/service.ts';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 });

const PROJECT = 'P24-0187';
const ROUNDS = 3;
const CLIENTS = 3;
/** In each round every client sends files of about these sizes, one after the other in an order that is drawn. */
const SIZES = [40_000, 6_000_000, 200_000, 4_000_000];

interface Sent {
  name: string;
  sha256: string;
  bytes: number;
  acknowledged: boolean;
  /** Sent again from where it was broken off. */
  resumed: boolean;
}

const seed = Number(process.env.DATASLUSE_TEST_SEED ?? Date.now() % 2 ** 31);
let state = seed;
/** From 0 up to 1; the same for the same seed (mulberry32). */
function random(): number {
  state = (state + 0x6d2b79f5) | 0;
  let t = Math.imul(state ^ (state >>> 15), 1 | state);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
}

let service: TestService;
let kari: TestPerson;
const sent: Sent[] = [];

/** Sends the files in one session. OpenSSH repeats a line of a batch before it runs it, and stops at the first that fails. */
async function sendAll(files: readonly Sent[]): Promise<void> {
  const acknowledge = (count: number) => {
    for (const file of files.slice(0, Math.max(0, count))) file.acknowledged = true;
  };
  const { exitCode } = await run(
    'sftp',
    [...openSshOptions(kari.keyFile, service.sftpPort), '-b', '-', 'kari@127.0.0.1'],
    {
      cwd: service.folder,
      timeoutMs: 120_000,
      input: files.map(({ name }) => `put ${name} ${PROJECT}/inbox/${name}\n`).join(''),
      onOutput: (output) => acknowledge((output.match(/^sftp> put .*\n/gm)?.length ?? 0) - 1),
    },
  );
  if (exitCode === 0) acknowledge(files.length);
}

const bodies = () =>
  readdirSync(join(service.dataFolder, 'store'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));

/** A body can be renamed or removed between the listing and the look at it. */
const storedBytes = () =>
  bodies().reduce((sum, path) => sum + (statSync(path, { throwIfNoEntry: false })?.size ?? 0), 0);

function makeFiles(round: number, client: number): Sent[] {
  const drawn = SIZES.map((size) => ({ size, place: random() })).sort((a, b) => a.place - b.place);
  return drawn.map(({ size }, i) => {
    const name = `fil_${round}_${client}_${i}.csv`;
    const content = soundFile(size * (0.5 + random()));
    service.write(name, content);
    const sha256 = createHash('sha256').update(content).digest('hex');
    return { name, sha256, bytes: content.length, acknowledged: false, resumed: false };
  });
}

async function receivedBytes(): Promise<number> {
  const text = await (await fetch(`http://127.0.0.1:${service.httpPort}/metrics`)).text();
  return Number(/^datasluse_sftp_received_bytes (\d+)/m.exec(text)?.[1]);
}

const lftpScript = (command: string): string => {
  const ssh = `ssh -a -x -F /dev/null -i ${kari.keyFile} -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR`;
  const where = `-u kari,x -p ${service.sftpPort} sftp://127.0.0.1`;
  return `set sftp:connect-program "${ssh}"; set net:max-retries 1; open ${where}; ${command}; bye`;
};

const received = () =>
  service.query<{ id: string; name: string; version: number; sha256: string; receipt: string }>(
    'select id, name, version, sha256, receipt from inbound_file where version is not null',
  );

describe.skipIf(!isPresent('ssh', ['-V']))('a server that is killed', () => {
  beforeAll(async () => {
    console.log(`kill: DATASLUSE_TEST_SEED=${seed} repeats this run`);
    service = await startTestService();
    const about = ['--title', 'T', '--institution', 'I', '--delete-by', '2099-12-31'];
    await service.ok('project', 'create', PROJECT, ...about);
    kari = await service.addPerson('kari', 'researcher', PROJECT);
    await service.ok(
      'project',
      'describe',
      PROJECT,
      service.write('datapackage.json', descriptionOf('annet.csv')),
    );
  });
  afterAll(() => service?.remove());

  test.each(Array.from({ length: ROUNDS }, (_, round) => round))(
    'round %i: is killed, and comes back',
    async (round) => {
      const byClient = Array.from({ length: CLIENTS }, (_, client) => makeFiles(round, client));
      const files = byClient.flat();
      sent.push(...files);
      const total = files.reduce((sum, file) => sum + file.bytes, 0);
      // The moment is drawn in bytes that have come, so that it is anywhere in the transfers on any machine.
      const before = storedBytes();
      const moment = before + (0.05 + 0.9 * random()) * total;
      const sending = Promise.all(byClient.map(sendAll));
      let over = false;
      void sending.then(() => {
        over = true;
      });
      while (!over && storedBytes() < moment) await sleep(2);
      const orphan = await service.databasePid();
      await service.kill();
      await sending;

      expect(await service.databasePid()).toBe(orphan);
      await service.start();
      expect(await service.databasePid()).toBe(orphan);

      // Whatever is received is whole; whatever was acknowledged is received.
      const there = new Map((await received()).map((row) => [row.name, row]));
      for (const file of files) {
        const row = there.get(file.name);
        if (row !== undefined) expect([file.name, row.sha256]).toEqual([file.name, file.sha256]);
        if (file.acknowledged) expect(row?.version).toBe(1);
      }
      // The others are absent or have a beginning from which OpenSSH goes on.
      const rest = files.filter((file) => !there.has(file.name));
      const inbox = (await service.sftp(kari, [`ls -l ${PROJECT}/inbox`])).output;
      const sizeOf = (name: string) =>
        new RegExp(` (\\d+) \\w+ +\\d+ +[\\d:]+ \\S*${name}$`, 'm').exec(inbox)?.[1];
      const begun = rest.filter((file) => sizeOf(file.name) !== undefined);
      for (const file of begun) file.resumed = true;
      for (const { name, bytes } of begun) expect(Number(sizeOf(name))).toBeLessThanOrEqual(bytes);
      // OpenSSH's `put -a` wants a file to go on with.
      const again = rest.map((file) => `put ${begun.includes(file) ? '-a ' : ''}${file.name}`);
      const resumed = await service.sftp(kari, [`cd ${PROJECT}/inbox`, ...again]);
      expect({ ...resumed }).toMatchObject({ exitCode: 0 });
      console.log(
        `kill: round ${round}: ${files.filter((file) => file.acknowledged).length} of ${files.length} acknowledged, ${begun.length} of the rest resumed`,
      );
    },
  );

  test.each([
    ['put -a', 'sftp'],
    ['put -c', 'lftp'],
  ])(
    'goes on with %s of %s where the durable bytes end, and sends no more than that',
    async (line, client) => {
      if (client === 'lftp' && !isPresent('lftp', ['--version'])) return;
      const name = `gjenopptatt_${client}.csv`;
      // A whole number of segments: a client that saw all of them would send nothing more, and never close the file.
      const content = Buffer.alloc(256 * 65_536, soundFile(256 * 65_536));
      content[content.length - 1] = 10;
      const file: Sent = {
        name,
        sha256: createHash('sha256').update(content).digest('hex'),
        bytes: content.length,
        acknowledged: false,
        resumed: true,
      };
      service.write(name, content);
      const before = storedBytes();
      const sending = sendAll([file]);
      while (!file.acknowledged && storedBytes() < before + content.length * (0.3 + 0.6 * random()))
        await sleep(1);
      await service.kill();
      await sending;
      await service.start();
      if (!file.acknowledged) {
        const inbox = (await service.sftp(kari, [`ls -l ${PROJECT}/inbox`])).output;
        const kept = Number(new RegExp(` (\\d+) \\w+ +\\d+ +[\\d:]+ \\S*${name}$`, 'm').exec(inbox)?.[1]);
        expect(kept % 65_536).toBe(0);
        expect(kept).toBeLessThan(content.length);
        const receivedBefore = await receivedBytes();
        const ended =
          client === 'sftp'
            ? await service.sftp(kari, [`${line} ${name} ${PROJECT}/inbox/${name}`])
            : await run('lftp', ['--norc', '-c', lftpScript(`${line} ${name} -o ${PROJECT}/inbox/${name}`)], {
                cwd: service.folder,
                timeoutMs: 60_000,
              });
        expect({ ...ended }).toMatchObject({ exitCode: 0 });
        const sentAgain = (await receivedBytes()) - receivedBefore;
        console.log(`kill: ${client} kept ${kept} of ${content.length} bytes, sent ${sentAgain}`);
        // The headers of packets, the key exchange and the listing come on top.
        expect(sentAgain).toBeGreaterThanOrEqual(content.length - kept);
        expect(sentAgain).toBeLessThan(content.length - kept + 200_000);
      }
      sent.push(file);
      const row = (await received()).find((one) => one.name === name);
      expect(row?.sha256).toBe(file.sha256);
    },
  );

  test('has every file whole, each once and with a receipt that verifies', async () => {
    const rows = await received();
    expect(rows.map((row) => row.name).sort()).toEqual(sent.map((file) => file.name).sort());
    const answer = await fetch(`http://127.0.0.1:${service.httpPort}/api/v1/receipt-keys`);
    const keys = (await answer.json()) as JSONWebKeySet;
    for (const file of sent) {
      const row = rows.find((one) => one.name === file.name)!;
      const { sub, version, sha256, bytes, uploader } = await verifyReceipt(row.receipt, keys);
      const told = { sub, version, sha256, bytes, uploader };
      expect(told).toEqual({
        sub: row.id,
        version: 1,
        sha256: file.sha256,
        bytes: file.bytes,
        uploader: 'kari',
      });
      expect(row.sha256).toBe(file.sha256);
    }
    const readBack = async (file: Sent) => {
      const { code, bytes } = await service.command([
        'inbound',
        'get',
        rows.find((row) => row.name === file.name)!.id,
      ]);
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      expect([file.name, code, sha256]).toEqual([file.name, 0, file.sha256]);
    };
    const some = sent.filter((file) => file.acknowledged || file.resumed);
    expect(some.length).toBeGreaterThan(0);
    for (let i = 0; i < some.length; i += 2) await Promise.all(some.slice(i, i + 2).map(readBack));
  });

  test('has an unbroken audit log, and no body in the store that nobody owns', async () => {
    expect(await service.ok('audit', 'verify')).toContain('intact');
    // A body that was begun and never claimed by an upload is swept once nobody can be at it any more.
    const later = new Date(Date.now() + 60 * 86_400_000).toISOString();
    await service.ok('jobs', 'run', '--at', later);
    const owned = await service.query<{ name: string }>(
      "select name from sealed_object where state = 'sealed'",
    );
    expect(bodies()).toHaveLength(sent.length);
    for (const path of bodies()) expect(owned.some(({ name }) => path.includes(name))).toBe(true);
    expect(readFileSync(bodies()[0]!).includes('fnr;kommune')).toBe(false);
    await service.stop();
  });
});
