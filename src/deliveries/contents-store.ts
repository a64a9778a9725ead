/** What is in deliveries, for whom, and who has not fetched it all: of one, or of all that a project has. */
import { type RawBuilder, sql } from 'kysely';
import type { Database } from '../db/database.ts';
import type { PublicationFileRow } from './delivery-store.ts';

export interface Contents {
  files: readonly PublicationFileRow[];
  recipients: readonly string[];
  /** Recipients who have not fetched every byte of every file. */
  unfetched: readonly string[];
}

async function unfetchedWhere(
  db: Database,
  which: RawBuilder<boolean>,
): Promise<readonly { publicationId: string; personId: string }[]> {
  const { rows } = await sql<{ publicationId: string; personId: string }>`
    select r.publication_id as "publicationId", r.person_id as "personId"
    from publication_recipient r join publication p on p.id = r.publication_id
    where ${which} and exists (
      select 1 from publication_file f
      where f.publication_id = r.publication_id and f.bytes > 0 and not exists (
        select 1 from fetched g
        where g.publication_file_id = f.id and g.person_id = r.person_id and g.ranges @> int8range(0, f.bytes)))
    order by r.person_id`.execute(db);
  return rows;
}

/** The recipients who have not fetched every byte of every file. */
export async function listUnfetched(db: Database, publicationId: string): Promise<readonly string[]> {
  const rows = await unfetchedWhere(db, sql<boolean>`p.id = ${publicationId}`);
  return rows.map(({ personId }) => personId);
}

/** By the id of each delivery of the project, open or closed: three questions, however many there are. */
export async function listContents(
  db: Database,
  projectId: string,
): Promise<(publicationId: string) => Contents> {
  const [files, recipients, unfetched] = await Promise.all([
    db
      .selectFrom('publication_file as f')
      .innerJoin('publication as p', 'p.id', 'f.publication_id')
      .select([
        'f.publication_id as publicationId',
        'f.id',
        'f.name',
        'f.object_name as objectName',
        'f.bytes',
        'f.sha256',
      ])
      .where('p.project_id', '=', projectId)
      .orderBy('f.name')
      .execute(),
    db
      .selectFrom('publication_recipient as r')
      .innerJoin('publication as p', 'p.id', 'r.publication_id')
      .select(['r.publication_id as publicationId', 'r.person_id as personId'])
      .where('p.project_id', '=', projectId)
      .orderBy('r.person_id')
      .execute(),
    unfetchedWhere(db, sql<boolean>`p.project_id = ${projectId}`),
  ]);
  return (publicationId) => {
    const persons = (rows: readonly { publicationId: string; personId: string }[]) =>
      rows.filter((row) => row.publicationId === publicationId).map(({ personId }) => personId);
    return {
      files: files
        .filter((row) => row.publicationId === publicationId)
        .map(({ publicationId: _, ...file }) => file),
      recipients: persons(recipients),
      unfetched: persons(unfetched),
    };
  };
}
