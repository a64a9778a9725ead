/** Who the browser is to the service; and what to do when it no longer is. */
import {
  createContext,
  type ReactNode,
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import type { Providers, WhoAmI } from '../api/api-types.ts';
import { ask, type Reply, sessionOver } from './api-client.ts';
import { useLanguage } from './language.tsx';
import { askToLeave } from './leaving.ts';
import { useApi } from './use-api.ts';

interface SessionState {
  /** The latest word on it; undefined until the first. */
  readonly reply: Reply<WhoAmI> | undefined;
  /** Who it is, or was until the session ended in the middle of something. */
  readonly who: WhoAmI | undefined;
  readonly over: boolean;
  readonly lookAgain: () => void;
  readonly signOut: () => Promise<void>;
}

const SessionContext = createContext<SessionState | undefined>(undefined);

/** By which the tab that signed in again tells the others. */
export const sessionChannel = 'datasluse.session';

export function SessionProvider({ children }: { readonly children: ReactNode }) {
  const { language } = useLanguage();
  const [reply, setReply] = useState<Reply<WhoAmI>>();
  const [who, setWho] = useState<WhoAmI>();
  const [over, setOver] = useState(false);
  const leaving = useRef(false);

  const lookAgain = useCallback(() => {
    void ask<WhoAmI>('/api/v1/session', language).then((latest) => {
      setReply(latest);
      if (latest.kind !== 'answer') return;
      setWho(latest.body);
      setOver(false);
    });
  }, [language]);

  useEffect(lookAgain, [lookAgain]);

  useEffect(() => {
    if (who === undefined) return;
    const ended = () => setOver(true);
    addEventListener(sessionOver, ended);
    return () => removeEventListener(sessionOver, ended);
  }, [who]);

  // Signed in again in another tab: this one goes on where it was.
  useEffect(() => {
    const channel = new BroadcastChannel(sessionChannel);
    channel.addEventListener('message', lookAgain);
    return () => channel.close();
  }, [lookAgain]);

  const session = useMemo<SessionState>(
    () => ({
      reply,
      who,
      over,
      lookAgain,
      signOut: async () => {
        await new Promise<void>(askToLeave);
        // Whoever presses twice would else be told that nobody is signed in, on the way out.
        if (leaving.current) return;
        leaving.current = true;
        const ended = await ask<{ location: string }>('/api/v1/session/sign-out', language, {
          change: { method: 'POST' },
        });
        if (ended.kind === 'answer') {
          location.assign(ended.body.location);
          return;
        }
        leaving.current = false;
        setReply(ended);
      },
    }),
    [reply, who, over, lookAgain, language],
  );
  return <SessionContext value={session}>{children}</SessionContext>;
}

export function useSession(): SessionState {
  const session = useContext(SessionContext);
  if (session === undefined) throw new Error('Outside the session provider.');
  return session;
}

/** Whoever is signed in; only pages that `SignedIn` (signed-in.tsx) guards may ask. */
export function useMe(): WhoAmI {
  const { who } = useSession();
  if (who === undefined) throw new Error('Nobody is signed in.');
  return who;
}

export function useProviders(): Reply<Providers> | undefined {
  return useApi<Providers>('/api/v1/sign-in').reply;
}

/** Where a provider's sign-in begins, and where it comes back to. */
export function signInPath(provider: string, returnTo: string, stepUpMinutes?: number): string {
  const query = new URLSearchParams({ returnTo });
  if (stepUpMinutes !== undefined) query.set('stepUpMinutes', String(stepUpMinutes));
  return `/api/v1/sign-in/${encodeURIComponent(provider)}?${query}`;
}

const staff = ['producer', 'officer', 'auditor'];

export function isStaff(who: WhoAmI): boolean {
  return who.memberships.some(({ role }) => staff.includes(role));
}
