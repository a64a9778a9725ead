import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { closeProject } from '../../../src/cases/closing.ts';
import { openDelivery } from '../../../src/deliveries/deliveries.ts';
import {
  eraseStaleDraftFiles,
  openDraftContent,
  removeDraftFile,
  renameDraftFile,
} from '../../../src/deliveries/draft-files.ts';
import { draftFilesBeingWritten } from '../../../src/deliveries/draft-lease.ts';
import { openDraftUpload, unfinishedDraftFile } from '../../../src/deliveries/draft-upload.ts';
import { makeDraft, removeDraft, renameDraft, seeDraft, seeDrafts } from '../../../src/deliveries/drafts.ts';
import { expireDeliveries } from '../../../src/deliveries/expire.ts';
import { fetchFile } from '../../../src/deliveries/fetch.ts';
import { publishDraft } from '../../../src/deliveries/publish-draft.ts';
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
let pia: Person;
let project = '';
let count = 0;
const start = '2026-11-23T08:00:00+01:00';

beforeAll(async () => {
  core = await openTestCore(start);
});
afterAll(() => core.close());
beforeEach(async () => {
  count += 1;
  project = `P${count}`;
  core.moveTo(start);
  await addTestProject(core, project);
  kari = await addTestPerson(core, `kari${count}`, 'researcher', project);
  pia = await addTestPerson(core, `pia${count}`, 'producer', project);
  await makeDraft(core, pia, project, 'Uttrekk 1');
});

const bytes = Buffer.from(Array.from({ length: 300_000 }, (_, i) => (i * 11) % 251));
const path = (name: string, draft = 'Uttrekk 1') => ({ projectId: project, draft, name });

async function put(name: string, content: Uint8Array = bytes, who = pia): Promise<void> {
  const upload = await openDraftUpload(core, who, path(name));
  for (let at = 0; at < content.length; at += 65_000)
    await upload.write(at, content.subarray(at, at + 65_000));
  await upload.finish();
}

const names = async () => (await seeDraft(core, operator, project, 'Uttrekk 1')).files.map((one) => one.name);
const keysOf = (holder: string) =>
  core.db.selectFrom('object_key').select('object_name').where('holder', '=', holder).execute();

test('keeps a file sealed, with its checksum, and gives it back to staff', async () => {
  await put('a.csv');
  const [file] = (await seeDraft(core, operator, project, 'Uttrekk 1')).files;
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  expect(file).toMatchObject({ state: 'ready', bytes: bytes.length, sha256 });
  const content = await openDraftContent(core, pia, path('a.csv'));
  expect(Buffer.from(await content.reader.read(100_000, 1000))).toEqual(bytes.subarray(100_000, 101_000));
  await content.reader.close();
});

test('is not there for researchers', async () => {
  await put('a.csv');
  await expect(seeDrafts(core, kari, project)).rejects.toThrow(/forbidden/);
  await expect(openDraftContent(core, kari, path('a.csv'))).rejects.toThrow(/forbidden/);
  await expect(openDraftUpload(core, kari, path('b.csv'))).rejects.toThrow(/forbidden/);
  await expect(makeDraft(core, kari, project, 'X')).rejects.toThrow(/forbidden/);
});

test('a file that is sent again takes the place of the earlier one, whose keys are destroyed', async () => {
  await put('a.csv');
  const { id, files } = await seeDraft(core, operator, project, 'Uttrekk 1');
  const half = await openDraftUpload(core, pia, path('a.csv'));
  await half.write(0, bytes.subarray(0, 1000));
  await half.abandon();
  expect(await names()).toEqual(['a.csv']);
  await put('a.csv', bytes.subarray(0, 5));
  const [file] = (await seeDraft(core, operator, project, 'Uttrekk 1')).files;
  expect(file?.bytes).toBe(5);
  expect((await keysOf(`draft:${id}`)).map((key) => key.object_name)).toEqual([file?.objectName]);
  await expect(core.store.openObject(files[0]!.objectName)).rejects.toThrow(/not-found/);
});

test('refuses a file with a gap, and what is no name of a delivery', async () => {
  const gap = await openDraftUpload(core, pia, path('gap.csv'));
  await gap.write(100, bytes.subarray(0, 10));
  await expect(gap.finish()).rejects.toThrow(/in full/);
  expect(await names()).toEqual([]);
  for (const name of ['STATUS.txt', 'MANIFEST.json', '.x', 'person_01815012345.csv'])
    await expect(openDraftUpload(core, pia, path(name))).rejects.toThrow(/invalid-name/);
  await expect(openDraftUpload(core, pia, path('a.csv', 'Nei'))).rejects.toThrow(/mkdir/);
});

test('the newer of two transfers of a file wins', async () => {
  const older = await openDraftUpload(core, pia, path('a.csv'));
  await older.write(0, bytes.subarray(0, 10));
  const newer = await openDraftUpload(core, pia, path('a.csv'));
  await newer.write(0, bytes.subarray(0, 20));
  await expect(older.finish()).rejects.toThrow(/conflict/);
  await newer.finish();
  const { files } = await seeDraft(core, operator, project, 'Uttrekk 1');
  expect(files.map((one) => [one.state, one.bytes])).toEqual([['ready', 20]]);
});

test('renames and deletes files and drafts, and removes only an empty draft', async () => {
  await put('a.csv');
  await put('b.csv', bytes.subarray(0, 7));
  const to = { draft: 'Uttrekk 1', name: 'b.csv' };
  await expect(renameDraftFile(core, pia, path('a.csv'), to, { replace: false })).rejects.toThrow(/already/);
  await renameDraftFile(core, pia, path('a.csv'), to, { replace: true });
  const { files } = await seeDraft(core, operator, project, 'Uttrekk 1');
  expect(files.map((one) => [one.name, one.bytes])).toEqual([['b.csv', bytes.length]]);
  await expect(removeDraft(core, pia, project, 'Uttrekk 1')).rejects.toThrow(/not empty/);
  await makeDraft(core, pia, project, 'Annet');
  await expect(renameDraft(core, pia, project, 'Annet', 'Uttrekk 1')).rejects.toThrow(/already/);
  await removeDraftFile(core, pia, path('b.csv'));
  await removeDraft(core, pia, project, 'Uttrekk 1');
  expect((await seeDrafts(core, operator, project)).map((one) => one.name)).toEqual(['Annet']);
});

test('is published without a copy: the keys pass to the publication, and the draft is gone', async () => {
  await put('a.csv');
  await put('b.csv', bytes.subarray(0, 7));
  const { id, files } = await seeDraft(core, operator, project, 'Uttrekk 1');
  const published = await publishDraft(core, pia, { projectId: project, draft: 'Uttrekk 1', title: 'T' });
  expect(published.files.map((file) => file.name)).toEqual(['a.csv', 'b.csv']);
  expect(await seeDrafts(core, operator, project)).toEqual([]);
  expect(await keysOf(`draft:${id}`)).toEqual([]);
  const delivery = await openDelivery(core, kari, project, published.folder);
  expect(delivery.files.map((file) => file.objectName)).toEqual(files.map((file) => file.objectName));
  const fetching = await fetchFile(core, kari, delivery, 'a.csv', 'sftp');
  expect(Buffer.from(await fetching.read(0, 1000))).toEqual(bytes.subarray(0, 1000));
  await fetching.close();
  await expect(
    publishDraft(core, pia, { projectId: project, draft: 'Uttrekk 1', title: 'T' }),
  ).rejects.toThrow(/not-found/);
  core.moveTo('2026-12-07T08:00:00+01:00');
  const ended = (await expireDeliveries(core, clockActor)).filter((one) => one.projectId === project);
  expect(ended.map((one) => one.keysDestroyed)).toEqual([2]);
});

test('is not published empty, while a file arrives, or without recipients; and stays whole then', async () => {
  const publish = () => publishDraft(core, pia, { projectId: project, draft: 'Uttrekk 1', title: 'T' });
  await expect(publish()).rejects.toThrow(/at least one file/);
  const upload = await openDraftUpload(core, pia, path('a.csv'));
  await expect(publish()).rejects.toThrow(/not arrived in full/);
  await upload.finish();
  await put('b.csv.filepart');
  await expect(publish()).rejects.toThrow(/not arrived in full/);
  await removeDraftFile(core, pia, path('b.csv.filepart'));
  await closeProject(core, operator, { projectId: project, reason: 'prøve' });
  await expect(publish()).rejects.toThrow(/closed/);
  expect(await names()).toEqual(['a.csv']);
});

test('a broken transfer that nobody goes on with is erased after a week, one that still runs is not', async () => {
  const left = await openDraftUpload(core, pia, path('a.csv'));
  await left.write(0, bytes);
  core.moveTo('2026-12-01T08:00:00+01:00');
  expect(await eraseStaleDraftFiles(core, clockActor)).toEqual([]);
  await left.abandon();
  const going = await openDraftUpload(core, pia, path('a.csv'), 'resume');
  await going.abandon();
  expect(await eraseStaleDraftFiles(core, clockActor)).toEqual([]);
  core.moveTo('2026-12-09T08:00:00+01:00');
  // The right to write is given back in passing; the job comes again anyway.
  await vi.waitUntil(async () => (await draftFilesBeingWritten(core)).ids.size === 0);
  expect((await eraseStaleDraftFiles(core, clockActor)).length).toBe(1);
  expect(await names()).toEqual([]);
  await expect(left.finish()).rejects.toThrow(/conflict/);
});

/** Sends so much of the content and is cut off. */
async function cutOff(name: string, sent = 200_000): Promise<number> {
  const upload = await openDraftUpload(core, pia, path(name));
  await upload.write(0, bytes.subarray(0, sent));
  await upload.abandon();
  const draft = await seeDraft(core, pia, project, 'Uttrekk 1');
  return (await unfinishedDraftFile(core, pia, draft, project, name))?.bytes ?? -1;
}

const contentOf = async (name: string): Promise<Buffer> => {
  const content = await openDraftContent(core, pia, path(name));
  const all = Buffer.from(await content.reader.read(0, bytes.length + 1));
  await content.reader.close();
  return all;
};

test.each([
  ['appends', 'resume'],
  ['writes at the end that it saw', 'either'],
] as const)(
  'goes on after a lost connection with a client that %s, and is published whole',
  async (_how, mode) => {
    const kept = await cutOff('a.csv');
    expect(kept).toBeGreaterThan(65_535);
    expect(kept).toBeLessThanOrEqual(200_000);
    await expect(
      publishDraft(core, pia, { projectId: project, draft: 'Uttrekk 1', title: 'T' }),
    ).rejects.toThrow(/not arrived in full/);
    const upload = await openDraftUpload(core, pia, path('a.csv'), mode);
    expect(upload.size).toBe(kept);
    for (let at = kept; at < bytes.length; at += 30_000) {
      const data = bytes.subarray(at, at + 30_000);
      await (mode === 'resume' ? upload.append(at, data) : upload.write(at, data));
    }
    await upload.finish();
    expect(await contentOf('a.csv')).toEqual(bytes);
    const published = await publishDraft(core, pia, { projectId: project, draft: 'Uttrekk 1', title: 'T' });
    const delivery = await openDelivery(core, kari, project, published.folder);
    const fetching = await fetchFile(core, kari, delivery, 'a.csv', 'sftp');
    expect(Buffer.from(await fetching.read(0, bytes.length))).toEqual(bytes);
    await fetching.close();
    const actions = await core.db
      .selectFrom('audit_event')
      .select('action')
      .where('project_id', '=', project)
      .where('action', '=', 'draft.file-resumed')
      .execute();
    expect(actions).toHaveLength(1);
  },
);

test('a file that is there stays until the new one has come in full, however often that breaks off', async () => {
  await put('a.csv', bytes.subarray(0, 5));
  await cutOff('a.csv');
  expect(await contentOf('a.csv')).toEqual(bytes.subarray(0, 5));
  await removeDraftFile(core, pia, path('a.csv'));
  expect(await contentOf('a.csv')).toEqual(bytes.subarray(0, 5));
  const opened = await openDraftUpload(core, pia, path('a.csv'), 'either');
  await opened.finish();
  expect(await contentOf('a.csv')).toEqual(bytes.subarray(0, 5));
  const appending = await openDraftUpload(core, pia, path('a.csv'), 'either');
  await expect(appending.write(5, bytes.subarray(5, 10))).rejects.toThrow(/not-resumable/);
  await appending.abandon();
});

test('is not gone on with by another person, nor from a place that has not come', async () => {
  const kept = await cutOff('a.csv');
  const beyond = await openDraftUpload(core, pia, path('a.csv'), 'either');
  await expect(beyond.write(kept + 1, bytes.subarray(0, 10))).rejects.toThrow(/not-resumable/);
  await beyond.abandon();
  const ole = await addTestPerson(core, `ole${count}`, 'producer', project);
  const other = await openDraftUpload(core, ole, path('a.csv'), 'resume');
  expect(other.size).toBe(0);
  await other.write(0, bytes.subarray(0, 7));
  await other.finish();
  expect(await contentOf('a.csv')).toEqual(bytes.subarray(0, 7));
});

test('an announced size that does not come leaves the file to be gone on with; cutting it starts there', async () => {
  const short = await openDraftUpload(core, pia, path('a.csv'));
  await short.truncate(bytes.length);
  await short.write(0, bytes.subarray(0, 200_000));
  await expect(short.finish()).rejects.toThrow(/in full/);
  const going = await openDraftUpload(core, pia, path('a.csv'), 'either');
  await going.truncate(65_536);
  await going.write(65_536, bytes.subarray(65_536, 100_000));
  await going.truncate(65_536);
  await going.write(65_536, bytes.subarray(65_536));
  await going.finish();
  expect(await contentOf('a.csv')).toEqual(bytes);
});
