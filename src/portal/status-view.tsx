/** The public status page: ready or not, which doors there are, which version, what the server's clock says. */
import { Button, Heading, Link, Paragraph } from '@digdir/designsystemet-react';
import { type ReactNode, useState } from 'react';
import type { Endpoint, Status } from '../api/api-types.ts';
import { timeText } from './figures.ts';
import { type Language, useLanguage, useShell, useTexts } from './language.tsx';
import { PageHead } from './page-head.tsx';
import { type StatusTexts, statusTexts } from './texts/status.ts';
import { type StatusWatch, useStatus } from './use-status.ts';

const everyMs = 15_000;

export function StatusView() {
  const texts = useTexts(statusTexts);
  const { language } = useLanguage();
  const [paused, setPaused] = useState(false);
  const watch = useStatus(paused ? undefined : everyMs);
  return (
    <div className="column page">
      <PageHead title={texts.heading} />
      <Verdict watch={watch} />
      <div className="freshness">
        <Paragraph data-size="sm">
          <strong>{updatedSentence(watch.known, texts, language)}</strong>
          <span className="freshness-rule">{paused ? texts.paused : texts.interval(everyMs / 1000)}</span>
        </Paragraph>
        <div className="freshness-actions no-print">
          <Button variant="secondary" data-size="sm" onClick={watch.refresh}>
            {texts.refresh}
          </Button>
          <Button variant="tertiary" data-size="sm" onClick={() => setPaused(!paused)}>
            {paused ? texts.resume : texts.pause}
          </Button>
        </div>
      </div>
      {watch.known === undefined ? null : <Facts status={watch.known} />}
    </div>
  );
}

interface Said {
  readonly mood: 'waiting' | 'good' | 'careful' | 'bad';
  readonly headline: string;
  readonly text: string;
}

function Verdict({ watch }: { readonly watch: StatusWatch }) {
  const texts = useTexts(statusTexts);
  const { mood, headline, text } = verdictOf(watch, texts);
  return (
    <div className="verdict" data-mood={mood} role="status">
      <VerdictSign mood={mood} />
      <div>
        <p className="verdict-headline">{headline}</p>
        {text === '' ? null : <p>{text}</p>}
      </div>
    </div>
  );
}

function verdictOf({ reply, known }: StatusWatch, texts: StatusTexts): Said {
  const stale = known === undefined ? '' : ` ${texts.stale}`;
  if (reply === undefined) return { mood: 'waiting', headline: texts.loading, text: '' };
  if (reply.kind === 'unreachable') {
    return { mood: 'bad', headline: texts.unreachable, text: texts.unreachableText + stale };
  }
  if (reply.kind === 'problem') {
    const { detail, requestId } = reply.problem;
    return {
      mood: 'bad',
      headline: texts.problem,
      text: `${detail} ${texts.requestId(requestId)}${stale}`,
    };
  }
  return reply.body.ready
    ? { mood: 'good', headline: texts.ready, text: texts.readyText }
    : { mood: 'careful', headline: texts.notReady, text: texts.notReadyText };
}

/** Told apart by shape as well as by colour. */
function VerdictSign({ mood }: { readonly mood: Said['mood'] }) {
  const strokes = {
    waiting: 'M12 7v5l3 2',
    good: 'm7.5 12.5 3 3 6-7',
    careful: 'M12 7v6M12 16.5v.1',
    bad: 'm8.5 8.5 7 7m0-7-7 7',
  };
  return (
    <svg className="verdict-sign" viewBox="0 0 24 24" aria-hidden="true">
      <circle cx="12" cy="12" r="11" />
      <path d={strokes[mood]} />
    </svg>
  );
}

function Facts({ status }: { readonly status: Status }) {
  const { language } = useLanguage();
  const { footer } = useShell();
  const texts = useTexts(statusTexts);
  const { sftp, http } = status.doors;
  return (
    <div className="cards">
      <Card heading={texts.sftp}>
        <Fact name={texts.address}>
          <code>{addressText(sftp)}</code>
        </Fact>
        <Fact name={texts.fingerprint}>
          <code>{sftp.hostKeyFingerprint}</code>
        </Fact>
      </Card>
      <Card heading={texts.http}>
        <Fact name={texts.address}>
          <code>{addressText(http)}</code>
        </Fact>
        <Paragraph data-size="sm">
          <Link href="/api/v1/openapi.json">{footer.api}</Link>
        </Paragraph>
      </Card>
      <Card heading={texts.serviceHeading}>
        <Fact name={texts.version}>{status.version}</Fact>
        <Fact name={texts.serverTime}>
          <time dateTime={status.time}>{timeText(status.time, language, 'full')}</time>
          <span className="fact-note">{texts.zone}</span>
        </Fact>
        <Paragraph data-size="sm">
          <Link href={status.receiptKeys}>{texts.receiptKeys}</Link>
        </Paragraph>
      </Card>
    </div>
  );
}

function Card({ heading, children }: { readonly heading: string; readonly children: ReactNode }) {
  return (
    <section className="card">
      <Heading level={2} data-size="2xs">
        {heading}
      </Heading>
      {children}
    </section>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <dl className="fact">
      <dt>{name}</dt>
      <dd>{children}</dd>
    </dl>
  );
}

function addressText({ host, port }: Endpoint): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

function updatedSentence(known: Status | undefined, texts: StatusTexts, language: Language): string {
  if (known === undefined) return texts.updatedNever;
  return texts.updatedAt(timeText(known.time, language, 'clock'));
}
