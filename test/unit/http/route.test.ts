import { expect, test } from 'vitest';
import { z } from 'zod';
import { defineRoute } from '../../../src/http/route.ts';
import { serve } from './serving.ts';

const echo = defineRoute({
  method: 'post',
  path: '/api/v1/projects/{projectId}/notes',
  summary: 'Adds a note',
  permission: 'public',
  request: {
    params: z.object({ projectId: z.string().regex(/^P\d{2}-\d{4}$/) }),
    query: z.object({ limit: z.coerce.number().int().max(100).default(10) }),
    body: z.object({ text: z.string().max(50), tags: z.array(z.string()).default([]) }),
  },
  responses: { 201: { description: 'Added', schema: z.object({ id: z.string(), limit: z.int() }) } },
  handler: ({ params, query, body }) => ({
    status: 201,
    headers: { location: `/notes/${body.tags.length}` },
    body: { id: `${params.projectId}:${body.text}`, limit: query.limit, secret: 'not declared' },
  }),
});

async function post(url: string, body: BodyInit, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(url, { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } });
}

test('parses each part of the request and sends only what the answer declares', async () => {
  await using server = await serve({ routes: [echo] });
  const response = await post(`${server.url}/api/v1/projects/P24-0187/notes?limit=7`, '{"text":"hei"}');
  expect(response.status).toBe(201);
  expect(response.headers.get('location')).toBe('/notes/0');
  expect(response.headers.get('cache-control')).toBe('no-store');
  expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
  expect(await response.json()).toEqual({ id: 'P24-0187:hei', limit: 7 });
});

test('names every wrong place of a request without quoting it', async () => {
  await using server = await serve({ routes: [echo] });
  const response = await post(
    `${server.url}/api/v1/projects/01018412345/notes?limit=1e9`,
    '{"text":4,"tags":["a",5]}',
  );
  const text = await response.text();
  expect(response.status).toBe(400);
  expect(text).not.toContain('01018412345');
  expect(JSON.parse(text)).toMatchObject({
    code: 'invalid-input',
    errors: [
      { in: 'path', pointer: '#/projectId', code: 'invalid_format' },
      { in: 'query', pointer: '#/limit', code: 'too_big' },
      { in: 'body', pointer: '#/text', code: 'invalid_type' },
      { in: 'body', pointer: '#/tags/1', code: 'invalid_type' },
    ],
  });
});

test.each([
  ['that is not JSON', '{"text":"01018412345', {}, 400],
  ['of another type', 'text=hei', { 'content-type': 'application/x-www-form-urlencoded' }, 415],
  ['that is compressed', '{}', { 'content-encoding': 'gzip' }, 415],
  ['in another charset', '{}', { 'content-type': 'application/json; charset=koi8-r' }, 415],
  ['that is missing', '', {}, 400],
  ['over the limit', JSON.stringify({ text: 'x'.repeat(1024 * 1024) }), {}, 413],
] as const)('refuses a body %s', async (_what, body, headers, status) => {
  await using server = await serve({ routes: [echo] });
  const response = await post(`${server.url}/api/v1/projects/P24-0187/notes`, body, headers);
  const text = await response.text();
  expect([response.status, JSON.parse(text).status]).toEqual([status, status]);
  expect(text).not.toContain('01018412345');
});

test('answers raw text with its own type', async () => {
  const metrics = defineRoute({
    method: 'get',
    path: '/metrics',
    summary: 'Figures',
    permission: 'public',
    responses: { 200: { description: 'Figures', contentType: 'text/plain; version=0.0.4' } },
    handler: () => ({ status: 200, body: 'up 1\n' }),
  });
  await using server = await serve({ routes: [metrics] });
  const response = await fetch(`${server.url}/metrics`);
  expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4');
  expect(await response.text()).toBe('up 1\n');
  const head = await fetch(`${server.url}/metrics`, { method: 'HEAD' });
  expect([head.status, head.headers.get('content-length')]).toEqual([200, '5']);
});

test('streams bytes, and cuts the connection when the stream fails half-way', async () => {
  async function* bytes(fail: boolean) {
    yield new Uint8Array([1, 2, 3]);
    await new Promise((resolve) => setTimeout(resolve, 20));
    if (fail) throw new Error('gone');
    yield new Uint8Array([4]);
  }
  const stream = (path: string, fail: boolean) =>
    defineRoute({
      method: 'get',
      path,
      summary: 'Bytes',
      permission: 'public',
      responses: { 200: { description: 'Bytes', contentType: 'application/octet-stream' } },
      handler: () => ({ status: 200, body: bytes(fail) }),
    });
  await using server = await serve({ routes: [stream('/whole', false), stream('/broken', true)] });
  const whole = await fetch(`${server.url}/whole`);
  expect([...new Uint8Array(await whole.arrayBuffer())]).toEqual([1, 2, 3, 4]);
  await expect(fetch(`${server.url}/broken`).then((response) => response.arrayBuffer())).rejects.toThrow();
});

test('tells a stream that its reader is gone', async () => {
  let ended: () => void = () => {};
  const over = new Promise<void>((resolve) => {
    ended = resolve;
  });
  async function* endless() {
    try {
      for (;;) {
        yield new Uint8Array(64 * 1024);
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
    } finally {
      ended();
    }
  }
  const route = defineRoute({
    method: 'get',
    path: '/endless',
    summary: 'Bytes',
    permission: 'public',
    responses: { 200: { description: 'Bytes', contentType: 'application/octet-stream' } },
    handler: () => ({ status: 200, body: endless() }),
  });
  const statuses: number[] = [];
  await using server = await serve({ routes: [route], onRequest: (info) => statuses.push(info.status) });
  const client = new AbortController();
  const response = await fetch(`${server.url}/endless`, { signal: client.signal });
  await response.body?.getReader().read();
  client.abort();
  await over;
  await expect.poll(() => statuses).toEqual([499]);
});

test('an answer that does not fit its schema is an error on our side', async () => {
  const wrong = defineRoute({
    method: 'get',
    path: '/wrong',
    summary: 'Wrong',
    permission: 'public',
    responses: { 200: { description: 'Small', schema: z.object({ n: z.int().max(5) }) } },
    handler: () => ({ status: 200, body: { n: 6 } }),
  });
  await using server = await serve({ routes: [wrong] });
  const response = await fetch(`${server.url}/wrong`);
  expect([response.status, (await response.json()).code]).toEqual([500, 'internal']);
});

test.each([
  ['a path and parameters that differ', '/a/{b}', z.object({ c: z.string() })],
  ['a path that is no template', '/a/:b', undefined],
])('does not define a route with %s', (_what, path, params) => {
  const make = () =>
    defineRoute({
      method: 'get',
      path,
      summary: 'x',
      permission: 'public',
      request: params === undefined ? {} : { params },
      responses: { 204: { description: 'x' } },
      handler: () => ({ status: 204 }),
    });
  expect(make).toThrow(/GET \/a/);
});
