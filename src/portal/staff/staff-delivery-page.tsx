/** A delivery as staff handle it: until when it stands, who has fetched what, more time, the end. */
import { Button } from '@digdir/designsystemet-react';
import { useState } from 'react';
import type { DeliveryDetail, ProjectDetail } from '../../api/api-types.ts';
import { Copyable } from '../copyable.tsx';
import { sizeText } from '../figures.ts';
import { useLanguage, useTexts } from '../language.tsx';
import { PageHead } from '../page-head.tsx';
import { Answered } from '../page-states.tsx';
import { Moment, type Mood, Panel, StateTag } from '../parts.tsx';
import { ClosesIn, DeliveryDates } from '../project/delivery-term.tsx';
import { projectApi } from '../project/project-api.ts';
import { useApi } from '../use-api.ts';
import { type Fetched, fetchedBy, mayDeliver, mayManage } from './delivering.ts';
import { staffFront, staffPlace } from './staff-places.ts';
import { ExtendDialog, WithdrawDialog } from './term-dialogs.tsx';
import { deliveringTexts } from './texts/delivering.ts';
import { workTexts } from './texts/work.ts';

interface StaffDeliveryPageProps {
  readonly project: string;
  readonly folder: string;
}

export function StaffDeliveryPage({ project, folder }: StaffDeliveryPageProps) {
  const path = `${projectApi(project)}/deliveries/${encodeURIComponent(folder)}`;
  const asked = useApi<DeliveryDetail>(path);
  const detail = useApi<ProjectDetail>(projectApi(project));
  const etag = asked.reply?.kind === 'answer' ? asked.reply.etag : null;
  return (
    <Answered asked={asked}>
      {(delivery) => (
        <Answered asked={detail}>
          {(known) => (
            <Shown detail={known} delivery={delivery} path={path} etag={etag} onChange={asked.reload} />
          )}
        </Answered>
      )}
    </Answered>
  );
}

interface ShownProps {
  readonly detail: ProjectDetail;
  readonly delivery: DeliveryDetail;
  readonly path: string;
  /** Of how long it stands, as this page knows it. */
  readonly etag: string | null;
  readonly onChange: () => void;
}

function Shown({ detail, delivery, path, etag, onChange }: ShownProps) {
  const { language } = useLanguage();
  const texts = useTexts(deliveringTexts);
  const { heading, stopped, stoppedWhy } = useTexts(workTexts);
  const open = delivery.state === 'open';
  return (
    <div className="column page">
      <PageHead
        title={delivery.title}
        kind={texts.delivery}
        trail={[
          { to: staffFront, name: heading },
          { to: staffPlace('projects', detail.id), name: detail.title },
        ]}
        aside={<StateTag mood={open ? 'good' : 'quiet'}>{texts.states[delivery.state]}</StateTag>}
      />
      {detail.downloadsStopped === null ? null : (
        <div className="notice" data-mood="careful">
          <p>
            <strong>{stopped}</strong> {stoppedWhy(detail.downloadsStopped)}
          </p>
        </div>
      )}
      {open ? <Closing detail={detail} delivery={delivery} act={{ path, etag, onChange }} /> : null}
      <div className="split">
        <div className="stack">
          <Panel title={texts.fetchedBy}>
            <Recipients detail={detail} delivery={delivery} />
          </Panel>
          <Panel title={texts.deliveredFiles}>
            <ul className="things">
              {delivery.files.map((file) => (
                <li className="thing" key={file.id}>
                  <div className="thing-text">
                    <p className="thing-name">{file.name}</p>
                    <p className="thing-note">{sizeText(file.bytes, language)}</p>
                  </div>
                  <div className="queued-rest">
                    <p className="thing-note">{texts.checksum}</p>
                    <Copyable label={`${texts.checksum} ${file.name}`} text={file.sha256} />
                  </div>
                </li>
              ))}
            </ul>
          </Panel>
        </div>
        <div className="stack">
          <Panel title={texts.about}>
            <DeliveryDates delivery={delivery} />
          </Panel>
        </div>
      </div>
    </div>
  );
}

type Act = Pick<ShownProps, 'path' | 'etag' | 'onChange'>;

function Closing({ detail, delivery, act }: Pick<ShownProps, 'detail' | 'delivery'> & { readonly act: Act }) {
  const texts = useTexts(deliveringTexts);
  const [asking, setAsking] = useState<'extend' | 'withdraw'>();
  const close = () => setAsking(undefined);
  const mayExtend = mayManage(detail) && detail.state === 'active';
  return (
    <div className="term">
      <ClosesIn at={delivery.closesAt} />
      {mayDeliver(detail) ? (
        <div className="actions no-print">
          {mayExtend ? (
            <Button variant="secondary" onClick={() => setAsking('extend')}>
              {texts.extend}
            </Button>
          ) : null}
          <Button variant="secondary" data-color="danger" onClick={() => setAsking('withdraw')}>
            {texts.withdraw}
          </Button>
        </div>
      ) : null}
      {asking === 'extend' ? <ExtendDialog {...act} closesAt={delivery.closesAt} onClose={close} /> : null}
      {asking === 'withdraw' ? <WithdrawDialog {...act} onClose={close} /> : null}
    </div>
  );
}

const fetchedMoods: Readonly<Record<Fetched, Mood>> = { all: 'good', some: 'waiting', nothing: 'careful' };

function Recipients({ detail, delivery }: Pick<ShownProps, 'detail' | 'delivery'>) {
  const texts = useTexts(deliveringTexts);
  const nameOf = (id: string) => detail.people.find((one) => one.id === id)?.name ?? id;
  return (
    <ul className="things">
      {fetchedBy(delivery).map(({ personId, fetched, files }) => (
        <li className="thing" key={personId}>
          <div className="thing-text">
            <p className="thing-name">{nameOf(personId)}</p>
            {files.map(({ name, complete, at }) => (
              <p className="thing-note anywhere" key={name}>
                {name}, {complete ? texts.whole : texts.part}, <Moment at={at} />
              </p>
            ))}
          </div>
          <StateTag mood={fetchedMoods[fetched]}>{texts.fetched[fetched]}</StateTag>
        </li>
      ))}
    </ul>
  );
}
