/** Rows of the switch by which staff stop all downloads. */
import type { Temporal } from 'temporal-polyfill';
import type { Database, Tx } from '../db/database.ts';

export interface DownloadStop {
  /** Null: of every project. */
  projectId: string | null;
  reason: string;
  stoppedAt: Date;
  stoppedBy: string;
}

/** False when there is such a stop already. */
export async function insertStop(
  tx: Tx,
  stop: { id: string; projectId: string | null; reason: string; by: string },
  at: Temporal.Instant,
): Promise<boolean> {
  const row = await tx
    .insertInto('download_stop')
    .values({
      id: stop.id,
      project_id: stop.projectId,
      reason: stop.reason,
      stopped_at: at.toString(),
      stopped_by: stop.by,
      lifted_at: null,
      lifted_by: null,
    })
    .onConflict((oc) => oc.doNothing())
    .returning('id')
    .executeTakeFirst();
  return row !== undefined;
}

/** False when there is no such stop. */
export async function liftStop(
  tx: Tx,
  projectId: string | null,
  by: string,
  at: Temporal.Instant,
): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('download_stop')
    .set({ lifted_at: at.toString(), lifted_by: by })
    .where('project_id', 'is not distinct from', projectId)
    .where('lifted_at', 'is', null)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** The stop that holds for a project; the one of every project before its own. */
export async function findStop(db: Database, projectId: string): Promise<DownloadStop | undefined> {
  return db
    .selectFrom('download_stop')
    .select(['project_id as projectId', 'reason', 'stopped_at as stoppedAt', 'stopped_by as stoppedBy'])
    .where('lifted_at', 'is', null)
    .where((eb) => eb.or([eb('project_id', '=', projectId), eb('project_id', 'is', null)]))
    .orderBy('project_id', (order) => order.asc().nullsFirst())
    .limit(1)
    .executeTakeFirst();
}

/** Every stop that is not lifted. */
export async function listStops(db: Database): Promise<readonly DownloadStop[]> {
  return db
    .selectFrom('download_stop')
    .select(['project_id as projectId', 'reason', 'stopped_at as stoppedAt', 'stopped_by as stoppedBy'])
    .where('lifted_at', 'is', null)
    .orderBy('stopped_at')
    .execute();
}
