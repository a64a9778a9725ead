/** The two servers that are compared, each started alone with keys and folders of this run. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { mainThread, processorSeconds, residentMb, type ThreadTimes, treeOf } from './process-meter.ts';

const root = join(import.meta.dirname, '..', '..');

export interface MeasuredServer {
  readonly name: string;
  readonly port: number;
  readonly user: string;
  /** Where an upload goes, and where a download of the large file comes from. */
  readonly inbox: string;
  readonly child: ChildProcess;
  processorSeconds(): number;
  residentMb(): number;
}

export interface DatasluseServer extends MeasuredServer {
  readonly httpPort: number;
  /** Delay of the event loops since the last question, the worst of them, in milliseconds. */
  loopDelay(): Promise<{ p50: number; p99: number; max: number }>;
  /** Of the process that was started. */
  mainThread(): ThreadTimes;
  command(...args: string[]): string;
}

export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

/** What `npm start` gives node. */
function startArguments(): string[] {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    scripts: { start: string };
  };
  return scripts.start.split(' ').filter((word) => word.startsWith('--'));
}

/** Starts the built server and its demonstration project. */
export async function startDatasluse(
  folder: string,
  options: { dist: string; nodeArguments: readonly string[] },
): Promise<DatasluseServer> {
  const [http, port] = [await freePort(), await freePort()];
  const probe = join(folder, 'loop.jsonl');
  const env = {
    ...process.env,
    DATASLUSE_DATA: join(folder, 'var'),
    DATASLUSE_HTTP: `127.0.0.1:${http}`,
    DATASLUSE_SFTP: `127.0.0.1:${port}`,
    DATASLUSE_LOG: 'warn',
    DATASLUSE_LOOP_PROBE: probe,
    NODE_OPTIONS: '',
  };
  const args = [
    ...startArguments(),
    ...options.nodeArguments,
    '--import',
    join(import.meta.dirname, 'loop-probe.mjs'),
    join(options.dist, 'main.js'),
    'serve',
  ];
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'inherit'] });
  await new Promise<void>((resolve, reject) => {
    child.stdout.on('data', (text: Buffer) => text.includes('is running') && resolve());
    child.on('exit', () => reject(new Error('the server did not start')));
  });
  const command = (...more: string[]): string =>
    execFileSync(process.execPath, [join(options.dist, 'main.js'), ...more], { env, cwd: root }).toString();
  command('demo', '--folder', join(folder, 'demo'));
  const pid = child.pid ?? 0;
  /** PostgreSQL is counted apart: its memory is shared, and most of its work is waiting. */
  const ours = (commandLine: string): boolean => commandLine.includes('main.js');
  return {
    name: 'datasluse',
    httpPort: http,
    port,
    user: 'kari',
    inbox: 'P24-0187/inbox',
    child,
    command,
    processorSeconds: () => processorSeconds(pid, ours),
    residentMb: () => residentMb(pid, ours),
    mainThread: () => mainThread(pid),
    async loopDelay() {
      const known = existsSync(probe) ? readFileSync(probe, 'utf8').length : 0;
      for (const one of treeOf(pid, ours)) process.kill(one, 'SIGUSR2');
      await new Promise((resolve) => setTimeout(resolve, 300));
      const seen = readFileSync(probe, 'utf8').slice(known).trim().split('\n');
      const delays = seen.map((line) => JSON.parse(line) as { p50: number; p99: number; max: number });
      const worst = (of: 'p50' | 'p99' | 'max') => Math.max(...delays.map((delay) => delay[of]));
      return { p50: worst('p50'), p99: worst('p99'), max: worst('max') };
    },
  };
}

/** OpenSSH's own server, alone on a port, with a host key of this run and the user key of the demonstration. */
export async function startOpenSsh(folder: string): Promise<MeasuredServer> {
  const port = await freePort();
  const at = join(folder, 'sshd');
  const inbox = join(at, 'files');
  mkdirSync(inbox, { recursive: true });
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(at, 'host')]);
  writeFileSync(join(at, 'authorized'), readFileSync(join(folder, 'demo/kari.pub')));
  const config = [
    `Port ${port}`,
    'ListenAddress 127.0.0.1',
    `HostKey ${join(at, 'host')}`,
    `AuthorizedKeysFile ${join(at, 'authorized')}`,
    'StrictModes no',
    'UsePAM no',
    'MaxStartups 100',
    `PidFile ${join(at, 'pid')}`,
    'Subsystem sftp internal-sftp',
  ];
  writeFileSync(join(at, 'config'), config.join('\n'));
  mkdirSync('/run/sshd', { recursive: true });
  const child = spawn('/usr/sbin/sshd', ['-D', '-e', '-f', join(at, 'config')], { stdio: 'ignore' });
  await new Promise((resolve) => setTimeout(resolve, 500));
  const pid = child.pid ?? 0;
  return {
    name: 'OpenSSH',
    port,
    user: execFileSync('id', ['-un']).toString().trim(),
    inbox,
    child,
    processorSeconds: () => processorSeconds(pid, () => true),
    residentMb: () => residentMb(pid, () => true),
  };
}
