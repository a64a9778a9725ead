/** What the first load of every page of the portal costs: script, bytes, requests, and how much moves under the reader's eyes. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { browserIsAbsent } from '../support/portal-browser.ts';
import {
  openScenePage,
  researcherPages,
  type Scene,
  staffPages,
  startScene,
} from '../support/portal-scene.ts';

/** Bytes as they come over the line. Staff's entry carries the pages of the work list and of access; the rest is fetched when gone to. */
const limits = {
  script: 200_000,
  transferred: 250_000,
  requests: 35,
  /** As Core Web Vitals count: above 0.1 is not good. */
  layoutShift: 0.1,
  /** Counts, not times: how often the browser laid the page out anew, and how much there is to lay out. */
  layouts: 30,
  elements: 1500,
} as const;

let scene: Scene;

describe.skipIf(browserIsAbsent('portal-budget'))('the weight of the portal', () => {
  beforeAll(async () => {
    scene = await startScene();
  }, 180_000);

  afterAll(() => scene?.[Symbol.asyncDispose]());

  test.each([...researcherPages, ...staffPages])(
    '$name costs no more than its budget at the first visit, and does not jump',
    async (one) => {
      const context = await scene.context(one.who);
      const page = await context.newPage();
      const protocol = await context.newCDPSession(page);
      await protocol.send('Network.enable');
      await protocol.send('Network.setCacheDisabled', { cacheDisabled: true });
      await protocol.send('Performance.enable');
      const kinds = new Map<string, string>();
      const bytes = { script: 0, transferred: 0 };
      protocol.on('Network.responseReceived', ({ requestId, type }) => kinds.set(requestId, type));
      protocol.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
        bytes.transferred += encodedDataLength;
        if (kinds.get(requestId) === 'Script') bytes.script += encodedDataLength;
      });
      await page.addInitScript(() => {
        const seen = { shift: 0 };
        Object.assign(window, { seen });
        new PerformanceObserver((list) => {
          for (const entry of list.getEntries() as (PerformanceEntry & { value: number })[])
            seen.shift += entry.value;
        }).observe({ type: 'layout-shift', buffered: true });
      });
      await openScenePage(scene, page, one);
      // What the last answers changed has been drawn.
      await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn))));
      const layoutShift = await page.evaluate(
        () => (window as unknown as { seen: { shift: number } }).seen.shift,
      );
      const { metrics } = await protocol.send('Performance.getMetrics');
      const layouts = metrics.find(({ name }) => name === 'LayoutCount')?.value ?? Number.NaN;
      const elements = await page.locator('*').count();
      const cost = { ...bytes, requests: kinds.size, layoutShift, layouts, elements };
      if (process.env.DATASLUSE_BUDGET === 'show') console.log(one.name, JSON.stringify(cost));
      expect(cost.script).toBeGreaterThan(50_000);
      for (const [name, most] of Object.entries(limits))
        expect(cost[name as keyof typeof limits], name).toBeLessThanOrEqual(most);
      await page.close();
    },
    60_000,
  );
});
