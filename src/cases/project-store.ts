/** Rows of projects and institutions. */
import type { Temporal } from 'temporal-polyfill';
import type { Database, Tx } from '../db/database.ts';
import type { ProjectState } from './lifecycle.ts';

export interface ProjectRow {
  id: string;
  title: string;
  institution: string;
  deleteBy: string;
  state: ProjectState;
  /** Null: the service's own quota holds. */
  quotaBytes: number | null;
  createdAt: Date;
}

export async function insertProject(
  tx: Tx,
  project: { id: string; title: string; institution: string; deleteBy: string; newInstitutionId: string },
  at: Temporal.Instant,
): Promise<void> {
  await tx
    .insertInto('institution')
    .values({ id: project.newInstitutionId, name: project.institution, created_at: at.toString() })
    .onConflict((oc) => oc.column('name').doNothing())
    .execute();
  const { id } = await tx
    .selectFrom('institution')
    .select('id')
    .where('name', '=', project.institution)
    .executeTakeFirstOrThrow();
  await tx
    .insertInto('project')
    .values({
      id: project.id,
      title: project.title,
      institution_id: id,
      delete_by: project.deleteBy,
      state: 'active',
      created_at: at.toString(),
    })
    .execute();
}

function projects(db: Database | Tx) {
  return db
    .selectFrom('project as p')
    .innerJoin('institution as i', 'i.id', 'p.institution_id')
    .select([
      'p.id',
      'p.title',
      'i.name as institution',
      'p.delete_by as deleteBy',
      'p.state',
      'p.quota_bytes as quotaBytes',
      'p.created_at as createdAt',
    ]);
}

export async function findProject(db: Database | Tx, id: string): Promise<ProjectRow | undefined> {
  return projects(db).where('p.id', '=', id).executeTakeFirst();
}

/** All of them, or those of `ids`. */
export async function listProjects(db: Database, ids?: readonly string[]): Promise<readonly ProjectRow[]> {
  if (ids?.length === 0) return [];
  const query = projects(db).orderBy('p.id');
  return (ids === undefined ? query : query.where('p.id', 'in', ids)).execute();
}

/** Holds the project's row until the transaction ends, so that what depends on its state cannot race with a change of it. */
export async function lockProject(tx: Tx, id: string): Promise<ProjectState> {
  const row = await tx
    .selectFrom('project')
    .select('state')
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirstOrThrow();
  return row.state;
}

export async function setProjectState(tx: Tx, id: string, state: ProjectState): Promise<void> {
  await tx.updateTable('project').set({ state }).where('id', '=', id).execute();
}

export async function setProjectQuota(tx: Tx, id: string, quotaBytes: number | null): Promise<void> {
  await tx.updateTable('project').set({ quota_bytes: quotaBytes }).where('id', '=', id).execute();
}
