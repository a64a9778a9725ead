import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { openDeliveries } from '../../../src/deliveries/deliveries.ts';
import { publishDelivery } from '../../../src/deliveries/publish.ts';
import { withdrawDelivery } from '../../../src/deliveries/term.ts';
import {
  addTestPerson,
  addTestProject,
  openTestCore,
  operator,
  type Person,
  type TestCore,
} from '../../support/core.ts';
import { digest, serveTransfers, sha256 } from './transferring.ts';

let core: TestCore;
let kari: Person;
let project = '';
let folder = '';
let count = 0;
let server: Awaited<ReturnType<typeof serveTransfers>>;

beforeAll(async () => {
  core = await openTestCore();
  server = await serveTransfers(core);
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await core.close();
});

const bytes = Buffer.from(Array.from({ length: 1_500_000 }, (_, i) => (i * 7) % 251));

async function* content(of: Uint8Array): AsyncGenerator<Uint8Array> {
  yield of;
}

beforeEach(async () => {
  count += 1;
  project = `P${count}`;
  await addTestProject(core, project);
  kari = await addTestPerson(core, `kari${count}`, 'researcher', project);
  await publishDelivery(core, operator, {
    projectId: project,
    title: 'Uttrekk 1',
    files: [
      { name: 'a b-æ.csv', content: content(bytes) },
      { name: 'tom.csv', content: content(new Uint8Array()) },
    ],
  });
  folder = (await openDeliveries(core, kari, project))[0]?.folder ?? '';
});

function at(name: string): string {
  return `${server.url}/api/v1/projects/${project}/deliveries/${folder}/${name}`;
}

const get = (name: string, headers: Record<string, string> = {}, method = 'GET') =>
  fetch(at(name), { method, headers: { 'x-person': kari.personId, ...headers } });
const file = 'files/a%20b-%C3%A6.csv';
const body = async (answer: Response) => Buffer.from(await answer.arrayBuffer());
/** Of the bytes: to compare buffers one by one takes seconds, and a kept connection is closed meanwhile. */
const sum = async (answer: Response) => sha256(await body(answer));
const events = async () => {
  const rows = await core.db
    .selectFrom('audit_event')
    .select(['action', 'detail'])
    .where('project_id', '=', project)
    .where('action', 'like', 'delivery.%')
    .orderBy('seq')
    .execute();
  return rows.map((row) => row.action);
};

test('gives a file with its size, tag, digests and name, and notes that it was fetched', async () => {
  const answer = await get(file);
  expect(answer.status).toBe(200);
  expect(await sum(answer)).toBe(sha256(bytes));
  expect(Object.fromEntries(answer.headers)).toMatchObject({
    'content-type': 'application/octet-stream',
    'content-length': String(bytes.length),
    'accept-ranges': 'bytes',
    'content-digest': digest(bytes),
    'repr-digest': digest(bytes),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'content-disposition': `attachment; filename="a b-_.csv"; filename*=UTF-8''a%20b-%C3%A6.csv`,
  });
  await expect.poll(events).toEqual(['delivery.published', 'delivery.opened', 'delivery.fetched']);
});

test('tells by HEAD what GET would give, and opens nothing', async () => {
  const head = await get(file, {}, 'HEAD');
  const whole = await get(file);
  await body(whole);
  for (const name of ['content-length', 'etag', 'repr-digest', 'content-type', 'content-disposition']) {
    expect(head.headers.get(name)).toBe(whole.headers.get(name));
  }
  await expect.poll(events).toEqual(['delivery.published', 'delivery.opened', 'delivery.fetched']);
  expect((await get('files/none.csv', {}, 'HEAD')).status).toBe(404);
});

test('gives any range, so that a download goes on where it was broken off', async () => {
  const etag = (await get(file, {}, 'HEAD')).headers.get('etag') ?? '';
  const part = async (range: string, headers: Record<string, string> = {}) => {
    const answer = await get(file, { range, ...headers });
    return [answer.status, answer.headers.get('content-range'), await sum(answer)];
  };
  const end = bytes.length - 1;
  expect(await part('bytes=0-0')).toEqual([206, `bytes 0-0/${bytes.length}`, sha256(bytes.subarray(0, 1))]);
  expect(await part('bytes=65530-700000')).toEqual([
    206,
    `bytes 65530-700000/${bytes.length}`,
    sha256(bytes.subarray(65530, 700001)),
  ]);
  expect(await part('bytes=1000000-', { 'if-range': etag })).toEqual([
    206,
    `bytes 1000000-${end}/${bytes.length}`,
    sha256(bytes.subarray(1_000_000)),
  ]);
  expect(await part('bytes=-10')).toEqual([
    206,
    `bytes ${end - 9}-${end}/${bytes.length}`,
    sha256(bytes.subarray(-10)),
  ]);
  expect((await part('bytes=5-', { 'if-range': '"another"' }))[0]).toBe(200);
  expect((await part('bytes=0-1,5-6'))[0]).toBe(200);
  expect((await part('bytes=9-2'))[0]).toBe(200);
  const beyond = await get(file, { range: `bytes=${bytes.length}-` });
  expect([beyond.status, beyond.headers.get('content-range')]).toEqual([416, `bytes */${bytes.length}`]);
  expect(await beyond.json()).toMatchObject({ code: 'range-not-satisfiable' });
  expect((await get(file, { 'if-none-match': `W/"x", ${etag}` })).status).toBe(304);
  const empty = await get('files/tom.csv');
  expect([empty.status, (await body(empty)).length]).toEqual([200, 0]);
});

test('counts a file as fetched when all its ranges have been', async () => {
  await body(await get(file, { range: 'bytes=0-999999' }));
  await expect.poll(events).toContain('delivery.read');
  await body(await get(file, { range: 'bytes=1000000-' }));
  await expect.poll(events).toContain('delivery.fetched');
});

test('gives nothing to others, and cuts off a download when the delivery is withdrawn', async () => {
  await addTestPerson(core, `ny${count}`, 'researcher', project);
  for (const name of [file, 'files.zip', 'files/MANIFEST.json']) {
    expect((await get(name, { 'x-person': `ny${count}` })).status).toBe(404);
    expect((await fetch(at(name))).status).toBe(401);
  }
  const large = Buffer.alloc(40_000_000, 'x');
  await publishDelivery(core, operator, {
    projectId: project,
    title: 'Stor',
    files: [{ name: 'stor.csv', content: content(large) }],
  });
  const all = await openDeliveries(core, kari, project);
  const delivery = all.find((one) => one.title === 'Stor');
  folder = delivery?.folder ?? '';
  const answer = await get('files/stor.csv');
  const reader = answer.body?.getReader();
  await reader?.read();
  await withdrawDelivery(core, operator, { projectId: project, folder, reason: 'feil fil' });
  core.access.changed('');
  const rest = async () => {
    for (let next = await reader?.read(); next?.done === false; next = await reader?.read());
  };
  await expect(rest()).rejects.toThrow();
  await expect.poll(events).toContain('delivery.cut-off');
  expect((await get('files/stor.csv')).status).toBe(404);
});

test('gives all files in one archive that unzip reads, of the size it said', async () => {
  const answer = await get('files.zip');
  const archive = await body(answer);
  expect(answer.headers.get('content-length')).toBe(String(archive.length));
  expect((await get('files.zip', {}, 'HEAD')).headers.get('content-length')).toBe(String(archive.length));
  const place = mkdtempSync(join(tmpdir(), 'datasluse-zip-'));
  try {
    writeFileSync(join(place, 'x.zip'), archive);
    execFileSync('python3', ['-m', 'zipfile', '-e', 'x.zip', 'out'], { cwd: place });
    expect(sha256(readFileSync(join(place, 'out', 'a b-æ.csv')))).toBe(sha256(bytes));
    expect(readFileSync(join(place, 'out', 'tom.csv'))).toEqual(Buffer.alloc(0));
    expect(JSON.parse(readFileSync(join(place, 'out', 'MANIFEST.json'), 'utf8'))).toMatchObject({ project });
  } finally {
    rmSync(place, { recursive: true });
  }
  await expect.poll(events).toEqual([
    'delivery.published',
    'delivery.opened',
    'delivery.fetched',
    // The empty one: there is nothing of it to fetch.
    'delivery.opened',
  ]);
});
