/** The built service over HTTP as people and scripts use it: a session, a token, files in and out, and the end of each. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { soundFile } from '../../src/cli/demo-data.ts';
import { startTestService, type TestService } from '../support/service.ts';
import { signInAtProvider, type WebSession } from '../support/web-session.ts';

const run = promisify(execFile);
const project = 'P24-0187';
const inbox = `/api/v1/projects/${project}/inbox`;
const name = 'sysselsetting.csv';
const json = { 'content-type': 'application/json' };

let service: TestService;
let open = '';
let staff = '';
let kari: WebSession;
let per: WebSession;
let token = '';
let tokenId = '';
let file: Buffer;

beforeAll(async () => {
  service = await startTestService({ env: { DATASLUSE_STAFF_HTTP: '127.0.0.1:0' } });
  const said = await service.ok('demo', '--folder', 'demo');
  expect(said).toContain(name);
  file = readFileSync(service.path(`demo/${name}`));
  open = `http://127.0.0.1:${service.httpPort}`;
  staff = `http://127.0.0.1:${/^ {2}Staff .*:(\d+)\//m.exec(service.output())?.[1]}`;
  kari = await signInAtProvider(open, 'kari');
  per = await signInAtProvider(staff, 'per');
  const body = JSON.stringify({ name: 'skript', scope: 'write', days: 7 });
  const made = await kari.ask('/api/v1/tokens', { method: 'POST', headers: json, body });
  expect(made.status).toBe(201);
  ({ token, id: tokenId } = (await made.json()) as { token: string; id: string });
}, 90_000);
afterAll(() => service?.remove());

/** curl with the token, in the service's folder. */
async function curl(...args: string[]): Promise<string> {
  const common = ['--silent', '--show-error', '--max-time', '60', '-H', `Authorization: Bearer ${token}`];
  return (await run('curl', [...common, ...args], { cwd: service.folder })).stdout;
}

const field = (answer: string, wanted: string): string | undefined =>
  new RegExp(`^${wanted}: *(.*?)\\r?$`, 'im').exec(answer)?.[1];
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

test('a session sees its own projects, on either listener', async () => {
  for (const session of [kari, per]) {
    const answer = await session.ask('/api/v1/projects');
    expect([answer.status, await answer.json()]).toMatchObject([200, { items: [{ id: project }] }]);
  }
});

test('a session of the listener of staff works the routes of staff, and the public listener does not know them', async () => {
  const work = `/api/v1/projects/${project}/drafts`;
  expect((await per.ask(work)).status).toBe(200);
  expect((await fetch(open + work, { headers: { cookie: per.cookie() } })).status).toBe(404);
  const closing = { method: 'POST', headers: json, body: JSON.stringify({ projectId: project }) };
  // A page of the public listener must not work those of staff.
  const foreign = { ...closing, headers: { ...json, origin: open } };
  expect((await per.ask('/api/v1/resume-downloads', foreign)).status).toBe(403);
  expect((await per.ask('/api/v1/resume-downloads', closing)).status).not.toBe(403);
});

test('curl puts a file with a token, and is told the verdict', async () => {
  const digest = createHash('sha256').update(file).digest('base64');
  const args = ['-H', `Content-Digest: sha-256=:${digest}:`, '-T', `demo/${name}`];
  const answer = JSON.parse(await curl(...args, `${open}${inbox}/files/${name}`)) as object;
  expect(answer).toMatchObject({ name, verdict: 'accepted', sha256: sha256(file) });
});

test('curl sends by tus in parts, and goes on after the service was killed', async () => {
  const large = Buffer.from(soundFile(60_000));
  // What is not durable is sent again: less than two blocks of 1 MiB.
  const firstBytes = 3_000_000;
  service.write('first.part', large.subarray(0, firstBytes));
  const b64 = (text: string) => Buffer.from(text).toString('base64');
  const tus = ['-H', 'Tus-Resumable: 1.0.0'];
  const part = [...tus, '-X', 'PATCH', '-H', 'Content-Type: application/offset+octet-stream', '-i'];
  const metadata = `Upload-Metadata: filename ${b64(name)},project ${b64(project)}`;
  const create = ['-X', 'POST', '-H', `Upload-Length: ${large.length}`, '-H', metadata, '-i'];
  const place = field(await curl(...tus, ...create, `${open}/api/v1/uploads`), 'location') ?? '';
  const sent = await curl(
    ...part,
    '-H',
    'Upload-Offset: 0',
    '--data-binary',
    '@first.part',
    `${open}${place}`,
  );
  expect(field(sent, 'upload-offset')).toBe(String(firstBytes));

  await service.kill();
  await service.start();
  open = `http://127.0.0.1:${service.httpPort}`;
  const offset = Number(field(await curl(...tus, '-I', `${open}${place}`), 'upload-offset'));
  expect(offset).toBeGreaterThan(firstBytes - 2 * 1024 * 1024);
  service.write('rest.part', large.subarray(offset));
  const rest = ['-H', `Upload-Offset: ${offset}`, '--data-binary', '@rest.part', `${open}${place}`];
  const done = await curl(...part, ...rest);
  expect([field(done, 'upload-offset'), field(done, 'datasluse-verdict')]).toEqual([
    String(large.length),
    'accepted',
  ]);
  const report = /<(.*)>/.exec(field(done, 'link') ?? '')?.[1] ?? '';
  expect(await curl(`${open}${report}/text`)).toContain(name);
  // The session, too, outlives the process, at the address that the service has now.
  const answer = await fetch(`${open}/api/v1/session`, { headers: { cookie: kari.cookie() } });
  expect(await answer.json()).toMatchObject({ personId: 'kari', via: 'session' });
});

test('curl fetches a delivery in two stretches, and all of it as an archive', async () => {
  await service.ok('delivery', 'publish', project, '--title', 'Uttrekk', `demo/${name}`);
  const list = await curl(`${open}/api/v1/projects/${project}/deliveries`);
  const [{ folder } = { folder: '' }] = (JSON.parse(list) as { items: { folder: string }[] }).items;
  const place = `${open}/api/v1/projects/${project}/deliveries/${encodeURIComponent(folder)}`;
  await curl('-o', 'got.csv', '-r', '0-99999', `${place}/files/${name}`);
  expect(statSync(service.path('got.csv')).size).toBe(100_000);
  await curl('-o', 'got.csv', '-C', '-', `${place}/files/${name}`);
  expect(sha256(readFileSync(service.path('got.csv')))).toBe(sha256(file));
  await curl('-o', 'all.zip', `${place}/files.zip`);
  const unzip = 'import sys,zipfile;sys.stdout.buffer.write(zipfile.ZipFile("all.zip").read(sys.argv[1]))';
  const { stdout } = await run('python3', ['-c', unzip, name], {
    cwd: service.folder,
    encoding: 'buffer',
    maxBuffer: 1e8,
  });
  expect(sha256(stdout)).toBe(sha256(file));
});

/** The events of a stream, until it ends. */
async function eventsOf(headers: Record<string, string>): Promise<{ all: string[]; over: Promise<void> }> {
  const answer = await fetch(`${open}${inbox}/progress`, { headers });
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/event-stream']);
  const all: string[] = [];
  const read = async (): Promise<void> => {
    for await (const chunk of answer.body ?? []) all.push(Buffer.from(chunk).toString());
  };
  return { all, over: read() };
}

test('whoever follows with a session or a token is cut off when it ends', async () => {
  const fresh = await signInAtProvider(open, 'kari');
  const bySession = await eventsOf({ cookie: fresh.cookie() });
  const byToken = await eventsOf({ authorization: `Bearer ${token}` });
  expect((await fresh.ask('/api/v1/session/sign-out', { method: 'POST' })).status).toBe(200);
  await bySession.over;
  expect(bySession.all.join('')).toContain('event: end\ndata: {"code":"closed"}');
  expect(byToken.all.join('')).not.toContain('event: end');

  const again = await signInAtProvider(open, 'kari');
  expect((await again.ask(`/api/v1/tokens/${tokenId}`, { method: 'DELETE' })).status).toBe(204);
  await byToken.over;
  expect(byToken.all.join('')).toContain('event: end\ndata: {"code":"closed"}');
  expect(JSON.parse(await curl(`${open}/api/v1/projects`))).toMatchObject({ code: 'not-signed-in' });
});
