import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { recordAudit, verifyAudit } from '../../../src/audit/audit.ts';
import { transact } from '../../../src/db/database.ts';
import { openTestCore, type TestCore } from '../../support/core.ts';

let core: TestCore;

beforeAll(async () => {
  core = await openTestCore();
});
afterAll(() => core.close());

const record = (subject: string) =>
  transact(core.db, (tx) =>
    recordAudit(tx, core.clock.now(), { actor: 'clock', action: 'test.done', subject, detail: { n: 1 } }),
  );

/** Changes the table as its owner can, past the trigger. */
async function tamper(statement: string): Promise<void> {
  await sql.raw('alter table audit_event disable trigger user').execute(core.db);
  await sql.raw(statement).execute(core.db);
  await sql.raw('alter table audit_event enable trigger user').execute(core.db);
}

test('an empty log is intact', async () => {
  await tamper('delete from audit_event');
  expect(await verifyAudit(core)).toEqual({ intact: true, events: 0, head: '0'.repeat(64) });
});

test('events that are written at once stand in one chain without gaps', async () => {
  await Promise.all(Array.from({ length: 20 }, (_, i) => record(`s${i}`)));
  expect(await verifyAudit(core)).toMatchObject({ intact: true, events: 20 });
});

test('the database hashes any text as it is hashed when the chain is read', async () => {
  const odd = 'Æ "quoted" \\ back\nline\tand \u{1F510} \u0001 \ud800 \u2028 {},[]';
  await transact(core.db, (tx) =>
    recordAudit(tx, core.clock.now(), {
      actor: 'person:øystein',
      action: 'test.odd',
      subject: odd.replace('\ud800', ''),
      detail: { text: odd, list: [odd, ''], none: null, yes: true, n: 1.5e300 },
    }),
  );
  expect(await verifyAudit(core)).toMatchObject({ intact: true, events: 21 });
});

test('an event goes with the change that it tells of, or not at all', async () => {
  await expect(
    transact(core.db, async (tx) => {
      await recordAudit(tx, core.clock.now(), { actor: 'clock', action: 'test.undone', subject: 'x' });
      throw new Error('the change failed');
    }),
  ).rejects.toThrow('the change failed');
  expect((await verifyAudit(core)).events).toBe(21);
});

test('the table refuses to be changed', async () => {
  await expect(sql`update audit_event set actor = 'x'`.execute(core.db)).rejects.toThrow(/append-only/);
  await expect(sql`delete from audit_event`.execute(core.db)).rejects.toThrow(/append-only/);
  await expect(sql`truncate audit_event`.execute(core.db)).rejects.toThrow(/append-only/);
});

test('a changed, a removed and a cut-off event are each noticed', async () => {
  const { head } = await verifyAudit(core);
  await tamper(`update audit_event set detail = '{"n":2}' where seq = 7`);
  expect(await verifyAudit(core)).toMatchObject({ intact: false, brokenAt: 7 });
  await tamper(`update audit_event set detail = '{"n":1}' where seq = 7`);
  expect((await verifyAudit(core)).intact).toBe(true);
  await tamper('delete from audit_event where seq = 21');
  expect((await verifyAudit(core)).intact).toBe(true);
  expect(await verifyAudit(core, { seq: 21, hash: head })).toMatchObject({ intact: false, brokenAt: 21 });
  await record('another');
  expect(await verifyAudit(core, { seq: 21, hash: head })).toMatchObject({ intact: false, brokenAt: 21 });
  await tamper('delete from audit_event where seq = 3');
  expect(await verifyAudit(core)).toMatchObject({ intact: false, brokenAt: 3 });
});
