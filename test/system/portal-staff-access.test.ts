/** Staff's pages on people, stops, letters, the audit log and descriptions, in Chromium against the built service. */
import { existsSync, readFileSync } from 'node:fs';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { soundFile } from '../../src/cli/demo-data.ts';
import { faultsOf } from '../support/portal-browser.ts';
import { takePicture } from '../support/portal-pictures.ts';
import { startTestService, type TestService } from '../support/service.ts';

const chromiumPath = '/usr/bin/chromium';
const absent = !existsSync(chromiumPath);
if (absent)
  console.log(`portal-staff-access: skipped, there is no ${chromiumPath} (apt-get install chromium)`);
const project = 'P24-0187';
const api = `/api/v1/projects/${project}`;

let service: TestService;
let browser: Browser;
let url = '';

describe.skipIf(absent)('staff pages on access in Chromium', () => {
  beforeAll(async () => {
    service = await startTestService();
    await service.ok('demo', '--folder', 'demo');
    for (const role of ['officer', 'auditor']) {
      const known = ['--name', 'Sol Saksbehandler', '--email', 'sol@example.no'];
      await service.ok('person', 'add', 'sol', '--role', role, ...known);
    }
    const lise = await service.addPerson('lise', 'researcher', project);
    const file = service.write('sysselsetting.csv', soundFile(200));
    await service.sftp(lise, [`put ${file} /${project}/inbox/sysselsetting.csv`]);
    await service.ok('delivery', 'publish', project, '--title', 'Uttrekk 1', file);
    await service.ok('jobs', 'run');
    await service.ok(
      'project',
      'create',
      'P24-0200',
      '--title',
      'Utdanning og inntekt',
      '--institution',
      'Eksempelinstituttet',
      '--delete-by',
      '2099-12-31',
    );
    await service.query(
      `update outbox set sent_at = null, attempts = 2, last_error = 'EENVELOPE 550', next_attempt_at = '2099-01-01'
       where id = (select id from outbox order by id limit 1)`,
    );
    url = `http://127.0.0.1:${service.httpPort}`;
    browser = await chromium.launch({
      executablePath: chromiumPath,
      args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'],
    });
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    await service?.remove();
  });

  interface Visit {
    page: Page;
    context: BrowserContext;
    complaints: string[];
  }

  async function as(
    name: string,
    look: (visit: Visit) => Promise<void>,
    { locale = 'nb-NO', expected = /(?!)/ }: { locale?: string; expected?: RegExp } = {},
  ): Promise<void> {
    const context = await browser.newContext({ locale, viewport: { width: 1280, height: 900 } });
    const complaints: string[] = [];
    try {
      const page = await context.newPage();
      page.on('pageerror', (error) => complaints.push(error.message));
      page.on('console', (message) => {
        const nobody = message.location().url.endsWith('/api/v1/session') && message.text().includes('401');
        const told = expected.test(message.text());
        if (['error', 'warning'].includes(message.type()) && !nobody && !told)
          complaints.push(message.text());
      });
      await page.addInitScript(() => {
        addEventListener('securitypolicyviolation', (event) =>
          console.error(`CSP ${event.violatedDirective}`),
        );
      });
      await page.goto(`${url}/api/v1/sign-in/development`);
      await page.getByRole('button', { name }).click();
      await page.getByText(locale === 'nb-NO' ? 'Logg ut' : 'Sign out').waitFor();
      await look({ page, context, complaints });
      expect(complaints).toEqual([]);
    } finally {
      await context.close();
    }
  }

  async function expectSound(page: Page): Promise<void> {
    expect(await faultsOf(page, ['best-practice'])).toEqual([]);
    const [content = 0, view = 0] = await page.evaluate(() => [
      document.documentElement.scrollWidth,
      innerWidth,
    ]);
    expect(content).toBeLessThanOrEqual(view);
  }

  const pages = [
    {
      name: 'staff-people',
      path: `/staff/projects/${project}/people`,
      heading: { nb: 'Personer og tilgang', en: 'People and access' },
      ready: 'Sol Saksbehandler',
    },
    {
      name: 'staff-stops',
      path: '/staff/stops',
      heading: { nb: 'Stopp nedlasting', en: 'Stop downloads' },
      ready: project,
    },
    {
      name: 'staff-outbox',
      path: '/staff/outbox',
      heading: { nb: 'Utboks', en: 'Outbox' },
      ready: 'EENVELOPE',
    },
    {
      name: 'staff-audit',
      path: '/staff/audit',
      heading: { nb: 'Revisjonslogg', en: 'Audit log' },
      ready: 'clock',
    },
    {
      name: 'staff-description',
      path: `/staff/projects/${project}/description`,
      heading: { nb: 'Filbeskrivelse', en: 'Data description' },
      ready: 'sysselsetting.csv',
    },
  ] as const;
  const cases = pages.flatMap((page) => (['nb', 'en'] as const).map((language) => ({ ...page, language })));

  test.each(cases)(
    '$name in $language has no fault that axe, CSP or the console knows, at any width',
    async ({ name, path, heading, ready, language }) => {
      await as(
        'Sol Saksbehandler',
        async ({ page }) => {
          await page.goto(url + path);
          await page.getByRole('heading', { level: 1, name: heading[language] }).waitFor();
          await page.locator('main').getByText(ready).first().waitFor({ state: 'attached' });
          if (name === 'staff-audit') {
            await page
              .getByRole('button', { name: language === 'nb' ? 'Vis svar' : 'Show the answer' })
              .click();
            await page.locator('.answer').waitFor();
          }
          for (const width of [320, 768, 1280]) {
            await page.setViewportSize({ width, height: 900 });
            await expectSound(page);
            await takePicture(page, name, language);
          }
        },
        { locale: language === 'nb' ? 'nb-NO' : 'en-GB' },
      );
    },
  );

  test('a description is begun from a sample, mended where it is wrong, saved, and there when one comes back', async () => {
    await as('Sol Saksbehandler', async ({ page }) => {
      const rows = Array.from(
        { length: 12 },
        (_, at) => `${at % 2 ? 'A' : 'B'};${at + 7};2024-01-${at + 10}\n`,
      );
      await page.goto(`${url}/staff/projects/P24-0200/description`);
      await page.getByText('Ikke beskrevet ennå').waitFor();
      await page.locator('.sample-drop input').setInputFiles({
        name: 'utdanning.csv',
        mimeType: 'text/csv',
        buffer: Buffer.from(`kode;antall;dato\n${rows.join('')}`),
      });
      await page.getByText('Utkastet bygger på 12 rader').waitFor();
      expect(await page.getByLabel('Navn, rad 1').inputValue()).toBe('kode');
      expect(await page.getByLabel('Kodeliste, rad 1').inputValue()).toBe('A; B');
      expect(await page.getByLabel('Type, rad 3').inputValue()).toBe('date');

      // By keyboard alone: down the column, and what is typed there.
      await page.getByLabel('Høyst, rad 2').focus();
      await page.keyboard.type('9');
      await page.keyboard.press('Shift+Enter');
      expect(await page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe(
        'Høyst (tegn), rad 1',
      );
      await page.keyboard.press('Enter');
      await page.getByLabel('Minst, rad 2').fill('30');
      await page.getByText('Må ikke være mindre enn «minst».').waitFor();
      await page.getByText('1 felt må rettes').waitFor();
      await expectSound(page);
      await page.getByRole('button', { name: 'Lagre', exact: true }).click();
      expect(await page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe(
        'Høyst, rad 2',
      );
      await page.keyboard.press('ControlOrMeta+A');
      await page.keyboard.type('300');
      await page.getByLabel('Minst, rad 2').fill('1');
      await page.getByRole('button', { name: 'Lagre', exact: true }).click();
      await page.getByText('Lagret som utgave 1.').waitFor();

      await page.reload();
      expect(await page.getByLabel('Høyst, rad 2').inputValue()).toBe('300');
      const held = await page.evaluate(
        async () =>
          (await fetch('/api/v1/projects/P24-0200/description')).json() as Promise<{
            content: { resources: { schema: { fields: object[] } }[] };
          }>,
      );
      expect(held.content.resources[0]?.schema.fields[1]).toMatchObject({
        name: 'antall',
        type: 'integer',
        constraints: { required: true, minimum: 1, maximum: 300 },
      });
      await page.getByText('Alt er lagret').waitFor();
    });
  });

  test('when somebody else saved meanwhile, both are shown, and one chooses', async () => {
    const tolerated = { expected: /412/ };
    await as(
      'Sol Saksbehandler',
      async ({ page, context }) => {
        await page.goto(`${url}/staff/projects/${project}/description`);
        await page.getByLabel('Tittel, rad 1').fill('Min tittel');
        const other = await context.newPage();
        await other.goto(`${url}/staff/projects/${project}/description`);
        await other.getByLabel('Tittel, rad 1').fill('Den andres tittel');
        await other.getByRole('button', { name: 'Lagre', exact: true }).click();
        await other.getByText('Lagret som utgave 2.').waitFor();
        await other.close();

        await page.getByRole('button', { name: 'Lagre', exact: true }).click();
        const dialog = page.getByRole('dialog');
        await dialog.getByText('En annen har endret beskrivelsen').waitFor();
        await dialog.getByText('fnr: Tittel').waitFor();
        expect(await dialog.locator('tbody td').allTextContents()).toEqual([
          'Min tittel',
          'Den andres tittel',
        ]);
        await expectSound(page);
        await takePicture(page, 'staff-description-conflict', 'nb');
        await dialog.getByRole('button', { name: 'Lagre din over den andres' }).click();
        await page.getByText('Utgave 3').waitFor();
        await page.reload();
        expect(await page.getByLabel('Tittel, rad 1').inputValue()).toBe('Min tittel');
      },
      tolerated,
    );
  });

  test('downloads are stopped for a project, which everybody is told, and opened again', async () => {
    await as('Sol Saksbehandler', async ({ page }) => {
      await page.goto(`${url}/staff/stops`);
      await page.getByText('Nedlasting er åpen').waitFor();
      await page.getByLabel('Hvor').selectOption(project);
      await page.getByLabel('Begrunnelse').fill('Mistanke om feil i uttrekket');
      await page.getByRole('button', { name: 'Stans nedlasting' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByRole('button', { name: 'Stans nedlasting' }).click();
      await page.locator('.switch[data-mood=bad]').getByText('Mistanke om feil i uttrekket').waitFor();
      for (const width of [320, 1280]) {
        await page.setViewportSize({ width, height: 900 });
        await expectSound(page);
        await takePicture(page, 'staff-stops-stopped', 'nb');
      }
      const detail = await page.evaluate(
        async (path) => (await fetch(path)).json() as Promise<{ downloadsStopped: string }>,
        api,
      );
      expect(detail.downloadsStopped).toBe('Mistanke om feil i uttrekket');
      await page.getByRole('button', { name: /^Åpne nedlasting igjen/ }).click();
      await expectSound(page);
      await dialog.getByRole('button', { name: 'Åpne igjen' }).click();
      await page.getByText('Nedlasting er åpen').first().waitFor();
    });
  });

  test('somebody gets a role and loses it again, and a key of theirs is revoked', async () => {
    await as('Sol Saksbehandler', async ({ page }) => {
      await page.goto(`${url}/staff/projects/${project}/people`);
      await page.getByLabel('Brukernavn').fill('ola');
      await page.getByLabel('Navn', { exact: true }).fill('Ola Eksempel');
      await page.getByLabel('E-postadresse').fill('ola@example.no');
      await page.getByRole('button', { name: 'Gi tilgang' }).click();
      await page.getByText('ola har fått rollen.').waitFor();
      await page.getByRole('button', { name: 'Fjern rollen forsker fra Ola Eksempel' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByText('Overføringer som er i gang, brytes.').waitFor();
      await dialog.getByLabel('Begrunnelse').fill('Sluttet i prosjektet');
      await expectSound(page);
      await dialog.getByRole('button', { name: 'Fjern rollen' }).click();
      await page.getByText('Ola Eksempel har ikke lenger rollen.').waitFor();

      const kari = page.getByRole('listitem').filter({ hasText: 'kari@example.no' });
      await kari.locator('summary, [slot=summary]').first().click();
      await kari.getByRole('button', { name: /^Trekk tilbake/ }).click();
      await dialog.getByLabel('Begrunnelse').fill('Mistet maskinen');
      await dialog.getByRole('button', { name: 'Trekk tilbake' }).click();
      await kari.getByText('Nøkkelen er trukket tilbake.').waitFor();
      await kari.getByText('Trukket tilbake', { exact: true }).waitFor();
      await expectSound(page);
    });
  });

  test('the log is searched, read on by the page, and saved', async () => {
    await as('Sol Saksbehandler', async ({ page }) => {
      await page.goto(`${url}/staff/audit`);
      await page.locator('.event').first().waitFor();
      await page.getByLabel('Hendelse', { exact: true }).selectOption('delivery.published');
      await page.getByRole('button', { name: 'Søk' }).click();
      await expect.poll(() => page.locator('.event-what').allTextContents()).toEqual(['Leveranse publisert']);
      await page.getByLabel('Hendelse', { exact: true }).selectOption('');
      await page.getByRole('button', { name: 'Søk' }).click();
      await expect.poll(() => page.locator('.event').count()).toBe(25);
      await page.getByRole('button', { name: 'Vis flere' }).click();
      await expect.poll(() => page.locator('.event').count()).toBeGreaterThan(25);
      const saving = page.waitForEvent('download');
      await page.getByRole('link', { name: 'Lagre som CSV' }).click();
      const saved = await saving;
      expect(saved.suggestedFilename()).toBe('revisjonslogg.csv');
      const lines = readFileSync(await saved.path(), 'utf8').split('\r\n');
      expect(lines[0]).toBe('\ufeffseq;at;actor;action;subject;projectId;detail');
      expect(lines.some((line) => line.includes(';delivery.published;'))).toBe(true);

      await page.getByRole('button', { name: 'Vis svar' }).click();
      const answer = page.locator('.answer');
      await answer.getByText('forsker: innholdet').waitFor();
      await answer.getByText('Fil mottatt og kontrollert').waitFor();
    });
  });

  test('whoever manages one project only sees no outbox and no log, and is told so at their addresses', async () => {
    await as(
      'Per Eksempel',
      async ({ page }) => {
        await page.goto(`${url}/staff/outbox`);
        await page.getByText('Du har ikke tilgang til dette.').waitFor();
        expect(await page.locator('.staff-nav a').allTextContents()).toEqual([
          'Oppgaver',
          'Stopp nedlasting',
        ]);
        await page.goto(`${url}/staff/projects/${project}/people`);
        await page.getByText('Kari Eksempel').first().waitFor();
        expect(await page.getByText('SSH-nøkler').count()).toBe(0);
      },
      { expected: /403/ },
    );
  });
});
