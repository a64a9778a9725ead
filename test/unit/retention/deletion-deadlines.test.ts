import { afterAll, beforeAll, expect, test } from 'vitest';
import { confirmDeletion } from '../../../src/cases/projects.ts';
import { sendWaitingMail } from '../../../src/notifications/outbox.ts';
import { remindOfDeletion } from '../../../src/retention/deletion-deadlines.ts';
import { addTestPerson, addTestProject, openTestCore, operator, type TestCore } from '../../support/core.ts';

let core: TestCore;

beforeAll(async () => {
  core = await openTestCore('2026-11-23T08:00:00+01:00');
  await addTestProject(core, 'P24-0187', '2027-12-31');
  await addTestPerson(core, 'kari', 'researcher', 'P24-0187');
  await addTestPerson(core, 'per', 'officer');
  await addTestPerson(core, 'lev', 'supplier', 'P24-0187');
});
afterAll(() => core.close());

/** Runs the job and the post at an instant; the recipients and subjects of what went out. */
async function at(instant: string): Promise<string[]> {
  core.moveTo(instant);
  core.sent.length = 0;
  await remindOfDeletion(core);
  await remindOfDeletion(core);
  await sendWaitingMail(core);
  return core.sent.map((mail) => `${mail.to}: ${mail.subject}`).sort();
}

test('reminds 60, 30 and 7 days before and on the day, the researcher alone, once each', async () => {
  expect(await at('2027-10-31T23:59:00+01:00')).toEqual([]);
  expect(await at('2027-11-01T00:00:00+01:00')).toEqual([
    'kari@example.no: P24-0187: dataene skal slettes om 60 dager',
  ]);
  expect(await at('2027-11-20T06:00:00+01:00')).toEqual([]);
  expect(await at('2027-12-01T06:00:00+01:00')).toEqual([
    'kari@example.no: P24-0187: dataene skal slettes om 30 dager',
  ]);
  expect(await at('2027-12-24T06:00:00+01:00')).toEqual([
    'kari@example.no: P24-0187: dataene skal slettes om 7 dager',
  ]);
  expect(await at('2027-12-31T06:00:00+01:00')).toEqual([
    'kari@example.no: P24-0187: dataene skal slettes i dag',
  ]);
});

test('is overdue the day after and weekly, and then the case officer hears of it too', async () => {
  expect(await at('2028-01-01T06:00:00+01:00')).toEqual([
    'kari@example.no: P24-0187: slettefristen er passert med 1 dag',
    'per@example.no: Til oppfølging: P24-0187 er 1 dag over slettefristen',
  ]);
  expect(await at('2028-01-07T06:00:00+01:00')).toEqual([]);
  expect((await at('2028-01-08T06:00:00+01:00')).length).toBe(2);
});

test('after a standstill one letter goes out, with the days that are really left', async () => {
  expect(await at('2028-02-10T06:00:00+01:00')).toEqual([
    'kari@example.no: P24-0187: slettefristen er passert med 41 dager',
    'per@example.no: Til oppfølging: P24-0187 er 41 dager over slettefristen',
  ]);
});

test('several instances at once send one letter', async () => {
  core.moveTo('2028-02-12T06:00:00+01:00');
  const told = await Promise.all([remindOfDeletion(core), remindOfDeletion(core), remindOfDeletion(core)]);
  expect(told.flat().reduce((sum, one) => sum + one.mails, 0)).toBe(2);
  core.sent.length = 0;
  const sent = await Promise.all([sendWaitingMail(core), sendWaitingMail(core)]);
  expect(sent.reduce((sum, one) => sum + one.sent, 0)).toBe(2);
  expect(core.sent.length).toBe(2);
});

test('the audit log has each reminder with whom it told', async () => {
  const events = await core.db
    .selectFrom('audit_event')
    .select(['action', 'detail'])
    .where('action', 'like', 'project.deletion-%')
    .orderBy('seq')
    .execute();
  expect(events.map((event) => event.action)).toEqual([
    ...Array(4).fill('project.deletion-reminded'),
    ...Array(4).fill('project.deletion-overdue'),
  ]);
  expect(JSON.parse(events[4]?.detail ?? '{}')).toEqual({
    milestone: '2028-01-01',
    daysLeft: -1,
    told: ['kari', 'per'],
  });
});

test('a confirmed deletion ends the reminders', async () => {
  await confirmDeletion(core, operator, 'P24-0187');
  expect(await at('2028-03-30T06:00:00+01:00')).toEqual([]);
  await expect(confirmDeletion(core, operator, 'P24-0187')).rejects.toThrow(/conflict/);
});
