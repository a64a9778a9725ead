import { connect } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { setQuota } from '../../../src/cases/quota.ts';
import { inboundReport, listInbound } from '../../../src/inbound/listing.ts';
import {
  addTestPerson,
  addTestProject,
  openTestCore,
  operator,
  type Person,
  type TestCore,
} from '../../support/core.ts';
import { digest, rows, serveTransfers, sha256 } from './transferring.ts';

let core: TestCore;
let kari: Person;
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
  kari = await addTestPerson(core, 'kari', 'researcher', project);
});

const put = (url: string, name: string, body: Uint8Array, headers: Record<string, string> = {}) =>
  fetch(`${url}/api/v1/projects/${project}/inbox/files/${name}`, {
    method: 'PUT',
    headers: { 'x-person': 'kari', 'content-type': 'application/octet-stream', ...headers },
    body: body as never,
  });
const files = () => listInbound(core, operator, project);

test('receives a file like the other doors do, and answers with its verdict', async () => {
  await using server = await serveTransfers(core);
  const bytes = rows(3_000_000);
  const answer = await put(server.url, 'data.csv', bytes, { 'content-digest': digest(bytes) });
  expect(answer.status).toBe(201);
  const body = (await answer.json()) as { id: string };
  expect(body).toEqual({
    id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    project,
    name: 'data.csv',
    version: 1,
    verdict: 'accepted',
    bytes: bytes.length,
    sha256: sha256(bytes),
    links: {
      report: `/api/v1/projects/${project}/inbox/${body.id}/report`,
      receipt: `/api/v1/projects/${project}/inbox/${body.id}/receipt`,
      content: `/api/v1/projects/${project}/inbox/${body.id}/content`,
    },
  });
  expect(await inboundReport(core, kari, body.id)).toMatchObject({ file: { sha256: sha256(bytes) } });
});

test('answers a file that breaks a rule as received and rejected, and an empty one too', async () => {
  await using server = await serveTransfers(core);
  const bad = await put(server.url, 'data.csv', Buffer.from('år;antall\r\n2020;1\r\n'));
  expect([bad.status, await bad.json()]).toMatchObject([201, { verdict: 'rejected', version: 1 }]);
  const empty = await put(server.url, 'tom.csv', new Uint8Array(0));
  expect([empty.status, await empty.json()]).toMatchObject([201, { bytes: 0, verdict: 'rejected' }]);
});

test('discards a file that does not match its digest, and refuses a digest it would not compare', async () => {
  await using server = await serveTransfers(core);
  const other = await put(server.url, 'data.csv', rows(200_000), { 'content-digest': digest(rows(1000)) });
  expect(other.status).toBe(400);
  expect(await other.json()).toMatchObject({
    code: 'invalid-input',
    detail: expect.stringMatching(/sjekksum/),
  });
  for (const field of ['sha-512=:AAAA:', 'sha-256=abc', 'sha-256=:AAAA:']) {
    expect((await put(server.url, 'data.csv', rows(10), { 'content-digest': field })).status).toBe(400);
  }
  expect(await files()).toEqual([]);
  expect(core.uploads.size).toBe(0);
});

test('refuses what the other doors refuse: names, strangers, parts, no room', async () => {
  await using server = await serveTransfers(core);
  const bytes = rows(5000);
  const codeOf = async (answer: Response) => ((await answer.json()) as { code: string }).code;
  expect(await codeOf(await put(server.url, 'my%20data.csv', bytes))).toBe('invalid-name');
  expect(await codeOf(await put(server.url, '..%2Fx.csv', bytes))).toBe('invalid-name');
  expect(await codeOf(await put(server.url, 'STATUS.txt', bytes))).toBe('read-only');
  expect(await codeOf(await put(server.url, 'data.csv.part', bytes))).toBe('invalid-name');
  expect(await codeOf(await put(server.url, 'data.csv', bytes, { 'x-person': 'ukjent' }))).toBe('forbidden');
  const range = { 'content-range': 'bytes 0-4/10' };
  expect(await codeOf(await put(server.url, 'data.csv', bytes, range))).toBe('invalid-input');
  await setQuota(core, operator, { projectId: project, quotaBytes: 1000 });
  expect(await codeOf(await put(server.url, 'data.csv', bytes))).toBe('too-large');
  const anonymous = await fetch(`${server.url}/api/v1/projects/${project}/inbox/files/data.csv`, {
    method: 'PUT',
  });
  expect(anonymous.status).toBe(401);
  expect(await files()).toEqual([]);
});

test('keeps what has come when the sender is lost, as over SFTP', async () => {
  await using server = await serveTransfers(core);
  const socket = connect(server.port, '127.0.0.1');
  socket.write(
    `PUT /api/v1/projects/${project}/inbox/files/data.csv HTTP/1.1\r\nHost: x\r\nX-Person: kari\r\nContent-Length: 9000000\r\n\r\n`,
  );
  socket.write(rows(3_000_000));
  const under = () => [...core.uploads.values()].find((upload) => upload.underWay.projectId === project);
  await expect.poll(() => under()?.size ?? 0).toBeGreaterThan(2_000_000);
  expect(under()?.underWay.announcedBytes).toBe(9_000_000);
  socket.destroy();
  await expect.poll(() => core.uploads.size).toBe(0);
  expect(await files()).toMatchObject([{ name: 'data.csv', state: 'arriving', version: null }]);
});
