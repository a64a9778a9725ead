import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { confirmDeletion } from '../../../src/cases/projects.ts';
import { listen } from '../../../src/db/notices.ts';
import {
  listDeliveries,
  manifestOf,
  openDeliveries,
  openDelivery,
} from '../../../src/deliveries/deliveries.ts';
import { expireDeliveries, warnUnfetched } from '../../../src/deliveries/expire.ts';
import { fetchFile } from '../../../src/deliveries/fetch.ts';
import { publishDelivery } from '../../../src/deliveries/publish.ts';
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
let project = '';
let count = 0;

const start = '2026-11-23T08:00:30+01:00';

beforeAll(async () => {
  core = await openTestCore(start);
});
afterAll(() => core.close());

beforeEach(async () => {
  count += 1;
  project = `P${count}`;
  core.moveTo(start);
  core.sent.length = 0;
  await addTestProject(core, project);
  kari = await addTestPerson(core, `kari${count}`, 'researcher', project);
  ola = await addTestPerson(core, `ola${count}`, 'researcher', project);
});

const bytes = Buffer.from(Array.from({ length: 300_000 }, (_, i) => (i * 7) % 251));

async function* content(of: Uint8Array): AsyncGenerator<Uint8Array> {
  yield of;
}

const publish = (title = 'Uttrekk æøå 1') =>
  publishDelivery(core, operator, {
    projectId: project,
    title,
    files: [
      { name: 'a.csv', content: content(bytes) },
      { name: 'tom.csv', content: content(new Uint8Array()) },
    ],
  });

async function fetchAll(who: Person, folder: string, name: string): Promise<Buffer> {
  const fetching = await fetchFile(core, who, await openDelivery(core, who, project, folder), name, 'sftp');
  const chunks: Uint8Array[] = [];
  for (let at = 0; at < fetching.bytes; ) {
    const chunk = await fetching.read(at, 100_000);
    chunks.push(Buffer.from(chunk));
    at += chunk.length;
  }
  await fetching.close();
  return Buffer.concat(chunks);
}

const mails = () =>
  core.db
    .selectFrom('outbox')
    .select(['recipient', 'dedupe'])
    .where('dedupe', 'like', 'delivery-%')
    .where('recipient', 'like', `%${count}@%`)
    .execute();

test('opens a delivery for its researchers, with a manifest and a letter each', async () => {
  const published = await publish();
  expect(published.folder).toBe('2026-11-23_uttrekk-aoa-1');
  expect(published.closesAt.toPlainDateTime().toString()).toBe('2026-12-07T08:00:00');
  const delivery = await openDelivery(core, kari, project, published.folder);
  expect(JSON.parse(manifestOf(delivery)).files).toEqual(published.files);
  expect(published.files.map((file) => file.bytes)).toEqual([300_000, 0]);
  expect((await mails()).map((mail) => mail.recipient).sort()).toEqual([
    `kari${count}@example.no`,
    `ola${count}@example.no`,
  ]);
  expect(await fetchAll(kari, published.folder, 'a.csv')).toEqual(bytes);
});

test('a second delivery of the same title gets a folder of its own', async () => {
  await publish('Uttrekk');
  expect((await publish('Uttrekk')).folder).toBe('2026-11-23_uttrekk-2');
});

test('is not there for others: suppliers, members of other projects, and researchers who came later', async () => {
  const { folder } = await publish();
  const supplier = await addTestPerson(core, `lev${count}`, 'supplier', project);
  const later = await addTestPerson(core, `ny${count}`, 'researcher', project);
  await addTestProject(core, `Q${count}`);
  const stranger = await addTestPerson(core, `fremmed${count}`, 'researcher', `Q${count}`);
  for (const who of [supplier, later, stranger]) {
    await expect(openDelivery(core, who, project, folder)).rejects.toThrow(/not-found/);
  }
  expect(await openDeliveries(core, later, project)).toEqual([]);
});

test('refuses what cannot be published, and leaves nothing behind', async () => {
  const input = (names: string[]) => ({
    projectId: project,
    title: 'T',
    files: names.map((name) => ({ name, content: content(bytes) })),
  });
  await expect(publishDelivery(core, operator, input([]))).rejects.toThrow(/at least one/);
  await expect(publishDelivery(core, operator, input(['a.csv', 'A.csv']))).rejects.toThrow(/twice/);
  await expect(publishDelivery(core, operator, input(['MANIFEST.json']))).rejects.toThrow(/invalid-name/);
  await expect(publishDelivery(core, operator, input(['../a']))).rejects.toThrow(/invalid-name/);
  await expect(publishDelivery(core, kari, input(['a.csv']))).rejects.toThrow(/forbidden/);
  async function* failing(): AsyncGenerator<Uint8Array> {
    yield bytes;
    throw new Error('the disk of the producer failed');
  }
  const before = await core.db.selectFrom('sealed_object').select('name').execute();
  await expect(
    publishDelivery(core, operator, {
      projectId: project,
      title: 'T',
      files: [{ name: 'a.csv', content: failing() }],
    }),
  ).rejects.toThrow(/producer/);
  expect(await core.db.selectFrom('sealed_object').select('name').execute()).toEqual(before);
  expect(await listDeliveries(core, operator, project)).toEqual([]);
  expect(await mails()).toEqual([]);
});

test('warns once, three days before, those who have not fetched all of it', async () => {
  const { folder } = await publish();
  expect(await warnUnfetched(core, clockActor)).toEqual([]);
  const half = await fetchFile(core, ola, await openDelivery(core, ola, project, folder), 'a.csv', 'sftp');
  await half.read(0, 100_000);
  await half.close();
  await fetchAll(kari, folder, 'a.csv');
  core.moveTo('2026-12-04T08:01:00+01:00');
  const warned = (await warnUnfetched(core, clockActor)).filter((one) => one.projectId === project);
  expect(warned).toEqual([{ projectId: project, folder, personId: `ola${count}` }]);
  expect((await warnUnfetched(core, clockActor)).filter((one) => one.projectId === project)).toEqual([]);
  expect((await mails()).filter((mail) => mail.dedupe?.startsWith('delivery-closing')).length).toBe(1);
});

test('what was fetched in parts, in several sittings, counts as fetched', async () => {
  const { folder } = await publish();
  for (const [at, length] of [
    [200_000, 100_000],
    [0, 150_000],
    [140_000, 70_000],
  ] as const) {
    const fetching = await fetchFile(
      core,
      kari,
      await openDelivery(core, kari, project, folder),
      'a.csv',
      'sftp',
    );
    for (let from: number = at; from < at + length; )
      from += (await fetching.read(from, at + length - from)).length;
    await fetching.close();
  }
  const [delivery] = await listDeliveries(core, operator, project);
  expect(delivery?.unfetched).toEqual([`ola${count}`]);
});

test('closes by the clock on time, even before any job has run', async () => {
  const { folder } = await publish();
  const fetching = await fetchFile(
    core,
    kari,
    await openDelivery(core, kari, project, folder),
    'a.csv',
    'sftp',
  );
  await fetching.read(0, 1000);
  core.moveTo('2026-12-07T08:00:00+01:00');
  await expect(fetching.read(1000, 1000)).rejects.toThrow(/closed/);
  await expect(openDelivery(core, kari, project, folder)).rejects.toThrow(/not-found/);
  await fetching.close();
});

test('at its end keys and bodies are destroyed, open handles fail on the next read, and the log says so', async () => {
  const { id, folder } = await publish();
  const opened = await openDelivery(core, kari, project, folder);
  const fetching = await fetchFile(core, kari, opened, 'a.csv', 'sftp');
  await fetching.read(0, 1000);
  let told: (closedId: string) => void = () => undefined;
  const announced = new Promise<string>((resolve) => {
    told = resolve;
  });
  const listener = await listen(
    core.connectionString,
    'access_changed',
    (what) => {
      core.access.changed(what);
      if (what === `publication:${id}`) told(id);
    },
    { log: core.log },
  );
  core.moveTo('2026-12-07T08:00:00+01:00');
  const expired = await expireDeliveries(core, clockActor);
  expect(expired).toContainEqual({ projectId: project, folder, keysDestroyed: 2 });
  // The handle's own clock stands still: only the announcement can tell it.
  core.moveTo(start);
  expect(await announced).toBe(id);
  await expect(fetching.read(1000, 1000)).rejects.toThrow(/closed/);
  await listener.close();

  expect(
    await core.db
      .selectFrom('object_key')
      .select('holder')
      .where('holder', '=', `publication:${id}`)
      .execute(),
  ).toEqual([]);
  for (const file of opened.files)
    await expect(core.store.openObject(file.objectName)).rejects.toThrow(/not-found/);
  const events = await core.db
    .selectFrom('audit_event')
    .select(['action', 'detail'])
    .where('subject', '=', `publication:${id}`)
    .orderBy('seq')
    .execute();
  expect(events.map((event) => event.action)).toEqual([
    'delivery.published',
    'delivery.opened',
    'delivery.expired',
  ]);
  expect(JSON.parse(events[2]?.detail ?? '{}')).toEqual({ folder, keysDestroyed: 2 });
  core.moveTo('2026-12-08T08:00:00+01:00');
  expect(await expireDeliveries(core, clockActor)).toEqual([]);
});

test('two instances that expire at once destroy once and log once', async () => {
  const { id } = await publish();
  core.moveTo('2026-12-07T08:00:00+01:00');
  const both = await Promise.all([expireDeliveries(core, clockActor), expireDeliveries(core, clockActor)]);
  expect(both.flat().filter((one) => one.projectId === project).length).toBe(1);
  const events = await core.db
    .selectFrom('audit_event')
    .select('seq')
    .where('subject', '=', `publication:${id}`)
    .where('action', '=', 'delivery.expired')
    .execute();
  expect(events.length).toBe(1);
});

test('an open handle fails within a second when a person loses the role, without any announcement', async () => {
  const { folder } = await publish();
  const fetching = await fetchFile(
    core,
    kari,
    await openDelivery(core, kari, project, folder),
    'a.csv',
    'sftp',
  );
  await core.db
    .updateTable('membership')
    .set({ removed_at: start })
    .where('person_id', '=', kari.personId)
    .execute();
  await expect(
    (async () => {
      for (let i = 0; i < 200; i++) {
        await fetching.read(0, 10);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    })(),
  ).rejects.toThrow(/closed/);
  await fetching.close();
});

test('a project whose deletion is confirmed shows no delivery any more', async () => {
  const { folder } = await publish();
  await confirmDeletion(core, operator, project);
  expect(await openDeliveries(core, kari, project)).toEqual([]);
  await expect(openDelivery(core, kari, project, folder)).rejects.toThrow(/not-found/);
});
