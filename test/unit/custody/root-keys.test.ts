/** The root key is rotated in the middle of everything, cut short anywhere, and an old one ends only when nothing needs it. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readEvents } from '../../../src/audit/audit-store.ts';
import { retireRootKey, rootKeyStatus, rotateRootKey } from '../../../src/custody/root-keys.ts';
import { publishDelivery } from '../../../src/deliveries/publish.ts';
import { openInbound } from '../../../src/inbound/content.ts';
import { listInbound } from '../../../src/inbound/listing.ts';
import { receiptSigner } from '../../../src/inbound/receipts.ts';
import { openUpload } from '../../../src/inbound/upload.ts';
import { createKeyRing, type KeyRing } from '../../../src/storage/key-ring.ts';
import { rereadRootKeys } from '../../../src/storage/root-key-file.ts';
import { beginBody, openBody } from '../../../src/vault/bodies.ts';
import { registerRootKeys } from '../../../src/vault/root-keys.ts';
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
const good = Buffer.from('kode;antall\r\nA;1\r\nB;2\r\n');

beforeAll(async () => {
  core = await openTestCore();
  await addTestProject(core, project);
  kari = await addTestPerson(core, 'kari', 'researcher', project);
});
afterAll(() => core.close());

const open = (name: string, mode: 'new' | 'resume' = 'new', deps = core) =>
  openUpload(deps, kari, { projectId: project, name, mode, door: 'sftp' });

async function send(name: string): Promise<void> {
  const upload = await open(name);
  await upload.write(0, good);
  await upload.finish();
}

const text = () => readFileSync(core.rootKeyPath, 'utf8');
const versionsInFile = () =>
  [...text().matchAll(/^(\d+) [0-9a-f]{64}$/gm)].map(([, version]) => Number(version));
const status = async () =>
  (await rootKeyStatus(core, operator)).map(({ version, state, wrapsNew, inFile, dataKeys, secrets }) => ({
    version,
    state,
    wrapsNew,
    inFile,
    dataKeys,
    secrets,
  }));

/** Every wrap opens with the keys that are in the file now, and with nothing that is only remembered. */
async function allOpens(): Promise<void> {
  const keyRing = createKeyRing(core, rereadRootKeys(core.rootKeyPath));
  const wraps = await core.db.selectFrom('object_key').select(['object_name', 'holder']).distinct().execute();
  for (const { object_name: name, holder } of wraps) {
    const row = await core.db
      .selectFrom('sealed_object')
      .selectAll()
      .where('name', '=', name)
      .executeTakeFirstOrThrow();
    if (row.state !== 'sealed') continue;
    const reader = await openBody({ ...core, keyRing }, { name, projectId: project, holder });
    expect(Buffer.from(await reader.read(0, 5)).toString()).toBe('kode;');
    await reader.close();
  }
  await receiptSigner({ ...core, keyRing });
  keyRing.close();
}

/** A ring that dies at the nth wrap, as a killed process would: its transaction is never kept. */
function dyingRing(keyRing: KeyRing, n: number): KeyRing {
  let left = n;
  const die = (): void => {
    left -= 1;
    if (left < 0) throw new Error('killed');
  };
  return {
    ...keyRing,
    wrap(...args) {
      die();
      return keyRing.wrap(...args);
    },
    wrapSecret(...args) {
      die();
      return keyRing.wrapSecret(...args);
    },
  };
}

test('counts what is under the first root key', async () => {
  for (let i = 0; i < 12; i += 1) await send(`fil${i}.csv`);
  await publishDelivery(core, operator, {
    projectId: project,
    title: 'Uttrekk',
    files: [
      {
        name: 'a.csv',
        content: (async function* () {
          yield good;
        })(),
      },
    ],
  });
  expect(await status()).toEqual([
    { version: 1, state: 'in-use', wrapsNew: true, inFile: true, dataKeys: 13, secrets: 1 },
  ]);
});

test('only an operator may look at the keys, rotate or retire them', async () => {
  for (const actor of [kari, clockActor]) {
    await expect(rootKeyStatus(core, actor)).rejects.toThrow(/forbidden/);
    await expect(rotateRootKey(core, actor)).rejects.toThrow(/forbidden/);
    await expect(retireRootKey(core, actor, 1)).rejects.toThrow(/forbidden/);
  }
});

test('cut short at any wrap, it goes on to the same version, and everything opens all the while', async () => {
  const progress: number[] = [];
  const started = await status();
  for (const n of [0, 1, 0, 2, 4, 1, 3]) {
    const keyRing = dyingRing(core.keyRing, n);
    await expect(rotateRootKey({ ...core, keyRing }, operator, { wrapsPerStep: 2 })).rejects.toThrow(
      'killed',
    );
    expect(versionsInFile()).toEqual([1, 2]);
    await allOpens();
  }
  const halfway = await status();
  expect(halfway[0]?.dataKeys).toBeGreaterThan(0);
  expect(halfway[0]?.dataKeys).toBeLessThan(started[0]?.dataKeys ?? 0);
  const done = await rotateRootKey(core, operator, { onProgress: (count) => void progress.push(count) });
  expect(done).toMatchObject({ version: 2, resumed: true, damaged: [], remaining: 0 });
  expect(progress.at(-1)).toBe(done.rewrapped);
  await allOpens();
  expect(await status()).toEqual([
    { version: 1, state: 'in-use', wrapsNew: false, inFile: true, dataKeys: 0, secrets: 0 },
    { version: 2, state: 'in-use', wrapsNew: true, inFile: true, dataKeys: 13, secrets: 1 },
  ]);
});

test('takes the version that a run left in the file when it was killed before it was known', async () => {
  const rootKeyFile = {
    ...core.rootKeyFile,
    async add() {
      await core.rootKeyFile.add();
      throw new Error('killed');
    },
  };
  await expect(rotateRootKey({ ...core, rootKeyFile }, operator)).rejects.toThrow('killed');
  expect(versionsInFile()).toEqual([1, 2, 3]);
  expect((await status()).map((one) => one.version)).toEqual([1, 2]);
  expect(await rotateRootKey(core, operator)).toMatchObject({ version: 3, resumed: false, rewrapped: 14 });
  await allOpens();
});

test('uploads that are under way while it is rotated are received and resumed, and new ones are under the new version', async () => {
  const long = Buffer.from(`kode;tekst\n${'A;abcdefghijklmnopqrstuvwxyz\n'.repeat(20_000)}`);
  const before = await open('under.csv');
  await before.write(0, long.subarray(0, 300_000));
  const left = await open('brutt.csv');
  await left.write(0, long.subarray(0, 300_000));
  await left.abandon();

  expect(await rotateRootKey(core, operator)).toMatchObject({ version: 4, remaining: 0 });
  await before.write(300_000, long.subarray(300_000));
  expect(await before.finish()).toMatchObject({ verdict: 'accepted' });
  const onwards = await open('brutt.csv', 'resume');
  await onwards.append(onwards.size, long.subarray(onwards.size));
  expect(await onwards.finish()).toMatchObject({ verdict: 'accepted' });
  expect((await status()).map(({ dataKeys }) => dataKeys)).toEqual([0, 0, 0, 16]);
  for (const { id, name } of await listInbound(core, operator, project)) {
    if (name !== 'under.csv' && name !== 'brutt.csv') continue;
    const { reader } = await openInbound(core, operator, id);
    expect(Buffer.from(await reader.read(0, long.length)).equals(long)).toBe(true);
    await reader.close();
  }
});

test('an instance that has not heard of it takes the new version from the file, and refuses with a sentence when it is not there', async () => {
  const keys = rereadRootKeys(core.rootKeyPath);
  const asleep = createKeyRing(
    { random: core.random, readAgain: () => keys.map((one) => ({ ...one, key: Uint8Array.from(one.key) })) },
    keys,
  );
  const awake = createKeyRing(
    { random: core.random, readAgain: () => rereadRootKeys(core.rootKeyPath) },
    keys,
  );
  const { version } = await rotateRootKey(core, operator);

  const input = { projectId: project, holder: 'inbound' };
  const writer = await beginBody({ ...core, keyRing: awake }, input);
  expect(Buffer.from(writer.parts[0]!.wrapped).readUInt32BE(1)).toBe(version);
  await writer.abort();
  await expect(beginBody({ ...core, keyRing: asleep }, input)).rejects.toMatchObject({
    code: 'unavailable',
    detail: { en: expect.stringContaining(`lacks version ${version}`) as string },
  });
  await expect(registerRootKeys({ ...core, keyRing: asleep })).rejects.toThrow(
    /key file lacks root key version/,
  );
  const sealed = await core.db
    .selectFrom('sealed_object')
    .select('name')
    .where('state', '=', 'sealed')
    .executeTakeFirstOrThrow();
  const body = { name: sealed.name, projectId: project, holder: 'inbound' };
  const holder = await core.db
    .selectFrom('object_key')
    .select('holder')
    .where('object_name', '=', sealed.name)
    .executeTakeFirstOrThrow();
  await expect(openBody({ ...core, keyRing: asleep }, { ...body, ...holder })).rejects.toMatchObject({
    code: 'unavailable',
  });
  await (await openBody({ ...core, keyRing: awake }, { ...body, ...holder })).close();
  // What could not begin has left nothing behind.
  const parts = await core.db
    .selectFrom('sealed_object')
    .select('name')
    .where('state', '=', 'part')
    .execute();
  expect(parts.map((one) => one.name)).toEqual([writer.name]);
});

test('refuses a file whose key of a version is another one', async () => {
  const keyRing = createKeyRing(core, [
    { version: 1, key: new Uint8Array(32).fill(9) },
    ...rereadRootKeys(core.rootKeyPath).slice(1),
  ]);
  await expect(registerRootKeys({ ...core, keyRing })).rejects.toThrow(/another root key as version 1/);
});

test('a wrap that does not open is named and left, and its root key cannot be retired', async () => {
  // A body sent in two parts has two wraps: one of them alone is damaged.
  const [row] = await core.db
    .selectFrom('object_key')
    .selectAll()
    .orderBy('first_segment', 'desc')
    .orderBy('object_name')
    .execute();
  const newest = (await status()).at(-1)!.version;
  const bent = Buffer.from(row!.wrapped);
  bent[20]! ^= 1;
  const set = (wrapped: Buffer) =>
    core.db
      .updateTable('object_key')
      .set({ wrapped })
      .where('object_name', '=', row!.object_name)
      .where('holder', '=', row!.holder)
      .where('first_segment', '=', row!.first_segment)
      .execute();
  await set(bent);
  const result = await rotateRootKey(core, operator);
  expect(result).toMatchObject({ version: newest + 1, damaged: [row!.object_name], remaining: 1 });
  await expect(retireRootKey(core, operator, newest)).rejects.toThrow(
    /1 keys are still wrapped under root key/,
  );
  await set(row!.wrapped);
  expect(await rotateRootKey(core, operator)).toMatchObject({
    version: newest + 1,
    resumed: true,
    rewrapped: 1,
    remaining: 0,
  });
});

test('retires what nothing is wrapped under: out of the file, overwritten, and refused by the database from then on', async () => {
  const before = rereadRootKeys(core.rootKeyPath);
  const newest = before.at(-1)!.version;
  await expect(retireRootKey(core, operator, newest)).rejects.toThrow(/the newest/);
  await expect(retireRootKey(core, operator, 99)).rejects.toThrow(/no root key of version 99/);
  const dying = {
    ...core.rootKeyFile,
    remove: async () => {
      throw new Error('killed');
    },
  };
  await expect(retireRootKey({ ...core, rootKeyFile: dying }, operator, 1)).rejects.toThrow('killed');
  expect(versionsInFile()).toContain(1);
  for (let version = 1; version < newest; version += 1) await retireRootKey(core, operator, version);
  expect(versionsInFile()).toEqual([newest]);
  expect(statSync(core.rootKeyPath).mode & 0o777).toBe(0o400);
  expect(readdirSync(dirname(core.rootKeyPath))).toEqual(['root.key']);
  await allOpens();

  // An instance that still has the old key in its memory, and has not asked what is in use.
  const stale = createKeyRing(core, before.slice(0, 1));
  const wrapped = stale.wrap(stale.newDataKey(), {
    objectId: 'x',
    projectId: project,
    firstSegment: 0,
    holder: 'inbound',
  });
  const { name } = await core.db.selectFrom('sealed_object').select('name').executeTakeFirstOrThrow();
  const row = { object_name: name, holder: 'other', first_segment: 0, wrapped: Buffer.from(wrapped) };
  await expect(core.db.insertInto('object_key').values(row).execute()).rejects.toMatchObject({
    code: 'DS001',
  });
});

test('stands in the audit log', async () => {
  const actions: string[] = [];
  for await (const event of readEvents(core.db))
    if (event.action.startsWith('keys.')) actions.push(event.action);
  expect(new Set(actions)).toEqual(
    new Set(['keys.registered', 'keys.rotation-begun', 'keys.rewrapped', 'keys.rotated', 'keys.retired']),
  );
});
