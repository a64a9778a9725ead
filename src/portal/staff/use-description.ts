/** The description as it is being edited: what is saved, what is changed, saving with the version that was read, and who was first. */
import { useMemo, useState } from 'react';
import type { Description } from '../../api/api-types.ts';
import { ask, type Reply } from '../api-client.ts';
import { useLanguage } from '../language.tsx';
import { type DescriptionTable, descriptionOf, tableOf } from './description-table.ts';
import { type Held, heldOf } from './held-description.ts';

type Failed = Exclude<Reply<unknown>, { kind: 'answer' }>;

export interface Editing {
  /** Undefined while nothing is described. */
  readonly table: DescriptionTable | undefined;
  readonly edit: (change: (table: DescriptionTable) => DescriptionTable) => void;
  readonly replace: (table: DescriptionTable) => void;
  readonly held: Held | undefined;
  readonly changed: boolean;
  readonly discard: () => void;
  readonly busy: boolean;
  readonly failed: Failed | undefined;
  /** What somebody else saved meanwhile. */
  readonly theirs: Held | undefined;
  /** True once it is saved. `over` replaces what somebody else saved, and only that. */
  readonly save: (over?: Held) => Promise<boolean>;
  readonly take: (theirs: Held) => void;
  readonly letBe: () => void;
}

/** Keys are of this page only. */
let made = 0;
export function newKey(): string {
  made += 1;
  return `k${made}`;
}

/** `api` is where the service has it. */
export function useDescription(api: string, first: Held | undefined): Editing {
  const { language } = useLanguage();
  const [held, setHeld] = useState(first);
  const [table, setTable] = useState(() => first && tableOf(first.content, newKey));
  const [theirs, setTheirs] = useState<Held>();
  const [failed, setFailed] = useState<Failed>();
  const [busy, setBusy] = useState(false);
  const changed = useMemo(
    () =>
      table !== undefined && JSON.stringify(descriptionOf(table)) !== JSON.stringify(held?.content ?? null),
    [table, held],
  );

  const settle = (now: Held) => {
    setHeld(now);
    setTheirs(undefined);
    setFailed(undefined);
  };
  const save = async (over = held): Promise<boolean> => {
    if (table === undefined) return false;
    setBusy(true);
    const reply = await ask<Description>(api, language, {
      change: {
        method: 'PUT',
        body: descriptionOf(table),
        headers: over === undefined ? { 'if-none-match': '*' } : { 'if-match': over.etag },
      },
    });
    const now = reply.kind === 'answer' ? heldOf(reply.body, reply.etag) : undefined;
    if (reply.kind === 'problem' && reply.problem.code === 'changed-meanwhile') {
      const latest = await ask<Description>(api, language);
      if (latest.kind === 'answer') setTheirs(heldOf(latest.body, latest.etag));
      else setFailed(latest);
    } else if (reply.kind !== 'answer') setFailed(reply);
    // In the form that the service read, so that what was left out by it is not taken for a change.
    if (now !== undefined) {
      settle({ ...now, content: descriptionOf(table) });
    }
    setBusy(false);
    return now !== undefined;
  };
  const take = (latest: Held) => {
    settle(latest);
    setTable(tableOf(latest.content, newKey));
  };
  return {
    table,
    edit: (change) => {
      setFailed(undefined);
      setTable((before) => before && change(before));
    },
    replace: (next) => {
      setFailed(undefined);
      setTable(next);
    },
    held,
    changed,
    discard: () => {
      setFailed(undefined);
      setTable(held && tableOf(held.content, newKey));
    },
    busy,
    failed,
    theirs,
    save,
    take,
    letBe: () => setTheirs(undefined),
  };
}
