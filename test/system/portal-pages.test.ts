/** Every page of the portal on the built service, in each language and at each width: what axe, the console, the content policy and the scroll bar say. */
import { writeFileSync } from 'node:fs';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  browserIsAbsent,
  faultsOf,
  overflowOf,
  signInAs,
  startBrowser,
  type Watched,
  watchedPage,
} from '../support/portal-browser.ts';
import { takePicture } from '../support/portal-pictures.ts';
import { startTestService, type TestService } from '../support/service.ts';
import { signInAtProvider } from '../support/web-session.ts';

const project = 'P24-0187';
const files = `/api/v1/projects/${project}/inbox/files`;

interface PageCase {
  readonly name: string;
  readonly who: 'Kari Eksempel' | 'Lise Leverandør';
  readonly path: () => string;
  /** What has to stand there before it is looked at, in bokmål; a page is done when its heading is. */
  readonly heading: Readonly<Record<'nb' | 'nn' | 'en', string>>;
  /** Brings the page to where it is to be looked at. */
  readonly prepare?: (page: Page) => Promise<void>;
}

let service: TestService;
let browser: Browser;
let url = '';
const contexts = new Map<string, BrowserContext>();
let rejectedId = '';
let folder = '';

const same = (text: string) => ({ nb: text, nn: text, en: text });
const title = 'Arbeid og helse (eksempel)';

const pages: readonly PageCase[] = [
  {
    name: 'projects',
    who: 'Kari Eksempel',
    path: () => '/projects',
    heading: { nb: 'Mine prosjekter', nn: 'Prosjekta mine', en: 'My projects' },
  },
  { name: 'project', who: 'Kari Eksempel', path: () => `/projects/${project}`, heading: same(title) },
  {
    name: 'send',
    who: 'Kari Eksempel',
    path: () => `/projects/${project}/send`,
    heading: { nb: 'Send filer', nn: 'Send filer', en: 'Send files' },
    prepare: async (page) => {
      await page
        .locator('input[type=file]')
        .setInputFiles([service.path('demo/med_feil/sysselsetting.csv'), service.path('demo/kodebok.csv')]);
      await page.locator('.faults li').nth(3).waitFor();
      await page
        .locator('.queued', { hasText: 'kodebok.csv' })
        .getByText(/Må rettes|To be mended/)
        .waitFor();
    },
  },
  {
    name: 'report',
    who: 'Kari Eksempel',
    path: () => `/projects/${project}/files/${rejectedId}`,
    heading: same('sysselsetting.csv'),
    prepare: (page) => page.locator('.profile').nth(7).waitFor(),
  },
  {
    name: 'delivery',
    who: 'Kari Eksempel',
    path: () => `/projects/${project}/deliveries/${folder}`,
    heading: same('Uttrekk 1'),
  },
  {
    name: 'account',
    who: 'Kari Eksempel',
    path: () => '/account',
    heading: { nb: 'Min side', nn: 'Mi side', en: 'My page' },
    prepare: async (page) => {
      await page.getByText('ssh-ed25519').waitFor();
      await page.getByRole('button', { name: /Lag tilgangsnøkkel|Make a token/ }).click();
    },
  },
  { name: 'supplier', who: 'Lise Leverandør', path: () => `/projects/${project}`, heading: same(title) },
];

describe.skipIf(browserIsAbsent('portal-pages'))('the pages of the portal', () => {
  beforeAll(async () => {
    service = await startTestService();
    await service.ok('demo', '--folder', 'demo');
    url = `http://127.0.0.1:${service.httpPort}`;
    writeFileSync(service.path('demo/kodebok.csv'), 'kode;navn\nA;Jordbruk\n');
    const named = ['--name', 'Lise Leverandør', '--email', 'lise@example.no', '--role', 'supplier'];
    await service.ok('person', 'add', 'lise', ...named, '--project', project);
    const kari = await signInAtProvider(url, 'kari');
    const bytes = await import('node:fs/promises').then(({ readFile }) =>
      readFile(service.path('demo/med_feil/sysselsetting.csv')),
    );
    const put = await kari.ask(`${files}/sysselsetting.csv`, { method: 'PUT', body: bytes });
    rejectedId = ((await put.json()) as { id: string }).id;
    const lise = await signInAtProvider(url, 'lise');
    await lise.ask(`${files}/lonn_2023.csv`, { method: 'PUT', body: 'fnr;lonn\n1;2\n' });
    await service.ok(
      'delivery',
      'publish',
      project,
      '--title',
      'Uttrekk 1',
      service.path('demo/sysselsetting.csv'),
    );
    const list = await kari.ask(`/api/v1/projects/${project}/deliveries`);
    folder = ((await list.json()) as { items: { folder: string }[] }).items[0]?.folder ?? '';
    const fetched = await kari.ask(
      `/api/v1/projects/${project}/deliveries/${folder}/files/sysselsetting.csv`,
    );
    await fetched.arrayBuffer();
    browser = await startBrowser();
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    await service?.remove();
  });

  /** Each person signs in once. */
  async function pageFor(who: string, language: 'nb' | 'nn' | 'en' = 'nb'): Promise<Watched> {
    let context = contexts.get(who);
    if (context === undefined) {
      context = await browser.newContext({ locale: 'nb-NO' });
      contexts.set(who, context);
      const page = await context.newPage();
      await signInAs(page, url, who);
      await page.close();
    }
    const watched = await watchedPage(context, url);
    await watched.page.addInitScript(
      (chosen) => localStorage.setItem('datasluse.language', chosen),
      language,
    );
    return watched;
  }

  const languages = ['nb', 'nn', 'en'] as const;
  const cases = pages.flatMap((page) => languages.map((language) => ({ ...page, language })));

  test.each(cases)(
    '$name in $language has no fault that axe, the content policy, the console or the scroll bar knows',
    async ({ name, who, path, heading, prepare, language }) => {
      const { page, complaints } = await pageFor(who, language);
      try {
        await page.goto(url + path());
        await page.getByRole('heading', { level: 1, name: heading[language] }).waitFor();
        if (language !== 'nn') await prepare?.(page);
        await page.waitForLoadState('networkidle');
        for (const width of language === 'nn' ? [320] : [320, 768, 1280]) {
          await page.setViewportSize({ width, height: 800 });
          expect(await faultsOf(page)).toEqual([]);
          expect(await overflowOf(page)).toBe(0);
          await takePicture(page, name, language);
        }
        expect(await page.title()).toMatch(/ – Datasluse$/);
        expect(await page.locator('html').getAttribute('lang')).toBe(language);
        expect(complaints).toEqual([]);
      } finally {
        await page.close({ runBeforeUnload: false });
      }
    },
    60_000,
  );

  test.each(['projects', 'project', 'send', 'report', 'delivery', 'account'])(
    '%s is free of faults in the dark too',
    async (name) => {
      const found = pages.find((one) => one.name === name);
      const { page } = await pageFor('Kari Eksempel');
      try {
        await page.emulateMedia({ colorScheme: 'dark' });
        await page.goto(url + (found?.path() ?? ''));
        await page.getByRole('heading', { level: 1, name: found?.heading.nb ?? '' }).waitFor();
        await found?.prepare?.(page);
        await page.waitForLoadState('networkidle');
        expect(await faultsOf(page)).toEqual([]);
      } finally {
        await page.close();
      }
    },
    60_000,
  );

  test.each(['/projects', `/projects/${project}`, `/projects/${project}/send`, '/account'])(
    '%s takes less than 200 kB of compressed script from the first visit on',
    async (path) => {
      const { page } = await pageFor('Kari Eksempel');
      const scripts = new Set<string>();
      page.on('request', (request) => {
        if (request.resourceType() === 'script') scripts.add(request.url());
      });
      await page.goto(url + path);
      await page.locator('main h1').waitFor();
      await page.waitForLoadState('networkidle');
      let bytes = 0;
      for (const script of scripts) {
        const { headers } = await fetch(script, { headers: { 'accept-encoding': 'gzip' } });
        bytes += Number(headers.get('content-length'));
      }
      expect(bytes).toBeGreaterThan(50_000);
      expect(bytes).toBeLessThan(200_000);
      await page.close();
    },
  );

  test('says that the line is gone, offers to try again, and goes on by itself when it is back', async () => {
    const { page } = await pageFor('Kari Eksempel');
    await page.goto(`${url}/projects`);
    await page.getByText(title).waitFor();
    await page.context().setOffline(true);
    await page.getByText('Du er uten nett').waitFor();
    await page.getByRole('link', { name: title }).click();
    const lost = page.getByRole('heading', { name: 'Får ikke kontakt med tjenesten' });
    const broken = page.getByRole('heading', { name: 'Noe gikk galt på denne siden' });
    await lost.or(broken).waitFor();
    expect(await faultsOf(page)).toEqual([]);
    const wasLost = await lost.isVisible();
    await page.context().setOffline(false);
    if (wasLost) await page.getByRole('heading', { level: 1, name: title }).waitFor();
    else await page.getByRole('button', { name: 'Last på nytt' }).click();
    await page.getByRole('heading', { level: 1, name: title }).waitFor();
    await page.close();
  });

  test('a supplier sees what to send and what came of it, and nothing of deliveries or other people’s files', async () => {
    const { page, complaints } = await pageFor('Lise Leverandør');
    await page.goto(`${url}/projects/${project}`);
    await page.getByRole('heading', { name: 'Filer', exact: true }).waitFor();
    expect(await page.getByRole('heading', { name: 'Leveranser' }).count()).toBe(0);
    expect(await page.getByText('Kari Eksempel').count()).toBe(0);
    await page.goto(`${url}/projects/${project}/files/${rejectedId}`);
    await page.getByRole('heading', { name: 'Det finnes ikke her' }).waitFor();
    await page.goto(`${url}/projects/P99-0001`);
    await page.getByRole('heading', { name: 'Det finnes ikke her' }).waitFor();
    expect(complaints.filter((one) => !one.includes('404'))).toEqual([]);
    await page.close();
  });

  test('names that are markup are text, in titles, file names and reports', async () => {
    const evil = '<img src=x onerror=alert(1)>';
    const args = ['--title', `Prosjekt ${evil}`, '--institution', evil, '--delete-by', '2031-01-01'];
    await service.ok('project', 'create', 'P99-0666', ...args);
    await service.ok('person', 'add', 'kari', '--role', 'researcher', '--project', 'P99-0666');
    const { page, complaints } = await pageFor('Kari Eksempel');
    await page.goto(`${url}/projects/P99-0666`);
    await page.getByRole('heading', { level: 1, name: `Prosjekt ${evil}` }).waitFor();
    expect(await page.locator('main img').count()).toBe(0);
    expect(complaints).toEqual([]);
    await page.close();
  });

  test('moves focus to the heading of the page that was gone to, and takes the keyboard everywhere', async () => {
    const { page } = await pageFor('Kari Eksempel');
    await page.goto(`${url}/projects`);
    await page.getByRole('link', { name: title }).press('Enter');
    await page.getByRole('heading', { level: 1, name: title }).waitFor();
    const focused = () => page.evaluate(() => document.activeElement?.textContent);
    await expect.poll(focused).toBe(title);
    await page.goBack();
    await expect.poll(focused).toBe('Mine prosjekter');
    await page.close();
  });

  test('asks who has no session to sign in, and comes back to the page that was asked for', async () => {
    const context = await browser.newContext({ locale: 'nb-NO' });
    const { page } = await watchedPage(context, url);
    await page.goto(`${url}/account`);
    await page.getByRole('heading', { name: 'Logg inn for å se denne siden' }).waitFor();
    await page.getByRole('link', { name: 'Logg inn' }).click();
    await page.getByRole('button', { name: 'Kari Eksempel' }).click();
    await page.getByRole('heading', { name: 'Min side' }).waitFor();
    await context.close();
  });

  test('keeps what was typed when the session ends, and goes on after a sign-in in another tab', async () => {
    const context = await browser.newContext({ locale: 'nb-NO' });
    const { page } = await watchedPage(context, url);
    await signInAs(page, url, 'Kari Eksempel');
    await page.goto(`${url}/account`);
    await page.getByRole('button', { name: 'Lag tilgangsnøkkel' }).click();
    await page.getByLabel('Navn').fill('Nattlig henting');
    await service.query(
      "update web_session set ended_at = now(), ended_as = 'revoked' where ended_at is null",
    );
    await page.getByRole('button', { name: 'Lag den' }).click();
    await page.getByRole('heading', { name: 'Du er logget ut' }).waitFor();
    expect(await faultsOf(page)).toEqual([]);
    const [other] = await Promise.all([
      context.waitForEvent('page'),
      page.getByRole('dialog').getByRole('link', { name: 'Logg inn' }).click(),
    ]);
    const choice = other.getByRole('button', { name: 'Kari Eksempel' });
    const back = other.getByRole('heading', { name: 'Du er logget inn igjen' });
    await choice.or(back).waitFor();
    if (await choice.isVisible()) await choice.click();
    await back.waitFor();
    await page.getByRole('heading', { name: 'Du er logget ut' }).waitFor({ state: 'detached' });
    expect(await page.getByLabel('Navn').inputValue()).toBe('Nattlig henting');
    await page.getByRole('button', { name: 'Lag den' }).click();
    await page.getByText('Kopier den nå').waitFor();
    contexts.clear();
    await context.close();
  });
});
