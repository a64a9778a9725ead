/** Chromium on the portal: signs in, and knows what a page complains of, what axe finds, and whether it is wider than the window. */
import { existsSync } from 'node:fs';
import { AxeBuilder } from '@axe-core/playwright';
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Page,
} from 'playwright-core';

const chromiumPath = '/usr/bin/chromium';

/** True, and said, where there is no browser to test with. */
export function browserIsAbsent(test: string): boolean {
  const absent = !existsSync(chromiumPath);
  if (absent) console.log(`${test}: skipped, there is no ${chromiumPath} (apt-get install chromium)`);
  return absent;
}

const launchArguments = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export function startBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: chromiumPath, args: launchArguments });
}

/** A profile on disk: what it keeps outlives the browser. */
export function startProfile(folder: string, options: BrowserContextOptions = {}): Promise<BrowserContext> {
  return chromium.launchPersistentContext(folder, {
    executablePath: chromiumPath,
    args: launchArguments,
    locale: 'nb-NO',
    ...options,
  });
}

export interface Watched {
  readonly page: Page;
  /** Errors and warnings of the console, of scripts, and of the content policy; requests that go elsewhere. */
  readonly complaints: string[];
}

/** A page that is listened to. Chromium itself reports the 401 that says that nobody is signed in yet. */
export async function watchedPage(context: BrowserContext, url: string): Promise<Watched> {
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(`error: ${error.message}`));
  page.on('console', (message) => {
    const nobody = message.location().url.endsWith('/api/v1/session') && message.text().includes('401');
    if (['error', 'warning'].includes(message.type()) && !nobody) complaints.push(message.text());
  });
  page.on('request', (request) => {
    if (!request.url().startsWith(url) && !request.url().startsWith('blob:'))
      complaints.push(`asked elsewhere: ${request.url()}`);
  });
  await page.addInitScript(() => {
    addEventListener('securitypolicyviolation', (event) => console.error(`CSP ${event.violatedDirective}`));
  });
  return { page, complaints };
}

/** Whoever was signed in at the provider before is not asked again there. */
export async function signInAs(page: Page, url: string, name: string): Promise<void> {
  const signedIn = page.getByText(`Logget inn som ${name}`);
  const link = page.getByRole('link', { name: 'Logg inn' });
  const choice = page.getByRole('button', { name });
  await page.goto(url);
  await link.or(signedIn).waitFor();
  if (await link.isVisible()) {
    await link.click();
    await choice.or(signedIn).waitFor();
    if (await choice.isVisible()) await choice.click();
  }
  await signedIn.waitFor();
}

/** What axe finds against WCAG 2.1 A and AA, and `more`, as rule and elements. What is fading in has other colours: it is waited for. */
export async function faultsOf(page: Page, more: readonly string[] = []): Promise<[string, string[]][]> {
  await page.evaluate(async () => {
    const endless = (one: Animation) => one.effect?.getComputedTiming().endTime === Number.POSITIVE_INFINITY;
    const fading = document.getAnimations().filter((one) => !endless(one));
    await Promise.allSettled(fading.map((one) => one.finished));
  });
  const found = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', ...more])
    .analyze();
  return found.violations.map(({ id, nodes }) => [id, nodes.map((node) => node.html)]);
}

/** Pixels by which the page is wider than the window. */
export function overflowOf(page: Page): Promise<number> {
  return page.evaluate(() => Math.max(0, document.documentElement.scrollWidth - innerWidth));
}
