/** Every route tried as every role, as a member of another project and as nobody; made from the table of routes itself. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { transact } from '../../../src/db/database.ts';
import { submitDraft } from '../../../src/deliveries/approval.ts';
import { openDraftUpload } from '../../../src/deliveries/draft-upload.ts';
import { makeDraft } from '../../../src/deliveries/drafts.ts';
import { checkOutgoing } from '../../../src/deliveries/outgoing-check.ts';
import { describeOutgoing } from '../../../src/deliveries/outgoing-description.ts';
import { publishDelivery } from '../../../src/deliveries/publish.ts';
import type { Person, Route } from '../../../src/http/route.ts';
import { createToken } from '../../../src/identity/access-tokens.ts';
import { generateEd25519Key } from '../../../src/identity/key-pair.ts';
import { addPerson } from '../../../src/identity/people.ts';
import { roles } from '../../../src/identity/permissions.ts';
import { startSession } from '../../../src/identity/sessions.ts';
import { fingerprintOf, parsePublicKey } from '../../../src/identity/ssh-keys.ts';
import { describeProject } from '../../../src/inbound/descriptions.ts';
import { newestInbound } from '../../../src/inbound/listing.ts';
import { openUpload } from '../../../src/inbound/upload.ts';
import { headerFaults } from '../../support/answer-headers.ts';
import { readOnlyHeader, serveApi, type TestApi, testRoutes } from '../../support/api.ts';
import { addTestPerson, addTestProject, openTestCore, operator, type TestCore } from '../../support/core.ts';

const insiders = ['researcher', 'supplier', 'producer', 'officer', 'auditor'] as const;
type Insider = (typeof insiders)[number];
const outsiders = [
  'other-researcher',
  'other-supplier',
  'other-producer',
  'other-officer',
  'other-auditor',
] as const;

const all: readonly Insider[] = insiders;
const staff: readonly Insider[] = ['producer', 'officer'];
const whole: readonly Insider[] = ['researcher', 'producer', 'officer', 'auditor'];
const deliveryReaders = whole;

/** Who of the project may use a route, and a body that would do it. A route that is not here fails the test: say who may. */
interface Due {
  /** `own`: a list over everything, in which each finds their own. `agency`: only who holds the role in every project. */
  who: readonly Insider[] | 'own' | 'agency';
  query?: string;
  body?: unknown;
  headers?: Record<string, string> | ((projectId: string) => Record<string, string>);
}
const reason = { reason: 'en god grunn' };
const fresh = () => ({ 'idempotency-key': crypto.randomUUID() });

const senders: readonly Insider[] = ['researcher', 'supplier'];
const tus = { 'tus-resumable': '1.0.0' };
const tusPart = { ...tus, 'content-type': 'application/offset+octet-stream' };
const base64 = (text: string) => Buffer.from(text).toString('base64');

const due: Record<string, Due> = {
  'get /api/v1/session': { who: 'own' },
  // What follows is for whoever is signed in in a browser, about themselves.
  'post /api/v1/session/sign-out': { who: 'own' },
  'get /api/v1/sessions': { who: 'own' },
  'delete /api/v1/sessions/{sessionId}': { who: ['researcher'] },
  'get /api/v1/tokens': { who: 'own' },
  'post /api/v1/tokens': { who: 'own', body: { name: 'R', scope: 'read', days: 1 } },
  'delete /api/v1/tokens/{tokenId}': { who: ['researcher'] },
  'get /api/v1/ssh-keys': { who: 'own' },
  'post /api/v1/ssh-keys': { who: 'own', body: { publicKey: generateEd25519Key('test').publicLine } },
  'delete /api/v1/ssh-keys/{fingerprint}': { who: ['researcher'] },
  'get /api/v1/projects': { who: 'own' },
  'get /api/v1/calendar.ics': { who: 'own' },
  'get /api/v1/projects/{projectId}': { who: all },
  'get /api/v1/projects/{projectId}/calendar.ics': { who: all },
  'get /api/v1/projects/{projectId}/description': { who: whole },
  'put /api/v1/projects/{projectId}/description': {
    who: ['officer'],
    body: { name: 'd', resources: [{ name: 'a', path: 'a.csv', schema: { fields: [{ name: 'kode' }] } }] },
    headers: { 'if-match': '*' },
  },
  'post /api/v1/projects/{projectId}/description/draft': {
    who: all,
    query: '?name=a.csv',
    body: Buffer.from('kode;antall\nA;1\nB;2\n'),
  },
  'get /api/v1/projects/{projectId}/check-kit': { who: all, query: '?name=a.csv' },
  'get /api/v1/projects/{projectId}/inbox': { who: all },
  // The file is the researcher's: suppliers do not see it.
  'get /api/v1/projects/{projectId}/inbox/{fileId}': { who: whole },
  'get /api/v1/projects/{projectId}/inbox/{fileId}/report': { who: whole },
  'get /api/v1/projects/{projectId}/inbox/{fileId}/receipt': { who: whole },
  'delete /api/v1/projects/{projectId}/inbox/{fileId}': { who: ['researcher'] },
  'get /api/v1/projects/{projectId}/deliveries': { who: all },
  'get /api/v1/projects/{projectId}/deliveries/{folder}': { who: deliveryReaders },
  'get /api/v1/projects/{projectId}/drafts': { who: staff },
  'post /api/v1/projects/{projectId}/drafts': { who: staff, body: { name: 'Nytt utkast' } },
  'delete /api/v1/projects/{projectId}/drafts/{emptyDraft}': { who: staff },
  'put /api/v1/projects/{projectId}/drafts/{filledDraft}/files/{name}': {
    who: staff,
    body: Buffer.from('a;b\n1;2\n'),
  },
  'delete /api/v1/projects/{projectId}/drafts/{filledDraft}/files/{name}': { who: staff },
  'post /api/v1/projects/{projectId}/drafts/{draft}/publish': { who: staff, body: {} },
  'post /api/v1/projects/{projectId}/drafts/{submitDraft}/submit': { who: staff, body: { title: 'T' } },
  'post /api/v1/projects/{projectId}/drafts/{approveDraft}/approve': {
    who: staff,
    body: { submission: '{approveSubmission}' },
  },
  'post /api/v1/projects/{projectId}/drafts/{returnDraft}/return': {
    who: staff,
    body: { ...reason, submission: '{returnSubmission}' },
  },
  // Of those who may, whoever submitted it.
  'post /api/v1/projects/{projectId}/drafts/{takeBackDraft}/take-back': { who: staff },
  'get /api/v1/projects/{projectId}/outgoing-description': { who: staff },
  'put /api/v1/projects/{projectId}/outgoing-description': {
    who: ['officer'],
    body: { name: 'd', resources: [{ name: 'ut', path: 'ut.csv', schema: { fields: [{ name: 'a' }] } }] },
    headers: { 'if-match': '*' },
  },
  'get /api/v1/projects/{projectId}/drafts/{checkedDraft}/files/{checkedName}/report/{format}': {
    who: staff,
  },
  'post /api/v1/projects/{projectId}/drafts/{checkedDraft}/files/{checkedName}/check': { who: staff },
  'post /api/v1/projects/{projectId}/deliveries/{folder}/extend': {
    who: ['officer'],
    body: { ...reason, days: 1 },
  },
  'post /api/v1/projects/{projectId}/deliveries/{folder}/withdraw': { who: staff, body: reason },
  'get /api/v1/projects/{projectId}/people': { who: ['officer'] },
  'post /api/v1/projects/{projectId}/people': {
    who: ['officer'],
    body: { id: 'supplier', role: 'supplier' },
  },
  'delete /api/v1/projects/{projectId}/people/{personId}/roles/{role}': {
    who: ['officer'],
    query: '?reason=en%20god%20grunn',
  },
  'post /api/v1/projects/{projectId}/close': { who: ['officer'], body: reason },
  'post /api/v1/projects/{projectId}/reopen': { who: ['officer'], body: reason },
  'post /api/v1/stop-downloads': { who: staff, body: { ...reason, projectId: 'P1' } },
  'post /api/v1/resume-downloads': { who: ['officer'], body: { projectId: 'P1' } },
  'get /api/v1/people/{personId}/keys': { who: 'agency' },
  'delete /api/v1/people/{personId}/keys/{spareFingerprint}': {
    who: 'agency',
    query: '?reason=en%20god%20grunn',
  },
  'get /api/v1/download-stops': { who: 'own' },
  'get /api/v1/work': { who: staff },
  'get /api/v1/outbox': { who: 'agency' },
  'put /api/v1/projects/{projectId}/inbox/files/{name}': { who: senders, body: Buffer.from('a;b\n1;2\n') },
  'get /api/v1/projects/{projectId}/inbox/progress': { who: all },
  'get /api/v1/projects/{projectId}/inbox/{fileId}/report/{format}': { who: whole },
  // The sender of it too, for it was rejected.
  'get /api/v1/projects/{projectId}/inbox/{fileId}/content': { who: ['researcher', ...staff] },
  'post /api/v1/uploads': {
    who: senders,
    headers: (projectId) => ({
      ...tus,
      'upload-length': '9',
      'upload-metadata': `filename ${base64('begynt.csv')},project ${base64(projectId)}`,
    }),
  },
  'get /api/v1/uploads/{uploadId}': { who: ['researcher'] },
  'head /api/v1/uploads/{uploadId}': { who: ['researcher'], headers: tus },
  'patch /api/v1/uploads/{uploadId}': {
    who: ['researcher'],
    body: Buffer.from('a;b\n'),
    headers: { ...tusPart, 'upload-offset': '0' },
  },
  'delete /api/v1/uploads/{uploadId}': { who: ['researcher'], headers: tus },
  'get /api/v1/projects/{projectId}/deliveries/{folder}/files/{name}': { who: ['researcher'] },
  'head /api/v1/projects/{projectId}/deliveries/{folder}/files/{name}': { who: ['researcher'] },
  'get /api/v1/projects/{projectId}/deliveries/{folder}/files.zip': { who: ['researcher'] },
  'head /api/v1/projects/{projectId}/deliveries/{folder}/files.zip': { who: ['researcher'] },
  'get /api/v1/audit/events': { who: ['auditor'], query: '?project=P1' },
  'get /api/v1/audit/events.csv': { who: ['auditor'], query: '?project=P1' },
  'get /api/v1/audit/inbox/{fileId}/access': { who: ['auditor'], query: '?day=2026-11-23' },
  'get /api/v1/audit/delivered/{deliveredId}/access': { who: ['auditor'], query: '?day=2026-11-23' },
};

let core: TestCore;
let api: TestApi;
let routes: readonly Route[];
let there: Record<string, string>;
const absent: Record<string, string> = {
  projectId: 'P999',
  fileId: '00000000-0000-4000-8000-000000000000',
  deliveredId: '00000000-0000-4000-8000-000000000000',
  folder: '2020-01-01_finnes-ikke',
  draft: 'Finnes ikke',
  emptyDraft: 'Finnes ikke',
  filledDraft: 'Finnes ikke',
  checkedDraft: 'Finnes ikke',
  checkedName: 'finnes-ikke.csv',
  submitDraft: 'Finnes ikke',
  approveDraft: 'Finnes ikke',
  returnDraft: 'Finnes ikke',
  takeBackDraft: 'Finnes ikke',
  approveSubmission: '00000000-0000-4000-8000-000000000000',
  returnSubmission: '00000000-0000-4000-8000-000000000000',
  personId: 'ukjent',
  role: 'supplier',
  name: 'finnes-ikke.csv',
  format: 'json',
  uploadId: '00000000-0000-4000-8000-000000000000.9',
  sessionId: '00000000-0000-4000-8000-000000000000',
  tokenId: '00000000-0000-4000-8000-000000000000',
  fingerprint: 'SHA256:finnes-ikke',
  spareFingerprint: 'SHA256:finnes-ikke',
};

async function* one(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}

beforeAll(async () => {
  core = await openTestCore();
  for (const id of ['P1', 'P2']) {
    await addTestProject(core, id);
    const text = JSON.stringify(due['put /api/v1/projects/{projectId}/description']?.body);
    await describeProject(core, operator, id, text);
    await describeOutgoing(core, operator, id, text);
  }
  for (const role of insiders) await addTestPerson(core, role, role, 'P1');
  await addTestPerson(core, 'spare', 'supplier', 'P1');
  await addTestPerson(core, 'other-researcher', 'researcher', 'P2');
  await addTestPerson(core, 'other-supplier', 'supplier', 'P2');
  await addTestPerson(core, 'other-producer', 'producer', 'P2');
  await addTestPerson(core, 'other-officer', 'officer', 'P2');
  await addTestPerson(core, 'other-auditor', 'auditor', 'P2');
  await addTestPerson(core, 'agency-officer', 'officer');
  const researcher = { ...(await addTestPerson(core, 'researcher', 'researcher', 'P1')) };
  const producer = await addTestPerson(core, 'producer', 'producer', 'P1');
  // Its column is not the described one: it is rejected, so that its sender may delete it.
  const upload = await openUpload(core, researcher, {
    projectId: 'P1',
    name: 'a.csv',
    mode: 'new',
    door: 'sftp',
  });
  await upload.write(0, Buffer.from('noe;annet\n1;2\n'));
  await upload.finish();
  const file = await newestInbound(core, researcher, 'P1', 'a.csv');
  const begun = await openUpload(core, researcher, {
    projectId: 'P1',
    name: 'tus.csv',
    mode: 'new',
    door: 'tus',
  });
  await begun.announce(9, { keepEmpty: true });
  await begun.abandon();
  const { folder } = await publishDelivery(core, operator, {
    projectId: 'P1',
    title: 'Uttrekk',
    files: [{ name: 'ut.csv', content: one('a;b\n') }],
  });
  for (const name of ['Utkast', 'Tomt', 'Fylt']) await makeDraft(core, producer, 'P1', name);
  const draftFile = await openDraftUpload(core, producer, {
    projectId: 'P1',
    draft: 'Utkast',
    name: 'b.csv',
  });
  await draftFile.write(0, Buffer.from('x'));
  await draftFile.finish();
  const delivered = await core.db.selectFrom('publication_file').select('id').executeTakeFirstOrThrow();
  there = {
    projectId: 'P1',
    fileId: file?.id ?? '',
    deliveredId: delivered.id,
    folder,
    draft: 'Utkast',
    emptyDraft: 'Tomt',
    filledDraft: 'Fylt',
    ...(await submissions(producer)),
    personId: 'spare',
    role: 'supplier',
    name: 'ut.csv',
    format: 'json',
    uploadId: `${begun.id}.9`,
    ...(await ownThings(researcher)),
    spareFingerprint: await keyOf('spare', 'supplier'),
  };
  routes = testRoutes(core).filter((route) => route.permission !== 'public');
  api = await serveApi(core);
  // Sessions and tokens begin here, so that events below are of what is asked for.
  for (const person of [...insiders, ...outsiders, 'agency-officer']) {
    for (const headers of [{}, { [readOnlyHeader]: '1' }]) {
      expect((await api.ask(person, 'GET', '/api/v1/session', { headers })).status).toBe(200);
    }
  }
});

/** Drafts in every state of approval. The officer has submitted what the producer is to answer. */
async function submissions(producer: Person): Promise<Record<string, string>> {
  const officer = await addTestPerson(core, 'officer', 'officer', 'P1');
  const made = {
    submitDraft: 'Klart',
    approveDraft: 'Sendt',
    returnDraft: 'Tvilsomt',
    takeBackDraft: 'Angret',
    checkedDraft: 'Kontrollert',
  };
  for (const name of Object.values(made)) {
    const who = name !== 'Sendt' && name !== 'Tvilsomt' ? producer : officer;
    await makeDraft(core, who, 'P1', name);
    const upload = await openDraftUpload(core, who, { projectId: 'P1', draft: name, name: 'a.csv' });
    await upload.write(0, Buffer.from('kode\nA\n'));
    await upload.finish();
  }
  await checkOutgoing(core, { kind: 'clock' });
  core.approval = 'second-person';
  const submit = (who: Person, draft: string) =>
    submitDraft(core, who, { projectId: 'P1', draft, title: draft });
  const { id: approveSubmission } = await submit(officer, made.approveDraft);
  const { id: returnSubmission } = await submit(officer, made.returnDraft);
  await submit(producer, made.takeBackDraft);
  return {
    ...made,
    checkedName: 'a.csv',
    approveSubmission,
    returnSubmission,
  };
}

/** A session, a token and a key of the person. */
async function ownThings(person: Person): Promise<Record<string, string>> {
  const { personId } = person;
  const deps = { ...core, sessionLimits: { idleMinutes: 60, absoluteMinutes: 600 } };
  await transact(core.db, (tx) =>
    startSession(deps, tx, {
      personId,
      provider: 'test',
      acr: null,
      authenticatedAt: core.clock.now(),
      userAgent: 'another browser',
      providerSessionHash: undefined,
      idToken: '',
      replaces: undefined,
    }),
  );
  const session = await core.db.selectFrom('web_session').select('id').executeTakeFirstOrThrow();
  const { id } = await createToken(core, person, personId, { name: 'R', scope: 'write', days: 1 });
  return { sessionId: session.id, tokenId: id, fingerprint: await keyOf(personId, 'researcher') };
}

/** The fingerprint of a key that the person gets. */
async function keyOf(personId: string, role: Insider): Promise<string> {
  const { publicLine } = generateEd25519Key('test');
  await addPerson(core, operator, {
    id: personId,
    name: personId,
    email: `${personId}@example.no`,
    language: 'nb',
    role,
    projectId: 'P1',
    sshKey: publicLine,
  });
  return fingerprintOf(parsePublicKey(publicLine).blob);
}

afterAll(async () => {
  await api?.[Symbol.asyncDispose]();
  await core.close();
});

/** What is called the same in paths has ids of its own here: two kinds of files, keys of oneself and of others, drafts that are published, filled, removed. */
function nameOf(route: Route): string {
  const path = route.path
    .replace('delivered/{fileId}', 'delivered/{deliveredId}')
    .replace(
      /drafts\/\{draft\}\/files\/\{name\}\/(report|check)/,
      'drafts/{checkedDraft}/files/{checkedName}/$1',
    )
    .replace(/drafts\/\{draft\}\/(submit|approve|return)/, 'drafts/{$1Draft}/$1')
    .replace('drafts/{draft}/take-back', 'drafts/{takeBackDraft}/take-back')
    .replace('drafts/{draft}/files', 'drafts/{filledDraft}/files')
    .replace(/drafts\/\{draft\}$/, 'drafts/{emptyDraft}')
    .replace('keys/{fingerprint}', 'keys/{spareFingerprint}')
    .replace('ssh-keys/{spareFingerprint}', 'ssh-keys/{fingerprint}');
  return `${route.method} ${path}`;
}

/** Every answer of this test, whatever it says, is one that no other site frames and nothing keeps. */
async function ask(
  route: Route,
  person: string | undefined,
  ids: Record<string, string>,
  extra: Record<string, string> = {},
) {
  const name = nameOf(route);
  const rule = due[name];
  if (rule === undefined) throw new Error(`${name}: say in this test who may use it`);
  const path = name.slice(name.indexOf('/')).replaceAll(/\{(\w+)\}/g, (_all, key: string) => {
    const value = ids[key];
    if (value === undefined) throw new Error(`${name}: say in this test what {${key}} is`);
    return encodeURIComponent(value);
  });
  // Only what is submitted can be approved, and only without approval is a draft published straight away.
  core.approval = path.endsWith('/publish') ? 'none' : 'second-person';
  const swap = (text: string) =>
    text
      .replaceAll('P1', ids.projectId ?? '')
      .replaceAll(/\{(\w+Submission)\}/g, (_all, key: string) => ids[key] ?? '');
  const body =
    rule.body === undefined || rule.body instanceof Uint8Array
      ? rule.body
      : JSON.parse(swap(JSON.stringify(rule.body)));
  const key = route.guards.idempotency === 'required' ? fresh() : {};
  const answer = await api.ask(person, route.method.toUpperCase(), path + swap(rule.query ?? ''), {
    ...(body === undefined ? {} : { body }),
    headers: {
      ...(typeof rule.headers === 'function' ? rule.headers(ids.projectId ?? '') : rule.headers),
      ...key,
      ...extra,
    },
  });
  const label = `${person}: ${name} ${answer.status}`;
  expect([label, headerFaults(answer.headers, { kept: 'personal' })]).toEqual([label, []]);
  return answer;
}

const mayUse = (who: Due['who'], insider: Insider): boolean =>
  who === 'own' || (who !== 'agency' && who.includes(insider));

const events = async (): Promise<number> =>
  (await core.db.selectFrom('audit_event').select('seq').execute()).length;

/** What was asked for by name may be said back; nothing else may differ. */
function comparable(answer: { status: number; text: string }, ids: Record<string, string>): string {
  const said = answer.text.replace(/"requestId":"[^"]*"/, '');
  return `${answer.status} ${said.replaceAll(ids.projectId ?? '', 'PROJECT').replaceAll(ids.folder ?? '', 'FOLDER')}`;
}

test('every route of people has its rule here', () => {
  expect(routes.map(nameOf).filter((name) => due[name] === undefined)).toEqual([]);
});

test('every role is tried, of the project and of another', () => {
  expect([...insiders].sort()).toEqual([...roles].sort());
  expect([...outsiders].sort()).toEqual(roles.map((role) => `other-${role}`).sort());
});

test('nothing is open to everybody but what is named here, and it is of no project', () => {
  const open = testRoutes(core).filter(({ permission }) => permission === 'public');
  expect(open.map(nameOf).sort()).toEqual([
    'get /api/v1/openapi.json',
    'get /api/v1/receipt-keys',
    'get /api/v1/sign-in',
    'get /api/v1/sign-in/{provider}',
    'get /api/v1/sign-in/{provider}/callback',
    'get /api/v1/sign-in/{provider}/signed-out',
    'get /api/v1/status',
    'get /healthz',
    'get /metrics',
    'get /readyz',
    'post /api/v1/sign-in/{provider}',
  ]);
});

test('nobody gets anything but 401', async () => {
  const before = await events();
  for (const route of routes) {
    expect([nameOf(route), (await ask(route, undefined, there)).status]).toEqual([nameOf(route), 401]);
  }
  expect(await events()).toBe(before);
});

test('members of another project get nothing, and cannot tell what is there from what is not', async () => {
  const before = await events();
  for (const route of routes) {
    const rule = due[nameOf(route)];
    if (rule?.who === 'own' || nameOf(route) === 'get /api/v1/work') continue;
    for (const person of outsiders) {
      const real = await ask(route, person, there);
      const made = await ask(route, person, absent);
      const label = `${person}: ${nameOf(route)}`;
      expect([label, [403, 404].includes(real.status)]).toEqual([label, true]);
      expect([label, comparable(real, there)]).toEqual([label, comparable(made, absent)]);
    }
  }
  expect(await events()).toBe(before);
});

test('what is of another project is not in lists of one’s own', async () => {
  for (const path of ['/api/v1/projects', '/api/v1/calendar.ics']) {
    for (const person of outsiders) {
      const { status, text } = await api.ask(person, 'GET', path);
      expect([status, text.includes('P1'), text.includes('P2')]).toEqual([200, false, true]);
    }
  }
  const { text } = await api.ask('other-officer', 'GET', '/api/v1/work');
  expect(text).not.toContain('P1');
});

test('a file and a delivery are not found by way of a project that is one’s own', async () => {
  const crossed = { ...there, projectId: 'P2' };
  const nothing = { ...absent, projectId: 'P2' };
  for (const route of routes.filter((candidate) => /\{(fileId|folder|draft)\}/.test(candidate.path))) {
    for (const person of outsiders) {
      const [real, made] = [await ask(route, person, crossed), await ask(route, person, nothing)];
      const label = `${person}: ${nameOf(route)}`;
      expect([label, [403, 404].includes(real.status)]).toEqual([label, true]);
      expect([label, comparable(real, crossed)]).toEqual([label, comparable(made, nothing)]);
    }
  }
});

test('members who are not to use a route are refused and change nothing', async () => {
  const before = await events();
  for (const route of routes) {
    const { who } = due[nameOf(route)] ?? { who: [] };
    for (const person of insiders.filter((one) => !mayUse(who, one))) {
      const { status } = await ask(route, person, there);
      const label = `${person}: ${nameOf(route)}`;
      expect([label, [403, 404].includes(status)]).toEqual([label, true]);
    }
  }
  expect(await events()).toBe(before);
});

test('a token that only reads changes nothing, whoever has it', async () => {
  const before = await events();
  const changing = routes.filter(({ method }) => method !== 'get' && method !== 'head');
  for (const route of changing) {
    for (const person of insiders) {
      const { status } = await ask(route, person, there, { [readOnlyHeader]: '1' });
      const label = `${person}: ${nameOf(route)}`;
      // It may have a description drafted, of which nothing is kept.
      const harmless = nameOf(route).endsWith('/description/draft');
      expect([label, [403, 404].includes(status)]).toEqual([label, !harmless]);
    }
  }
  expect(await events()).toBe(before);
});

test('those who are to use a route can: the refusals above were not for a bad request', async () => {
  const order = (route: Route): number => {
    if (route.method === 'get') return 0;
    // What ends things goes last, and reopening after closing.
    return ['delete', 'withdraw', 'close', 'reopen'].findIndex((word) => nameOf(route).includes(word)) + 2;
  };
  for (const route of [...routes].sort((a, b) => order(a) - order(b))) {
    const { who } = due[nameOf(route)] ?? { who: [] };
    const people = who === 'agency' ? ['agency-officer'] : insiders.filter((one) => mayUse(who, one));
    const statuses: number[] = [];
    for (const person of people) statuses.push((await ask(route, person, there)).status);
    const label = `${nameOf(route)}: ${people.join()} ${statuses.join()}`;
    expect([label, statuses[0] !== undefined && statuses[0] < 300]).toEqual([label, true]);
    expect([label, statuses.some((status) => [400, 401, 403, 412, 428].includes(status))]).toEqual([
      label,
      false,
    ]);
  }
});

test('the public listener knows no route of staff, not even by its description', async () => {
  const routesShown = testRoutes(core, { for: 'public' });
  await using open = await serveApi(core, routesShown);
  const description = (await open.ask(undefined, 'GET', '/api/v1/openapi.json')).text;
  for (const route of testRoutes(core).filter((one) => one.guards.staff === true)) {
    expect(routesShown.some((one) => one.path === route.path && one.method === route.method)).toBe(false);
    if (!routesShown.some((one) => one.path === route.path))
      expect(description).not.toContain(`"${route.path}"`);
  }
  const { status } = await open.ask('agency-officer', 'GET', '/api/v1/outbox');
  expect(status).toBe(404);
  expect((await open.ask('researcher', 'GET', '/api/v1/projects')).status).toBe(200);
});
