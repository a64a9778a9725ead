import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { setQuota } from '../../../src/cases/quota.ts';
import { removeRole } from '../../../src/identity/access-removal.ts';
import { eraseStale } from '../../../src/inbound/erase.ts';
import { inboundReport, listInbound } from '../../../src/inbound/listing.ts';
import { uploadsUnderWay } from '../../../src/inbound/upload-progress.ts';
import { sweepStore } from '../../../src/vault/bodies.ts';
import { usedBytes } from '../../../src/vault/room.ts';
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
import { rows, serveTransfers, sha256 } from './transferring.ts';

let core: TestCore;
let project = '';
let kari: Person;
let count = 0;

beforeAll(async () => {
  core = await openTestCore();
});
afterAll(() => core.close());

beforeEach(async () => {
  core.moveTo('2026-11-23T08:00:00+01:00');
  count += 1;
  project = `P${count}`;
  await addTestProject(core, project);
  kari = await addTestPerson(core, 'kari', 'researcher', project);
  await addTestPerson(core, 'ola', 'researcher', project);
});

const tus = { 'tus-resumable': '1.0.0', 'x-person': 'kari' };
const bytesType = { 'content-type': 'application/offset+octet-stream' };
const b64 = (text: string) => Buffer.from(text).toString('base64');
const files = () => listInbound(core, operator, project);
const used = () => usedBytes(core, project);
const codeOf = async (answer: Response) => ((await answer.json()) as { code: string }).code;

function post(url: string, headers: Record<string, string>, body?: Uint8Array): Promise<Response> {
  return fetch(`${url}/api/v1/uploads`, {
    method: 'POST',
    headers: { ...tus, ...(body === undefined ? {} : bytesType), ...headers },
    ...(body === undefined ? {} : { body: body as never }),
  });
}

/** A partial upload of `length` bytes, with what is given of it sent along. */
async function partial(url: string, length: number, body?: Uint8Array, more: Record<string, string> = {}) {
  const headers = {
    'upload-concat': 'partial',
    'upload-length': String(length),
    'upload-metadata': `project ${b64(project)}`,
    ...more,
  };
  const answer = await post(url, headers, body);
  expect(answer.status).toBe(201);
  return url + (answer.headers.get('location') ?? '/none');
}

/** Several partial uploads at the same time, cut where a row is not. */
function partials(url: string, bytes: Buffer, pieces: number): Promise<string[]> {
  const size = Math.ceil(bytes.length / pieces);
  return Promise.all(
    Array.from({ length: pieces }, (_, n) => {
      const body = bytes.subarray(n * size, (n + 1) * size);
      return partial(url, body.length, body);
    }),
  );
}

function final(url: string, parts: readonly string[], name = 'data.csv', more: Record<string, string> = {}) {
  return post(url, {
    'upload-concat': `final;${parts.join(' ')}`,
    'upload-metadata': `filename ${b64(name)},project ${b64(project)}`,
    ...more,
  });
}

const patch = (at: string, offset: number, body: Uint8Array, headers: Record<string, string> = {}) =>
  fetch(at, {
    method: 'PATCH',
    headers: { ...tus, ...bytesType, 'upload-offset': String(offset), ...headers },
    body: body as never,
  });
const head = (at: string, headers: Record<string, string> = tus) => fetch(at, { method: 'HEAD', headers });

test('joins parts that were sent side by side, and answers with the verdict', async () => {
  await using server = await serveTransfers(core);
  const bytes = rows(3_000_000);
  const parts = await partials(server.url, bytes, 4);
  expect(await files()).toEqual([]);
  expect(await used()).toBeGreaterThanOrEqual(bytes.length);
  const one = await head(parts[1]!);
  expect(Object.fromEntries(one.headers)).toMatchObject({
    'upload-concat': 'partial',
    'upload-offset': one.headers.get('upload-length'),
    'upload-metadata': `project ${b64(project)}`,
    'upload-expires': 'Mon, 30 Nov 2026 07:00:00 GMT',
    'cache-control': 'no-store',
  });

  // Absolute and relative addresses.
  const named = parts.map((at, n) => (n % 2 === 0 ? at : new URL(at).pathname));
  const joined = await final(server.url, named);
  expect(joined.status).toBe(201);
  expect(joined.headers.get('datasluse-verdict')).toBe('accepted');
  expect(await files()).toMatchObject([
    { name: 'data.csv', version: 1, state: 'accepted', sha256: sha256(bytes), bytes: bytes.length },
  ]);
  const at = server.url + (joined.headers.get('location') ?? '');
  expect(Object.fromEntries((await head(at)).headers)).toMatchObject({
    'upload-concat': `final;${named.join(' ')}`,
    'upload-length': String(bytes.length),
    'upload-offset': String(bytes.length),
    'upload-metadata': `filename ${b64('data.csv')},project ${b64(project)}`,
  });
  const more = await patch(at, bytes.length, Buffer.from('x'));
  expect([more.status, await codeOf(more)]).toEqual([403, 'read-only']);

  // Of the parts nothing is left: no key, no body, no address.
  expect((await head(parts[0]!)).status).toBe(404);
  expect(await used()).toBe(bytes.length);
  const kept = await core.db
    .selectFrom('object_key as k')
    .innerJoin('sealed_object as o', 'o.name', 'k.object_name')
    .select('o.name')
    .distinct()
    .where('o.project_id', '=', project)
    .execute();
  expect(kept.length).toBe(1);
  expect(await sweepStore({ ...core, unclaimedDays: 8, live: new Set() })).toBe(0);
  expect(core.uploads.size).toBe(0);
});

test('gives the joined file the very report of the file in one piece', async () => {
  await using server = await serveTransfers(core);
  // Rules are broken on both sides of the cuts, and a cut goes through a row.
  const bytes = Buffer.from(rows(600_000).toString().replaceAll(/\n3;/g, '\n3;;'));
  const whole = await post(
    server.url,
    {
      'upload-length': String(bytes.length),
      'upload-metadata': `filename ${b64('data.csv')},project ${b64(project)}`,
    },
    bytes,
  );
  expect(whole.headers.get('datasluse-verdict')).toBe('rejected');
  const joined = await final(server.url, await partials(server.url, bytes, 3));
  expect(joined.headers.get('datasluse-verdict')).toBe('rejected');
  const [first, second] = await files();
  const reports = await Promise.all(
    [first, second].map((one) => inboundReport(core, operator, one?.id ?? '')),
  );
  expect(reports[1]).toEqual(reports[0]);
  expect(second).toMatchObject({ version: 2, sha256: first?.sha256 });
});

test('keeps a part sealed, shown to nobody, and goes on with it after the server was lost', async () => {
  const bytes = rows(2_400_000);
  const secret = bytes.subarray(1_000_000, 1_000_040);
  let path = '';
  {
    await using first = await serveTransfers(core);
    const at = await partial(first.url, bytes.length);
    path = new URL(at).pathname;
    expect((await patch(at, 0, bytes.subarray(0, 2_000_000))).status).toBe(204);
    expect([...core.uploads.values()].map(({ size }) => size)).toEqual([2_000_000]);
    expect(await uploadsUnderWay(core, operator, project)).toEqual([]);
    expect(await files()).toEqual([]);
    core.uploads.clear();
  }
  await using second = await serveTransfers(core);
  const at = second.url + path;
  const offset = Number((await head(at)).headers.get('upload-offset'));
  expect(offset).toBeGreaterThan(1_000_000);
  expect(offset % 65_536).toBe(0);
  expect(await codeOf(await final(second.url, [at]))).toBe('conflict');
  const rest = await patch(at, offset, bytes.subarray(offset));
  expect([rest.status, rest.headers.get('datasluse-verdict')]).toEqual([204, null]);
  // The answer to the last bytes may have been lost.
  expect((await patch(at, bytes.length, new Uint8Array(0))).headers.get('upload-offset')).toBe(
    String(bytes.length),
  );
  expect(await codeOf(await patch(at, 5, Buffer.from('x')))).toBe('conflict');
  const onDisk = await readdir(join(core.folder, 'store'), { recursive: true, withFileTypes: true });
  const bodies = onDisk.filter((one) => one.isFile());
  expect(bodies.length).toBeGreaterThan(0);
  for (const one of bodies) {
    expect((await readFile(join(one.parentPath, one.name))).includes(secret)).toBe(false);
  }
  expect((await final(second.url, [at])).headers.get('datasluse-verdict')).toBe('accepted');
  expect(await files()).toMatchObject([{ sha256: sha256(bytes) }]);
});

test('joins nothing while a part is unfinished, and takes the parts when it is whole', async () => {
  await using server = await serveTransfers(core);
  const bytes = rows(200_000);
  const [first, rest] = [bytes.subarray(0, 70_001), bytes.subarray(70_001)];
  const parts = [await partial(server.url, first.length, first), await partial(server.url, rest.length)];
  const early = await final(server.url, parts);
  expect([early.status, await codeOf(early)]).toEqual([409, 'conflict']);
  expect(await files()).toEqual([]);
  expect((await patch(parts[1]!, 0, rest)).status).toBe(204);
  expect((await final(server.url, parts)).headers.get('datasluse-verdict')).toBe('accepted');
  expect(await files()).toMatchObject([{ version: 1, sha256: sha256(bytes) }]);
});

test('gives a part to nobody but its sender', async () => {
  await using server = await serveTransfers(core);
  const bytes = rows(1000);
  const at = await partial(server.url, bytes.length, bytes);
  const ola = { ...tus, 'x-person': 'ola' };
  expect((await head(at, ola)).status).toBe(404);
  expect((await fetch(at, { method: 'DELETE', headers: ola })).status).toBe(404);
  expect((await patch(at, bytes.length, new Uint8Array(0), ola)).status).toBe(404);
  expect((await final(server.url, [at], 'data.csv', ola)).status).toBe(404);
  // Not even staff sees it as a file.
  const row = await core.db
    .selectFrom('inbound_file')
    .select('id')
    .where('project_id', '=', project)
    .execute();
  await expect(inboundReport(core, operator, row[0]?.id ?? '')).rejects.toThrow(/not-found/);
  expect(await files()).toEqual([]);
  expect((await final(server.url, [at])).headers.get('datasluse-verdict')).toBe('accepted');
});

test('tells the same again to a client that has lost the answer, also while it is at it', async () => {
  await using server = await serveTransfers(core);
  const bytes = rows(1_500_000);
  const parts = await partials(server.url, bytes, 2);
  const both = await Promise.all([final(server.url, parts), final(server.url, parts)]);
  const again = await final(server.url, parts);
  const places = [...both, again].map(({ status, headers }) => [status, headers.get('location')]);
  expect(places[0]?.[0]).toBe(201);
  expect(places).toEqual([places[0], places[0], places[0]]);
  expect(again.headers.get('datasluse-verdict')).toBe('accepted');
  expect(await files()).toMatchObject([{ version: 1, sha256: sha256(bytes) }]);
  expect((await final(server.url, parts, 'annet.csv')).status).toBe(404);
});

test('reads a part as often as it is named, in the order in which it is named', async () => {
  await using server = await serveTransfers(core);
  const header = await partial(server.url, 11, Buffer.from('kode;tekst\n'));
  const row = await partial(server.url, 6, Buffer.from('1;abc\n'));
  expect((await final(server.url, [header, row, row])).status).toBe(201);
  expect(await files()).toMatchObject([{ sha256: sha256(Buffer.from('kode;tekst\n1;abc\n1;abc\n')) }]);
});

test('checks the sum of a part, ends one on request, and erases one that nobody joins', async () => {
  await using server = await serveTransfers(core);
  const at = await partial(server.url, 5);
  const wrong = await patch(at, 0, Buffer.from('a;b\n1'), { 'upload-checksum': `sha256 ${b64('x')}` });
  expect(wrong.status).toBe(460);
  expect((await patch(at, 0, Buffer.from('a;b\n1'))).status).toBe(204);
  expect((await fetch(at, { method: 'DELETE', headers: tus })).status).toBe(204);
  expect((await head(at)).status).toBe(404);
  expect(await used()).toBe(0);

  const whole = await partial(server.url, 5, Buffer.from('a;b\n1'));
  const begun = await partial(server.url, 10);
  await server.openUploads.close();
  core.moveTo('2026-11-30T07:59:00+01:00');
  expect(await eraseStale(core, clockActor)).toEqual([]);
  core.moveTo('2026-11-30T08:01:00+01:00');
  await expect.poll(async () => (await eraseStale(core, clockActor)).length).toBeGreaterThan(0);
  expect([(await head(whole)).status, await used()]).toEqual([404, 0]);
  const statusOfBegun = async () => {
    await eraseStale(core, clockActor);
    return (await head(begun)).status;
  };
  await expect.poll(statusOfBegun).toBe(404);
});

test('keeps the parts when the file cannot be taken', async () => {
  await using server = await serveTransfers(core);
  const bytes = rows(100_000);
  const parts = await partials(server.url, bytes, 2);
  expect(await codeOf(await final(server.url, parts, 'å.csv'))).toBe('invalid-name');
  expect(await codeOf(await final(server.url, parts, 'data.csv', { 'upload-length': '9' }))).toBe(
    'invalid-input',
  );
  expect(await codeOf(await final(server.url, ['/api/v1/uploads/nothing']))).toBe('not-found');
  expect(await codeOf(await final(server.url, []))).toBe('invalid-input');
  const concat = {
    'upload-concat': 'half',
    'upload-metadata': `filename ${b64('a.csv')},project ${b64(project)}`,
  };
  expect(await codeOf(await post(server.url, concat))).toBe('invalid-input');
  const noProject = { 'upload-concat': 'partial', 'upload-length': '1', 'upload-metadata': '' };
  expect(await codeOf(await post(server.url, noProject))).toBe('invalid-input');
  await setQuota(core, operator, { projectId: project, quotaBytes: bytes.length + 1000 });
  expect(await codeOf(await final(server.url, parts))).toBe('too-large');
  expect(await files()).toEqual([]);
  expect(core.uploads.size).toBe(0);
  await setQuota(core, operator, { projectId: project, quotaBytes: 1e9 });

  const other = `${project}B`;
  await addTestProject(core, other);
  await addTestPerson(core, 'kari', 'researcher', other);
  const strange = await final(server.url, parts, 'data.csv', {
    'upload-metadata': `filename ${b64('a.csv')},project ${b64(other)}`,
  });
  expect(await codeOf(strange)).toBe('invalid-input');
  expect((await final(server.url, parts)).headers.get('datasluse-verdict')).toBe('accepted');
});

test('gives up a file of which a part is lost on the way, and leaves nothing of it', async () => {
  await using server = await serveTransfers(core);
  const bytes = rows(2_000_000);
  const parts = await partials(server.url, bytes, 2);
  const bodies = await core.db
    .selectFrom('inbound_file')
    .select(['id', 'object_name as name'])
    .where('project_id', '=', project)
    .execute();
  const second = bodies.find(({ id }) => parts[1]?.includes(id));
  await core.store.remove(second?.name ?? '');
  const answer = await final(server.url, parts);
  expect([answer.status, await codeOf(answer)]).toEqual([500, 'integrity-failed']);
  expect(await files()).toEqual([]);
  expect(core.uploads.size).toBe(0);
  expect(await used()).toBe(bytes.length);
});

test('joins in another process than the one that took the parts', async () => {
  const beside = await openBeside(core);
  try {
    await using here = await serveTransfers(core);
    await using there = await serveTransfers(beside);
    const bytes = rows(500_000);
    const parts = await partials(here.url, bytes, 3);
    expect((await final(there.url, parts)).headers.get('datasluse-verdict')).toBe('accepted');
    expect(await files()).toMatchObject([{ sha256: sha256(bytes) }]);
    expect((await head(parts[2]!)).status).toBe(404);
  } finally {
    await beside.close();
  }
});

test('joins nothing for who has lost access', async () => {
  await using server = await serveTransfers(core);
  const bytes = rows(1000);
  const parts = await partials(server.url, bytes, 2);
  await removeRole(core, operator, {
    personId: kari.personId,
    projectId: project,
    role: 'researcher',
    reason: 'slutt',
  });
  core.access.changed('');
  expect(await codeOf(await final(server.url, parts))).toBe('forbidden');
  expect(await files()).toEqual([]);
});
