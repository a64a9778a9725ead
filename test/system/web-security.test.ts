/** Hostile names and another site against the built service, in Chromium: what is stored stays text, and no page of ours is shown in theirs. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, BrowserContext } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { headerFaults } from '../support/answer-headers.ts';
import { browserIsAbsent, signInAs, startBrowser, watchedPage } from '../support/portal-browser.ts';
import { startTestService, type TestService } from '../support/service.ts';
import { signInAtProvider, type WebSession } from '../support/web-session.ts';

const project = 'P99-0666';
/** Runs as soon as any page takes it for markup. */
const evil = '"><img src=x onerror="globalThis.owned=1"><script>globalThis.owned=2</script>';
const person = `Eva ${evil}`;
const formula = "=cmd|'/c calc'!A1";
const api = `/api/v1/projects/${project}`;

let service: TestService;
let browser: Browser;
let context: BrowserContext;
let eva: WebSession;
let url = '';
let fileId = '';
let folder = '';
let elsewhere: Server;

describe.skipIf(browserIsAbsent('web-security'))('the web door in a browser', () => {
  beforeAll(async () => {
    service = await startTestService();
    url = `http://127.0.0.1:${service.httpPort}`;
    const about = ['--title', `Prosjekt ${evil}`, '--institution', evil, '--delete-by', '2031-01-01'];
    await service.ok('project', 'create', project, ...about);
    const named = ['--name', person, '--email', 'eva@example.no', '--role', 'researcher'];
    await service.ok('person', 'add', 'eva', ...named, '--project', project);
    eva = await signInAtProvider(url, 'eva');
    // The report shows the shape of a cell, which keeps its marks, and the values that the description allows.
    const kode = {
      name: 'kode',
      type: 'string',
      title: evil,
      'no:sensitivity': 'public',
      constraints: { enum: ['A', evil] },
    };
    const description = {
      name: 'd',
      resources: [{ name: 'data', path: 'data.csv', schema: { fields: [kode] } }],
    };
    service.write('d.json', JSON.stringify(description));
    await service.ok('project', 'describe', project, service.path('d.json'));
    const rows = `kode\n${formula}\n<svg onload=globalThis.owned=3>\n`;
    const put = await eva.ask(`${api}/inbox/files/data.csv`, { method: 'PUT', body: rows });
    expect(put.status).toBe(201);
    ({ id: fileId } = (await put.json()) as { id: string });
    const delivered = service.write('ut<img src=x onerror=globalThis.owned=4>.csv', 'a;b\n');
    await service.ok('delivery', 'publish', project, '--title', `Uttrekk ${evil}`, delivered);
    const list = await eva.ask(`${api}/deliveries`);
    folder = ((await list.json()) as { items: { folder: string }[] }).items[0]?.folder ?? '';
    const token = { name: evil.slice(0, 60), scope: 'read', days: 1 };
    const headers = { 'content-type': 'application/json' };
    const made = await eva.ask('/api/v1/tokens', { method: 'POST', headers, body: JSON.stringify(token) });
    expect(made.status).toBe(201);
    browser = await startBrowser();
    context = await browser.newContext({ locale: 'nb-NO', userAgent: `Mozilla ${evil}` });
    const page = await context.newPage();
    await signInAs(page, url, person);
    await page.close();
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    elsewhere?.close();
    await service?.remove();
  });

  const views: readonly (readonly [string, () => string, string])[] = [
    ['my projects', () => '/projects', `Prosjekt ${evil}`],
    ['a project', () => `/projects/${project}`, `Prosjekt ${evil}`],
    ['sending', () => `/projects/${project}/send`, project],
    ['a report', () => `/projects/${project}/files/${fileId}`, '<aaa aaaaaa='],
    ['a delivery', () => `/projects/${project}/deliveries/${folder}`, `Uttrekk ${evil}`],
    ['one’s own account', () => '/account', evil.slice(0, 60)],
    ['the status', () => '/status', person],
  ];

  test.each(views)('shows hostile names as text, and runs nothing: %s', async (_name, path, shown) => {
    const { page, complaints } = await watchedPage(context, url);
    const answer = await page.goto(url + path());
    expect(headerFaults(new Headers(await answer?.allHeaders()), { kept: 'page' })).toEqual([]);
    await page.getByText(shown).first().waitFor();
    expect(await page.locator('img[src=x], script:not([src]), svg[onload], aaa').count()).toBe(0);
    expect(await page.evaluate('globalThis.owned')).toBeUndefined();
    expect(complaints).toEqual([]);
    await page.close();
  });

  test('the report as a page of its own keeps its looks under its policy, and runs nothing', async () => {
    const { page, complaints } = await watchedPage(context, url);
    const answer = await page.goto(`${url}${api}/inbox/${fileId}/report/html`);
    expect(headerFaults(new Headers(await answer?.allHeaders()), { kept: 'personal' })).toEqual([]);
    await page.getByText('<aaa aaaaaa=').first().waitFor();
    expect(await page.locator('main').textContent()).toContain(evil);
    expect(await page.locator('img, script, svg, aaa').count()).toBe(0);
    // Its own style, which the policy names by its hash.
    const looks = await page.locator('main').evaluate((main) => getComputedStyle(main).maxWidth);
    // In a sandbox its origin is nobody's, of which Chromium complains too.
    const refusals = complaints.filter((one) => /CSP|Content Security Policy/.test(one));
    expect([looks, refusals]).toEqual(['1024px', []]);
    await page.close();
  });

  test('the report as a table has no cell that a spreadsheet would reckon', async () => {
    const answer = await eva.ask(`${api}/inbox/${fileId}/report/csv`);
    const text = await answer.text();
    // What is in the cell is masked, and what makes it a formula is not.
    expect(text).toContain(";'=aaa|'/a aaaa'!A9;");
    expect(text).not.toMatch(/(^|[;\n"])\s*[=+@-]/);
    expect(answer.headers.get('content-disposition')).toMatch(/^attachment; /);
  });

  test('the development sign-in shows people by their names as text', async () => {
    const stranger = await browser.newContext({ locale: 'nb-NO' });
    const { page, complaints } = await watchedPage(stranger, url);
    const answer = page.waitForResponse((response) => response.url().includes('/interaction/'));
    await page.goto(`${url}/api/v1/sign-in/development`);
    expect(headerFaults(new Headers(await (await answer).allHeaders()), { kept: 'personal' })).toEqual([]);
    await page.getByRole('button', { name: person }).waitFor();
    expect(await page.locator('img, script').count()).toBe(0);
    expect(await page.evaluate('globalThis.owned')).toBeUndefined();
    expect(complaints).toEqual([]);
    await stranger.close();
  });

  test.each([
    '//evil.example/',
    '/\\evil.example/',
    'https://evil.example/',
    'javascript:owned=1',
    '/\t/evil.example/',
  ])('a sign-in that is to end at %j ends here', async (returnTo) => {
    const page = await context.newPage();
    await page.goto(`${url}/api/v1/sign-in/development?returnTo=${encodeURIComponent(returnTo)}`);
    expect(new URL(page.url()).origin).toBe(url);
    await page.getByText(`Logget inn som ${person}`, { exact: true }).waitFor();
    await page.close();
  });

  test('a page elsewhere can neither frame a page or a report, read an answer, nor change anything', async () => {
    const framed = ['/', `/projects/${project}`, '/account', `${api}/inbox/${fileId}/report/html`];
    elsewhere = createServer((_req, res) => {
      const frames = framed.map((path) => `<iframe src="${url}${path}"></iframe>`).join('');
      res.setHeader('content-type', 'text/html; charset=utf-8');
      res.end(`<!doctype html><title>Elsewhere</title>${frames}
<form id="f" method="post" action="${url}/api/v1/session/sign-out" enctype="text/plain" target="_self"></form>`);
    });
    await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve));
    // Another port of the same host is the same site: the cookie goes along, so it is the door that refuses.
    const there = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}/`;
    const page = await context.newPage();
    await page.goto(there);
    await page.waitForLoadState('networkidle');
    const inside = page.frames().filter((frame) => frame !== page.mainFrame());
    expect(inside).toHaveLength(framed.length);
    for (const frame of inside) expect(frame.url()).toBe('chrome-error://chromewebdata/');

    const tried = await page.evaluate(async (target) => {
      const attempt = (path: string, init: RequestInit) =>
        fetch(target + path, { credentials: 'include', ...init }).then(
          (answer) => `read: ${answer.type}`,
          () => 'kept out',
        );
      return [
        await attempt('/api/v1/session', {}),
        await attempt('/api/v1/session/sign-out', { method: 'POST' }),
        await attempt('/api/v1/session/sign-out', { method: 'POST', headers: { 'x-datasluse': '1' } }),
      ];
    }, url);
    expect(tried).toEqual(['kept out', 'kept out', 'kept out']);
    const posted = page.waitForResponse((response) => response.url().endsWith('/sign-out'));
    await page.evaluate('document.querySelector("#f").submit()');
    expect((await posted).status()).toBe(403);
    await page.waitForURL('**/sign-out');
    await page.goto(`${url}/status`);
    await page.getByText(`Logget inn som ${person}`, { exact: true }).waitFor();
    await page.close();
  });
});
