import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { changeAgrees, versionTag } from '../../../src/http/preconditions.ts';
import { defineRoute, type Person } from '../../../src/http/route.ts';
import { createRequestKeys } from '../../../src/identity/request-keys.ts';
import { createRequestLimits } from '../../../src/identity/request-limits.ts';
import { AppError } from '../../../src/platform/errors.ts';
import { openTestCore, type TestCore } from '../../support/core.ts';
import { keepingLog, serve } from './serving.ts';

let core: TestCore;
beforeAll(async () => {
  core = await openTestCore();
});
afterAll(() => core.close());

let done: string[] = [];
let before: () => Promise<void> = async () => undefined;

const order = defineRoute({
  method: 'post',
  path: '/api/v1/orders',
  summary: 'Orders',
  permission: 'signed-in',
  guards: { idempotency: 'required' },
  request: { body: z.object({ what: z.string() }) },
  responses: { 201: { description: 'Ordered', schema: z.object({ number: z.int() }) } },
  problems: ['conflict'],
  handler: async ({ body }) => {
    await before();
    if (body.what === 'refused') throw new AppError('closed', { nb: 'Nei.', en: 'No.' });
    if (body.what === 'broken') throw new Error('the connection broke');
    done.push(body.what);
    return { status: 201, body: { number: done.length }, headers: { location: `/${done.length}` } };
  },
});

const edit = defineRoute({
  method: 'put',
  path: '/api/v1/page',
  summary: 'Edits',
  permission: 'signed-in',
  guards: { precondition: 'required' },
  request: { body: z.object({}) },
  responses: { 204: { description: 'Edited' } },
  handler: (_input, { headers }) => {
    if (!changeAgrees(headers, versionTag('page', 7)))
      throw new AppError('changed-meanwhile', { nb: 'Endret.', en: 'Changed.' });
    return { status: 204 };
  },
});

const bytes = defineRoute({
  method: 'post',
  path: '/api/v1/bytes',
  summary: 'Counts bytes',
  permission: 'signed-in',
  request: { bytes: { limitBytes: 10, description: 'A few' } },
  responses: { 200: { description: 'How many', schema: z.object({ length: z.int() }) } },
  handler: ({ bytes }) => ({ status: 200, body: { length: bytes.length } }),
});

const open = defineRoute({
  method: 'get',
  path: '/api/v1/open',
  summary: 'For anybody',
  permission: 'public',
  responses: { 200: { description: 'x', contentType: 'text/plain' } },
  handler: () => ({ status: 200, body: 'x' }),
});

const probe = { ...open, path: '/healthz' };
const routes = [order, edit, bytes, open, probe];

const identify = async (req: { headers: Record<string, unknown> }): Promise<Person | undefined> =>
  typeof req.headers['x-person'] === 'string'
    ? { kind: 'person', personId: req.headers['x-person'], memberships: [] }
    : undefined;

async function serving(extra: Partial<Parameters<typeof serve>[0]> = {}) {
  done = [];
  before = async () => undefined;
  return serve({ routes, identify, keys: createRequestKeys(core), ...extra });
}

function post(url: string, what: string, key?: string, person = 'kari') {
  const headers = { 'content-type': 'application/json', 'x-person': person };
  return fetch(`${url}/api/v1/orders`, {
    method: 'POST',
    headers: key === undefined ? headers : { ...headers, 'idempotency-key': key },
    body: JSON.stringify({ what }),
  });
}

test('does what has the same key once, and answers it the same both times', async () => {
  await using server = await serving();
  const first = await post(server.url, 'a', 'key-same-1');
  const second = await post(server.url, 'a', 'key-same-1');
  expect([first.status, await first.json(), first.headers.get('location')]).toEqual([
    201,
    { number: 1 },
    '/1',
  ]);
  expect([second.status, await second.json(), second.headers.get('location')]).toEqual([
    201,
    { number: 1 },
    '/1',
  ]);
  expect([first, second].map((one) => one.headers.get('idempotent-replayed'))).toEqual([null, 'true']);
  expect(second.headers.get('content-type')).toContain('application/json');
  expect(done).toEqual(['a']);
});

test('refuses a key that was given to another request, and keeps the keys of people apart', async () => {
  await using server = await serving();
  await post(server.url, 'a', 'key-other-1');
  const reused = await post(server.url, 'b', 'key-other-1');
  expect([reused.status, (await reused.json()).code]).toEqual([422, 'key-reused']);
  expect((await post(server.url, 'b', 'key-other-1', 'ola')).status).toBe(201);
  expect(done).toEqual(['a', 'b']);
});

test('refuses to do it twice at the same time', async () => {
  await using server = await serving();
  let release: () => void = () => undefined;
  const reached = new Promise<void>((resolve) => {
    before = () => {
      resolve();
      return new Promise((go) => {
        release = go;
      });
    };
  });
  const first = post(server.url, 'a', 'key-twice-1');
  await reached;
  const second = await post(server.url, 'a', 'key-twice-1');
  expect([second.status, (await second.json()).code]).toEqual([409, 'conflict']);
  release();
  expect((await first).status).toBe(201);
  expect(done).toEqual(['a']);
});

test('a refusal frees the key; a failure on our side does not', async () => {
  await using server = await serving({ log: keepingLog().log });
  expect((await post(server.url, 'refused', 'key-freed-1')).status).toBe(410);
  expect((await post(server.url, 'a', 'key-freed-1')).status).toBe(201);
  expect((await post(server.url, 'broken', 'key-taken-1')).status).toBe(500);
  expect((await post(server.url, 'broken', 'key-taken-1')).status).toBe(409);
});

test('asks for a key where there must be one, after asking who it is', async () => {
  await using server = await serving();
  expect((await post(server.url, 'a')).status).toBe(400);
  expect((await post(server.url, 'a', 'short')).status).toBe(400);
  const body = JSON.stringify({ what: 'a' });
  const headers = { 'content-type': 'application/json' };
  const nobody = await fetch(`${server.url}/api/v1/orders`, { method: 'POST', headers, body });
  expect(nobody.status).toBe(401);
  expect(done).toEqual([]);
});

test('a key is forgotten after two days', async () => {
  await using server = await serving();
  await post(server.url, 'a', 'key-older-1');
  core.moveTo('2026-11-25T07:59:00+01:00');
  await post(server.url, 'a', 'key-older-1');
  expect(done).toEqual(['a']);
  core.moveTo('2026-11-25T08:01:00+01:00');
  await post(server.url, 'a', 'key-older-1');
  expect(done).toEqual(['a', 'a']);
});

test('a change must say which version it is meant for', async () => {
  await using server = await serving();
  const put = (headers: Record<string, string>) =>
    fetch(`${server.url}/api/v1/page`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json', 'x-person': 'kari', ...headers },
      body: '{}',
    });
  const none = await put({});
  expect([none.status, (await none.json()).code]).toEqual([428, 'precondition-required']);
  const old = await put({ 'if-match': '"page-6"' });
  expect([old.status, (await old.json()).code]).toEqual([412, 'changed-meanwhile']);
  expect((await put({ 'if-match': '"page-7"' })).status).toBe(204);
});

test('takes a few bytes as they are, and not more', async () => {
  await using server = await serving();
  const send = (body: Uint8Array<ArrayBuffer>, type = 'application/octet-stream') =>
    fetch(`${server.url}/api/v1/bytes`, {
      method: 'POST',
      headers: { 'content-type': type, 'x-person': 'kari' },
      body,
    });
  expect(await (await send(new Uint8Array(10))).json()).toEqual({ length: 10 });
  expect(await (await send(new Uint8Array(0))).json()).toEqual({ length: 0 });
  expect((await send(new Uint8Array(11))).status).toBe(413);
  expect((await send(new Uint8Array(1), 'application/json')).status).toBe(415);
});

test('counts by person and says so; one too many waits', async () => {
  await using server = await serving({ limits: createRequestLimits(core, { person: 3, address: 1000 }) });
  const ask = (person: string) =>
    fetch(`${server.url}/api/v1/bytes`, {
      method: 'POST',
      headers: { 'content-type': 'application/octet-stream', 'x-person': person },
    });
  const left: (string | null)[] = [];
  for (let i = 0; i < 3; i++) left.push((await ask('per')).headers.get('ratelimit'));
  expect(left.map((one) => /^"person";r=(\d+);t=\d+$/.exec(one ?? '')?.[1])).toEqual(['2', '1', '0']);
  const late = await ask('per');
  expect([late.status, late.headers.get('ratelimit-policy')]).toEqual([429, '"person";q=3;w=60']);
  expect(Number(late.headers.get('retry-after'))).toBeGreaterThan(0);
  expect((await late.json()).code).toBe('too-many-requests');
  expect((await ask('pal')).status).toBe(200);
});

test('counts by address those whom it does not know, those with wrong proof too, and no probes', async () => {
  const refuse = async () => {
    throw new AppError('not-signed-in', { nb: 'Feil.', en: 'Wrong.' });
  };
  const limits = createRequestLimits(core, { person: 1000, address: 2 });
  await using server = await serving({ identify: refuse, limits, proxies: ['127.0.0.1'] });
  const ask = (path: string, address: string) =>
    fetch(server.url + path, { headers: { 'x-forwarded-for': address } }).then((one) => one.status);
  expect(await ask('/api/v1/open', '192.0.2.1')).toBe(200);
  const wrong = await fetch(`${server.url}/api/v1/orders`, {
    method: 'POST',
    headers: { 'x-forwarded-for': '192.0.2.1', 'content-type': 'application/json' },
    body: '{}',
  });
  expect(wrong.status).toBe(401);
  expect(await ask('/api/v1/open', '192.0.2.1')).toBe(429);
  expect(await ask('/healthz', '192.0.2.1')).toBe(200);
  expect(await ask('/api/v1/open', '192.0.2.2')).toBe(200);
});

test('answers when nothing can be counted', async () => {
  const limits = { count: () => Promise.reject(new Error('no database')) };
  await using server = await serving({ limits });
  expect((await fetch(`${server.url}/api/v1/open`)).status).toBe(200);
});

test('believes nobody about their address who is no proxy', async () => {
  const limits = createRequestLimits(core, { person: 1000, address: 1000 });
  await using server = await serving({ limits });
  const left = async (address: string) => {
    const { headers } = await fetch(`${server.url}/api/v1/open`, { headers: { 'x-forwarded-for': address } });
    return Number(/;r=(\d+);/.exec(headers.get('ratelimit') ?? '')?.[1]);
  };
  const first = await left('198.51.100.1');
  expect(await left('198.51.100.2')).toBe(first - 1);
});
