/** Rows of descriptions of what goes out. */
import type { Temporal } from 'temporal-polyfill';
import { lockProject } from '../cases/project-store.ts';
import type { Database, Tx } from '../db/database.ts';

/** Holds the project, so that two changes cannot both be the next version, and no check is kept that followed the last. */
export async function holdOutgoing(
  tx: Tx,
  projectId: string,
): Promise<{ version: number; sha256: string } | undefined> {
  await lockProject(tx, projectId);
  return tx
    .selectFrom('outgoing_description')
    .select(['version', 'sha256'])
    .where('project_id', '=', projectId)
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirst();
}

export async function insertOutgoing(
  tx: Tx,
  row: { id: string; projectId: string; version: number; text: string; sha256: string },
  at: Temporal.Instant,
): Promise<void> {
  await tx
    .insertInto('outgoing_description')
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

export async function findOutgoing(
  db: Database,
  projectId: string,
): Promise<{ version: number; sha256: string; content: unknown } | undefined> {
  return db
    .selectFrom('outgoing_description')
    .select(['version', 'sha256', 'content'])
    .where('project_id', '=', projectId)
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirst();
}
