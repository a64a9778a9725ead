/** Rows that a check of the store walks through, and how far it has come. */
import { sql } from 'kysely';
import type { Temporal } from 'temporal-polyfill';
import type { Database, Tx } from '../db/database.ts';

export interface SealedRow {
  name: string;
  projectId: string;
  /** As it stands; whether it is a seal is for the check to find out. */
  seal: unknown;
}

/** Sealed bodies by name, after `after`. */
export async function listSealed(
  db: Database,
  filter: { projectId?: string | undefined; after: string; limit: number },
): Promise<readonly SealedRow[]> {
  let query = db
    .selectFrom('sealed_object')
    .select(['name', 'project_id as projectId', 'seal'])
    .where('state', '=', 'sealed')
    .where('name', '>', filter.after)
    .orderBy('name')
    .limit(filter.limit);
  if (filter.projectId !== undefined) query = query.where('project_id', '=', filter.projectId);
  return query.execute();
}

/** How many sealed bodies come after `after`, and how many bytes by their seals. */
export async function sumSealed(
  db: Database,
  filter: { projectId?: string | undefined; after: string },
): Promise<{ bodies: number; bytes: number }> {
  let query = db
    .selectFrom('sealed_object')
    .select((eb) => [
      eb.fn.countAll<number>().as('bodies'),
      sql<number>`coalesce(sum(case when jsonb_typeof(seal -> 'ciphertextBytes') = 'number'
        then (seal ->> 'ciphertextBytes')::numeric else 0 end), 0)::bigint`.as('bytes'),
    ])
    .where('state', '=', 'sealed')
    .where('name', '>', filter.after);
  if (filter.projectId !== undefined) query = query.where('project_id', '=', filter.projectId);
  const row = await query.executeTakeFirstOrThrow();
  return { bodies: Number(row.bodies), bytes: Number(row.bytes) };
}

export async function listHolders(db: Database, name: string): Promise<readonly string[]> {
  const rows = await db
    .selectFrom('object_key')
    .select('holder')
    .distinct()
    .where('object_name', '=', name)
    .orderBy('holder')
    .execute();
  return rows.map((row) => row.holder);
}

/** The state of each of these names that has a row. */
export async function listStates(
  db: Database,
  names: readonly string[],
): Promise<ReadonlyMap<string, { state: string; projectId: string }>> {
  if (names.length === 0) return new Map();
  const rows = await db
    .selectFrom('sealed_object')
    .select(['name', 'state', 'project_id'])
    .where('name', 'in', names)
    .execute();
  return new Map(rows.map((row) => [row.name, { state: row.state, projectId: row.project_id }]));
}

/** Unfinished bodies last begun or resumed before `before`. */
export async function listStaleParts(
  db: Database,
  before: Temporal.Instant,
  projectId: string | undefined,
): Promise<readonly { name: string; projectId: string }[]> {
  let query = db
    .selectFrom('sealed_object')
    .select(['name', 'project_id as projectId'])
    .where('state', '=', 'part')
    .where('touched_at', '<', new Date(before.epochMilliseconds) as never)
    .orderBy('name');
  if (projectId !== undefined) query = query.where('project_id', '=', projectId);
  return query.execute();
}

export interface CheckRow {
  startedAt: Date;
  position: string;
  finishedAt: Date | null;
  bodies: number;
  bytes: number;
  faults: number;
}

export async function findCheck(db: Database | Tx, scope: string): Promise<CheckRow | undefined> {
  return db
    .selectFrom('store_check')
    .select(['started_at as startedAt', 'position', 'finished_at as finishedAt', 'bodies', 'bytes', 'faults'])
    .where('scope', '=', scope)
    .executeTakeFirst();
}

export async function startCheck(tx: Tx, scope: string, at: Temporal.Instant): Promise<void> {
  const fresh = {
    started_at: at.toString(),
    position: '',
    finished_at: null,
    bodies: 0,
    bytes: 0,
    faults: 0,
  };
  await tx
    .insertInto('store_check')
    .values({ scope, ...fresh })
    .onConflict((oc) => oc.column('scope').doUpdateSet(fresh))
    .execute();
}

export async function moveCheck(
  tx: Tx,
  scope: string,
  more: { position: string; bytes: number; faults: number },
): Promise<void> {
  await tx
    .updateTable('store_check')
    .set((eb) => ({
      position: more.position,
      bodies: eb('bodies', '+', 1),
      bytes: eb('bytes', '+', more.bytes),
      faults: eb('faults', '+', more.faults),
    }))
    .where('scope', '=', scope)
    .execute();
}

export async function finishCheck(tx: Tx, scope: string, at: Temporal.Instant): Promise<void> {
  await tx
    .updateTable('store_check')
    .set({ finished_at: at.toString() })
    .where('scope', '=', scope)
    .execute();
}
