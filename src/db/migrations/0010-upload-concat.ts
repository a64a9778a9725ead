/** What a resumable upload is to tus' concatenation: `partial`, or `final;` and the addresses it was made of. Null for all others. */
import { type Migration, sql } from 'kysely';

export const uploadConcat: Migration = {
  async up(db) {
    await sql`alter table inbound_file add concat text`.execute(db);
  },
};
