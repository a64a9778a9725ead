/** One file that is being sent: what the check found, how far it is, what can be done with it. */
import { Button, Details } from '@digdir/designsystemet-react';
import { lazy, Suspense } from 'react';
import type { Report } from '../../validators/report.ts';
import { numberText, percentText, sizeText, spanText } from '../figures.ts';
import { useLanguage, useShell, useTexts } from '../language.tsx';
import { type Mood, Progress, StateTag } from '../parts.tsx';
import { fileMoods } from '../project/file-list.tsx';
import { projectTexts } from '../project/texts/project.ts';
import { PlaceLink } from '../routing.tsx';
import { useQueue } from '../upload/queue-context.tsx';
import type { Phase, QueuedFile } from '../upload/upload-queue.ts';
import { type SendTexts, sendTexts } from './texts/send.ts';
import type { LiveCount } from './use-live-counts.ts';

const ReportView = lazy(async () => ({ default: (await import('./report-view.tsx')).ReportView }));
const Faults = lazy(async () => ({ default: (await import('./report-view.tsx')).Faults }));

const phaseMoods: Readonly<Record<Phase, Mood>> = {
  waiting: 'waiting',
  checking: 'waiting',
  ready: 'good',
  queued: 'waiting',
  sending: 'waiting',
  paused: 'careful',
  received: 'good',
  failed: 'bad',
};

function isFaulty({ phase, report }: QueuedFile): boolean {
  return phase === 'ready' && report?.verdict === 'rejected';
}

interface CardProps {
  readonly queued: QueuedFile;
  readonly live: LiveCount | undefined;
}

export function QueuedFileCard({ queued, live }: CardProps) {
  const { language } = useLanguage();
  const texts = useTexts(sendTexts);
  const { fileStates } = useTexts(projectTexts);
  const { file, phase, report, received } = queued;
  return (
    <li className="thing queued">
      <div className="thing-text">
        <p className="thing-name">{file.name}</p>
        <p className="thing-note">{sizeText(file.size, language)}</p>
      </div>
      <div className="thing-side">
        {received !== undefined ? (
          <StateTag mood={fileMoods[received.verdict]}>{fileStates[received.verdict]}</StateTag>
        ) : isFaulty(queued) ? (
          <StateTag mood="bad">{texts.mustMend}</StateTag>
        ) : (
          <StateTag mood={phaseMoods[phase]}>{texts.phases[phase]}</StateTag>
        )}
      </div>
      <div className="queued-rest">
        <p role="status" className="queued-word">
          {wordOn(queued, texts, (share) => percentText(share, language))}
        </p>
        <Bar queued={queued} live={live} />
        {report !== undefined && isFaulty(queued) ? (
          <Suspense fallback={null}>
            <Faults report={report} />
          </Suspense>
        ) : null}
        <Actions queued={queued} />
        {report === undefined || report.rules.length === 0 || received !== undefined ? null : (
          <Details className="findings" data-size="sm">
            <Details.Summary>{texts.findings}</Details.Summary>
            <Details.Content>
              <Suspense fallback={null}>
                <ReportView report={report} level={3} />
              </Suspense>
            </Details.Content>
          </Details>
        )}
      </div>
    </li>
  );
}

/** What there is to say of a file now. It changes with the phase and not with every byte: it is read aloud. */
function wordOn(queued: QueuedFile, texts: SendTexts, percent: (share: number) => string): string {
  const { phase, report, uncheckable, received, refusal, contactLost, file, offset } = queued;
  switch (phase) {
    case 'received':
      return received === undefined ? '' : texts.verdicts[received.verdict];
    case 'failed':
      return refusal ?? texts.refused;
    case 'sending':
      if (contactLost) return texts.contactLost;
      return offset === file.size && file.size > 0 ? texts.finishing : '';
    case 'ready': {
      const before = queued.resumed ? ` ${texts.resumes(percent(offset / Math.max(1, file.size)))}` : '';
      if (uncheckable || report === undefined) return texts.uncheckable + before;
      return checkedWord(report, texts) + before;
    }
    case 'waiting':
    case 'checking':
    case 'queued':
    case 'paused':
      return '';
  }
}

function checkedWord({ verdict, rules }: Report, texts: SendTexts): string {
  const count = (severity: string) => rules.filter((rule) => rule.severity === severity).length;
  if (verdict === 'rejected') return texts.faulty(count('error'));
  if (verdict === 'not-checked') return texts.unread;
  const remarks = count('warning');
  return remarks === 0 ? texts.sound : texts.soundButs(remarks);
}

function Bar({ queued, live }: CardProps) {
  const { language } = useLanguage();
  const { spans } = useShell();
  const texts = useTexts(sendTexts);
  const { phase, file, checkedBytes, checkedRows, offset, speed, leftMs } = queued;
  const size = (bytes: number) => sizeText(bytes, language);
  const label = texts.progressOf(file.name);
  if (phase === 'checking') {
    return (
      <>
        <Progress label={label} value={checkedBytes} max={file.size} />
        <p className="thing-note">{texts.checkedRows(numberText(checkedRows, language))}</p>
      </>
    );
  }
  if (phase !== 'sending' && phase !== 'paused' && phase !== 'queued') return null;
  const parts = [
    texts.sentOf(size(offset), size(file.size)),
    ...(speed === null ? [] : [texts.perSecond(size(speed))]),
    ...(leftMs === null || leftMs < 1000 ? [] : [texts.left(spanText(leftMs, spans))]),
  ];
  return (
    <>
      <Progress label={label} value={offset} max={file.size} />
      <p className="thing-note">{parts.join(' · ')}</p>
      {live === undefined || phase !== 'sending' ? null : (
        <p className="thing-note">
          {texts.counted(numberText(live.rows, language))}
          {live.errors === 0 ? null : (
            <strong className="bad"> · {texts.countedErrors(numberText(live.errors, language))}</strong>
          )}
        </p>
      )}
    </>
  );
}

function Actions({ queued }: { readonly queued: QueuedFile }) {
  const texts = useTexts(sendTexts);
  const { queue } = useQueue();
  const { id, phase, file, project, received } = queued;
  if (received !== undefined) {
    return received.fileId === null ? null : (
      <p>
        <PlaceLink to={{ name: 'file', project, file: received.fileId }}>
          {texts.report}
          <span className="ds-sr-only">: {file.name}</span>
        </PlaceLink>
      </p>
    );
  }
  const text = {
    waiting: texts.sendUnchecked,
    checking: texts.sendUnchecked,
    ready: isFaulty(queued) ? texts.sendAnyway : texts.send,
    paused: texts.resume,
    failed: texts.again,
    queued: texts.pause,
    sending: texts.pause,
    received: '',
  }[phase];
  const pauses = phase === 'queued' || phase === 'sending';
  return (
    <div className="actions">
      <Button
        variant="secondary"
        data-size="sm"
        aria-label={`${text}: ${file.name}`}
        onClick={() => (pauses ? queue.pause(id) : queue.send(id))}
      >
        {text}
      </Button>
      <Button
        variant="tertiary"
        data-size="sm"
        aria-label={`${texts.remove}: ${file.name}`}
        onClick={() => queue.remove(id)}
      >
        {texts.remove}
      </Button>
    </div>
  );
}
