/** One delivery: its files and their checksums, until when it is open, who has fetched what. */
import { Button, Details } from '@digdir/designsystemet-react';
import type { DeliveryDetail, ProjectDetail } from '../../api/api-types.ts';
import { Copyable } from '../copyable.tsx';
import { sizeText } from '../figures.ts';
import { useLanguage, useShell, useTexts } from '../language.tsx';
import { PageHead } from '../page-head.tsx';
import { Answered, Empty } from '../page-states.tsx';
import { Moment, Panel, StateTag } from '../parts.tsx';
import { ClosesIn, DeliveryDates } from '../project/delivery-term.tsx';
import { projectApi } from '../project/project-api.ts';
import { projectTexts } from '../project/texts/project.ts';
import { useMe } from '../session.tsx';
import { useApi } from '../use-api.ts';
import { deliveryTexts } from './texts/delivery.ts';

interface DeliveryPageProps {
  readonly project: string;
  readonly folder: string;
}

export function DeliveryPage({ project, folder }: DeliveryPageProps) {
  const path = `${projectApi(project)}/deliveries/${encodeURIComponent(folder)}`;
  const asked = useApi<DeliveryDetail>(path);
  return (
    <Answered asked={asked}>
      {(delivery) => <Shown project={project} path={path} delivery={delivery} />}
    </Answered>
  );
}

interface ShownProps {
  readonly project: string;
  readonly path: string;
  readonly delivery: DeliveryDetail;
}

function Shown({ project, path, delivery }: ShownProps) {
  const { language } = useLanguage();
  const { places } = useShell();
  const texts = useTexts(deliveryTexts);
  const { deliveryStates, stoppedText } = useTexts(projectTexts);
  const me = useMe().personId;
  const detail = useApi<ProjectDetail>(projectApi(project)).known;
  const nameOf = (id: string) => detail?.people.find((one) => one.id === id)?.name ?? id;
  const open = delivery.state === 'open' && detail?.state !== 'closed';
  const stopped = detail?.downloadsStopped ?? null;
  const mine = open && stopped === null && delivery.recipients.includes(me);
  return (
    <div className="column page">
      <PageHead
        title={delivery.title}
        kind={texts.kind}
        lead={open ? texts.openText : texts.closedText}
        trail={[
          { to: { name: 'projects' }, name: places.projects },
          { to: { name: 'project', project }, name: detail?.title ?? project },
        ]}
        aside={<StateTag mood={open ? 'good' : 'quiet'}>{deliveryStates[delivery.state]}</StateTag>}
      />
      {stopped === null ? null : (
        <div className="notice" data-mood="careful">
          <p>{stoppedText(stopped)}</p>
        </div>
      )}
      <div className="split">
        <div className="stack">
          <Panel
            title={texts.files}
            aside={
              mine ? (
                <Button asChild>
                  <a href={`${path}/files.zip`} download={`${delivery.folder}.zip`}>
                    {texts.fetchAll}
                  </a>
                </Button>
              ) : null
            }
          >
            <ul className="things">
              {delivery.files.map((file) => (
                <li className="thing" key={file.id}>
                  <div className="thing-text">
                    <p className="thing-name">{file.name}</p>
                    <p className="thing-note">{sizeText(file.bytes, language)}</p>
                  </div>
                  {mine ? (
                    <Button asChild variant="secondary" data-size="sm">
                      <a
                        href={`${path}/files/${encodeURIComponent(file.name)}`}
                        download={file.name}
                        aria-label={`${texts.fetch}: ${file.name}`}
                      >
                        {texts.fetch}
                      </a>
                    </Button>
                  ) : null}
                  <div className="queued-rest">
                    <p className="thing-note">{texts.checksum}</p>
                    <Copyable label={`${texts.checksum} ${file.name}`} text={file.sha256} />
                  </div>
                </li>
              ))}
            </ul>
            {mine ? (
              <p className="panel-note no-print">{texts.fetchAllNote(sizeText(delivery.bytes, language))}</p>
            ) : null}
            <Details className="how" data-size="sm">
              <Details.Summary>{texts.check}</Details.Summary>
              <Details.Content>
                <p>{texts.checkText}</p>
                <ul className="commands">
                  <li>
                    Windows: <code>Get-FileHash {delivery.files[0]?.name}</code>
                  </li>
                  <li>
                    macOS: <code>shasum -a 256 {delivery.files[0]?.name}</code>
                  </li>
                  <li>
                    Linux: <code>sha256sum {delivery.files[0]?.name}</code>
                  </li>
                </ul>
              </Details.Content>
            </Details>
          </Panel>
          <Panel title={texts.fetchedBy}>
            <Fetched delivery={delivery} nameOf={nameOf} />
          </Panel>
        </div>
        <div className="stack">
          {open ? <ClosesIn at={delivery.closesAt} /> : null}
          <Panel title={texts.recipients}>
            <ul className="things">
              {delivery.recipients.map((id) => (
                <li className="thing" key={id}>
                  <div className="thing-text">
                    <p className="thing-name">{nameOf(id)}</p>
                    <p className="thing-note">
                      {delivery.unfetched.includes(id) ? texts.recipientLeft : texts.recipientDone}
                    </p>
                  </div>
                </li>
              ))}
            </ul>
          </Panel>
          <Panel title={texts.kind}>
            <DeliveryDates delivery={delivery} />
          </Panel>
        </div>
      </div>
    </div>
  );
}

interface FetchedProps {
  readonly delivery: DeliveryDetail;
  readonly nameOf: (id: string) => string;
}

function Fetched({ delivery, nameOf }: FetchedProps) {
  const texts = useTexts(deliveryTexts);
  const rows = delivery.files.flatMap((file) => file.fetched.map((one) => ({ file: file.name, ...one })));
  if (rows.length === 0) return <Empty title={texts.nobody} />;
  return (
    <ul className="things">
      {rows.map((row) => (
        <li className="thing" key={`${row.personId} ${row.file}`}>
          <div className="thing-text">
            <p className="thing-name">{nameOf(row.personId)}</p>
            <p className="thing-note">
              {row.file}, {row.complete ? texts.whole : texts.part}
            </p>
          </div>
          <p className="thing-note">
            <Moment at={row.lastAt} />
          </p>
        </li>
      ))}
    </ul>
  );
}
