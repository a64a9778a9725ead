import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Upload as TusUpload } from 'tus-js-client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDeliveries } from '../../src/deliveries/deliveries.ts';
import { publishDelivery } from '../../src/deliveries/publish.ts';
import { listInbound } from '../../src/inbound/listing.ts';
import {
  addTestPerson,
  addTestProject,
  openTestCore,
  operator,
  type Person,
  type TestCore,
} from '../support/core.ts';
import { rows, serveTransfers, sha256 } from '../unit/api/transferring.ts';

const run = promisify(execFile);
const me = ['-H', 'X-Person: kari'];
const headers = { 'x-person': 'kari' };
let core: TestCore;
let kari: Person;
let place = '';
const file = rows(24_000_000);
const fileSha256 = sha256(file);

beforeAll(async () => {
  core = await openTestCore();
  await addTestProject(core, 'P1');
  kari = await addTestPerson(core, 'kari', 'researcher', 'P1');
  place = mkdtempSync(join(tmpdir(), 'datasluse-http-'));
  writeFileSync(join(place, 'data.csv'), file);
});
afterAll(async () => {
  rmSync(place, { recursive: true, force: true });
  await core.close();
});

async function curl(...args: string[]): Promise<string> {
  const { stdout } = await run('curl', ['--silent', '--show-error', '--max-time', '120', ...me, ...args], {
    cwd: place,
  });
  return stdout;
}

const received = async (name: string) =>
  (await listInbound(core, operator, 'P1')).filter((one) => one.name === name);

/** Sends with tus-js-client; `stopAt`: gives up once so many bytes have been sent. */
function tus(
  url: string,
  name: string,
  options: { uploadUrl?: string; chunkSize?: number; stopAt?: number } = {},
): Promise<{ url: string; verdict: string | undefined; stopped: boolean }> {
  const { uploadUrl, chunkSize, stopAt = Infinity } = options;
  return new Promise((resolve, reject) => {
    let verdict: string | undefined;
    const upload = new TusUpload(createReadStream(join(place, 'data.csv')), {
      endpoint: `${url}/api/v1/uploads`,
      ...(uploadUrl === undefined ? {} : { uploadUrl }),
      uploadSize: file.length,
      chunkSize: chunkSize ?? 8_000_000,
      retryDelays: null,
      headers,
      metadata: { filename: name, project: 'P1' },
      onProgress: (sent) => {
        if (sent < stopAt) return;
        void upload.abort().then(() => resolve({ url: upload.url ?? '', verdict, stopped: true }));
      },
      onAfterResponse: (_req, res) => {
        verdict = res.getHeader('datasluse-verdict') ?? verdict;
      },
      onSuccess: () => resolve({ url: upload.url ?? '', verdict, stopped: false }),
      onError: reject,
    });
    upload.start();
  });
}

test('curl sends a file by its name alone, and reads the verdict', async () => {
  await using server = await serveTransfers(core);
  const digest = createHash('sha256').update(file).digest('base64');
  const inbox = `${server.url}/api/v1/projects/P1/inbox/files/`;
  const answer = await curl('-T', 'data.csv', '-H', `Content-Digest: sha-256=:${digest}:`, inbox);
  expect(JSON.parse(answer)).toMatchObject({ version: 1, verdict: 'accepted', sha256: fileSha256 });
  // From a pipe its size is not known beforehand.
  const command = `curl -s -H 'X-Person: kari' -T - "$0" < data.csv`;
  const piped = await run('sh', ['-c', command, `${inbox}ror.csv`], { cwd: place });
  expect(JSON.parse(piped.stdout)).toMatchObject({ verdict: 'accepted', sha256: fileSha256 });
});

test('curl is refused before it sends a large file, when there is no right to send it', async () => {
  await using server = await serveTransfers(core);
  const args = [
    '-T',
    'data.csv',
    '-w',
    '%{http_code} %{size_upload}',
    '-o',
    'answer',
    '-H',
    'Expect: 100-continue',
  ];
  const said = await curl(
    ...args,
    '--expect100-timeout',
    '60',
    `${server.url}/api/v1/projects/P2/inbox/files/data.csv`,
  );
  expect(said).toBe('403 0');
  expect(JSON.parse(readFileSync(join(place, 'answer'), 'utf8'))).toMatchObject({ code: 'forbidden' });
});

test('tus-js-client sends in parts, and in one', async () => {
  await using server = await serveTransfers(core);
  expect(await tus(server.url, 'deler.csv')).toMatchObject({ verdict: 'accepted', stopped: false });
  expect(await tus(server.url, 'hel.csv', { chunkSize: Infinity })).toMatchObject({ verdict: 'accepted' });
  expect(await received('deler.csv')).toMatchObject([{ sha256: fileSha256, version: 1 }]);
  expect(await received('hel.csv')).toMatchObject([{ sha256: fileSha256, version: 1 }]);
});

test('tus-js-client sends in four parts at once, and has them joined', async () => {
  await using server = await serveTransfers(core);
  let verdict: string | undefined;
  await new Promise<void>((resolve, reject) => {
    new TusUpload(file, {
      endpoint: `${server.url}/api/v1/uploads`,
      parallelUploads: 4,
      chunkSize: 2_000_000,
      retryDelays: null,
      headers,
      metadata: { filename: 'side_om_side.csv', project: 'P1' },
      metadataForPartialUploads: { project: 'P1' },
      onAfterResponse: (_req, res) => {
        verdict = res.getHeader('datasluse-verdict') ?? verdict;
      },
      onSuccess: () => resolve(),
      onError: reject,
    }).start();
  });
  expect(verdict).toBe('accepted');
  expect(await received('side_om_side.csv')).toMatchObject([{ version: 1, sha256: fileSha256 }]);
  expect(core.uploads.size).toBe(0);
});

test('tus-js-client goes on after a broken transfer and a lost server', async () => {
  let path = '';
  {
    await using first = await serveTransfers(core);
    const broken = await tus(first.url, 'gjenopptatt.csv', { stopAt: 9_000_000 });
    expect(broken.stopped).toBe(true);
    path = new URL(broken.url).pathname;
    // As a kill leaves it: nobody has said goodbye to the store.
    core.uploads.clear();
  }
  await using second = await serveTransfers(core);
  const head = await fetch(second.url + path, {
    method: 'HEAD',
    headers: { ...headers, 'tus-resumable': '1.0.0' },
  });
  expect(Number(head.headers.get('upload-offset'))).toBeGreaterThan(4_000_000);
  const resumed = await tus(second.url, 'gjenopptatt.csv', { uploadUrl: second.url + path });
  expect(resumed).toMatchObject({ verdict: 'accepted', stopped: false });
  expect(await received('gjenopptatt.csv')).toMatchObject([{ sha256: fileSha256, version: 1 }]);
});

test('curl goes on with a broken download, and fetches all files as an archive', async () => {
  await using server = await serveTransfers(core);
  async function* content() {
    yield file;
  }
  await publishDelivery(core, operator, {
    projectId: 'P1',
    title: 'Uttrekk',
    files: [{ name: 'ut.csv', content: content() }],
  });
  const folder = (await openDeliveries(core, kari, 'P1'))[0]?.folder ?? '';
  const at = `${server.url}/api/v1/projects/P1/deliveries/${folder}`;
  writeFileSync(join(place, 'ut.csv'), file.subarray(0, 7_654_321));
  await curl('-C', '-', '-o', 'ut.csv', `${at}/files/ut.csv`);
  expect(sha256(readFileSync(join(place, 'ut.csv')))).toBe(fileSha256);
  await curl('-o', 'alt.zip', `${at}/files.zip`);
  expect(statSync(join(place, 'alt.zip')).size).toBeGreaterThan(file.length);
  await run('python3', ['-m', 'zipfile', '-e', 'alt.zip', 'alt'], { cwd: place });
  expect(sha256(readFileSync(join(place, 'alt', 'ut.csv')))).toBe(fileSha256);
});
