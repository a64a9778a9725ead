/** The front page: what the service is, that nobody is signed in, and how to get in today. */
import { Button, Heading, Paragraph } from '@digdir/designsystemet-react';
import { type ReactNode, useEffect, useState } from 'react';
import type { Endpoint } from '../api/api-types.ts';
import { askSession, type Reply } from './api-client.ts';
import { Copyable } from './copyable.tsx';
import { useLanguage } from './language.tsx';
import { LockScene } from './lock-drawing.tsx';
import { type StatusWatch, useStatus } from './use-status.ts';

export function SignInView() {
  const { texts } = useLanguage();
  return (
    <>
      <section className="hero">
        <div className="column hero-row">
          <div className="hero-text">
            <Heading level={1} data-size="lg">
              {texts.signIn.heading}
            </Heading>
            <Paragraph data-size="lg">{texts.signIn.lead}</Paragraph>
            <ul className="benefits">
              {texts.signIn.benefits.map((benefit) => (
                <li key={benefit}>{benefit}</li>
              ))}
            </ul>
          </div>
          <LockScene />
        </div>
      </section>
      <div className="column page sign-in">
        <Session />
        <HowTo />
      </div>
    </>
  );
}

/** As the folder of a project looks. */
const exampleProject = 'P24-0187';

/** Who the service says you are, in its own words. */
function Session() {
  const { language, texts } = useLanguage();
  const [reply, setReply] = useState<Reply<unknown>>();
  useEffect(() => {
    const stop = new AbortController();
    void askSession(language, stop.signal).then((latest) => {
      if (!stop.signal.aborted) setReply(latest);
    });
    return () => stop.abort();
  }, [language]);
  return (
    <section className="session" aria-labelledby="session-heading">
      <Heading level={2} data-size="xs" id="session-heading">
        {texts.signIn.sessionHeading}
      </Heading>
      <Paragraph className="session-answer" role="status">
        {sessionSentence(reply, texts.signIn)}
      </Paragraph>
      <Paragraph>{texts.signIn.noBrowserSignIn}</Paragraph>
    </section>
  );
}

function sessionSentence(
  reply: Reply<unknown> | undefined,
  texts: {
    readonly sessionLoading: string;
    readonly sessionUnreachable: string;
    readonly sessionSignedIn: string;
  },
): string {
  if (reply === undefined) return texts.sessionLoading;
  if (reply.kind === 'problem') return reply.problem.detail;
  return reply.kind === 'answer' ? texts.sessionSignedIn : texts.sessionUnreachable;
}

function HowTo() {
  const { texts } = useLanguage();
  const watch = useStatus();
  const sftp = watch.known?.doors.sftp;
  return (
    <section aria-labelledby="how-heading">
      <Heading level={2} data-size="md" id="how-heading">
        {texts.signIn.howHeading}
      </Heading>
      <ol className="steps">
        <Step heading={texts.signIn.connectHeading}>
          {sftp === undefined ? (
            <DoorMissing watch={watch} />
          ) : (
            <>
              <Copyable label={texts.signIn.command} text={sftpCommand(sftp, texts.signIn.namePlaceholder)} />
              <Paragraph>{texts.signIn.connectText}</Paragraph>
            </>
          )}
        </Step>
        {sftp === undefined ? null : (
          <Step heading={texts.signIn.fingerprintHeading}>
            <Paragraph>{texts.signIn.fingerprintText}</Paragraph>
            <Copyable label={texts.signIn.fingerprint} text={sftp.hostKeyFingerprint} />
            <Paragraph>{texts.signIn.fingerprintWarning}</Paragraph>
          </Step>
        )}
        <Step heading={texts.signIn.putHeading}>
          <Copyable
            label={texts.signIn.putExample}
            text={`put ${texts.signIn.exampleFile} ${exampleProject}/inbox/`}
          />
          <Paragraph>{texts.signIn.putText}</Paragraph>
        </Step>
        <Step heading={texts.signIn.getHeading}>
          <Copyable label={texts.signIn.getExample} text={`get -r ${exampleProject}/deliveries`} />
          <Paragraph>{texts.signIn.getText}</Paragraph>
        </Step>
      </ol>
    </section>
  );
}

function Step({ heading, children }: { readonly heading: string; readonly children: ReactNode }) {
  return (
    <li>
      <Heading level={3} data-size="2xs">
        {heading}
      </Heading>
      {children}
    </li>
  );
}

function DoorMissing({ watch }: { readonly watch: StatusWatch }) {
  const { texts } = useLanguage();
  if (watch.reply === undefined) return <Paragraph>{texts.signIn.doorLoading}</Paragraph>;
  return (
    <>
      <Paragraph>{texts.signIn.doorUnknown}</Paragraph>
      <Button variant="secondary" data-size="sm" onClick={watch.refresh}>
        {texts.signIn.tryAgain}
      </Button>
    </>
  );
}

const wildcards = new Set(['', '0.0.0.0', '::']);

/** The command as OpenSSH takes it. A server that listens on every address is reached where this page was. */
function sftpCommand({ host, port }: Endpoint, name: string): string {
  const reached = wildcards.has(host) ? location.hostname : host;
  const target = reached.includes(':') && !reached.startsWith('[') ? `[${reached}]` : reached;
  return port === 22 ? `sftp ${name}@${target}` : `sftp -P ${port} ${name}@${target}`;
}
