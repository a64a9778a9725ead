/** Rows of Crypt4GH headers: one for each delivered file and person who has asked for NAME.c4gh. */
import type { Temporal } from 'temporal-polyfill';
import type { Database, Tx } from '../db/database.ts';

export interface HeaderRow {
  keyFingerprint: string;
  header: Uint8Array;
}

export async function findHeader(
  db: Database | Tx,
  fileId: string,
  personId: string,
): Promise<HeaderRow | undefined> {
  return db
    .selectFrom('publication_header')
    .select(['key_fingerprint as keyFingerprint', 'header'])
    .where('publication_file_id', '=', fileId)
    .where('person_id', '=', personId)
    .executeTakeFirst();
}

/** Keeps the header unless one for the same key is there already. Returns whether it was kept. */
export async function saveHeader(
  tx: Tx,
  fileId: string,
  personId: string,
  row: HeaderRow,
  at: Temporal.Instant,
): Promise<boolean> {
  const kept = {
    key_fingerprint: row.keyFingerprint,
    header: Buffer.from(row.header),
    made_at: at.toString(),
  };
  const saved = await tx
    .insertInto('publication_header')
    .values({ publication_file_id: fileId, person_id: personId, ...kept })
    .onConflict((oc) =>
      oc
        .columns(['publication_file_id', 'person_id'])
        .doUpdateSet(kept)
        .where('publication_header.key_fingerprint', '<>', row.keyFingerprint),
    )
    .returning('person_id')
    .executeTakeFirst();
  return saved !== undefined;
}

export async function deleteHeaders(tx: Tx, publicationId: string): Promise<void> {
  await tx
    .deleteFrom('publication_header')
    .where('publication_file_id', 'in', (eb) =>
      eb.selectFrom('publication_file').select('id').where('publication_id', '=', publicationId),
    )
    .execute();
}
