/** The files of a draft, those on their way into it, and the field where more are dropped. */
import { Button } from '@digdir/designsystemet-react';
import { useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import type { Draft, ProjectDetail } from '../../api/api-types.ts';
import { Copyable } from '../copyable.tsx';
import { percentText, sizeText } from '../figures.ts';
import { useLanguage, useTexts } from '../language.tsx';
import { Empty } from '../page-states.tsx';
import { Panel, Progress, StateTag } from '../parts.tsx';
import { DropZone } from '../project/drop-zone.tsx';
import { browserHttp } from '../upload/browser-http.ts';
import { useChange } from '../use-api.ts';
import { ConfirmDialog } from './confirm-dialog.tsx';
import { createDraftSender, type DraftSender, type DraftSending } from './draft-sender.ts';
import { FileCheck } from './file-check.tsx';
import { deliveringTexts } from './texts/delivering.ts';
import { workTexts } from './texts/work.ts';

interface DraftFilesProps {
  readonly detail: ProjectDetail;
  readonly draft: Draft;
  /** Of the draft's files. */
  readonly path: string;
  readonly onChange: () => void;
}

export function DraftFiles({ detail, draft, path, onChange }: DraftFilesProps) {
  const texts = useTexts(deliveringTexts);
  const sender = useSender(path, onChange);
  const sending = useSyncExternalStore(sender.subscribe, sender.list);
  const underWay = new Set(sending.map(({ name }) => name));
  const nameOf = (id: string) => detail.people.find((one) => one.id === id)?.name ?? id;
  // A file that is sent anew is there twice until it has arrived; what this page sends is shown below.
  const files = draft.files.filter(({ name, state }) => state === 'ready' || !underWay.has(name));
  return (
    <div className="stack">
      <Panel title={texts.files}>
        {files.length === 0 ? <Empty title={texts.noFiles} /> : null}
        <ul className="things">
          {files.map((file) => (
            <FileRow
              key={`${file.name} ${file.state}`}
              file={file}
              uploader={nameOf(file.uploader)}
              path={path}
              frozen={draft.state === 'submitted'}
              onChange={onChange}
            />
          ))}
        </ul>
      </Panel>
      {sending.length === 0 ? null : (
        <Panel title={texts.sending}>
          <ul className="things">
            {sending.map((one) => (
              <SendingRow key={one.id} sending={one} sender={sender} />
            ))}
          </ul>
          {sending.some(({ phase }) => phase !== 'failed') ? (
            <p className="panel-note">{texts.keepOpen}</p>
          ) : null}
        </Panel>
      )}
      {detail.state === 'active' && draft.state === 'open' ? (
        <DropZone small={files.length + sending.length > 0} onFiles={sender.add} />
      ) : null}
    </div>
  );
}

/** Lives as long as the page: whoever leaves it stops what is on its way. */
function useSender(path: string, onArrived: () => void): DraftSender {
  const { language } = useLanguage();
  const latest = useRef({ language, onArrived });
  latest.current = { language, onArrived };
  const sender = useMemo(
    () =>
      createDraftSender({
        http: browserHttp,
        path,
        language: () => latest.current.language,
        onArrived: () => latest.current.onArrived(),
      }),
    [path],
  );
  useEffect(() => {
    const warn = (event: BeforeUnloadEvent) => {
      if (sender.list().some(({ phase }) => phase !== 'failed')) event.preventDefault();
    };
    addEventListener('beforeunload', warn);
    return () => {
      removeEventListener('beforeunload', warn);
      sender.stop();
    };
  }, [sender]);
  return sender;
}

interface FileRowProps {
  readonly file: Draft['files'][number];
  readonly uploader: string;
  readonly path: string;
  readonly frozen: boolean;
  readonly onChange: () => void;
}

function FileRow({ file, uploader, path, frozen, onChange }: FileRowProps) {
  const { language } = useLanguage();
  const texts = useTexts(deliveringTexts);
  const { sentBy } = useTexts(workTexts);
  const [asking, setAsking] = useState(false);
  const changing = useChange();
  const own = `${path}/${encodeURIComponent(file.name)}`;
  const remove = async () => {
    const done = await changing.change(own, { method: 'DELETE' });
    if (done === undefined) return;
    setAsking(false);
    onChange();
  };
  const size = file.bytes === null ? '' : `${sizeText(file.bytes, language)} · `;
  return (
    <li className="thing">
      <div className="thing-text">
        <p className="thing-name">{file.name}</p>
        <p className="thing-note">
          {size}
          {sentBy(uploader)}
        </p>
        {file.state === 'arriving' ? <p className="thing-note">{texts.arrivingText}</p> : null}
      </div>
      <div className="thing-side">
        {file.state === 'arriving' ? <StateTag mood="careful">{texts.arriving}</StateTag> : null}
        <FileCheck file={file} path={own} mayAsk={!frozen} onChange={onChange} />
        {frozen ? null : (
          <Button
            variant="tertiary"
            data-color="danger"
            data-size="sm"
            aria-label={`${texts.delete}: ${file.name}`}
            onClick={() => setAsking(true)}
          >
            {texts.delete}
          </Button>
        )}
      </div>
      {file.sha256 === null ? null : (
        <div className="queued-rest">
          <p className="thing-note">{texts.checksum}</p>
          <Copyable label={`${texts.checksum} ${file.name}`} text={file.sha256} />
        </div>
      )}
      {asking ? (
        <ConfirmDialog
          {...changing}
          danger
          title={texts.deleteFile(file.name)}
          text={texts.deleteFileText}
          action={texts.delete}
          onConfirm={() => void remove()}
          onClose={() => setAsking(false)}
        />
      ) : null}
    </li>
  );
}

function SendingRow({ sending, sender }: { readonly sending: DraftSending; readonly sender: DraftSender }) {
  const { language } = useLanguage();
  const texts = useTexts(deliveringTexts);
  const { id, name, bytes, sentBytes, phase, refusal } = sending;
  const share = sentBytes / Math.max(1, bytes);
  return (
    <li className="thing">
      <div className="thing-text">
        <p className="thing-name">{name}</p>
        <p className="thing-note">
          {sizeText(bytes, language)}
          {phase === 'sending' ? ` · ${percentText(share, language)}` : ''}
        </p>
        {phase === 'failed' ? (
          <p className="bad" role="alert">
            {refusal ?? texts.noContact}
          </p>
        ) : null}
      </div>
      <div className="thing-side">
        <StateTag mood={phase === 'failed' ? 'bad' : 'waiting'}>{texts.phases[phase]}</StateTag>
        {phase === 'failed' ? (
          <Button
            variant="secondary"
            data-size="sm"
            aria-label={`${texts.again}: ${name}`}
            onClick={() => sender.again(id)}
          >
            {texts.again}
          </Button>
        ) : null}
        <Button
          variant="tertiary"
          data-size="sm"
          aria-label={`${texts.stop}: ${name}`}
          onClick={() => sender.drop(id)}
        >
          {texts.stop}
        </Button>
      </div>
      {phase === 'sending' ? (
        <div className="queued-rest">
          <Progress label={name} value={sentBytes} max={bytes} />
        </div>
      ) : null}
    </li>
  );
}
