/** Rows of code lists: every load is a version of its own, and none is changed. */
import { sql } from 'kysely';
import type { Temporal } from 'temporal-polyfill';
import type { Database, Tx } from '../db/database.ts';
import type { Snapshot } from './snapshot.ts';

/** Holds the table against other loads, so that two cannot both be the next version; readers do not wait. */
export async function newestVersion(tx: Tx, classification: string): Promise<number> {
  await sql`lock table code_list in share row exclusive mode`.execute(tx);
  const row = await tx
    .selectFrom('code_list')
    .select((eb) => eb.fn.max('version').as('newest'))
    .where('classification', '=', classification)
    .executeTakeFirst();
  return row?.newest ?? 0;
}

export async function insertCodeList(
  tx: Tx,
  row: { id: string; version: number; content: Snapshot; sha256: string },
  at: Temporal.Instant,
): Promise<void> {
  const { content } = row;
  await tx
    .insertInto('code_list')
    .values({
      id: row.id,
      classification: content.classification,
      version: row.version,
      name_nb: content.name.nb,
      name_en: content.name.en,
      snapshot_at: content.snapshotAt,
      code_count: new Set(content.codes.map((one) => one.code)).size,
      content: JSON.stringify(content),
      sha256: row.sha256,
      loaded_at: at.toString(),
    })
    .execute();
}

/** Every version without its codes, by classification, newest first. */
export async function listCodeListRows(db: Database) {
  return db
    .selectFrom('code_list')
    .select([
      'classification',
      'version',
      'name_nb',
      'name_en',
      'snapshot_at',
      'code_count',
      'sha256',
      'loaded_at',
    ])
    .orderBy(sql`length(classification)`)
    .orderBy('classification')
    .orderBy('version', 'desc')
    .execute();
}

/** The newest version of each of these classifications that has one. */
export async function findNewestCodeLists(
  db: Database,
  classifications: readonly string[],
): Promise<{ content: unknown; sha256: string }[]> {
  return db
    .selectFrom('code_list')
    .distinctOn('classification')
    .select(['content', 'sha256'])
    .where('classification', 'in', [...classifications])
    .orderBy('classification')
    .orderBy('version', 'desc')
    .execute();
}
