/** A service with something on every page of the portal, and the pages themselves with who sees them: for tests that look at all of them. */
import { readFileSync, writeFileSync } from 'node:fs';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { signInAs, startBrowser } from './portal-browser.ts';
import { startTestService, type TestService } from './service.ts';
import { signInAtProvider } from './web-session.ts';

export const sceneProject = 'P24-0187';
const api = `/api/v1/projects/${sceneProject}`;

type Who = 'Kari Eksempel' | 'Lise Leverandør' | 'Sol Saksbehandler';

export interface ScenePage {
  readonly name: string;
  /** Undefined for a page that everybody sees. */
  readonly who: Who | undefined;
  readonly path: (scene: Scene) => string;
  /** What is there when the page has what it asked for. */
  readonly ready: string;
  /** The button that opens the dialog of the page. */
  readonly dialog?: RegExp;
}

export interface Scene extends AsyncDisposable {
  readonly service: TestService;
  readonly browser: Browser;
  readonly url: string;
  readonly rejectedId: string;
  readonly folder: string;
  /** Signed in as somebody, once for all pages. */
  context(who: Who | undefined): Promise<BrowserContext>;
}

const project = `/projects/${sceneProject}`;
const staff = `/staff/projects/${sceneProject}`;

export const researcherPages: readonly ScenePage[] = [
  { name: 'front', who: undefined, path: () => '/', ready: 'h1' },
  { name: 'status', who: undefined, path: () => '/status', ready: '.cards' },
  { name: 'projects', who: 'Kari Eksempel', path: () => '/projects', ready: 'main a[href*=P24]' },
  { name: 'project', who: 'Kari Eksempel', path: () => project, ready: 'main a[href*=deliveries]' },
  { name: 'send', who: 'Kari Eksempel', path: () => `${project}/send`, ready: '.drop' },
  {
    name: 'report',
    who: 'Kari Eksempel',
    path: ({ rejectedId }) => `${project}/files/${rejectedId}`,
    ready: '.profile',
  },
  {
    name: 'delivery',
    who: 'Kari Eksempel',
    path: ({ folder }) => `${project}/deliveries/${folder}`,
    ready: 'main a[href*=csv]',
  },
  { name: 'account', who: 'Kari Eksempel', path: () => '/account', ready: 'text=ssh-ed25519' },
  { name: 'supplier', who: 'Lise Leverandør', path: () => project, ready: 'text=lonn_2023.csv' },
];

export const staffPages: readonly ScenePage[] = [
  { name: 'staff-work', who: 'Sol Saksbehandler', path: () => '/staff', ready: '.work-row' },
  {
    name: 'staff-project',
    who: 'Sol Saksbehandler',
    path: () => staff,
    ready: 'main a[href*=drafts]',
  },
  {
    name: 'staff-accepted',
    who: 'Sol Saksbehandler',
    path: () => `${staff}/accepted`,
    ready: 'main a[href*=content]',
  },
  {
    name: 'staff-draft',
    who: 'Sol Saksbehandler',
    path: () => `${staff}/drafts/Uttrekk%202`,
    ready: 'text=uttrekk_2023.csv',
    dialog: /^Publiser/,
  },
  {
    name: 'staff-delivery',
    who: 'Sol Saksbehandler',
    path: ({ folder }) => `${staff}/deliveries/${folder}`,
    ready: 'text=sysselsetting.csv',
    dialog: /^Forleng/,
  },
  {
    name: 'staff-people',
    who: 'Sol Saksbehandler',
    path: () => `${staff}/people`,
    ready: 'text=kari@example.no',
    dialog: /^Fjern rollen forsker/,
  },
  { name: 'staff-stops', who: 'Sol Saksbehandler', path: () => '/staff/stops', ready: '.switch' },
  { name: 'staff-outbox', who: 'Sol Saksbehandler', path: () => '/staff/outbox', ready: 'text=EENVELOPE' },
  { name: 'staff-audit', who: 'Sol Saksbehandler', path: () => '/staff/audit', ready: '.event' },
  {
    name: 'staff-description',
    who: 'Sol Saksbehandler',
    path: () => `${staff}/description`,
    ready: '.sheet',
  },
];

async function json<T>(answer: Response): Promise<T> {
  if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
  return (await answer.json()) as T;
}

/** Kari has sent a faulty and a sound file, Lise one; there is a draft, an open delivery, and a letter that does not leave. */
export async function startScene(): Promise<Scene> {
  const service = await startTestService();
  try {
    return await furnish(service);
  } catch (thrown) {
    await service.remove();
    throw thrown;
  }
}

async function furnish(service: TestService): Promise<Scene> {
  await service.ok('demo', '--folder', 'demo');
  const url = `http://127.0.0.1:${service.httpPort}`;
  const person = (id: string, name: string, role: string, ...where: string[]) =>
    service.ok('person', 'add', id, '--name', name, '--email', `${id}@example.no`, '--role', role, ...where);
  await person('lise', 'Lise Leverandør', 'supplier', '--project', sceneProject);
  await person('sol', 'Sol Saksbehandler', 'officer');
  await person('sol', 'Sol Saksbehandler', 'auditor');
  const sound = readFileSync(service.path('demo/sysselsetting.csv'));
  writeFileSync(service.path('demo/kodebok.csv'), 'kode;navn\nA;Jordbruk\n');

  const kari = await signInAtProvider(url, 'kari');
  const lise = await signInAtProvider(url, 'lise');
  const sol = await signInAtProvider(url, 'sol');
  const put = (body: Uint8Array) =>
    kari.ask(`${api}/inbox/files/sysselsetting.csv`, { method: 'PUT', body: Buffer.from(body) });
  await json(await put(sound));
  const faulty = readFileSync(service.path('demo/med_feil/sysselsetting.csv'));
  const { id: rejectedId } = await json<{ id: string }>(await put(faulty));
  await lise.ask(`${api}/inbox/files/lonn_2023.csv`, { method: 'PUT', body: 'fnr;lonn\n1;2\n' });

  const content = { 'content-type': 'application/json' };
  await json(
    await sol.ask(`${api}/drafts`, { method: 'POST', headers: content, body: '{"name":"Uttrekk 2"}' }),
  );
  await json(
    await sol.ask(`${api}/drafts/Uttrekk%202/files/uttrekk_2023.csv`, { method: 'PUT', body: sound }),
  );
  const file = service.path('demo/sysselsetting.csv');
  await service.ok('delivery', 'publish', sceneProject, '--title', 'Uttrekk 1', file);
  const list = await json<{ items: { folder: string }[] }>(await kari.ask(`${api}/deliveries`));
  const folder = list.items[0]?.folder ?? '';
  await (await kari.ask(`${api}/deliveries/${folder}/files/sysselsetting.csv`)).arrayBuffer();
  await service.query(
    `update outbox set sent_at = null, attempts = 2, last_error = 'EENVELOPE 550', next_attempt_at = '2099-01-01'
     where id = (select id from outbox order by id limit 1)`,
  );

  const browser = await startBrowser();
  const contexts = new Map<Who | undefined, Promise<BrowserContext>>();
  return {
    service,
    browser,
    url,
    rejectedId,
    folder,
    context(who) {
      const known = contexts.get(who) ?? signedIn(browser, url, who);
      contexts.set(who, known);
      return known;
    },
    async [Symbol.asyncDispose]() {
      await browser.close();
      await service.remove();
    },
  };
}

async function signedIn(browser: Browser, url: string, who: Who | undefined): Promise<BrowserContext> {
  const context = await browser.newContext({ locale: 'nb-NO', viewport: { width: 1280, height: 900 } });
  if (who !== undefined) {
    const page = await context.newPage();
    await signInAs(page, url, who);
    await page.close();
  }
  return context;
}

/** Goes to a page of the scene and waits until it shows what it asked for. */
export async function openScenePage(scene: Scene, page: Page, to: ScenePage): Promise<void> {
  await page.goto(scene.url + to.path(scene));
  await page.locator('main h1').first().waitFor();
  await page.locator(to.ready).first().waitFor({ state: 'attached' });
  await page.waitForLoadState('networkidle');
}
