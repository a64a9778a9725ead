/** What the API says at an address, asked for when a page opens and again when it is told to. */
import { useCallback, useEffect, useRef, useState } from 'react';
import { ask, askAll, type Change, type Reply } from './api-client.ts';
import { useLanguage } from './language.tsx';

export interface Asked<T> {
  /** The latest reply; undefined until the first. */
  readonly reply: Reply<T> | undefined;
  /** The latest answer, which outlives later silence. */
  readonly known: T | undefined;
  readonly reload: () => void;
}

type Ask<T> = (signal: AbortSignal) => Promise<Reply<T>>;

/** `key` names what is asked for: a new one forgets what was known. Null asks for nothing. */
function useAsked<T>(key: string | null, asking: Ask<T>): Asked<T> {
  const [held, setHeld] = useState<{ key: string | null; reply?: Reply<T>; known?: T }>({ key });
  const [round, setRound] = useState(0);
  const reload = useCallback(() => setRound((current) => current + 1), []);
  const latest = useRef(asking);
  latest.current = asking;

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new round is what asks again.
  useEffect(() => {
    if (key === null) return;
    const stop = new AbortController();
    void latest.current(stop.signal).then((reply) => {
      if (stop.signal.aborted) return;
      setHeld((before) => {
        const known = reply.kind === 'answer' ? reply.body : before.key === key ? before.known : undefined;
        return { key, reply, ...(known === undefined ? {} : { known }) };
      });
    });
    return () => stop.abort();
  }, [key, round]);

  const current = held.key === key ? held : undefined;

  // The line is back: what could not be fetched is fetched now.
  const lost = current?.reply?.kind === 'unreachable';
  useEffect(() => {
    if (!lost) return;
    addEventListener('online', reload);
    return () => removeEventListener('online', reload);
  }, [lost, reload]);

  return { reply: current?.reply, known: current?.known, reload };
}

export function useApi<T>(path: string | null): Asked<T> {
  const { language } = useLanguage();
  return useAsked<T>(path && `${language} ${path}`, (signal) => ask<T>(path ?? '', language, { signal }));
}

/** Every item of a list that comes in pages. */
export function useList<T>(path: string | null): Asked<readonly T[]> {
  const { language } = useLanguage();
  return useAsked(path && `${language} ${path}`, (signal) => askAll<T>(path ?? '', language, { signal }));
}

export interface Changing {
  readonly busy: boolean;
  /** The latest change came to nothing. */
  readonly failed: Exclude<Reply<unknown>, { kind: 'answer' }> | undefined;
  /** Does it; undefined when it came to nothing. */
  readonly change: <T>(path: string, change: Change) => Promise<{ readonly body: T } | undefined>;
  readonly forget: () => void;
}

/** Changes something, one at a time, and keeps what was refused for the page to say. */
export function useChange(): Changing {
  const { language } = useLanguage();
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState<Changing['failed']>();
  const change = async <T>(path: string, what: Change): Promise<{ readonly body: T } | undefined> => {
    setBusy(true);
    setFailed(undefined);
    const reply = await ask<T>(path, language, { change: what });
    setBusy(false);
    if (reply.kind === 'answer') return { body: reply.body };
    setFailed(reply);
    return undefined;
  };
  return { busy, failed, change, forget: () => setFailed(undefined) };
}
