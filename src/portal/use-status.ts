/** The service's status, asked for again and again while somebody looks. */
import { useCallback, useEffect, useState } from 'react';
import type { Status } from '../api/api-types.ts';
import { ask, type Reply } from './api-client.ts';
import { useLanguage } from './language.tsx';

export interface StatusWatch {
  /** The latest reply; undefined until the first. */
  readonly reply: Reply<Status> | undefined;
  /** The latest answer, which outlives later silence. */
  readonly known: Status | undefined;
  readonly refresh: () => void;
}

/** Asks at once, and `everyMs` after each reply while the page is in view. Without `everyMs` it asks no more by itself. */
export function useStatus(everyMs?: number): StatusWatch {
  const { language } = useLanguage();
  const [reply, setReply] = useState<Reply<Status>>();
  const [known, setKnown] = useState<Status>();
  const [round, setRound] = useState(0);
  const refresh = useCallback(() => setRound((current) => current + 1), []);

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new round is what asks again.
  useEffect(() => {
    const stop = new AbortController();
    void ask<Status>('/api/v1/status', language, { signal: stop.signal }).then((latest) => {
      if (stop.signal.aborted) return;
      setReply(latest);
      if (latest.kind === 'answer') setKnown(latest.body);
    });
    return () => stop.abort();
  }, [language, round]);

  useEffect(() => {
    if (reply === undefined || everyMs === undefined) return;
    const lookAgain = () => {
      if (!document.hidden) refresh();
    };
    const timer = setTimeout(lookAgain, everyMs);
    document.addEventListener('visibilitychange', lookAgain);
    return () => {
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', lookAgain);
    };
  }, [reply, everyMs, refresh]);

  return { reply, known, refresh };
}
