/** Who the service says you are, the buttons to sign in and out, and why a sign-in came to nothing. */
import { Alert, Button, Heading, Paragraph } from '@digdir/designsystemet-react';
import { useEffect, useState } from 'react';
import type { Providers, WhoAmI } from '../api/api-types.ts';
import { acceptInvitation, askProviders, askSession, type Reply, signOut } from './api-client.ts';
import { useLanguage } from './language.tsx';
import type { Texts } from './texts/nb.ts';

export function SessionBox() {
  const { language, texts } = useLanguage();
  const [session, setSession] = useState<Reply<WhoAmI>>();
  const [providers, setProviders] = useState<Reply<Providers>>();
  useEffect(() => {
    const stop = new AbortController();
    const { signal } = stop;
    void askSession(language, signal).then((latest) => {
      if (!signal.aborted) setSession(latest);
    });
    void askProviders(language, signal).then((latest) => {
      if (!signal.aborted) setProviders(latest);
    });
    return () => stop.abort();
  }, [language]);
  const reason = refusalIn(location.search, texts);
  return (
    <section className="session" aria-labelledby="session-heading">
      <Heading level={2} data-size="xs" id="session-heading">
        {texts.signIn.sessionHeading}
      </Heading>
      {reason === undefined ? null : (
        <Alert data-color="warning" role="alert">
          {reason}
        </Alert>
      )}
      <Paragraph className="session-answer" role="status">
        {sessionSentence(session, texts.signIn)}
      </Paragraph>
      <Actions session={session} providers={providers} />
      <Paragraph>{texts.signIn.noBrowserSignIn}</Paragraph>
    </section>
  );
}

function sessionSentence(reply: Reply<WhoAmI> | undefined, texts: Texts['signIn']): string {
  if (reply === undefined) return texts.sessionLoading;
  if (reply.kind === 'problem') return reply.problem.detail;
  return reply.kind === 'answer' ? texts.signedInAs(reply.body.name) : texts.sessionUnreachable;
}

/** The sentence for a reason that the server put in the address; nothing for any other word. */
function refusalIn(search: string, texts: Texts): string | undefined {
  const reason = new URLSearchParams(search).get('signInRefused') ?? '';
  const { refused } = texts.signIn;
  return Object.hasOwn(refused, reason) ? refused[reason as keyof typeof refused] : undefined;
}

function invitationIn(hash: string): string | undefined {
  return /^#invitation=([A-Za-z0-9_-]{43})$/.exec(hash)?.[1];
}

interface Known {
  readonly session: Reply<WhoAmI> | undefined;
  readonly providers: Reply<Providers> | undefined;
}

function Actions({ session, providers }: Known) {
  const { language, texts } = useLanguage();
  const [problem, setProblem] = useState<string>();
  const invitation = invitationIn(location.hash);

  /** Goes where the service says, or says what it said. */
  const follow = (reply: Reply<{ readonly location: string }>) => {
    if (reply.kind === 'answer') location.assign(reply.body.location);
    else setProblem(reply.kind === 'problem' ? reply.problem.detail : texts.signIn.sessionUnreachable);
  };
  const never = new AbortController().signal;

  if (session?.kind === 'answer') {
    return (
      <div className="session-actions no-print">
        <Button variant="secondary" onClick={() => void signOut(language, never).then(follow)}>
          {texts.signIn.signOut}
        </Button>
        <Problem text={problem} />
      </div>
    );
  }
  if (providers?.kind !== 'answer') return null;
  const { providers: all, development } = providers.body;
  return (
    <div className="session-actions no-print">
      {invitation === undefined ? null : <Paragraph>{texts.signIn.invited}</Paragraph>}
      {all.map(({ id, name }) => {
        const label = all.length === 1 ? texts.signIn.signIn : texts.signIn.signInWith(name[language]);
        return invitation === undefined ? (
          <Button key={id} asChild>
            <a href={`/api/v1/sign-in/${encodeURIComponent(id)}`}>{label}</a>
          </Button>
        ) : (
          <Button
            key={id}
            onClick={() => void acceptInvitation(id, invitation, language, never).then(follow)}
          >
            {label}
          </Button>
        );
      })}
      <Problem text={problem} />
      {development ? <Paragraph data-size="sm">{texts.signIn.development}</Paragraph> : null}
    </div>
  );
}

function Problem({ text }: { readonly text: string | undefined }) {
  return text === undefined ? null : <Paragraph role="alert">{text}</Paragraph>;
}
