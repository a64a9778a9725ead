/** The public status page: ready or not, which doors there are, which version, what the server's clock says. */
import { Button, Heading, Link, Paragraph } from '@digdir/designsystemet-react';
import { type ReactNode, useState } from 'react';
import type { Endpoint, Status } from '../api/api-types.ts';
import { useLanguage } from './language.tsx';
import type { Texts } from './texts/nb.ts';
import { type StatusWatch, useStatus } from './use-status.ts';

const everyMs = 15_000;

export function StatusView() {
  const { texts } = useLanguage();
  const [paused, setPaused] = useState(false);
  const watch = useStatus(paused ? undefined : everyMs);
  return (
    <div className="column page">
      <Heading level={1} data-size="lg">
        {texts.status.heading}
      </Heading>
      <Verdict watch={watch} />
      <div className="freshness">
        <Paragraph data-size="sm">
          <strong>{updatedSentence(watch.known, texts)}</strong>
          <span className="freshness-rule">
            {paused ? texts.status.paused : texts.status.interval(everyMs / 1000)}
          </span>
        </Paragraph>
        <div className="freshness-actions no-print">
          <Button variant="secondary" data-size="sm" onClick={watch.refresh}>
            {texts.status.refresh}
          </Button>
          <Button variant="tertiary" data-size="sm" onClick={() => setPaused(!paused)}>
            {paused ? texts.status.resume : texts.status.pause}
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
  const { texts } = useLanguage();
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

function verdictOf({ reply, known }: StatusWatch, texts: Texts): Said {
  const stale = known === undefined ? '' : ` ${texts.status.stale}`;
  if (reply === undefined) return { mood: 'waiting', headline: texts.status.loading, text: '' };
  if (reply.kind === 'unreachable') {
    return { mood: 'bad', headline: texts.status.unreachable, text: texts.status.unreachableText + stale };
  }
  if (reply.kind === 'problem') {
    const { detail, requestId } = reply.problem;
    return {
      mood: 'bad',
      headline: texts.status.problem,
      text: `${detail} ${texts.status.requestId(requestId)}${stale}`,
    };
  }
  return reply.body.ready
    ? { mood: 'good', headline: texts.status.ready, text: texts.status.readyText }
    : { mood: 'careful', headline: texts.status.notReady, text: texts.status.notReadyText };
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
  const { texts } = useLanguage();
  const { sftp, http } = status.doors;
  return (
    <div className="cards">
      <Card heading={texts.status.sftp}>
        <Fact name={texts.status.address}>
          <code>{addressText(sftp)}</code>
        </Fact>
        <Fact name={texts.status.fingerprint}>
          <code>{sftp.hostKeyFingerprint}</code>
        </Fact>
      </Card>
      <Card heading={texts.status.http}>
        <Fact name={texts.status.address}>
          <code>{addressText(http)}</code>
        </Fact>
        <Paragraph data-size="sm">
          <Link href="/api/v1/openapi.json">{texts.footer.api}</Link>
        </Paragraph>
      </Card>
      <Card heading={texts.status.serviceHeading}>
        <Fact name={texts.status.version}>{status.version}</Fact>
        <Fact name={texts.status.serverTime}>
          <time dateTime={status.time}>{osloTime(status.time, texts.locale, 'full')}</time>
          <span className="fact-note">{texts.status.zone}</span>
        </Fact>
        <Paragraph data-size="sm">
          <Link href={status.receiptKeys}>{texts.status.receiptKeys}</Link>
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

function updatedSentence(known: Status | undefined, texts: Texts): string {
  if (known === undefined) return texts.status.updatedNever;
  return texts.status.updatedAt(osloTime(known.time, texts.locale, 'clock'));
}

/** An instant as clocks in Norway show it, wherever the reader is. */
function osloTime(instant: string, locale: string, form: 'full' | 'clock'): string {
  const style = form === 'full' ? { dateStyle: 'long' as const } : {};
  return new Intl.DateTimeFormat(locale, { timeZone: 'Europe/Oslo', timeStyle: 'medium', ...style }).format(
    new Date(instant),
  );
}
