/** The pages of the agency's own people, below /staff: `rest` is what follows in the address. */
import type { Work } from '../../api/api-types.ts';
import { useTexts } from '../language.tsx';
import { PageHead } from '../page-head.tsx';
import { Answered, Empty, NotHere } from '../page-states.tsx';
import { Day, Panel } from '../parts.tsx';
import { PlaceLink } from '../routing.tsx';
import { useList } from '../use-api.ts';
import { accessPageAt } from './access-pages.tsx';
import { StaffNav } from './staff-nav.tsx';
import { staffTexts } from './texts/staff.ts';

export function StaffPages({ rest }: { readonly rest: string }) {
  return (
    <>
      <StaffNav rest={rest} />
      {accessPageAt(rest) ?? (rest === '' ? <WorkPage /> : <NotHere />)}
    </>
  );
}

function WorkPage() {
  const texts = useTexts(staffTexts);
  const asked = useList<Work>('/api/v1/work');
  return (
    <Answered asked={asked}>
      {(work) => (
        <div className="column page">
          <PageHead title={texts.heading} />
          {work.length === 0 ? (
            <Empty title={texts.nothing} />
          ) : (
            <Panel title={texts.work}>
              <ul className="things">
                {work.map((one) => (
                  <li className="thing" key={`${one.kind} ${one.projectId} ${one.subject}`}>
                    <div className="thing-text">
                      <p className="thing-name">
                        {one.projectId === null ? null : (
                          <PlaceLink to={{ name: 'project', project: one.projectId }}>
                            {one.projectId}
                          </PlaceLink>
                        )}{' '}
                        {texts.kinds[one.kind]}
                      </p>
                      {one.subject === null ? null : <p className="thing-note">{one.subject}</p>}
                    </div>
                    {one.due === null ? null : <Day day={one.due} near />}
                  </li>
                ))}
              </ul>
            </Panel>
          )}
        </div>
      )}
    </Answered>
  );
}
