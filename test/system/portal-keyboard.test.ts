/** Every page of the portal with the Tab key alone, wide and narrow: nothing is skipped, nothing hidden, and every stop is seen. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { walkWithTab } from '../support/focus-walk.ts';
import { browserIsAbsent, watchedPage } from '../support/portal-browser.ts';
import {
  openScenePage,
  researcherPages,
  type Scene,
  staffPages,
  startScene,
} from '../support/portal-scene.ts';

let scene: Scene;

const pages = [...researcherPages, ...staffPages];

describe.skipIf(browserIsAbsent('portal-keyboard'))('the portal by keyboard', () => {
  beforeAll(async () => {
    scene = await startScene();
  }, 180_000);

  afterAll(() => scene?.[Symbol.asyncDispose]());

  test.each(pages)(
    '$name: Tab comes to everything in the order that it is read in, and each is seen',
    async (one) => {
      const { page } = await watchedPage(await scene.context(one.who), scene.url);
      try {
        for (const width of [1280, 320]) {
          await page.setViewportSize({ width, height: 900 });
          await openScenePage(scene, page, one);
          const { came, faults } = await walkWithTab(page);
          expect(came[0]).toBe('a Hopp til hovedinnhold');
          expect(came.length).toBeGreaterThan(6);
          expect(faults).toEqual([]);
        }
      } finally {
        await page.close();
      }
    },
    120_000,
  );

  test.each(pages.filter(({ dialog }) => dialog !== undefined))(
    '$name: Tab stays in the dialog, and Escape gives focus back to what opened it',
    async (one) => {
      const { page } = await watchedPage(await scene.context(one.who), scene.url);
      try {
        await openScenePage(scene, page, one);
        const opener = page.getByRole('button', { name: one.dialog ?? '' }).first();
        const words = await opener.textContent();
        await opener.focus();
        await page.keyboard.press('Enter');
        await page.getByRole('dialog').waitFor();
        const { came, faults } = await walkWithTab(page, 'dialog[open]');
        expect(came.length).toBeGreaterThan(1);
        expect(faults).toEqual([]);
        // Once more around: the browser's own bar is between, the page behind is not.
        for (let presses = 0; presses <= came.length + 2; presses += 1) {
          await page.keyboard.press('Tab');
          const outside = await page.evaluate(() => {
            const { activeElement } = document;
            return activeElement !== document.body && activeElement?.closest('dialog') === null;
          });
          expect(outside).toBe(false);
        }
        await page.keyboard.press('Escape');
        await page.getByRole('dialog').waitFor({ state: 'detached' });
        expect(await page.evaluate(() => document.activeElement?.textContent)).toBe(words);
      } finally {
        await page.close();
      }
    },
    60_000,
  );
});
