/**
 * Uploads over SFTP against OpenSSH's own server on the same disk, same client, same run, interleaved; and what the
 * server's memory does. `npm run build && npx tsx bench/upload.ts [--mib 1024] [--rounds 3]`
 */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { demoDescription, soundFile } from '../src/cli/demo-data.ts';

const { values } = parseArgs({
  options: { mib: { type: 'string', default: '1024' }, rounds: { type: 'string', default: '3' } },
});
const mib = Number(values.mib);
const rounds = Number(values.rounds);
const folder = mkdtempSync(join(tmpdir(), 'datasluse-bench-'));
const root = join(import.meta.dirname, '..');

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

/** A described semicolon file of at least `bytes`: one block of rows, again and again. */
function writeCsv(path: string, bytes: number): void {
  const [header = '', ...rows] = soundFile(20_000).split('\r\n');
  const block = Buffer.from(`${rows.filter((row) => row !== '').join('\r\n')}\r\n`);
  const file = openSync(path, 'w');
  writeSync(file, `${header}\r\n`);
  for (let written = 0; written < bytes; written += block.length) writeSync(file, block);
  closeSync(file);
}

function rssMb(pid: number): number {
  const line = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Number(line?.[1] ?? 0) / 1024;
}

async function startServer(http: number, sftp: number) {
  const env = {
    ...process.env,
    DATASLUSE_DATA: join(folder, 'var'),
    DATASLUSE_HTTP: `127.0.0.1:${http}`,
    DATASLUSE_SFTP: `127.0.0.1:${sftp}`,
    DATASLUSE_LOG: 'warn',
  };
  const child = spawn(process.execPath, [join(root, 'dist/main.js'), 'serve'], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise<void>((resolve, reject) => {
    child.stdout.on('data', (text: Buffer) => text.includes('is running') && resolve());
    child.on('exit', () => reject(new Error('the server did not start')));
  });
  execFileSync(process.execPath, [join(root, 'bin/datasluse.js'), 'demo', '--folder', join(folder, 'demo')], {
    env,
  });
  return { child, pid: child.pid ?? 0 };
}

/** OpenSSH's own server, alone on a port, with a host key and a user key of this run. */
function startSshd(port: number) {
  const at = join(folder, 'sshd');
  mkdirSync(join(at, 'files'), { recursive: true });
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(at, 'host')]);
  writeFileSync(join(at, 'authorized'), readFileSync(join(folder, 'demo/kari.pub')));
  const config = [
    `Port ${port}`,
    'ListenAddress 127.0.0.1',
    `HostKey ${join(at, 'host')}`,
    `AuthorizedKeysFile ${join(at, 'authorized')}`,
    'StrictModes no',
    'UsePAM no',
    `PidFile ${join(at, 'pid')}`,
    'Subsystem sftp internal-sftp',
  ];
  writeFileSync(join(at, 'config'), config.join('\n'));
  mkdirSync('/run/sshd', { recursive: true });
  return spawn('/usr/sbin/sshd', ['-D', '-e', '-f', join(at, 'config')], { stdio: 'ignore' });
}

function put(port: number, user: string, local: string, remote: string, cipher: string): number {
  const started = performance.now();
  const result = spawnSync(
    'sftp',
    [
      '-q',
      '-b',
      '-',
      '-o',
      'StrictHostKeyChecking=no',
      '-o',
      'UserKnownHostsFile=/dev/null',
      '-o',
      `Ciphers=${cipher}`,
      '-i',
      join(folder, 'demo/kari'),
      '-P',
      String(port),
      `${user}@127.0.0.1`,
    ],
    { input: `put ${local} ${remote}\n` },
  );
  if (result.status !== 0) throw new Error(`sftp failed: ${result.stderr.toString()}`);
  return mib / ((performance.now() - started) / 1000);
}

function median(list: readonly number[]): number {
  const sorted = [...list].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

async function main(): Promise<void> {
  const [http, sftp, sshd] = [await freePort(), await freePort(), await freePort()];
  const server = await startServer(http, sftp);
  const peer = startSshd(sshd);
  const user = execFileSync('id', ['-un']).toString().trim();
  const csv = join(folder, demoDescription.resources[0].path);
  const plain = join(folder, 'blob.sas7bdat');
  writeCsv(csv, mib * 1024 * 1024);
  execFileSync('cp', [csv, plain]);
  await new Promise((resolve) => setTimeout(resolve, 2000));
  const idle = rssMb(server.pid);
  let peak = 0;
  const watch = setInterval(() => {
    peak = Math.max(peak, rssMb(server.pid));
  }, 50);
  const speeds: Record<string, number[]> = {};
  const note = (what: string, speed: number): void => {
    speeds[what] ??= [];
    speeds[what].push(speed);
  };
  // The client runs beside this process, so memory is sampled from a timer in between; spawnSync would stop it.
  const sampler = spawn('sh', [
    '-c',
    `while kill -0 ${server.pid} 2>/dev/null; do grep VmRSS /proc/${server.pid}/status; sleep 0.05; done`,
  ]);
  sampler.stdout.on('data', (text: Buffer) => {
    for (const [, kb] of text.toString().matchAll(/VmRSS:\s+(\d+)/g))
      peak = Math.max(peak, Number(kb) / 1024);
  });
  for (const cipher of ['aes128-gcm@openssh.com', 'chacha20-poly1305@openssh.com']) {
    for (let round = 0; round < rounds; round++) {
      note(`${cipher} OpenSSH`, put(sshd, user, plain, join(folder, 'sshd/files/x'), cipher));
      note(`${cipher} sealed`, put(sftp, 'kari', plain, 'P24-0187/inbox/blob.sas7bdat', cipher));
      note(
        `${cipher} sealed and checked`,
        put(sftp, 'kari', csv, 'P24-0187/inbox/sysselsetting.csv', cipher),
      );
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
  clearInterval(watch);
  await new Promise((resolve) => setTimeout(resolve, 3000));
  const after = rssMb(server.pid);
  sampler.kill();
  console.log(
    `${mib} MiB put over SFTP, ${rounds} rounds, median MiB/s (ratio to OpenSSH's server in the same run)`,
  );
  for (const [what, list] of Object.entries(speeds)) {
    const [cipher = ''] = what.split(' ');
    const ratio = median(list) / median(speeds[`${cipher} OpenSSH`] ?? []);
    console.log(`  ${what.padEnd(52)} ${median(list).toFixed(0).padStart(5)}  (${ratio.toFixed(2)})`);
  }
  console.log(
    `Server RSS: ${idle.toFixed(0)} MB at rest, ${peak.toFixed(0)} MB at most, ${after.toFixed(0)} MB after`,
  );
  peer.kill();
  server.child.kill('SIGTERM');
  await new Promise((resolve) => server.child.on('exit', resolve));
}

try {
  await main();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
