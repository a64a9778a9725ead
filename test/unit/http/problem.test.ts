import { expect, test } from 'vitest';
import { Problem, problemKinds } from '../../../src/http/problem.ts';
import { defineRoute } from '../../../src/http/route.ts';
import { AppError, errorCodes } from '../../../src/platform/errors.ts';
import { keepingLog, serve } from './serving.ts';

const detail = { nb: 'Nei, på bokmål.', en: 'No, in English.' };

function throwing(path: string, thrown: unknown) {
  return defineRoute({
    method: 'get',
    path,
    summary: 'Throws',
    permission: 'public',
    responses: { 204: { description: 'Never' } },
    handler: () => {
      throw thrown;
    },
  });
}

test('answers every error code with its status as problem+json', async () => {
  await using server = await serve({
    routes: errorCodes.map((code) => throwing(`/api/${code}`, new AppError(code, detail))),
  });
  for (const code of errorCodes) {
    const response = await fetch(`${server.url}/api/${code}`);
    const kind = problemKinds[code];
    expect([code, response.status]).toEqual([code, kind.status]);
    expect(response.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
    expect(response.headers.get('content-language')).toBe('nb');
    expect(response.headers.get('vary')).toContain('Accept-Language');
    const problem = Problem.parse(await response.json());
    expect(problem).toEqual({
      type: `urn:datasluse:problem:${code}`,
      title: kind.title.nb,
      status: kind.status,
      detail: detail.nb,
      code,
      requestId: response.headers.get('x-request-id'),
    });
  }
});

test('every kind of problem is an error status and has both titles', () => {
  for (const [code, kind] of Object.entries(problemKinds)) {
    expect([code, kind.status >= 400 && kind.status < 600]).toEqual([code, true]);
    expect(kind.title.nb).not.toBe('');
    expect(kind.title.en).not.toBe(kind.title.nb);
  }
});

test('challenges those who are not signed in, with a scheme that opens no password box', async () => {
  await using server = await serve({
    routes: [throwing('/api/session', new AppError('not-signed-in', detail))],
  });
  const response = await fetch(`${server.url}/api/session`);
  expect(response.headers.get('www-authenticate')).toMatch(/^Session /);
});

test.each([
  ['en-GB,en;q=0.9,nb;q=0.8', detail.en, 'en'],
  ['nn-NO', detail.nb, 'nb'],
  ['no', detail.nb, 'nb'],
  ['de-DE,de;q=0.9', detail.nb, 'nb'],
  ['en;q=0.2, nb;q=0.7', detail.nb, 'nb'],
  ['en;q=0, de', detail.nb, 'nb'],
  ['fr, en;q=0.1', detail.en, 'en'],
  [';;;q=,,,=', detail.nb, 'nb'],
])('answers Accept-Language "%s" in the right language', async (header, expected, language) => {
  await using server = await serve({ routes: [throwing('/api/x', new AppError('closed', detail))] });
  const response = await fetch(`${server.url}/api/x`, { headers: { 'accept-language': header } });
  expect(((await response.json()) as Problem).detail).toBe(expected);
  expect(response.headers.get('content-language')).toBe(language);
});

test('an unknown error shows a request id and nothing of itself, and the log gets that id without the message', async () => {
  const { log, errors } = keepingLog();
  await using server = await serve({ log, routes: [throwing('/api/x', new Error('row 3: 01018412345'))] });
  const response = await fetch(`${server.url}/api/x`);
  const text = await response.text();
  expect(response.status).toBe(500);
  expect(text).not.toContain('01018412345');
  expect(JSON.parse(text)).toMatchObject({
    code: 'internal',
    requestId: response.headers.get('x-request-id'),
  });
  expect(errors).toHaveLength(1);
  expect(JSON.stringify(errors)).not.toContain('01018412345');
  expect(JSON.stringify(errors)).toContain('problem.test.ts');
});

test('an error with a 4xx status from a parser gives its status but not its words', async () => {
  const parserError = Object.assign(new Error('at 01018412345'), { status: 413 });
  await using server = await serve({ routes: [throwing('/api/x', parserError)] });
  const response = await fetch(`${server.url}/api/x`);
  expect(response.status).toBe(413);
  expect(await response.text()).not.toContain('01018412345');
});

test('does not log what the client is to blame for', async () => {
  const { log, errors } = keepingLog();
  await using server = await serve({ log, routes: [throwing('/api/x', new AppError('forbidden', detail))] });
  expect((await fetch(`${server.url}/api/x`)).status).toBe(403);
  expect(errors).toEqual([]);
});
