/** Rows of one-time codes. */
import type { Temporal } from 'temporal-polyfill';
import type { Tx } from '../db/database.ts';

export interface LiveCode {
  id: string;
  codeHash: Uint8Array;
  refusals: number;
}

export async function insertCode(
  tx: Tx,
  code: {
    id: string;
    personId: string;
    codeHash: Uint8Array;
    issuedAt: Temporal.Instant;
    expiresAt: Temporal.Instant;
  },
): Promise<void> {
  await tx
    .insertInto('one_time_code')
    .values({
      id: code.id,
      person_id: code.personId,
      code_hash: Buffer.from(code.codeHash),
      issued_at: code.issuedAt.toString(),
      expires_at: code.expiresAt.toString(),
      ended_at: null,
      ended_as: null,
    })
    .execute();
}

/** Ends the code that was live, if one was. */
export async function replaceCode(tx: Tx, personId: string, at: Temporal.Instant): Promise<void> {
  await tx
    .updateTable('one_time_code')
    .set({ ended_at: at.toString(), ended_as: 'replaced' })
    .where('person_id', '=', personId)
    .where('ended_at', 'is', null)
    .execute();
}

/** The live code that has not run out, held until the transaction ends: two who try at once take turns. */
export async function lockCode(
  tx: Tx,
  personId: string,
  at: Temporal.Instant,
): Promise<LiveCode | undefined> {
  const row = await tx
    .selectFrom('one_time_code')
    .select(['id', 'code_hash', 'refusals'])
    .where('person_id', '=', personId)
    .where('ended_at', 'is', null)
    .where('expires_at', '>', new Date(at.epochMilliseconds))
    .forUpdate()
    .executeTakeFirst();
  return row && { id: row.id, codeHash: row.code_hash, refusals: row.refusals };
}

export async function endCode(
  tx: Tx,
  id: string,
  as: 'used' | 'exhausted',
  at: Temporal.Instant,
): Promise<void> {
  await tx
    .updateTable('one_time_code')
    .set({ ended_at: at.toString(), ended_as: as })
    .where('id', '=', id)
    .execute();
}

export async function countRefusal(tx: Tx, id: string, refusals: number): Promise<void> {
  await tx.updateTable('one_time_code').set({ refusals }).where('id', '=', id).execute();
}

/** Removes the rows of codes that ran out before that instant; what happened to them stays in the audit log. */
export async function removeCodes(tx: Tx, personId: string, before: Temporal.Instant): Promise<void> {
  await tx
    .deleteFrom('one_time_code')
    .where('person_id', '=', personId)
    .where('expires_at', '<', new Date(before.epochMilliseconds))
    .execute();
}
