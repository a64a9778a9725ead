import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import {
  eraseStaleDraftFiles,
  openDraftContent,
  removeDraftFile,
} from '../../../src/deliveries/draft-files.ts';
import { draftFilesBeingWritten } from '../../../src/deliveries/draft-lease.ts';
import { openDraftUpload, unfinishedDraftFile } from '../../../src/deliveries/draft-upload.ts';
import { makeDraft, seeDraft } from '../../../src/deliveries/drafts.ts';
import { sweepStore } from '../../../src/vault/bodies.ts';
import type { WritingMode } from '../../../src/vault/writing-kind.ts';
import {
  addTestPerson,
  addTestProject,
  clockActor,
  openBeside,
  openTestCore,
  operator,
  type Person,
  type TestCore,
} from '../../support/core.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

type Process = Awaited<ReturnType<typeof openBeside>>;

let core: TestCore;
let one: Process;
let two: Process;
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
  pia = await addTestPerson(core, `pia${count}`, 'producer', project);
  await makeDraft(core, pia, project, 'Uttrekk');
  one = await openBeside(core);
  two = await openBeside(core);
});
afterEach(async () => {
  for (const each of [one, two]) {
    for (const upload of each.draftUploads.values()) await upload.abandon();
    await each.close();
  }
});

const content = randomBytes(5_000_000);
const MIB = 1024 * 1024;
const path = () => ({ projectId: project, draft: 'Uttrekk', name: 'a.parquet' });
const open = (where: Process, mode: WritingMode, who = pia) => openDraftUpload(where, who, path(), mode);
const files = async () => (await seeDraft(core, operator, project, 'Uttrekk')).files;

async function stored(): Promise<Buffer> {
  const { reader } = await openDraftContent(core, pia, path());
  const chunks: Uint8Array[] = [];
  for await (const chunk of reader.stream()) chunks.push(Buffer.from(chunk));
  await reader.close();
  return Buffer.concat(chunks);
}

/** Sends what is missing, from where the kept bytes end. */
async function goOn(where: Process): Promise<number> {
  const upload = await open(where, 'resume');
  const from = upload.size;
  await upload.write(from, content.subarray(from));
  await upload.finish();
  return from;
}

test('an opening in another process takes over: it goes on with what is kept, and the first can write no more', async () => {
  const first = await open(one, 'new');
  await first.write(0, content.subarray(0, 3 * MIB));
  expect(await goOn(two)).toBeGreaterThanOrEqual(2 * MIB);
  await expect(first.write(3 * MIB, content.subarray(3 * MIB))).rejects.toThrow(/sent again meanwhile/);
  await expect(first.finish()).rejects.toThrow(/sent again meanwhile/);
  expect((await stored()).equals(content)).toBe(true);
});

test('an opening by another person in another process takes over too, from the first byte', async () => {
  const ole = await addTestPerson(core, `ole${count}`, 'producer', project);
  const first = await open(one, 'new');
  await first.write(0, randomBytes(3 * MIB));
  const second = await open(two, 'resume', ole);
  expect(second.size).toBe(0);
  await second.write(0, content);
  await expect(first.write(3 * MIB, content)).rejects.toThrow(/sent again meanwhile/);
  await second.finish();
  expect((await stored()).equals(content)).toBe(true);
  expect((await files()).map(({ state }) => state)).toEqual(['ready']);
});

test('of many openings in several processes at once one at a time writes, and what is there is one of them whole', async () => {
  const outcomes = await Promise.all(
    [one, two, one, two].map(async (where) => {
      try {
        const upload = await open(where, 'new');
        await upload.write(0, content.subarray(0, 2 * MIB));
        await upload.write(2 * MIB, content.subarray(2 * MIB));
        await upload.finish();
        return 'received';
      } catch (thrown) {
        return (thrown as { code: string }).code;
      }
    }),
  );
  expect(outcomes).toContain('received');
  expect(outcomes.filter((outcome) => outcome !== 'received' && outcome !== 'conflict')).toEqual([]);
  expect((await files()).map(({ state, bytes }) => [state, bytes])).toEqual([['ready', content.length]]);
  expect((await stored()).equals(content)).toBe(true);
  expect((await draftFilesBeingWritten(core)).ids.size).toBe(0);
});

test('a process that ended without a word holds nothing up, and cannot have its file taken in after that', async () => {
  const first = await open(one, 'new');
  await first.write(0, content.subarray(0, 3 * MIB));
  // Its locks end as they do when it is killed; the rest of it lives on, which is worse than death.
  await one.locks.close();
  expect(await goOn(two)).toBeGreaterThan(0);
  await expect(first.write(3 * MIB, content.subarray(3 * MIB))).rejects.toThrow(/sent again meanwhile/);
  await expect(first.finish()).rejects.toThrow(/sent again meanwhile/);
  expect((await stored()).equals(content)).toBe(true);
});

test('a file whose lease was lost unseen is refused by the database, and the new one is left alone', async () => {
  const first = await open(one, 'new');
  await first.write(0, content);
  const id = first.id ?? '';
  // Another has the row now, and the first has not heard of it.
  await core.db.updateTable('draft_file').set({ writer: core.random.uuid() }).where('id', '=', id).execute();
  await expect(first.finish()).rejects.toMatchObject({ code: 'conflict' });
  expect((await files()).map((file) => [file.id, file.state])).toEqual([[id, 'arriving']]);
});

test('a file goes on when the connection that holds its lease was away and nobody else wrote', async () => {
  const first = await open(one, 'new');
  await first.write(0, content.subarray(0, 3 * MIB));
  // As a restart of the database server would, for the connections that hold locks.
  const client = new pg.Client(core.connectionString);
  await client.connect();
  await client.query(
    `select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and objsubid = 2`,
  );
  await client.end();
  await first.write(3 * MIB, content.subarray(3 * MIB));
  await first.finish();
  expect((await stored()).equals(content)).toBe(true);
});

test('deleting the file in another process ends the transfer, and nothing of it stays', async () => {
  const first = await open(one, 'new');
  await first.write(0, content.subarray(0, 3 * MIB));
  await removeDraftFile(two, pia, path());
  await expect(first.write(3 * MIB, content.subarray(3 * MIB))).rejects.toThrow(/sent again meanwhile/);
  expect(await files()).toEqual([]);
  expect((await draftFilesBeingWritten(core)).ids.size).toBe(0);
});

test('an opening here waits until what another has here is kept whole, and goes on with all of that', async () => {
  const first = await open(one, 'new');
  await first.write(0, content.subarray(0, 3 * MIB));
  const leaving = first.abandon();
  // Still among the transfers under way, so that who opens now waits for it.
  expect(one.draftUploads.size).toBe(1);
  const second = await open(one, 'resume');
  await leaving;
  expect(second.size).toBeGreaterThanOrEqual(2 * MIB);
  await second.write(second.size, content.subarray(second.size));
  await second.finish();
  expect((await stored()).equals(content)).toBe(true);
});

test('jobs in one process spare what another is writing, however old it is', async () => {
  const first = await open(one, 'new');
  await first.write(0, content.subarray(0, 3 * MIB));
  core.moveTo('2027-01-20T08:00:00+01:00');
  expect(await eraseStaleDraftFiles(two, clockActor)).not.toContain(first.id);
  const { bodies } = await draftFilesBeingWritten(two);
  expect(bodies.size).toBe(1);
  await sweepStore({ ...two, unclaimedDays: 8, live: bodies });
  const draft = await seeDraft(two, pia, project, 'Uttrekk');
  expect((await unfinishedDraftFile(two, pia, draft, project, 'a.parquet'))?.bytes).toBeLessThanOrEqual(
    3 * MIB,
  );
  await first.write(3 * MIB, content.subarray(3 * MIB));
  await first.finish();
  expect((await stored()).equals(content)).toBe(true);
});
