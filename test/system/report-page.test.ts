/** The report as a page in a browser: nothing sticks out at 320 px, axe finds nothing, and no name in it comes alive. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { renderHtml } from '../../src/validators/render-html.ts';
import type { Report } from '../../src/validators/report.ts';

const chromiumPath = '/usr/bin/chromium';
const vectors = join(import.meta.dirname, '../vectors/validators');

const absent = !existsSync(chromiumPath);
if (absent) console.log(`report: skipped, there is no ${chromiumPath} (apt-get install chromium)`);

const golden = (name: string) =>
  JSON.parse(readFileSync(join(vectors, name, 'report.json'), 'utf8')) as Report;

let browser: Browser;

describe.skipIf(absent)('the report as a page', () => {
  beforeAll(async () => {
    browser = await chromium.launch({
      executablePath: chromiumPath,
      args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'],
    });
  });
  afterAll(() => browser?.close());

  test('fits in 320 px, whatever was found', async () => {
    const page = await browser.newPage({ viewport: { width: 320, height: 800 } });
    for (const name of readdirSync(vectors)) {
      await page.setContent(renderHtml(golden(name), 'nb'));
      const over = await page.evaluate('document.documentElement.scrollWidth - window.innerWidth');
      expect(over, name).toBeLessThanOrEqual(0);
    }
    await page.close();
  });

  test.each([
    [320, 'light'],
    [1280, 'light'],
    [1280, 'dark'],
  ] as const)('axe finds nothing at %i px, %s', async (width, colorScheme) => {
    const context = await browser.newContext({
      viewport: { width, height: 800 },
      colorScheme,
      bypassCSP: true,
    });
    const page = await context.newPage();
    for (const name of ['accepted', 'four-accidents', 'sas-not-read', 'code-list']) {
      await page.setContent(renderHtml(golden(name), 'nn'));
      const { violations } = await new AxeBuilder({ page }).analyze();
      expect(
        violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]),
        name,
      ).toEqual([]);
    }
    await context.close();
  });

  test('a hostile name is text, and asks for nothing', async () => {
    const page = await browser.newPage();
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    const name = '"><img src=http://evil.test/x onerror="document.title=1"><script>document.title=2</script>';
    const report = golden('four-accidents');
    const title = `Avvist: ${name} – Kontrollrapport`;
    await page.setContent(renderHtml({ ...report, file: { ...report.file, name } }, 'nb'));
    expect(await page.title()).toBe(title);
    expect(await page.locator('.file').textContent()).toBe(name);
    expect(await page.locator('img, script').count()).toBe(0);
    expect(asked.filter((url) => url.startsWith('http'))).toEqual([]);
    await page.close();
  });
});
