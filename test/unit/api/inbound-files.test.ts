import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { listInbound } from '../../../src/inbound/listing.ts';
import { openUpload } from '../../../src/inbound/upload.ts';
import { addTestPerson, addTestProject, openTestCore, operator, type TestCore } from '../../support/core.ts';
import { digest, serveTransfers, sha256 } from './transferring.ts';

let core: TestCore;
let project = '';
let count = 0;
let server: Awaited<ReturnType<typeof serveTransfers>>;

beforeAll(async () => {
  core = await openTestCore();
  server = await serveTransfers(core);
  await addTestPerson(core, 'saksbehandler', 'officer');
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await core.close();
});

beforeEach(async () => {
  count += 1;
  project = `P${count}`;
  await addTestProject(core, project);
});

const good = Buffer.from('kode;antall\r\nA;1\r\nB;2\r\n');
const bad = Buffer.from('år;antall\r\n2020;1\r\n');

async function send(personId: string, name: string, bytes: Uint8Array): Promise<string> {
  const who = await addTestPerson(core, personId, 'supplier', project);
  const upload = await openUpload(core, who, { projectId: project, name, mode: 'new', door: 'sftp' });
  await upload.write(0, bytes);
  return (await upload.finish())?.id ?? '';
}

const get = (id: string, what: string, person: string, headers: Record<string, string> = {}) =>
  fetch(`${server.url}/api/v1/projects/${project}/inbox/${id}/${what}`, {
    headers: { 'x-person': person, ...headers },
  });

test('gives the report as text, JSON, table and page, in the language asked for', async () => {
  const id = await send('leverandor', 'data.csv', bad);
  const as = async (format: string) => {
    const answer = await get(id, `report/${format}`, 'leverandor');
    return [answer.headers.get('content-type'), await answer.text()] as const;
  };
  expect((await as('text?language=nn'))[1]).not.toBe((await as('text?language=en'))[1]);
  const [jsonType, json] = await as('json');
  expect([jsonType, JSON.parse(json)]).toMatchObject([
    'application/json; charset=utf-8',
    { verdict: 'rejected', file: { sha256: sha256(bad) } },
  ]);
  expect((await as('csv'))[0]).toBe('text/csv; charset=utf-8');
  const page = await get(id, 'report/html', 'leverandor');
  expect(page.headers.get('content-security-policy')).toMatch(/^default-src 'none'.*sandbox$/);
  expect(await page.text()).toMatch(/^<!doctype html>/i);
  expect((await get(id, 'report/pdf', 'leverandor')).status).toBe(400);
});

test('gives the content to staff, whole or in part, and to its sender until it is accepted', async () => {
  const rejected = await send('leverandor', 'feil.csv', bad);
  const own = await get(rejected, 'content', 'leverandor');
  expect(Buffer.from(await own.arrayBuffer())).toEqual(bad);
  expect(own.headers.get('repr-digest')).toBe(digest(bad));

  const accepted = await send('leverandor', 'data.csv', good);
  expect((await get(accepted, 'content', 'leverandor')).status).toBe(403);
  const part = await get(accepted, 'content', 'saksbehandler', { range: 'bytes=5-10' });
  expect([part.status, part.headers.get('content-range'), await part.text()]).toEqual([
    206,
    `bytes 5-10/${good.length}`,
    good.subarray(5, 11).toString(),
  ]);
  const etag = part.headers.get('etag') ?? '';
  expect((await get(accepted, 'content', 'saksbehandler', { 'if-none-match': etag })).status).toBe(304);
});

test('gives nothing to others, nor under the name of another project', async () => {
  const id = await send('leverandor', 'feil.csv', bad);
  await addTestPerson(core, 'annen', 'supplier', project);
  for (const what of ['report/json', 'content']) {
    expect((await get(id, what, 'annen')).status).toBe(404);
    expect((await get('nothing', what, 'leverandor')).status).toBe(404);
    const elsewhere = `${server.url}/api/v1/projects/P0/inbox/${id}/${what}`;
    expect((await fetch(elsewhere, { headers: { 'x-person': 'leverandor' } })).status).toBe(404);
  }
  const [file] = await listInbound(core, operator, project);
  expect(file?.id).toBe(id);
});

test('does not give a version of one’s own that a newer one has replaced', async () => {
  const first = await send('leverandor', 'feil.csv', bad);
  await send('leverandor', 'feil.csv', Buffer.from('år;antall\r\n2021;1\r\n'));
  expect((await get(first, 'content', 'leverandor')).status).toBe(403);
});
