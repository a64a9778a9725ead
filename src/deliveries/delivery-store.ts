/** Rows of publications, their files, recipients, and what has been fetched. */
import { sql } from 'kysely';
import { Temporal } from 'temporal-polyfill';
import type { Database, Tx } from '../db/database.ts';
import { deleteHeaders } from './header-store.ts';

export interface PublicationRow {
  id: string;
  projectId: string;
  title: string;
  folder: string;
  openedAt: Temporal.Instant;
  openDays: number;
  state: 'open' | 'expired' | 'withdrawn';
  closedAt: Temporal.Instant | null;
  /** Recipients may fetch NAME.c4gh too. */
  endToEnd: boolean;
  /** Why staff withdrew it. */
  closedReason: string | null;
}

export interface PublicationFileRow {
  id: string;
  name: string;
  objectName: string;
  bytes: number;
  sha256: string;
}

const columns = [
  'id',
  'project_id as projectId',
  'title',
  'folder',
  'opened_at as openedAt',
  'open_days as openDays',
  'state',
  'closed_at as closedAt',
  'end_to_end as endToEnd',
  'closed_reason as closedReason',
] as const;

interface Raw extends Omit<PublicationRow, 'openedAt' | 'closedAt'> {
  openedAt: Date;
  closedAt: Date | null;
}

function fromRaw(raw: Raw): PublicationRow {
  return {
    ...raw,
    openedAt: Temporal.Instant.fromEpochMilliseconds(raw.openedAt.getTime()),
    closedAt: raw.closedAt && Temporal.Instant.fromEpochMilliseconds(raw.closedAt.getTime()),
  };
}

export async function insertPublication(
  tx: Tx,
  publication: PublicationRow & { files: readonly PublicationFileRow[]; recipients: readonly string[] },
): Promise<void> {
  await tx
    .insertInto('publication')
    .values({
      id: publication.id,
      project_id: publication.projectId,
      title: publication.title,
      folder: publication.folder,
      opened_at: publication.openedAt.toString(),
      open_days: publication.openDays,
      state: publication.state,
      closed_at: null,
      end_to_end: publication.endToEnd,
    })
    .execute();
  await tx
    .insertInto('publication_file')
    .values(
      publication.files.map((file) => ({
        id: file.id,
        publication_id: publication.id,
        name: file.name,
        object_name: file.objectName,
        bytes: file.bytes,
        sha256: file.sha256,
      })),
    )
    .execute();
  await tx
    .insertInto('publication_recipient')
    .values(
      publication.recipients.map((personId) => ({ publication_id: publication.id, person_id: personId })),
    )
    .execute();
}

export async function listFolders(tx: Tx, projectId: string): Promise<ReadonlySet<string>> {
  const rows = await tx
    .selectFrom('publication')
    .select('folder')
    .where('project_id', '=', projectId)
    .execute();
  return new Set(rows.map((row) => row.folder));
}

export async function listPublications(db: Database, projectId: string): Promise<readonly PublicationRow[]> {
  const rows = await db
    .selectFrom('publication')
    .select(columns)
    .where('project_id', '=', projectId)
    .orderBy('opened_at')
    .orderBy('folder')
    .execute();
  return rows.map(fromRaw);
}

export async function listOpenPublications(db: Database): Promise<readonly PublicationRow[]> {
  const rows = await db
    .selectFrom('publication')
    .select(columns)
    .where('state', '=', 'open')
    .orderBy('opened_at')
    .execute();
  return rows.map(fromRaw);
}

export async function findPublication(
  db: Database,
  where: { projectId: string; folder: string } | { id: string },
): Promise<PublicationRow | undefined> {
  let query = db.selectFrom('publication').select(columns);
  query =
    'id' in where
      ? query.where('id', '=', where.id)
      : query.where('project_id', '=', where.projectId).where('folder', '=', where.folder);
  const row = await query.executeTakeFirst();
  return row && fromRaw(row);
}

/** Holds the row until the transaction ends; undefined unless it is still open. */
export async function lockOpenPublication(tx: Tx, id: string): Promise<PublicationRow | undefined> {
  const row = await tx
    .selectFrom('publication')
    .select(columns)
    .where('id', '=', id)
    .where('state', '=', 'open')
    .forUpdate()
    .executeTakeFirst();
  return row && fromRaw(row);
}

export async function markClosed(
  tx: Tx,
  id: string,
  state: 'expired' | 'withdrawn',
  at: Temporal.Instant,
  reason: string | null,
): Promise<void> {
  await deleteHeaders(tx, id);
  await tx
    .updateTable('publication')
    .set({ state, closed_at: at.toString(), closed_reason: reason })
    .where('id', '=', id)
    .execute();
}

export async function setOpenDays(tx: Tx, id: string, openDays: number): Promise<void> {
  await tx.updateTable('publication').set({ open_days: openDays }).where('id', '=', id).execute();
}

export async function listFiles(
  db: Database | Tx,
  publicationId: string,
): Promise<readonly PublicationFileRow[]> {
  return db
    .selectFrom('publication_file')
    .select(['id', 'name', 'object_name as objectName', 'bytes', 'sha256'])
    .where('publication_id', '=', publicationId)
    .orderBy('name')
    .execute();
}

/** One file of any delivery, by its own id. */
export async function findDeliveredFile(
  db: Database,
  id: string,
): Promise<{ name: string; objectName: string; publicationId: string; projectId: string } | undefined> {
  return db
    .selectFrom('publication_file as f')
    .innerJoin('publication as p', 'p.id', 'f.publication_id')
    .select(['f.name', 'f.object_name as objectName', 'p.id as publicationId', 'p.project_id as projectId'])
    .where('f.id', '=', id)
    .executeTakeFirst();
}

export async function isRecipient(db: Database, publicationId: string, personId: string): Promise<boolean> {
  const row = await db
    .selectFrom('publication_recipient')
    .select('person_id')
    .where('publication_id', '=', publicationId)
    .where('person_id', '=', personId)
    .executeTakeFirst();
  return row !== undefined;
}

export async function listRecipients(db: Database, publicationId: string): Promise<readonly string[]> {
  const rows = await db
    .selectFrom('publication_recipient')
    .select('person_id')
    .where('publication_id', '=', publicationId)
    .orderBy('person_id')
    .execute();
  return rows.map((row) => row.person_id);
}

/** Adds the half-open byte ranges to what the person has fetched. Returns true when that now is the whole file and was not before. */
export async function addFetched(
  tx: Tx,
  fileId: string,
  personId: string,
  ranges: readonly (readonly [number, number])[],
  at: Temporal.Instant,
): Promise<boolean> {
  const text = `{${ranges.map(([from, to]) => `[${from},${to})`).join(',')}}`;
  const { rows } = await sql<{ complete: boolean; was: boolean }>`
    with file as (select bytes from publication_file where id = ${fileId}),
    before as (select ranges from fetched where publication_file_id = ${fileId} and person_id = ${personId}),
    kept as (
      insert into fetched (publication_file_id, person_id, ranges, first_at, last_at)
      values (${fileId}, ${personId}, ${text}::int8multirange, ${at.toString()}, ${at.toString()})
      on conflict (publication_file_id, person_id)
        do update set ranges = fetched.ranges + excluded.ranges, last_at = excluded.last_at
      returning ranges)
    select kept.ranges @> int8range(0, file.bytes) as complete,
           coalesce((select ranges @> int8range(0, file.bytes) from before), false) as was
    from kept, file`.execute(tx);
  return rows[0]?.complete === true && !rows[0].was;
}

/** Who has read of which file, and whether all of it. */
export async function listFetched(
  db: Database,
  publicationId: string,
): Promise<readonly { fileId: string; personId: string; complete: boolean; firstAt: Date; lastAt: Date }[]> {
  return db
    .selectFrom('fetched as g')
    .innerJoin('publication_file as f', 'f.id', 'g.publication_file_id')
    .select([
      'f.id as fileId',
      'g.person_id as personId',
      sql<boolean>`g.ranges @> int8range(0, f.bytes)`.as('complete'),
      'g.first_at as firstAt',
      'g.last_at as lastAt',
    ])
    .where('f.publication_id', '=', publicationId)
    .orderBy('f.name')
    .orderBy('g.person_id')
    .execute();
}
