import { request } from 'node:http';
import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { defineRoute, type Route } from '../../../src/http/route.ts';
import { AppError } from '../../../src/platform/errors.ts';
import { serve } from './serving.ts';

function taking(handler: (stream: AsyncIterable<Uint8Array>) => Promise<string>): Route {
  return defineRoute({
    method: 'put',
    path: '/api/v1/things',
    summary: 'takes a file',
    permission: 'public',
    request: { stream: { contentType: 'application/octet-stream', required: true } },
    headers: { 'x-every-answer': 'yes' },
    responses: { 200: { description: 'x', contentType: 'text/plain' } },
    handler: async ({ stream }) => ({ status: 200, body: await handler(stream) }),
  });
}

async function count(stream: AsyncIterable<Uint8Array>): Promise<string> {
  let bytes = 0;
  for await (const chunk of stream) bytes += chunk.length;
  return String(bytes);
}

const refuse = async (): Promise<string> => {
  throw new AppError('forbidden', { nb: 'Nei.', en: 'No.' });
};

/** Speaks raw HTTP; resolves with all that came once the connection is over. */
function speak(port: number, head: string, more: (socket: ReturnType<typeof connect>) => void = () => {}) {
  return new Promise<string>((resolve) => {
    let text = '';
    const socket = connect(port, '127.0.0.1', () => {
      socket.write(`PUT /api/v1/things HTTP/1.1\r\nHost: x\r\n${head}\r\n\r\n`);
      more(socket);
    });
    socket.on('data', (data) => {
      text += data.toString('latin1');
    });
    socket.on('error', () => {});
    socket.on('close', () => resolve(text));
  });
}

test('hands a body over as it comes, and takes no more than the handler asks for', async () => {
  let goOn: () => void = () => {};
  const asked = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  await using server = await serve({
    routes: [
      taking(async (stream) => {
        let bytes = 0;
        for await (const chunk of stream) {
          if (bytes === 0) await asked;
          bytes += chunk.length;
        }
        return String(bytes);
      }),
    ],
  });
  const whole = 64 * 1024 * 1024;
  const sent = request({ port: server.port, path: '/api/v1/things', method: 'PUT' });
  const answer = new Promise<string>((resolve) =>
    sent.on('response', (response) => response.on('data', (data) => resolve(String(data)))),
  );
  const flushed = new Promise<string>((resolve) => sent.write(Buffer.alloc(whole), () => resolve('flushed')));
  const waited = new Promise<string>((resolve) => setTimeout(() => resolve('held back'), 300));
  expect(await Promise.race([flushed, waited])).toBe('held back');
  goOn();
  await flushed;
  sent.end();
  expect(await answer).toBe(String(whole));
});

test('bids a client that asks first to go on, or refuses it before a byte is sent', async () => {
  await using taken = await serve({ routes: [taking(count)] });
  const bidden = await speak(
    taken.port,
    'Content-Length: 3\r\nExpect: 100-continue\r\nConnection: close',
    (socket) => socket.once('data', () => socket.write('abc')),
  );
  expect(bidden).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 OK/);
  await using refused = await serve({ routes: [taking(refuse)], bodyLimits: { lingerMs: 10 } });
  const answer = await speak(refused.port, 'Content-Length: 3\r\nExpect: 100-continue');
  expect(answer).toMatch(/^HTTP\/1\.1 403 Forbidden/);
});

test('bids a client that asks first to send JSON too', async () => {
  const route = defineRoute({
    method: 'put',
    path: '/api/v1/things',
    summary: 'takes JSON',
    permission: 'public',
    request: { body: z.object({ n: z.number() }) },
    responses: { 200: { description: 'x', contentType: 'text/plain' } },
    handler: ({ body }) => ({ status: 200, body: String(body.n) }),
  });
  await using server = await serve({ routes: [route] });
  const head =
    'Content-Type: application/json\r\nContent-Length: 7\r\nExpect: 100-continue\r\nConnection: close';
  const text = await speak(server.port, head, (socket) => socket.once('data', () => socket.write('{"n":5}')));
  expect(text).toContain('100 Continue');
  expect(text).toMatch(/\r\n\r\n5$/);
});

test('cuts off a client that stops sending a file, and tells the handler', async () => {
  let told: unknown;
  const route = taking((stream) =>
    count(stream).catch((thrown: unknown) => {
      told = thrown;
      throw thrown;
    }),
  );
  await using server = await serve({ routes: [route], bodyLimits: { stallMs: 50 } });
  const text = await speak(server.port, 'Content-Length: 10', (socket) => socket.write('abc'));
  expect(text).toBe('');
  expect(told).toBeInstanceOf(Error);
});

test('cuts off a client whose JSON does not come, and one that sends on after its refusal', async () => {
  const json = defineRoute({
    method: 'put',
    path: '/api/v1/things',
    summary: 'takes JSON',
    permission: 'public',
    request: { body: z.object({}) },
    responses: { 204: { description: 'x' } },
    handler: () => ({ status: 204 }),
  });
  await using slow = await serve({ routes: [json], bodyLimits: { wholeMs: 50 } });
  const head = 'Content-Type: application/json\r\nContent-Length: 10';
  expect(await speak(slow.port, head, (socket) => socket.write('{'))).toBe('');

  await using refused = await serve({ routes: [taking(refuse)], bodyLimits: { lingerMs: 50 } });
  const text = await speak(refused.port, 'Content-Length: 99999', (socket) => socket.write('abc'));
  expect(text).toMatch(/^HTTP\/1\.1 403 Forbidden/);
});

test('refuses an encoded file, and sends the fields of a path with every answer there', async () => {
  await using server = await serve({ routes: [taking(count)] });
  const url = `${server.url}/api/v1/things`;
  const encoded = await fetch(url, { method: 'PUT', headers: { 'content-encoding': 'gzip' }, body: 'x' });
  expect(encoded.status).toBe(415);
  for (const answer of [encoded, await fetch(url, { method: 'OPTIONS' }), await fetch(url)]) {
    expect(answer.headers.get('x-every-answer')).toBe('yes');
  }
});

test('lets a path answer HEAD in a way of its own', async () => {
  const at = (method: 'get' | 'head', name: string) =>
    defineRoute({
      method,
      path: '/api/v1/things',
      summary: method,
      permission: 'public',
      responses: { 200: { description: 'x', contentType: 'text/plain' } },
      handler: () => ({ status: 200, headers: { 'x-by': name }, body: 'text' }),
    });
  await using server = await serve({ routes: [at('get', 'get'), at('head', 'head')] });
  const url = `${server.url}/api/v1/things`;
  expect((await fetch(url, { method: 'HEAD' })).headers.get('x-by')).toBe('head');
  expect(await (await fetch(url)).text()).toBe('text');
  expect((await fetch(url, { method: 'OPTIONS' })).headers.get('allow')).toBe('GET, HEAD');
});
