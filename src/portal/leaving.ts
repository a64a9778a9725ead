/** What is not saved is asked about before its page is left: by a link, by the browser's own buttons, by signing out. */
import { useCallback, useEffect, useState } from 'react';

type Leave = () => void;

/** Of the page that is open, while it has something to lose. */
let guard: ((leave: Leave) => void) | undefined;

export function isGuarded(): boolean {
  return guard !== undefined;
}

/** Leaves at once, or when whoever has something to lose says so. */
export function askToLeave(leave: Leave): void {
  if (guard === undefined) leave();
  else guard(leave);
}

export interface Leaving {
  /** Somebody is about to leave, and has to be asked. */
  readonly asked: boolean;
  readonly leave: () => void;
  readonly stay: () => void;
}

/** While `active`, nobody leaves the page unasked. When the tab itself is closed, the browser asks in its own words. */
export function useLeaveGuard(active: boolean): Leaving {
  const [leaving, setLeaving] = useState<Leave>();
  useEffect(() => {
    if (!active) return;
    const warn = (event: BeforeUnloadEvent) => {
      // Who has been asked already is not asked again by the browser.
      if (guard !== undefined) event.preventDefault();
    };
    const ask = (leave: Leave) => setLeaving(() => leave);
    guard = ask;
    addEventListener('beforeunload', warn);
    return () => {
      if (guard === ask) guard = undefined;
      removeEventListener('beforeunload', warn);
    };
  }, [active]);
  return {
    asked: leaving !== undefined,
    leave: useCallback(() => {
      guard = undefined;
      setLeaving(undefined);
      leaving?.();
    }, [leaving]),
    stay: useCallback(() => setLeaving(undefined), []),
  };
}
