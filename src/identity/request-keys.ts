/** What must not happen twice: a person's request is done once for each key that they give, and its answer is kept for two days. */
import { timingSafeEqual } from 'node:crypto';
import type { Database } from '../db/database.ts';
import type { Clock } from '../platform/clock.ts';
import { deleteKey, deleteKeysBefore, findKey, insertKey, keepAnswer } from './request-key-store.ts';

export interface KeptAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}

/** `new`: do it. `answered`: it was done before, so. `running`: it is being done, or its end is not known. `other`: the key was for another request. */
export type Claim =
  | { readonly state: 'new' | 'running' | 'other' }
  | { readonly state: 'answered'; readonly answer: KeptAnswer };

export interface RequestKeys {
  claim(personId: string, key: string, requestHash: Uint8Array): Promise<Claim>;
  keep(personId: string, key: string, answer: KeptAnswer): Promise<void>;
  /** After a refusal: nothing was done, and the key may be used again. */
  release(personId: string, key: string): Promise<void>;
}

const KEEP_HOURS = 48;

export function createRequestKeys(deps: { db: Database; clock: Clock }): RequestKeys {
  const { db, clock } = deps;
  return {
    async claim(personId, key, requestHash) {
      const at = clock.now();
      await deleteKeysBefore(db, at.subtract({ hours: KEEP_HOURS }));
      if (await insertKey(db, { personId, key }, requestHash, at)) return { state: 'new' };
      const kept = await findKey(db, { personId, key });
      // Released between the two questions: whoever held it was refused.
      if (kept === undefined) return { state: 'running' };
      if (!timingSafeEqual(kept.requestHash, requestHash)) return { state: 'other' };
      const { status, headers, body } = kept;
      if (status === null || headers === null) return { state: 'running' };
      return { state: 'answered', answer: { status, headers, body } };
    },
    keep: (personId, key, answer) => keepAnswer(db, { personId, key }, answer),
    release: (personId, key) => deleteKey(db, { personId, key }),
  };
}
