import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { openInbound } from '../../../src/inbound/content.ts';
import { eraseStale, removeInbound, removeOwnFile } from '../../../src/inbound/erase.ts';
import { listInbound } from '../../../src/inbound/listing.ts';
import { openUpload, unfinishedUpload } from '../../../src/inbound/upload.ts';
import { uploadsBeingWritten } from '../../../src/inbound/upload-lease.ts';
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

type Process = Pick<TestCore, 'locks' | 'close'> & TestCore;

let core: TestCore;
let one: Process;
let two: Process;
let kari: Person;
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
  one = await openBeside(core);
  two = await openBeside(core);
});
afterEach(async () => {
  for (const each of [one, two]) {
    for (const upload of each.uploads.values()) await upload.abandon();
    await each.close();
  }
});

const open = (where: Process, mode: WritingMode) =>
  openUpload(where, kari, { projectId: project, name: 'data.sas7bdat', mode, door: 'sftp' });
const files = () => listInbound(core, operator, project);
const content = randomBytes(5_000_000);
const MIB = 1024 * 1024;

async function received(): Promise<Buffer> {
  const accepted = (await files()).filter((file) => file.version !== null);
  expect(accepted).toHaveLength(1);
  const { reader } = await openInbound(core, operator, accepted[0]?.id ?? '');
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

/** As a restart of the database server would, for the connections that hold locks. */
async function breakLockConnections(): Promise<void> {
  const client = new pg.Client(core.connectionString);
  await client.connect();
  await client.query(
    `select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and objsubid = 2`,
  );
  await client.end();
}

test('an opening in another process takes over: it goes on with what is kept, and the first can write no more', async () => {
  const first = await open(one, 'new');
  await first.write(0, content.subarray(0, 3 * MIB));
  const from = await goOn(two);
  expect(from).toBeGreaterThanOrEqual(2 * MIB);
  await expect(first.write(3 * MIB, content.subarray(3 * MIB))).rejects.toThrow(/newer transfer/);
  await expect(first.finish()).rejects.toThrow(/newer transfer/);
  expect((await received()).equals(content)).toBe(true);
});

test('an opening from the first byte takes over too, and what was there before is gone', async () => {
  const first = await open(one, 'new');
  await first.write(0, randomBytes(3 * MIB));
  const second = await open(two, 'new');
  await second.write(0, content);
  await expect(first.write(3 * MIB, content)).rejects.toThrow(/newer transfer/);
  await second.finish();
  expect((await received()).equals(content)).toBe(true);
  expect((await files()).filter(({ state }) => state === 'arriving')).toEqual([]);
});

test('of many openings in several processes at once one at a time writes, and the last gets its file in', async () => {
  const three = await openBeside(core);
  const outcomes = await Promise.all(
    [one, two, three, one, two, three].map(async (where) => {
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
  expect(new Set(outcomes)).toEqual(
    new Set(['received', 'conflict'].filter((one) => outcomes.includes(one))),
  );
  const versions = (await files()).filter((file) => file.version !== null);
  expect(versions).toHaveLength(outcomes.filter((outcome) => outcome === 'received').length);
  expect(versions.length).toBeGreaterThan(0);
  for (const file of versions) expect(file.bytes).toBe(content.length);
  expect((await uploadsBeingWritten(core)).ids.size).toBe(0);
  await three.close();
});

test('a process that ended without a word holds nothing up, and cannot have its upload answered after that', async () => {
  const first = await open(one, 'new');
  await first.write(0, content.subarray(0, 3 * MIB));
  // Its locks end as they do when it is killed; the rest of it lives on, which is worse than death.
  await one.locks.close();
  const from = await goOn(two);
  expect(from).toBeGreaterThan(0);
  await expect(first.write(3 * MIB, content.subarray(3 * MIB))).rejects.toThrow(/newer transfer/);
  await expect(first.finish()).rejects.toThrow(/newer transfer/);
  expect((await received()).equals(content)).toBe(true);
});

test('an upload whose lease was lost unseen is refused by the database, and the new one is left alone', async () => {
  const first = await open(one, 'new');
  await first.write(0, content);
  const id = first.id ?? '';
  // Another has the row now, and the first has not heard of it.
  await core.db
    .updateTable('inbound_file')
    .set({ writer: core.random.uuid() })
    .where('id', '=', id)
    .execute();
  await expect(first.finish()).rejects.toMatchObject({ code: 'conflict' });
  expect((await files()).map((file) => [file.id, file.state])).toEqual([[id, 'arriving']]);
});

test('an upload goes on when the connection that holds its lease was away and nobody else wrote', async () => {
  const first = await open(one, 'new');
  await first.write(0, content.subarray(0, 3 * MIB));
  await breakLockConnections();
  await first.write(3 * MIB, content.subarray(3 * MIB));
  await first.finish();
  expect((await received()).equals(content)).toBe(true);
});

test('an upload ends when another process took it while the connection that held its lease was away', async () => {
  const slow = { ...one, ...(await openBeside(core)) };
  const first = await open(slow, 'new');
  await first.write(0, content.subarray(0, 3 * MIB));
  const second = open(two, 'resume');
  await breakLockConnections();
  const upload = await second;
  await expect(first.write(3 * MIB, content.subarray(3 * MIB))).rejects.toThrow(/newer transfer/);
  await upload.write(upload.size, content.subarray(upload.size));
  await upload.finish();
  await expect(first.finish()).rejects.toThrow(/newer transfer/);
  expect((await received()).equals(content)).toBe(true);
  await slow.close();
});

test('deleting the file in another process ends the upload, and nothing of it stays', async () => {
  const first = await open(one, 'new');
  await first.write(0, content.subarray(0, 3 * MIB));
  await removeInbound(two, kari, project, 'data.sas7bdat');
  await expect(first.write(3 * MIB, content.subarray(3 * MIB))).rejects.toThrow(/newer transfer/);
  expect(await files()).toEqual([]);
  expect((await uploadsBeingWritten(core)).ids.size).toBe(0);
});

test('deleting it by its id in another process does the same, and waits for who writes it', async () => {
  const first = await open(one, 'new');
  await first.write(0, content.subarray(0, 3 * MIB));
  await removeOwnFile(two, kari, project, first.id ?? '');
  await expect(first.write(3 * MIB, content.subarray(3 * MIB))).rejects.toThrow(/newer transfer/);
  expect(await files()).toEqual([]);
  expect((await uploadsBeingWritten(core)).ids.size).toBe(0);
});

test('the size of an upload in another process can be asked for, and is never more than is stored', async () => {
  const first = await open(one, 'new');
  await first.write(0, content.subarray(0, 3 * MIB));
  const seen = await unfinishedUpload(two, kari.personId, project, 'data.sas7bdat');
  expect(seen?.bytes).toBeLessThanOrEqual(3 * MIB);
  await first.write(3 * MIB, content.subarray(3 * MIB));
  await first.finish();
  expect((await received()).equals(content)).toBe(true);
});

test('jobs in one process spare what another is writing, however old it is', async () => {
  const first = await open(one, 'new');
  await first.write(0, content.subarray(0, 3 * MIB));
  core.moveTo('2027-01-20T08:00:00+01:00');
  expect(await eraseStale(two, clockActor)).not.toContain(first.id);
  const { bodies } = await uploadsBeingWritten(two);
  expect(bodies.has(first.bodyName ?? '')).toBe(true);
  await sweepStore({ ...two, unclaimedDays: 8, live: bodies });
  await first.write(3 * MIB, content.subarray(3 * MIB));
  await first.finish();
  expect((await received()).equals(content)).toBe(true);
  core.moveTo('2026-11-23T08:00:00+01:00');
});
