/** A key and then a one-time code, with the clients that people have, and the limits of the door, on the whole service. */
import { connect } from 'node:net';
import ssh2 from 'ssh2';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { isPresent, openSshOptions, run } from '../support/clients.ts';
import { proxyHeader } from '../support/proxy-header.ts';
import { startTestService, type TestPerson, type TestService } from '../support/service.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 90_000 });

let service: TestService;
let officer: TestPerson;
let researcher: TestPerson;
beforeAll(async () => {
  service = await startTestService({
    env: { DATASLUSE_SFTP_CODE_ROLES: 'producer, officer', DATASLUSE_SFTP_PROXIES: '127.0.0.9' },
  });
  const about = ['--title', 'T', '--institution', 'I', '--delete-by', '2099-12-31'];
  await service.ok('project', 'create', 'P24-0001', ...about);
  officer = await service.addPerson('astrid', 'officer');
  researcher = await service.addPerson('kari', 'researcher', 'P24-0001');
});
afterAll(() => service?.remove());

async function newCode(): Promise<string> {
  return (await service.json<{ code: string }>('code', 'issue', '--person', 'astrid')).code;
}

/** OpenSSH asks a program for the code when it has no terminal. */
function openSsh(person: TestPerson, code: string) {
  const ask = service.write(
    'ask',
    `#!/bin/sh\nprintf '%s\\n' "$1" >>'${service.path('asked')}'\necho '${code}'\n`,
  );
  const options = openSshOptions(person.keyFile, service.sftpPort);
  // -b would switch to batch mode, in which nothing is asked.
  return run(
    'sh',
    ['-c', `chmod 700 '${ask}'; exec setsid sftp "$@"`, 'sftp', ...options, `${person.id}@127.0.0.1`],
    {
      input: 'ls\n',
      cwd: service.folder,
      env: { SSH_ASKPASS: ask, SSH_ASKPASS_REQUIRE: 'force', DISPLAY: ':0' },
      timeoutMs: 40_000,
    },
  );
}

/** The door's log lines that are JSON, with this message. */
function logged(message: string): Record<string, unknown>[] {
  return service
    .output()
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Record<string, unknown>)
    .filter((line) => line.msg === message);
}

describe('OpenSSH', () => {
  test('gets in with key and code, and with the code once', async () => {
    const code = await newCode();
    const first = await openSsh(officer, code);
    expect(first).toMatchObject({ exitCode: 0 });
    expect(first.output).toContain('P24-0001');
    const again = await openSsh(officer, code);
    expect(again.exitCode).toBe(255);
    expect(again.output).toContain('Permission denied (keyboard-interactive)');
    const actions = await service.query<{ action: string }>(
      `select action from audit_event where action like 'code.%' order by seq`,
    );
    expect(actions.map((row) => row.action)).toEqual(['code.issued', 'code.used']);
  });

  test('is not even asked without the right key', async () => {
    const code = await newCode();
    const { exitCode, output } = await openSsh({ ...officer, keyFile: researcher.keyFile }, code);
    expect(exitCode).toBe(255);
    expect(output).toContain('Permission denied (publickey)');
  });

  test('is let in with the key alone where the role asks for no code', async () => {
    const { exitCode, output } = await service.sftp(researcher, ['ls']);
    if (exitCode !== 0) throw new Error(output);
  });
});

describe.skipIf(!isPresent('psftp', ['-V']) || !isPresent('puttygen', ['-V']))('PuTTY', () => {
  test('psftp gets in with key and code', async () => {
    await run('puttygen', [officer.keyFile, '-o', 'astrid.ppk', '-O', 'private'], { cwd: service.folder });
    const hostKey = /SHA256:\S+/.exec(service.output())![0];
    const commands = service.write('psftp-commands', 'ls\nquit\n');
    const args = ['-i', 'astrid.ppk', '-P', String(service.sftpPort), '-hostkey', hostKey];
    const { exitCode, output } = await run(
      'setsid',
      ['-w', 'psftp', ...args, '-b', commands, 'astrid@127.0.0.1'],
      {
        input: `${await newCode()}\n`,
        cwd: service.folder,
        env: { HOME: service.folder },
        timeoutMs: 40_000,
      },
    );
    if (exitCode !== 0) throw new Error(output);
    expect(output).toContain('Engangskode / One-time code:');
    expect(output).toContain('P24-0001');
  });
});

const python = process.env.DATASLUSE_TEST_PARAMIKO ?? '/usr/bin/python3';
describe.skipIf(!isPresent(python, ['-c', 'import paramiko; print("paramiko")'], 'paramiko'))(
  'paramiko',
  () => {
    test('gets in with key and code', async () => {
      const program = `
import paramiko, sys
transport = paramiko.Transport(('127.0.0.1', ${service.sftpPort}))
transport.start_client()
left = transport.auth_publickey('astrid', paramiko.Ed25519Key.from_private_key_file(sys.argv[1]))
assert left == ['keyboard-interactive'], left
asked = []
def answer(title, instructions, prompts):
    asked.append([title, instructions, prompts])
    return [sys.argv[2]]
transport.auth_interactive('astrid', answer)
print(asked, paramiko.SFTPClient.from_transport(transport).listdir('.'))
transport.close()
`;
      const { exitCode, output } = await run(python, ['-c', program, officer.keyFile, await newCode()]);
      if (exitCode !== 0) throw new Error(output);
      expect(output).toContain('Type the one-time code');
      expect(output).toContain('P24-0001');
    });
  },
);

describe('a client of its own making', () => {
  /** What the server offers next after each step, and how it ended. */
  function attempt(steps: readonly unknown[], answers: readonly string[]): Promise<unknown[]> {
    return new Promise((resolve) => {
      const seen: unknown[] = [];
      const queue = [...steps];
      const client = new ssh2.Client();
      client.on('keyboard-interactive', (_name, _instructions, _lang, _prompts, finish) =>
        finish([...answers]),
      );
      client.on('ready', () => {
        seen.push('ready');
        client.end();
      });
      client.on('error', () => undefined);
      client.on('close', () => resolve(seen));
      client.connect({
        host: '127.0.0.1',
        port: service.sftpPort,
        username: 'astrid',
        authHandler: ((left: unknown, partial: unknown, next: (method: unknown) => void) => {
          if (left !== null) seen.push([left, partial]);
          next(queue.shift() ?? false);
        }) as never,
      });
    });
  }
  const key = () => ({ type: 'publickey', username: 'astrid', key: officer.key.privateKey });
  const code = { type: 'keyboard-interactive', username: 'astrid', prompt: undefined as unknown };

  test('cannot give the code before the key, nor anything else after it', async () => {
    const right = await newCode();
    const interactive = {
      ...code,
      prompt: (_n: string, _i: string, _l: string, _p: unknown, finish: (answers: string[]) => void) =>
        finish([right]),
    };
    const password = { type: 'password', username: 'astrid', password: right };
    expect(await attempt([interactive, key(), password, interactive], [])).toEqual([
      [['publickey'], false],
      [['keyboard-interactive'], true],
      [['keyboard-interactive'], false],
      'ready',
    ]);
  });

  test('that gives no answer, two, or a giant one is refused', async () => {
    const right = await newCode();
    for (const answers of [[], [right, right], ['1'.repeat(100_000)], ['\0'], ['']]) {
      const interactive = {
        ...code,
        prompt: (_n: string, _i: string, _l: string, _p: unknown, finish: (a: string[]) => void) =>
          finish(answers),
      };
      const seen = await attempt([key(), interactive], []);
      expect(seen).toContainEqual([['keyboard-interactive'], true]);
      expect(seen).not.toContain('ready');
    }
  });
});

describe('behind a proxy', () => {
  /** Signs in from an address of the loopback, after a header if there is one. */
  function signIn(from: string, header: Buffer | undefined): Promise<string> {
    const sock = connect({ host: '127.0.0.1', port: service.sftpPort, localAddress: from });
    if (header !== undefined) sock.write(header);
    return new Promise((resolve) => {
      const client = new ssh2.Client();
      client.on('ready', () => {
        resolve('ready');
        client.end();
      });
      client.on('error', (error) => resolve(error.message));
      client.on('close', () => resolve('closed'));
      client.connect({ sock, username: 'kari', privateKey: researcher.key.privateKey });
    });
  }
  const header = proxyHeader({ address: '203.0.113.9', port: 40_000 });
  const lineOf = () => logged('an SSH connection was agreed on').at(-1);

  test('the address is the one that the proxy says, and the line about the connection has it', async () => {
    expect(await signIn('127.0.0.9', header)).toBe('ready');
    await vi.waitFor(() =>
      expect(lineOf()).toMatchObject({
        address: '203.0.113.9',
        person: 'k…',
        signedIn: true,
        clientVersion: expect.stringMatching(/^ssh2js/),
        kex: expect.stringMatching(/^(curve25519|sntrup761)/),
        hostKey: 'ssh-ed25519',
        cipher: expect.any(String),
        mac: expect.any(String),
      }),
    );
  });

  test('a header from anybody else is not believed, and the proxy must send one', async () => {
    expect(await signIn('127.0.0.8', header)).not.toBe('ready');
    expect(await signIn('127.0.0.9', undefined)).not.toBe('ready');
    expect(await signIn('127.0.0.8', undefined)).toBe('ready');
    await vi.waitFor(() => expect(lineOf()).toMatchObject({ address: '127.0.0.8' }));
  });
});
