/** Rows of sealed bodies and of their wrapped keys. */
import { sql } from 'kysely';
import type { Temporal } from 'temporal-polyfill';
import type { Database, Tx } from '../db/database.ts';
import { Seal, type WrappedPart } from '../storage/seal.ts';

export async function insertPart(
  tx: Tx,
  name: string,
  projectId: string,
  at: Temporal.Instant,
): Promise<void> {
  await tx
    .insertInto('sealed_object')
    .values({
      name,
      project_id: projectId,
      state: 'part',
      seal: null,
      created_at: at.toString(),
      touched_at: at.toString(),
      sealed_at: null,
      erased_at: null,
    })
    .execute();
}

/** Makes `parts` the whole of what `holder` has of the body. */
export async function replaceKeys(
  tx: Tx,
  name: string,
  holder: string,
  parts: readonly WrappedPart[],
): Promise<void> {
  await tx.deleteFrom('object_key').where('object_name', '=', name).where('holder', '=', holder).execute();
  await insertKeys(tx, name, holder, parts);
}

/** The first keys that `holder` has of the body. */
export async function insertKeys(
  tx: Tx,
  name: string,
  holder: string,
  parts: readonly WrappedPart[],
): Promise<void> {
  await tx
    .insertInto('object_key')
    .values(
      parts.map((part) => ({
        object_name: name,
        first_segment: part.firstSegment,
        holder,
        wrapped: Buffer.from(part.wrapped),
      })),
    )
    .execute();
}

export interface KeyRow extends WrappedPart {
  /** Of the root key that it is wrapped under. */
  rootVersion: number;
}

export async function listKeys(db: Database | Tx, name: string, holder: string): Promise<readonly KeyRow[]> {
  const rows = await db
    .selectFrom('object_key')
    .select(['first_segment as firstSegment', 'wrapped', 'root_version as rootVersion'])
    .where('object_name', '=', name)
    .where('holder', '=', holder)
    .orderBy('first_segment')
    .execute();
  return rows;
}

/** Every holder's. Returns how many there were. */
export async function deleteKeys(tx: Tx, names: readonly string[]): Promise<number> {
  if (names.length === 0) return 0;
  const { numDeletedRows } = await tx
    .deleteFrom('object_key')
    .where('object_name', 'in', names)
    .executeTakeFirst();
  return Number(numDeletedRows);
}

export async function findBody(
  db: Database,
  name: string,
): Promise<{ state: string; seal: Seal | 'unreadable' | null } | undefined> {
  const row = await db
    .selectFrom('sealed_object')
    .select(['state', 'seal'])
    .where('name', '=', name)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  const seal = row.seal === null ? null : Seal.safeParse(row.seal);
  if (seal === null) return { state: row.state, seal };
  return { state: row.state, seal: seal.success ? seal.data : 'unreadable' };
}

export async function touch(tx: Tx, name: string, at: Temporal.Instant): Promise<void> {
  await tx
    .updateTable('sealed_object')
    .set({ touched_at: at.toString() })
    .where('name', '=', name)
    .where('state', '=', 'part')
    .execute();
}

/** False when the body is no unfinished one any more. */
export async function markSealed(tx: Tx, name: string, seal: Seal, at: Temporal.Instant): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('sealed_object')
    .set({
      state: 'sealed',
      seal: JSON.stringify(seal),
      bytes: seal.plaintextBytes,
      sealed_at: at.toString(),
    })
    .where('name', '=', name)
    .where('state', '=', 'part')
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

export async function markErased(tx: Tx, names: readonly string[], at: Temporal.Instant): Promise<void> {
  if (names.length === 0) return;
  await tx
    .updateTable('sealed_object')
    .set({ state: 'erased', erased_at: at.toString() })
    .where('name', 'in', names)
    .execute();
}

export async function deleteRow(tx: Tx, name: string): Promise<void> {
  await tx.deleteFrom('sealed_object').where('name', '=', name).execute();
}

/** Those of `names` that have a row which is not erased. */
export async function listNames(db: Database, names: readonly string[]): Promise<ReadonlySet<string>> {
  if (names.length === 0) return new Set();
  const rows = await db
    .selectFrom('sealed_object')
    .select('name')
    .where('name', 'in', names)
    .where('state', '<>', 'erased')
    .execute();
  return new Set(rows.map((row) => row.name));
}

/** Bodies last begun or resumed before `before` that have never been acknowledged; their rows are held until the transaction ends. */
export async function listUnclaimed(tx: Tx, before: Temporal.Instant): Promise<readonly string[]> {
  const rows = await tx
    .selectFrom('sealed_object')
    .select('name')
    .where('state', '=', 'part')
    .where('touched_at', '<', new Date(before.epochMilliseconds) as never)
    .forUpdate()
    .skipLocked()
    .execute();
  return rows.map((row) => row.name);
}

/** Lets one transaction at a time weigh what the project has stored. */
export async function lockRoom(tx: Tx, projectId: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`room:${projectId}`}, 0))`.execute(tx);
}

/** Bytes of the project's bodies that are not erased, but for `except`. */
export async function storedBytes(db: Database | Tx, projectId: string, except = ''): Promise<number> {
  const row = await db
    .selectFrom('sealed_object')
    .select(sql<number>`coalesce(sum(bytes), 0)::bigint`.as('bytes'))
    .where('project_id', '=', projectId)
    .where('state', '<>', 'erased')
    .where('name', '<>', except)
    .executeTakeFirstOrThrow();
  return row.bytes;
}

/** Notes that a growing body has so much room. */
export async function setAside(tx: Tx, name: string, bytes: number): Promise<void> {
  await tx
    .updateTable('sealed_object')
    .set({ bytes })
    .where('name', '=', name)
    .where('state', '=', 'part')
    .execute();
}

/** Ends what one holder has of a body. Returns how many wraps that were. */
export async function deleteKeysOf(tx: Tx, name: string, holder: string): Promise<number> {
  const { numDeletedRows } = await tx
    .deleteFrom('object_key')
    .where('object_name', '=', name)
    .where('holder', '=', holder)
    .executeTakeFirst();
  return Number(numDeletedRows);
}
