/** The check in a browser: Debian's Chromium gives byte for byte what the command line gives. */
import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { codeListForCheck, parseSnapshot } from '../../src/catalogue/snapshot.ts';
import { osloDate, systemClock } from '../../src/platform/clock.ts';

const chromiumPath = '/usr/bin/chromium';
const root = join(import.meta.dirname, '../..');
const vectors = join(root, 'test/vectors/validators');
const modulePath = join(root, 'dist/check/datasluse-check.js');

const absent = !existsSync(chromiumPath);
if (absent) console.log(`check: skipped, there is no ${chromiumPath} (apt-get install chromium)`);

interface Case {
  fileName: string;
  data: Buffer;
  description: string | undefined;
  /** Paths of snapshots. */
  klass: string[];
}

function load(name: string): Case {
  const given = JSON.parse(readFileSync(join(vectors, name, 'case.json'), 'utf8')) as {
    fileName?: string;
    resource?: object;
    klass?: string[];
  };
  return {
    fileName: given.fileName ?? 'fil.csv',
    data: readFileSync(join(vectors, name, 'input')),
    description: given.resource && JSON.stringify({ resources: [given.resource] }),
    klass: (given.klass ?? []).map((one) => join(root, 'test/vectors/klass', `${one}.json`)),
  };
}

let browser: Browser;
let page: Page;
let folder = '';
const asked: string[] = [];

describe.skipIf(absent)('the module for browsers', () => {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'check-browser-'));
    browser = await chromium.launch({
      executablePath: chromiumPath,
      args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'],
    });
    page = await browser.newPage();
    page.on('console', (message) => asked.push(message.text()));
    await page.route('**/*', (route) => {
      const { pathname } = new URL(route.request().url());
      asked.push(pathname);
      // Nothing but the module itself may be loaded, and no text compiled.
      const headers = {
        'content-security-policy': "default-src 'none'; script-src 'self'",
        'content-type': pathname === '/check.js' ? 'text/javascript' : 'text/html',
      };
      const body = pathname === '/check.js' ? readFileSync(modulePath, 'utf8') : '<!doctype html>';
      return route.fulfill({ status: 200, headers, body });
    });
    await page.goto('http://check.test/');
  });
  afterAll(async () => {
    await browser?.close();
    await rm(folder, { recursive: true, force: true });
  });

  /** Code as text: the test runner would rewrite an import in a function. */
  function inBrowser(one: Case, language: string, draw: string): Promise<string> {
    const lists = one.klass.map((path) => codeListForCheck(parseSnapshot(readFileSync(path, 'utf8'))));
    const options = {
      fileName: one.fileName,
      description: one.description,
      codeLists: lists,
      language,
      syntheticIds: 'accept',
      today: osloDate(systemClock.now()).toString(),
    };
    return page.evaluate(`(async () => {
      const check = await import('/check.js');
      const bytes = Uint8Array.from(atob(${JSON.stringify(one.data.toString('base64'))}), (c) => c.charCodeAt(0));
      let seen = 0;
      const report = await check.checkBlob(new Blob([bytes]), ${JSON.stringify(options)}, (p) => { seen = p.bytes; });
      if (seen !== bytes.length) throw new Error('progress ended at ' + seen);
      return ${draw};
    })()`);
  }

  async function onCommandLine(one: Case, ...more: string[]): Promise<string> {
    await writeFile(join(folder, one.fileName), one.data);
    const args = [join(root, 'bin/datasluse.js'), 'check', join(folder, one.fileName), ...more];
    if (one.description !== undefined) {
      await writeFile(join(folder, 'datapackage.json'), one.description);
      args.push('--description', join(folder, 'datapackage.json'));
    }
    for (const path of one.klass) args.push('--catalogue', path);
    const env = { ...process.env, DATASLUSE_SYNTHETIC_IDS: 'accept' };
    return new Promise((resolve) =>
      execFile(process.execPath, args, { env }, (_, stdout) => resolve(stdout)),
    );
  }

  test.each([
    'accepted',
    'four-accidents',
    'identifier-faults',
    'windows-1252',
    'encoding-mixed',
    'broken-quotes',
    'code-list-date-of-row',
    'keys',
    'numbers',
    'labels',
    'zip-named-csv',
    'empty',
  ])('gives the JSON of the command line for %s', async (name) => {
    const one = load(name);
    const report = await inBrowser(one, 'nn', "JSON.stringify(report, null, 2) + '\\n'");
    expect(report).toBe(await onCommandLine(one, '--json', '--language', 'nn'));
    expect(JSON.parse(report).file.sha256).toMatch(/^[0-9a-f]{64}$/);
  });

  test('gives it for a file of several megabytes, read in pieces', async () => {
    const one = load('accepted');
    const [head = '', ...rows] = one.data.toString('latin1').trimEnd().split('\n');
    const body = rows.join('\n') + '\n';
    const data = Buffer.from(`${head}\n${body.repeat(Math.ceil(4e6 / body.length))}`, 'latin1');
    const long = { ...one, data };
    const report = await inBrowser(long, 'nb', "JSON.stringify(report, null, 2) + '\\n'");
    expect(report).toBe(await onCommandLine(long, '--json', '--language', 'nb'));
  });

  test.each([
    ['html', 'check.renderHtml(report, "nb")'],
    ['text', 'check.renderText(report, "nb")'],
    ['csv', 'check.renderCsv([report], "nb")'],
  ])('draws the same %s', async (format, draw) => {
    const one = load('four-accidents');
    expect(await inBrowser(one, 'nb', draw)).toBe(
      await onCommandLine(one, '--format', format, '--language', 'nb'),
    );
  });

  test('loads nothing but itself, and breaks no strict content policy', () => {
    expect(asked.filter((each) => each !== '/' && each !== '/check.js' && each !== '/favicon.ico')).toEqual(
      [],
    );
  });
});
