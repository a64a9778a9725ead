/** Rows that say whom an identity of a provider belongs to, and of invitations to tie one. */
import type { Temporal } from 'temporal-polyfill';
import type { Database, Tx } from '../db/database.ts';

export async function findLinkedPerson(
  db: Database | Tx,
  provider: string,
  subjectHash: Uint8Array,
): Promise<string | undefined> {
  const row = await db
    .selectFrom('linked_identity')
    .select('person_id')
    .where('provider', '=', provider)
    .where('subject_hash', '=', Buffer.from(subjectHash))
    .where('removed_at', 'is', null)
    .executeTakeFirst();
  return row?.person_id;
}

/** False, and nothing changed, when the identity belongs to somebody already. */
export async function insertLink(
  tx: Tx,
  link: {
    id: string;
    personId: string;
    provider: string;
    subjectHash: Uint8Array;
    linkedAt: Temporal.Instant;
    linkedBy: string;
  },
): Promise<boolean> {
  const row = await tx
    .insertInto('linked_identity')
    .values({
      id: link.id,
      person_id: link.personId,
      provider: link.provider,
      subject_hash: Buffer.from(link.subjectHash),
      linked_at: link.linkedAt.toString(),
      linked_by: link.linkedBy,
      removed_at: null,
    })
    .onConflict((oc) => oc.columns(['provider', 'subject_hash']).where('removed_at', 'is', null).doNothing())
    .returning('id')
    .executeTakeFirst();
  return row !== undefined;
}

/** Returns how many live links there were. */
export async function removeLinks(
  tx: Tx,
  personId: string,
  provider: string,
  at: Temporal.Instant,
): Promise<number> {
  const { numUpdatedRows } = await tx
    .updateTable('linked_identity')
    .set({ removed_at: at.toString() })
    .where('person_id', '=', personId)
    .where('provider', '=', provider)
    .where('removed_at', 'is', null)
    .executeTakeFirst();
  return Number(numUpdatedRows);
}

export async function insertInvitation(
  tx: Tx,
  invitation: {
    id: string;
    codeHash: Uint8Array;
    personId: string;
    madeAt: Temporal.Instant;
    expiresAt: Temporal.Instant;
  },
): Promise<void> {
  const { id, codeHash, personId, madeAt, expiresAt } = invitation;
  await tx
    .insertInto('invitation')
    .values({
      id,
      code_hash: Buffer.from(codeHash),
      person_id: personId,
      made_at: madeAt.toString(),
      expires_at: expiresAt.toString(),
      used_at: null,
    })
    .execute();
}

/** A new invitation makes those before it worthless. */
export async function endInvitationsOf(tx: Tx, personId: string): Promise<void> {
  await tx.deleteFrom('invitation').where('person_id', '=', personId).where('used_at', 'is', null).execute();
}

/** Whom a live invitation is for; held until the transaction ends. */
export async function lockInvitation(
  tx: Tx,
  codeHash: Uint8Array,
  at: Temporal.Instant,
): Promise<{ id: string; personId: string } | undefined> {
  return tx
    .selectFrom('invitation')
    .select(['id', 'person_id as personId'])
    .where('code_hash', '=', Buffer.from(codeHash))
    .where('used_at', 'is', null)
    .where('expires_at', '>', new Date(at.epochMilliseconds))
    .forUpdate()
    .executeTakeFirst();
}

export async function markInvitationUsed(tx: Tx, id: string, at: Temporal.Instant): Promise<void> {
  await tx.updateTable('invitation').set({ used_at: at.toString() }).where('id', '=', id).execute();
}
