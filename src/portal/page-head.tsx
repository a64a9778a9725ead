/** The top of a page: the way to it, its heading, which takes focus on arrival, and a line on what it is. */
import { Heading, Paragraph } from '@digdir/designsystemet-react';
import { type ReactNode, type RefObject, useEffect, useRef } from 'react';
import { useShell } from './language.tsx';
import type { Place } from './places.ts';
import { PlaceLink, takeArrival } from './routing.tsx';

/** For a page's first heading: it names the tab, and takes focus when the page was gone to from another. */
export function useHeading(title: string): RefObject<HTMLHeadingElement | null> {
  const { titleOf } = useShell();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = titleOf(title);
  }, [titleOf, title]);
  // Not at first load: the browser does that itself.
  useEffect(() => {
    if (takeArrival()) heading.current?.focus({ preventScroll: true });
  }, []);
  return heading;
}

interface Step {
  readonly to: Place;
  readonly name: string;
}

interface PageHeadProps {
  readonly title: string;
  /** Above the heading, smaller: what kind of thing it is. */
  readonly kind?: string;
  readonly lead?: ReactNode;
  /** The pages above this one, the highest first. */
  readonly trail?: readonly Step[];
  /** Beside the heading: a state, a button. */
  readonly aside?: ReactNode;
}

export function PageHead({ title, kind, lead, trail = [], aside }: PageHeadProps) {
  const shell = useShell();
  const heading = useHeading(title);
  return (
    <div className="page-head">
      {trail.length === 0 ? null : (
        <nav className="trail no-print" aria-label={shell.breadcrumbs}>
          <ol>
            {trail.map(({ to, name }) => (
              <li key={name}>
                <PlaceLink to={to}>{name}</PlaceLink>
              </li>
            ))}
          </ol>
        </nav>
      )}
      <div className="page-head-row">
        <div>
          {kind === undefined ? null : <p className="page-kind">{kind}</p>}
          <Heading level={1} data-size="lg" ref={heading} tabIndex={-1}>
            {title}
          </Heading>
        </div>
        {aside}
      </div>
      {lead === undefined ? null : <Paragraph className="page-lead">{lead}</Paragraph>}
    </div>
  );
}
