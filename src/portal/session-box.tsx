/** On the front page: who the service says you are, the buttons to sign in and out, and why a sign-in came to nothing. */
import { Alert, Button, Heading, Paragraph } from '@digdir/designsystemet-react';
import { useState } from 'react';
import { ask, type Reply } from './api-client.ts';
import { useLanguage, useTexts } from './language.tsx';
import { PlaceButton } from './routing.tsx';
import { signInPath, useProviders, useSession } from './session.tsx';
import { type FrontTexts, frontTexts } from './texts/front.ts';

export function SessionBox() {
  const texts = useTexts(frontTexts);
  const { reply } = useSession();
  const reason = refusalIn(location.search, texts);
  return (
    <section className="session" aria-labelledby="session-heading">
      <Heading level={2} data-size="xs" id="session-heading">
        {texts.sessionHeading}
      </Heading>
      {reason === undefined ? null : (
        <Alert data-color="warning" role="alert">
          {reason}
        </Alert>
      )}
      <Paragraph className="session-answer" role="status">
        {sessionSentence(reply, texts)}
      </Paragraph>
      <Actions />
    </section>
  );
}

function sessionSentence(reply: Reply<{ readonly name: string }> | undefined, texts: FrontTexts): string {
  if (reply === undefined) return texts.sessionLoading;
  if (reply.kind === 'problem') return reply.problem.detail;
  return reply.kind === 'answer' ? texts.signedInAs(reply.body.name) : texts.sessionUnreachable;
}

/** The sentence for a reason that the server put in the address; nothing for any other word. */
function refusalIn(search: string, texts: FrontTexts): string | undefined {
  const reason = new URLSearchParams(search).get('signInRefused') ?? '';
  const { refused } = texts;
  return Object.hasOwn(refused, reason) ? refused[reason as keyof typeof refused] : undefined;
}

function invitationIn(hash: string): string | undefined {
  return /^#invitation=([A-Za-z0-9_-]{43})$/.exec(hash)?.[1];
}

/** Where a sign-in on the front page leads. */
const home = '/projects';

function Actions() {
  const { language } = useLanguage();
  const texts = useTexts(frontTexts);
  const { who } = useSession();
  const providers = useProviders();
  const [problem, setProblem] = useState<string>();
  const invitation = invitationIn(location.hash);

  if (who !== undefined) {
    return (
      <div className="session-actions no-print">
        <PlaceButton to={{ name: 'projects' }}>{texts.toProjects}</PlaceButton>
      </div>
    );
  }
  if (providers?.kind !== 'answer') return null;
  const { providers: all, development } = providers.body;

  const accept = async (id: string, invited: string) => {
    const reply = await ask<{ location: string }>(`/api/v1/sign-in/${encodeURIComponent(id)}`, language, {
      change: { method: 'POST', body: { invitation: invited, returnTo: home } },
    });
    if (reply.kind === 'answer') location.assign(reply.body.location);
    else setProblem(reply.kind === 'problem' ? reply.problem.detail : texts.sessionUnreachable);
  };

  return (
    <div className="session-actions no-print">
      {invitation === undefined ? null : <Paragraph>{texts.invited}</Paragraph>}
      {all.map(({ id, name }) => {
        const label =
          all.length === 1 ? texts.signIn : texts.signInWith(name[language === 'en' ? 'en' : 'nb']);
        return invitation === undefined ? (
          <Button key={id} asChild>
            <a href={signInPath(id, home)}>{label}</a>
          </Button>
        ) : (
          <Button key={id} onClick={() => void accept(id, invitation)}>
            {label}
          </Button>
        );
      })}
      {problem === undefined ? null : <Paragraph role="alert">{problem}</Paragraph>}
      {development ? <Paragraph data-size="sm">{texts.development}</Paragraph> : null}
    </div>
  );
}
