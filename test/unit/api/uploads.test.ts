import { createHash } from 'node:crypto';
import { connect } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { removeRole } from '../../../src/identity/access-removal.ts';
import { eraseStale } from '../../../src/inbound/erase.ts';
import { listInbound } from '../../../src/inbound/listing.ts';
import {
  addTestPerson,
  addTestProject,
  clockActor,
  openBeside,
  openTestCore,
  operator,
  type TestCore,
} from '../../support/core.ts';
import { rows, serveTransfers, sha256 } from './transferring.ts';

let core: TestCore;
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
  await addTestPerson(core, 'kari', 'researcher', project);
  await addTestPerson(core, 'ola', 'researcher', project);
});

const tus = { 'tus-resumable': '1.0.0', 'x-person': 'kari' };
const part = { ...tus, 'content-type': 'application/offset+octet-stream' };
const b64 = (text: string) => Buffer.from(text).toString('base64');
const metadata = (name: string) => `filename ${b64(name)},project ${b64(project)}`;
const files = () => listInbound(core, operator, project);

async function create(url: string, length: number, options: { name?: string; body?: Uint8Array } = {}) {
  const { name = 'data.csv', body } = options;
  const answer = await fetch(`${url}/api/v1/uploads`, {
    method: 'POST',
    headers: {
      ...(body === undefined ? tus : part),
      'upload-length': String(length),
      'upload-metadata': metadata(name),
    },
    ...(body === undefined ? {} : { body: body as never }),
  });
  return { answer, at: url + (answer.headers.get('location') ?? '/none') };
}

const patch = (at: string, offset: number, body: Uint8Array, headers: Record<string, string> = {}) =>
  fetch(at, {
    method: 'PATCH',
    headers: { ...part, 'upload-offset': String(offset), ...headers },
    body: body as never,
  });

async function offsetOf(at: string, headers: Record<string, string> = tus): Promise<number | string> {
  const answer = await fetch(at, { method: 'HEAD', headers });
  return answer.status === 200 ? Number(answer.headers.get('upload-offset')) : `status ${answer.status}`;
}

const codeOf = async (answer: Response) => ((await answer.json()) as { code: string }).code;

test('says what it can do, and refuses another version', async () => {
  await using server = await serveTransfers(core);
  const options = await fetch(`${server.url}/api/v1/uploads`, { method: 'OPTIONS' });
  expect(Object.fromEntries(options.headers)).toMatchObject({
    'tus-version': '1.0.0',
    'tus-extension': 'creation,creation-with-upload,expiration,checksum,termination,concatenation',
    'tus-checksum-algorithm': 'sha256,sha1',
  });
  const other = await fetch(`${server.url}/api/v1/uploads`, {
    method: 'POST',
    headers: { ...tus, 'tus-resumable': '0.2.2', 'upload-length': '1' },
  });
  expect([other.status, other.headers.get('tus-resumable')]).toEqual([412, '1.0.0']);
});

test('an unfinished upload is kept until Upload-Expires, however long its requests stood open, and not longer', async () => {
  const day = 86_400_000;
  const start = core.clock.now();
  const at = (minutes: number) => core.moveTo(start.add({ minutes }).toString());
  const expiry = (answer: Response) => Date.parse(answer.headers.get('upload-expires') ?? '');
  const kept = async (minutes: number) => {
    at(minutes);
    await eraseStale(core, clockActor);
    return (await files()).some(({ state }) => state === 'arriving');
  };
  await using server = await serveTransfers(core);
  const bytes = rows(300_000);
  const { at: place } = await create(server.url, bytes.length);
  // Within minutes nothing is noted, and nothing more is promised.
  at(6);
  expect(expiry(await patch(place, 0, bytes.subarray(0, 100_000)))).toBe(start.epochMilliseconds + 7 * day);
  at(300);
  const last = await patch(place, 100_000, bytes.subarray(100_000, 200_000));
  const until = start.epochMilliseconds + 300 * 60_000 + 7 * day;
  expect(expiry(last)).toBe(until);
  expect(expiry(await fetch(place, { method: 'HEAD', headers: tus }))).toBe(until);
  // Nobody goes on: it is let go of, as when the service stops.
  await server.openUploads.close();
  expect(await kept(300 + 7 * 24 * 60)).toBe(true);
  expect(await kept(300 + 7 * 24 * 60 + 1)).toBe(false);
  core.moveTo(start.toString());
});

test('takes a file in several parts, and answers the last with the verdict', async () => {
  await using server = await serveTransfers(core);
  const bytes = rows(2_500_000);
  const { answer, at } = await create(server.url, bytes.length);
  expect(answer.status).toBe(201);
  expect(Date.parse(answer.headers.get('upload-expires') ?? '')).toBe(
    core.clock.now().epochMilliseconds + 7 * 86_400_000,
  );
  expect(await offsetOf(at)).toBe(0);
  const cuts = [0, 1, 700_001, 1_900_000, bytes.length];
  for (const [n, from] of cuts.slice(0, -1).entries()) {
    const taken = await patch(at, from, bytes.subarray(from, cuts[n + 1]));
    expect([taken.status, taken.headers.get('upload-offset')]).toEqual([204, String(cuts[n + 1])]);
    if (cuts[n + 1] === bytes.length) {
      expect(taken.headers.get('datasluse-verdict')).toBe('accepted');
      expect(taken.headers.get('link')).toMatch(/^<\/api\/v1\/projects\/P\d+\/inbox\/[0-9a-f-]{36}\/report>/);
    }
  }
  expect(await files()).toMatchObject([{ name: 'data.csv', state: 'accepted', sha256: sha256(bytes) }]);
  expect(core.uploads.size).toBe(0);
  // The answer to the last part may have been lost.
  expect(await offsetOf(at)).toBe(bytes.length);
  expect((await patch(at, bytes.length, new Uint8Array(0))).status).toBe(204);
  expect(await (await fetch(at, { headers: tus })).json()).toMatchObject({
    state: 'received',
    expiresAt: null,
    received: { version: 1, verdict: 'accepted', sha256: sha256(bytes) },
  });
});

test('takes the whole file with its creation, and an empty one without a part', async () => {
  await using server = await serveTransfers(core);
  const bytes = rows(90_000);
  const { answer } = await create(server.url, bytes.length, { body: bytes });
  expect([answer.status, answer.headers.get('upload-offset')]).toEqual([201, String(bytes.length)]);
  const empty = await create(server.url, 0, { name: 'tom.csv' });
  expect(empty.answer.headers.get('datasluse-verdict')).toBe('rejected');
  expect(await files()).toMatchObject([
    { name: 'data.csv', state: 'accepted', sha256: sha256(bytes) },
    { name: 'tom.csv', bytes: 0 },
  ]);
});

test('goes on after the server was lost, from what is durable, also when nothing is', async () => {
  const bytes = rows(5_000_000);
  let path = '';
  let emptyPath = '';
  {
    await using first = await serveTransfers(core);
    const { at } = await create(first.url, bytes.length);
    path = new URL(at).pathname;
    emptyPath = new URL((await create(first.url, 10, { name: 'tom.csv' })).at).pathname;
    await patch(at, 0, bytes.subarray(0, 3_100_000));
    // As a kill leaves it: what was in memory is not written, and nobody has said goodbye.
    core.uploads.clear();
  }
  await using second = await serveTransfers(core);
  const at = second.url + path;
  const offset = Number(await offsetOf(at));
  expect(offset).toBeGreaterThan(1_000_000);
  expect(offset).toBeLessThanOrEqual(3_100_000);
  expect(offset % 65_536).toBe(0);
  expect(await codeOf(await patch(at, 3_100_000, bytes.subarray(3_100_000)))).toBe('conflict');
  expect((await patch(at, offset, bytes.subarray(offset))).status).toBe(204);
  expect(await files()).toMatchObject([
    { name: 'data.csv', state: 'accepted', sha256: sha256(bytes) },
    { name: 'tom.csv', state: 'arriving' },
  ]);
  expect(await offsetOf(second.url + emptyPath)).toBe(0);
  expect((await patch(second.url + emptyPath, 0, Buffer.from('kode\r\nA\r\nB'))).status).toBe(204);
});

test('goes on in another process, while the first still has the upload open', async () => {
  const beside = await openBeside(core);
  try {
    await using here = await serveTransfers(core);
    await using there = await serveTransfers(beside);
    const bytes = rows(2_000_000);
    const { at } = await create(here.url, bytes.length);
    expect((await patch(at, 0, bytes.subarray(0, 1_500_000))).status).toBe(204);
    const other = there.url + new URL(at).pathname;
    // The other knows what is durable; more may become so as the first lets go, and then a client asks again.
    let answer: Response | undefined;
    for (let times = 0; times < 2 && answer?.status !== 204; times += 1) {
      const offset = Number(await offsetOf(other));
      expect(offset).toBeLessThanOrEqual(1_500_000);
      answer = await patch(other, offset, bytes.subarray(offset));
    }
    expect(answer?.headers.get('datasluse-verdict')).toBe('accepted');
    expect(await files()).toMatchObject([{ state: 'accepted', sha256: sha256(bytes) }]);
    expect(await offsetOf(at)).toBe(bytes.length);
    expect([core.uploads.size, beside.uploads.size]).toEqual([0, 0]);
  } finally {
    await beside.close();
  }
});

test('keeps an upload open for a moment between its parts, then keeps what is durable', async () => {
  await using server = await serveTransfers(core, { idleMs: 50 });
  const bytes = rows(400_000);
  const { at } = await create(server.url, bytes.length);
  expect((await patch(at, 0, bytes.subarray(0, 200_000))).status).toBe(204);
  await expect.poll(() => core.uploads.size).toBe(0);
  const offset = Number(await offsetOf(at));
  expect(offset).toBe(2 * 65_536);
  expect((await patch(at, offset, bytes.subarray(offset))).headers.get('datasluse-verdict')).toBe('accepted');
});

test('ends a request that hangs when its client asks where to go on', async () => {
  await using server = await serveTransfers(core);
  const bytes = rows(900_000);
  const { at } = await create(server.url, bytes.length);
  const hanging = connect(server.port, '127.0.0.1');
  let said = '';
  hanging.on('data', (data) => {
    said += data.toString();
  });
  const fields = { ...part, 'upload-offset': '0', 'content-length': String(bytes.length), host: 'x' };
  const head = Object.entries(fields).map(([name, value]) => `${name}: ${value}\r\n`);
  hanging.write(`PATCH ${new URL(at).pathname} HTTP/1.1\r\n${head.join('')}\r\n`);
  hanging.write(bytes.subarray(0, 600_000));
  await expect.poll(() => [...core.uploads.values()][0]?.size).toBeGreaterThan(500_000);
  const offset = Number(await offsetOf(at));
  expect(offset).toBe(600_000);
  await expect.poll(() => said).toContain('409 Conflict');
  hanging.destroy();
  expect((await patch(at, offset, bytes.subarray(offset))).headers.get('datasluse-verdict')).toBe('accepted');
  expect(await files()).toMatchObject([{ sha256: sha256(bytes) }]);
});

test('takes a part only when its checksum fits, and forgets it otherwise', async () => {
  await using server = await serveTransfers(core);
  const bytes = rows(700_000);
  const sum = (name: string, of: Uint8Array) => ({
    'upload-checksum': `${name} ${createHash(name).update(of).digest('base64')}`,
  });
  const { at } = await create(server.url, bytes.length);
  const first = bytes.subarray(0, 300_000);
  const second = bytes.subarray(300_000);
  const wrong = await patch(at, 0, first, sum('sha1', second));
  expect([wrong.status, await codeOf(wrong)]).toEqual([460, 'checksum-mismatch']);
  expect(await offsetOf(at)).toBe(0);
  expect((await patch(at, 0, first, sum('sha1', first))).status).toBe(204);
  expect((await patch(at, 300_000, second, sum('sha256', first))).status).toBe(460);
  // What came before is kept, in so far as it was durable.
  const offset = Number(await offsetOf(at));
  expect(offset).toBeLessThanOrEqual(300_000);
  const rest = bytes.subarray(offset);
  expect((await patch(at, offset, rest, sum('sha256', rest))).headers.get('datasluse-verdict')).toBe(
    'accepted',
  );
  expect(await files()).toMatchObject([{ sha256: sha256(bytes), version: 1 }]);
  expect(await codeOf(await patch(at, 0, first, { 'upload-checksum': 'crc32 AAAA' }))).toBe('invalid-input');
});

test('shows and gives an upload to nobody but its sender', async () => {
  await using server = await serveTransfers(core);
  const { at } = await create(server.url, 100);
  const ola = { ...tus, 'x-person': 'ola' };
  expect(await offsetOf(at, ola)).toBe('status 404');
  expect((await fetch(at, { headers: ola })).status).toBe(404);
  expect((await fetch(at, { method: 'DELETE', headers: ola })).status).toBe(404);
  expect((await patch(at, 0, Buffer.from('x'), { 'x-person': 'ola' })).status).toBe(404);
  expect(await offsetOf(at, { 'tus-resumable': '1.0.0' })).toBe('status 401');
  expect(await offsetOf(at)).toBe(0);
  expect(await offsetOf(`${server.url}/api/v1/uploads/nothing`)).toBe('status 404');
  // The length is a part of the address.
  expect(await offsetOf(at.replace(/\.100$/, '.99'))).toBe(0);
});

test('erases an upload that is ended, and refuses to end one that is received', async () => {
  await using server = await serveTransfers(core);
  const { at } = await create(server.url, 200_000);
  await patch(at, 0, rows(100_000).subarray(0, 100_000));
  expect((await fetch(at, { method: 'DELETE', headers: tus })).status).toBe(204);
  expect(await offsetOf(at)).toBe('status 404');
  expect(await files()).toEqual([]);
  const bytes = rows(1000);
  const done = await create(server.url, bytes.length, { body: bytes });
  expect(await codeOf(await fetch(done.at, { method: 'DELETE', headers: tus }))).toBe('conflict');
});

test('gives way to a newer upload of the same name', async () => {
  await using server = await serveTransfers(core);
  const old = await create(server.url, 1000);
  const bytes = rows(1000);
  const newer = await create(server.url, bytes.length);
  expect(await offsetOf(old.at)).toBe('status 404');
  expect((await patch(newer.at, 0, bytes)).headers.get('datasluse-verdict')).toBe('accepted');
});

test('refuses what it cannot take, and says what is wrong', async () => {
  await using server = await serveTransfers(core);
  const post = (headers: Record<string, string>) =>
    fetch(`${server.url}/api/v1/uploads`, { method: 'POST', headers: { ...tus, ...headers } });
  const named = { 'upload-metadata': metadata('data.csv') };
  expect(await codeOf(await post(named))).toBe('invalid-input');
  expect(await codeOf(await post({ 'upload-length': '5' }))).toBe('invalid-input');
  expect(await codeOf(await post({ ...named, 'upload-length': '-5' }))).toBe('invalid-input');
  expect(await codeOf(await post({ ...named, 'upload-defer-length': '1' }))).toBe('unsupported');
  expect(await codeOf(await post({ 'upload-length': '5', 'upload-metadata': metadata('å.csv') }))).toBe(
    'invalid-name',
  );
  expect(await codeOf(await post({ ...named, 'upload-length': String(2e12) }))).toBe('too-large');
  const { at } = await create(server.url, 10);
  expect((await patch(at, 0, Buffer.from('abc'), { 'content-type': 'text/csv' })).status).toBe(415);
  expect(await codeOf(await patch(at, 5, Buffer.from('abc')))).toBe('conflict');
  expect(await codeOf(await patch(at, 0, Buffer.alloc(11)))).toBe('too-large');
});

test('takes no further part from who has lost access, though the upload stands open', async () => {
  await using server = await serveTransfers(core);
  const { at } = await create(server.url, 1000);
  await removeRole(core, operator, {
    personId: 'kari',
    projectId: project,
    role: 'researcher',
    reason: 'slutt',
  });
  core.access.changed('');
  expect((await patch(at, 0, Buffer.from('kode\r\n'))).status).toBe(404);
});
