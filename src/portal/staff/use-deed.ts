/** What must happen once even if the answer is lost: sent with a key that stays the same until something else is asked for. */
import { useRef } from 'react';
import { type Changing, useChange } from '../use-api.ts';

interface Deed extends Omit<Changing, 'change'> {
  /** Does it; undefined when it came to nothing. */
  readonly perform: <T>(
    path: string,
    body: unknown,
    headers?: Readonly<Record<string, string>>,
  ) => Promise<{ readonly body: T } | undefined>;
}

export function useDeed(): Deed {
  const { change, ...rest } = useChange();
  const last = useRef<{ asked: string; key: string }>(undefined);
  return {
    ...rest,
    perform: (path, body, headers = {}) => {
      const asked = JSON.stringify([path, body]);
      if (last.current?.asked !== asked) last.current = { asked, key: newKey() };
      const { key } = last.current;
      return change(path, { method: 'POST', body, headers: { ...headers, 'idempotency-key': key } });
    },
  };
}

/** Not randomUUID: that is not there on a plain http address other than this machine's. */
function newKey(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))]
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('');
}
