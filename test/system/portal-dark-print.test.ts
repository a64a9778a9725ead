/** Staff's pages in the dark and on paper: colours that can be read, and no buttons where nothing can be pressed. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { browserIsAbsent, faultsOf, overflowOf, watchedPage } from '../support/portal-browser.ts';
import { openScenePage, type Scene, staffPages, startScene } from '../support/portal-scene.ts';

let scene: Scene;

/** What one can see of what is there to be pressed or followed around the service. */
function pressable(page: Page): Promise<string[]> {
  return page
    .locator('button, nav, input[type=file], [role=switch]')
    .evaluateAll((found) =>
      found
        .filter((element) => element.checkVisibility({ visibilityProperty: true }))
        .map((element) => `${element.tagName} ${element.getAttribute('aria-label') ?? element.textContent}`),
    );
}

describe.skipIf(browserIsAbsent('portal-dark-print'))('the pages of staff, dark and printed', () => {
  beforeAll(async () => {
    scene = await startScene();
  }, 180_000);

  afterAll(() => scene?.[Symbol.asyncDispose]());

  test.each(staffPages)(
    '$name is free of faults in the dark, also with its dialog open',
    async (one) => {
      const { page, complaints } = await watchedPage(await scene.context(one.who), scene.url);
      try {
        await page.emulateMedia({ colorScheme: 'dark' });
        await openScenePage(scene, page, one);
        expect(await faultsOf(page, ['best-practice'])).toEqual([]);
        if (one.dialog !== undefined) {
          await page.getByRole('button', { name: one.dialog }).first().click();
          await page.getByRole('dialog').waitFor();
          expect(await faultsOf(page)).toEqual([]);
        }
        expect(complaints).toEqual([]);
      } finally {
        await page.close();
      }
    },
    60_000,
  );

  test.each(staffPages)(
    '$name is printed without what is there to be pressed, in colours that can be read, on the width of the paper',
    async (one) => {
      const { page } = await watchedPage(await scene.context(one.who), scene.url);
      try {
        // A4 less its margins, at 96 pixels to the inch.
        await page.setViewportSize({ width: 718, height: 1000 });
        await openScenePage(scene, page, one);
        await page.emulateMedia({ media: 'print' });
        expect(await pressable(page)).toEqual([]);
        expect(await overflowOf(page)).toBe(0);
        expect(await faultsOf(page)).toEqual([]);
      } finally {
        await page.close();
      }
    },
    60_000,
  );
});
