/** Names and titles of several lines: refused where they come in, and harmless in letters, headers and STATUS.txt when they are held already. */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createProject } from '../../../src/cases/projects.ts';
import { transact } from '../../../src/db/database.ts';
import { addPerson, personById } from '../../../src/identity/people.ts';
import { queueMail, sendWaitingMail } from '../../../src/notifications/outbox.ts';
import { deliveryOpened } from '../../../src/notifications/templates.ts';
import { folderTransport } from '../../../src/notifications/transports.ts';
import { statusText } from '../../../src/sftp/tree/status-text.ts';
import { serveApi } from '../../support/api.ts';
import {
  addTestPerson,
  addTestProject,
  openTestCore,
  operator,
  type Person,
  type TestCore,
} from '../../support/core.ts';

const hostile = 'Kari\r\nBcc: alle@example.no\r\n\r\nDu har vunnet\u202e\u001b[2J';

let core: TestCore;
let kari: Person;

beforeAll(async () => {
  core = await openTestCore();
  await addTestProject(core, 'P1');
  kari = await addTestPerson(core, 'kari', 'researcher', 'P1');
  await addTestPerson(core, 'sak', 'officer');
});
afterAll(() => core.close());

test('a project whose title or institution has several lines is not made', async () => {
  const project = { id: 'P2', title: 'Tittel', institution: 'Instituttet', deleteBy: '2027-12-31' };
  for (const wrong of [{ title: hostile }, { institution: hostile }])
    await expect(createProject(core, operator, { ...project, ...wrong })).rejects.toMatchObject({
      code: 'invalid-input',
    });
  await expect(createProject(core, operator, project)).resolves.toBeUndefined();
});

test('a person whose name has several lines is not added, and one who is known keeps theirs', async () => {
  const person = {
    id: 'ny',
    name: hostile,
    email: 'ny@example.no',
    language: 'nb' as const,
    role: 'researcher' as const,
    projectId: 'P1',
    sshKey: undefined,
  };
  for (const id of ['ny', 'kari'])
    await expect(addPerson(core, operator, { ...person, id })).rejects.toMatchObject({
      code: 'invalid-input',
    });
  await expect(personById(core, 'ny')).rejects.toMatchObject({ code: 'not-found' });
  expect((await personById(core, 'kari')).name).toBe('kari');

  await using api = await serveApi(core);
  const { projectId: _, sshKey: __, ...body } = person;
  const answer = await api.ask('sak', 'POST', '/api/v1/projects/P1/people', { body });
  expect(answer.status).toBe(400);
  expect((answer.json as { detail: string }).detail).toMatch(
    /^Navnet har linjeskift|^The name has a line break/,
  );
});

test('a name that is held already begins no header and no line of a letter', async () => {
  const at = core.clock.now();
  const { subject, body } = deliveryOpened('nb', {
    name: hostile,
    projectId: 'P1',
    title: hostile,
    folder: 'uttrekk',
    files: 1,
    closesAt: at.toZonedDateTimeISO('Europe/Oslo'),
  });
  const plain = deliveryOpened('nb', {
    name: 'Kari',
    projectId: 'P1',
    title: 'Uttrekk',
    folder: 'uttrekk',
    files: 1,
    closesAt: at.toZonedDateTimeISO('Europe/Oslo'),
  });
  expect(body.split('\n')).toHaveLength(plain.body.split('\n').length);
  expect(body).not.toMatch(/^(Bcc|Du har vunnet)/m);
  await transact(core.db, (tx) =>
    queueMail(core, tx, at, { to: 'kari@example.no', subject: `${subject} ${hostile}`, body }),
  );
  const folder = await mkdtemp(join(tmpdir(), 'datasluse-mail-'));
  try {
    const transport = folderTransport({ folder, from: 'sluse@example.no' });
    expect(await sendWaitingMail({ ...core, transport })).toEqual({ sent: 1, failed: 0 });
    const [name = ''] = await readdir(folder);
    const [head = ''] = (await readFile(join(folder, name), 'utf8')).split(/\r?\n\r?\n/);
    const fields = head.split(/\r?\n(?![ \t])/).map((field) => field.split(':')[0]?.toLowerCase());
    expect(fields).toContain('subject');
    expect(fields).not.toContain('bcc');
    expect(fields.filter((field) => field === 'to')).toHaveLength(1);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('a title that is held already adds no line to STATUS.txt', async () => {
  const of = { kind: 'project', projectId: 'P1' } as const;
  const before = await statusText(core, kari, of);
  await sql`update project set title = ${hostile} where id = 'P1'`.execute(core.db);
  await sql`update institution set name = ${hostile}`.execute(core.db);
  const after = await statusText(core, kari, of);
  expect(after.split('\n')).toHaveLength(before.split('\n').length);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there.
  expect(after).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
  expect(after).toContain('Kari??Bcc: alle@example.no');
});
