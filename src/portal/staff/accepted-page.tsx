/** The files of a project that passed the check: download, report, checksum. */
import { Button, Details } from '@digdir/designsystemet-react';
import type { InboxFile, ProjectDetail } from '../../api/api-types.ts';
import { Copyable } from '../copyable.tsx';
import { sizeText } from '../figures.ts';
import { useLanguage, useTexts } from '../language.tsx';
import { PageHead } from '../page-head.tsx';
import { Answered, Empty } from '../page-states.tsx';
import { Moment, Panel } from '../parts.tsx';
import { projectApi } from '../project/project-api.ts';
import { PlaceLink } from '../routing.tsx';
import { useApi, useList } from '../use-api.ts';
import { acceptedOf } from './accepted.ts';
import { mayDeliver } from './delivering.ts';
import { staffFront, staffPlace } from './staff-places.ts';
import { workTexts } from './texts/work.ts';

export function AcceptedPage({ project }: { readonly project: string }) {
  const api = projectApi(project);
  const detail = useApi<ProjectDetail>(api);
  const files = useList<InboxFile>(`${api}/inbox`);
  return (
    <Answered asked={detail}>
      {(known) => <Answered asked={files}>{(sent) => <Shown detail={known} sent={sent} />}</Answered>}
    </Answered>
  );
}

interface ShownProps {
  readonly detail: ProjectDetail;
  readonly sent: readonly InboxFile[];
}

function Shown({ detail, sent }: ShownProps) {
  const texts = useTexts(workTexts);
  const accepted = acceptedOf(sent);
  const stopped = detail.downloadsStopped !== null;
  const mayRead = mayDeliver(detail) && !stopped;
  return (
    <div className="column page">
      <PageHead
        title={texts.accepted}
        lead={texts.acceptedLead}
        trail={[
          { to: staffFront, name: texts.heading },
          { to: staffPlace('projects', detail.id), name: detail.title },
        ]}
      />
      {stopped ? (
        <div className="notice" data-mood="careful">
          <p>{texts.stoppedRead}</p>
        </div>
      ) : null}
      {accepted.length === 0 ? (
        <Empty title={texts.noAccepted}>
          <p>{texts.noAcceptedText}</p>
        </Empty>
      ) : (
        <div className="stack">
          {accepted.map(({ newest, older }) => (
            <Panel key={newest.name} title={newest.name}>
              <Version detail={detail} file={newest} mayRead={mayRead} />
              {newest.sha256 === null ? null : (
                <div className="checksum">
                  <p className="thing-note">{texts.checksum}</p>
                  <Copyable label={`${texts.checksum} ${newest.name}`} text={newest.sha256} />
                </div>
              )}
              {older.length === 0 ? null : (
                <Details className="how" data-size="sm">
                  <Details.Summary>{texts.older(older.length)}</Details.Summary>
                  <Details.Content>
                    <div className="stack">
                      {older.map((file) => (
                        <Version key={file.id} detail={detail} file={file} mayRead={mayRead} />
                      ))}
                    </div>
                  </Details.Content>
                </Details>
              )}
            </Panel>
          ))}
        </div>
      )}
    </div>
  );
}

interface VersionProps {
  readonly detail: ProjectDetail;
  readonly file: InboxFile;
  readonly mayRead: boolean;
}

function Version({ detail, file, mayRead }: VersionProps) {
  const { language } = useLanguage();
  const texts = useTexts(workTexts);
  const sender = detail.people.find(({ id }) => id === file.uploader)?.name ?? file.uploader;
  const version = file.version === null ? '' : texts.version(file.version);
  return (
    <div className="version">
      <p className="thing-note">
        <Moment at={file.receivedAt ?? file.startedAt} /> · {texts.sentBy(sender)} · {version}
        {file.bytes === null ? null : ` · ${sizeText(file.bytes, language)}`}
      </p>
      <div className="actions">
        <PlaceLink to={{ name: 'file', project: detail.id, file: file.id }}>
          {texts.report}
          <span className="ds-sr-only">
            : {file.name}, {version}
          </span>
        </PlaceLink>
        {mayRead ? (
          <Button asChild variant="secondary" data-size="sm">
            <a
              href={`${projectApi(detail.id)}/inbox/${file.id}/content`}
              download={file.name}
              aria-label={`${texts.download}: ${file.name}, ${version}`}
            >
              {texts.download}
            </a>
          </Button>
        ) : null}
      </div>
    </div>
  );
}
