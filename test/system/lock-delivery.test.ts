/** The run that must work, part two: a delivery out, for two weeks, and then gone on every door at once. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Temporal } from 'temporal-polyfill';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { isPresent, namesIn } from '../support/clients.ts';
import { soundFile } from '../support/microdata.ts';
import { openSftp } from '../support/raw-sftp.ts';
import { startTestService, type TestPerson, type TestService } from '../support/service.ts';

const PROJECT = 'P24-0187';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

interface ListedDelivery {
  id: string;
  folder: string;
  state: string;
  openedAt: string;
  closesAt: string;
  unfetched: string[];
  files: { name: string; bytes: number; sha256: string }[];
}

const sha256 = (bytes: Uint8Array | string) => createHash('sha256').update(bytes).digest('hex');

let service: TestService;
let kari: TestPerson;
let nils: TestPerson;

const text = (name: string) => readFileSync(service.path(name), 'utf8');
const storedBodies = () =>
  readdirSync(join(service.dataFolder, 'store'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => entry.name);

describe.skipIf(!isPresent('ssh', ['-V']))('a delivery', () => {
  beforeAll(async () => {
    service = await startTestService();
    const about = ['--title', 'Arbeid og helse', '--institution', 'I', '--delete-by', '2099-12-31'];
    await service.ok('project', 'create', PROJECT, ...about);
    [kari, nils] = await Promise.all([
      service.addPerson('kari', 'researcher', PROJECT),
      service.addPerson('nils', 'researcher', PROJECT),
    ]);
  });
  afterAll(() => service?.remove());

  let delivery: ListedDelivery;
  const extract = soundFile(3_000_000);
  const codebook = Buffer.from('kode;navn\r\n0301;Oslo\r\n');

  test('publishes a delivery with a manifest, and tells the researchers', async () => {
    service.write('uttrekk.csv', extract);
    service.write('kodebok.csv', codebook);
    const files = [service.path('uttrekk.csv'), service.path('kodebok.csv')];
    const said = await service.ok('delivery', 'publish', PROJECT, '--title', 'Uttrekk én', ...files);
    expect(said).toContain('kari, nils');
    [delivery] = (await service.json<ListedDelivery[]>('delivery', 'list', PROJECT)) as [ListedDelivery];
    expect(delivery).toMatchObject({ state: 'open', unfetched: ['kari', 'nils'] });
    const opened = Temporal.Instant.from(delivery.openedAt).toZonedDateTimeISO('Europe/Oslo');
    const closes = opened.add({ days: 14 }).round({ smallestUnit: 'minute', roundingMode: 'floor' });
    expect(delivery.closesAt).toBe(closes.toInstant().toString());

    const area = `/${PROJECT}/deliveries`;
    const got = await service.sftp(kari, [
      `ls -1 ${area}`,
      `cd ${area}/${delivery.folder}`,
      'ls -1',
      'get MANIFEST.json',
    ]);
    expect(namesIn(got.output)).toEqual([
      `${area}/${delivery.folder}`,
      `${area}/STATUS.txt`,
      'MANIFEST.json',
      'STATUS.txt',
      'kodebok.csv',
      'uttrekk.csv',
    ]);
    const manifest = JSON.parse(text('MANIFEST.json')) as { files: unknown };
    expect(manifest.files).toEqual([
      { name: 'kodebok.csv', bytes: codebook.length, sha256: sha256(codebook) },
      { name: 'uttrekk.csv', bytes: extract.length, sha256: sha256(extract) },
    ]);
    const mails = await service.json<{ to: string; subject: string }[]>('outbox', 'list');
    expect(mails.map((mail) => mail.to).sort()).toEqual(['kari@example.no', 'nils@example.no']);
  });

  test('gives the delivery whole, from any offset, with several reads in flight', async () => {
    const folder = `${PROJECT}/deliveries/${delivery.folder}`;
    service.write('resumed.csv', extract.subarray(0, 1_234_567));
    const got = await service.sftp(kari, [
      `get ${folder}/uttrekk.csv whole.csv`,
      `get ${folder}/kodebok.csv codes.csv`,
      `reget ${folder}/uttrekk.csv resumed.csv`,
    ]);
    expect({ ...got }).toMatchObject({ exitCode: 0 });
    for (const name of ['whole.csv', 'resumed.csv'])
      expect(readFileSync(service.path(name)).equals(extract)).toBe(true);
    expect(readFileSync(service.path('codes.csv')).equals(codebook)).toBe(true);

    const client = await openSftp(service.sftpPort, kari);
    const file = await client.openFile(`${folder}/uttrekk.csv`);
    const offsets = [2_999_000, 0, 65_535, 1_000_000, 65_536, 2_000_001, 7, 131_071, extract.length - 5];
    const read = await Promise.all(offsets.map((offset) => file.read(offset, 32_768)));
    offsets.forEach((offset, i) => {
      expect(read[i]!.equals(extract.subarray(offset, offset + read[i]!.length))).toBe(true);
      expect(read[i]!.length).toBe(Math.min(32_768, extract.length - offset));
    });
    client.end();
    const [now] = await service.json<ListedDelivery[]>('delivery', 'list', PROJECT);
    expect(now!.unfetched).toEqual(['nils']);
  });

  test('warns three days before the end those who have not fetched it, once', async () => {
    const due = Temporal.Instant.from(delivery.closesAt)
      .toZonedDateTimeISO('Europe/Oslo')
      .subtract({ days: 3 });
    const runAt = (at: Temporal.ZonedDateTime) =>
      service.ok('jobs', 'run', '--at', at.toInstant().toString());
    expect(await runAt(due.subtract({ minutes: 1 }))).not.toContain('warn-unfetched');
    const said = await runAt(due);
    expect(said.match(/^warn-unfetched: .*$/gm)).toEqual([
      `warn-unfetched: told nils that ${PROJECT}/deliveries/${delivery.folder} closes soon`,
    ]);
    expect(await runAt(due.add({ hours: 1 }))).toBe('Nothing was due.\n');
  });

  test('closes after two weeks on SFTP, for open handles too, and destroys the keys', async () => {
    const folder = `${PROJECT}/deliveries/${delivery.folder}`;
    const client = await openSftp(service.sftpPort, nils);
    const held = await client.openFile(`${folder}/uttrekk.csv`);
    expect((await held.read(0, 1000)).equals(extract.subarray(0, 1000))).toBe(true);
    const objects = await service.query<{ name: string; wraps: number }>(
      `select f.object_name as name, count(k.*)::int as wraps from publication_file f
       left join object_key k on k.object_name = f.object_name group by 1`,
    );
    expect(objects.map((one) => one.wraps > 0)).toEqual([true, true]);
    const names = objects.map((one) => one.name);
    expect(storedBodies().filter((name) => names.some((one) => name.includes(one)))).toHaveLength(2);

    const at = Temporal.Instant.from(delivery.closesAt);
    const early = await service.ok('jobs', 'run', '--at', at.subtract({ seconds: 1 }).toString());
    expect(early).not.toContain('expire-deliveries');
    expect((await held.read(1000, 1000)).equals(extract.subarray(1000, 2000))).toBe(true);
    expect(await service.ok('jobs', 'run', '--at', at.toString())).toContain(
      `expire-deliveries: closed ${folder}; 2 keys destroyed`,
    );
    await expect(held.read(2000, 1000)).rejects.toThrow(/has closed/);
    await expect(client.openFile(`${folder}/uttrekk.csv`)).rejects.toThrow(/has closed/);
    client.end();

    const gone = await service.sftp(kari, [
      `ls -1 /${PROJECT}/deliveries`,
      `-ls /${folder}`,
      `-get /${folder}/kodebok.csv x`,
    ]);
    expect(namesIn(gone.output)).toEqual([`/${PROJECT}/deliveries/STATUS.txt`]);
    expect(gone.output).toMatch(/not found/);
    const wraps = await service.query('select 1 from object_key where object_name = any($1)', [names]);
    expect(wraps).toEqual([]);
    const states = await service.query('select distinct state from sealed_object where name = any($1)', [
      names,
    ]);
    expect(states).toEqual([{ state: 'erased' }]);
    expect(storedBodies().filter((name) => names.some((one) => name.includes(one)))).toEqual([]);
    expect(await service.ok('delivery', 'list', PROJECT)).toMatch(/expired/);
  });

  test('has it all in an audit log whose chain is intact, and notices a changed event', async () => {
    const [expired] = await service.query<{ subject: string; detail: string; actor: string }>(
      "select subject, detail, actor from audit_event where action = 'delivery.expired'",
    );
    expect(expired).toMatchObject({ subject: `publication:${delivery.id}`, actor: 'clock' });
    expect(JSON.parse(expired!.detail)).toMatchObject({ folder: delivery.folder, keysDestroyed: 2 });
    const actions = await service.query<{ action: string }>('select distinct action from audit_event');
    expect(actions.map((one) => one.action)).toEqual(
      expect.arrayContaining(['project.created', 'delivery.published', 'delivery.fetched']),
    );
    const said = await service.ok('audit', 'verify');
    const end = /end (\d+:[0-9a-f]{64})/.exec(said)![1]!;
    expect(await service.ok('audit', 'verify', '--expect', end)).toContain('intact');

    await expect(service.query("update audit_event set actor = 'clock' where seq = 3")).rejects.toThrow(
      /append-only/,
    );
    await service.query('alter table audit_event disable trigger audit_event_append_only');
    await service.query("update audit_event set actor = 'person:nils' where seq = 3");
    const broken = await service.command(['audit', 'verify']);
    expect([broken.code, broken.stdout]).toEqual([1, expect.stringContaining('BROKEN at event 3')]);
  });

  test('stops within five seconds in the middle of a transfer, its database too', async () => {
    const client = await openSftp(service.sftpPort, kari);
    const sending = await client.openFile(`${PROJECT}/inbox/sendes.csv`, 'w');
    await sending.write(0, extract.subarray(0, 200_000));
    await service.stop();
    expect(await service.databasePid()).toBeUndefined();
    expect(await service.command(['inbound', 'list', PROJECT])).toMatchObject({ code: 3 });
  });
});
