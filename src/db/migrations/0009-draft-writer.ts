/** Which opening of an upload into a draft may write it, as 0008 has it for what comes in. */
import { type Migration, sql } from 'kysely';

export const draftWriter: Migration = {
  async up(db) {
    await sql`alter table draft_file add writer uuid`.execute(db);
  },
};
