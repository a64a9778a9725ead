/** What a supplier learns of a description: the files that are theirs to send, and nothing of the others. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { checkKit } from '../../../src/inbound/check-kit.ts';
import { describeProject } from '../../../src/inbound/descriptions.ts';
import { expectedNames, resourceFor, sendersByName } from '../../../src/inbound/expected.ts';
import { inboundReport } from '../../../src/inbound/listing.ts';
import { openUpload } from '../../../src/inbound/upload.ts';
import { statusText } from '../../../src/sftp/tree/status-text.ts';
import { parseDataPackage } from '../../../src/validators/description.ts';
import { serveApi, type TestApi } from '../../support/api.ts';
import {
  addTestPerson,
  addTestProject,
  openTestCore,
  operator,
  type Person,
  type TestCore,
} from '../../support/core.ts';

const schema = (name: string) => ({ fields: [{ name }] });
const description = {
  resources: [
    { name: 'lisens', path: 'data/lisens.csv', 'no:supplier': 'lise', schema: schema('kode') },
    {
      name: 'deres',
      path: ['deres_1.csv', 'deres_2.csv'],
      'no:supplier': ['lise', 'ole'],
      schema: schema('kode'),
    },
    { name: 'hans', path: 'hans.csv', 'no:supplier': 'ole', schema: schema('hemmelig') },
    { name: 'felles', path: 'felles.csv', schema: schema('kode') },
  ],
};
const content = parseDataPackage(description);

let core: TestCore;
let api: TestApi;
let lise: Person;
let kari: Person;

beforeAll(async () => {
  core = await openTestCore();
  await addTestProject(core, 'P1');
  lise = await addTestPerson(core, 'lise', 'supplier', 'P1');
  await addTestPerson(core, 'ole', 'supplier', 'P1');
  kari = await addTestPerson(core, 'kari', 'researcher', 'P1');
  await describeProject(core, operator, 'P1', JSON.stringify(description));
  api = await serveApi(core);
});
afterAll(async () => {
  await api[Symbol.asyncDispose]();
  await core.close();
});

test('who may know of all is told of all, a supplier of theirs, anybody else of none', () => {
  const all = ['lisens.csv', 'deres_1.csv', 'deres_2.csv', 'hans.csv', 'felles.csv'];
  expect(expectedNames(content, undefined)).toEqual(all);
  expect(expectedNames(content, 'lise')).toEqual(['lisens.csv', 'deres_1.csv', 'deres_2.csv']);
  expect(expectedNames(content, 'nina')).toEqual([]);
});

test('a file that nobody in particular is to send is checked for every sender, another’s for none', () => {
  expect(resourceFor(content, 'lisens.csv', 'lise')?.name).toBe('lisens');
  expect(resourceFor(content, 'felles.csv', 'lise')?.name).toBe('felles');
  expect(resourceFor(content, 'hans.csv', 'lise')).toBeUndefined();
  expect(resourceFor(content, 'hans.csv', undefined)?.name).toBe('hans');
  expect(sendersByName(content).get('deres_2.csv')).toEqual(['lise', 'ole']);
  expect(sendersByName(content).get('felles.csv')).toEqual([]);
});

test('a name that is empty is no supplier', () => {
  const bad = { resources: [{ name: 'a', 'no:supplier': '' }] };
  expect(() => parseDataPackage(bad)).toThrow(expect.objectContaining({ code: 'invalid-input' }));
});

/** What must never reach Lise, whatever she asks. */
const notHers = /hans|felles|hemmelig/;

test('the project tells a supplier what to send next, and others who is to send it', async () => {
  const hers = await api.ask('lise', 'GET', '/api/v1/projects/P1');
  expect(hers.json).toMatchObject({
    next: { kind: 'send-file', subject: 'lisens.csv' },
    files: ['lisens.csv', 'deres_1.csv', 'deres_2.csv'].map((name) => ({
      name,
      expected: true,
      state: 'missing',
      senders: [],
    })),
    description: null,
  });
  expect(hers.text).not.toMatch(notHers);
  const karis = (await api.ask('kari', 'GET', '/api/v1/projects/P1')).json as {
    next: unknown;
    files: { name: string; senders: string[] }[];
  };
  // What suppliers are to send is not the researcher's next step.
  expect(karis.next).toMatchObject({ kind: 'send-file', subject: 'felles.csv' });
  expect(karis.files.map(({ name, senders }) => [name, ...senders])).toEqual([
    ['lisens.csv', 'lise'],
    ['deres_1.csv', 'lise', 'ole'],
    ['deres_2.csv', 'lise', 'ole'],
    ['hans.csv', 'ole'],
    ['felles.csv'],
  ]);
});

test('STATUS.txt tells a supplier of theirs, and others who is to send what', async () => {
  const of = { kind: 'inbox', projectId: 'P1' } as const;
  const hers = await statusText(core, lise, of);
  expect(hers).toMatch(/lisens\.csv +MANGLER/);
  expect(hers).toMatch(/lisens\.csv +MISSING/);
  expect(hers).not.toMatch(notHers);
  expect(hers).not.toMatch(/Skal sendes av|ole/);
  const karis = await statusText(core, kari, of);
  expect(karis).toMatch(/hans\.csv +MANGLER\n +Skal sendes av ole\./);
  expect(karis).toMatch(/hans\.csv +MISSING\n +To be sent by ole\./);
});

test('neither the kit for the browser nor the report of what they send tells a supplier of another’s file', async () => {
  const kit = await checkKit(core, lise, 'P1', 'hans.csv');
  expect(kit).toMatchObject({ resource: null, expected: ['lisens.csv', 'deres_1.csv', 'deres_2.csv'] });
  expect((await checkKit(core, kari, 'P1', 'hans.csv')).resource?.name).toBe('hans');
  const upload = await openUpload(core, lise, {
    projectId: 'P1',
    name: 'hans.csv',
    mode: 'new',
    door: 'http',
  });
  await upload.write(0, Buffer.from('kode\nA\n'));
  const sent = await upload.finish();
  const report = await inboundReport(core, lise, sent?.id ?? '');
  expect(report.verdict).toBe('rejected');
  expect(report.rules.map(({ code, sub }) => `${code}/${sub}`)).toContain('file-name/not-expected');
  expect(JSON.stringify(report).replaceAll('hans.csv', '')).not.toMatch(notHers);
});
