import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { openDelivery } from '../../../src/deliveries/deliveries.ts';
import { openDraftUpload } from '../../../src/deliveries/draft-upload.ts';
import { makeDraft } from '../../../src/deliveries/drafts.ts';
import { fetchFile } from '../../../src/deliveries/fetch.ts';
import { generateEd25519Key } from '../../../src/identity/key-pair.ts';
import { addPerson } from '../../../src/identity/people.ts';
import { verifyReceipt } from '../../../src/inbound/receipts.ts';
import { openUpload } from '../../../src/inbound/upload.ts';
import { readOnlyHeader, serveApi, type TestApi } from '../../support/api.ts';
import {
  addTestPerson,
  addTestProject,
  openTestCore,
  operator,
  type Person,
  type TestCore,
} from '../../support/core.ts';

let core: TestCore;
let api: TestApi;
let kari: Person;
let lev: Person;
let pia: Person;
let project = '';
let path = '';
let count = 0;
const start = '2026-11-23T08:00:00+01:00';
const officer = 'sigrid';
const auditor = 'arne';

beforeAll(async () => {
  core = await openTestCore(start);
  await addTestPerson(core, officer, 'officer');
  await addTestPerson(core, auditor, 'auditor');
  api = await serveApi(core);
});
afterAll(async () => {
  await api[Symbol.asyncDispose]();
  await core.close();
});
beforeEach(async () => {
  count += 1;
  project = `P${count}`;
  path = `/api/v1/projects/${project}`;
  core.moveTo(start);
  await addTestProject(core, project);
  kari = await addTestPerson(core, `kari${count}`, 'researcher', project);
  lev = await addTestPerson(core, `lev${count}`, 'supplier', project);
  pia = await addTestPerson(core, `pia${count}`, 'producer', project);
});

const description = (field: string) => ({
  name: 'd',
  resources: [
    {
      name: 'a',
      path: 'a.csv',
      dialect: { delimiter: ';' },
      schema: { fields: [{ name: field, type: 'string' }] },
    },
  ],
});
const key = () => ({ 'idempotency-key': crypto.randomUUID() });
const reason = { reason: 'en god grunn' };

async function describe(field = 'kode'): Promise<void> {
  const { status } = await api.ask(officer, 'PUT', `${path}/description`, {
    body: description(field),
    headers: { 'if-none-match': '*' },
  });
  expect(status).toBe(200);
}

async function send(who: Person, name: string, text: string): Promise<void> {
  const upload = await openUpload(core, who, { projectId: project, name, mode: 'new', door: 'sftp' });
  await upload.write(0, Buffer.from(text));
  await upload.finish();
}

async function draft(name = 'Uttrekk', text = 'a;b\n1;2\n'): Promise<void> {
  await makeDraft(core, pia, project, name);
  const upload = await openDraftUpload(core, pia, { projectId: project, draft: name, name: 'ut.csv' });
  await upload.write(0, Buffer.from(text));
  await upload.finish();
}

async function publish(): Promise<string> {
  await draft();
  const { json } = await api.ask(pia.personId, 'POST', `${path}/drafts/Uttrekk/publish`, {
    body: {},
    headers: key(),
  });
  return (json as { folder: string }).folder;
}

test('of two people who edit the description, the later one is told', async () => {
  await describe();
  const read = await api.ask(officer, 'GET', `${path}/description`);
  const etag = read.headers.get('etag') ?? '';
  expect(read.json).toMatchObject({ version: 1, content: description('kode') });
  const put = (headers: Record<string, string>) =>
    api.ask(officer, 'PUT', `${path}/description`, { body: description('navn'), headers });
  expect((await put({})).status).toBe(428);
  const first = await put({ 'if-match': etag });
  expect([first.status, first.json]).toMatchObject([200, { version: 2 }]);
  const second = await put({ 'if-match': etag });
  expect([second.status, second.json]).toMatchObject([412, { code: 'changed-meanwhile' }]);
  expect((await put({ 'if-none-match': '*' })).status).toBe(412);
  const cached = await api.ask(officer, 'GET', `${path}/description`, {
    headers: { 'if-none-match': first.headers.get('etag') ?? '' },
  });
  expect([cached.status, cached.text]).toEqual([304, '']);
});

test('of two changes at the same moment one is kept', async () => {
  await describe();
  const put = () =>
    api.ask(officer, 'PUT', `${path}/description`, {
      body: description('navn'),
      headers: { 'if-match': '"description-1"' },
    });
  const statuses = (await Promise.all([put(), put(), put()])).map((one) => one.status);
  expect(statuses.sort()).toEqual([200, 412, 412]);
});

test('a description that is none is refused with what is wrong with it', async () => {
  const { status, json } = await api.ask(officer, 'PUT', `${path}/description`, {
    body: { name: 'd', resources: [{ name: 'a', path: 'a.csv', schema: { fields: [] } }] },
    headers: { 'if-none-match': '*' },
  });
  expect([status, (json as { code: string }).code]).toEqual([400, 'invalid-input']);
  const nested = Buffer.from(`{"a":${'['.repeat(200_000)}${']'.repeat(200_000)}}`);
  const deep = await fetch(`${api.url}${path}/description`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json', 'if-none-match': '*', 'x-test-person': officer },
    body: nested,
  });
  expect(deep.status).toBe(400);
});

test('drafts a description from the bytes of a sample and keeps nothing of it', async () => {
  const body = Buffer.from(`kommune;antall\n${'0301;12\n5001;7\n'.repeat(20)}0301;1`);
  const { status, json } = await api.ask(kari.personId, 'POST', `${path}/description/draft?name=a.csv`, {
    body,
  });
  expect(status).toBe(200);
  const { content, rows } = json as {
    content: { resources: { schema: { fields: { name: string }[] } }[] };
    rows: number;
  };
  expect(rows).toBe(41);
  expect(content.resources[0]?.schema.fields.map((field) => field.name)).toEqual(['kommune', 'antall']);
  const empty = await api.ask(kari.personId, 'POST', `${path}/description/draft?name=a.csv`, {
    body: new Uint8Array(),
  });
  expect([400, 422]).toContain(empty.status);
});

test('a project tells what is expected, what came, and what to do next and by when', async () => {
  await describe();
  const ask = async (who: string) => (await api.ask(who, 'GET', path)).json as Record<string, never>;
  expect(await ask(kari.personId)).toMatchObject({
    id: project,
    roles: ['researcher'],
    next: { kind: 'send-file', subject: 'a.csv', due: null },
    files: [{ name: 'a.csv', expected: true, state: 'missing', newestId: null }],
    deadlines: [{ kind: 'deletion', day: '2027-12-31' }],
    quota: { usedBytes: 0, quotaBytes: 1e12 },
    description: { version: 1 },
  });
  await send(kari, 'a.csv', 'feil\nA\n');
  expect(await ask(kari.personId)).toMatchObject({ next: { kind: 'mend-file', subject: 'a.csv' } });
  await send(kari, 'a.csv', 'kode\nA\n');
  expect(await ask(kari.personId)).toMatchObject({
    next: { kind: 'wait-for-delivery' },
    files: [{ state: 'accepted' }],
  });
  const folder = await publish();
  expect(await ask(kari.personId)).toMatchObject({
    next: { kind: 'fetch-delivery', subject: folder, due: '2026-12-07' },
  });
  const list = (await api.ask(kari.personId, 'GET', '/api/v1/projects')).json as { items: object[] };
  expect(list.items).toMatchObject([{ id: project, next: { kind: 'fetch-delivery' } }]);
});

test('a supplier sees their own files and case officers, and nothing of the others', async () => {
  await describe();
  await send(kari, 'a.csv', 'kode\nA\n');
  await send(lev, 'b.csv', 'kode\nA\n');
  const inbox = async (who: Person) => {
    const { json } = await api.ask(who.personId, 'GET', `${path}/inbox`);
    return (json as { items: { name: string; own: boolean }[] }).items.map((one) => [one.name, one.own]);
  };
  expect(await inbox(lev)).toEqual([['b.csv', true]]);
  expect(await inbox(kari)).toEqual([
    ['a.csv', true],
    ['b.csv', false],
  ]);
  const { json } = await api.ask(lev.personId, 'GET', path);
  const seen = json as { people: { id: string }[]; files: { name: string }[]; description: null };
  expect(seen.people.map((one) => one.id)).toEqual([lev.personId, officer]);
  expect([seen.files.map((one) => one.name), seen.description]).toEqual([['b.csv'], null]);
});

test('a report is served in the bytes that its receipt has signed for', async () => {
  await send(kari, 'a.csv', 'kode\nA\n');
  const { json } = await api.ask(kari.personId, 'GET', `${path}/inbox`);
  const { id } = (json as { items: { id: string }[] }).items[0]!;
  const report = await api.ask(kari.personId, 'GET', `${path}/inbox/${id}/report`);
  const receipt = await api.ask(kari.personId, 'GET', `${path}/inbox/${id}/receipt`);
  const keys = (await api.ask(undefined, 'GET', '/api/v1/receipt-keys')).json;
  const { reportSha256 } = await verifyReceipt(receipt.text, keys);
  expect(createHash('sha256').update(report.text).digest('hex')).toBe(reportSha256);
});

test('one’s own file can be taken back until it is accepted, and nobody else’s', async () => {
  await describe();
  await send(lev, 'a.csv', 'feil\nA\n');
  await send(lev, 'a.csv', 'kode\nA\n');
  const { json } = await api.ask(lev.personId, 'GET', `${path}/inbox`);
  const [rejected, accepted] = (json as { items: { id: string }[] }).items.map((one) => one.id);
  const remove = async (who: string, id: string | undefined) =>
    (await api.ask(who, 'DELETE', `${path}/inbox/${id}`)).status;
  expect(await remove(kari.personId, rejected)).toBe(404);
  expect(await remove(lev.personId, rejected)).toBe(204);
  expect(await remove(lev.personId, rejected)).toBe(404);
  expect(await remove(lev.personId, accepted)).toBe(409);
  const left = (await api.ask(lev.personId, 'GET', `${path}/inbox`)).json as { items: { id: string }[] };
  expect(left.items.map((one) => one.id)).toEqual([accepted]);
});

test('a list in pages is the list', async () => {
  for (const name of ['a.csv', 'b.csv', 'c.csv']) await send(kari, name, 'kode\nA\n');
  const names: string[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const query: string = cursor === '' ? '' : `&cursor=${cursor}`;
    const { json } = await api.ask(kari.personId, 'GET', `${path}/inbox?limit=2${query}`);
    const page = json as { items: { name: string }[]; next: string | null };
    names.push(...page.items.map((one) => one.name));
    cursor = page.next;
  }
  expect(names).toEqual(['a.csv', 'b.csv', 'c.csv']);
  expect((await api.ask(kari.personId, 'GET', `${path}/inbox?cursor=x`)).status).toBe(400);
});

test('a draft is published once, however often the request is sent', async () => {
  await draft();
  const headers = key();
  const ask = () => api.ask(pia.personId, 'POST', `${path}/drafts/Uttrekk/publish`, { body: {}, headers });
  const [first, second] = [await ask(), await ask()];
  expect([first.status, second.status, second.text === first.text]).toEqual([201, 201, true]);
  const place = first.headers.get('location') ?? '';
  expect(second.headers.get('location')).toBe(place);
  expect((await api.ask(kari.personId, 'GET', place)).json).toMatchObject({
    state: 'open',
    unfetched: [kari.personId],
    files: [{ name: 'ut.csv', bytes: 8, fetched: [] }],
  });
  const rows = await core.db
    .selectFrom('publication')
    .select('id')
    .where('project_id', '=', project)
    .execute();
  expect(rows).toHaveLength(1);
});

test('publishing and withdrawing take a proof of who one is that is minutes old, and no token', async () => {
  await draft();
  const ask = (what: string, headers: Record<string, string> = {}) =>
    api.ask(pia.personId, 'POST', `${path}/${what}`, {
      body: what.endsWith('withdraw') ? { reason: 'feil utvalg' } : {},
      headers: { ...key(), ...headers },
    });
  // The session is made here.
  expect((await api.ask(pia.personId, 'GET', `${path}/drafts`)).status).toBe(200);
  const before = core.clock.now();
  core.moveTo(before.add({ minutes: 16 }).toString());
  const late = await ask('drafts/Uttrekk/publish');
  expect([late.status, late.json]).toMatchObject([
    403,
    { code: 'step-up-needed', url: '/api/v1/sign-in/test?stepUpMinutes=15' },
  ]);
  core.moveTo(before.add({ minutes: 14 }).toString());
  const inTime = await ask('drafts/Uttrekk/publish');
  expect(inTime.status).toBe(201);
  const place = `deliveries/${(inTime.headers.get('location') ?? '').split('/').at(-1)}`;
  core.moveTo(before.add({ minutes: 16 }).toString());
  expect((await ask(`${place}/withdraw`)).json).toMatchObject({ code: 'step-up-needed' });
  core.moveTo(before.add({ minutes: 14 }).toString());
  expect((await ask(`${place}/withdraw`, { [readOnlyHeader]: '1' })).status).toBe(403);
  expect((await ask(`${place}/withdraw`)).status).toBe(200);
});

test('tells who has fetched what', async () => {
  const folder = await publish();
  const delivery = await openDelivery(core, kari, project, folder);
  const fetching = await fetchFile(core, kari, delivery, 'ut.csv', 'sftp');
  await fetching.read(0, 100);
  await fetching.close();
  const { json } = await api.ask(pia.personId, 'GET', `${path}/deliveries/${folder}`);
  expect(json).toMatchObject({
    unfetched: [],
    files: [{ fetched: [{ personId: kari.personId, complete: true }] }],
  });
});

test('of two officers who extend a delivery at once, the later one is told', async () => {
  const folder = await publish();
  const place = `${path}/deliveries/${folder}`;
  const etag = (await api.ask(officer, 'GET', place)).headers.get('etag') ?? '';
  const extend = () =>
    api.ask(officer, 'POST', `${place}/extend`, {
      body: { ...reason, days: 7 },
      headers: { ...key(), 'if-match': etag },
    });
  const first = await extend();
  expect([first.status, first.json]).toEqual([200, { closesAt: '2026-12-14T07:00:00Z' }]);
  expect((await extend()).status).toBe(412);
});

test('a withdrawn delivery stays in the list with its reason', async () => {
  const folder = await publish();
  const place = `${path}/deliveries/${folder}`;
  expect((await api.ask(pia.personId, 'POST', `${place}/withdraw`, { body: reason })).json).toMatchObject({
    told: [kari.personId],
  });
  expect((await api.ask(kari.personId, 'GET', place)).json).toMatchObject({
    state: 'withdrawn',
    closedReason: reason.reason,
  });
  expect((await api.ask(pia.personId, 'POST', `${place}/withdraw`, { body: reason })).status).toBe(409);
});

test('the work list has what is pressing first, and only of one’s own projects', async () => {
  const late = `L${count}`;
  await addTestProject(core, late, '2026-11-01');
  await describe();
  await send(kari, 'a.csv', 'feil\nA\n');
  const folder = await publish();
  await addTestPerson(core, `lars${count}`, 'officer', project);
  const work = async (who: string) => {
    const { json } = await api.ask(who, 'GET', '/api/v1/work?limit=200');
    return (json as { items: { kind: string; projectId: string; subject: string; due: string }[] }).items
      .filter((one) => [project, late].includes(one.projectId))
      .map((one) => `${one.kind} ${one.projectId} ${one.subject ?? '-'} ${one.due ?? '-'}`);
  };
  expect(await work(officer)).toEqual([
    `deletion-overdue ${late} - 2026-11-01`,
    `file-rejected ${project} a.csv -`,
  ]);
  core.moveTo('2026-12-05T08:00:00+01:00');
  expect(await work(officer)).toEqual([
    `deletion-overdue ${late} - 2026-11-01`,
    `delivery-closing ${project} ${folder} 2026-12-07`,
    `file-rejected ${project} a.csv -`,
  ]);
  const stop = { body: { ...reason, projectId: project } };
  expect((await api.ask(`lars${count}`, 'POST', '/api/v1/stop-downloads', stop)).status).toBe(204);
  expect((await work(`lars${count}`))[0]).toBe(`downloads-stopped ${project} en god grunn -`);
  expect((await work(`lars${count}`)).some((line) => line.includes(late))).toBe(false);
});

test('whoever manages the people of one project cannot take over somebody of another', async () => {
  await addTestPerson(core, `lars${count}`, 'officer', project);
  const give = (body: object) => api.ask(`lars${count}`, 'POST', `${path}/people`, { body });
  expect((await give({ id: officer, role: 'producer', email: 'lars@example.no' })).status).toBe(403);
  expect(
    (await give({ id: officer, role: 'producer', sshKey: 'ssh-ed25519 AAAA lars' })).status,
  ).toBeGreaterThanOrEqual(400);
  expect((await give({ id: officer, role: 'producer' })).status).toBe(204);
  const named = { id: `ny${count}`, role: 'researcher', name: 'Ny', email: 'ny@example.no' };
  expect((await give(named)).status).toBe(204);
  const { json } = await api.ask(officer, 'GET', `${path}/people`);
  expect((json as { items: { id: string }[] }).items.map((one) => one.id)).toContain(`ny${count}`);
  const role = `${path}/people/ny${count}/roles/researcher?reason=${encodeURIComponent(reason.reason)}`;
  expect((await api.ask(officer, 'DELETE', role)).status).toBe(204);
  expect((await api.ask(`ny${count}`, 'GET', path)).status).toBe(401);
});

test('says who could see a delivered file on a day, and who did', async () => {
  const folder = await publish();
  const ola = await addTestPerson(core, `ola${count}`, 'researcher', project);
  const delivery = await openDelivery(core, kari, project, folder);
  core.moveTo('2026-11-24T09:00:00+01:00');
  const fetching = await fetchFile(core, kari, delivery, 'ut.csv', 'sftp');
  await fetching.read(0, 100);
  await fetching.close();
  const id = delivery.files[0]?.id;
  const on = async (day: string) => {
    const { json } = await api.ask(auditor, 'GET', `/api/v1/audit/delivered/${id}/access?day=${day}`);
    const { could, did } = json as {
      could: { personId: string; what: string }[];
      did: { actor: string; action: string }[];
    };
    return {
      content: could.filter((one) => one.what === 'content').map((one) => one.personId),
      existence: could.filter((one) => one.what === 'existence').map((one) => one.personId),
      did: did.map((one) => `${one.actor} ${one.action}`),
    };
  };
  const day = await on('2026-11-24');
  // Ola came after it was published: he knows of it, but is no recipient.
  expect(day.content).toEqual([kari.personId]);
  expect(day.existence).toContain(ola.personId);
  expect(day.did).toEqual([
    `person:${kari.personId} delivery.fetched`,
    `person:${kari.personId} delivery.opened`,
  ]);
  expect((await on('2026-11-22')).content).toEqual([]);
  expect((await on('2026-12-08')).content).toEqual([]);
});

test('searches the log by person, file, action and time', async () => {
  await send(kari, 'sok.csv', 'kode\nA\n');
  await publish();
  const search = async (query: string) => {
    const { json } = await api.ask(auditor, 'GET', `/api/v1/audit/events?project=${project}&${query}`);
    return (json as { items: { action: string }[] }).items.map((one) => one.action);
  };
  expect(await search('file=sok.csv')).toContain('inbound.received');
  expect(await search('file=ut.csv')).toContain('delivery.published');
  expect(await search('file=ut')).toEqual([]);
  expect(await search('action=delivery.published')).toEqual(['delivery.published']);
  expect(await search(`person=${pia.personId}&action=delivery.published`)).toHaveLength(1);
  expect(await search(`person=${lev.personId}&action=delivery.published`)).toEqual([]);
  expect(await search('from=2026-11-23T07:00:00.001Z')).toEqual([]);
  expect((await search('from=2026-11-23T08:00:00%2B01:00')).length).toBeGreaterThan(3);
  expect(await search('until=2026-11-23T07:00:00Z')).toEqual([]);
});

test('the outbox is read in pages, the newest first, and what waits by itself', async () => {
  await publish();
  const page = async (query: string) => {
    const { json } = await api.ask(officer, 'GET', `/api/v1/outbox?${query}`);
    return json as { items: { id: string; to: string }[]; next: string | null };
  };
  const whole = await page('limit=200&state=waiting');
  expect(whole.items.some((one) => one.to === `${kari.personId}@example.no`)).toBe(true);
  const first = await page('limit=1&state=waiting');
  const second = await page(`limit=200&state=waiting&cursor=${first.next}`);
  expect([...first.items, ...second.items]).toEqual(whole.items);
});

test('the calendar has the deadlines of one’s projects, in one’s language', async () => {
  await publish();
  const ask = (language: string) =>
    api.ask(kari.personId, 'GET', `${path}/calendar.ics`, { headers: { 'accept-language': language } });
  const nb = await ask('nb');
  expect(nb.headers.get('content-type')).toBe('text/calendar; charset=utf-8');
  const lines = nb.text.replaceAll('\r\n ', '').split('\r\n');
  expect(lines).toContain(`SUMMARY:${project}: data skal være slettet`);
  expect(lines).toContain(`SUMMARY:${project}: leveransen «Uttrekk» stenger`);
  expect(lines).toContain('DTSTART;VALUE=DATE:20271231');
  expect(lines).toContain('DTSTART:20261207T070000Z');
  expect((await ask('en')).text).toContain('data must be deleted');
});

test('an added person needs a name only when they are new', async () => {
  await addPerson(core, operator, {
    id: `kjent${count}`,
    name: 'Kjent',
    email: 'kjent@example.no',
    role: 'auditor',
  });
  const body = { id: `kjent${count}`, role: 'supplier' };
  expect((await api.ask(officer, 'POST', `${path}/people`, { body })).status).toBe(204);
  const unknown = { id: `ukjent${count}`, role: 'supplier' };
  expect((await api.ask(officer, 'POST', `${path}/people`, { body: unknown })).status).toBe(400);
});

test('staff see who holds a role since when, and the keys of a person only with every project', async () => {
  const { json } = await api.ask(officer, 'GET', `${path}/people`);
  const { items } = json as { items: { id: string; since: string }[] };
  expect(items.find(({ id }) => id === kari.personId)).toMatchObject({
    role: 'researcher',
    everyProject: false,
    since: '2026-11-23T07:00:00.000Z',
  });
  const own = await addTestPerson(core, `leder${count}`, 'officer', project);
  const { publicLine } = generateEd25519Key('test');
  await addPerson(core, operator, {
    id: kari.personId,
    projectId: project,
    role: 'researcher',
    sshKey: publicLine,
  });
  const keys = `/api/v1/people/${kari.personId}/keys`;
  expect((await api.ask(own.personId, 'GET', keys)).status).toBe(403);
  const seen = (await api.ask(officer, 'GET', keys)).json as { keys: { fingerprint: string }[] };
  const { fingerprint = '' } = seen.keys.at(-1) ?? {};
  const revoke = () =>
    api.ask(officer, 'DELETE', `${keys}/${encodeURIComponent(fingerprint)}?reason=mistet%20maskin`);
  expect([(await revoke()).status, (await revoke()).status]).toEqual([204, 404]);
  const after = (await api.ask(officer, 'GET', keys)).json as { keys: { revokedAt: string | null }[] };
  expect(after.keys.at(-1)?.revokedAt).toBe('2026-11-23T07:00:00.000Z');
});

test('what is stopped is told to those who may stop it, and to nobody else', async () => {
  const stops = async (who: string) =>
    ((await api.ask(who, 'GET', '/api/v1/download-stops')).json as { stops: { projectId: string | null }[] })
      .stops;
  await api.ask(pia.personId, 'POST', '/api/v1/stop-downloads', {
    body: { projectId: project, reason: 'mistanke om feil' },
  });
  expect(await stops(pia.personId)).toEqual([
    {
      projectId: project,
      reason: 'mistanke om feil',
      at: '2026-11-23T07:00:00Z',
      by: `person:${pia.personId}`,
    },
  ]);
  expect((await stops(officer)).map(({ projectId }) => projectId)).toContain(project);
  expect(await stops(kari.personId)).toEqual([]);
  await api.ask(officer, 'POST', '/api/v1/stop-downloads', { body: reason });
  expect((await stops(pia.personId)).map(({ projectId }) => projectId)).toEqual([project, null]);
  expect(await stops(kari.personId)).toEqual([]);
  await api.ask(officer, 'POST', '/api/v1/resume-downloads', { body: {} });
  await api.ask(officer, 'POST', '/api/v1/resume-downloads', { body: { projectId: project } });
  expect(await stops(pia.personId)).toEqual([]);
});
