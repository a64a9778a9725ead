/** The place that the address bar names, and links that go to another without loading the page anew. */
import { Button, Link } from '@digdir/designsystemet-react';
import { type ComponentProps, type MouseEvent, type ReactNode, useSyncExternalStore } from 'react';
import { askToLeave, isGuarded } from './leaving.ts';
import { type Place, pathOf, placeAt } from './places.ts';

/** Set on the way to another page, until its heading has been read out from (page-head.tsx). */
let arriving = false;

/** The path that is shown. The address bar is ahead of it while somebody is asked whether to leave. */
let shown: string | undefined;

/** Which entry of the browser's history is shown, counted by us: it does not tell which way somebody went. */
let entry: number | undefined;

const lookers = new Set<() => void>();

function entryOf(state: unknown): number | undefined {
  const held = (state as { entry?: unknown } | null)?.entry;
  return typeof held === 'number' ? held : undefined;
}

function arrive(): void {
  arriving = true;
  shown = location.pathname;
  entry = entryOf(history.state) ?? 0;
  for (const look of lookers) look();
}

let puttingBack = false;

/** The browser's back and forward, which it tells of when they have happened. */
function onPop(): void {
  if (puttingBack) {
    puttingBack = false;
    return;
  }
  const from = entry ?? 0;
  if (!isGuarded() || location.pathname === shown) {
    // A step within the page, such as the skip link's, is an entry too.
    if (entryOf(history.state) === undefined && location.pathname === shown)
      history.replaceState({ entry: from + 1 }, '');
    arrive();
    return;
  }
  const steps = (entryOf(history.state) ?? 0) - from || -1;
  puttingBack = true;
  history.go(-steps);
  askToLeave(() => history.go(steps));
}

function onMove(look: () => void): () => void {
  if (lookers.size === 0) addEventListener('popstate', onPop);
  lookers.add(look);
  return () => {
    lookers.delete(look);
    if (lookers.size === 0) removeEventListener('popstate', onPop);
  };
}

/** The path, from which everything else follows. */
export function usePath(): string {
  return useSyncExternalStore(onMove, () => {
    entry ??= entryOf(history.state) ?? 0;
    shown ??= location.pathname;
    return shown;
  });
}

export function usePlace(): Place | undefined {
  return placeAt(usePath());
}

/** True once after each move to another page: whoever asks first has to take care of focus. */
export function takeArrival(): boolean {
  const was = arriving;
  arriving = false;
  return was;
}

/** Goes to another page of the portal, once nobody has anything to lose by it. */
export function go(place: Place): void {
  const path = pathOf(place);
  if (shown === path) move(path);
  else askToLeave(() => move(path));
}

function move(path: string): void {
  if (location.pathname !== path) history.pushState({ entry: (entry ?? 0) + 1 }, '', path);
  arrive();
  scrollTo(0, 0);
}

/** With a modifier key the link is the browser's, so that new tabs and windows work. */
function follow(event: MouseEvent, place: Place): void {
  if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  go(place);
}

interface PlaceLinkProps {
  readonly to: Place;
  readonly current?: boolean;
  readonly className?: string;
  readonly children: ReactNode;
}

export function PlaceLink({ to, current = false, className, children }: PlaceLinkProps) {
  return (
    <Link
      href={pathOf(to)}
      onClick={(event) => follow(event, to)}
      {...(className === undefined ? {} : { className })}
      {...(current ? { 'aria-current': 'page' as const } : {})}
    >
      {children}
    </Link>
  );
}

/** A link that looks like a button: what the page is mostly there for. */
export function PlaceButton({
  to,
  children,
  ...look
}: { readonly to: Place; readonly children: ReactNode } & Pick<
  ComponentProps<typeof Button>,
  'variant' | 'data-size' | 'className'
>) {
  return (
    <Button asChild {...look}>
      <a href={pathOf(to)} onClick={(event) => follow(event, to)}>
        {children}
      </a>
    </Button>
  );
}
