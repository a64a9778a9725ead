/** What stands before pages that need to know who asks: signing in first, and signing in again in the middle of something. */
import { Button, Dialog, Heading, Paragraph } from '@digdir/designsystemet-react';
import { type ReactNode, useLayoutEffect, useRef } from 'react';
import { useLanguage, useShell } from './language.tsx';
import { PageHead } from './page-head.tsx';
import { Loading, NoContact } from './page-states.tsx';
import { usePath } from './routing.tsx';
import { sessionChannel, signInPath, useProviders, useSession } from './session.tsx';

/** Shows `children` to whoever is signed in. They stay when the session ends: nothing that was typed is lost. */
export function SignedIn({ children }: { readonly children: ReactNode }) {
  const { reply, who, over, lookAgain } = useSession();
  if (who === undefined) {
    if (reply === undefined || reply.kind === 'answer') return <Loading />;
    if (reply.kind === 'unreachable') return <NoContact again={lookAgain} />;
    return <SignInFirst />;
  }
  return (
    <>
      {children}
      {over ? <SignInAgain /> : null}
    </>
  );
}

function SignInFirst() {
  const shell = useShell();
  const path = usePath();
  return (
    <div className="column page narrow">
      <PageHead title={shell.session.needed} lead={shell.session.neededText} />
      <SignInLinks returnTo={path} />
    </div>
  );
}

function SignInLinks({ returnTo, newTab = false }: { readonly returnTo: string; readonly newTab?: boolean }) {
  const { language } = useLanguage();
  const { session } = useShell();
  const providers = useProviders();
  if (providers?.kind !== 'answer') return null;
  const all = providers.body.providers;
  if (all.length === 0) return <Paragraph>{session.noWay}</Paragraph>;
  return (
    <div className="actions">
      {all.map(({ id, name }) => (
        <Button key={id} asChild>
          <a href={signInPath(id, returnTo)} {...(newTab ? { target: '_blank', rel: 'noopener' } : {})}>
            {all.length === 1 ? session.signIn : session.signInWith(name[language === 'en' ? 'en' : 'nb'])}
          </a>
        </Button>
      ))}
    </div>
  );
}

/** Over the page that is kept. It goes away by itself once another tab has signed in. */
function SignInAgain() {
  const { session } = useShell();
  return (
    <Dialog open closeButton={false} closedby="none" aria-labelledby="session-over">
      <Heading level={2} data-size="sm" id="session-over">
        {session.over}
      </Heading>
      <Paragraph>{session.overText}</Paragraph>
      <SignInLinks returnTo="/signed-in" newTab />
      <p>
        <a className="ds-link" href="/">
          {session.leave}
        </a>
      </p>
    </Dialog>
  );
}

/** Asked for by what needs a fresh proof of who it is. The page stays as it is; the proof is given in another tab. */
export function ConfirmItIsYou({ minutes }: { readonly minutes: number }) {
  const { session } = useShell();
  const providers = useProviders();
  const all = providers?.kind === 'answer' ? providers.body.providers : [];
  return (
    <div className="notice" data-mood="careful" role="alert">
      <Heading level={3} data-size="2xs">
        {session.confirm}
      </Heading>
      <Paragraph>{session.confirmText}</Paragraph>
      <div className="actions">
        {all.map(({ id }) => (
          <Button key={id} asChild variant="secondary" data-size="sm">
            <a href={signInPath(id, '/signed-in', minutes)} target="_blank" rel="noopener">
              {session.confirmAction}
            </a>
          </Button>
        ))}
      </div>
    </div>
  );
}

/** Where a sign-in in a new tab ends: tells the tab that waits. */
export function SignedInAgainPage() {
  const { session } = useShell();
  const told = useRef(false);
  // Before the page shows: whoever reads that they are signed in may close the tab at once.
  useLayoutEffect(() => {
    if (told.current) return;
    told.current = true;
    const channel = new BroadcastChannel(sessionChannel);
    channel.postMessage('signed-in');
    channel.close();
  }, []);
  return (
    <div className="column page narrow">
      <PageHead title={session.back} lead={session.backText} />
    </div>
  );
}
