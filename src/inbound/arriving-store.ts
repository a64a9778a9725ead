/** Rows of files on their way in: begun, gone on with, held until they are renamed or joined, grown old. */
import type { Temporal } from 'temporal-polyfill';
import type { Database, Tx } from '../db/database.ts';
import type { Report } from '../validators/report.ts';
import { type InboundRow, inboundColumns } from './inbound-store.ts';
import { partialConcat } from './names.ts';

export async function insertArriving(
  tx: Tx,
  row: {
    id: string;
    projectId: string;
    name: string;
    uploaderId: string;
    objectName: string;
    door: string;
    writer: string;
    concat: string | null;
  },
  at: Temporal.Instant,
): Promise<void> {
  await tx
    .insertInto('inbound_file')
    .values({
      id: row.id,
      project_id: row.projectId,
      name: row.name,
      version: null,
      state: 'arriving',
      uploader_id: row.uploaderId,
      object_name: row.objectName,
      door: row.door,
      started_at: at.toString(),
      touched_at: at.toString(),
      received_at: null,
      bytes: null,
      sha256: null,
      report: null,
      receipt: null,
      writer: row.writer,
      concat: row.concat,
    })
    .execute();
}

/**
 * From now on only `writer` may write the upload and have it answered; it is what that writer has as `concat`, whatever
 * it was begun as. False when it is not arriving any more.
 */
export async function claimArriving(
  db: Database,
  id: string,
  writer: string,
  concat: string | null,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('inbound_file')
    .set({ writer, concat })
    .where('id', '=', id)
    .where('state', '=', 'arriving')
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

/** Left in order by `writer`: nothing of it is under way any more. */
export async function unclaimArriving(db: Database, id: string, writer: string): Promise<void> {
  await db
    .updateTable('inbound_file')
    .set({ writer: null })
    .where('id', '=', id)
    .where('writer', '=', writer)
    .execute();
}

/** All uploads that have not arrived in full. */
export async function listArriving(
  db: Database,
): Promise<readonly Pick<InboundRow, 'id' | 'projectId' | 'name' | 'uploaderId' | 'objectName'>[]> {
  return db
    .selectFrom('inbound_file')
    .select([
      'id',
      'project_id as projectId',
      'name',
      'uploader_id as uploaderId',
      'object_name as objectName',
    ])
    .where('state', '=', 'arriving')
    .execute();
}

/** The unfinished or held upload of that name by that person. */
export async function findUnfinished(
  db: Database | Tx,
  projectId: string,
  uploaderId: string,
  name: string,
): Promise<InboundRow | undefined> {
  return db
    .selectFrom('inbound_file')
    .select(inboundColumns)
    .where('project_id', '=', projectId)
    .where('uploader_id', '=', uploaderId)
    .where('name', '=', name)
    .where('state', 'in', ['arriving', 'held'])
    .executeTakeFirst();
}

/** The newest received file of that name that the person has had joined with this very `concat`. */
export async function findJoined(
  db: Database,
  joined: { projectId: string; name: string; uploaderId: string; concat: string },
): Promise<InboundRow | undefined> {
  return db
    .selectFrom('inbound_file')
    .select(inboundColumns)
    .where('project_id', '=', joined.projectId)
    .where('name', '=', joined.name)
    .where('uploader_id', '=', joined.uploaderId)
    .where('concat', '=', joined.concat)
    .where('state', 'in', ['accepted', 'rejected', 'not-checked'])
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirst();
}

/** The person's files that have arrived in full and wait for their rename. */
export async function listHeld(
  db: Database,
  projectId: string,
  uploaderId: string,
): Promise<readonly InboundRow[]> {
  return db
    .selectFrom('inbound_file')
    .select(inboundColumns)
    .where('project_id', '=', projectId)
    .where('uploader_id', '=', uploaderId)
    .where('state', '=', 'held')
    .where('concat', 'is distinct from', partialConcat)
    .execute();
}

/** False when the file is no longer held. */
export async function markReplaces(tx: Tx, id: string): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('inbound_file')
    .set({ replaces: true })
    .where('id', '=', id)
    .where('state', '=', 'held')
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

export async function markHeld(
  tx: Tx,
  id: string,
  held: { bytes: number; sha256: string; report: Report | undefined },
): Promise<void> {
  await tx
    .updateTable('inbound_file')
    .set({
      state: 'held',
      bytes: held.bytes,
      sha256: held.sha256,
      report: held.report === undefined ? null : JSON.stringify(held.report),
    })
    .where('id', '=', id)
    .execute();
}

/** Notes that an unfinished upload goes on. */
export async function touchInbound(tx: Tx, id: string, at: Temporal.Instant): Promise<void> {
  await tx.updateTable('inbound_file').set({ touched_at: at.toString() }).where('id', '=', id).execute();
}

/** As `touchInbound`, of an upload that nobody holds a lock on: what was answered or erased meanwhile stays as it is. */
export async function touchUnfinished(db: Database, id: string, at: Temporal.Instant): Promise<void> {
  await db
    .updateTable('inbound_file')
    .set({ touched_at: at.toString() })
    .where('id', '=', id)
    .where('state', 'in', ['arriving', 'held'])
    .execute();
}

/** Unfinished and held uploads last begun or resumed before `before`. */
export async function listStale(db: Database, before: Temporal.Instant): Promise<readonly InboundRow[]> {
  return db
    .selectFrom('inbound_file')
    .select(inboundColumns)
    .where('state', 'in', ['arriving', 'held'])
    .where('touched_at', '<', new Date(before.epochMilliseconds) as never)
    .orderBy('started_at')
    .execute();
}

/** Of each name in these projects the newest version, where it is not accepted. */
export async function listWaiting(
  db: Database,
  projectIds: readonly string[],
): Promise<
  readonly { projectId: string; name: string; state: 'rejected' | 'not-checked'; receivedAt: Date }[]
> {
  if (projectIds.length === 0) return [];
  const rows = await db
    .selectFrom('inbound_file')
    .distinctOn(['project_id', 'name'])
    .select(['project_id as projectId', 'name', 'state', 'received_at as receivedAt'])
    .where('project_id', 'in', projectIds)
    .where('state', 'in', ['accepted', 'rejected', 'not-checked'])
    .orderBy('project_id')
    .orderBy('name')
    .orderBy('version', 'desc')
    .execute();
  return rows.filter((row) => row.state !== 'accepted') as never;
}
