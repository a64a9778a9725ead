/** The deadlines of a project, and the calendar file of them. */
import { Link } from '@digdir/designsystemet-react';
import type { ProjectDetail } from '../../api/api-types.ts';
import { useTexts } from '../language.tsx';
import { Day, Moment, Panel } from '../parts.tsx';
import { deliveryTitle } from './delivery-title.ts';
import { projectApi } from './project-api.ts';
import { projectTexts } from './texts/project.ts';

export function Deadlines({ detail }: { readonly detail: ProjectDetail }) {
  const texts = useTexts(projectTexts);
  if (detail.deadlines.length === 0) return null;
  return (
    <Panel title={texts.deadlines}>
      <ul className="things">
        {detail.deadlines.map(({ kind, subject, day, at }) => (
          <li className="thing" key={`${kind} ${subject}`}>
            <div className="thing-text">
              <p className="thing-name">{at === null ? <Day day={day} near /> : <Moment at={at} />}</p>
              <p className="thing-note">
                {texts.deadlineKinds[kind]}
                {subject === null ? '' : `: ${deliveryTitle(subject)}`}
              </p>
            </div>
          </li>
        ))}
      </ul>
      <p className="panel-note no-print">
        <Link href={`${projectApi(detail.id)}/calendar.ics`} download>
          {texts.calendar}
        </Link>
        <br />
        {texts.calendarNote}
      </p>
    </Panel>
  );
}
