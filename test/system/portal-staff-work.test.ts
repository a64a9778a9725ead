/** The staff's pages of work, projects, drafts and deliveries on the built service: what axe, the console and the scroll bar say; and a draft from nothing to published, extended and withdrawn. */
import { readFileSync } from 'node:fs';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
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
import { signInAtProvider, type WebSession } from '../support/web-session.ts';

const project = 'P24-0187';
const api = `/api/v1/projects/${project}`;
const title = 'Arbeid og helse (eksempel)';

let service: TestService;
let browser: Browser;
let officer: BrowserContext;
let producer: BrowserContext;
let per: WebSession;
let url = '';
let folder = '';

type Language = 'nb' | 'nn' | 'en';

interface PageCase {
  readonly name: string;
  readonly path: () => string;
  readonly heading: Readonly<Record<Language, string>>;
  /** Brings the page to where it is to be looked at. */
  readonly prepare?: (page: Page) => Promise<void>;
}

const same = (text: string) => ({ nb: text, nn: text, en: text });
const at = (rest = '') => `/staff/projects/${project}${rest}`;

const pages: readonly PageCase[] = [
  {
    name: 'staff-work',
    path: () => '/staff',
    heading: { nb: 'Saksbehandling', nn: 'Saksbehandling', en: 'Case work' },
    prepare: (page) => page.locator('.work-row').nth(2).waitFor(),
  },
  {
    name: 'staff-project',
    path: () => at(),
    heading: same(title),
    prepare: (page) => page.getByRole('link', { name: 'Uttrekk 2' }).waitFor(),
  },
  {
    name: 'staff-accepted',
    path: () => at('/accepted'),
    heading: { nb: 'Godtatte filer', nn: 'Godtekne filer', en: 'Accepted files' },
  },
  { name: 'staff-draft', path: () => at('/drafts/Uttrekk%202'), heading: same('Uttrekk 2') },
  { name: 'staff-draft-empty', path: () => at('/drafts/Uttrekk%203'), heading: same('Uttrekk 3') },
  {
    name: 'staff-submit',
    path: () => at('/drafts/Uttrekk%202'),
    heading: same('Uttrekk 2'),
    prepare: async (page) => {
      await page.getByRole('button', { name: /^(Send til godkjenning|Submit for approval)$/ }).click();
      await page.getByRole('dialog').waitFor();
    },
  },
  { name: 'staff-approve', path: () => at('/drafts/Uttrekk%204'), heading: same('Uttrekk 4') },
  {
    name: 'staff-approve-dialog',
    path: () => at('/drafts/Uttrekk%204'),
    heading: same('Uttrekk 4'),
    prepare: async (page) => {
      await page.getByRole('button', { name: /^(Godkjenn|Approve)/ }).click();
      await page.getByRole('dialog').waitFor();
    },
  },
  { name: 'staff-delivery', path: () => at(`/deliveries/${folder}`), heading: same('Uttrekk 1') },
  {
    name: 'staff-extend',
    path: () => at(`/deliveries/${folder}`),
    heading: same('Uttrekk 1'),
    prepare: async (page) => {
      await page.getByRole('button', { name: /^(Forleng|Extend)$/ }).click();
      await page.getByRole('dialog').waitFor();
    },
  },
  {
    name: 'staff-withdraw',
    path: () => at(`/deliveries/${folder}`),
    heading: same('Uttrekk 1'),
    prepare: async (page) => {
      await page.getByRole('button', { name: /^(Trekk tilbake|Withdraw)$/ }).click();
      await page.getByRole('dialog').waitFor();
    },
  },
];

async function json<T>(answer: Response): Promise<T> {
  if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
  return (await answer.json()) as T;
}

describe.skipIf(browserIsAbsent('portal-staff-work'))('the pages of staff', () => {
  beforeAll(async () => {
    service = await startTestService({ env: { DATASLUSE_APPROVAL: 'second-person' } });
    await service.ok('demo', '--folder', 'demo');
    url = `http://127.0.0.1:${service.httpPort}`;
    const person = async (id: string, name: string, role: string, where = project) => {
      const named = ['--name', name, '--email', `${id}@example.no`, '--role', role];
      await service.ok('person', 'add', id, ...named, '--project', where);
    };
    await person('eva', 'Eva Eksempel', 'researcher');
    await person('tor', 'Tor Eksempel', 'producer');
    const made = ['--title', 'Pendling og bosted (eksempel)', '--institution', 'Eksempelinstituttet'];
    await service.ok('project', 'create', 'P24-0042', ...made, '--delete-by', '2099-12-31');
    await person('per', 'Per Eksempel', 'officer', 'P24-0042');
    await service.query("update project set delete_by = now()::date - 4 where id = 'P24-0042'");

    const kari = await signInAtProvider(url, 'kari');
    const sound = readFileSync(service.path('demo/sysselsetting.csv'));
    const send = (name: string, body: Uint8Array) =>
      kari.ask(`${api}/inbox/files/${name}`, { method: 'PUT', body: Buffer.from(body) });
    const verdicts = [
      await send('sysselsetting.csv', sound),
      await send('sysselsetting.csv', Buffer.concat([sound, sound.subarray(sound.indexOf('\n') + 1)])),
      await send('inntekt.csv', Buffer.from('år;antall\r\n2020;1\r\n')),
    ].map(async (answer) => (await json<{ verdict: string }>(answer)).verdict);
    expect(await Promise.all(verdicts)).toEqual(['accepted', 'accepted', 'rejected']);

    per = await signInAtProvider(url, 'per');
    const json_ = { 'content-type': 'application/json' };
    for (const name of ['Uttrekk 2', 'Uttrekk 3'])
      await json(
        await per.ask(`${api}/drafts`, { method: 'POST', headers: json_, body: JSON.stringify({ name }) }),
      );
    for (const name of ['uttrekk_2023.csv', 'variabelliste.csv'])
      await json(await per.ask(`${api}/drafts/Uttrekk%202/files/${name}`, { method: 'PUT', body: sound }));
    const clean = Buffer.from('lopenr;alder\n1;40\n2;41\n');
    const sas = Buffer.concat([Buffer.from('$FL2@(#) SPSS DATA FILE'), Buffer.alloc(5000)]);
    await json(await per.ask(`${api}/drafts/Uttrekk%202/files/alder.csv`, { method: 'PUT', body: clean }));
    await json(await per.ask(`${api}/drafts/Uttrekk%202/files/hendelser.sav`, { method: 'PUT', body: sas }));
    // What the producer hands to the officer.
    const tor = await signInAtProvider(url, 'tor');
    const draft = `${api}/drafts/Uttrekk%204`;
    const post = (path: string, body: object) =>
      tor.ask(path, { method: 'POST', headers: json_, body: JSON.stringify(body) });
    await json(await post(`${api}/drafts`, { name: 'Uttrekk 4' }));
    await json(await tor.ask(`${draft}/files/alder.csv`, { method: 'PUT', body: clean }));
    await json(await tor.ask(`${draft}/files/hendelser.sav`, { method: 'PUT', body: sas }));
    await checkedAll(4);
    const given = {
      reason: 'SPSS-filen er lest og kontrollert for hånd.',
      note: 'Haster litt: fristen er fredag.',
    };
    await json(await post(`${draft}/submit`, { title: 'Alder og hendelser', ...given }));

    const file = service.path('demo/sysselsetting.csv');
    const list = service.path('demo/datapackage.json');
    await service.ok('delivery', 'publish', project, '--title', 'Uttrekk 1', file, list);
    await service.query("update publication set opened_at = opened_at - interval '12 days'");
    const { items } = await json<{ items: { folder: string }[] }>(await kari.ask(`${api}/deliveries`));
    folder = items[0]?.folder ?? '';
    await (await kari.ask(`${api}/deliveries/${folder}/files/sysselsetting.csv`)).arrayBuffer();

    browser = await startBrowser();
    officer = await browser.newContext({ locale: 'nb-NO' });
    const page = await officer.newPage();
    await signInAs(page, url, 'Per Eksempel');
    await page.close();
    producer = await browser.newContext({ locale: 'nb-NO' });
    const other = await producer.newPage();
    await signInAs(other, url, 'Tor Eksempel');
    await other.close();
  }, 180_000);

  afterAll(async () => {
    await browser?.close();
    await service?.remove();
  });

  /** The job looks every other second. */
  async function checkedAll(most: number): Promise<void> {
    const waiting = () =>
      service.query<{ n: number }>("select count(*)::int as n from draft_file where outgoing = 'waiting'");
    await vi.waitFor(async () => expect(await waiting()).toEqual([{ n: 0 }]), {
      timeout: most * 10_000,
      interval: 200,
    });
  }

  async function open(path: string, language: Language = 'nb', context = officer): Promise<Watched> {
    const watched = await watchedPage(context, url);
    await watched.page.addInitScript(
      (chosen) => localStorage.setItem('datasluse.language', chosen),
      language,
    );
    await watched.page.goto(url + path);
    return watched;
  }

  const languages = ['nb', 'nn', 'en'] as const;
  const cases = pages.flatMap((page) => languages.map((language) => ({ ...page, language })));

  test.each(cases)(
    '$name in $language has no fault that axe, the content policy, the console or the scroll bar knows',
    async ({ name, path, heading, prepare, language }) => {
      const { page, complaints } = await open(path(), language);
      try {
        await page.getByRole('heading', { level: 1, name: heading[language] }).waitFor();
        await page.waitForLoadState('networkidle');
        await prepare?.(page);
        for (const width of language === 'nn' ? [320] : [320, 768, 1280]) {
          await page.setViewportSize({ width, height: 800 });
          expect(await faultsOf(page)).toEqual([]);
          expect(await overflowOf(page)).toBe(0);
          await takePicture(page, name, language);
        }
        expect(await page.locator('html').getAttribute('lang')).toBe(language);
        expect(complaints).toEqual([]);
      } finally {
        await page.close();
      }
    },
    60_000,
  );

  test('an officer makes a draft, fills and submits it; a producer returns it, then confirms who they are and approves; the officer extends and withdraws', async () => {
    const { page, complaints } = await open('/staff');
    const dialog = page.getByRole('dialog');
    await page.getByRole('link', { name: title }).click();
    await page.getByRole('button', { name: 'Nytt utkast' }).click();
    await page.getByLabel('Navn på utkastet').fill('Uttrekk vår');
    await page.getByRole('button', { name: 'Lag utkast' }).click();
    await page.getByRole('heading', { level: 1, name: 'Uttrekk vår' }).waitFor();
    await page.getByText('Legg minst én fil i utkastet.').waitFor();
    expect(await page.getByRole('button', { name: 'Send til godkjenning' }).count()).toBe(0);

    await page
      .locator('input[type=file]')
      .setInputFiles([service.path('demo/sysselsetting.csv'), service.path('demo/datapackage.json')]);
    await page.getByRole('button', { name: 'Slett: datapackage.json' }).click();
    await dialog.getByText('Det kan ikke angres').waitFor();
    await dialog.getByRole('button', { name: 'Slett' }).click();
    await dialog.waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Slett: datapackage.json' }).waitFor({ state: 'detached' });

    // The demo's data have synthetic identity numbers: the check says so, and a reason is asked for.
    await page.getByText('Kontrollen fant feil').waitFor();
    const [report] = await Promise.all([
      officer.waitForEvent('page'),
      page.getByRole('link', { name: /Kontrollrapport.*sysselsetting/ }).click(),
    ]);
    await report.getByText('Fødselsnummer i det som skal leveres ut').first().waitFor();
    await report.close();
    const submit = async (named: string) => {
      await page.getByRole('button', { name: 'Send til godkjenning' }).click();
      await dialog.getByLabel('Tittel på leveransen').fill(named);
      await dialog.getByLabel('Begrunnelse for å levere').fill('Øvingsdata med syntetiske numre');
      await dialog.getByRole('button', { name: 'Send til godkjenning' }).click();
      await page.getByText('Du har sendt det til godkjenning.').waitFor();
    };
    await submit('Uttrekk vår');
    expect(await page.getByRole('button', { name: 'Godkjenn og publiser' }).count()).toBe(0);
    expect(await page.getByRole('button', { name: 'Slett: sysselsetting.csv' }).count()).toBe(0);
    await page.getByRole('button', { name: 'Ta tilbake' }).click();
    await dialog.getByRole('button', { name: 'Ta tilbake' }).click();
    await page.getByRole('button', { name: 'Slett: sysselsetting.csv' }).waitFor();
    await submit('Uttrekk vår');

    // What was proved when they signed in is too old by now.
    await service.query(
      "update web_session set authenticated_at = now() - interval '20 minutes' where person_id = 'tor'",
    );
    const second = await open('/staff', 'nb', producer);
    const answer = second.page.getByRole('dialog');
    await second.page.getByRole('heading', { name: 'Et utkast venter på godkjenning' }).first().waitFor();
    await second.page
      .getByRole('link', { name: /Gå til utkastet/ })
      .filter({ hasText: 'Uttrekk vår' })
      .click();
    await second.page.getByText('Øvingsdata med syntetiske numre').waitFor();
    await second.page.getByRole('button', { name: 'Send i retur' }).click();
    await answer.getByLabel('Grunn').fill('Tittelen mangler årstall.');
    await answer.getByRole('button', { name: 'Send i retur' }).click();
    await second.page.getByText('Tor Eksempel har sendt utkastet i retur.').waitFor();

    await page.reload();
    await page.getByText('Grunn: Tittelen mangler årstall.').waitFor();
    await submit('Uttrekk våren 2026');
    await second.page.reload();
    await second.page.getByRole('button', { name: 'Godkjenn og publiser' }).click();
    await answer.getByRole('button', { name: 'Godkjenn og publiser' }).click();
    const [proof] = await Promise.all([
      producer.waitForEvent('page'),
      answer.getByRole('link', { name: 'Bekreft i ny fane' }).click(),
    ]);
    await proof.getByRole('button', { name: 'Tor Eksempel' }).click();
    await proof.getByText('Du er logget inn igjen').waitFor();
    await proof.close();
    await answer.getByText('Takk, det er bekreftet').waitFor();
    await answer.getByRole('button', { name: 'Godkjenn og publiser' }).click();
    await second.page.getByRole('heading', { level: 1, name: 'Uttrekk våren 2026' }).waitFor();
    await page.goto(second.page.url());
    expect(second.complaints.filter((one) => !one.includes('403'))).toEqual([]);
    await second.page.close();

    await page.getByRole('heading', { level: 1, name: 'Uttrekk våren 2026' }).waitFor();
    await page.getByText('13 dager og 23 timer igjen').waitFor();
    await page.getByRole('button', { name: 'Forleng' }).click();
    await dialog.getByLabel('Ny siste dag').fill('31.02.2027');
    await dialog.getByText('Skriv en dag som finnes').waitFor();
    await dialog.getByRole('button', { name: '1 uke til' }).click();
    await dialog.getByLabel('Grunn').fill('Mottakerne er bortreist.');
    await dialog.getByRole('button', { name: 'Forleng' }).click();
    await page.getByText(/2[01] dager( og \d+ timer)? igjen/).waitFor();

    await page.getByRole('button', { name: 'Trekk tilbake' }).click();
    await dialog.getByText('Det kan ikke angres').waitFor();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Trekk tilbake');
    await page.keyboard.press('Enter');
    await dialog.waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('Enter');
    await dialog.getByLabel('Grunn').fill('Feil årgang.');
    await dialog.getByRole('button', { name: 'Trekk tilbake' }).click();
    await page.getByText('Trukket tilbake').waitFor();
    await page.getByText('Feil årgang.').waitFor();
    expect(await page.getByRole('button', { name: 'Forleng' }).count()).toBe(0);

    const { items } = await json<{ items: { title: string; state: string; closedReason: string }[] }>(
      await per.ask(`${api}/deliveries`),
    );
    expect(items[0]).toMatchObject({
      title: 'Uttrekk våren 2026',
      state: 'withdrawn',
      closedReason: 'Feil årgang.',
    });
    const letters = await service.query<{ n: number }>(
      "select count(*)::int as n from outbox where recipient = 'eva@example.no' and body like '%Uttrekk våren 2026%'",
    );
    expect(letters).toEqual([{ n: 3 }]);
    // Chromium itself reports the refusal that asked for the proof.
    expect(complaints.filter((one) => !one.includes('403'))).toEqual([]);
    await page.close();
  }, 120_000);

  test('an accepted file can be downloaded as it was sent', async () => {
    const { page } = await open(at('/accepted'));
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'Last ned: sysselsetting.csv, versjon 2' }).click(),
    ]);
    const bytes = readFileSync(await download.path());
    expect(bytes.subarray(0, 1000)).toEqual(
      readFileSync(service.path('demo/sysselsetting.csv')).subarray(0, 1000),
    );
    await page.close();
  });

  test('a producer has projects and is told of drafts only, and may not extend or see to people', async () => {
    const { page } = await open('/staff', 'nb', producer);
    await page.getByText('Ingenting venter på deg nå').waitFor();
    expect(await faultsOf(page)).toEqual([]);
    await page.getByRole('link', { name: title }).click();
    await page.getByRole('button', { name: 'Nytt utkast' }).waitFor();
    expect(await page.getByRole('link', { name: 'Personer og tilgang' }).count()).toBe(0);
    await page.goto(url + at(`/deliveries/${folder}`));
    await page.getByRole('button', { name: 'Trekk tilbake' }).waitFor();
    expect(await page.getByRole('button', { name: 'Forleng' }).count()).toBe(0);
    await page.close();
  });

  test('says when there is nothing: no such project, a draft that is gone, no accepted files, no contact', async () => {
    const { page } = await open('/staff/projects/P99-9999');
    await page.getByRole('heading', { name: 'Det finnes ikke her' }).waitFor();
    await page.goto(url + at('/drafts/Borte'));
    await page.getByRole('heading', { name: 'Utkastet finnes ikke lenger' }).waitFor();
    await page.goto(`${url}/staff/projects/P24-0042/accepted`);
    await page.getByText('Ingen filer er godtatt ennå').waitFor();
    expect(await faultsOf(page)).toEqual([]);
    await page.context().setOffline(true);
    await page.getByRole('link', { name: 'Saksbehandling' }).first().click();
    await page.getByRole('heading', { name: 'Får ikke kontakt med tjenesten' }).waitFor();
    // It asks again by itself; the button is for a service that is away while the net is there.
    await page.context().setOffline(false);
    await page.getByRole('heading', { level: 1, name: 'Saksbehandling' }).waitFor();
    await page.close();
  });
});
