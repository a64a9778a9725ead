/** The command line as a person meets it: help, exit codes, the offline check, and the demo with the commands it prints. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { runCommand } from '../../src/cli/cli.ts';
import type { CommandLine } from '../../src/cli/command.ts';
import { isPresent, run } from '../support/clients.ts';
import { asFile, descriptionOf, header, soundRows } from '../support/microdata.ts';
import { startTestService, type TestService } from '../support/service.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let service: TestService;
beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service?.remove());

test('says on an empty service how to get a first project going', () => {
  expect(service.output()).toContain('npx datasluse demo');
});

test('npm start puts the server in the place of its shell, so that a signal to npm reaches it', async () => {
  const { scripts } = JSON.parse(await readFile(join(import.meta.dirname, '../../package.json'), 'utf8'));
  expect(scripts.start).toMatch(/^exec node /);
});

test('explains itself: every command with --help, and the exit codes', async () => {
  const overview = await service.ok('--help');
  expect(overview).toContain('Exit codes:');
  const commands = overview
    .split('\n')
    .flatMap((line) => /^ {2}([a-z-]+(?: [a-z-]+)?)/.exec(line)?.[1] ?? []);
  expect(commands).toEqual(
    expect.arrayContaining([
      ...[
        'project create',
        'person add',
        'project describe',
        'inbound list',
        'inbound report',
        'inbound get',
      ],
      ...['delivery publish', 'delivery list', 'jobs run', 'check', 'receipt verify', 'audit verify'],
      ...['outbox list', 'demo', 'serve'],
    ]),
  );
  for (const command of commands.filter((one) => one !== 'serve')) {
    const printed = await helpOf(command.split(' '));
    expect(printed).toContain(`Usage: datasluse ${command}`);
  }
  expect(await service.ok('inbound', 'get', '--help')).toBe(await helpOf(['inbound', 'get']));
  expect(await service.ok('serve', '--help')).toContain('Usage: datasluse serve');
});

/** What the command prints, asked for without a process of its own for each. */
async function helpOf(words: readonly string[]): Promise<string> {
  const stdout = new PassThrough();
  const code = await runCommand([...words, '--help'], { stdout } as unknown as CommandLine);
  expect(code).toBe(0);
  return String(stdout.read());
}

test('answers a command that it does not understand with code 2 and a sentence', async () => {
  for (const args of [
    [],
    ['publish'],
    ['inbound', 'list'],
    ['jobs', 'run', '--at', 'tomorrow'],
    ['check', '--what'],
  ]) {
    const { code, stdout, stderr } = await service.command(args);
    expect({ args, code }).toEqual({ args, code: 2 });
    expect(stdout + stderr).toMatch(/datasluse/);
    expect(stderr).not.toMatch(/ at .*\.js/);
  }
});

describe('check', () => {
  const nowhere = { env: { DATASLUSE_DATA: '/nonexistent/data' } };
  const check = (...args: string[]) => service.command(['check', ...args], nowhere);

  beforeAll(() => {
    const rows = soundRows(100);
    service.write('datapackage.json', descriptionOf('fil.csv', 'feil.csv'));
    service.write('fil.csv', asFile([header, ...rows]));
    service.write(
      'feil.csv',
      asFile([header, ...rows.map((cells) => [cells[0]!.slice(1), ...cells.slice(1)])]),
    );
  });

  test('accepts a sound file with 0, without any server', async () => {
    const { code, stdout } = await check('fil.csv', '--description', 'datapackage.json');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ACCEPTED/);
    const norwegian = await service.command(['check', 'fil.csv'], { env: { LC_ALL: 'nb_NO.UTF-8' } });
    expect(norwegian.stdout).toMatch(/^GODTATT/);
  });

  test('rejects a faulty file with 1, and gives the report for programs with --json', async () => {
    const { code, stdout } = await check('feil.csv', '--description', 'datapackage.json', '--json');
    expect(code).toBe(1);
    const report = JSON.parse(stdout) as { verdict: string; rules: { code: string; count: number }[] };
    expect(report.verdict).toBe('rejected');
    expect(
      report.rules.filter((rule) => rule.code === 'identifier').reduce((sum, rule) => sum + rule.count, 0),
    ).toBe(100);
  });

  test('answers 2 when the file or the description cannot be read', async () => {
    for (const args of [
      ['gone.csv'],
      ['.'],
      ['fil.csv', '--description', 'gone.json'],
      ['fil.csv', '--description', 'fil.csv'],
    ]) {
      const { code, stdout, stderr } = await check(...args);
      expect({ args, code, stdout }).toEqual({ args, code: 2, stdout: '' });
      expect(stderr).toMatch(/^datasluse: /);
    }
  });
});

test('refuses a title or a name of several lines, and says why', async () => {
  const project = ['--title', 'En\nto', '--institution', 'Instituttet', '--delete-by', '2099-12-31'];
  const created = await service.command(['project', 'create', 'P24-0999', ...project]);
  expect([created.code, created.stderr]).toEqual([1, expect.stringContaining('has a line break')]);
  const person = ['--name', 'Ola\u001b[2J', '--email', 'ola@example.no', '--role', 'officer'];
  const added = await service.command(['person', 'add', 'ola', ...person]);
  expect([added.code, added.stderr]).toEqual([1, expect.stringContaining('has a line break')]);
});

describe.skipIf(!isPresent('ssh', ['-V']))('demo', () => {
  test('makes a first project, and the commands that it prints work as they stand', async () => {
    const said = await service.ok('demo', '--folder', 'demo');
    const connect = /^ {2}sftp (-P .*)$/m.exec(said)![1]!.split(' ');
    const lines = [...said.matchAll(/^ {2}sftp> (.*)$/gm)].map((found) => found[1]!);
    expect(lines.length).toBeGreaterThan(3);
    const quiet = ['-F', '/dev/null', '-o', 'StrictHostKeyChecking=no', '-o', 'UserKnownHostsFile=/dev/null'];
    const { exitCode, output } = await run('sftp', [...quiet, '-b', '-', ...connect], {
      input: `${lines.join('\n')}\n`,
      cwd: service.folder,
      timeoutMs: 60_000,
    });
    expect({ exitCode, output }).toMatchObject({ exitCode: 0 });
    expect(output).toMatch(/^AVVIST[\s\S]*lost-leading-zero/m);

    const commands = [...said.matchAll(/^ {2}npx datasluse (.*)$/gm)].map((found) =>
      [...found[1]!.matchAll(/"([^"]*)"|(\S+)/g)].map((word) => word[1] ?? word[2]!),
    );
    expect(commands).toHaveLength(3);
    const answers: string[] = [];
    for (const args of commands) answers.push(await service.ok(...args));
    expect(answers[0]).toMatch(/rejected[\s\S]*accepted/);
    expect(answers[1]).toContain('Published /P24-0187/deliveries/');
    const again = await service.command(['demo', '--folder', 'demo']);
    expect([again.code, again.stderr]).toEqual([1, expect.stringContaining('already')]);
  });
});
