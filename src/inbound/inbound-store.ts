/** Rows of files that come in. */
import type { Temporal } from 'temporal-polyfill';
import type { Database, Tx } from '../db/database.ts';
import { Report } from '../validators/report.ts';
import { partialConcat } from './names.ts';

export type InboundState = 'arriving' | 'held' | 'accepted' | 'rejected' | 'not-checked' | 'erased';

/** Whose wraps of a body's keys: those of what came in. */
export const inboundHolder = 'inbound';

export interface InboundRow {
  id: string;
  projectId: string;
  name: string;
  version: number | null;
  state: InboundState;
  uploaderId: string;
  objectName: string;
  door: string;
  startedAt: Date;
  /** When an upload was last begun or gone on with. */
  touchedAt: Date;
  receivedAt: Date | null;
  bytes: number | null;
  sha256: string | null;
  /** Its client has asked to delete the file of the final name, to rename this one over it next. */
  replaces: boolean;
  /** The opening that may write it; null when it was left in order. */
  writer: string | null;
  /** Of an upload that is to be joined with others, or that was joined; see partials.ts. */
  concat: string | null;
}

export const inboundColumns = [
  'id',
  'project_id as projectId',
  'name',
  'version',
  'state',
  'uploader_id as uploaderId',
  'object_name as objectName',
  'door',
  'started_at as startedAt',
  'touched_at as touchedAt',
  'received_at as receivedAt',
  'bytes',
  'sha256',
  'replaces',
  'writer',
  'concat',
] as const;

/** The newest version of that name that has been answered; with an uploader, among that person's. */
export async function findNewest(
  db: Database,
  projectId: string,
  name: string,
  uploaderId?: string,
): Promise<InboundRow | undefined> {
  let query = db
    .selectFrom('inbound_file')
    .select(inboundColumns)
    .where('project_id', '=', projectId)
    .where('name', '=', name)
    .where('state', 'in', ['accepted', 'rejected', 'not-checked'])
    .orderBy('version', 'desc')
    .limit(1);
  if (uploaderId !== undefined) query = query.where('uploader_id', '=', uploaderId);
  return query.executeTakeFirst();
}

export async function findInbound(db: Database, id: string): Promise<InboundRow | undefined> {
  return db.selectFrom('inbound_file').select(inboundColumns).where('id', '=', id).executeTakeFirst();
}

/** Holds the row until the transaction ends; undefined when it is gone, has moved on from `states`, or is another writer's. */
export async function lockInbound(
  tx: Tx,
  id: string,
  states: readonly InboundState[],
  writer?: string,
): Promise<InboundRow | undefined> {
  let query = tx
    .selectFrom('inbound_file')
    .select(inboundColumns)
    .where('id', '=', id)
    .where('state', 'in', states)
    .forUpdate();
  if (writer !== undefined) query = query.where('writer', '=', writer);
  return query.executeTakeFirst();
}

/** All rows of a project that are not erased, by name and version; an unfinished upload comes after the versions. Partial uploads are no files. */
export async function listInboundRows(db: Database, projectId: string): Promise<readonly InboundRow[]> {
  return db
    .selectFrom('inbound_file')
    .select(inboundColumns)
    .where('project_id', '=', projectId)
    .where('state', '<>', 'erased')
    .where('concat', 'is distinct from', partialConcat)
    .orderBy('name')
    .orderBy('version', (order) => order.asc().nullsLast())
    .execute();
}

/** The newest accepted version of each name, the latest first. */
export async function listNewestAccepted(db: Database, projectId: string): Promise<readonly InboundRow[]> {
  const rows = await db
    .selectFrom('inbound_file')
    .distinctOn('name')
    .select(inboundColumns)
    .where('project_id', '=', projectId)
    .where('state', '=', 'accepted')
    .orderBy('name')
    .orderBy('version', 'desc')
    .execute();
  return rows.sort((a, b) => Number(b.receivedAt) - Number(a.receivedAt));
}

export async function nextVersion(tx: Tx, projectId: string, name: string): Promise<number> {
  const row = await tx
    .selectFrom('inbound_file')
    .select((eb) => eb.fn.max('version').as('newest'))
    .where('project_id', '=', projectId)
    .where('name', '=', name)
    .executeTakeFirst();
  return (row?.newest ?? 0) + 1;
}

export async function markReceived(
  tx: Tx,
  id: string,
  received: {
    name: string;
    version: number;
    state: 'accepted' | 'rejected' | 'not-checked';
    at: Temporal.Instant;
    bytes: number;
    sha256: string;
    report: Report;
    receipt: string;
  },
): Promise<void> {
  await tx
    .updateTable('inbound_file')
    .set({
      name: received.name,
      version: received.version,
      state: received.state,
      replaces: false,
      received_at: received.at.toString(),
      bytes: received.bytes,
      sha256: received.sha256,
      report: JSON.stringify(received.report),
      receipt: received.receipt,
    })
    .where('id', '=', id)
    .execute();
}

export async function markInboundErased(tx: Tx, id: string): Promise<void> {
  await tx.updateTable('inbound_file').set({ state: 'erased' }).where('id', '=', id).execute();
}

export async function readReport(db: Database, id: string): Promise<Report | undefined> {
  const row = await db.selectFrom('inbound_file').select('report').where('id', '=', id).executeTakeFirst();
  return row?.report == null ? undefined : Report.parse(row.report);
}

export async function readReceipt(db: Database, id: string): Promise<string | undefined> {
  const row = await db.selectFrom('inbound_file').select('receipt').where('id', '=', id).executeTakeFirst();
  return row?.receipt ?? undefined;
}
