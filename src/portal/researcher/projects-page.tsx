/** The reader's projects, each with the next thing to do and its date; the most pressing first. */
import { Heading } from '@digdir/designsystemet-react';
import type { ProjectHead } from '../../api/api-types.ts';
import { useTexts } from '../language.tsx';
import { PageHead } from '../page-head.tsx';
import { Answered, Empty } from '../page-states.tsx';
import { Day, StateTag } from '../parts.tsx';
import { isOnlySupplier } from '../project/suppliers.ts';
import { projectsTexts } from '../project/texts/projects.ts';
import { PlaceLink } from '../routing.tsx';
import { useList } from '../use-api.ts';
import { nextFor, nextMood, useNextSentence } from './next-step.tsx';
import { byUrgency } from './project-order.ts';

export function ProjectsPage() {
  const texts = useTexts(projectsTexts);
  const asked = useList<ProjectHead>('/api/v1/projects');
  return (
    <Answered asked={asked}>
      {(projects) => (
        <div className="column page">
          <PageHead title={texts.heading} {...(projects.length === 0 ? {} : { lead: texts.lead })} />
          {projects.length === 0 ? (
            <Empty title={texts.none}>
              <p>{texts.noneText}</p>
            </Empty>
          ) : (
            <ul className="projects">
              {[...projects].sort(byUrgency).map((project) => (
                <ProjectCard key={project.id} project={project} />
              ))}
            </ul>
          )}
        </div>
      )}
    </Answered>
  );
}

function ProjectCard({ project }: { readonly project: ProjectHead }) {
  const texts = useTexts(projectsTexts);
  const sentence = useNextSentence();
  const { id, title, institution, state, deleteBy } = project;
  const next = nextFor(project);
  return (
    <li className="project-card" data-mood={nextMood(next)}>
      <div className="project-card-head">
        <p className="page-kind">
          {id} · {institution}
        </p>
        {state === 'active' ? null : <StateTag mood="quiet">{texts.states[state]}</StateTag>}
        <Heading level={2} data-size="sm">
          <PlaceLink to={{ name: 'project', project: id }}>{title}</PlaceLink>
        </Heading>
      </div>
      <div className="project-card-next">
        <p className="next-kind">{texts.nextHeading}</p>
        <p className="thing-name">{sentence(project)}</p>
        {isOnlySupplier(project) ? null : (
          <p className="thing-note">
            {next?.due == null ? texts.deleteBy : texts.due}: <Day day={next?.due ?? deleteBy} near />
          </p>
        )}
      </div>
    </li>
  );
}
