/** The pages of the agency's own people, below /staff: `rest` is what follows in the address. */
import type { ReactNode } from 'react';
import { NotHere } from '../page-states.tsx';
import { AcceptedPage } from './accepted-page.tsx';
import { accessPageAt } from './access-pages.tsx';
import { DraftPage } from './draft-page.tsx';
import { StaffDeliveryPage } from './staff-delivery-page.tsx';
import { StaffNav } from './staff-nav.tsx';
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

function workPageAt(rest: string): ReactNode {
  for (const [pattern, show] of pages) {
    const named = namedIn(pattern, rest);
    if (named !== undefined) return show(named);
  }
  return undefined;
}

export function StaffPages({ rest }: { readonly rest: string }) {
  const page = workPageAt(rest) ?? accessPageAt(rest);
  return (
    <>
      <StaffNav rest={rest} />
      {page === undefined ? <NotHere /> : <Keyed key={rest}>{page}</Keyed>}
    </>
  );
}

/** Another address is another page: nothing of one project stays in the page of the next. */
function Keyed({ children }: { readonly children: ReactNode }) {
  return children;
}
