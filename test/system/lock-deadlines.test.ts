/** The run that must work, part three: the deletion deadline, the mail it sends, and the service's return after a stop. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SMTPServer } from 'smtp-server';
import { Temporal } from 'temporal-polyfill';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { openSftp } from '../support/raw-sftp.ts';
import { startTestService, type TestPerson, type TestService } from '../support/service.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const PROJECT = 'P24-0187';
const DAYS = 200;

interface Mail extends Record<string, unknown> {
  to: string;
  subject: string;
  sent: boolean;
  attempts: number;
  lastError: string | null;
}

let service: TestService;
let kari: TestPerson;
/** The last day; two hundred days on, so that no reminder is due yet. */
const deleteBy = Temporal.Now.plainDateISO('Europe/Oslo').add({ days: DAYS });

/** Eight in the morning in Oslo, so many days before the deadline. */
function daysBefore(days: number): string {
  const morning = deleteBy
    .subtract({ days })
    .toZonedDateTime({ timeZone: 'Europe/Oslo', plainTime: '08:00' });
  return morning.toInstant().toString();
}

const runAt = (at: string) => service.ok('jobs', 'run', '--at', at);
const outbox = () =>
  service.query<Mail>(
    `select recipient as to, subject, sent_at is not null as sent, attempts, last_error as "lastError"
     from outbox order by created_at, recipient`,
  );
const recipients = (mails: readonly Mail[]) => mails.map((mail) => mail.to.split('@')[0]).sort();

let seen = 0;
/** What has been queued since the last call. */
async function newMail(): Promise<Mail[]> {
  const all = await outbox();
  const fresh = all.slice(seen);
  seen = all.length;
  return fresh;
}

beforeAll(async () => {
  service = await startTestService();
  const about = ['--title', 'T', '--institution', 'I', '--delete-by', deleteBy.toString()];
  await service.ok('project', 'create', PROJECT, ...about);
  [kari] = await Promise.all([
    service.addPerson('kari', 'researcher', PROJECT),
    service.addPerson('per', 'officer', PROJECT),
    service.addPerson('ole', 'supplier', PROJECT),
  ]);
});
afterAll(() => service?.remove());

test('reminds the researchers 60, 30 and 7 days before the deadline and on the day, each time once', async () => {
  expect(await runAt(daysBefore(61))).toBe('Nothing was due.\n');
  for (const [days, words] of [
    [60, 'om 60 dager'],
    [30, 'om 30 dager'],
    [7, 'om 7 dager'],
    [0, 'i dag'],
  ] as const) {
    expect(await runAt(daysBefore(days))).toContain(
      `${PROJECT} reaches its deletion deadline soon; 1 mail queued`,
    );
    const mails = await newMail();
    expect(recipients(mails)).toEqual(['kari']);
    expect(mails[0]!.subject).toBe(`${PROJECT}: dataene skal slettes ${words}`);
  }
  expect(await runAt(daysBefore(0))).toBe('Nothing was due.\n');
  expect(await newMail()).toEqual([]);
});

test('reminds weekly once the deadline has passed, and tells the case officer too', async () => {
  expect(await runAt(daysBefore(-1))).toContain('past its deletion deadline; 2 mails queued');
  expect(recipients(await newMail())).toEqual(['kari', 'per']);
  expect(await runAt(daysBefore(-1))).toBe('Nothing was due.\n');
  expect(await runAt(daysBefore(-7))).toBe('Nothing was due.\n');
  expect(await runAt(daysBefore(-8))).toContain('past its deletion deadline; 2 mails queued');
  const mails = await newMail();
  expect(recipients(mails)).toEqual(['kari', 'per']);
  expect(mails.find((mail) => mail.to.startsWith('per'))!.subject).toBe(
    `Til oppfølging: ${PROJECT} er 8 dager over slettefristen`,
  );
});

test('sends nothing twice when two commands run the jobs at once', async () => {
  const said = await Promise.all([runAt(daysBefore(-15)), runAt(daysBefore(-15))]);
  const queued = said.join('').match(/(\d) mails queued/g) ?? [];
  expect(queued.reduce((sum, words) => sum + Number(words[0]), 0)).toBe(2);
  expect(recipients(await newMail())).toEqual(['kari', 'per']);
});

test('writes each mail as one .eml file while there is no mail server', async () => {
  const folder = join(service.dataFolder, 'mail');
  const files = readdirSync(folder);
  const mails = await outbox();
  const listed = await service.json<{ to: string; sentAt: string | null }[]>('outbox', 'list');
  expect(listed.filter((one) => one.sentAt !== null)).toHaveLength(mails.length);
  expect(mails.every((mail) => mail.sent && mail.lastError === null)).toBe(true);
  expect(files).toHaveLength(mails.length);
  const letters = files.map((name) => readFileSync(join(folder, name), 'utf8'));
  expect(files.every((name) => name.endsWith('.eml'))).toBe(true);
  expect(letters.filter((letter) => letter.includes('To: per@example.no'))).toHaveLength(3);
  expect(letters.every((letter) => /^From: Datasluse </m.test(letter) && letter.includes(PROJECT))).toBe(
    true,
  );
});

test('sends by SMTP when a mail server is named, and tries again what that server put off', async () => {
  const received: { to: string; message: string }[] = [];
  let putOff = true;
  const smtp = new SMTPServer({
    disabledCommands: ['STARTTLS', 'AUTH'],
    onRcptTo(address, _session, done) {
      const later = Object.assign(new Error('try again later'), { responseCode: 451 });
      if (putOff && address.address.startsWith('per')) done(later);
      else done();
    },
    onData(stream, session, done) {
      let message = '';
      stream.on('data', (chunk: Buffer) => {
        message += chunk.toString();
      });
      stream.on('end', () => {
        received.push({ to: session.envelope.rcptTo[0]!.address, message });
        done();
      });
    },
  });
  await new Promise<void>((resolve) => smtp.listen(0, '127.0.0.1', resolve));
  const { port } = smtp.server.address() as { port: number };
  const before = readdirSync(join(service.dataFolder, 'mail')).length;
  try {
    await service.stop();
    await service.start({ SMTP_URL: `smtp://127.0.0.1:${port}` });
    const said = await runAt(daysBefore(-22));
    expect(said).toContain('sent 1 mail');
    expect(said).toContain('1 mail failed; tried again later');
    const [late] = (await newMail()).filter((mail) => mail.to.startsWith('per'));
    expect(late).toMatchObject({
      sent: false,
      attempts: 1,
      lastError: expect.stringContaining('451') as string,
    });
    putOff = false;
    const anHourLater = Temporal.Instant.from(daysBefore(-22)).add({ hours: 1 }).toString();
    expect(await runAt(anHourLater)).toBe('send-mail: sent 1 mail\n');
    expect(await runAt(anHourLater)).toBe('Nothing was due.\n');
  } finally {
    await new Promise<void>((resolve) => smtp.close(resolve));
  }
  expect(received.map((mail) => mail.to)).toEqual(['kari@example.no', 'per@example.no']);
  expect(received[0]!.message).toContain(`Subject: ${PROJECT}: slettefristen er passert med 22 dager`);
  expect(readdirSync(join(service.dataFolder, 'mail'))).toHaveLength(before);
});

test('ends the reminders and the door to the inbox when deletion is confirmed', async () => {
  expect(await service.ok('project', 'confirm-deletion', PROJECT)).toContain('closed');
  expect(await runAt(daysBefore(-29))).toBe('Nothing was due.\n');
  expect(await service.command(['project', 'confirm-deletion', PROJECT])).toMatchObject({
    code: 1,
    stdout: '',
  });
  expect(await service.ok('project', 'list')).toMatch(/deletion-confirmed/);
  const connection = await openSftp(service.sftpPort, kari);
  await expect(connection.openFile(`${PROJECT}/inbox/sent.csv`, 'w')).rejects.toThrow(/project is closed/);
  connection.end();
  expect(await service.ok('audit', 'verify')).toContain('intact');
});

test('has lost nothing after a stop, and keeps its root key outside the data folder', async () => {
  await service.stop();
  await service.start();
  expect(await newMail()).toEqual([]);
  expect(await service.ok('project', 'list')).toContain(PROJECT);
  expect(existsSync(join(`${service.dataFolder}.keys`, 'root.key'))).toBe(true);
  expect(
    readdirSync(service.dataFolder, { recursive: true }).some((name) => String(name).includes('root.key')),
  ).toBe(false);
});
