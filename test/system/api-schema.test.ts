/** The API against its own description, by schemathesis (PyPI), where there is one: no 5xx, no answer that is not described. */
import { spawn, spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { publishDelivery } from '../../src/deliveries/publish.ts';
import { describeProject } from '../../src/inbound/descriptions.ts';
import { personHeader, serveApi, type TestApi } from '../support/api.ts';
import { addTestPerson, addTestProject, openTestCore, operator, type TestCore } from '../support/core.ts';

const candidates = [process.env.DATASLUSE_TEST_PYTHON, 'python3'].filter((name) => name !== undefined);
const python = candidates.find((name) => spawnSync(name, ['-c', 'import schemathesis']).status === 0);
const why = 'no python with the package schemathesis; name one in DATASLUSE_TEST_PYTHON to run this';
if (python === undefined) {
  if (process.env.DATASLUSE_TEST_REQUIRE === '1') throw new Error(why);
  console.warn(`skipped: the API against its own description (${why})`);
}

const limitMs = 280_000;
const checks = [
  'not_a_server_error',
  'status_code_conformance',
  'content_type_conformance',
  'response_schema_conformance',
  'unsupported_method',
];

describe.skipIf(python === undefined)('schemathesis', () => {
  let core: TestCore;
  let api: TestApi;
  let parameters: Record<string, string>;

  async function* one(text: string): AsyncGenerator<Uint8Array> {
    yield Buffer.from(text);
  }

  beforeAll(async () => {
    core = await openTestCore();
    await addTestProject(core, 'P1');
    const fields = [{ name: 'kode', type: 'string' }];
    const content = { name: 'd', resources: [{ name: 'a', path: 'a.csv', schema: { fields } }] };
    await describeProject(core, operator, 'P1', JSON.stringify(content));
    await addTestPerson(core, 'kari', 'researcher', 'P1');
    for (const role of ['officer', 'auditor'] as const) await addTestPerson(core, 'alle', role);
    const files = [{ name: 'ut.csv', content: one('a;b\n') }];
    const { folder } = await publishDelivery(core, operator, { projectId: 'P1', title: 'Uttrekk', files });
    const { id } = await core.db.selectFrom('publication_file').select('id').executeTakeFirstOrThrow();
    parameters = {
      'path.projectId': 'P1',
      'path.folder': folder,
      'path.fileId': id,
      'path.personId': 'kari',
    };
    await writeFile(join(core.folder, 'hooks.py'), hooks);
    api = await serveApi(core);
  });
  afterAll(async () => {
    await api?.[Symbol.asyncDispose]();
    await core?.close();
  });

  /** Answers as long as somebody listens; test/unit/api/progress.test.ts listens. */
  const endless = '/api/v1/projects/{projectId}/inbox/progress';

  /** It knows no body of the type that tus has; it is bytes. */
  const hooks = `import schemathesis\n\nschemathesis.serializer.alias('application/offset+octet-stream', 'application/octet-stream')\n`;

  /** The program's last words, and its exit code. */
  function fuzz(args: readonly string[]): Promise<{ code: number | null; said: string }> {
    const options = ['--no-color', '--generation-database', 'none', '--seed', '31', '--warnings', 'off'];
    const child = spawn(
      python ?? '',
      [
        ...['-m', 'schemathesis.cli', ...args.slice(0, 2), 'run', `${api.url}/api/v1/openapi.json`],
        ...['-c', checks.join(), '-n', '8', '--phases', 'examples,coverage,fuzzing', ...options],
        ...['--exclude-path', endless],
        ...args.slice(2),
      ],
      {
        cwd: core.folder,
        env: { ...process.env, SCHEMATHESIS_HOOKS: 'hooks', PYTHONPATH: core.folder },
        stdio: ['ignore', 'pipe', 'pipe'],
        timeout: limitMs,
        killSignal: 'SIGKILL',
      },
    );
    let said = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        said = (said + chunk.toString()).slice(-12_000);
      });
    }
    return new Promise((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (code) => resolve({ code, said }));
    });
  }

  test(
    'finds nothing as an officer of all projects, with what is there',
    async () => {
      const config = join(core.folder, 'schemathesis.toml');
      const lines = Object.entries(parameters).map(([name, value]) => `"${name}" = "${value}"`);
      await writeFile(config, ['[parameters]', ...lines, ''].join('\n'));
      const { code, said } = await fuzz(['--config-file', config, '-H', `${personHeader}: alle`]);
      expect([code, code === 0 ? '' : said]).toEqual([0, '']);
    },
    limitMs,
  );

  test(
    'finds nothing as a researcher, with names that it makes up',
    async () => {
      const config = join(core.folder, 'empty.toml');
      await writeFile(config, '');
      const { code, said } = await fuzz(['--config-file', config, '-H', `${personHeader}: kari`]);
      expect([code, code === 0 ? '' : said]).toEqual([0, '']);
    },
    limitMs,
  );
});
