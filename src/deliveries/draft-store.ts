/** Rows of drafts of deliveries and of the files in them. */
import type { Temporal } from 'temporal-polyfill';
import type { Database, Tx } from '../db/database.ts';

export interface DraftRow {
  id: string;
  projectId: string;
  name: string;
  /** Nothing of a submitted draft can be changed. */
  state: 'open' | 'submitted';
  createdBy: string;
  createdAt: Date;
}

/** What the outgoing check says of a file; `waiting` until it has looked at it. */
export const outgoingResults = ['waiting', 'sound', 'faults', 'not-checked'] as const;
export type OutgoingResult = (typeof outgoingResults)[number];

export interface DraftFileRow {
  id: string;
  draftId: string;
  name: string;
  state: 'arriving' | 'ready';
  uploaderId: string;
  objectName: string;
  startedAt: Date;
  receivedAt: Date | null;
  bytes: number | null;
  sha256: string | null;
  /** The opening that may write it; null when it was left in order. */
  writer: string | null;
  /** Null while it arrives. */
  outgoing: OutgoingResult | null;
}

const draftColumns = [
  'id',
  'project_id as projectId',
  'name',
  'state',
  'created_by as createdBy',
  'created_at as createdAt',
] as const;

const fileColumns = [
  'id',
  'draft_id as draftId',
  'name',
  'state',
  'uploader_id as uploaderId',
  'object_name as objectName',
  'started_at as startedAt',
  'received_at as receivedAt',
  'bytes',
  'sha256',
  'writer',
  'outgoing',
] as const;

const present = ['arriving', 'ready'] as const;
/** Of a draft that is not over. */
const live = ['open', 'submitted'] as const;

/** False when there is an open draft of that name. */
export async function insertDraft(
  tx: Tx,
  draft: { id: string; projectId: string; name: string; createdBy: string },
  at: Temporal.Instant,
): Promise<boolean> {
  const row = await tx
    .insertInto('draft')
    .values({
      id: draft.id,
      project_id: draft.projectId,
      name: draft.name,
      state: 'open',
      created_by: draft.createdBy,
      created_at: at.toString(),
      ended_at: null,
    })
    .onConflict((oc) => oc.doNothing())
    .returning('id')
    .executeTakeFirst();
  return row !== undefined;
}

export async function findDraft(
  db: Database,
  projectId: string,
  name: string,
): Promise<DraftRow | undefined> {
  const row = await db
    .selectFrom('draft')
    .select(draftColumns)
    .where('project_id', '=', projectId)
    .where('name', '=', name)
    .where('state', 'in', live)
    .executeTakeFirst();
  return row as DraftRow | undefined;
}

export async function listDrafts(db: Database, projectId: string): Promise<readonly DraftRow[]> {
  const rows = await db
    .selectFrom('draft')
    .select(draftColumns)
    .where('project_id', '=', projectId)
    .where('state', 'in', live)
    .orderBy('name')
    .execute();
  return rows as readonly DraftRow[];
}

/** Holds the row until the transaction ends; undefined once the draft is published or removed. */
export async function lockDraft(tx: Tx, id: string): Promise<DraftRow | undefined> {
  const row = await tx
    .selectFrom('draft')
    .select(draftColumns)
    .where('id', '=', id)
    .where('state', 'in', live)
    .forUpdate()
    .executeTakeFirst();
  return row as DraftRow | undefined;
}

export async function setDraftState(tx: Tx, id: string, state: DraftRow['state']): Promise<void> {
  await tx.updateTable('draft').set({ state }).where('id', '=', id).execute();
}

export async function renameDraftRow(tx: Tx, id: string, name: string): Promise<void> {
  await tx.updateTable('draft').set({ name }).where('id', '=', id).execute();
}

export async function endDraft(
  tx: Tx,
  id: string,
  state: 'published' | 'removed',
  at: Temporal.Instant,
): Promise<void> {
  await tx.updateTable('draft').set({ state, ended_at: at.toString() }).where('id', '=', id).execute();
}

export async function listDraftFiles(db: Database | Tx, draftId: string): Promise<readonly DraftFileRow[]> {
  const rows = await db
    .selectFrom('draft_file')
    .select(fileColumns)
    .where('draft_id', '=', draftId)
    .where('state', 'in', present)
    .orderBy('name')
    .orderBy('state')
    .execute();
  return rows as readonly DraftFileRow[];
}

/** The file of that name in one of the states; one that is ready comes before one that arrives. */
export async function findDraftFile(
  db: Database | Tx,
  draftId: string,
  name: string,
  states: readonly DraftFileRow['state'][] = present,
): Promise<DraftFileRow | undefined> {
  const row = await db
    .selectFrom('draft_file')
    .select(fileColumns)
    .where('draft_id', '=', draftId)
    .where('name', '=', name)
    .where('state', 'in', states)
    .orderBy('state', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row as DraftFileRow | undefined;
}

export async function insertArrivingFile(
  tx: Tx,
  file: {
    id: string;
    draftId: string;
    name: string;
    uploaderId: string;
    objectName: string;
    writer: string;
  },
  at: Temporal.Instant,
): Promise<void> {
  await tx
    .insertInto('draft_file')
    .values({
      id: file.id,
      draft_id: file.draftId,
      name: file.name,
      state: 'arriving',
      uploader_id: file.uploaderId,
      object_name: file.objectName,
      started_at: at.toString(),
      touched_at: at.toString(),
      received_at: null,
      bytes: null,
      sha256: null,
      writer: file.writer,
    })
    .execute();
}

/** From now on only `writer` may write the file and have it taken in. False when it is not arriving any more. */
export async function claimDraftFile(db: Database, id: string, writer: string): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('draft_file')
    .set({ writer })
    .where('id', '=', id)
    .where('state', '=', 'arriving')
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

/** Left in order by `writer`: nothing of it is under way any more. */
export async function unclaimDraftFile(db: Database, id: string, writer: string): Promise<void> {
  await db
    .updateTable('draft_file')
    .set({ writer: null })
    .where('id', '=', id)
    .where('writer', '=', writer)
    .execute();
}

/** True while the file arrives and `writer` may write it. */
export async function isDraftFileWriter(db: Database, id: string, writer: string): Promise<boolean> {
  const row = await db
    .selectFrom('draft_file')
    .select('id')
    .where('id', '=', id)
    .where('state', '=', 'arriving')
    .where('writer', '=', writer)
    .executeTakeFirst();
  return row !== undefined;
}

/** All files that have not arrived in full. */
export async function listArrivingFiles(
  db: Database,
): Promise<readonly Pick<DraftFileRow, 'id' | 'draftId' | 'name' | 'objectName'>[]> {
  return db
    .selectFrom('draft_file')
    .select(['id', 'draft_id as draftId', 'name', 'object_name as objectName'])
    .where('state', '=', 'arriving')
    .execute();
}

/** False when the file is no longer arriving, or another has the right to write it. */
export async function markFileReady(
  tx: Tx,
  id: string,
  ready: { bytes: number; sha256: string; at: Temporal.Instant; writer: string },
): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('draft_file')
    .set({
      state: 'ready',
      bytes: ready.bytes,
      sha256: ready.sha256,
      received_at: ready.at.toString(),
      outgoing: 'waiting',
    })
    .where('id', '=', id)
    .where('state', '=', 'arriving')
    .where('writer', '=', ready.writer)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

export async function markFile(tx: Tx, id: string, state: 'published' | 'erased'): Promise<void> {
  await tx.updateTable('draft_file').set({ state }).where('id', '=', id).execute();
}

/** The description goes by the name: what was found of the file under its old one does not hold. */
export async function renameFileRow(tx: Tx, id: string, name: string): Promise<void> {
  await tx
    .updateTable('draft_file')
    .set({ name, ...unchecked })
    .where('id', '=', id)
    .execute();
}

/** Of a file that the outgoing check is to look at. */
export const unchecked = {
  outgoing: 'waiting',
  outgoing_report: null,
  outgoing_at: null,
  outgoing_beside: false,
} as const;

/** Somebody goes on with it at `at`. False when it is no longer arriving. */
export async function touchDraftFile(tx: Tx, id: string, at: Temporal.Instant): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('draft_file')
    .set({ touched_at: at.toString() })
    .where('id', '=', id)
    .where('state', '=', 'arriving')
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

/** Files last begun or gone on with before `before` that never arrived. */
export async function listStaleFiles(
  db: Database,
  before: Temporal.Instant,
): Promise<readonly (DraftFileRow & { projectId: string })[]> {
  const rows = await db
    .selectFrom('draft_file as f')
    .innerJoin('draft as d', 'd.id', 'f.draft_id')
    .select([
      'f.id',
      'f.draft_id as draftId',
      'f.name',
      'f.state',
      'f.uploader_id as uploaderId',
      'f.object_name as objectName',
      'f.started_at as startedAt',
      'f.received_at as receivedAt',
      'f.bytes',
      'f.sha256',
      'f.writer',
      'f.outgoing',
      'd.project_id as projectId',
    ])
    .where('f.state', '=', 'arriving')
    .where('f.touched_at', '<', new Date(before.epochMilliseconds) as never)
    .execute();
  return rows as readonly (DraftFileRow & { projectId: string })[];
}
