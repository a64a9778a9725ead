/** The reader's queue of files: made once they are signed in, and kept while they go from page to page. */
import {
  createContext,
  type ReactNode,
  useContext,
  useEffect,
  useRef,
  useState,
  useSyncExternalStore,
} from 'react';
import { sessionOver } from '../api-client.ts';
import { browserNowMs } from '../clock.ts';
import { useLanguage, useShell } from '../language.tsx';
import { Progress } from '../parts.tsx';
import { PlaceLink } from '../routing.tsx';
import { useSession } from '../session.tsx';
import { browserHttp, waitForLine } from './browser-http.ts';
import { createCheckFile } from './check-file.ts';
import { createUnfinishedMemory, type UnfinishedMemory } from './unfinished.ts';
import { createUploadQueue, isBusy, type QueuedFile, type UploadQueue } from './upload-queue.ts';

interface Held {
  readonly queue: UploadQueue;
  readonly memory: UnfinishedMemory;
}

const QueueContext = createContext<Held | undefined>(undefined);

export function QueueProvider({ children }: { readonly children: ReactNode }) {
  const { who } = useSession();
  return who === undefined ? (
    children
  ) : (
    <QueueOf key={who.personId} personId={who.personId}>
      {children}
    </QueueOf>
  );
}

function QueueOf({ personId, children }: { readonly personId: string; readonly children: ReactNode }) {
  const { language } = useLanguage();
  const spoken = useRef(language);
  spoken.current = language;
  const [held] = useState<Held>(() => {
    const memory = createUnfinishedMemory(shelf, personId);
    const queue = createUploadQueue({
      http: browserHttp,
      wait: waitForLine,
      check: createCheckFile(() => spoken.current),
      memory,
      nowMs: browserNowMs,
      language: () => spoken.current,
      onSignedOut: () => dispatchEvent(new Event(sessionOver)),
    });
    return { queue, memory };
  });
  const busy = useSyncExternalStore(held.queue.subscribe, held.queue.files).some(isBusy);

  // A browser asks before it closes on what is being sent. It can be gone on with, but the reader may not mean to.
  useEffect(() => {
    if (!busy) return;
    const hold = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener('beforeunload', hold);
    return () => removeEventListener('beforeunload', hold);
  }, [busy]);

  return <QueueContext value={held}>{children}</QueueContext>;
}

/** Storage may be refused altogether; then nothing is remembered. */
const shelf = {
  getItem: (key: string) => localStorage.getItem(key),
  setItem: (key: string, value: string) => localStorage.setItem(key, value),
};

export function useQueue(): Held & { readonly files: readonly QueuedFile[] } {
  const held = useContext(QueueContext);
  if (held === undefined) throw new Error('Outside the queue provider.');
  const files = useSyncExternalStore(held.queue.subscribe, held.queue.files);
  return { ...held, files };
}

/** On every page while something is being sent: how far, and the way back to it. */
export function UploadStrip() {
  const held = useContext(QueueContext);
  return held === undefined ? null : <Strip />;
}

function Strip() {
  const { uploads } = useShell();
  const busy = useQueue().files.filter(isBusy);
  const [first] = busy;
  if (first === undefined || location.pathname.endsWith('/send')) return null;
  const text = uploads.running(busy.length);
  const sum = (of: (file: QueuedFile) => number) => busy.reduce((total, file) => total + of(file), 0);
  return (
    <div className="strip no-print">
      <div className="column strip-row">
        <PlaceLink to={{ name: 'send', project: first.project }}>{text}</PlaceLink>
        <Progress label={text} value={sum(({ offset }) => offset)} max={sum(({ file }) => file.size)} />
      </div>
    </div>
  );
}
