/** Goes through a page with the Tab key and tells what is wrong with the way: what is skipped, out of order, hidden, or without a ring. */
import type { Page } from 'playwright-core';

/** What a keyboard can come to, as the page says. */
const stops = [
  'a[href]',
  'button',
  'input:not([type=hidden])',
  'select',
  'textarea',
  'summary',
  'u-summary',
  '[tabindex]',
  '[contenteditable=true]',
].join();

export interface Walk {
  /** What was come to, in order, in words. */
  readonly came: readonly string[];
  readonly faults: readonly string[];
}

interface Stop {
  readonly at: number;
  readonly words: string;
  readonly faults: readonly string[];
  readonly nowhere: boolean;
}

/** Notes what can be come to in `within`, and how each looks and lies while nothing has focus; focus is before it all. */
function note(page: Page, within: string): Promise<string[]> {
  return page.evaluate(
    ({ stops, within }) => {
      const root = document.querySelector(within) ?? document.body;
      const before = document.createElement('span');
      before.tabIndex = -1;
      root.prepend(before);
      before.focus({ preventScroll: true });
      scrollTo(0, 0);
      const isStop = (element: HTMLElement): boolean => {
        if (element.tabIndex < 0 || element.matches(':disabled') || element.closest('[inert]') !== null)
          return false;
        if (!element.checkVisibility({ visibilityProperty: true })) return false;
        if (!(element instanceof HTMLInputElement) || element.type !== 'radio') return true;
        // Of a group of choices, Tab comes to the one that is chosen.
        const group = [...document.querySelectorAll<HTMLInputElement>(`input[name="${element.name}"]`)];
        return (group.find((one) => one.checked) ?? group[0]) === element;
      };
      // What scrolls and has nothing in it to come to is come to itself.
      const scrolls = (element: HTMLElement): boolean =>
        ['auto', 'scroll'].some((way) =>
          [getComputedStyle(element).overflowX, getComputedStyle(element).overflowY].includes(way),
        ) &&
        (element.scrollWidth > element.clientWidth || element.scrollHeight > element.clientHeight) &&
        element.checkVisibility() &&
        ![...element.querySelectorAll<HTMLElement>(stops)].some(isStop);
      const elements = [...root.querySelectorAll<HTMLElement>('*')].filter(
        (element) => element !== before && ((element.matches(stops) && isStop(element)) || scrolls(element)),
      );
      const look = (element: Element): string =>
        [element, element.parentElement, element.parentElement?.parentElement, ...(labels(element) ?? [])]
          .filter((one) => one instanceof Element)
          .flatMap((one) => [getComputedStyle(one), getComputedStyle(one, '::before')])
          .map((style) =>
            [style.outlineStyle, style.outlineWidth, style.outlineColor, style.boxShadow].join(),
          )
          .join('|');
      const labels = (element: Element) => (element instanceof HTMLInputElement ? element.labels : null);
      const fixed = (element: Element): boolean => {
        for (let one: Element | null = element; one !== null; one = one.parentElement)
          if (['sticky', 'fixed'].includes(getComputedStyle(one).position)) return true;
        return false;
      };
      const words = (element: Element): string =>
        `${element.tagName.toLowerCase()} ${(element.getAttribute('aria-label') ?? element.textContent ?? '').trim().slice(0, 50)}`;
      const noted = elements.map((element) => {
        const { left, right, top, bottom } = element.getBoundingClientRect();
        const place = fixed(element) ? undefined : { left, right, top, bottom };
        return { element, look: look(element), place, words: words(element) };
      });
      Object.assign(window, { walk: { noted, look, labels, words } });
      before.remove();
      return noted.map((one) => one.words);
    },
    { stops, within },
  );
}

/** Where focus is now, and what is wrong with how it is seen. */
function stopNow(page: Page): Promise<Stop> {
  return page.evaluate(() => {
    interface Noted {
      element: HTMLElement;
      look: string;
      words: string;
    }
    const { walk } = window as unknown as {
      walk: {
        noted: Noted[];
        look: (element: Element) => string;
        labels: (element: Element) => NodeListOf<HTMLLabelElement> | null;
        words: (element: Element) => string;
      };
    };
    const active = document.activeElement;
    if (active === null || active === document.body || active === document.documentElement)
      return { at: -1, words: '', faults: [], nowhere: true };
    const at = walk.noted.findIndex((one) => one.element === active);
    const words = walk.words(active);
    const faults: string[] = [];
    if (at < 0) return { at, words, faults: [`comes to what was not noted: ${words}`], nowhere: false };
    // A field that is drawn by its label is seen where the label is.
    const seen = [active, ...(walk.labels(active) ?? []), active.parentElement ?? active];
    const visible = seen.some((element) => {
      const box = element.getBoundingClientRect();
      const left = Math.max(box.left, 0);
      const right = Math.min(box.right, innerWidth);
      const top = Math.max(box.top, 0);
      const bottom = Math.min(box.bottom, innerHeight);
      if (right - left < 2 || bottom - top < 2) return false;
      const points = [
        [(left + right) / 2, (top + bottom) / 2],
        [left + 2, top + 2],
        [right - 2, bottom - 2],
      ] as const;
      return points.some(([x, y]) => {
        const hit = document.elementFromPoint(x, y);
        return hit !== null && element.contains(hit);
      });
    });
    if (!visible) faults.push(`is not seen when it has focus: ${words}`);
    if (walk.look(active) === walk.noted[at]?.look) faults.push(`looks no different with focus: ${words}`);
    return { at, words, faults, nowhere: false };
  });
}

/** Where one goes back up or back to the left, other than to the next column. */
function backwards(page: Page, order: readonly number[]): Promise<string[]> {
  return page.evaluate((order) => {
    interface Noted {
      place: { left: number; right: number; top: number; bottom: number } | undefined;
      words: string;
    }
    const { noted } = (window as unknown as { walk: { noted: Noted[] } }).walk;
    const faults: string[] = [];
    for (const [i, at] of order.entries()) {
      const [from, to] = [noted[order[i - 1] ?? -1], noted[at]];
      if (from?.place === undefined || to?.place === undefined) continue;
      const higher = to.place.bottom <= from.place.top + 1;
      const sameRow = to.place.top < from.place.bottom - 1 && from.place.top < to.place.bottom - 1;
      const leftOf = to.place.right <= from.place.left + 1;
      if (higher && to.place.left < from.place.right - 1)
        faults.push(`goes up from ${from.words} to ${to.words}`);
      if (sameRow && leftOf) faults.push(`goes left from ${from.words} to ${to.words}`);
    }
    return faults;
  }, order);
}

/** From the top to the end, or once around in a dialog. */
export async function walkWithTab(page: Page, within = 'body'): Promise<Walk> {
  const noted = await note(page, within);
  const order: number[] = [];
  const came: string[] = [];
  const faults: string[] = [];
  const most = noted.length * 2 + 10;
  for (let presses = 0; ; presses += 1) {
    if (presses > most) {
      faults.push(`is kept by ${came.at(-1) ?? 'nothing'}`);
      break;
    }
    await page.keyboard.press('Tab');
    const stop = await stopNow(page);
    if (stop.nowhere || (order.length > 1 && stop.at === order[0])) break;
    // A field of a date has several parts, and the browser draws the ring of those itself.
    if (stop.at >= 0 && stop.at === order.at(-1)) continue;
    faults.push(...stop.faults);
    if (stop.at < 0) continue;
    if (stop.at < (order.at(-1) ?? -1)) faults.push(`comes out of order to ${stop.words}`);
    order.push(stop.at);
    came.push(stop.words);
  }
  faults.push(...noted.filter((_words, at) => !order.includes(at)).map((words) => `skips ${words}`));
  faults.push(...(await backwards(page, order)));
  return { came, faults };
}
