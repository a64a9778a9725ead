/** Staff's pages of their work, of projects, and of drafts and deliveries. */
import { Fragment, type ReactNode } from 'react';
import { AcceptedPage } from './accepted-page.tsx';
import { DraftPage } from './draft-page.tsx';
import { StaffDeliveryPage } from './staff-delivery-page.tsx';
import { namedIn } from './staff-places.ts';
import { StaffProjectPage } from './staff-project-page.tsx';
import { WorkPage } from './work-page.tsx';
import './work.css';

type Named = Readonly<Record<string, string>>;

/** What an address is like, and its page. */
const pages: readonly (readonly [pattern: string, show: (named: Named) => ReactNode])[] = [
  ['', () => <WorkPage />],
  ['projects/:project', ({ project = '' }) => <StaffProjectPage project={project} />],
  ['projects/:project/accepted', ({ project = '' }) => <AcceptedPage project={project} />],
  [
    'projects/:project/drafts/:draft',
    ({ project = '', draft = '' }) => <DraftPage project={project} draft={draft} />,
  ],
  [
    'projects/:project/deliveries/:folder',
    ({ project = '', folder = '' }) => <StaffDeliveryPage project={project} folder={folder} />,
  ],
];

/** The page at what follows /staff/ in an address; undefined where there is none of these. */
export function workPageAt(rest: string): ReactNode | undefined {
  for (const [pattern, show] of pages) {
    const named = namedIn(pattern, rest);
    if (named !== undefined) return <Fragment key={rest}>{show(named)}</Fragment>;
  }
  return undefined;
}
