/** The way between staff's pages that are not of one project; each person is shown those that are for them. */
import { useTexts } from '../language.tsx';
import { PlaceLink } from '../routing.tsx';
import { useMe } from '../session.tsx';
import { holds } from './staff-roles.ts';
import { accessTexts } from './texts/access.ts';

export function StaffNav({ rest }: { readonly rest: string }) {
  const me = useMe();
  const texts = useTexts(accessTexts);
  const pages = [
    { rest: '', name: texts.work, shown: true },
    { rest: 'stops', name: texts.stops, shown: holds(me, ['officer', 'producer']) },
    { rest: 'outbox', name: texts.outbox, shown: holds(me, ['officer', 'auditor'], 'every') },
    { rest: 'audit', name: texts.audit, shown: holds(me, ['auditor']) },
  ].filter(({ shown }) => shown);
  if (pages.length < 2) return null;
  return (
    <nav className="staff-nav no-print" aria-label={texts.pages}>
      <ul className="column">
        {pages.map((page) => (
          <li key={page.rest}>
            <PlaceLink to={{ name: 'staff', rest: page.rest }} current={page.rest === rest}>
              {page.name}
            </PlaceLink>
          </li>
        ))}
      </ul>
    </nav>
  );
}
