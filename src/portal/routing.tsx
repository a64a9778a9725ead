/** The place that the address bar names, and links that go to another without loading the page anew. */
import { Button, Link } from '@digdir/designsystemet-react';
import { type ComponentProps, type MouseEvent, type ReactNode, useSyncExternalStore } from 'react';
import { type Place, pathOf, placeAt } from './places.ts';

/** Fired by our own links; the browser fires popstate only for its own buttons. */
const moved = 'datasluse:moved';

/** Set on the way to another page, until its heading has been read out from (page-head.tsx). */
let arriving = false;

function onMove(look: () => void): () => void {
  const looked = () => {
    arriving = true;
    look();
  };
  addEventListener('popstate', looked);
  addEventListener(moved, looked);
  return () => {
    removeEventListener('popstate', looked);
    removeEventListener(moved, looked);
  };
}

/** The path, from which everything else follows. */
export function usePath(): string {
  return useSyncExternalStore(onMove, () => location.pathname);
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

/** Goes to another page of the portal. */
export function go(place: Place): void {
  const path = pathOf(place);
  if (location.pathname !== path) history.pushState(null, '', path);
  dispatchEvent(new Event(moved));
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
