/** A researcher's whole way with a large file: checked in the browser, sent, paused, broken off with the browser, gone on with, answered, and a delivery fetched. */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { faultyFile, soundFile } from '../../src/cli/demo-data.ts';
import { browserIsAbsent, signInAs, startProfile, watchedPage } from '../support/portal-browser.ts';
import { startTestService, type TestService } from '../support/service.ts';

const project = 'P24-0187';
const name = 'sysselsetting.csv';
/** Some 20 MB: at the speed below it takes long enough to be broken off. */
const records = 300_000;
const bytesPerSecond = 4_000_000;

let service: TestService;
let url = '';
let context: BrowserContext | undefined;

async function slowDown(page: Page): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await session.send('Network.enable');
  await session.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: 0,
    downloadThroughput: -1,
    uploadThroughput: bytesPerSecond,
  });
}

/** What the page's requests to uploads were, with the offset that they began at. */
function uploadsOf(page: Page): string[] {
  const asked: string[] = [];
  page.on('request', (request) => {
    if (!new URL(request.url()).pathname.startsWith('/api/v1/uploads')) return;
    asked.push(`${request.method()} ${request.headers()['upload-offset'] ?? ''}`.trim());
  });
  return asked;
}

describe.skipIf(browserIsAbsent('portal-upload'))('sending on the page', () => {
  beforeAll(async () => {
    service = await startTestService();
    await service.ok('demo', '--folder', 'demo');
    url = `http://127.0.0.1:${service.httpPort}`;
    service.write(name, soundFile(records));
    mkdirSync(service.path('med_feil'));
    service.write(`med_feil/${name}`, faultyFile(2000));
  }, 90_000);

  afterEach(() => context?.close());

  afterAll(async () => {
    await service?.remove();
  });

  const openSendPage = async () => {
    context = await startProfile(service.path('profile'), { acceptDownloads: true });
    const watched = await watchedPage(context, url);
    await signInAs(watched.page, url, 'Kari Eksempel');
    await watched.page.goto(`${url}/projects/${project}/send`);
    return watched;
  };

  test('a faulty file is found out before a byte of it is sent', async () => {
    const { page, complaints } = await openSendPage();
    const asked = uploadsOf(page);
    await page.locator('input[type=file]').setInputFiles(service.path(`med_feil/${name}`));
    await page.getByText('4 ting må rettes').waitFor();
    await page.getByText('Ledende null er borte: fnr').first().waitFor();
    expect(asked).toEqual([]);
    expect(await service.json<unknown[]>('inbound', 'list', project)).toEqual([]);
    expect(complaints).toEqual([]);
    await context?.close();
  }, 60_000);

  test('an upload is paused and gone on with, and survives that the browser is closed in the middle', async () => {
    const first = await openSendPage();
    await slowDown(first.page);
    await first.page.locator('input[type=file]').setInputFiles(service.path(name));
    await first.page.getByText('Filen følger alle reglene').waitFor();
    const asked = uploadsOf(first.page);
    await first.page.getByRole('button', { name: `Send: ${name}` }).click();
    await first.page.getByText(/MB\/s · omtrent \d+ sekund/).waitFor();
    await first.page.getByText(/Tjenesten har kontrollert [\d\u202f]+ rader/).waitFor();

    await first.page.getByRole('button', { name: `Pause: ${name}` }).click();
    await first.page.getByText('På pause').waitFor();
    await first.page.getByRole('button', { name: `Fortsett: ${name}` }).click();
    await expect.poll(() => asked.filter((one) => one.startsWith('PATCH')).length).toBe(2);
    expect(Number(asked.at(-1)?.split(' ')[1])).toBeGreaterThan(0);
    await first.page.getByText(/MB\/s · omtrent \d+ sekund/).waitFor();
    expect(first.complaints).toEqual([]);
    await context?.close();

    const second = await openSendPage();
    const again = uploadsOf(second.page);
    await second.page.getByRole('heading', { name: 'Ikke ferdig sendt' }).waitFor();
    await second.page.locator('input[type=file]').setInputFiles(service.path(name));
    await second.page.getByText('er sendt fra før').waitFor();
    expect(again).toEqual([]);
    await second.page.getByRole('button', { name: `Send: ${name}` }).click();
    await second.page.getByText('Godtatt. Kvitteringen er klar.').waitFor();
    expect(again[0]).toBe('HEAD');
    expect(again).not.toContain('POST');
    expect(Number(again[1]?.split(' ')[1])).toBeGreaterThan(1_000_000);

    const sha256 = createHash('sha256')
      .update(readFileSync(service.path(name)))
      .digest('hex');
    await second.page.getByRole('link', { name: 'Se rapport og kvittering' }).click();
    await second.page.getByRole('heading', { level: 1, name }).waitFor();
    await second.page.getByText(sha256).waitFor();
    expect(await service.json('inbound', 'list', project)).toMatchObject([
      { name, state: 'accepted', version: 1 },
    ]);

    await second.page.goto(`${url}/projects/${project}/send`);
    await second.page.getByText('Slipp filer her').waitFor();
    expect(await second.page.getByRole('heading', { name: 'Ikke ferdig sendt' }).count()).toBe(0);
    expect(second.complaints).toEqual([]);
    await context?.close();
  }, 120_000);

  test('what is being sent goes on while the reader looks at other pages', async () => {
    const { page } = await openSendPage();
    await slowDown(page);
    service.write('andre.csv', soundFile(150_000));
    await page.locator('input[type=file]').setInputFiles(service.path('andre.csv'));
    await page.getByRole('button', { name: /^Send( likevel)?: andre.csv/ }).click();
    await page.getByText(/MB\/s/).waitFor();
    await page.getByRole('navigation').getByRole('link', { name: 'Mine prosjekter' }).first().click();
    await page.getByRole('link', { name: 'Sender 1 fil' }).waitFor();
    await page.getByRole('link', { name: 'Sender 1 fil' }).click();
    await page.getByRole('link', { name: 'Se rapport og kvittering' }).waitFor({ timeout: 30_000 });
    await context?.close();
  }, 60_000);

  test('a delivery is found as the next step, fetched whole, and its checksum is the one shown', async () => {
    await service.ok(
      'delivery',
      'publish',
      project,
      '--title',
      'Uttrekk 1',
      service.path('demo/sysselsetting.csv'),
    );
    const { page, complaints } = await openSendPage();
    await page.goto(`${url}/projects`);
    await page.getByText('Hent leveransen').waitFor();
    await page.getByRole('link', { name: 'Arbeid og helse (eksempel)' }).click();
    await page.getByRole('link', { name: 'Gå til leveransen' }).click();
    await page.getByText(/1[34] dager( og \d+ timer?)? igjen/).waitFor();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: `Last ned: ${name}` }).click(),
    ]);
    const path = await download.path();
    const sha256 = createHash('sha256').update(readFileSync(path)).digest('hex');
    await page.getByText(sha256).waitFor();
    await page.reload();
    await page.getByText(`${name}, hele filen`).waitFor();
    expect(complaints).toEqual([]);
    await context?.close();
  }, 60_000);
});
