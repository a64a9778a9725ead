/** Which opening of an upload may write it, so that whoever has lost that right cannot have it answered either. */
import { type Migration, sql } from 'kysely';

export const uploadWriter: Migration = {
  async up(db) {
    await sql`alter table inbound_file add writer uuid`.execute(db);
  },
};
