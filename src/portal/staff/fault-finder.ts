/** What finds faults while one types: it carries the check's own reader of types, so it is fetched when something is first changed. */
import { useEffect, useState } from 'react';
import type * as Faults from './description-faults.ts';

export type FaultFinder = typeof Faults;

let fetching: Promise<FaultFinder> | undefined;

/** Undefined when it cannot be fetched; the service finds the same faults when the description is saved. */
export async function fetchFaultFinder(): Promise<FaultFinder | undefined> {
  fetching ??= import('./description-faults.ts');
  try {
    return await fetching;
  } catch {
    // The next one tries anew.
    fetching = undefined;
    return undefined;
  }
}

/** Undefined until it is there. What the service holds has no faults, so it is not wanted before something is changed. */
export function useFaultFinder(wanted: boolean): FaultFinder | undefined {
  const [finder, setFinder] = useState<FaultFinder>();
  const missing = wanted && finder === undefined;
  useEffect(() => {
    let gone = false;
    if (missing)
      void fetchFaultFinder().then((found) => {
        if (!gone) setFinder(() => found);
      });
    return () => {
      gone = true;
    };
  }, [missing]);
  return finder;
}
