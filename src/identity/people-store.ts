/** Rows of people, roles and keys. */
import type { Temporal } from 'temporal-polyfill';
import type { Database, Tx } from '../db/database.ts';
import type { Membership, Role } from './permissions.ts';
import type { PublicKey } from './ssh-keys.ts';

export interface Person {
  id: string;
  name: string;
  email: string;
  language: 'nb' | 'nn' | 'en';
}

/** One row a role. */
export interface PersonRow extends Person {
  role: Role;
  projectId: string | null;
  addedAt: Date;
}

export async function findPerson(tx: Tx | Database, id: string): Promise<Person | undefined> {
  return tx
    .selectFrom('person')
    .select(['id', 'name', 'email', 'language'])
    .where('id', '=', id)
    .executeTakeFirst();
}

export async function savePerson(tx: Tx, person: Person, at: Temporal.Instant): Promise<void> {
  const { id, name, email, language } = person;
  await tx
    .insertInto('person')
    .values({ id, name, email, language, created_at: at.toString() })
    .onConflict((oc) => oc.column('id').doUpdateSet({ name, email, language }))
    .execute();
}

export async function addMembership(
  tx: Tx,
  id: string,
  personId: string,
  projectId: string | null,
  role: Role,
  at: Temporal.Instant,
): Promise<void> {
  const live = await tx
    .selectFrom('membership')
    .select('id')
    .where('person_id', '=', personId)
    .where('project_id', 'is not distinct from', projectId)
    .where('role', '=', role)
    .where('removed_at', 'is', null)
    .executeTakeFirst();
  if (live !== undefined) return;
  await tx
    .insertInto('membership')
    .values({
      id,
      person_id: personId,
      project_id: projectId,
      role,
      added_at: at.toString(),
      removed_at: null,
    })
    .execute();
}

export async function listMemberships(db: Database | Tx, personId: string): Promise<readonly Membership[]> {
  const rows = await db
    .selectFrom('membership')
    .select(['role', 'project_id'])
    .where('person_id', '=', personId)
    .where('removed_at', 'is', null)
    .execute();
  return rows.map((row) => ({ role: row.role, projectId: row.project_id }));
}

/** One row for each live role; with a project, those that cover it. */
export async function listPeople(db: Database, projectId?: string): Promise<readonly PersonRow[]> {
  let query = db
    .selectFrom('membership as m')
    .innerJoin('person as p', 'p.id', 'm.person_id')
    .select([
      'p.id',
      'p.name',
      'p.email',
      'p.language',
      'm.role',
      'm.project_id as projectId',
      'm.added_at as addedAt',
    ])
    .where('m.removed_at', 'is', null)
    .orderBy('p.id')
    .orderBy('m.role');
  if (projectId !== undefined) {
    query = query.where((eb) => eb.or([eb('m.project_id', '=', projectId), eb('m.project_id', 'is', null)]));
  }
  return query.execute();
}

export async function addKey(
  tx: Tx,
  id: string,
  personId: string,
  key: PublicKey,
  at: Temporal.Instant,
): Promise<void> {
  await tx
    .insertInto('ssh_key')
    .values({
      id,
      person_id: personId,
      algorithm: key.algorithm,
      blob: Buffer.from(key.blob),
      fingerprint: key.fingerprint,
      added_at: at.toString(),
      revoked_at: null,
    })
    .execute();
}

export async function hasLiveKey(tx: Tx, personId: string, blob: Uint8Array): Promise<boolean> {
  const row = await tx
    .selectFrom('ssh_key')
    .select('id')
    .where('person_id', '=', personId)
    .where('blob', '=', Buffer.from(blob))
    .where('revoked_at', 'is', null)
    .executeTakeFirst();
  return row !== undefined;
}

export async function findPersonByKey(db: Database, blob: Uint8Array): Promise<string | undefined> {
  const row = await db
    .selectFrom('ssh_key')
    .select('person_id')
    .where('blob', '=', Buffer.from(blob))
    .where('revoked_at', 'is', null)
    .executeTakeFirst();
  return row?.person_id;
}

/** True while the person has a live key of this fingerprint. */
export async function isLiveKey(db: Database, personId: string, fingerprint: string): Promise<boolean> {
  const row = await db
    .selectFrom('ssh_key')
    .select('id')
    .where('person_id', '=', personId)
    .where('fingerprint', '=', fingerprint)
    .where('revoked_at', 'is', null)
    .executeTakeFirst();
  return row !== undefined;
}

export interface KeyRow {
  algorithm: string;
  fingerprint: string;
  addedAt: Date;
  revokedAt: Date | null;
}

export async function listKeysOf(db: Database | Tx, personId: string): Promise<readonly KeyRow[]> {
  return db
    .selectFrom('ssh_key')
    .select(['algorithm', 'fingerprint', 'added_at as addedAt', 'revoked_at as revokedAt'])
    .where('person_id', '=', personId)
    .orderBy('added_at')
    .execute();
}

/** Returns how many live keys there were of that fingerprint. */
export async function markKeyRevoked(
  tx: Tx,
  personId: string,
  fingerprint: string,
  at: Temporal.Instant,
): Promise<number> {
  const { numUpdatedRows } = await tx
    .updateTable('ssh_key')
    .set({ revoked_at: at.toString() })
    .where('person_id', '=', personId)
    .where('fingerprint', '=', fingerprint)
    .where('revoked_at', 'is', null)
    .executeTakeFirst();
  return Number(numUpdatedRows);
}

/** False when the person has no such live role. */
export async function endMembership(
  tx: Tx,
  held: { personId: string; projectId: string | null; role: Role },
  at: Temporal.Instant,
): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('membership')
    .set({ removed_at: at.toString() })
    .where('person_id', '=', held.personId)
    .where('project_id', 'is not distinct from', held.projectId)
    .where('role', '=', held.role)
    .where('removed_at', 'is', null)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

/** Roles that cover the project and were held at some time of the span. */
export async function listRolesDuring(
  db: Database,
  projectId: string,
  span: { from: Temporal.Instant; until: Temporal.Instant },
) {
  return db
    .selectFrom('membership as m')
    .innerJoin('person as p', 'p.id', 'm.person_id')
    .select([
      'p.id as personId',
      'p.name',
      'm.role',
      'm.project_id as projectId',
      'm.added_at as addedAt',
      'm.removed_at as removedAt',
    ])
    .where((eb) => eb.or([eb('m.project_id', '=', projectId), eb('m.project_id', 'is', null)]))
    .where('m.added_at', '<', new Date(span.until.epochMilliseconds) as never)
    .where((eb) =>
      eb.or([
        eb('m.removed_at', 'is', null),
        eb('m.removed_at', '>', new Date(span.from.epochMilliseconds) as never),
      ]),
    )
    .orderBy('p.id')
    .orderBy('m.added_at')
    .execute();
}
