/** The description editor in Chromium: who is to send a file, what that supplier is told by page and by SFTP, and leaving with changes. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { browserIsAbsent, faultsOf, watchedPage } from '../support/portal-browser.ts';
import { openScenePage, type Scene, sceneProject, staffPages, startScene } from '../support/portal-scene.ts';
import type { TestPerson } from '../support/service.ts';

let scene: Scene;
let firma: TestPerson;

const editor = staffPages.find(({ name }) => name === 'staff-description');
const title = 'Arbeid og helse (eksempel)';

describe.skipIf(browserIsAbsent('portal-description'))('the description editor', () => {
  beforeAll(async () => {
    scene = await startScene();
    firma = await scene.service.addPerson('firma', 'supplier', sceneProject);
  }, 180_000);

  afterAll(() => scene?.[Symbol.asyncDispose]());

  async function openEditor(): Promise<Page> {
    const { page } = await watchedPage(await scene.context('Sol Saksbehandler'), scene.url);
    if (editor !== undefined) await openScenePage(scene, page, editor);
    return page;
  }

  async function status(person: TestPerson): Promise<string> {
    const got = await scene.service.sftp(person, [`get /${sceneProject}/inbox/STATUS.txt told.txt`]);
    expect(got.exitCode).toBe(0);
    return (await import('node:fs/promises')).readFile(scene.service.path('told.txt'), 'utf8');
  }

  test('a file is given to a supplier, who is told of it and of no other, on the page and in STATUS.txt', async () => {
    const page = await openEditor();
    expect(await status(firma)).not.toContain('sysselsetting.csv');
    const lise = await watchedPage(await scene.context('Lise Leverandør'), scene.url);
    await lise.page.goto(`${scene.url}/projects/${sceneProject}`);
    await lise.page.getByText('lonn_2023.csv').first().waitFor();
    expect(await lise.page.getByText('sysselsetting.csv').count()).toBe(0);

    await page.getByLabel('Sendes av').selectOption('Lise Leverandør');
    await page.getByRole('button', { name: 'Lagre', exact: true }).click();
    await page.getByText('Lagret som utgave 2.').waitFor();
    await page.reload();
    await page.locator('.sheet').waitFor();
    expect(await page.getByLabel('Sendes av').inputValue()).toBe('lise');
    expect(await faultsOf(page)).toEqual([]);

    await lise.page.reload();
    await lise.page
      .getByRole('listitem')
      .filter({ hasText: 'sysselsetting.csv' })
      .getByText('Mangler')
      .waitFor();
    expect(await faultsOf(lise.page)).toEqual([]);
    // The other supplier goes on knowing nothing.
    expect(await status(firma)).not.toContain('sysselsetting.csv');

    await page.goto(`${scene.url}/staff/projects/${sceneProject}`);
    await page.getByText('Skal sendes av Lise Leverandør').waitFor();
    await page.close();

    const other = await openEditor();
    await other.getByLabel('Sendes av').selectOption('firma Eksempel');
    await other.getByRole('button', { name: 'Lagre', exact: true }).click();
    await other.getByText('Lagret som utgave 3.').waitFor();
    expect(await status(firma)).toMatch(/sysselsetting\.csv +MANGLER/);
    await lise.page.reload();
    await lise.page.getByText('lonn_2023.csv').first().waitFor();
    expect(await lise.page.getByText('sysselsetting.csv').count()).toBe(0);
    await lise.page.close();
    await other.close();
  });

  test('asks before a page with changes is left by a link, by the browser’s button and by signing out', async () => {
    const page = await openEditor();
    const dialog = page.getByRole('dialog');
    const cell = page.getByLabel('Tittel, rad 1');
    const people = page.getByRole('navigation', { name: 'Hovedmeny' }).getByRole('link').first();
    const here = new URL(page.url()).pathname;
    const expectToStay = async () => {
      await dialog.getByRole('heading', { name: 'Forlate siden uten å lagre?' }).waitFor();
      expect(await faultsOf(page)).toEqual([]);
      await dialog.getByRole('button', { name: 'Avbryt' }).click();
      await dialog.waitFor({ state: 'detached' });
      await expect.poll(() => new URL(page.url()).pathname).toBe(here);
      expect(await cell.inputValue()).toBe('Noe annet');
    };
    // There is a page of ours to go back to.
    await page.getByRole('link', { name: sceneProject, exact: true }).click();
    await page.getByRole('heading', { level: 1, name: title }).waitFor();
    await page.getByRole('link', { name: 'Åpne filbeskrivelsen' }).click();
    await cell.fill('Noe annet');

    await people.click();
    await expectToStay();
    await page.goBack();
    await expectToStay();
    await page.getByRole('button', { name: 'Logg ut' }).click();
    await expectToStay();

    // Another language is not another page.
    await page.getByRole('button', { name: /Nynorsk|NN/ }).click();
    await page.getByRole('heading', { level: 1, name: 'Filskildring' }).waitFor();
    expect(await page.getByLabel('Tittel, rad 1').inputValue()).toBe('Noe annet');
    await page.getByRole('button', { name: /Bokmål|NB/ }).click();
    await page.getByRole('heading', { level: 1, name: 'Filbeskrivelse' }).waitFor();

    await page.goBack();
    await dialog.getByRole('button', { name: 'Forlat siden' }).click();
    await page.getByRole('heading', { level: 1, name: title }).waitFor();
    await page.goForward();
    await page.getByText('Alt er lagret').waitFor();
    expect(await cell.inputValue()).not.toBe('Noe annet');

    // What is saved is left unasked.
    await people.click();
    await page.getByRole('heading', { level: 1, name: 'Mine prosjekter' }).waitFor();
    expect(await dialog.count()).toBe(0);
    await page.close();
  });

  test('what may go out is described on a page of its own, and does not touch what comes in', async () => {
    const { page, complaints } = await watchedPage(await scene.context('Sol Saksbehandler'), scene.url);
    await page.goto(`${scene.url}/staff/projects/${sceneProject}`);
    await page.getByRole('link', { name: 'Åpne beskrivelsen av det som leveres ut' }).click();
    await page.getByRole('heading', { level: 1, name: 'Beskrivelse av det som leveres ut' }).waitFor();
    await page.getByText('Ikke beskrevet ennå').waitFor();
    await page.locator('.sample-drop input').setInputFiles({
      name: 'uttrekk.csv',
      mimeType: 'text/csv',
      buffer: Buffer.from(`lopenr;antall\n${Array.from({ length: 12 }, (_, n) => `${n};${n}\n`).join('')}`),
    });
    await page.getByLabel('Navn, rad 1').waitFor();
    expect(await page.getByLabel('Navn, rad 1').inputValue()).toBe('lopenr');
    expect(await page.getByLabel('Sendes av').count()).toBe(0);
    await page.getByRole('button', { name: 'Lagre', exact: true }).click();
    await page.getByText('Lagret som utgave 1.').waitFor();
    for (const width of [320, 1280]) {
      await page.setViewportSize({ width, height: 900 });
      expect(await faultsOf(page)).toEqual([]);
    }
    await page.reload();
    await page.getByLabel('Navn, rad 1').waitFor();
    expect(await page.getByLabel('Navn, rad 1').inputValue()).toBe('lopenr');
    expect(complaints).toEqual([]);
    await page.goto(`${scene.url}/staff/projects/${sceneProject}/description`);
    await page.locator('.sheet').waitFor();
    expect(await page.getByText('uttrekk.csv').count()).toBe(0);
    await page.close();
  });

  test('asks in the browser’s own words before a tab with changes is closed', async () => {
    const page = await openEditor();
    await page.getByLabel('Tittel, rad 1').fill('Noe annet');
    const [asked] = await Promise.all([page.waitForEvent('dialog'), page.close({ runBeforeUnload: true })]);
    expect(asked.type()).toBe('beforeunload');
    await asked.accept();
  });
});
