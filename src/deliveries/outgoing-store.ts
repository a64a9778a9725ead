/** What the outgoing check has found of files of drafts, and what it has still to look at. */
import type { Temporal } from 'temporal-polyfill';
import type { Database, Tx } from '../db/database.ts';
import { type OutgoingResult, unchecked } from './draft-store.ts';

/** A file of the draft has come, gone or got another name: what rests on several files is looked at again. */
export async function forgetDependents(tx: Tx, draftId: string): Promise<void> {
  await tx
    .updateTable('draft_file')
    .set(unchecked)
    .where('draft_id', '=', draftId)
    .where('state', '=', 'ready')
    .where('outgoing_beside', '=', true)
    .execute();
}

/** A single file, or all of a project's open drafts, are looked at again. Returns how many. */
export async function forgetOutgoing(
  tx: Tx,
  which: { fileId: string } | { projectId: string },
): Promise<number> {
  const open = tx.selectFrom('draft').select('id').where('state', '=', 'open');
  // Whoever changes a draft holds it first: in that order nobody waits for the other.
  if ('projectId' in which) {
    await open.where('project_id', '=', which.projectId).orderBy('id').forUpdate().execute();
  }
  const update = tx
    .updateTable('draft_file')
    .set(unchecked)
    .where('state', '=', 'ready')
    .where('draft_id', 'in', 'projectId' in which ? open.where('project_id', '=', which.projectId) : open);
  const { numUpdatedRows } = await ('fileId' in which
    ? update.where('id', '=', which.fileId)
    : update
  ).executeTakeFirst();
  return Number(numUpdatedRows);
}

export interface UncheckedFile {
  id: string;
  draftId: string;
  projectId: string;
  name: string;
  uploaderId: string;
  objectName: string;
  sha256: string;
}

/** Files of open drafts that the outgoing check has not looked at, the oldest first. */
export async function listUnchecked(db: Database, limit: number): Promise<readonly UncheckedFile[]> {
  const rows = await db
    .selectFrom('draft_file as f')
    .innerJoin('draft as d', 'd.id', 'f.draft_id')
    .select([
      'f.id',
      'f.draft_id as draftId',
      'd.project_id as projectId',
      'f.name',
      'f.uploader_id as uploaderId',
      'f.object_name as objectName',
      'f.sha256',
    ])
    .where('f.outgoing', '=', 'waiting')
    .where('f.state', '=', 'ready')
    .where('d.state', '=', 'open')
    .orderBy('f.received_at')
    .orderBy('f.id')
    .limit(limit)
    .execute();
  return rows as readonly UncheckedFile[];
}

/** False when the file has gone, got another name or been checked meanwhile: the result is of no use then. */
export async function keepOutgoing(
  tx: Tx,
  file: Pick<UncheckedFile, 'id' | 'name'>,
  result: { outgoing: OutgoingResult; report: object; beside: boolean },
  at: Temporal.Instant,
): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('draft_file')
    .set({
      outgoing: result.outgoing,
      outgoing_report: JSON.stringify(result.report),
      outgoing_beside: result.beside,
      outgoing_at: at.toString(),
    })
    .where('id', '=', file.id)
    .where('name', '=', file.name)
    .where('state', '=', 'ready')
    .where('outgoing', '=', 'waiting')
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

export async function findOutgoingReport(db: Database, fileId: string): Promise<unknown> {
  const row = await db
    .selectFrom('draft_file')
    .select('outgoing_report as report')
    .where('id', '=', fileId)
    .executeTakeFirst();
  return row?.report ?? undefined;
}
