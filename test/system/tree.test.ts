/** The folders as people see them: drop box, accepted files, drafts, STATUS.txt and room, with real clients. */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { isPresent, namesIn, run } from '../support/clients.ts';
import { descriptionOf, soundFile } from '../support/microdata.ts';
import { openSftp } from '../support/raw-sftp.ts';
import { startTestService, type TestPerson, type TestService } from '../support/service.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const PROJECT = 'P24-0187';
const INBOX = `/${PROJECT}/inbox`;
const sound = soundFile(400_000);
const faulty = Buffer.from('år;kode\n2020;1\n');
const extract = randomBytes(700_000);

let service: TestService;
let kari: TestPerson;
let firma: TestPerson;
let pia: TestPerson;
let soundPath = '';
let faultyPath = '';
let extractPath = '';

const text = (name: string) => readFileSync(service.path(name), 'utf8');

async function status(person: TestPerson, folder: string): Promise<string> {
  const got = await service.sftp(person, [`get ${folder}/STATUS.txt status.txt`]);
  expect({ ...got }).toMatchObject({ exitCode: 0 });
  return text('status.txt');
}

function lftp(person: TestPerson, commands: string) {
  const ssh = `ssh -a -x -F /dev/null -i ${person.keyFile} -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR`;
  const open = `set sftp:connect-program "${ssh}"; set net:max-retries 1; set cmd:fail-exit yes; open -u ${person.id},x -p ${service.sftpPort} sftp://127.0.0.1`;
  return run('lftp', ['--norc', '-c', `${open}; ${commands}; bye`], {
    cwd: service.folder,
    timeoutMs: 60_000,
  });
}

beforeAll(async () => {
  service = await startTestService();
  const about = ['--title', 'Arbeid og helse', '--institution', 'I', '--delete-by', '2099-12-31'];
  await service.ok('project', 'create', PROJECT, ...about);
  kari = await service.addPerson('kari', 'researcher', PROJECT);
  firma = await service.addPerson('firma', 'supplier', PROJECT);
  pia = await service.addPerson('pia', 'producer', PROJECT);
  const description = descriptionOf('personer.csv', 'formue.csv', 'firma.csv', 'winscp.csv');
  await service.ok('describe', PROJECT, service.write('datapackage.json', description));
  soundPath = service.write('sound', sound);
  faultyPath = service.write('faulty', faulty);
  extractPath = service.write('extract', extract);
});
afterAll(() => service?.remove());

describe.skipIf(!isPresent('ssh', ['-V']))('the inbox', () => {
  test('gives a rejected file back, and an accepted one never', async () => {
    const rejected = await service.sftp(kari, [
      `put ${faultyPath} ${INBOX}/personer.csv`,
      `get ${INBOX}/personer.csv reread`,
      `rm ${INBOX}/personer.csv`,
      `-stat ${INBOX}/personer.csv`,
      `put ${soundPath} ${INBOX}/personer.csv`,
    ]);
    expect({ ...rejected }).toMatchObject({ exitCode: 0 });
    expect(readFileSync(service.path('reread')).equals(faulty)).toBe(true);
    for (const line of [`get ${INBOX}/personer.csv x`, `rm ${INBOX}/personer.csv`])
      expect((await service.sftp(kari, [line])).exitCode).toBe(1);
  });

  test('an accepted file stands through the sequence of WinSCP until the new version is accepted', async () => {
    const client = await openSftp(service.sftpPort, kari);
    const send = async (name: string, bytes: Buffer) => {
      const file = await client.openFile(`${INBOX}/${name}`, 'w');
      await file.write(0, bytes);
      await file.close();
    };
    const [first, second] = [soundFile(30_000), soundFile(20_000)];
    await send('winscp.csv', first);
    await expect(client.remove(`${INBOX}/winscp.csv`)).rejects.toThrow(/accepted and cannot be deleted/);
    await send('winscp.csv.filepart', second);
    await expect(client.rename(`${INBOX}/winscp.csv.filepart`, `${INBOX}/winscp.csv`)).rejects.toThrow(
      /already/,
    );
    await client.remove(`${INBOX}/winscp.csv`);
    expect((await client.stat(`${INBOX}/winscp.csv`)).size).toBe(first.length);
    await client.rename(`${INBOX}/winscp.csv.filepart`, `${INBOX}/winscp.csv`);
    expect((await client.stat(`${INBOX}/winscp.csv`)).size).toBe(second.length);
    client.end();
    const versions = await service.query<{ version: number }>(
      `select version from inbound_file where name = 'winscp.csv' and state <> 'erased' order by version`,
    );
    expect(versions.map((row) => row.version)).toEqual([1, 2]);
  });

  test('shows a supplier their own files only, in the list and in the status', async () => {
    const got = await service.sftp(firma, [
      `put ${soundPath} ${INBOX}/firma.csv`,
      `ls -1 ${INBOX}`,
      `ls -1 ${PROJECT}`,
    ]);
    const names = namesIn(got.output);
    expect(names).toContain(`${INBOX}/firma.csv`);
    expect(names.filter((name) => /personer|winscp/.test(name))).toEqual([]);
    expect(names.filter((name) => name.startsWith(`${PROJECT}/`))).toEqual([
      `${PROJECT}/STATUS.txt`,
      `${PROJECT}/inbox`,
    ]);
    const told = await status(firma, INBOX);
    expect(told).toMatch(/firma\.csv +GODKJENT/);
    expect(told).not.toMatch(/personer|winscp|formue|kari/);
  });

  test('refuses names that break the rule before a byte is sent, and says why', async () => {
    const client = await openSftp(service.sftpPort, kari);
    const refused: [string, RegExp][] = [
      ['lønn.csv', /Æ, ø, å/],
      ['a b.csv', /blank are not allowed/],
      ['2023.csv', /begin with a digit/],
      ['data.exe', /not among the formats/],
      ['STATUS.txt', /written by the service/],
    ];
    for (const [name, reason] of refused)
      for (const ending of ['', '.filepart', '.part', '.1a2b3c4d.partial'])
        await expect(client.openFile(`${INBOX}/${name}${ending}`, 'w')).rejects.toThrow(reason);
    client.end();
    const begun = await service.query(`select 1 from inbound_file where name ~ 'exe|2023|lønn|a b'`);
    expect(begun).toEqual([]);
  });

  test.skipIf(!isPresent('lftp', ['--version']))('lftp shows its user why a name is refused', async () => {
    const { exitCode, output } = await lftp(kari, `put ${soundPath} -o ${INBOX}/min-fil.csv`);
    expect(exitCode).not.toBe(0);
    expect(output).toMatch(/bindestrek og mellomrom er ikke tillatt/);
  });
});

describe.skipIf(!isPresent('ssh', ['-V']))('STATUS.txt', () => {
  test('says in both languages what is expected, what came and what is wrong, as it is now', async () => {
    await service.sftp(kari, [`put ${faultyPath} ${INBOX}/personer.csv`]);
    const told = await status(kari, INBOX);
    expect(told).toMatch(/formue\.csv +MANGLER/);
    expect(told).toMatch(/formue\.csv +MISSING/);
    expect(told).toMatch(/personer\.csv +AVVIST +versjon \d+, mottatt/);
    expect(told).toMatch(/Versjon \d+, som er godkjent, gjelder til en ny er godkjent/);
    expect(told).toMatch(/^ +- .*Kolonne mangler/m);
    expect(told).toMatch(/^ +- .*Column missing/m);
    await service.sftp(kari, [`put ${soundPath} ${INBOX}/personer.csv`]);
    expect(await status(kari, INBOX)).toMatch(/personer\.csv +GODKJENT/);
  });

  test('serves exactly the bytes of its STAT, and an open one does not change under its reader', async () => {
    const client = await openSftp(service.sftpPort, kari);
    const folders = [`/${PROJECT}`, INBOX, `/${PROJECT}/deliveries`];
    for (const folder of folders) {
      const { size } = await client.stat(`${folder}/STATUS.txt`);
      const open = await client.openFile(`${folder}/STATUS.txt`);
      expect((await open.read(0, 100_000)).length).toBe(size);
      await open.close();
    }
    const held = await client.openFile(`${INBOX}/STATUS.txt`);
    const before = await held.read(0, 100_000);
    const sending = await client.openFile(`${INBOX}/formue.csv`, 'w');
    await sending.write(0, sound.subarray(0, 30_000));
    expect((await held.read(0, 100_000)).equals(before)).toBe(true);
    await held.close();
    expect(await status(kari, INBOX)).toMatch(/formue\.csv {2}30,0 kB så langt, begynt .*, fra kari/);
    await sending.close();
    client.end();
  });

  test('says of a file that is being sent what the check has found in it so far, to those who may know', async () => {
    const client = await openSftp(service.sftpPort, kari);
    const sending = await client.openFile(`${INBOX}/formue.csv`, 'w');
    // The check tells what it has counted now and then, not after each row.
    const long = soundFile(3_000_000);
    for (let at = 0; at < long.length; at += 200_000)
      await sending.write(at, long.subarray(at, at + 200_000));
    const told = async () => (await status(kari, INBOX)).replaceAll('\u00a0', ' ');
    await expect
      .poll(told, { timeout: 30_000 })
      .toMatch(/\d+ rader kontrollert så langt; ingen feil er funnet/);
    const faults = Buffer.from('"x" y;1;2;3;4;5\n'.repeat(200_000));
    for (let at = 0; at < faults.length; at += 32_768)
      await sending.write(long.length + at, faults.subarray(at, at + 32_768));
    await expect
      .poll(told, { timeout: 30_000 })
      .toMatch(/kontrollert så langt; dette er feil:\n {6}- [^\n]+, [\d ]+ ganger/);
    expect(await told()).toMatch(/rows checked so far; this is wrong:\n {6}- [^\n]+ times/);
    expect(await status(firma, INBOX)).not.toMatch(/kontrollert så langt/);
    client.cut();
    await expect.poll(told, { timeout: 30_000 }).toMatch(/formue\.csv {2}avbrutt etter/);
    expect(await told()).not.toMatch(/kontrollert så langt/);
    expect((await service.sftp(kari, [`rm ${INBOX}/formue.csv`])).exitCode).toBe(0);
  });

  test('cannot be written, deleted or renamed away', async () => {
    const client = await openSftp(service.sftpPort, kari);
    const path = `/${PROJECT}/STATUS.txt`;
    await expect(client.openFile(path, 'w')).rejects.toThrow(/written by the service/);
    await expect(client.remove(path)).rejects.toThrow(/written by the service/);
    await expect(client.rename(path, `${INBOX}/x.csv`)).rejects.toThrow(/written by the service/);
    client.end();
  });
});

describe.skipIf(!isPresent('ssh', ['-V']))('staff', () => {
  test('read what is accepted, on record, and cannot change it', async () => {
    const got = await service.sftp(pia, [
      `ls -1 /${PROJECT}`,
      `get /${PROJECT}/accepted/personer.csv accepted`,
      `-put ${soundPath} /${PROJECT}/accepted/x.csv`,
      `-put ${soundPath} ${INBOX}/x.csv`,
    ]);
    expect(namesIn(got.output)).toEqual(
      ['STATUS.txt', 'accepted', 'deliveries', 'drafts', 'inbox'].map((name) => `/${PROJECT}/${name}`),
    );
    expect(readFileSync(service.path('accepted')).equals(sound)).toBe(true);
    const events = await service.query(
      `select 1 from audit_event where action = 'inbound.read' and actor = 'person:pia'`,
    );
    expect(events).toHaveLength(1);
    expect((await service.sftp(kari, [`ls /${PROJECT}/accepted`])).exitCode).toBe(1);
  });

  test('prepare a delivery by upload, and publish it; researchers see it only then', async () => {
    const drafts = `/${PROJECT}/drafts`;
    const made = await service.sftp(pia, [
      `mkdir ${drafts}/uttrekk`,
      `put ${faultyPath} ${drafts}/uttrekk/data.csv`,
      `put ${extractPath} ${drafts}/uttrekk/data.csv`,
      `put ${faultyPath} ${drafts}/uttrekk/kodebok.tmp`,
      `rename ${drafts}/uttrekk/kodebok.tmp ${drafts}/uttrekk/kodebok.csv`,
      `put ${faultyPath} ${drafts}/uttrekk/feil.csv`,
      `rm ${drafts}/uttrekk/feil.csv`,
      `get ${drafts}/uttrekk/data.csv draft-back`,
      `-put ${faultyPath} ${drafts}/los.csv`,
    ]);
    expect({ ...made }).toMatchObject({ exitCode: 0 });
    expect(readFileSync(service.path('draft-back')).equals(extract)).toBe(true);
    expect(await status(pia, drafts)).toMatch(/data\.csv +700,0 kB/);
    expect((await service.sftp(kari, [`ls ${drafts}`])).exitCode).toBe(1);

    const published = await service.json<{ folder: string }>(
      ...['delivery', 'publish', PROJECT, '--draft', 'uttrekk', '--title', 'Uttrekk'],
    );
    const area = `/${PROJECT}/deliveries/${published.folder}`;
    const got = await service.sftp(kari, [`ls -1 ${area}`, `get ${area}/data.csv delivered`]);
    expect(namesIn(got.output)).toEqual(
      ['MANIFEST.json', 'STATUS.txt', 'data.csv', 'kodebok.csv'].map((name) => `${area}/${name}`),
    );
    expect(readFileSync(service.path('delivered')).equals(extract)).toBe(true);
    expect(namesIn((await service.sftp(pia, [`ls -1 ${drafts}`])).output)).toEqual([`${drafts}/STATUS.txt`]);
    expect(await status(kari, area)).toMatch(/Kan lastes ned til .*[\s\S]*Du har ikke hentet alt ennå/);
    expect(await status(pia, `/${PROJECT}/deliveries`)).toMatch(/Ikke hentet i sin helhet av: kari/);

    await service.ok('delivery', 'withdraw', PROJECT, published.folder, '--reason', 'feil populasjon');
    expect(await status(kari, `/${PROJECT}/deliveries`)).toMatch(
      /Trukket tilbake .*Begrunnelse: feil populasjon/,
    );
  });

  test.skipIf(!isPresent('lftp', ['--version']))('mirror a folder into drafts with lftp', async () => {
    const { exitCode, output } = await lftp(
      pia,
      `mkdir /${PROJECT}/drafts/lftp; put ${extractPath} -o /${PROJECT}/drafts/lftp/a.csv; mv /${PROJECT}/drafts/lftp/a.csv /${PROJECT}/drafts/lftp/b.csv; cls -1 /${PROJECT}/drafts/lftp`,
    );
    expect({ exitCode, output }).toMatchObject({ exitCode: 0 });
    const [draft] = await service.json<{ files: { name: string; bytes: number }[] }[]>(
      ...['delivery', 'drafts', PROJECT],
    );
    expect(draft!.files).toMatchObject([{ name: 'b.csv', bytes: extract.length }]);
  });
});

describe.skipIf(!isPresent('ssh', ['-V']))('the quota', () => {
  test('is what df shows, and refuses the write that goes beyond it with the numbers', async () => {
    const { usedBytes } = await service.json<{ usedBytes: number }>('project', 'quota', PROJECT);
    await service.ok('project', 'quota', PROJECT, String(usedBytes + 2_000_000));
    const df = await service.sftp(kari, [`df ${INBOX}`]);
    const [size, used, free] = /^ +(\d+) +(\d+) +(\d+)/m.exec(df.output)!.slice(1).map(Number);
    expect(
      [size! * 1024, used! * 1024, free! * 1024].map(
        (n, i) => Math.abs(n - [usedBytes + 2_000_000, usedBytes, 2_000_000][i]!) < 8192,
      ),
    ).toEqual([true, true, true]);

    const client = await openSftp(service.sftpPort, kari);
    const file = await client.openFile(`${INBOX}/formue.csv`, 'w');
    const block = Buffer.alloc(200_000, 'kode;1\n');
    for (let at = 0; at < 2_000_000; at += block.length) await file.write(at, block);
    await expect(file.write(2_000_000, block)).rejects.toThrow(/There is no room for the file: .* of /);
    await expect(file.close()).rejects.toThrow(/no room/);
    client.end();
    service.write('large', Buffer.alloc(3_000_000, 'kode;1\n'));
    const drafts = `/${PROJECT}/drafts`;
    const staff = await service.sftp(pia, [`mkdir ${drafts}/stor`, `put large ${drafts}/stor/a.csv`]);
    expect(staff.exitCode).toBe(1);
    const published = await service.command([
      ...['delivery', 'publish', PROJECT, '--title', 'Stor', service.path('large')],
    ]);
    expect([published.code, published.stderr]).toEqual([1, expect.stringContaining('no room')]);
    await service.ok('project', 'quota', PROJECT, 'default');
    expect((await service.sftp(pia, [`put large ${drafts}/stor/a.csv`])).exitCode).toBe(0);
  });
});
