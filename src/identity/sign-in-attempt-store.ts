/** Rows of sign-ins that are under way at a provider. */
import type { Temporal } from 'temporal-polyfill';
import type { Database } from '../db/database.ts';

export interface Attempt {
  returnTo: string;
  askedAcr: readonly string[];
  maxAgeS: number | null;
  sessionId: string | null;
  invitationHash: Uint8Array | null;
}

export async function insertAttempt(
  db: Database,
  attempt: Attempt & {
    stateHash: Uint8Array;
    browserHash: Uint8Array;
    provider: string;
    createdAt: Temporal.Instant;
    expiresAt: Temporal.Instant;
  },
): Promise<void> {
  const { invitationHash } = attempt;
  await db
    .insertInto('sign_in_attempt')
    .values({
      state_hash: Buffer.from(attempt.stateHash),
      browser_hash: Buffer.from(attempt.browserHash),
      provider: attempt.provider,
      return_to: attempt.returnTo,
      asked_acr: [...attempt.askedAcr],
      max_age_s: attempt.maxAgeS,
      session_id: attempt.sessionId,
      invitation_hash: invitationHash === null ? null : Buffer.from(invitationHash),
      created_at: attempt.createdAt.toString(),
      expires_at: attempt.expiresAt.toString(),
      used_at: null,
    })
    .execute();
}

/** Uses an attempt up, once, for the browser and the provider that it was made for. Undefined when there is none left. */
export async function takeAttempt(
  db: Database,
  which: { stateHash: Uint8Array; browserHash: Uint8Array; provider: string },
  at: Temporal.Instant,
): Promise<Attempt | undefined> {
  return db
    .updateTable('sign_in_attempt')
    .set({ used_at: at.toString() })
    .where('state_hash', '=', Buffer.from(which.stateHash))
    .where('browser_hash', '=', Buffer.from(which.browserHash))
    .where('provider', '=', which.provider)
    .where('used_at', 'is', null)
    .where('expires_at', '>', new Date(at.epochMilliseconds))
    .returning([
      'return_to as returnTo',
      'asked_acr as askedAcr',
      'max_age_s as maxAgeS',
      'session_id as sessionId',
      'invitation_hash as invitationHash',
    ])
    .executeTakeFirst();
}
