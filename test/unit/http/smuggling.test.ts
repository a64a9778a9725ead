/** Requests whose end two readers could see at different places: a proxy before the service must never be of another mind. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { defineRoute } from '../../../src/http/route.ts';
import { AppError } from '../../../src/platform/errors.ts';
import { bareBytes } from '../../support/bare-http.ts';
import { serve } from './serving.ts';

let web: Awaited<ReturnType<typeof serve>>;
/** How often the second, hidden request was served. */
let smuggled = 0;
let taken = 0;

const text = { 200: { description: 'x', contentType: 'text/plain' } } as const;

beforeAll(async () => {
  const hidden = defineRoute({
    method: 'get',
    path: '/hidden',
    summary: 'x',
    permission: 'public',
    responses: text,
    handler: () => {
      smuggled += 1;
      return { status: 200, body: 'hidden' };
    },
  });
  const json = defineRoute({
    method: 'post',
    path: '/json',
    summary: 'x',
    permission: 'public',
    request: { body: z.unknown() },
    responses: text,
    handler: () => {
      taken += 1;
      return { status: 200, body: 'taken' };
    },
  });
  const refused = defineRoute({
    method: 'put',
    path: '/refused',
    summary: 'x',
    permission: 'public',
    request: { stream: { contentType: 'text/plain', required: true } },
    responses: text,
    handler: () => {
      throw new AppError('forbidden', { nb: 'Nei.', en: 'No.' });
    },
  });
  web = await serve({ routes: [hidden, json, refused] });
});
afterAll(() => web?.[Symbol.asyncDispose]());

const hiddenRequest = 'GET /hidden HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n';
const post = (fields: readonly string[], body: string) =>
  ['POST /json HTTP/1.1', 'Host: x', 'Content-Type: application/json', ...fields, '', body].join('\r\n');
const chunked = `2\r\n{}\r\n0\r\n\r\n${hiddenRequest}`;

test.each([
  ['a length and chunks', post(['Content-Length: 2', 'Transfer-Encoding: chunked'], chunked)],
  ['chunks and a length', post(['Transfer-Encoding: chunked', 'Content-Length: 12'], chunked)],
  [
    'two lengths',
    post(['Content-Length: 2', `Content-Length: ${2 + hiddenRequest.length}`], `{}${hiddenRequest}`),
  ],
  ['two lengths in one field', post(['Content-Length: 2, 2'], `{}${hiddenRequest}`)],
  ['a length that is signed', post(['Content-Length: +2'], `{}${hiddenRequest}`)],
  ['a length in hexadecimal', post(['Content-Length: 0x2'], `{}${hiddenRequest}`)],
  ['a coding before a colon that stands apart', post(['Transfer-Encoding : chunked'], chunked)],
  ['a coding that is not chunked in the end', post(['Transfer-Encoding: chunked, identity'], chunked)],
  ['a coding that nobody knows', post(['Transfer-Encoding: xchunked'], chunked)],
  ['a coding behind a vertical tab', post(['Transfer-Encoding: \x0bchunked'], chunked)],
  [
    'two codings',
    post(['Transfer-Encoding: identity', 'Transfer-Encoding: chunked', 'Content-Length: 2'], chunked),
  ],
  [
    'a field that goes on in the next line',
    post(['X: y', ' Transfer-Encoding: chunked', 'Content-Length : 2'], chunked),
  ],
  ['a line feed alone', post(['X: y\nTransfer-Encoding: chunked', 'Content-Length: 2'], chunked)],
  ['a carriage return alone', post(['X: y\rTransfer-Encoding: chunked', 'Content-Length: 2'], chunked)],
  [
    'a chunk of a size that is none',
    post(['Transfer-Encoding: chunked'], `0x2\r\n{}\r\n0\r\n\r\n${hiddenRequest}`),
  ],
  [
    'a chunk that is longer than it says',
    post(['Transfer-Encoding: chunked'], `1\r\n{}\r\n0\r\n\r\n${hiddenRequest}`),
  ],
  ['no host', `GET /hidden HTTP/1.1\r\nConnection: close\r\n\r\n`],
])('with %s a request is refused, and what follows it is not read as another', async (_what, bytes) => {
  const before = [smuggled, taken];
  const said = await bareBytes(web.port, bytes);
  expect(said.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 400']);
  expect([smuggled, taken]).toEqual(before);
});

test('a request that is in order is taken, and so is one after it', async () => {
  const before = [smuggled, taken];
  const said = await bareBytes(web.port, post(['Content-Length: 2'], `{}${hiddenRequest}`));
  expect(said.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 200']);
  expect([smuggled, taken]).toEqual(before.map((count) => count + 1));
});

test('the body of a request that is refused unread is not read as a request', async () => {
  const before = smuggled;
  const length = `Content-Length: ${hiddenRequest.length}`;
  const put = ['PUT /refused HTTP/1.1', 'Host: x', 'Content-Type: text/plain', length, '', hiddenRequest];
  const nothing = 'GET /nothing HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n';
  const said = await bareBytes(web.port, put.join('\r\n') + nothing);
  expect(said.match(/HTTP\/1\.1 \d+/g)?.[0]).toBe('HTTP/1.1 403');
  expect([said.includes('hidden'), smuggled]).toEqual([false, before]);
});

test('a body that comes with GET is not read as a request', async () => {
  const before = smuggled;
  const get = `GET /nothing HTTP/1.1\r\nHost: x\r\nContent-Length: ${hiddenRequest.length}\r\nConnection: close\r\n\r\n`;
  const said = await bareBytes(web.port, get + hiddenRequest);
  expect(said.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 404']);
  expect(smuggled).toBe(before);
});
