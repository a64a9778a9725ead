/** Code lists in the database: versions, rights, the audit log, and their use when a file comes in. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { readEvents } from '../../../src/audit/audit-store.ts';
import { currentCodeLists, listCodeLists, loadCodeList } from '../../../src/catalogue/code-lists.ts';
import { describeProject } from '../../../src/inbound/descriptions.ts';
import { inboundReport, listInbound } from '../../../src/inbound/listing.ts';
import { openUpload } from '../../../src/inbound/upload.ts';
import { addTestPerson, addTestProject, openTestCore, operator, type TestCore } from '../../support/core.ts';

const text = readFileSync(join(import.meta.dirname, '../../vectors/klass/131-utvalg.json'), 'utf8');
const small = (classification: string, code: string) =>
  JSON.stringify({
    classification,
    name: { nb: 'Liste', en: 'List' },
    snapshotAt: '2026-11-02',
    codes: [{ code, level: 1, name: code }],
  });

let core: TestCore;

beforeAll(async () => {
  core = await openTestCore();
});
afterAll(() => core.close());
beforeEach(() => core.db.deleteFrom('code_list').execute());

test('each load is a new version; the newest is in use and nothing is overwritten', async () => {
  expect(await loadCodeList(core, operator, text)).toMatchObject({ version: 1, codes: 14 });
  await loadCodeList(core, operator, small('6', 'A'));
  expect(await loadCodeList(core, operator, small('131', 'X'))).toMatchObject({ version: 2, codes: 1 });
  const lists = await listCodeLists(core, operator);
  expect(lists.map((one) => [one.classification, one.version, one.codes, one.inUse])).toEqual([
    ['6', 1, 1, true],
    ['131', 2, 1, true],
    ['131', 1, 14, false],
  ]);
  expect(lists[1]).toMatchObject({ name: { nb: 'Liste', en: 'List' } });
  expect(lists[1]?.snapshotAt.toString()).toBe('2026-11-02');
  expect(lists[1]?.loadedAt.toString()).toBe(core.clock.now().toString());
  const current = await currentCodeLists(core, ['131', '6', '7']);
  expect(current.map((one) => [one.classification, one.codes.map(({ code }) => code)])).toEqual([
    ['131', ['X']],
    ['6', ['A']],
  ]);
  expect(await currentCodeLists(core, [])).toEqual([]);
});

test('loads at the same time get a version each', async () => {
  await Promise.all(['A', 'B', 'C', 'D', 'E'].map((code) => loadCodeList(core, operator, small('7', code))));
  const versions = (await listCodeLists(core, operator)).map((one) => one.version);
  expect(versions).toEqual([5, 4, 3, 2, 1]);
});

test('the audit log has each load, and none of a load that was refused', async () => {
  await loadCodeList(core, operator, text);
  await expect(loadCodeList(core, operator, '{}')).rejects.toMatchObject({ code: 'invalid-input' });
  const events = [];
  for await (const event of readEvents(core.db)) events.push(event);
  const last = events.at(-1);
  expect(last).toMatchObject({ action: 'catalogue.loaded', subject: 'klass:131', actor: 'operator:test' });
  expect(JSON.parse(last?.detail ?? '')).toMatchObject({ version: 1, snapshotAt: '2026-11-01', codes: 14 });
});

test('only those who manage every project may load', async () => {
  await addTestProject(core, 'P1');
  const everywhere = await addTestPerson(core, 'saksbehandler', 'officer');
  const inOne = await addTestPerson(core, 'lokal', 'officer', 'P1');
  const researcher = await addTestPerson(core, 'kari', 'researcher', 'P1');
  await loadCodeList(core, everywhere, text);
  for (const who of [inOne, researcher]) {
    await expect(loadCodeList(core, who, text)).rejects.toMatchObject({ code: 'forbidden' });
    await expect(listCodeLists(core, who)).rejects.toMatchObject({ code: 'forbidden' });
  }
  expect(await listCodeLists(core, everywhere)).toHaveLength(1);
});

test('a file that comes in is checked against the newest list, through the worker', async () => {
  await addTestProject(core, 'P2');
  const ola = await addTestPerson(core, 'ola', 'researcher', 'P2');
  const field = {
    name: 'kommune',
    type: 'string',
    'no:klass': { classification: '131', validAt: '2023-01-01' },
  };
  const description = { resources: [{ name: 'data', path: 'data.csv', schema: { fields: [field] } }] };
  await describeProject(core, operator, 'P2', JSON.stringify(description));
  const send = async () => {
    const upload = await openUpload(core, ola, {
      projectId: 'P2',
      name: 'data.csv',
      mode: 'new',
      door: 'sftp',
    });
    await upload.write(0, Buffer.from('kommune\n0301\n0602\n'));
    await upload.finish();
    const files = await listInbound(core, operator, 'P2');
    const newest = [...files].sort((a, b) => (b.version ?? 0) - (a.version ?? 0))[0];
    return inboundReport(core, operator, newest?.id ?? '');
  };
  expect(await send()).toMatchObject({ verdict: 'accepted', complete: false });
  await loadCodeList(core, operator, text);
  const report = await send();
  expect(report).toMatchObject({ verdict: 'rejected', complete: true });
  expect(report.rules.map((rule) => [rule.code, rule.sub, rule.samples[0]?.expected])).toEqual([
    ['code-list', 'not-valid-at', '..2020-01-01 ∌ 2023-01-01 → 3005'],
  ]);
  await loadCodeList(core, operator, small('131', '0602'));
  expect((await send()).rules.map((rule) => [rule.code, rule.sub, rule.samples[0]?.value])).toEqual([
    ['code-list', 'unknown', '0301'],
  ]);
});
