import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { createApp } from '../../src/http/app.ts';
import { type HttpListener, startHttpListener } from '../../src/http/listener.ts';
import { portalPages } from '../../src/http/portal-files.ts';
import { defineRoute } from '../../src/http/route.ts';
import { AppError } from '../../src/platform/errors.ts';
import { silentLog } from '../../src/platform/log.ts';
import { systemRandom } from '../../src/platform/random.ts';

const chromiumPath = '/usr/bin/chromium';
const repository = join(import.meta.dirname, '..', '..');
const folder = join(repository, 'dist', 'portal');
/** Set to write the pictures of the page anew. */
const screens = process.env.DATASLUSE_SCREENS === '1' ? join(repository, 'docs', 'screens') : undefined;

const absent = !existsSync(chromiumPath);
if (absent) console.log(`portal: skipped, there is no ${chromiumPath} (apt-get install chromium)`);

const launchArguments = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const fingerprint = 'SHA256:4vE0mC2r8PpJq1nXh3bZ5tYd7uKfGwLs9aQeRiTyUoA';
let ready = true;
let failing = false;

const statusRoute = defineRoute({
  method: 'get',
  path: '/api/v1/status',
  summary: 'Status',
  permission: 'public',
  responses: { 200: { description: 'Status', schema: z.looseObject({}) } },
  handler: () => {
    if (failing) throw new AppError('unavailable', { nb: 'Basen hviler.', en: 'The database is resting.' });
    return {
      status: 200,
      body: {
        service: 'datasluse',
        version: '0.1.0',
        time: '2026-11-23T07:12:33Z',
        ready,
        doors: {
          sftp: { host: 'sluse.example.no', port: 2222, hostKeyFingerprint: fingerprint },
          http: { host: 'sluse.example.no', port: 8080 },
        },
        receiptKeys: '/api/v1/receipt-keys',
      },
    };
  },
});

const sessionRoute = defineRoute({
  method: 'get',
  path: '/api/v1/session',
  summary: 'Session',
  permission: 'public',
  responses: { 204: { description: 'Signed in' } },
  problems: ['not-signed-in'],
  handler: () => {
    throw new AppError('not-signed-in', {
      nb: 'Du er ikke logget inn i denne nettleseren.',
      en: 'You are not signed in in this browser.',
    });
  },
});

const providersRoute = defineRoute({
  method: 'get',
  path: '/api/v1/sign-in',
  summary: 'Providers',
  permission: 'public',
  responses: { 200: { description: 'Providers', schema: z.looseObject({}) } },
  handler: () => ({
    status: 200,
    body: {
      providers: [
        { id: 'idporten', name: { nb: 'ID-porten', en: 'ID-porten' } },
        { id: 'feide', name: { nb: 'Feide', en: 'Feide' } },
      ],
      development: false,
    },
  }),
});

let listener: HttpListener;
let browser: Browser;
let url = '';

describe.skipIf(absent)('the page in Chromium', () => {
  beforeAll(async () => {
    if (!existsSync(join(folder, 'index.html'))) {
      execFileSync('npx', ['vite', 'build', '--config', 'src/portal/vite.config.ts'], { cwd: repository });
    }
    const app = createApp({
      log: silentLog,
      random: systemRandom,
      routes: [statusRoute, sessionRoute, providersRoute],
      portal: { folder, pages: portalPages },
    });
    listener = await startHttpListener(app, { host: '127.0.0.1', port: 0 });
    url = `http://127.0.0.1:${listener.address.port}`;
    browser = await chromium.launch({ executablePath: chromiumPath, args: launchArguments });
  });

  afterAll(async () => {
    await browser?.close();
    await listener?.close();
  });

  /** Opens a path and hands over the page with everything it complained of. */
  async function visit<T>(
    path: string,
    options: BrowserContextOptions,
    look: (page: Page, complaints: readonly string[]) => Promise<T>,
  ): Promise<T> {
    const context = await browser.newContext({ locale: 'nb-NO', ...options });
    const complaints: string[] = [];
    try {
      const page = await context.newPage();
      page.on('pageerror', (error) => complaints.push(`error: ${error.message}`));
      page.on('console', (message) => {
        // Chromium itself reports every 4xx; that of the session is what the page is there to show.
        const expected = message.location().url.endsWith('/api/v1/session') && message.text().includes('401');
        if (['error', 'warning'].includes(message.type()) && !expected) complaints.push(message.text());
      });
      page.on('request', (request) => {
        if (!request.url().startsWith(url)) complaints.push(`asked elsewhere: ${request.url()}`);
      });
      await page.addInitScript(() => {
        addEventListener('securitypolicyviolation', (event) =>
          console.error(`CSP ${event.violatedDirective}`),
        );
      });
      await page.goto(url + path, { waitUntil: 'load' });
      await page.locator('main h1').waitFor();
      return await look(page, complaints);
    } finally {
      await context.close();
    }
  }

  /** What axe finds against WCAG 2.1 A and AA and its own best practice, as rule and elements. */
  async function faults(page: Page): Promise<[string, string[]][]> {
    const found = await new AxeBuilder({ page })
      .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'])
      .analyze();
    return found.violations.map(({ id, nodes }) => [id, nodes.map((node) => node.html)]);
  }

  const views = [
    {
      name: 'sign-in',
      path: '/',
      shown: { nb: 'Slik sender og henter du filer', en: 'How to send and fetch files' },
    },
    { name: 'status', path: '/status', shown: { nb: 'Tjenesten er klar', en: 'The service is ready' } },
  ] as const;
  const widths = [320, 768, 1280];
  const cases = views.flatMap((view) => (['nb', 'en'] as const).map((language) => ({ ...view, language })));

  test.each(cases)(
    '$name in $language has no fault that axe, CSP or the console knows, at any width',
    async ({ name, path, shown, language }) => {
      await visit(path, { locale: language === 'nb' ? 'nb-NO' : 'en-GB' }, async (page, complaints) => {
        for (const width of widths) {
          await page.setViewportSize({ width, height: 800 });
          await page.getByText(shown[language]).first().waitFor();
          await page.getByText(fingerprint).waitFor();
          expect(await faults(page)).toEqual([]);
          const [content = 0, view = 0] = await page.evaluate(() => [
            document.documentElement.scrollWidth,
            innerWidth,
          ]);
          expect(content).toBeLessThanOrEqual(view);
          if (screens !== undefined && width !== 768 && language === 'nb') {
            mkdirSync(screens, { recursive: true });
            await page.screenshot({
              path: join(screens, `${name}-${language}-${width}.png`),
              fullPage: true,
            });
          }
        }
        expect(await page.locator('html').getAttribute('lang')).toBe(language);
        expect(complaints).toEqual([]);
      });
    },
  );

  test.each(views)('$name is free of faults in the dark too', async ({ path }) => {
    await visit(path, { colorScheme: 'dark' }, async (page) => {
      await page.getByText(fingerprint).waitFor();
      expect(await faults(page)).toEqual([]);
    });
  });

  test("shows the command, the fingerprint and the server's own word on who you are", async () => {
    await visit('/', {}, async (page) => {
      await page.getByText('sftp -P 2222 NAVN@sluse.example.no').waitFor();
      await page.getByText(fingerprint).waitFor();
      await page.getByText('Du er ikke logget inn i denne nettleseren').waitFor();
      expect(await page.locator('input, form').count()).toBe(0);
    });
  });

  test('copies the command', async () => {
    await visit('/', { permissions: ['clipboard-read', 'clipboard-write'] }, async (page) => {
      await page.getByRole('button', { name: 'Kopier: kommando' }).click();
      await page.getByRole('status').filter({ hasText: 'Kopiert' }).waitFor({ state: 'attached' });
      expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(
        'sftp -P 2222 NAVN@sluse.example.no',
      );
    });
  });

  test('changes language everywhere, asks the server in it, and remembers', async () => {
    await visit('/', {}, async (page) => {
      await page.getByRole('button', { name: 'English' }).click();
      await page.getByText('You are not signed in in this browser').waitFor();
      await page.reload();
      expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe(
        'Secure file transfer for microdata research',
      );
      expect(await page.locator('html').getAttribute('lang')).toBe('en');
      expect(await page.title()).toBe('Get started – Datasluse');
    });
  });

  test('is used by keyboard alone: skip link, menu, back', async () => {
    await visit('/', {}, async (page) => {
      await page.keyboard.press('Tab');
      expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Hopp til hovedinnhold');
      await page.keyboard.press('Enter');
      expect(await page.evaluate(() => location.hash)).toBe('#main');
      await page.getByRole('navigation').getByRole('link', { name: 'Driftsstatus' }).first().press('Enter');
      await page.getByText('Tjenesten er klar').waitFor();
      expect(await page.evaluate(() => [location.pathname, document.activeElement?.textContent])).toEqual([
        '/status',
        'Driftsstatus',
      ]);
      await page.goBack();
      await page.getByText('Slik sender og henter du filer').waitFor();
    });
  });

  test('says what is wrong when the service is not ready, fails, or is out of reach, and keeps what it knew', async () => {
    try {
      await visit('/status', {}, async (page) => {
        const refresh = page.getByRole('button', { name: 'Oppdater nå' });
        await page.getByText('Sist oppdatert kl. 08:12:33').waitFor();
        ready = false;
        await refresh.click();
        await page.getByText('Tjenesten er ikke klar').waitFor();
        failing = true;
        await refresh.click();
        await page.getByText('Basen hviler.').waitFor();
        await page.context().setOffline(true);
        await refresh.click();
        await page.getByText('Får ikke kontakt').waitFor();
        await page.getByText('Sist oppdatert kl. 08:12:33').waitFor();
        await page.getByText(fingerprint).waitFor();
      });
    } finally {
      ready = true;
      failing = false;
    }
  });

  test('asks again by itself until it is told to stop', async () => {
    await visit('/', {}, async (page) => {
      let asked = 0;
      page.on('request', (request) => {
        if (request.url().endsWith('/api/v1/status')) asked += 1;
      });
      await page.clock.install();
      await page.goto(`${url}/status`);
      await page.getByText('Tjenesten er klar').waitFor();
      const first = asked;
      await page.clock.runFor(15_100);
      await expect.poll(() => asked).toBeGreaterThan(first);
      await page.getByRole('button', { name: 'Stans oppdateringen' }).click();
      await page.getByText('Oppdateringen er stanset').waitFor();
      const stopped = asked;
      await page.clock.runFor(60_000);
      // A request that the clock had set off would be before this one.
      await page.getByRole('button', { name: 'Oppdater nå' }).click();
      await expect.poll(() => asked).toBe(stopped + 1);
    });
  });

  test('shows a way home at an address that nothing has', async () => {
    await visit('/nothing', {}, async (page) => {
      await page.getByRole('link', { name: 'Gå til forsiden' }).click();
      await page.getByText('Slik sender og henter du filer').waitFor();
    });
  });

  test('loads less than 200 kB of compressed script at first', async () => {
    await visit('/', {}, async (page) => {
      const sources = await page
        .locator('script[src], link[rel=modulepreload]')
        .evaluateAll((elements) =>
          elements.map((element) => element.getAttribute('src') ?? element.getAttribute('href') ?? ''),
        );
      let bytes = 0;
      for (const source of sources) {
        const { headers } = await fetch(new URL(source, url), { headers: { 'accept-encoding': 'gzip' } });
        expect(headers.get('content-encoding')).toBe('gzip');
        bytes += Number(headers.get('content-length'));
      }
      expect(bytes).toBeGreaterThan(0);
      expect(bytes).toBeLessThan(200_000);
    });
  });
});
