/** A long list that is read a page at a time, as far as the reader asks for. */
import { useCallback, useState } from 'react';
import { ask, type Reply } from '../api-client.ts';
import { useLanguage } from '../language.tsx';
import { type Asked, useApi } from '../use-api.ts';

interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | null;
}

interface Pages<T> {
  readonly first: Asked<Page<T>>;
  readonly items: readonly T[];
  /** Null when all of it is here. */
  readonly more: (() => Promise<void>) | null;
  readonly failed: Exclude<Reply<unknown>, { kind: 'answer' }> | undefined;
  readonly busy: boolean;
}

/** The address of the page after `cursor`. */
export function afterCursor(path: string, cursor: string): string {
  return `${path}${path.includes('?') ? '&' : '?'}cursor=${encodeURIComponent(cursor)}`;
}

/** Null asks for nothing. */
export function usePages<T>(path: string | null): Pages<T> {
  const { language } = useLanguage();
  const first = useApi<Page<T>>(path);
  const [rest, setRest] = useState<{ of?: Page<T>; items: readonly T[]; next: string | null }>({
    items: [],
    next: null,
  });
  const [failed, setFailed] = useState<Pages<T>['failed']>();
  const [busy, setBusy] = useState(false);
  const begun = first.known;
  // What was read on after another first page is of another list.
  const further = begun !== undefined && rest.of === begun ? rest : undefined;
  const next = further === undefined ? (begun?.next ?? null) : further.next;
  const items = [...(begun?.items ?? []), ...(further?.items ?? [])];
  const read = useCallback(async () => {
    if (path === null || begun === undefined || next === null) return;
    setBusy(true);
    const reply = await ask<Page<T>>(afterCursor(path, next), language);
    setBusy(false);
    if (reply.kind !== 'answer') return setFailed(reply);
    setFailed(undefined);
    const before = further?.items ?? [];
    setRest({ of: begun, items: [...before, ...reply.body.items], next: reply.body.next });
  }, [path, begun, next, language, further]);
  return { first, items, more: next === null ? null : read, failed, busy };
}
