/** Rows of a project's descriptions: of what comes in, and of what goes out. Both keep every version. */
import type { Temporal } from 'temporal-polyfill';
import type { Database, Tx } from '../db/database.ts';

/** The table that keeps them. */
export type DescriptionTable = 'description' | 'outgoing_description';

export interface DescriptionVersion {
  version: number;
  /** SHA-256 of the text as it was handed in, in hex; reports and receipts name it. */
  sha256: string;
}

function newest(db: Database | Tx, table: DescriptionTable, projectId: string) {
  // The columns of both are the same; the query builder wants to be told one.
  return db
    .selectFrom(table as 'description')
    .where('project_id', '=', projectId)
    .orderBy('version', 'desc')
    .limit(1);
}

/** The one in force, without its content. */
export async function newestDescription(
  db: Database | Tx,
  table: DescriptionTable,
  projectId: string,
): Promise<DescriptionVersion | undefined> {
  return newest(db, table, projectId).select(['version', 'sha256']).executeTakeFirst();
}

export async function findDescription(
  db: Database,
  table: DescriptionTable,
  projectId: string,
): Promise<(DescriptionVersion & { content: unknown }) | undefined> {
  return newest(db, table, projectId).select(['version', 'sha256', 'content']).executeTakeFirst();
}

export async function insertDescription(
  tx: Tx,
  table: DescriptionTable,
  row: DescriptionVersion & { id: string; projectId: string; text: string },
  at: Temporal.Instant,
): Promise<void> {
  await tx
    .insertInto(table as 'description')
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
