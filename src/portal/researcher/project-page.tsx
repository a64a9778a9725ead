/** One project: the next step, files, deliveries, the course of it, deadlines, people, room. Suppliers see what to send and what came of it. */
import type { DeliveryHead, InboxFile, ProjectDetail } from '../../api/api-types.ts';
import { useShell, useTexts } from '../language.tsx';
import { PageHead } from '../page-head.tsx';
import { Answered, Loading } from '../page-states.tsx';
import { Panel, StateTag } from '../parts.tsx';
import { Deadlines } from '../project/deadlines.tsx';
import { FileList } from '../project/file-list.tsx';
import { projectApi } from '../project/project-api.ts';
import { Room } from '../project/room.tsx';
import { isOnlySupplier } from '../project/suppliers.ts';
import { projectTexts } from '../project/texts/project.ts';
import { projectsTexts } from '../project/texts/projects.ts';
import { PlaceButton } from '../routing.tsx';
import { useApi, useList } from '../use-api.ts';
import { DeliveryList } from './delivery-list.tsx';
import { NextStep } from './next-step.tsx';
import { Timeline } from './timeline.tsx';

export function ProjectPage({ project }: { readonly project: string }) {
  const api = projectApi(project);
  const asked = useApi<ProjectDetail>(api);
  const files = useList<InboxFile>(`${api}/inbox`);
  const sees = asked.known !== undefined && !isOnlySupplier(asked.known);
  const deliveries = useList<DeliveryHead>(sees ? `${api}/deliveries` : null);
  // Shown in one go: panels that grow one after the other move what somebody is about to press.
  const settled = files.reply !== undefined && (!sees || deliveries.reply !== undefined);
  return (
    <Answered asked={asked}>
      {(detail) =>
        settled ? (
          <Shown detail={detail} sent={files.known ?? []} deliveries={deliveries.known ?? []} />
        ) : (
          <Loading />
        )
      }
    </Answered>
  );
}

interface ShownProps {
  readonly detail: ProjectDetail;
  readonly sent: readonly InboxFile[];
  readonly deliveries: readonly DeliveryHead[];
}

function Shown({ detail, sent, deliveries }: ShownProps) {
  const { places } = useShell();
  const texts = useTexts(projectTexts);
  const { states } = useTexts(projectsTexts);
  const supplier = isOnlySupplier(detail);
  const maySend =
    detail.state === 'active' && detail.roles.some((role) => role === 'researcher' || role === 'supplier');
  const faulty = detail.files.find(({ name }) => name === detail.next?.subject);
  return (
    <div className="column page">
      <PageHead
        title={detail.title}
        kind={`${detail.id} · ${detail.institution}`}
        trail={[{ to: { name: 'projects' }, name: places.projects }]}
        aside={
          <StateTag mood={detail.state === 'active' ? 'good' : 'quiet'}>{states[detail.state]}</StateTag>
        }
        {...(supplier ? { lead: texts.supplierLead } : {})}
      />
      {detail.state === 'active' ? null : (
        <div className="notice" data-mood="quiet">
          <p>{detail.state === 'closed' ? texts.closedText : texts.confirmedText}</p>
        </div>
      )}
      {detail.downloadsStopped === null || supplier ? null : (
        <div className="notice" data-mood="careful">
          <p>
            <strong>{texts.stopped}.</strong> {texts.stoppedText(detail.downloadsStopped)}
          </p>
        </div>
      )}
      <NextStep project={detail} file={faulty?.newestId ?? undefined} />
      <div className={supplier ? 'stack' : 'split'}>
        <div className="stack">
          <Panel
            title={texts.files}
            {...(maySend && detail.next?.kind !== 'send-file'
              ? {
                  aside: (
                    <PlaceButton to={{ name: 'send', project: detail.id }} variant="secondary" data-size="sm">
                      {texts.send}
                    </PlaceButton>
                  ),
                }
              : {})}
          >
            <FileList detail={detail} sent={sent} />
          </Panel>
          {supplier ? null : (
            <Panel title={texts.deliveries}>
              <DeliveryList project={detail.id} deliveries={deliveries} />
            </Panel>
          )}
          {supplier ? null : (
            <div className="pair">
              <People detail={detail} />
              <Room detail={detail} />
            </div>
          )}
        </div>
        {supplier ? null : (
          <div className="stack">
            <Panel title={texts.timeline}>
              <Timeline detail={detail} deliveries={deliveries} />
            </Panel>
            <Deadlines detail={detail} />
          </div>
        )}
      </div>
    </div>
  );
}

function People({ detail }: { readonly detail: ProjectDetail }) {
  const texts = useTexts(projectTexts);
  const { roles } = useTexts(projectsTexts);
  return (
    <Panel title={texts.people}>
      <ul className="things">
        {detail.people.map(({ id, name, role, everyProject }) => (
          <li className="thing" key={`${id} ${role}`}>
            <div className="thing-text">
              <p className="thing-name">{name}</p>
              <p className="thing-note">
                {roles[role]}
                {everyProject ? `, ${texts.everyProject}` : ''}
              </p>
            </div>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
