import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { removeRole } from '../../../src/identity/access-removal.ts';
import { openUpload } from '../../../src/inbound/upload.ts';
import {
  addTestPerson,
  addTestProject,
  openTestCore,
  operator,
  type Person,
  type TestCore,
} from '../../support/core.ts';
import { serveTransfers } from './transferring.ts';

let core: TestCore;
let project = '';
let kari: Person;
let supplier: Person;
let count = 0;
let server: Awaited<ReturnType<typeof serveTransfers>>;

beforeAll(async () => {
  core = await openTestCore();
  server = await serveTransfers(core);
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await core.close();
});

beforeEach(async () => {
  count += 1;
  project = `P${count}`;
  await addTestProject(core, project);
  kari = await addTestPerson(core, `kari${count}`, 'researcher', project);
  supplier = await addTestPerson(core, `leverandor${count}`, 'supplier', project);
});

/** Listens as a browser does; `all` grows with the events as they come. */
async function listen(personId: string) {
  const leave = new AbortController();
  const answer = await fetch(`${server.url}/api/v1/projects/${project}/inbox/progress`, {
    headers: { 'x-person': personId },
    signal: leave.signal,
  });
  const all: [string, Record<string, unknown>][] = [];
  const read = async (): Promise<void> => {
    let text = '';
    for await (const chunk of answer.body ?? []) {
      text += Buffer.from(chunk).toString();
      for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
        const [, name = '', data = ''] = /^event: (\w+)\ndata: (.*)$/.exec(text.slice(0, end)) ?? [];
        if (name !== '') all.push([name, JSON.parse(data) as Record<string, unknown>]);
        text = text.slice(end + 2);
      }
    }
  };
  const over = read().catch(() => undefined);
  return { answer, all, over, leave: () => leave.abort() };
}

const good = Buffer.from('kode;antall\r\nA;1\r\nB;2\r\n');
const send = (who: Person, name: string) =>
  openUpload(core, who, { projectId: project, name, mode: 'new', door: 'sftp' });

test('tells of bytes while a file comes by any door, and of its verdict', async () => {
  const events = await listen(kari.personId);
  expect(events.answer.headers.get('content-type')).toBe('text/event-stream');
  await expect.poll(() => events.all).toEqual([['uploads', { uploads: [] }]]);
  const upload = await send(supplier, 'data.csv');
  await upload.write(0, good);
  const under = { id: upload.id, name: 'data.csv', uploader: supplier.personId, bytes: good.length };
  await expect.poll(() => events.all.at(-1)).toMatchObject(['uploads', { uploads: [under] }]);
  await upload.finish();
  await expect
    .poll(() => events.all.at(-1))
    .toMatchObject(['received', { id: upload.id, name: 'data.csv', version: 1, verdict: 'accepted' }]);
  const broken = await send(supplier, 'mer.csv');
  await expect.poll(() => events.all.at(-1)?.[0]).toBe('uploads');
  await expect.poll(() => JSON.stringify(events.all.at(-1))).toContain('mer.csv');
  await broken.abandon();
  await expect.poll(() => events.all.at(-1)).toEqual(['stopped', { id: broken.id }]);
  events.leave();
});

test('tells a supplier of nobody else, and a stranger of nothing', async () => {
  const upload = await send(kari, 'data.csv');
  const events = await listen(supplier.personId);
  await expect.poll(() => events.all).toEqual([['uploads', { uploads: [] }]]);
  events.leave();
  await upload.abandon();
  expect((await listen('ukjent')).answer.status).toBe(404);
});

test('ends when the person has lost access', async () => {
  const events = await listen(kari.personId);
  await removeRole(core, operator, {
    personId: kari.personId,
    projectId: project,
    role: 'researcher',
    reason: 'slutt',
  });
  core.access.changed('');
  await events.over;
  expect(events.all.at(-1)).toEqual(['end', { code: 'not-found' }]);
});

test('bounds the streams of one person, and lets others in when some are left', async () => {
  const open = await Promise.all(Array.from({ length: 8 }, () => listen(kari.personId)));
  expect((await listen(kari.personId)).answer.status).toBe(429);
  expect((await listen(supplier.personId)).answer.status).toBe(200);
  for (const one of open) one.leave();
  const again = async () => {
    const one = await listen(kari.personId);
    one.leave();
    return one.answer.status;
  };
  await expect.poll(again).toBe(200);
});
