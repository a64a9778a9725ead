/** What waits for a case officer, the most urgent first, and all projects that are theirs. */
import { Heading } from '@digdir/designsystemet-react';
import type { ProjectHead, Work } from '../../api/api-types.ts';
import { useTexts } from '../language.tsx';
import { PageHead } from '../page-head.tsx';
import { Empty, FailedPage, Loading } from '../page-states.tsx';
import { Day, Moment, Panel, StateTag } from '../parts.tsx';
import { deliveryTitle } from '../project/delivery-title.ts';
import { projectsTexts } from '../project/texts/projects.ts';
import { PlaceButton, PlaceLink } from '../routing.tsx';
import { useList } from '../use-api.ts';
import { staffPlace } from './staff-places.ts';
import { workTexts } from './texts/work.ts';
import { groupsOf, urgencyMoods, workPlaceOf } from './work-order.ts';

export function WorkPage() {
  const texts = useTexts(workTexts);
  const asked = useList<Work>('/api/v1/work');
  const projects = useList<ProjectHead>('/api/v1/projects').known;
  const { reply, known: work, reload } = asked;
  // Auditors have projects, and no work list.
  const notTheirs = reply?.kind === 'problem' && reply.problem.code === 'forbidden';
  if (work === undefined && !notTheirs) {
    if (reply === undefined || reply.kind === 'answer') return <Loading />;
    return <FailedPage reply={reply} again={reload} />;
  }
  const titleOf = (id: string) => projects?.find((one) => one.id === id)?.title;
  return (
    <div className="column page">
      <PageHead title={texts.heading} lead={notTheirs ? texts.notYours : texts.lead} />
      <div className="stack">
        {work === undefined ? null : work.length === 0 ? (
          <Empty title={texts.nothing}>
            <p>{texts.nothingText}</p>
          </Empty>
        ) : (
          groupsOf(work).map((group) => (
            <Panel key={group.urgency} title={texts.urgencies[group.urgency]} className="work">
              <ul className="things">
                {group.work.map((one) => (
                  <WorkRow
                    key={`${one.kind} ${one.projectId} ${one.subject} ${one.since}`}
                    work={one}
                    title={one.projectId === null ? texts.everyProject : titleOf(one.projectId)}
                  />
                ))}
              </ul>
            </Panel>
          ))
        )}
        {projects === undefined ? null : <Projects projects={projects} />}
      </div>
    </div>
  );
}

interface WorkRowProps {
  readonly work: Work;
  readonly title: string | undefined;
}

function WorkRow({ work, title }: WorkRowProps) {
  const texts = useTexts(workTexts);
  const { kind, urgency, projectId, subject, due, since } = work;
  const place = workPlaceOf(work);
  const about = subject !== null && kind === 'delivery-closing' ? deliveryTitle(subject) : subject;
  return (
    <li className="thing work-row" data-mood={urgencyMoods[urgency]}>
      <div className="thing-text">
        <Heading level={3} data-size="2xs">
          {texts.kinds[kind]}
        </Heading>
        {about === null ? null : <p className="anywhere">{about}</p>}
        <p className="thing-note">{[projectId, title].filter((part) => part != null).join(' · ')}</p>
        <p className="work-todo">{texts.todo[kind]}</p>
      </div>
      <div className="work-side">
        {due === null ? null : (
          <p className="thing-note">
            {texts.due}: <Day day={due} near />
          </p>
        )}
        {since === null ? null : (
          <p className="thing-note">
            {texts.since}: <Moment at={since} />
          </p>
        )}
        {place === undefined ? null : (
          <PlaceButton to={place} variant="secondary" data-size="sm">
            {kind === 'delivery-closing'
              ? texts.toDelivery
              : kind === 'draft-waiting'
                ? texts.toDraft
                : kind === 'downloads-stopped'
                  ? texts.toStops
                  : texts.toProject}
            <span className="ds-sr-only">
              : {projectId} {about}
            </span>
          </PlaceButton>
        )}
      </div>
    </li>
  );
}

function Projects({ projects }: { readonly projects: readonly ProjectHead[] }) {
  const texts = useTexts(workTexts);
  const { states } = useTexts(projectsTexts);
  return (
    <Panel title={texts.projects}>
      {projects.length === 0 ? <Empty title={texts.noProjects} /> : null}
      <ul className="things">
        {projects.map(({ id, title, institution, state, deleteBy }) => (
          <li className="thing" key={id}>
            <div className="thing-text">
              <p className="thing-name">
                <PlaceLink to={staffPlace('projects', id)}>{title}</PlaceLink>
              </p>
              <p className="thing-note">
                {id} · {institution}
              </p>
              <p className="thing-note">
                {texts.deleteBy} <Day day={deleteBy} near />
              </p>
            </div>
            <StateTag mood={state === 'active' ? 'good' : 'quiet'}>{states[state]}</StateTag>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
