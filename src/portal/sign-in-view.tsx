/** The front page: what the service is, how to sign in, and how to send and fetch files. */
import { Button, Heading, Paragraph } from '@digdir/designsystemet-react';
import type { ReactNode } from 'react';
import type { Endpoint } from '../api/api-types.ts';
import { Copyable } from './copyable.tsx';
import { useLanguage } from './language.tsx';
import { LockScene } from './lock-drawing.tsx';
import { SessionBox } from './session-box.tsx';
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
        <SessionBox />
        <HowTo />
      </div>
    </>
  );
}

/** As the folder of a project looks. */
const exampleProject = 'P24-0187';

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
