import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { verifyAudit } from '../../../src/audit/audit.ts';
import { confirmDeletion } from '../../../src/cases/projects.ts';
import { actorFor, addPerson } from '../../../src/identity/people.ts';
import type { Actor } from '../../../src/identity/permissions.ts';
import { openInbound, rereadInbound } from '../../../src/inbound/content.ts';
import { describeProject } from '../../../src/inbound/descriptions.ts';
import { eraseStale, removeInbound } from '../../../src/inbound/erase.ts';
import { inboundReceipt, inboundReport, listInbound, newestInbound } from '../../../src/inbound/listing.ts';
import { receiptKeys, verifyReceipt } from '../../../src/inbound/receipts.ts';
import { renameInbound } from '../../../src/inbound/rename.ts';
import { openUpload, unfinishedUpload } from '../../../src/inbound/upload.ts';
import { uploadProgress, uploadsUnderWay } from '../../../src/inbound/upload-progress.ts';
import { createInbox } from '../../../src/sftp/tree/inbox.ts';
import { sweepStore } from '../../../src/vault/bodies.ts';
import {
  addTestPerson,
  addTestProject,
  clockActor,
  openTestCore,
  operator,
  type Person,
  type TestCore,
} from '../../support/core.ts';

let core: TestCore;
let kari: Person;
let ola: Person;
let supplier: Person;
let project = '';
let count = 0;

beforeAll(async () => {
  core = await openTestCore();
});
afterAll(() => core.close());

beforeEach(async () => {
  count += 1;
  project = `P${count}`;
  await addTestProject(core, project);
  kari = await addTestPerson(core, 'kari', 'researcher', project);
  ola = await addTestPerson(core, 'ola', 'researcher', project);
  supplier = await addTestPerson(core, 'leverandor', 'supplier', project);
});

const open = (who: Person, name: string, mode: 'new' | 'resume' | 'either' = 'new') =>
  openUpload(core, who, { projectId: project, name, mode, door: 'sftp' });

const good = Buffer.from('kode;antall\r\nA;1\r\nB;2\r\n');
/** A variable name that breaks the rule. */
const bad = Buffer.from('år;antall\r\n2020;1\r\n');

async function send(who: Person, name: string, bytes: Uint8Array = good): Promise<void> {
  const upload = await open(who, name);
  await upload.write(0, bytes);
  await upload.finish();
}

async function content(actor: Actor, id: string): Promise<Buffer> {
  const { reader } = await openInbound(core, actor, id);
  const chunks: Uint8Array[] = [];
  for await (const chunk of reader.stream()) chunks.push(Buffer.from(chunk));
  await reader.close();
  return Buffer.concat(chunks);
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const files = () => listInbound(core, operator, project);

/** Rows of random letters: large, and accepted. */
function large(bytes: number): Buffer {
  const line = (n: number): string => `${n % 10};${randomBytes(40).toString('hex').replace(/[0-9]/g, 'x')}\n`;
  const lines = ['kode;tekst\n'];
  for (let size = 0, n = 0; size < bytes; n++) {
    lines.push(line(n));
    size += 83;
  }
  return Buffer.from(lines.join(''));
}

test('answers a file with version, report and a receipt that verifies', async () => {
  await send(kari, 'data.csv');
  const [file] = await files();
  expect(file).toMatchObject({
    name: 'data.csv',
    version: 1,
    state: 'accepted',
    bytes: good.length,
    sha256: sha256(good),
  });
  const id = file?.id ?? '';
  const report = await inboundReport(core, kari, id);
  expect(report).toMatchObject({ verdict: 'accepted', rows: 2, file: { sha256: sha256(good) } });
  const receipt = await verifyReceipt(await inboundReceipt(core, kari, id), await receiptKeys(core));
  expect(receipt).toMatchObject({
    project,
    file: 'data.csv',
    version: 1,
    uploader: 'kari',
    sha256: sha256(good),
    verdict: 'accepted',
  });
  expect(await content(operator, id)).toEqual(good);
});

test('checks references against the newest accepted file of the project, and says when there is none', async () => {
  const fields = [{ name: 'person', type: 'string' }];
  const reference = { resource: 'personer', fields: 'id' };
  const description = {
    resources: [
      { name: 'personer', path: 'personer.csv', schema: { fields: [{ name: 'id', type: 'string' }] } },
      {
        name: 'besok',
        path: 'besok.csv',
        schema: { fields, foreignKeys: [{ fields: 'person', reference }] },
      },
    ],
  };
  await describeProject(core, operator, project, JSON.stringify(description));
  const sent = async (name: string, lines: string[]) => {
    await send(kari, name, Buffer.from(`${lines.join('\n')}\n`));
    const newest = (await files()).filter((file) => file.name === name).at(-1);
    const { verdict, complete, rules } = await inboundReport(core, kari, newest?.id ?? '');
    return { verdict, complete, rules: rules.map(({ code, sub, count }) => [code, sub, count]) };
  };
  const unmet = { verdict: 'rejected', complete: true, rules: [['foreign-key', null, 1]] };
  expect(await sent('besok.csv', ['person', 'A', 'B'])).toEqual({
    verdict: 'accepted',
    complete: false,
    rules: [['foreign-key', 'file-missing', 1]],
  });
  expect(await sent('personer.csv', ['id', 'A'])).toMatchObject({ verdict: 'accepted' });
  expect(await sent('besok.csv', ['person', 'A', 'B'])).toEqual(unmet);
  // A version that is refused changes nothing.
  expect(await sent('personer.csv', ['id;id', 'A;A', 'B;B'])).toMatchObject({ verdict: 'rejected' });
  expect(await sent('besok.csv', ['person', 'A', 'B'])).toEqual(unmet);
  expect(await sent('personer.csv', ['id', 'A', 'B'])).toMatchObject({ verdict: 'accepted' });
  expect(await sent('besok.csv', ['person', 'A', 'B'])).toEqual({
    verdict: 'accepted',
    complete: true,
    rules: [],
  });
});

test('writes the hints of a report in the language of who sent the file, and the text in that of who reads it', async () => {
  const given = { id: 'eve', name: 'Eve', email: 'eve@example.no', role: 'researcher' as const };
  await addPerson(core, operator, { ...given, language: 'en', projectId: project, sshKey: undefined });
  const eve = (await actorFor(core, 'eve')) as Person;
  await send(eve, 'data.csv', Buffer.from('a;a\n1;2\n'));
  const report = await inboundReport(core, eve, (await files())[0]?.id ?? '');
  expect(report.rules[0]?.hint).toMatch(/^Two columns/);
  const inbox = createInbox(core);
  const textFor = async (who: Person) => {
    const open = await inbox.open(who, project, 'data.csv.report.txt', {
      ...{ read: true, write: false, append: false, create: false, truncate: false, exclusive: false },
    });
    return Buffer.concat(await open.readPieces(0, 40)).toString();
  };
  expect(await textFor(eve)).toMatch(/^REJECTED/);
  expect(await textFor(kari)).toMatch(/^AVVIST/);
});

test('shows bytes and rule counts of an upload under way to those who may see the file, and to nobody else', async () => {
  const bytes = Buffer.concat([Buffer.from('kode;tekst\n'), Buffer.from('1;"x" y\n'.repeat(300_000))]);
  const upload = await open(supplier, 'stor.csv');
  const asked = (actor: Actor) => uploadProgress(core, actor, project, 'stor.csv');
  expect(await asked(supplier)).toMatchObject({ bytes: 0, announcedBytes: null, counts: null });
  await upload.truncate(2 * bytes.length);
  await upload.write(0, bytes);
  const counted = async () => (await asked(supplier))?.counts?.rules[0]?.count ?? 0;
  await expect.poll(counted, { timeout: 20_000 }).toBeGreaterThan(100_000);
  const shown = await asked(kari);
  expect(shown).toMatchObject({
    name: 'stor.csv',
    uploaderId: 'leverandor',
    bytes: bytes.length,
    announcedBytes: 2 * bytes.length,
  });
  expect(shown?.counts?.rules).toMatchObject([{ code: 'structure', sub: 'quote' }]);
  expect(shown?.counts?.rows).toBeGreaterThan(100_000);

  const stranger = await addTestPerson(core, 'annen', 'supplier', project);
  expect(await asked(stranger)).toBe(undefined);
  expect(await uploadsUnderWay(core, stranger, project)).toEqual([]);
  await addTestProject(core, `${project}-annet`);
  const outsider = await addTestPerson(core, 'utenfor', 'researcher', `${project}-annet`);
  await expect(asked(outsider)).rejects.toMatchObject({ code: 'not-found' });
  expect(await uploadProgress(core, kari, project, 'annen.csv')).toBe(undefined);

  await upload.write(bytes.length, bytes);
  await upload.finish();
  expect(await uploadsUnderWay(core, operator, project)).toEqual([]);
});

test('refuses a receipt in which one character is changed', async () => {
  await send(kari, 'data.csv');
  const jws = await inboundReceipt(core, kari, (await files())[0]?.id ?? '');
  const [head = '', payload = '', signature = ''] = jws.split('.');
  const forged = Buffer.from(payload, 'base64url').toString().replace('accepted', 'rejected');
  const keys = await receiptKeys(core);
  await expect(
    verifyReceipt([head, Buffer.from(forged).toString('base64url'), signature].join('.'), keys),
  ).rejects.toThrow(/integrity/);
  await expect(verifyReceipt('nonsense', keys)).rejects.toThrow(/integrity/);
});

test('a later file of the same name is the next version, and the earlier one stays', async () => {
  await send(kari, 'data.csv');
  await send(ola, 'data.csv', Buffer.from('kode\nC\n'));
  expect((await files()).map((file) => [file.version, file.uploaderId])).toEqual([
    [1, 'kari'],
    [2, 'ola'],
  ]);
});

test('takes writes that overtake one another, in any order within the window', async () => {
  const bytes = large(3_000_000);
  const upload = await open(kari, 'data.csv');
  const pieces: [number, Buffer][] = [];
  for (let at = 0; at < bytes.length; at += 32_768) pieces.push([at, bytes.subarray(at, at + 32_768)]);
  for (let i = 0; i + 3 < pieces.length; i += 4) pieces.splice(i, 4, ...pieces.slice(i, i + 4).reverse());
  for (const [at, piece] of pieces) await upload.write(at, piece);
  expect(await upload.finish()).toMatchObject({ version: 1, verdict: 'accepted' });
  expect((await files())[0]?.sha256).toBe(sha256(bytes));
});

test('does not receive a file with a gap, or one that is shorter than announced', async () => {
  const gap = await open(kari, 'gap.csv');
  await gap.write(0, good);
  await gap.write(100, good);
  await expect(gap.finish()).rejects.toThrow(/not arrive in full/);
  const short = await open(kari, 'short.csv');
  await short.truncate(1000);
  await short.write(0, good);
  await expect(short.finish()).rejects.toThrow(/not arrive in full/);
  expect((await files()).filter((file) => file.version !== null)).toEqual([]);
});

test('refuses to write over what has arrived', async () => {
  const upload = await open(kari, 'data.csv');
  await upload.write(0, good);
  await expect(upload.write(3, good)).rejects.toThrow(/cannot be written over/);
});

test('goes on after a lost connection from what is durable, under a new key, and the whole file is checked', async () => {
  const bytes = large(2_500_000);
  const first = await open(kari, 'data.csv');
  await first.write(0, bytes.subarray(0, 1_700_000));
  await first.abandon();
  const kept = await unfinishedUpload(core, 'kari', project, 'data.csv');
  expect(kept?.bytes).toBeGreaterThan(1_500_000);
  expect((kept?.bytes ?? 1) % 65_536).toBe(0);

  const second = await open(kari, 'data.csv', 'resume');
  expect(second.size).toBe(kept?.bytes);
  await second.append(second.size, bytes.subarray(second.size));
  expect(await second.finish()).toMatchObject({ verdict: 'accepted' });
  const [file] = await files();
  expect(file?.sha256).toBe(sha256(bytes));
  expect(sha256(await content(operator, file?.id ?? ''))).toBe(sha256(bytes));
  const keys = await core.db.selectFrom('object_key').selectAll().where('holder', '=', 'inbound').execute();
  expect(keys.filter((key) => key.first_segment > 0).length).toBeGreaterThan(0);
});

test('lets the first write decide where an upload opened without truncation goes on', async () => {
  const bytes = large(400_000);
  const first = await open(kari, 'data.csv');
  await first.write(0, bytes);
  await first.abandon();
  const kept = (await unfinishedUpload(core, 'kari', project, 'data.csv'))?.bytes ?? 0;

  const onwards = await open(kari, 'data.csv', 'either');
  expect(onwards.size).toBe(kept);
  await onwards.write(kept - 10, bytes.subarray(kept - 10));
  await onwards.finish();
  const anew = await open(kari, 'data.csv', 'either');
  await anew.write(0, good);
  await anew.finish();
  expect((await files()).map((file) => file.sha256)).toEqual([sha256(bytes), sha256(good)]);
});

test('an answered file that is opened and closed without a write gets no new version', async () => {
  await send(kari, 'fil.csv');
  const upload = await open(kari, 'fil.csv', 'either');
  expect(await upload.finish()).toBeUndefined();
  const names = (await listInbound(core, operator, project)).map((one) => [one.name, one.version, one.state]);
  expect(names).toEqual([['fil.csv', 1, 'accepted']]);
  expect([...core.uploads.values()]).not.toContain(upload);
});

test('does not append to a file that has been received', async () => {
  await send(kari, 'data.csv');
  await expect(open(kari, 'data.csv', 'resume')).rejects.toThrow(/not-resumable/);
});

test('truncates to nothing and to less, as clients do before they go on', async () => {
  const bytes = large(300_000);
  const upload = await open(kari, 'data.csv');
  await upload.write(0, bytes.subarray(0, 250_000));
  await upload.truncate(100_000);
  expect(upload.size).toBe(100_000);
  await upload.write(100_000, bytes.subarray(100_000));
  await upload.finish();
  const other = await open(kari, 'other.csv');
  await other.write(0, bytes);
  await other.truncate(0);
  await other.write(0, good);
  await other.finish();
  expect((await files()).map((file) => file.sha256)).toEqual([sha256(bytes), sha256(good)]);
});

test('a newer transfer of the same file by the same person takes over; the older can write no more', async () => {
  const older = await open(kari, 'data.csv');
  await older.write(0, good);
  const newer = await open(kari, 'data.csv');
  await expect(older.write(good.length, good)).rejects.toThrow(/newer transfer/);
  await expect(older.finish()).rejects.toThrow(/newer transfer/);
  await newer.write(0, good);
  expect(await newer.finish()).toMatchObject({ version: 1 });
});

test('two people may send the same name at once; each is a version', async () => {
  const [one, two] = await Promise.all([open(kari, 'data.csv'), open(ola, 'data.csv')]);
  await one.write(0, good);
  await two.write(0, good);
  await Promise.all([one.finish(), two.finish()]);
  expect((await files()).map((file) => file.version)).toEqual([1, 2]);
});

test('a file under a name that clients use while sending is held, and received at the rename', async () => {
  await send(kari, 'data.csv.filepart');
  expect((await files()).map((file) => [file.name, file.state, file.version])).toEqual([
    ['data.csv.filepart', 'held', null],
  ]);
  await renameInbound(core, kari, project, 'data.csv.filepart', 'data.csv', { replace: false });
  expect((await files()).map((file) => [file.name, file.state, file.version])).toEqual([
    ['data.csv', 'accepted', 1],
  ]);
  await send(kari, 'data.csv.filepart');
  await expect(
    renameInbound(core, kari, project, 'data.csv.filepart', 'data.csv', { replace: false }),
  ).rejects.toThrow(/already/);
  await renameInbound(core, kari, project, 'data.csv.filepart', 'data.csv', { replace: true });
  expect((await files()).map((file) => file.version)).toEqual([1, 2]);
});

test('a name that breaks the rule is refused before a byte is sent, and at a rename', async () => {
  for (const name of ['lønn 2023.csv', '2023.csv', 'data', 'data.exe', 'data-1.csv.filepart', 'STATUS.txt'])
    await expect(open(kari, name)).rejects.toThrow(/invalid-name|read-only/);
  await send(kari, 'lonn_2023.csv', bad);
  await expect(
    renameInbound(core, kari, project, 'lonn_2023.csv', 'lønn.csv', { replace: false }),
  ).rejects.toThrow(/Rename the file with these characters only/);
  expect((await files()).map((file) => file.name)).toEqual(['lonn_2023.csv']);
});

test('a rejected file can be renamed, and is checked anew under its new name', async () => {
  await send(kari, 'data.csv', bad);
  await expect(
    renameInbound(core, ola, project, 'data.csv', 'annet.csv', { replace: false }),
  ).rejects.toThrow(/not-found/);
  await renameInbound(core, kari, project, 'data.csv', 'annet.csv', { replace: false });
  expect((await files()).map((file) => [file.name, file.state])).toEqual([['annet.csv', 'rejected']]);
});

test('checks by the description in force and names it in the report', async () => {
  const description = JSON.stringify({
    resources: [
      {
        name: 'data',
        path: 'data.csv',
        schema: {
          fields: [
            { name: 'kode', type: 'string', constraints: { enum: ['A'] } },
            { name: 'antall', type: 'integer' },
          ],
        },
      },
    ],
  });
  const { sha256: descriptionSha256 } = await describeProject(core, operator, project, description);
  await send(kari, 'data.csv');
  const report = await inboundReport(core, operator, (await files())[0]?.id ?? '');
  expect(report.verdict).toBe('rejected');
  expect(report.descriptionSha256).toBe(descriptionSha256);
  expect(report.rules.map((rule) => [rule.code, rule.sub, rule.count, rule.firstRow])).toContainEqual([
    'constraint-error',
    'enum',
    1,
    2,
  ]);
  await expect(describeProject(core, operator, project, '{')).rejects.toThrow(/valid JSON/);
});

test('checks more uploads at once than there are workers', async () => {
  const uploads = await Promise.all(
    ['a.csv', 'b.csv', 'c.csv', 'd.csv', 'e.csv'].map((name) => open(kari, name)),
  );
  for (const upload of uploads) await upload.write(0, good);
  const received = await Promise.all(uploads.map((upload) => upload.finish()));
  expect(received.map((one) => one?.verdict)).toEqual(Array(5).fill('accepted'));
});

test('a supplier sees only their own files; nobody outside the project sees any', async () => {
  await send(kari, 'kari.csv');
  await send(supplier, 'tredjepart.csv');
  expect((await listInbound(core, supplier, project)).map((file) => file.name)).toEqual(['tredjepart.csv']);
  expect((await listInbound(core, kari, project)).length).toBe(2);
  const kariId = (await files()).find((file) => file.name === 'kari.csv')?.id ?? '';
  await expect(inboundReport(core, supplier, kariId)).rejects.toThrow(/not-found/);
  await expect(openInbound(core, kari, kariId)).rejects.toThrow(/forbidden/);
  await addTestProject(core, `Q${count}`);
  const stranger = await addTestPerson(core, `fremmed${count}`, 'researcher', `Q${count}`);
  await expect(listInbound(core, stranger, project)).rejects.toThrow(/not-found/);
  await expect(
    openUpload(core, stranger, { projectId: project, name: 'x.csv', mode: 'new', door: 'sftp' }),
  ).rejects.toThrow(/forbidden/);
});

test('a closed project takes nothing, not even a file that was on its way', async () => {
  const upload = await open(kari, 'data.csv');
  await upload.write(0, good);
  await confirmDeletion(core, operator, project);
  await expect(upload.finish()).rejects.toThrow(/closed/);
  await expect(open(kari, 'more.csv')).rejects.toThrow(/closed/);
  expect((await files()).filter((file) => file.version !== null)).toEqual([]);
});

async function reread(who: Person, name: string): Promise<Buffer> {
  const { reader } = await rereadInbound(core, who, project, name);
  const chunks: Uint8Array[] = [];
  for await (const chunk of reader.stream()) chunks.push(Buffer.from(chunk));
  await reader.close();
  return Buffer.concat(chunks);
}

test('a sender reads their own file again until it is accepted, and never after; others never do', async () => {
  await send(kari, 'data.csv', bad);
  expect(await reread(kari, 'data.csv')).toEqual(bad);
  await expect(reread(ola, 'data.csv')).rejects.toThrow(/forbidden/);
  await send(kari, 'data.csv.filepart');
  expect(await reread(kari, 'data.csv.filepart')).toEqual(good);
  const held = await rereadInbound(core, kari, project, 'data.csv.filepart');
  await renameInbound(core, kari, project, 'data.csv.filepart', 'data.csv', { replace: true });
  await expect(held.standing()).rejects.toThrow(/accepted/);
  await held.reader.close();
  await expect(reread(kari, 'data.csv')).rejects.toThrow(/accepted/);
  const events = await core.db
    .selectFrom('audit_event')
    .select('detail')
    .where('action', '=', 'inbound.read')
    .where('project_id', '=', project)
    .execute();
  expect(events.map((event) => (JSON.parse(event.detail) as { own: boolean }).own)).toEqual([
    true,
    true,
    true,
  ]);
});

test('an accepted version stands while its sender sends a new one, deletes that, and sends again', async () => {
  await send(kari, 'data.csv');
  await send(kari, 'data.csv', bad);
  expect((await files()).map((file) => [file.version, file.state])).toEqual([
    [1, 'accepted'],
    [2, 'rejected'],
  ]);
  await removeInbound(core, kari, project, 'data.csv');
  expect((await files()).map((file) => [file.version, file.state])).toEqual([[1, 'accepted']]);
  await expect(removeInbound(core, kari, project, 'data.csv')).rejects.toThrow(/conflict/);
  await send(kari, 'data.csv');
  expect((await files()).map((file) => file.version)).toEqual([1, 3]);
});

test('deleting an accepted file succeeds for who is about to rename a finished transfer over it, and deletes nothing', async () => {
  await send(kari, 'data.csv');
  await send(ola, 'data.csv.filepart');
  await expect(removeInbound(core, kari, project, 'data.csv')).rejects.toThrow(/conflict/);
  await send(kari, 'data.csv.filepart', large(3000));
  await removeInbound(core, kari, project, 'data.csv');
  expect((await files()).filter((file) => file.version !== null).map((file) => file.state)).toEqual([
    'accepted',
  ]);
  await renameInbound(core, kari, project, 'data.csv.filepart', 'data.csv', { replace: false });
  expect(
    (await files()).filter((file) => file.version !== null).map((file) => [file.version, file.state]),
  ).toEqual([
    [1, 'accepted'],
    [2, 'accepted'],
  ]);
});

test("another's file of the same name is not there for a supplier", async () => {
  await send(kari, 'data.csv');
  await send(supplier, 'data.csv', bad);
  await send(kari, 'data.csv');
  expect((await newestInbound(core, supplier, project, 'data.csv'))?.version).toBe(2);
  await removeInbound(core, supplier, project, 'data.csv');
  expect(await newestInbound(core, supplier, project, 'data.csv')).toBeUndefined();
  // Not told that it is there already, either.
  await (await open(supplier, 'data.csv', 'resume')).abandon();
});

test("deletes one's own file until it is accepted: keys and body are gone", async () => {
  await send(kari, 'darlig.csv', bad);
  const [file] = await files();
  const row = await core.db
    .selectFrom('inbound_file')
    .select('object_name')
    .where('id', '=', file?.id ?? '')
    .executeTakeFirstOrThrow();
  await expect(removeInbound(core, ola, project, 'darlig.csv')).rejects.toThrow(/not-found/);
  await removeInbound(core, kari, project, 'darlig.csv');
  expect(await files()).toEqual([]);
  expect(
    await core.db.selectFrom('object_key').selectAll().where('object_name', '=', row.object_name).execute(),
  ).toEqual([]);
  await expect(core.store.openObject(row.object_name)).rejects.toThrow(/not-found/);
  await send(kari, 'god.csv');
  await expect(removeInbound(core, kari, project, 'god.csv')).rejects.toThrow(/conflict/);
});

test('erases unfinished uploads after a week, but not one that is being written', async () => {
  const left = await open(kari, 'left.csv');
  await left.write(0, large(200_000));
  await left.abandon();
  const live = await open(ola, 'live.csv');
  await live.write(0, good);
  core.moveTo('2026-12-01T08:00:00+01:00');
  const erased = await eraseStale(core, clockActor);
  core.moveTo('2026-11-23T08:00:00+01:00');
  expect(erased.length).toBeGreaterThanOrEqual(1);
  expect((await files()).map((file) => file.name)).toEqual(['live.csv']);
  expect(await live.finish()).toMatchObject({ verdict: 'accepted' });
});

test('what the store holds without a row is swept, and nothing else', async () => {
  await send(kari, 'data.csv');
  const stray = await core.store.createPart('0123456789abcdef0123456789abcdef');
  await stray.append(Buffer.from('stray'));
  await stray.close();
  expect(await sweepStore({ ...core, unclaimedDays: 8, live: new Set() })).toBe(1);
  const id = (await files())[0]?.id ?? '';
  expect(await content(operator, id)).toEqual(good);
});

test('every step above stands in an audit log whose chain holds', async () => {
  const verdict = await verifyAudit(core);
  expect(verdict.intact).toBe(true);
  expect(verdict.events).toBeGreaterThan(50);
});
