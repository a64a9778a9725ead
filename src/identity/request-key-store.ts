/** Rows of requests that carried a key, and of what they were answered. */
import type { Temporal } from 'temporal-polyfill';
import type { Database } from '../db/database.ts';

export interface KeptRequest {
  requestHash: Uint8Array;
  status: number | null;
  headers: Record<string, string> | null;
  body: string | null;
}

interface Which {
  personId: string;
  key: string;
}

/** False when the person has used that key before. */
export async function insertKey(
  db: Database,
  { personId, key }: Which,
  requestHash: Uint8Array,
  at: Temporal.Instant,
): Promise<boolean> {
  const row = await db
    .insertInto('request_key')
    .values({
      person_id: personId,
      key,
      request_hash: Buffer.from(requestHash),
      claimed_at: at.toString(),
      status: null,
      headers: null,
      body: null,
    })
    .onConflict((oc) => oc.doNothing())
    .returning('key')
    .executeTakeFirst();
  return row !== undefined;
}

export async function findKey(db: Database, { personId, key }: Which): Promise<KeptRequest | undefined> {
  return db
    .selectFrom('request_key')
    .select(['request_hash as requestHash', 'status', 'headers', 'body'])
    .where('person_id', '=', personId)
    .where('key', '=', key)
    .executeTakeFirst();
}

export async function keepAnswer(
  db: Database,
  { personId, key }: Which,
  answer: { status: number; headers: Readonly<Record<string, string>>; body: string | null },
): Promise<void> {
  await db
    .updateTable('request_key')
    .set({ status: answer.status, headers: JSON.stringify(answer.headers), body: answer.body })
    .where('person_id', '=', personId)
    .where('key', '=', key)
    .execute();
}

export async function deleteKey(db: Database, { personId, key }: Which): Promise<void> {
  await db.deleteFrom('request_key').where('person_id', '=', personId).where('key', '=', key).execute();
}

export async function deleteKeysBefore(db: Database, before: Temporal.Instant): Promise<void> {
  await db
    .deleteFrom('request_key')
    .where('claimed_at', '<', new Date(before.epochMilliseconds) as never)
    .execute();
}
