/** Pictures of the portal's pages, written when they are asked for: `DATASLUSE_SCREENS=1` for docs/screens, in Bokmål; `DATASLUSE_SCREENS_EN=FOLDER` to look at the English ones. */
import { mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';

const screens = join(import.meta.dirname, '..', '..', 'docs', 'screens');
const folders: Readonly<Record<string, string | undefined>> = {
  nb: process.env.DATASLUSE_SCREENS === '1' ? screens : undefined,
  en: process.env.DATASLUSE_SCREENS_EN,
};

/** Narrow and wide; pages that show much are cut, and over a page with a dialog the window is what is seen. */
export async function takePicture(page: Page, name: string, language: string): Promise<void> {
  const folder = folders[language];
  const [width = 0, height = 0] = await page.evaluate(() => [
    innerWidth,
    document.documentElement.scrollHeight,
  ]);
  if (folder === undefined || width === 768) return;
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${name}-${language}-${width}.png`);
  const clip = { x: 0, y: 0, width, height: Math.min(height, width < 400 ? 2000 : 950) };
  const dialog = (await page.getByRole('dialog').count()) > 0;
  await page.screenshot({ path, ...(dialog ? {} : { fullPage: true, clip }) });
  expect(statSync(path).size).toBeLessThan(150_000);
}
