/** Every way in which something stored can be wrong is found, told once, and never served. */
import { readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { faultListener } from '../../../src/custody/alarm.ts';
import { type VerifyInput, verifyDue, verifyStore } from '../../../src/custody/verify-store.ts';
import { transact } from '../../../src/db/database.ts';
import { openInbound } from '../../../src/inbound/content.ts';
import { listInbound } from '../../../src/inbound/listing.ts';
import { openUpload } from '../../../src/inbound/upload.ts';
import type { Log } from '../../../src/platform/log.ts';
import { eraseKeys } from '../../../src/vault/bodies.ts';
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
const project = 'P1';
const content = Buffer.from(`kode;tekst\n${'A;abcdefghij\n'.repeat(200_000)}`);
const logged: object[] = [];

beforeAll(async () => {
  core = await openTestCore();
  const log = { ...core.log, error: (what: object) => void logged.push(what) } as unknown as Log;
  core = { ...core, log: log as TestCore['log'] };
  await addTestProject(core, project);
  await addTestProject(core, 'P2');
  kari = await addTestPerson(core, 'kari', 'researcher', project);
  await addTestPerson(core, 'siv', 'officer', project);
  await addTestPerson(core, 'leder', 'officer');
});
afterAll(() => core.close());
beforeEach(() => {
  logged.length = 0;
});

let count = 0;
/** Sends a file, and says where it lies. */
async function send() {
  count += 1;
  const name = `fil${count}.csv`;
  const upload = await openUpload(core, kari, { projectId: project, name, mode: 'new', door: 'sftp' });
  await upload.write(0, content);
  await upload.finish();
  const row = await core.db
    .selectFrom('inbound_file')
    .selectAll()
    .where('name', '=', name)
    .executeTakeFirstOrThrow();
  const path = join(
    core.folder,
    'store',
    row.object_name.slice(0, 2),
    row.object_name.slice(2, 3),
    row.object_name,
  );
  return { id: row.id, object: row.object_name, path };
}

const check = (input: VerifyInput = {}) => verifyStore(core, operator, { restart: true, ...input });
const mails = async () =>
  (await core.db.selectFrom('outbox').selectAll().orderBy('recipient').execute()).map((one) => one.recipient);
const flip = (path: string, at: number) => {
  const bytes = readFileSync(path);
  bytes[at]! ^= 1;
  writeFileSync(path, bytes);
};
const sealOf = async (name: string) =>
  (
    await core.db
      .selectFrom('sealed_object')
      .select('seal')
      .where('name', '=', name)
      .executeTakeFirstOrThrow()
  ).seal as unknown as Record<string, unknown>;
const setSeal = (name: string, seal: object) =>
  core.db
    .updateTable('sealed_object')
    .set({ seal: JSON.stringify(seal) })
    .where('name', '=', name)
    .execute();

test('finds nothing where all is as sealed, and says how much that is', async () => {
  await send();
  await send();
  expect(await check()).toMatchObject({
    finished: true,
    resumed: false,
    bodies: 2,
    faults: [],
    leftovers: 0,
    staleParts: [],
  });
  expect(await check({ projectId: 'P2' })).toMatchObject({ bodies: 0, faults: [] });
  await expect(verifyStore(core, kari, {})).rejects.toThrow(/forbidden/);
});

const segment = 65_564;
test.each<[string, string, (sent: Awaited<ReturnType<typeof send>>) => unknown]>([
  ['a flipped bit in a nonce', 'body-differs', ({ path }) => flip(path, 3)],
  ['a flipped bit in the content', 'body-differs', ({ path }) => flip(path, segment + 5000)],
  ['a flipped bit in the last tag', 'body-differs', ({ path }) => flip(path, readFileSync(path).length - 1)],
  ['a torn last segment', 'body-differs', ({ path }) => truncateSync(path, readFileSync(path).length - 100)],
  ['a missing last segment', 'body-differs', ({ path }) => truncateSync(path, segment)],
  [
    'bytes added',
    'body-differs',
    ({ path }) => writeFileSync(path, Buffer.concat([readFileSync(path), Buffer.alloc(9)])),
  ],
  [
    'two segments swapped',
    'body-differs',
    ({ path }) => {
      const bytes = readFileSync(path);
      const pieces = [
        bytes.subarray(segment, 2 * segment),
        bytes.subarray(0, segment),
        bytes.subarray(2 * segment),
      ];
      writeFileSync(path, Buffer.concat(pieces));
    },
  ],
  ['a deleted body', 'body-missing', ({ path }) => rmSync(path)],
  [
    'a flipped bit in a wrap',
    'keys-differ',
    async ({ object }) => {
      const row = await core.db
        .selectFrom('object_key')
        .selectAll()
        .where('object_name', '=', object)
        .executeTakeFirstOrThrow();
      row.wrapped[30]! ^= 1;
      await core.db
        .updateTable('object_key')
        .set({ wrapped: row.wrapped })
        .where('object_name', '=', object)
        .execute();
    },
  ],
  [
    'another size in the seal',
    'body-differs',
    async ({ object }) => setSeal(object, { ...(await sealOf(object)), plaintextBytes: 5 }),
  ],
  ['a seal that is none', 'no-seal', async ({ object }) => setSeal(object, { plaintextBytes: 'x' })],
  [
    'another key in the seal',
    'keys-differ',
    async ({ object }) =>
      setSeal(object, { ...(await sealOf(object)), parts: [{ firstSegment: 0, keyId: '0123456789abcdef' }] }),
  ],
])('finds %s, serves nothing of it, and tells the officers once', async (_, kind, harm) => {
  const sent = await send();
  const before = await mails();
  await harm(sent);

  const reading = { ...core, onFault: faultListener(core) };
  const served = async (): Promise<Buffer> => {
    const { reader } = await openInbound(reading, operator, sent.id);
    const got: Uint8Array[] = [];
    try {
      for await (const chunk of reader.stream()) got.push(chunk);
    } finally {
      await reader.close();
    }
    return Buffer.concat(got);
  };
  await expect(served()).rejects.toMatchObject({ code: 'integrity-failed' });
  await expect.poll(async () => (await mails()).length - before.length).toBe(2);
  expect(logged[0]).toMatchObject({
    code: 'integrity-failed',
    fault: kind,
    body: sent.object,
    by: 'reading',
  });

  const { faults } = await check();
  expect(faults).toEqual([{ kind, name: sent.object, projectId: project }]);
  expect(logged.at(-1)).toMatchObject({
    code: 'integrity-failed',
    fault: kind,
    body: sent.object,
    by: 'store verify',
  });
  const told = (await mails()).length - before.length;
  expect(told).toBe(2);
  await expect(served()).rejects.toMatchObject({ code: 'integrity-failed' });
  // Taken away again, so that each of these stands alone.
  await transact(core.db, (tx) => eraseKeys(tx, core.clock.now(), [sent.object]));
  await core.store.remove(sent.object);
});

test('finds keys that are gone, and a hash that no segment betrays', async () => {
  const bare = await send();
  await core.db.deleteFrom('object_key').where('object_name', '=', bare.object).execute();
  const other = await send();
  await setSeal(other.object, { ...(await sealOf(other.object)), plaintextSha256: '0'.repeat(64) });
  const { faults } = await check();
  expect(faults.map(({ kind, name }) => [kind, name]).sort()).toEqual(
    [
      ['keys-missing', bare.object],
      ['body-differs', other.object],
    ].sort(),
  );
  for (const { object } of [bare, other]) {
    await transact(core.db, (tx) => eraseKeys(tx, core.clock.now(), [object]));
    await core.store.remove(object);
  }
});

test('tells what no row knows from what waits for the sweep, and who is told of it', async () => {
  const stranger = await core.store.createPart('0123456789abcdef0123456789abcdef');
  await stranger.append(Buffer.from('x'));
  await stranger.commit();
  const sent = await send();
  await transact(core.db, (tx) => eraseKeys(tx, core.clock.now(), [sent.object]));
  const { faults, leftovers } = await check();
  expect(faults).toEqual([
    { kind: 'orphan', name: '0123456789abcdef0123456789abcdef', projectId: undefined },
  ]);
  expect(leftovers).toBe(1);
  const [mail] = await core.db
    .selectFrom('outbox')
    .selectAll()
    .where('dedupe', 'like', 'store-fault:orphan%')
    .execute();
  expect(mail).toMatchObject({ recipient: 'leder@example.no' });
  await core.store.remove('0123456789abcdef0123456789abcdef');
  await core.store.remove(sent.object);
});

test('names unfinished bodies that the jobs should have taken', async () => {
  const upload = await openUpload(core, kari, {
    projectId: project,
    name: 'halv.csv',
    mode: 'new',
    door: 'sftp',
  });
  await upload.write(0, content.subarray(0, 200_000));
  await upload.abandon();
  expect((await check()).staleParts).toEqual([]);
  core.moveTo('2026-12-05T08:00:00+01:00');
  expect((await check()).staleParts).toHaveLength(1);
  core.moveTo('2026-11-23T08:00:00+01:00');
});

test('goes on where it was cut short, also in the middle of a body, and reads each once', async () => {
  const { bodies } = await check();
  expect(bodies).toBeGreaterThan(1);
  const stop = new AbortController();
  let steps = 0;
  const cut = await check({
    signal: stop.signal,
    onProgress: () => {
      steps += 1;
      if (steps === 1) stop.abort();
    },
  });
  expect(cut).toMatchObject({ finished: false, resumed: false });
  expect(cut.bodies).toBe(0);
  const rest = await check({ restart: false });
  expect(rest).toMatchObject({ finished: true, resumed: true, bodies });
});

test('holds to the rate', async () => {
  const waited: number[] = [];
  const { bytes } = await check({ rateBytesPerS: 1000, pause: async (ms) => void waited.push(ms) });
  // It waits until so many bytes are due at that rate; here no time passes while it waits.
  expect(Math.max(...waited)).toBeGreaterThan((bytes / 1000) * 1000 * 0.5);
});

test('the job checks when a week has gone, and goes on with what was cut short', async () => {
  expect(await verifyDue(core, clockActor)).toBeUndefined();
  core.moveTo('2026-12-01T08:00:00+01:00');
  expect(await verifyDue({ ...core, verify: { ...core.verify, sliceMs: -1 } }, clockActor)).toMatchObject({
    finished: false,
    bodies: 0,
  });
  expect(
    await verifyDue({ ...core, verify: { ...core.verify, rateBytesPerS: 1e12 } }, clockActor),
  ).toMatchObject({ finished: true, resumed: true });
  expect(await verifyDue(core, clockActor)).toBeUndefined();
  core.moveTo('2026-11-23T08:00:00+01:00');
});

test('says what it did in the audit log', async () => {
  const events = await core.db
    .selectFrom('audit_event')
    .select('action')
    .where('action', 'like', 'store.%')
    .execute();
  expect(new Set(events.map((one) => one.action))).toEqual(
    new Set(['store.verification-begun', 'store.verified', 'store.fault']),
  );
  expect(readdirSync(join(core.folder, 'store')).length).toBeGreaterThan(0);
  expect((await listInbound(core, operator, project)).length).toBeGreaterThan(0);
});
