/** Staff's pages on people and access, the stop switch, the outbox, the audit log and the description. */
import { lazy, type ReactNode } from 'react';
import './access.css';
import { AuditPage } from './audit-page.tsx';
import { OutboxPage } from './outbox-page.tsx';
import { PeoplePage } from './people-page.tsx';
import { StopsPage } from './stops-page.tsx';

/** With it comes the reader of descriptions, which the other pages do without. */
const DescriptionPage = lazy(async () => ({
  default: (await import('./description-page.tsx')).DescriptionPage,
}));

/** The page at what follows /staff/ in an address; undefined where there is none of these. */
export function accessPageAt(rest: string): ReactNode | undefined {
  const [head, project = '', page, ...more] = rest.split('/');
  if (rest === 'stops') return <StopsPage />;
  if (rest === 'outbox') return <OutboxPage />;
  if (rest === 'audit') return <AuditPage />;
  if (head !== 'projects' || project === '' || more.length > 0) return undefined;
  if (page === 'people') return <PeoplePage key={project} project={project} />;
  if (page === 'description') return <DescriptionPage key={project} project={project} of="incoming" />;
  if (page === 'outgoing-description')
    return <DescriptionPage key={`${project} out`} project={project} of="outgoing" />;
  return undefined;
}
