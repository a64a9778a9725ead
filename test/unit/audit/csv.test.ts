/** A search of the audit log as a file: all of it whatever the page, as RFC 4180 has it, and never a formula. */
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { recordAudit } from '../../../src/audit/audit.ts';
import { auditCsv } from '../../../src/audit/csv.ts';
import { transact } from '../../../src/db/database.ts';
import { serveApi, type TestApi } from '../../support/api.ts';
import { addTestPerson, addTestProject, openTestCore, type TestCore } from '../../support/core.ts';

let core: TestCore;
let api: TestApi;
const subjects = ['=HYPERLINK("http://x")', '+1', '-1', '@a', 'a;b "c"', 'linje\nlinje', ' \t=1', 'vanlig'];

beforeAll(async () => {
  core = await openTestCore();
  await addTestProject(core, 'P1');
  await addTestProject(core, 'P2');
  await addTestPerson(core, 'rev', 'auditor');
  await addTestPerson(core, 'rev1', 'auditor', 'P1');
  await addTestPerson(core, 'sak', 'officer');
  for (const subject of subjects)
    await transact(core.db, (tx) =>
      recordAudit(tx, core.clock.now(), {
        actor: 'person:kari',
        action: 'test.done',
        subject,
        projectId: 'P1',
        detail: { name: '=1;"2"' },
      }),
    );
  api = await serveApi(core);
});
afterAll(async () => {
  await api[Symbol.asyncDispose]();
  await core.close();
});

type Line = Record<string, string>;
const read = (text: string): Line[] =>
  parse(text, { bom: true, delimiter: ';', columns: true, record_delimiter: '\r\n' }) as Line[];

async function written(pageLength: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of auditCsv(core, { action: 'test.done' }, pageLength)) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

test('is the same file however long its pages are, the newest event first', async () => {
  const whole = await written(500);
  for (const length of [1, 3, subjects.length, subjects.length + 1])
    expect(await written(length)).toBe(whole);
  const lines = read(whole);
  expect(lines.map(({ seq }) => Number(seq))).toEqual(
    lines.map(({ seq }) => Number(seq)).sort((a, b) => b - a),
  );
  expect(lines.map(({ subject }) => subject?.replace(/^'/, '')).reverse()).toEqual(subjects);
  expect(JSON.parse(lines[0]?.detail ?? '')).toEqual({ name: '=1;"2"' });
});

test('has no cell that a spreadsheet runs', async () => {
  for (const cells of read(await written(500)).map((line) => Object.values(line)))
    for (const cell of cells) expect(cell).not.toMatch(/^\s*[=+\-@]/);
});

const path = '/api/v1/audit/events.csv';

test('is answered to an auditor, with the same filters as the search', async () => {
  const all = await api.ask('rev', 'GET', path);
  expect(all.status).toBe(200);
  expect(all.headers.get('content-type')).toBe('text/csv; charset=utf-8; header=present');
  expect(all.headers.get('content-disposition')).toContain('attachment; filename="revisjonslogg.csv"');
  const found = read(all.text);
  expect(found.length).toBeGreaterThan(subjects.length);
  const listed = (await api.ask('rev', 'GET', '/api/v1/audit/events?limit=200')).json as {
    items: { seq: number }[];
  };
  expect(found.map(({ seq }) => Number(seq))).toEqual(listed.items.map(({ seq }) => seq));
  const some = read((await api.ask('rev', 'GET', `${path}?project=P1&action=test.done&person=kari`)).text);
  expect(some).toHaveLength(subjects.length);
  expect(read((await api.ask('rev', 'GET', `${path}?until=2020-01-01T00:00:00Z`)).text)).toEqual([]);
  expect((await api.ask('rev', 'GET', `${path}?from=i-dag`)).status).toBe(400);
});

test('is refused whoever may not search', async () => {
  expect((await api.ask('sak', 'GET', path)).status).toBe(403);
  expect((await api.ask('rev1', 'GET', path)).status).toBe(403);
  expect((await api.ask('rev1', 'GET', `${path}?project=P1`)).status).toBe(200);
  expect((await api.ask('rev1', 'GET', `${path}?project=P2`)).status).toBe(404);
  expect((await api.ask(undefined, 'GET', path)).status).toBe(401);
});
