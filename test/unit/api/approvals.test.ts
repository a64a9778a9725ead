import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { checkOutgoing } from '../../../src/deliveries/outgoing-check.ts';
import { createProjectTree } from '../../../src/sftp/tree/project-tree.ts';
import { serveApi, type TestApi } from '../../support/api.ts';
import {
  addTestPerson,
  addTestProject,
  clockActor,
  openTestCore,
  type TestCore,
} from '../../support/core.ts';

let core: TestCore;
let api: TestApi;
let project = '';
let count = 0;
let per = '';
let tor = '';
const person = '02013299997';

beforeAll(async () => {
  core = await openTestCore();
  core.approval = 'second-person';
  api = await serveApi(core);
});
afterAll(async () => {
  await api?.[Symbol.asyncDispose]();
  await core.close();
});

beforeEach(async () => {
  count += 1;
  project = `P${count}`;
  await addTestProject(core, project);
  per = (await addTestPerson(core, `per${count}`, 'officer', project)).personId;
  tor = (await addTestPerson(core, `tor${count}`, 'producer', project)).personId;
  await addTestPerson(core, `kari${count}`, 'researcher', project);
  await ask(per, 'POST', '', { name: 'U1' });
  await put('a.csv', 'a;b\n1;2\n');
});

const base = () => `/api/v1/projects/${project}/drafts`;
const once = () => ({ 'idempotency-key': crypto.randomUUID() });
const ask = (who: string, method: string, path: string, body?: object) =>
  api.ask(who, method, base() + path, { headers: once(), ...(body === undefined ? {} : { body }) });
const put = (name: string, text: string) =>
  api.ask(per, 'PUT', `${base()}/U1/files/${name}`, { body: Buffer.from(text) });

interface Shown {
  items: {
    name: string;
    state: string;
    approval: string;
    files: { name: string; outgoing: string }[];
    submission: { id: string; state: string; reason: string | null; endedReason: string | null } | null;
  }[];
}
async function shown() {
  const { items } = JSON.parse((await ask(tor, 'GET', '')).text) as Shown;
  return items[0]!;
}
async function submitted(body: object = {}): Promise<string> {
  await checkOutgoing(core, clockActor);
  const answer = await ask(per, 'POST', '/U1/submit', body);
  expect(answer.status).toBe(201);
  return (JSON.parse(answer.text) as { submission: string }).submission;
}
const work = async (who: string) =>
  (
    JSON.parse((await api.ask(who, 'GET', '/api/v1/work')).text) as {
      items: { kind: string; subject: string }[];
    }
  ).items;

test('a draft goes from one person to another, who publishes it', async () => {
  expect(await shown()).toMatchObject({ state: 'open', approval: 'second-person', submission: null });
  expect((await ask(per, 'POST', '/U1/submit', {})).status).toBe(409);
  expect((await ask(per, 'POST', '/U1/publish', {})).status).toBe(409);
  const submission = await submitted({ note: 'Haster' });
  expect(await shown()).toMatchObject({
    state: 'submitted',
    files: [{ name: 'a.csv', outgoing: 'sound' }],
    submission: { state: 'waiting', note: 'Haster', submittedBy: `person:${per}` },
  });
  expect((await work(tor)).map(({ kind, subject }) => `${kind} ${subject}`)).toEqual(['draft-waiting U1']);
  expect((await work(per)).filter(({ kind }) => kind === 'draft-waiting')).toEqual([]);
  expect((await ask(per, 'POST', '/U1/approve', { submission })).status).toBe(403);
  const approved = await ask(tor, 'POST', '/U1/approve', { submission });
  expect([approved.status, approved.headers.get('location')]).toEqual([
    201,
    expect.stringContaining('/deliveries/'),
  ]);
  expect(await work(tor)).toEqual([]);
});

test('approving takes a proof of who one is that is minutes old', async () => {
  const submission = await submitted();
  // Their session begins here.
  await shown();
  core.moveTo('2026-11-23T08:20:00+01:00');
  const answer = await ask(tor, 'POST', '/U1/approve', { submission });
  expect([answer.status, (JSON.parse(answer.text) as { code: string }).code]).toEqual([
    403,
    'step-up-needed',
  ]);
  core.moveTo('2026-11-23T08:00:00+01:00');
});

test('what waits is frozen over HTTP and over SFTP, and open again once it is returned', async () => {
  const submission = await submitted();
  const frozen = /venter på godkjenning|waits for approval/;
  const file = `/U1/files/a.csv`;
  for (const answer of [
    await put('b.csv', 'a\n'),
    await put('a.csv', 'a\n'),
    await ask(per, 'DELETE', file),
    await ask(per, 'DELETE', '/U1'),
    await ask(per, 'POST', `${file}/check`),
  ])
    expect([answer.status, frozen.test(answer.text)]).toEqual([409, true]);

  const tree = createProjectTree(
    { ...core, space: async () => ({ totalBytes: 1, freeBytes: 1 }) },
    { personId: per },
  );
  const folder = `/${project}/drafts/U1`;
  const writing = { read: false, write: true, create: true, truncate: true, append: false, exclusive: false };
  for (const change of [
    () => tree.open(`${folder}/b.csv`, writing),
    () => tree.open(`${folder}/a.csv`, writing),
    () => tree.remove(`${folder}/a.csv`),
    () => tree.rename(`${folder}/a.csv`, `${folder}/b.csv`, { replace: true }),
    () => tree.rename(folder, `/${project}/drafts/U2`, { replace: false }),
    () => tree.removeFolder(folder),
  ])
    await expect(change()).rejects.toThrow(frozen);
  expect((await tree.list(folder)).map(({ name }) => name)).toContain('a.csv');

  const returned = await ask(tor, 'POST', '/U1/return', { submission, reason: 'Feil årgang' });
  expect(returned.status).toBe(204);
  expect(await shown()).toMatchObject({
    state: 'open',
    submission: { state: 'returned', endedReason: 'Feil årgang' },
  });
  await tree.remove(`${folder}/a.csv`);
});

test('the report of a file is there in every form, without a digit of what it found', async () => {
  await put('lekk.csv', `fnr\n${person}\n`);
  expect((await ask(tor, 'GET', '/U1/files/lekk.csv/report/json')).status).toBe(409);
  await checkOutgoing(core, clockActor);
  for (const format of ['text', 'json', 'html', 'csv']) {
    const { status, text } = await ask(tor, 'GET', `/U1/files/lekk.csv/report/${format}`);
    expect([format, status, text.includes('outgoing-identifier/person') || format === 'json']).toEqual([
      format,
      200,
      true,
    ]);
    expect(text).not.toContain(person.slice(0, 6));
  }
  expect((await ask(per, 'POST', '/U1/submit', {})).status).toBe(400);
  await submitted({ reason: 'Øvingsdata' });
  expect((await shown()).submission?.reason).toBe('Øvingsdata');
  expect((await ask(per, 'POST', '/U1/take-back')).status).toBe(204);
});

test('what may go out is read by those who deliver, and replaced by whoever has read it', async () => {
  const at = `/api/v1/projects/${project}/outgoing-description`;
  const body = {
    resources: [{ name: 'a', path: 'a.csv', schema: { fields: [{ name: 'a' }, { name: 'b' }] } }],
  };
  expect((await api.ask(tor, 'GET', at)).status).toBe(404);
  expect((await api.ask(tor, 'PUT', at, { body, headers: { 'if-none-match': '*' } })).status).toBe(403);
  expect((await api.ask(per, 'PUT', at, { body })).status).toBe(428);
  expect((await api.ask(per, 'PUT', at, { body, headers: { 'if-none-match': '*' } })).status).toBe(200);
  expect((await api.ask(per, 'PUT', at, { body, headers: { 'if-none-match': '*' } })).status).toBe(412);
  const { text, headers } = await api.ask(tor, 'GET', at);
  expect(JSON.parse(text)).toMatchObject({ version: 1, content: body });
  expect(
    (await api.ask(tor, 'GET', at, { headers: { 'if-none-match': headers.get('etag') ?? '' } })).status,
  ).toBe(304);
});
