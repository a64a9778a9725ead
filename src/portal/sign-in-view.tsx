/** The front page: what the service is, how to sign in, and how to send and fetch files. */
import { Button, Heading, Paragraph } from '@digdir/designsystemet-react';
import type { ReactNode } from 'react';
import type { Endpoint } from '../api/api-types.ts';
import { Copyable } from './copyable.tsx';
import { useShell, useTexts } from './language.tsx';
import { LockScene } from './lock-drawing.tsx';
import { useHeading } from './page-head.tsx';
import { SessionBox } from './session-box.tsx';
import { frontTexts } from './texts/front.ts';
import { type StatusWatch, useStatus } from './use-status.ts';

export function SignInView() {
  const texts = useTexts(frontTexts);
  const { places } = useShell();
  const heading = useHeading(places.front);
  return (
    <>
      <section className="hero">
        <div className="column hero-row">
          <div className="hero-text">
            <Heading level={1} data-size="lg" ref={heading} tabIndex={-1}>
              {texts.heading}
            </Heading>
            <Paragraph data-size="lg">{texts.lead}</Paragraph>
            <ul className="benefits">
              {texts.benefits.map((benefit) => (
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
  const texts = useTexts(frontTexts);
  const watch = useStatus();
  const sftp = watch.known?.doors.sftp;
  return (
    <section aria-labelledby="how-heading">
      <Heading level={2} data-size="md" id="how-heading">
        {texts.howHeading}
      </Heading>
      <ol className="steps">
        <Step heading={texts.connectHeading}>
          {sftp === undefined ? (
            <DoorMissing watch={watch} />
          ) : (
            <>
              <Copyable label={texts.command} text={sftpCommand(sftp, texts.namePlaceholder)} />
              <Paragraph>{texts.connectText}</Paragraph>
            </>
          )}
        </Step>
        {sftp === undefined ? null : (
          <Step heading={texts.fingerprintHeading}>
            <Paragraph>{texts.fingerprintText}</Paragraph>
            <Copyable label={texts.fingerprint} text={sftp.hostKeyFingerprint} />
            <Paragraph>{texts.fingerprintWarning}</Paragraph>
          </Step>
        )}
        <Step heading={texts.putHeading}>
          <Copyable label={texts.putExample} text={`put ${texts.exampleFile} ${exampleProject}/inbox/`} />
          <Paragraph>{texts.putText}</Paragraph>
        </Step>
        <Step heading={texts.getHeading}>
          <Copyable label={texts.getExample} text={`get -r ${exampleProject}/deliveries`} />
          <Paragraph>{texts.getText}</Paragraph>
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
  const texts = useTexts(frontTexts);
  if (watch.reply === undefined) return <Paragraph>{texts.doorLoading}</Paragraph>;
  return (
    <>
      <Paragraph>{texts.doorUnknown}</Paragraph>
      <Button variant="secondary" data-size="sm" onClick={watch.refresh}>
        {texts.tryAgain}
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
