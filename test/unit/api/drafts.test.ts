import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { seeDraft, seeDrafts } from '../../../src/deliveries/drafts.ts';
import { serveApi, type TestApi } from '../../support/api.ts';
import {
  addTestPerson,
  addTestProject,
  openTestCore,
  type Person,
  type TestCore,
} from '../../support/core.ts';
import { digest, rows, sha256 } from './transferring.ts';

let core: TestCore;
let api: TestApi;
let officer: Person;
let project = '';
let count = 0;

beforeAll(async () => {
  core = await openTestCore();
  api = await serveApi(core);
});
afterAll(async () => {
  await api?.[Symbol.asyncDispose]();
  await core.close();
});

beforeEach(async () => {
  count += 1;
  project = `P${count}`;
  await addTestProject(core, project);
  officer = await addTestPerson(core, `officer${count}`, 'officer', project);
});

const at = (rest = '') => `/api/v1/projects/${project}/drafts${rest}`;
const ask = (method: string, path: string, options: Parameters<TestApi['ask']>[3] = {}) =>
  api.ask(officer.personId, method, path, options);
const make = (name: string) => ask('POST', at(), { body: { name } });
const put = (file: string, body: Uint8Array, headers: Record<string, string> = {}) =>
  ask('PUT', at(`/Uttrekk%201/files/${file}`), { body, headers });
const draft = () => seeDraft(core, officer, project, 'Uttrekk 1');

test('makes a draft once, under a name that will do, and says where it is', async () => {
  const made = await make('Uttrekk 1');
  expect([made.status, made.json, made.headers.get('location')]).toEqual([
    201,
    { name: 'Uttrekk 1' },
    at('/Uttrekk%201'),
  ]);
  expect((await make('Uttrekk 1')).json).toMatchObject({ status: 409, code: 'already-exists' });
  expect((await make('../ut')).status).toBe(400);
  expect((await make('01019912345')).json).toMatchObject({ status: 422, code: 'invalid-name' });
  expect((await seeDrafts(core, officer, project)).map(({ name }) => name)).toEqual(['Uttrekk 1']);
});

test('puts a file into a draft, in the place of one of its name, and says what it took', async () => {
  await make('Uttrekk 1');
  const bytes = rows(900_000);
  const first = await put('ut.csv', bytes, { 'content-digest': digest(bytes) });
  expect([first.status, first.json]).toEqual([
    201,
    { name: 'ut.csv', bytes: bytes.length, sha256: sha256(bytes) },
  ]);
  const newer = rows(1000);
  expect((await put('ut.csv', newer)).status).toBe(201);
  const { files } = await draft();
  expect(files.map(({ name, state, bytes, sha256 }) => [name, state, bytes, sha256])).toEqual([
    ['ut.csv', 'ready', newer.length, sha256(newer)],
  ]);
});

test('keeps the file that is there when what is to replace it is not what its digest says', async () => {
  await make('Uttrekk 1');
  const bytes = rows(1000);
  await put('ut.csv', bytes);
  const other = await put('ut.csv', rows(2000), { 'content-digest': digest(bytes) });
  expect(other.json).toMatchObject({ status: 400, detail: expect.stringMatching(/sjekksum/) });
  const part = await put('ut.csv', rows(2000), { 'content-range': 'bytes 0-9/20' });
  expect(part.json).toMatchObject({ status: 400, detail: expect.stringMatching(/Deler av filer/) });
  expect((await draft()).files.map(({ state, sha256 }) => [state, sha256])).toEqual([
    ['ready', sha256(bytes)],
  ]);
});

test('deletes a file, and then the draft, which has to be empty', async () => {
  await make('Uttrekk 1');
  await put('ut.csv', rows(1000));
  expect((await ask('DELETE', at('/Uttrekk%201'))).json).toMatchObject({ status: 409, code: 'conflict' });
  expect((await ask('DELETE', at('/Uttrekk%201/files/ut.csv'))).status).toBe(204);
  expect((await ask('DELETE', at('/Uttrekk%201/files/ut.csv'))).status).toBe(404);
  expect((await ask('DELETE', at('/Uttrekk%201'))).status).toBe(204);
  expect(await seeDrafts(core, officer, project)).toEqual([]);
});
