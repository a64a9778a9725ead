/** What a user types: loading and listing code lists, and a check on one's own machine with a snapshot file. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Writable } from 'node:stream';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCommand } from '../../../src/cli/cli.ts';
import type { Services } from '../../../src/cli/command.ts';
import { openTestCore, type TestCore } from '../../support/core.ts';

const root = join(import.meta.dirname, '../../..');
const snapshot = join(root, 'test/vectors/klass/131-utvalg.json');

let core: TestCore;
let folder = '';

beforeAll(async () => {
  core = await openTestCore();
  folder = await mkdtemp(join(tmpdir(), 'catalogue-'));
  const field = {
    name: 'kommune',
    type: 'string',
    'no:klass': { classification: 131, validAt: '2023-01-01' },
  };
  const description = { resources: [{ name: 'data', path: 'data.csv', schema: { fields: [field] } }] };
  await writeFile(join(folder, 'datapackage.json'), JSON.stringify(description));
  await writeFile(join(folder, 'data.csv'), 'kommune\n0301\n0602\n');
});
afterAll(async () => {
  await core.close();
  await rm(folder, { recursive: true });
});

function collected() {
  let text = '';
  const stream = new Writable({
    write(chunk, _, done) {
      text += String(chunk);
      done();
    },
  });
  return { stream, text: () => text };
}

/** Inside the process, with the test's database behind `open`. */
async function datasluse(...args: string[]) {
  const out = collected();
  const err = collected();
  const code = await runCommand(args, {
    config: {
      dataFolder: folder,
      http: { host: '127.0.0.1', port: 0 },
      signIn: { publicUrl: undefined, settingsFile: undefined, development: false },
      sftp: { host: '127.0.0.1', port: 0 },
      syntheticIds: 'accept',
      language: 'nb',
      operator: 'root',
    },
    log: core.log,
    clock: core.clock,
    // The commands of this room use nothing but the database, the clock and random.
    open: async () => ({ ...core, [Symbol.asyncDispose]: async () => {} }) as unknown as Services,
    stdin: new PassThrough(),
    stdout: out.stream,
    stderr: err.stream,
  });
  return { code, out: out.text(), err: err.text() };
}

/** The built program, as installed. */
function check(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  return new Promise((resolve) => {
    const file = join(folder, 'data.csv');
    const description = join(folder, 'datapackage.json');
    execFile(
      process.execPath,
      [join(root, 'dist/main.js'), 'check', file, '--description', description, ...args],
      { env: { ...process.env, DATASLUSE_DATA: folder, LANG: 'nb_NO.UTF-8' } },
      (failed, out, err) => resolve({ code: failed === null ? 0 : Number(failed.code), out, err }),
    );
  });
}

test('loads a snapshot and lists every version', async () => {
  expect(await datasluse('catalogue', 'load', snapshot)).toMatchObject({
    code: 0,
    out: 'Klass 131 (Kommuneinndeling (et lite utvalg til test)) is version 1: 14 codes, as of 2026-11-01.\n',
  });
  await datasluse('catalogue', 'load', snapshot);
  const listed = await datasluse('catalogue', 'list', '--json');
  expect(JSON.parse(listed.out)).toMatchObject([
    { classification: '131', version: 2, inUse: true, snapshotAt: '2026-11-01', codes: 14 },
    { classification: '131', version: 1, inUse: false },
  ]);
  expect((await datasluse('catalogue', 'list')).out).toMatch(/131 .* 2 +yes +2026-11-01 +14 /);
});

test('says what is wrong with a file that is no snapshot', async () => {
  const wrong = await datasluse('catalogue', 'load', join(folder, 'datapackage.json'));
  expect(wrong).toMatchObject({ code: 1, out: '' });
  expect(wrong.err).toContain('Kodelisten kan ikke brukes: classification mangler eller har feil form.');
  expect((await datasluse('catalogue', 'load', join(folder, 'borte.json'))).code).toBe(2);
  expect((await datasluse('catalogue', 'load')).code).toBe(2);
});

test('checks against a snapshot file without a server', async () => {
  const without = await check('--json');
  expect(without.code).toBe(0);
  expect(JSON.parse(without.out)).toMatchObject({ verdict: 'accepted', complete: false });
  const withIt = await check('--json', '--catalogue', snapshot);
  expect(withIt.code).toBe(1);
  const report = JSON.parse(withIt.out);
  expect(report).toMatchObject({ verdict: 'rejected', complete: true });
  expect(report.rules[0].samples[0]).toMatchObject({
    row: 2,
    value: '0602',
    expected: '..2020-01-01 ∌ 2023-01-01 → 3005',
  });
});

test('cannot check with a list given twice, or one that is none', async () => {
  expect((await check('--catalogue', snapshot, '--catalogue', snapshot)).code).toBe(2);
  expect((await check('--catalogue', join(folder, 'data.csv'))).code).toBe(2);
  expect((await check('--catalogue', join(folder, 'borte.json'))).code).toBe(2);
});
