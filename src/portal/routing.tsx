/** The paths of the page, and links between them that do not load it anew. */
import { Link } from '@digdir/designsystemet-react';
import { type MouseEvent, type ReactNode, useEffect, useState } from 'react';

export type View = 'signIn' | 'status' | 'notFound';

const pathOf = { signIn: '/', status: '/status' } satisfies Partial<Record<View, string>>;

type Place = keyof typeof pathOf;

function viewAt(path: string): View {
  const found = (Object.keys(pathOf) as Place[]).find((place) => pathOf[place] === path);
  return found ?? 'notFound';
}

/** Fired by our own links; the browser fires popstate only for its own buttons. */
const moved = 'datasluse:moved';

/** The view that the address bar names. */
export function useView(): View {
  const [view, setView] = useState(() => viewAt(location.pathname));
  useEffect(() => {
    const look = () => setView(viewAt(location.pathname));
    addEventListener('popstate', look);
    addEventListener(moved, look);
    return () => {
      removeEventListener('popstate', look);
      removeEventListener(moved, look);
    };
  }, []);
  return view;
}

interface PlaceLinkProps {
  readonly to: Place;
  readonly current?: boolean;
  readonly className?: string;
  readonly children: ReactNode;
}

/** A link to a view. With a modifier key it is the browser's, so that new tabs and windows work. */
export function PlaceLink({ to, current = false, className, children }: PlaceLinkProps) {
  const go = (event: MouseEvent) => {
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    if (location.pathname !== pathOf[to]) history.pushState(null, '', pathOf[to]);
    dispatchEvent(new Event(moved));
  };
  return (
    <Link
      href={pathOf[to]}
      onClick={go}
      {...(className === undefined ? {} : { className })}
      {...(current ? { 'aria-current': 'page' as const } : {})}
    >
      {children}
    </Link>
  );
}
