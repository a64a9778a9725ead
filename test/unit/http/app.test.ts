import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { createApp, type RequestInfo } from '../../../src/http/app.ts';
import { defineRoute } from '../../../src/http/route.ts';
import { silentLog } from '../../../src/platform/log.ts';
import { systemRandom } from '../../../src/platform/random.ts';
import { serve } from './serving.ts';

let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portal-'));
  await mkdir(join(folder, 'assets'));
  await writeFile(join(folder, 'index.html'), '<!doctype html><title>Page</title>');
  await writeFile(join(folder, 'assets', 'main-a1b2.js'), 'let x;');
  await writeFile(join(folder, 'assets', 'check-worker-a1b2.js'), 'let x;');
});

afterAll(() => rm(folder, { recursive: true }));

const route = (method: 'get' | 'delete', path: string, answers = path) =>
  defineRoute({
    method,
    path,
    summary: path,
    permission: 'public',
    ...(path.includes('{id}') ? { request: { params: z.object({ id: z.string() }) } } : {}),
    responses: { 200: { description: 'x', contentType: 'text/plain' } },
    handler: () => ({ status: 200, body: answers }),
  });

const routes = [
  route('get', '/api/v1/things/{id}'),
  route('get', '/api/v1/things/me'),
  route('delete', '/api/v1/things/{id}'),
];

/** fetch mends paths and adds header fields of its own; this does not. */
function rawGet(port: number, path: string, headers: Record<string, string> = {}): Promise<[number, string]> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, path, headers }, (response) => {
      let text = '';
      response.on('data', (chunk) => {
        text += chunk;
      });
      response.on('end', () => resolve([response.statusCode ?? 0, text]));
    });
    sent.on('error', reject);
    sent.end();
  });
}

test('sends the strict policy and no trace of the framework with every answer', async () => {
  await using server = await serve({ routes, portal: { folder, pages: ['/'] } });
  for (const path of ['/', '/api/v1/things/me', '/assets/main-a1b2.js', '/nothing']) {
    const { headers } = await fetch(server.url + path);
    expect(headers.get('content-security-policy')).toBe(
      "default-src 'none';script-src 'self';style-src 'self';img-src 'self' data:;font-src 'self';" +
        "connect-src 'self';form-action 'self';frame-ancestors 'none';base-uri 'none'",
    );
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('x-frame-options')).toBe('DENY');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.has('x-powered-by')).toBe(false);
  }
});

test('makes its own request id, whatever the client sends', async () => {
  await using server = await serve({ routes });
  const response = await fetch(`${server.url}/api/v1/things/me`, { headers: { 'x-request-id': 'mine' } });
  expect(response.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
});

test('takes a fixed segment before a parameter, in whatever order they were defined', async () => {
  await using server = await serve({ routes });
  expect(await (await fetch(`${server.url}/api/v1/things/me`)).text()).toBe('/api/v1/things/me');
  expect(await (await fetch(`${server.url}/api/v1/things/7`)).text()).toBe('/api/v1/things/{id}');
});

test('refuses a method that a path does not take, and names those it does', async () => {
  await using server = await serve({ routes, portal: { folder, pages: ['/'] } });
  const response = await fetch(`${server.url}/api/v1/things/7`, { method: 'PUT' });
  expect(response.status).toBe(405);
  expect(response.headers.get('allow')).toBe('DELETE, GET, HEAD');
  expect(await response.json()).toMatchObject({ code: 'method-not-allowed', status: 405 });
  const page = await fetch(server.url, { method: 'POST' });
  expect([page.status, page.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
});

test('answers OPTIONS with the methods of a path', async () => {
  await using server = await serve({ routes });
  const response = await fetch(`${server.url}/api/v1/things/7`, { method: 'OPTIONS' });
  expect([response.status, response.headers.get('allow')]).toEqual([204, 'DELETE, GET, HEAD']);
});

test('says 404 as a problem to programs and as the page to browsers', async () => {
  await using server = await serve({ routes, portal: { folder, pages: ['/'] } });
  const browser = { headers: { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' } };
  const program = await fetch(`${server.url}/nothing`);
  expect([program.status, (await program.json()).code]).toEqual([404, 'not-found']);
  const page = await fetch(`${server.url}/nothing`, browser);
  expect([page.status, page.headers.get('content-type')]).toEqual([404, 'text/html; charset=utf-8']);
  const api = await fetch(`${server.url}/api/nothing`, browser);
  expect([api.status, api.headers.get('content-type')]).toEqual([
    404,
    'application/problem+json; charset=utf-8',
  ]);
});

test.each(['/%ff', '/api/v1/things/%E0%A4%A', '/assets/%'])('refuses the malformed path %s', async (path) => {
  await using server = await serve({ routes, portal: { folder, pages: ['/'] } });
  const [status, text] = await rawGet(server.port, path);
  expect([status, JSON.parse(text).code]).toEqual([400, 'invalid-input']);
});

test.each(['/assets/../index.html', '/assets/..%2findex.html', '/assets/%2e%2e/index.html', '/assets/%00'])(
  'gives nothing outside the assets for %s',
  async (path) => {
    await using server = await serve({ routes, portal: { folder, pages: ['/'] } });
    const [status] = await rawGet(server.port, path);
    expect([403, 404, 400]).toContain(status);
  },
);

test('lets assets be kept for good and the page be asked for anew', async () => {
  await using server = await serve({ routes, portal: { folder, pages: ['/', '/status'] } });
  for (const path of ['/', '/status']) {
    const page = await fetch(server.url + path);
    expect([page.status, page.headers.get('cache-control')]).toEqual([200, 'no-cache']);
    const [again] = await rawGet(server.port, path, { 'if-none-match': page.headers.get('etag') ?? '' });
    expect(again).toBe(304);
  }
  const asset = await fetch(`${server.url}/assets/main-a1b2.js`);
  expect(asset.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
  expect(asset.headers.get('content-type')).toContain('text/javascript');
});

test('serves the compressed form of an asset to those who take it, and the plain one where there is none', async () => {
  await writeFile(join(folder, 'assets', 'both-c3d4.css'), 'a{}');
  await writeFile(join(folder, 'assets', 'both-c3d4.css.gz'), gzipSync('a{}'));
  await using server = await serve({ routes, portal: { folder, pages: [] } });
  const ask = async (name: string, encoding: string) => {
    const response = await fetch(`${server.url}/assets/${name}`, {
      headers: { 'accept-encoding': encoding },
    });
    const { headers } = response;
    return [
      headers.get('content-encoding'),
      headers.get('content-type'),
      headers.get('vary'),
      await response.text(),
    ];
  };
  const css = 'text/css; charset=utf-8';
  const js = 'text/javascript; charset=utf-8';
  expect(await ask('both-c3d4.css', 'br, gzip')).toEqual(['gzip', css, 'Accept-Encoding', 'a{}']);
  expect(await ask('both-c3d4.css', 'identity')).toEqual([null, css, 'Accept-Encoding', 'a{}']);
  expect(await ask('main-a1b2.js', 'gzip')).toEqual([null, js, 'Accept-Encoding', 'let x;']);
});

test('a page that was not built is not found, as a problem', async () => {
  await using server = await serve({ routes, portal: { folder: join(folder, 'absent'), pages: ['/'] } });
  const response = await fetch(server.url);
  expect([response.status, (await response.json()).code]).toEqual([404, 'not-found']);
});

test('reports each request by the template of its route, never by its path', async () => {
  const seen: RequestInfo[] = [];
  await using server = await serve({
    routes,
    portal: { folder, pages: ['/'] },
    onRequest: (info) => seen.push(info),
  });
  for (const path of ['/api/v1/things/01018412345', '/', '/assets/main-a1b2.js', '/01018412345']) {
    await (await fetch(server.url + path)).text();
  }
  await expect
    .poll(() => seen.map(({ route, method, status }) => [route, method, status]))
    .toEqual([
      ['/api/v1/things/{id}', 'GET', 200],
      ['/', 'GET', 200],
      ['/assets', 'GET', 200],
      ['unmatched', 'GET', 404],
    ]);
  expect(seen.every(({ seconds }) => seconds > 0)).toBe(true);
});

test('does not start with two routes on one method and path', () => {
  expect(() =>
    createApp({ log: silentLog, random: systemRandom, routes: [route('get', '/a'), route('get', '/a')] }),
  ).toThrow('/a');
});

test('lets WebAssembly run in the worker that checks files, and nowhere else', async () => {
  await using server = await serve({ routes, portal: { folder, pages: ['/'] } });
  const policyOf = async (path: string) =>
    (await fetch(server.url + path)).headers.get('content-security-policy');
  expect(await policyOf('/assets/check-worker-a1b2.js')).toBe(
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; " +
      "form-action 'none'; frame-ancestors 'none'; base-uri 'none'",
  );
  for (const path of [
    '/',
    '/assets/main-a1b2.js',
    '/assets/nested/check-worker-a1b2.js',
    '/check-worker-a1b2.js',
  ])
    expect(await policyOf(path)).not.toContain('wasm');
});
