/** Runs real SFTP clients against a server that a test has started, and says why when a client is not there. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ssh2 from 'ssh2';
import { generateEd25519Key } from '../../src/identity/key-pair.ts';

export interface Outcome {
  exitCode: number | null;
  output: string;
}

/** Runs a program to its end; standard output and error come back as one text. */
export function run(
  program: string,
  args: readonly string[],
  settings: {
    input?: string;
    env?: Record<string, string>;
    timeoutMs?: number;
    cwd?: string;
    /** What has come so far, whenever more does. */
    onOutput?: (output: string) => void;
  } = {},
): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      env: { ...process.env, LC_ALL: 'C.UTF-8', ...settings.env },
      timeout: settings.timeoutMs ?? 20_000,
      killSignal: 'SIGKILL',
      ...(settings.cwd === undefined ? {} : { cwd: settings.cwd }),
    });
    let output = '';
    const collect = (chunk: Buffer) => {
      output += chunk.toString();
      settings.onOutput?.(output);
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.on('error', reject);
    child.on('close', (exitCode) => resolve({ exitCode, output }));
    child.stdin.on('error', () => undefined);
    child.stdin.end(settings.input ?? '');
  });
}

/**
 * Whether a program runs here, and says what it must; the reason for a skipped test is printed. With
 * DATASLUSE_TEST_REQUIRE=1 (the build server) an absent program is an error instead.
 */
export function isPresent(program: string, args: readonly string[], says = ''): boolean {
  const { error, status, stdout } = spawnSync(program, args, { encoding: 'utf8' });
  const present = error === undefined && (status === 0 || status === 1) && stdout.includes(says);
  if (present) return true;
  const absent = `${[program, ...args].join(' ')} does not run here${says === '' ? '' : ` or does not say${says}`}`;
  if (process.env.DATASLUSE_TEST_REQUIRE === '1') throw new Error(absent);
  console.log(`skipped: ${absent}`);
  return false;
}

export interface KeyPair {
  privateKey: string;
  /** One authorized_keys line. */
  publicLine: string;
  /** SSH wire format. */
  blob: Buffer;
}

function makeOtherKey(type: 'rsa' | 'ecdsa') {
  const bits = { rsa: 2048, ecdsa: 256 }[type];
  const pair = ssh2.utils.generateKeyPairSync(type as 'rsa', { bits });
  return { privateKey: pair.private, publicLine: pair.public };
}

export function makeKey(type: 'ed25519' | 'rsa' | 'ecdsa' = 'ed25519'): KeyPair {
  const { privateKey, publicLine } = type === 'ed25519' ? generateEd25519Key('test') : makeOtherKey(type);
  return { privateKey, publicLine, blob: Buffer.from(publicLine.split(' ')[1]!, 'base64') };
}

export interface Workplace {
  path(name: string): string;
  write(name: string, content: string | Uint8Array, mode?: number): string;
  remove(): void;
}

/** A folder of its own for one test file. */
export function makeWorkplace(): Workplace {
  const folder = mkdtempSync(join(tmpdir(), 'datasluse-sftp-'));
  return {
    path: (name) => join(folder, name),
    write(name, content, mode = 0o600) {
      const path = join(folder, name);
      writeFileSync(path, content, { mode });
      return path;
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Options of OpenSSH's clients that keep them away from the person's own settings. */
export function openSshOptions(keyFile: string, port: number): string[] {
  return [
    ...['-F', '/dev/null', '-i', keyFile, '-P', String(port)],
    ...[
      'StrictHostKeyChecking=no',
      'UserKnownHostsFile=/dev/null',
      'IdentitiesOnly=yes',
      'LogLevel=ERROR',
    ].flatMap((option) => ['-o', option]),
  ];
}

/** What `ls -1` of OpenSSH's sftp printed: the lines that are neither echoed commands nor messages. */
export function namesIn(output: string): string[] {
  return output
    .split('\n')
    .filter((line) => line !== '' && !/^sftp> | /.test(line))
    .sort();
}
