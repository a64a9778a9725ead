import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { migrate } from '../../../src/db/database.ts';
import { openTestCore } from '../../support/core.ts';

test('a database that has a later change and not an earlier one gets the earlier one', async () => {
  const core = await openTestCore();
  try {
    // As a service left it whose version had 0007 and 0008, and no sign-in on the web.
    for (const table of ['sign_in_attempt', 'web_session', 'linked_identity', 'invitation', 'access_token'])
      await sql`drop table ${sql.table(table)}`.execute(core.db);
    await sql`delete from kysely_migration where name = '0006-sign-in-web'`.execute(core.db);
    await migrate(core.db);
    expect(await core.db.selectFrom('web_session').selectAll().execute()).toEqual([]);
    // Nothing is done twice.
    await migrate(core.db);
  } finally {
    await core.close();
  }
});
