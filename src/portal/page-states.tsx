/** What a page shows when it has nothing else: waiting, refused, out of reach, empty, broken, offline. */
import { Button, Heading, Paragraph } from '@digdir/designsystemet-react';
import { Component, type ReactNode, useSyncExternalStore } from 'react';
import type { Reply } from './api-client.ts';
import { useShell } from './language.tsx';
import { PageHead } from './page-head.tsx';
import { PlaceLink } from './routing.tsx';
import type { ShellTexts } from './texts/shell.ts';
import type { Asked } from './use-api.ts';

/** Shapes of what will come, and one word for who cannot see them. */
function Waiting({ shapes }: { readonly shapes: number }) {
  const { states } = useShell();
  return (
    <>
      <p role="status" className="ds-sr-only">
        {states.loading}
      </p>
      <div className="waiting" aria-hidden="true">
        {Array.from({ length: shapes }, (_, shape) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: they are all the same.
          <span key={shape} />
        ))}
      </div>
    </>
  );
}

/** A page that waits. */
export function Loading() {
  return (
    <div className="column page">
      <Waiting shapes={3} />
    </div>
  );
}

/** A part of a page that waits, while the rest of it is there. */
export function PartLoading() {
  return <Waiting shapes={2} />;
}

export function NoContact({ again }: { readonly again: () => void }) {
  const { states } = useShell();
  return (
    <div className="column page narrow">
      <PageHead title={states.unreachable} lead={states.unreachableText} />
      <Button variant="secondary" onClick={again}>
        {states.tryAgain}
      </Button>
    </div>
  );
}

/** What there is not, and what one may not know of, look the same. */
export function NotHere({ title, text }: { readonly title?: string; readonly text?: string }) {
  const { states } = useShell();
  return (
    <div className="column page narrow">
      <PageHead title={title ?? states.hidden} lead={text ?? states.hiddenText} />
      <Paragraph>
        <PlaceLink to={{ name: 'front' }}>{states.home}</PlaceLink>
      </Paragraph>
    </div>
  );
}

interface Failed {
  readonly reply: Exclude<Reply<unknown>, { kind: 'answer' }>;
  readonly again: () => void;
}

export function FailedPage({ reply, again }: Failed) {
  const { states } = useShell();
  if (reply.kind === 'unreachable') return <NoContact again={again} />;
  const { title, detail, requestId, code } = reply.problem;
  if (code === 'not-found' || code === 'invalid-input') return <NotHere />;
  return (
    <div className="column page narrow">
      <PageHead title={title} lead={detail} />
      <Paragraph data-size="sm">{states.requestId(requestId)}</Paragraph>
      <Button variant="secondary" onClick={again}>
        {states.tryAgain}
      </Button>
    </div>
  );
}

/** A page whose content is asked for: waiting, refused, or with what was answered, which stays when a later try fails. */
export function Answered<T>({
  asked,
  children,
}: {
  readonly asked: Asked<T>;
  readonly children: (body: T) => ReactNode;
}) {
  if (asked.known !== undefined) return children(asked.known);
  if (asked.reply === undefined || asked.reply.kind === 'answer') return <Loading />;
  return <FailedPage reply={asked.reply} again={asked.reload} />;
}

/** Why something on a page came to nothing; said aloud. Silent when nothing failed. */
export function Refused({ reply }: { readonly reply: Failed['reply'] | undefined }) {
  const { states } = useShell();
  if (reply === undefined) return null;
  return (
    <div className="notice" data-mood="bad" role="alert">
      {reply.kind === 'unreachable' ? (
        <p>
          <strong>{states.unreachable}.</strong> {states.unreachableText}
        </p>
      ) : (
        <p>{reply.problem.detail}</p>
      )}
    </div>
  );
}

export function Empty({ title, children }: { readonly title: string; readonly children?: ReactNode }) {
  return (
    <div className="empty">
      <p className="empty-title">{title}</p>
      {children}
    </div>
  );
}

function onOnline(look: () => void): () => void {
  addEventListener('online', look);
  addEventListener('offline', look);
  return () => {
    removeEventListener('online', look);
    removeEventListener('offline', look);
  };
}

export function Offline() {
  const { states } = useShell();
  const online = useSyncExternalStore(onOnline, () => navigator.onLine);
  return (
    <div role="status">{online ? null : <p className="offline column no-print">{states.offline}</p>}</div>
  );
}

/** Keeps a fault of one page from taking the rest down. `texts` are given: nothing can be asked for in a broken tree. */
export class WhenBroken extends Component<
  { readonly texts: ShellTexts['states']; readonly at: string; readonly children: ReactNode },
  { readonly brokenAt?: string }
> {
  override state: { readonly brokenAt?: string } = {};

  override componentDidCatch(): void {
    this.setState({ brokenAt: this.props.at });
  }

  static getDerivedStateFromError(): { readonly brokenAt?: string } {
    return { brokenAt: '' };
  }

  override render(): ReactNode {
    const { texts, at, children } = this.props;
    const { brokenAt } = this.state;
    if (brokenAt === undefined || (brokenAt !== '' && brokenAt !== at)) return children;
    return (
      <div className="column page narrow" role="alert">
        <Heading level={1} data-size="lg">
          {texts.broken}
        </Heading>
        <Paragraph>{texts.brokenText}</Paragraph>
        <Button variant="secondary" onClick={() => location.reload()}>
          {texts.reload}
        </Button>
      </div>
    );
  }
}
