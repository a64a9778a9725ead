/** What a user types: checking several files and standard input in every form and language, and drafting a description. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

const program = join(import.meta.dirname, '../../../bin/datasluse.js');
let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'check-'));
  await writeFile(join(folder, 'god.csv'), 'a;b\n1;x\n2;y\n');
  await writeFile(join(folder, 'feil.csv'), 'a;a\n1;2\n');
  await writeFile(
    join(folder, 'sas.sas7bdat'),
    Buffer.from('00'.repeat(12) + 'c2ea8160b31411cfbd92080009c7318c181f1011', 'hex'),
  );
});
afterAll(() => rm(folder, { recursive: true }));

function datasluse(args: string[], stdin = ''): Promise<{ code: number; out: string; err: string }> {
  return new Promise((resolve) => {
    const env = { ...process.env, LC_ALL: 'nb_NO.UTF-8' };
    const child = execFile(process.execPath, [program, ...args], { cwd: folder, env }, (error, out, err) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, out, err }),
    );
    child.stdin?.end(stdin);
  });
}

test.each<[string[], number]>([
  [['god.csv'], 0],
  [['god.csv', 'feil.csv'], 1],
  [['feil.csv', 'sas.sas7bdat', 'god.csv'], 2],
  [['god.csv', 'finnes-ikke.csv'], 2],
])('checks %j, and the exit code is the worst: %i', async (files, code) => {
  expect(await datasluse(['check', ...files])).toMatchObject({ code });
});

test('gives one report for one file, and a list for several', async () => {
  const one = await datasluse(['check', 'god.csv', '--json']);
  const two = await datasluse(['check', 'god.csv', 'feil.csv', '--json']);
  expect(JSON.parse(one.out)).toMatchObject({ verdict: 'accepted' });
  expect(JSON.parse(two.out)).toMatchObject([{ file: { name: 'god.csv' } }, { file: { name: 'feil.csv' } }]);
});

test('a file that cannot be read does not hide the others', async () => {
  const { out, err } = await datasluse(['check', 'finnes-ikke.csv', 'god.csv', '--json']);
  expect(JSON.parse(out)).toMatchObject([{ file: { name: 'god.csv' } }]);
  expect(err).toContain('finnes-ikke.csv');
});

test('reads standard input under a name, with the same report as the file', async () => {
  const given = await readFile(join(folder, 'god.csv'), 'utf8');
  const piped = await datasluse(['check', '-', '--name', 'god.csv', '--json'], given);
  expect(piped).toEqual(await datasluse(['check', 'god.csv', '--json']));
});

test.each([
  [['check', '-'], '--name'],
  [['check', '-', '-', '--name', 'a.csv'], 'once'],
  [['check', 'god.csv', '--format', 'pdf'], '--format'],
  [['check', 'god.csv', '--language', 'sv'], '--language'],
  [['check', 'god.csv', '--json', '--format', 'csv'], '--json'],
  [['check', 'god.csv', 'feil.csv', '--format', 'html'], 'html'],
])('does not understand %j', async (args, word) => {
  const { code, err } = await datasluse(args);
  expect(code).toBe(2);
  expect(err).toContain(word);
});

test.each([
  ['nb', 'AVVIST: filen'],
  ['nn', 'AVVIST: fila'],
  ['en', 'REJECTED'],
])('answers in %s', async (language, word) => {
  expect((await datasluse(['check', 'feil.csv', '--language', language])).out).toContain(word);
  const page = (await datasluse(['check', 'feil.csv', '--language', language, '--format', 'html'])).out;
  expect(page).toContain(`<html lang="${language}">`);
});

test('drafts a description that the same file keeps, and writes over nothing', async () => {
  const drafted = await datasluse(['describe', 'god.csv', '--out', 'datapackage.json']);
  expect(drafted).toMatchObject({ code: 0, out: '' });
  expect(drafted.err).toContain('2 rader');
  const checked = await datasluse(['check', 'god.csv', '--description', 'datapackage.json', '--json']);
  expect(checked.code).toBe(0);
  expect(JSON.parse(checked.out)).toMatchObject({ columns: [{ type: 'integer' }, { type: 'string' }] });
  expect(await datasluse(['describe', 'god.csv', '--out', 'datapackage.json'])).toMatchObject({ code: 2 });
  expect(await datasluse(['describe', 'sas.sas7bdat'])).toMatchObject({ code: 2, out: '' });
});

test('checks references between the files that are named, in whatever order', async () => {
  const reference = { resource: 'personer', fields: 'id' };
  const description = {
    resources: [
      {
        name: 'besok',
        path: 'besok.csv',
        schema: { fields: [{ name: 'person' }], foreignKeys: [{ fields: 'person', reference }] },
      },
      { name: 'personer', path: 'personer.csv', schema: { fields: [{ name: 'id' }] } },
    ],
  };
  await writeFile(join(folder, 'pakke.json'), JSON.stringify(description));
  await writeFile(join(folder, 'besok.csv'), 'person\nA\nB\n');
  await writeFile(join(folder, 'personer.csv'), 'id\nA\n');
  const of = async (...files: string[]) =>
    JSON.parse((await datasluse(['check', ...files, '--description', 'pakke.json', '--json'])).out);
  for (const files of [
    ['besok.csv', 'personer.csv'],
    ['personer.csv', 'besok.csv'],
  ]) {
    const reports = await of(...files);
    expect(reports[files.indexOf('besok.csv')]).toMatchObject({
      verdict: 'rejected',
      rules: [{ code: 'foreign-key', sub: null, count: 1 }],
    });
    expect(reports[files.indexOf('personer.csv')]).toMatchObject({ verdict: 'accepted' });
  }
  expect(await of('besok.csv')).toMatchObject({
    complete: false,
    rules: [{ sub: 'file-missing', samples: [{ expected: 'personer.csv' }] }],
  });
});
