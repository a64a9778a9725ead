import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Temporal } from 'temporal-polyfill';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { transact } from '../../../src/db/database.ts';
import type { Mail } from '../../../src/notifications/mail.ts';
import { listOutbox, queueMail, sendWaitingMail } from '../../../src/notifications/outbox.ts';
import { deletionReminder, deliveryOpened } from '../../../src/notifications/templates.ts';
import { folderTransport } from '../../../src/notifications/transports.ts';
import { openTestCore, type TestCore } from '../../support/core.ts';

let core: TestCore;

beforeAll(async () => {
  core = await openTestCore('2026-11-23T08:00:00+01:00');
});
afterAll(() => core.close());

const queue = (mail: Partial<Mail> = {}) =>
  transact(core.db, (tx) =>
    queueMail(core, tx, core.clock.now(), { to: 'kari@example.no', subject: 'Hei', body: 'Æ.\n', ...mail }),
  );

test('a mail is queued once for one cause', async () => {
  expect(await queue({ dedupe: 'a' })).toBe(true);
  expect(await queue({ dedupe: 'a' })).toBe(false);
  expect(await sendWaitingMail(core)).toEqual({ sent: 1, failed: 0 });
  expect(await sendWaitingMail(core)).toEqual({ sent: 0, failed: 0 });
});

test('a mail that fails waits, ever longer, and the list tells only a code', async () => {
  await queue({ subject: 'fails' });
  let attempts = 0;
  const transport = async (): Promise<void> => {
    attempts += 1;
    const refusal = new Error('550 rejected: <kari@example.no> body text');
    throw Object.assign(refusal, { code: 'EENVELOPE', responseCode: 550 });
  };
  const tryAt = async (instant: string) => {
    core.moveTo(instant);
    return sendWaitingMail({ ...core, transport });
  };
  expect(await tryAt('2026-11-23T08:00:00+01:00')).toEqual({ sent: 0, failed: 1 });
  expect(await tryAt('2026-11-23T08:00:59+01:00')).toEqual({ sent: 0, failed: 0 });
  expect(await tryAt('2026-11-23T08:01:00+01:00')).toEqual({ sent: 0, failed: 1 });
  expect(await tryAt('2026-11-23T08:02:00+01:00')).toEqual({ sent: 0, failed: 0 });
  expect(await tryAt('2026-11-23T08:03:00+01:00')).toEqual({ sent: 0, failed: 1 });
  expect(attempts).toBe(3);
  const [row] = (await listOutbox(core)).filter((mail) => mail.subject === 'fails');
  expect(row).toMatchObject({ attempts: 3, lastError: 'EENVELOPE 550', sentAt: null });
  core.moveTo('2026-11-24T08:00:00+01:00');
  expect(await sendWaitingMail(core)).toEqual({ sent: 1, failed: 0 });
});

test('writes a mail as a file that a mail program reads, the same mail to the same file', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'datasluse-mail-'));
  const transport = folderTransport({ folder: join(folder, 'mail'), from: 'Datasluse <d@example.no>' });
  const mail = {
    id: 'x1',
    to: 'kari@example.no',
    subject: 'Slettefrist på øya',
    body: 'Hei.\n',
    at: core.clock.now(),
  };
  await transport(mail);
  await transport(mail);
  expect(await readdir(join(folder, 'mail'))).toEqual(['x1.eml']);
  const text = await readFile(join(folder, 'mail', 'x1.eml'), 'utf8');
  expect(text).toMatch(/^From: Datasluse <d@example.no>$/m);
  expect(text).toMatch(/^Message-ID: <x1@datasluse>$/m);
  expect(text).toMatch(/=\?UTF-8\?/);
  await rm(folder, { recursive: true });
});

test('every language has every letter, and no letter speaks of one thing in the plural', () => {
  const facts = {
    name: 'Kari',
    projectId: 'P1',
    title: 'T',
    deleteBy: Temporal.PlainDate.from('2027-12-31'),
  };
  for (const language of ['nb', 'nn', 'en'] as const) {
    const closesAt = Temporal.ZonedDateTime.from('2026-12-07T08:00[Europe/Oslo]');
    const opened = deliveryOpened(language, {
      name: 'Kari',
      projectId: 'P1',
      title: 'T',
      folder: 'f',
      files: 1,
      closesAt,
    });
    const letters = [60, 7, 0, -1, -8].map((daysLeft) => deletionReminder(language, { ...facts, daysLeft }));
    for (const { subject, body } of [...letters, opened]) {
      expect(subject).toContain('P1');
      expect(body).toMatch(/202[67]/);
      expect(`${subject} ${body}`).not.toMatch(/\b1 (dager|dagar|days|filer|files)\b|undefined|NaN/);
    }
  }
});
