/** Sending files to a project: chosen or dropped, checked in the browser, sent, paused, gone on with, answered. */
import { Button } from '@digdir/designsystemet-react';
import { useState } from 'react';
import type { ProjectDetail } from '../../api/api-types.ts';
import { browserNowMs } from '../clock.ts';
import { percentText } from '../figures.ts';
import { useLanguage, useShell, useTexts } from '../language.tsx';
import { PageHead } from '../page-head.tsx';
import { Answered, Empty } from '../page-states.tsx';
import { Panel } from '../parts.tsx';
import { DropZone } from '../project/drop-zone.tsx';
import { projectApi } from '../project/project-api.ts';
import { useMe } from '../session.tsx';
import { browserHttp } from '../upload/browser-http.ts';
import { useQueue } from '../upload/queue-context.tsx';
import { eraseUpload } from '../upload/tus-client.ts';
import type { Unfinished } from '../upload/unfinished.ts';
import { isBusy } from '../upload/upload-queue.ts';
import { useApi } from '../use-api.ts';
import { QueuedFileCard } from './queued-file-card.tsx';
import { sendTexts } from './texts/send.ts';
import { useLiveCounts } from './use-live-counts.ts';

export function SendPage({ project }: { readonly project: string }) {
  const asked = useApi<ProjectDetail>(projectApi(project));
  return <Answered asked={asked}>{(detail) => <Sending detail={detail} />}</Answered>;
}

function Sending({ detail }: { readonly detail: ProjectDetail }) {
  const { places } = useShell();
  const texts = useTexts(sendTexts);
  const me = useMe();
  const { queue, files: all } = useQueue();
  const files = all.filter(({ project }) => project === detail.id);
  const counts = useLiveCounts(
    detail.id,
    files.some(({ phase }) => phase === 'sending'),
  );
  const sound = files.filter(
    ({ phase, report, uncheckable }) => phase === 'ready' && (uncheckable || report?.verdict !== 'rejected'),
  );
  const sendSound = () => {
    for (const { id } of sound) queue.send(id);
  };
  // What a supplier is to send is not waited for from others.
  const awaited = detail.files.filter(
    ({ expected, state, senders }) =>
      expected && state !== 'accepted' && (senders.length === 0 || senders.includes(me.personId)),
  );
  const maySend =
    detail.state === 'active' && detail.roles.some((role) => role === 'researcher' || role === 'supplier');
  return (
    <div className="column page">
      <PageHead
        title={texts.heading}
        kind={detail.id}
        lead={texts.lead}
        trail={[
          { to: { name: 'projects' }, name: places.projects },
          { to: { name: 'project', project: detail.id }, name: detail.title },
        ]}
      />
      {maySend ? (
        <div className="stack">
          {awaited.length === 0 ? null : (
            <p className="awaited">
              <span>{texts.awaited}</span>
              {awaited.map(({ name }) => (
                <code key={name}>{name}</code>
              ))}
            </p>
          )}
          <UnfinishedUploads project={detail.id} chosen={files.map(({ file }) => file.name)} />
          <DropZone small={files.length > 0} onFiles={(chosen) => queue.add(detail.id, chosen)} />
          {files.length === 0 ? null : (
            <Panel
              title={texts.queue}
              aside={
                sound.length === 0 ? null : <Button onClick={sendSound}>{texts.sendAll(sound.length)}</Button>
              }
            >
              <ul className="things">
                {files.map((one) => (
                  <QueuedFileCard key={one.id} queued={one} live={counts.get(one.file.name)} />
                ))}
              </ul>
              {files.some(isBusy) ? <p className="panel-note">{texts.keepOpen}</p> : null}
            </Panel>
          )}
        </div>
      ) : (
        <Empty title={texts.closed} />
      )}
    </div>
  );
}

/** What was begun before the browser was closed. The same file has to be chosen again: a page may not open it by itself. */
function UnfinishedUploads({
  project,
  chosen,
}: {
  readonly project: string;
  readonly chosen: readonly string[];
}) {
  const { language } = useLanguage();
  const texts = useTexts(sendTexts);
  const { memory } = useQueue();
  const [, setRound] = useState(0);
  const left = memory.list(project, browserNowMs()).filter(({ name }) => !chosen.includes(name));
  if (left.length === 0) return null;
  const forget = async ({ name, place }: Unfinished) => {
    if (!(await eraseUpload(browserHttp, place, new AbortController().signal))) return;
    memory.forget(project, name);
    setRound((round) => round + 1);
  };
  return (
    <Panel title={texts.unfinished} className="panel-careful">
      <ul className="things">
        {left.map((one) => (
          <li className="thing" key={one.name}>
            <div className="thing-text">
              <p className="thing-name">{one.name}</p>
              <p className="thing-note">
                {texts.unfinishedText(percentText(one.offset / Math.max(1, one.size), language))}
              </p>
            </div>
            <Button
              variant="tertiary"
              data-size="sm"
              aria-label={`${texts.forget}: ${one.name}`}
              onClick={() => void forget(one)}
            >
              {texts.forget}
            </Button>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
