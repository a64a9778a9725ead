/** The service's status, asked for again and again while somebody looks. */
import { useCallback, useEffect, useState } from 'react';
import { askStatus, type Reply } from './api-client.ts';
import type { ServiceStatus } from './api-types.ts';
import { useLanguage } from './language.tsx';

export interface StatusWatch {
  /** The latest reply; undefined until the first. */
  readonly reply: Reply<ServiceStatus> | undefined;
  /** The latest answer, which outlives later silence. */
  readonly known: ServiceStatus | undefined;
  readonly refresh: () => void;
}

/** Asks at once, then every `everyMs` while the page is in view. Without `everyMs` it asks once. */
export function useStatus(everyMs?: number): StatusWatch {
  const { language } = useLanguage();
  const [reply, setReply] = useState<Reply<ServiceStatus>>();
  const [known, setKnown] = useState<ServiceStatus>();
  const [round, setRound] = useState(0);
  const refresh = useCallback(() => setRound((current) => current + 1), []);

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new round is what asks again.
  useEffect(() => {
    const stop = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = async () => {
      const latest = await askStatus(language, stop.signal);
      if (stop.signal.aborted) return;
      setReply(latest);
      if (latest.kind === 'answer') setKnown(latest.body);
      if (everyMs !== undefined && !document.hidden) timer = setTimeout(look, everyMs);
    };
    void look();
    const onVisible = () => {
      clearTimeout(timer);
      if (!document.hidden && everyMs !== undefined) void look();
    };
    document.addEventListener('visibilitychange', onVisible);
    return () => {
      stop.abort();
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', onVisible);
    };
  }, [language, everyMs, round]);

  return { reply, known, refresh };
}
