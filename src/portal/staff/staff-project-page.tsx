/** A project as staff see it: state, drafts and deliveries, files with their verdicts, deadlines, people. */
import type { DeliveryHead, Draft, InboxFile, ProjectDetail } from '../../api/api-types.ts';
import { useTexts } from '../language.tsx';
import { PageHead } from '../page-head.tsx';
import { Answered, Loading } from '../page-states.tsx';
import { Day, Facts, Moment, Panel, StateTag } from '../parts.tsx';
import { Deadlines } from '../project/deadlines.tsx';
import { FileList } from '../project/file-list.tsx';
import { projectApi } from '../project/project-api.ts';
import { Room } from '../project/room.tsx';
import { projectTexts } from '../project/texts/project.ts';
import { projectsTexts } from '../project/texts/projects.ts';
import { PlaceLink } from '../routing.tsx';
import { useApi, useList } from '../use-api.ts';
import { mayDeliver, mayManage } from './delivering.ts';
import { DeliveryPanel } from './delivery-panel.tsx';
import { DraftPanel } from './draft-panel.tsx';
import { staffFront, staffPlace } from './staff-places.ts';
import { workTexts } from './texts/work.ts';

export function StaffProjectPage({ project }: { readonly project: string }) {
  const api = projectApi(project);
  const asked = useApi<ProjectDetail>(api);
  const files = useList<InboxFile>(`${api}/inbox`);
  const deliveries = useList<DeliveryHead>(`${api}/deliveries`);
  const drafting = asked.known !== undefined && mayDeliver(asked.known);
  const drafts = useList<Draft>(drafting ? `${api}/drafts` : null);
  // Shown in one go: panels that grow one after the other move what somebody is about to press.
  const settled = [files, deliveries, ...(drafting ? [drafts] : [])].every(
    ({ reply }) => reply !== undefined,
  );
  return (
    <Answered asked={asked}>
      {(detail) =>
        settled ? (
          <Shown
            detail={detail}
            sent={files.known ?? []}
            deliveries={deliveries.known ?? []}
            drafts={drafts.known}
          />
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
  /** Undefined for who prepares no deliveries. */
  readonly drafts: readonly Draft[] | undefined;
}

function Shown({ detail, sent, deliveries, drafts }: ShownProps) {
  const texts = useTexts(workTexts);
  const { files } = useTexts(projectTexts);
  const { states } = useTexts(projectsTexts);
  const accepted = detail.files.filter(({ state }) => state === 'accepted').length;
  return (
    <div className="column page">
      <PageHead
        title={detail.title}
        kind={`${detail.id} · ${detail.institution}`}
        trail={[{ to: staffFront, name: texts.heading }]}
        aside={
          <StateTag mood={detail.state === 'active' ? 'good' : 'quiet'}>{states[detail.state]}</StateTag>
        }
      />
      {detail.state === 'active' ? null : (
        <div className="notice" data-mood="quiet">
          <p>{detail.state === 'closed' ? texts.closedText : texts.confirmedText}</p>
        </div>
      )}
      {detail.downloadsStopped === null ? null : (
        <div className="notice" data-mood="careful">
          <p>
            <strong>{texts.stopped}</strong> {texts.stoppedWhy(detail.downloadsStopped)}
          </p>
        </div>
      )}
      <div className="split">
        <div className="stack">
          {drafts === undefined ? null : <DraftPanel detail={detail} drafts={drafts} />}
          <DeliveryPanel project={detail.id} deliveries={deliveries} />
          <Panel
            title={detail.files.length === 0 ? files : texts.files}
            aside={
              accepted === 0 ? null : (
                <PlaceLink to={staffPlace('projects', detail.id, 'accepted')}>
                  {texts.acceptedCount(accepted)}
                </PlaceLink>
              )
            }
          >
            <FileList detail={detail} sent={sent} />
          </Panel>
        </div>
        <div className="stack">
          <About detail={detail} />
          <Deadlines detail={detail} />
          <People detail={detail} />
          <Room detail={detail} />
        </div>
      </div>
    </div>
  );
}

function About({ detail }: { readonly detail: ProjectDetail }) {
  const texts = useTexts(workTexts);
  const { description } = detail;
  return (
    <Panel title={texts.about}>
      <Facts
        facts={[
          [texts.created, <Moment key="at" at={detail.createdAt} />],
          [texts.deleteBy, <Day key="day" day={detail.deleteBy} near />],
          [
            texts.description,
            description === null ? texts.notDescribed : texts.describedAs(description.version),
          ],
        ]}
      />
      {mayManage(detail) ? (
        <p className="panel-note">
          <PlaceLink to={staffPlace('projects', detail.id, 'description')}>{texts.openDescription}</PlaceLink>
          <br />
          <PlaceLink to={staffPlace('projects', detail.id, 'outgoing-description')}>
            {texts.openOutgoing}
          </PlaceLink>
        </p>
      ) : null}
    </Panel>
  );
}

function People({ detail }: { readonly detail: ProjectDetail }) {
  const texts = useTexts(workTexts);
  const { everyProject } = useTexts(projectTexts);
  const { roles } = useTexts(projectsTexts);
  return (
    <Panel title={texts.people}>
      <ul className="things">
        {detail.people.map((one) => (
          <li className="thing" key={`${one.id} ${one.role}`}>
            <div className="thing-text">
              <p className="thing-name">{one.name}</p>
              <p className="thing-note">
                {roles[one.role]}
                {one.everyProject ? `, ${everyProject}` : ''}
              </p>
            </div>
          </li>
        ))}
      </ul>
      {mayManage(detail) ? (
        <p className="panel-note">
          <PlaceLink to={staffPlace('projects', detail.id, 'people')}>{texts.openPeople}</PlaceLink>
        </p>
      ) : null}
    </Panel>
  );
}
