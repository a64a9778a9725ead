import { existsSync } from 'node:fs';
import { AxeBuilder } from '@axe-core/playwright';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestService, type TestService } from '../support/service.ts';

const chromiumPath = '/usr/bin/chromium';
const absent = !existsSync(chromiumPath);
if (absent) console.log(`sign-in: skipped, there is no ${chromiumPath} (apt-get install chromium)`);

let service: TestService;
let browser: Browser;
let url = '';

describe.skipIf(absent)('signing in on the web with the development provider', () => {
  beforeAll(async () => {
    service = await startTestService();
    await service.ok('demo', '--folder', 'demo');
    url = `http://127.0.0.1:${service.httpPort}`;
    browser = await chromium.launch({
      executablePath: chromiumPath,
      args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'],
    });
  }, 90_000);

  afterAll(async () => {
    await browser?.close();
    await service?.remove();
  });

  async function visit(look: (page: Page, complaints: readonly string[]) => Promise<void>): Promise<void> {
    const context = await browser.newContext({ locale: 'nb-NO' });
    const complaints: string[] = [];
    try {
      const page = await context.newPage();
      page.on('pageerror', (error) => complaints.push(error.message));
      page.on('console', (message) => {
        const nobody = message.location().url.endsWith('/api/v1/session') && message.text().includes('401');
        if (['error', 'warning'].includes(message.type()) && !nobody) complaints.push(message.text());
      });
      await look(page, complaints);
    } finally {
      await context.close();
    }
  }

  async function signInAs(page: Page, name: string): Promise<void> {
    await page.goto(url);
    await page.getByRole('link', { name: 'Logg inn' }).click();
    await page.getByRole('button', { name }).click();
    await page.getByText(`Logget inn som ${name}`, { exact: true }).waitFor();
  }

  test('one presses Logg inn, chooses Kari, and is Kari; the cookie is out of reach of scripts', async () => {
    await visit(async (page, complaints) => {
      await page.goto(url);
      await page.getByText('Du er ikke logget inn').waitFor();
      await page.getByRole('link', { name: 'Logg inn' }).click();
      await page.getByRole('heading', { name: 'Utviklingsinnlogging' }).waitFor();
      const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa']).analyze();
      expect(violations.map(({ id }) => id)).toEqual([]);
      await page.getByRole('button', { name: 'Kari Eksempel' }).click();
      await page.getByText('Logget inn som Kari Eksempel', { exact: true }).waitFor();
      expect(new URL(page.url()).pathname).toBe('/projects');

      const cookies = await page.context().cookies(url);
      const session = cookies.find(({ name }) => name === 'datasluse');
      expect(session).toMatchObject({ httpOnly: true, sameSite: 'Lax', path: '/', expires: -1 });
      expect(await page.evaluate(() => document.cookie)).toBe('');

      const who = await page.evaluate(
        async () => (await fetch('/api/v1/session')).json() as Promise<unknown>,
      );
      expect(who).toMatchObject({
        personId: 'kari',
        memberships: [{ role: 'researcher', projectId: 'P24-0187' }],
        via: 'session',
        csrf: { header: 'x-datasluse', value: '1' },
      });
      expect(complaints).toEqual([]);
    });
  });

  test('a page of our own changes things with the header, and not without it', async () => {
    await visit(async (page) => {
      await signInAs(page, 'Kari Eksempel');
      const statuses = await page.evaluate(async () => {
        const body = JSON.stringify({ name: 'R', scope: 'read', days: 30 });
        const json = { 'content-type': 'application/json' };
        const bare = await fetch('/api/v1/tokens', { method: 'POST', headers: json, body });
        const own = await fetch('/api/v1/tokens', {
          method: 'POST',
          headers: { ...json, 'x-datasluse': '1' },
          body,
        });
        return [bare.status, own.status, ((await own.json()) as { token: string }).token] as const;
      });
      expect(statuses.slice(0, 2)).toEqual([403, 201]);

      const token = statuses[2];
      const ask = (method = 'GET', path = '/api/v1/session') =>
        fetch(url + path, { method, headers: { authorization: `Bearer ${token}` } });
      expect(await (await ask()).json()).toMatchObject({ personId: 'kari', via: 'token', readOnly: true });
      expect((await ask('GET', '/api/v1/tokens')).status).toBe(403);
      const [{ id } = { id: '' }] = await service.json<{ id: string }[]>('token', 'list', 'kari');
      await service.ok('token', 'revoke', 'kari', id);
      expect((await ask()).status).toBe(401);
      const kept = await service.query('select token_hash::text as h from access_token');
      expect(JSON.stringify(kept)).not.toContain(token);
      expect(service.output()).not.toContain(token);
    });
  });

  test('signing out ends the session here and at the provider', async () => {
    await visit(async (page) => {
      await signInAs(page, 'Per Eksempel');
      const [before] = await page
        .context()
        .cookies(url)
        .then((all) => all.filter(({ name }) => name === 'datasluse'));
      await page.getByRole('button', { name: 'Logg ut' }).click();
      await page.waitForURL(/\/development-sign-in\//);
      await page.getByRole('button', { name: 'Logg ut' }).click();
      await page.getByText('Du er ikke logget inn').waitFor();
      const kept = await fetch(`${url}/api/v1/session`, {
        headers: { cookie: `datasluse=${before?.value ?? ''}` },
      });
      expect(kept.status).toBe(401);
      await page.getByRole('link', { name: 'Logg inn' }).click();
      await page.getByRole('button', { name: 'Kari Eksempel' }).waitFor();
    });
  });

  test('whoever loses their last role is signed out at once', async () => {
    const project = ['--project', 'P24-0187'];
    const named = ['--name', 'Ola Eksempel', '--email', 'ola@example.no', '--role', 'supplier'];
    await service.ok('person', 'add', 'ola', ...named, ...project);
    await visit(async (page) => {
      await signInAs(page, 'Ola Eksempel');
      await service.ok('person', 'remove', 'ola', '--role', 'supplier', ...project, '--reason', 'Sluttet');
      await page.reload();
      await page.getByRole('heading', { name: 'Logg inn for å se denne siden' }).waitFor();
      const rows = await service.query(
        "select ended_as from web_session where person_id = 'ola' and ended_at is not null",
      );
      expect(rows).toEqual([{ ended_as: 'no-access' }]);
    });
  });

  test('says why a sign-in came to nothing, and never what an address made up says', async () => {
    await visit(async (page) => {
      await page.goto(`${url}/?signInRefused=unknown-person`);
      await page.getByRole('alert').getByText('ikke knyttet til noen bruker').waitFor();
      await page.goto(`${url}/?signInRefused=%3Cb%3Ehei%3C/b%3E`);
      await page.getByText('Du er ikke logget inn').waitFor();
      expect(await page.getByRole('alert').count()).toBe(0);
    });
  });

  test('the provider turns away whoever calls it by another name, or through a proxy', async () => {
    const path = `${url}/development-sign-in/.well-known/openid-configuration`;
    expect((await fetch(path)).status).toBe(200);
    expect((await fetch(path, { headers: { 'x-forwarded-for': '192.0.2.1' } })).status).toBe(421);
  });

  test('is refused in production with a sentence', async () => {
    const env = { NODE_ENV: 'production', DATASLUSE_DEVELOPMENT_SIGN_IN: 'on' };
    const { code, stderr } = await service.command(['serve'], { env });
    expect([code, stderr]).toEqual([1, expect.stringContaining('lets anybody sign in as anybody')]);
  });
});
