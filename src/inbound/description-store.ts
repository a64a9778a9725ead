/** Rows of data descriptions. */
import type { Temporal } from 'temporal-polyfill';
import { lockProject } from '../cases/project-store.ts';
import type { Database, Tx } from '../db/database.ts';

/** Holds the project, so that two changes cannot both be the next version. */
export async function newestVersion(tx: Tx, projectId: string): Promise<number> {
  await lockProject(tx, projectId);
  const row = await tx
    .selectFrom('description')
    .select((eb) => eb.fn.max('version').as('newest'))
    .where('project_id', '=', projectId)
    .executeTakeFirst();
  return row?.newest ?? 0;
}

export async function insertDescription(
  tx: Tx,
  row: { id: string; projectId: string; version: number; text: string; sha256: string },
  at: Temporal.Instant,
): Promise<void> {
  await tx
    .insertInto('description')
    .values({
      id: row.id,
      project_id: row.projectId,
      version: row.version,
      content: row.text,
      sha256: row.sha256,
      created_at: at.toString(),
    })
    .execute();
}

export async function findDescription(
  db: Database,
  projectId: string,
): Promise<{ version: number; sha256: string; content: unknown } | undefined> {
  return db
    .selectFrom('description')
    .select(['version', 'sha256', 'content'])
    .where('project_id', '=', projectId)
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirst();
}
