/**
 * How fast the SFTP door is with nothing behind it, against OpenSSH's own server, as bench/sftp.ts measures the whole:
 * what no sealing, check or database can be faster than. Same client, same run, in turn, median ratio.
 *
 * `npx tsx bench/sftp-floor.ts [--mib 1024] [--rounds 3] [--modes nothing,file,durable] [--rows put,sessions,small]`
 */
import { execFileSync, fork } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { median, writeCsv } from './measure.ts';
import { measure } from './sftp/client.ts';
import { processorSeconds, residentMb } from './sftp/process-meter.ts';
import { type MeasuredServer, startOpenSsh } from './sftp/servers.ts';

const { values } = parseArgs({
  options: {
    mib: { type: 'string', default: '1024' },
    rounds: { type: 'string', default: '3' },
    modes: { type: 'string', default: 'nothing,file,durable' },
    rows: { type: 'string', default: 'put,sessions,small' },
  },
});
const mib = Number(values.mib);
const sessions = 16;
const smallFiles = 1000;
const folder = mkdtempSync(join(tmpdir(), 'datasluse-floor-'));
const key = join(folder, 'demo/kari');

async function startFloor(mode: string): Promise<MeasuredServer> {
  const files = join(folder, mode);
  const child = fork(join(import.meta.dirname, 'sftp/floor-server.ts'), [mode, files, 'kari'], {
    execArgv: ['--import', 'tsx', '--max-semi-space-size=4', '--initial-old-space-size=128'],
  });
  const { port } = await new Promise<{ port: number }>((resolve, reject) => {
    child.once('message', (message) => resolve(message as { port: number }));
    child.once('exit', () => reject(new Error('the server did not start')));
  });
  const pid = child.pid ?? 0;
  return {
    name: mode,
    port,
    user: 'kari',
    inbox: '/in',
    child,
    processorSeconds: () => processorSeconds(pid, () => true),
    residentMb: () => residentMb(pid, () => true),
  };
}

function empty(at: string): void {
  for (const name of readdirSync(at)) rmSync(join(at, name));
}

async function main(): Promise<void> {
  mkdirSync(join(folder, 'demo'), { recursive: true });
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key]);
  const [blob, part, small] = [join(folder, 'blob'), join(folder, 'part'), join(folder, 'small')];
  writeCsv(blob, mib * 1024 * 1024);
  writeCsv(part, (mib / sessions) * 1024 * 1024);
  mkdirSync(small);
  for (let n = 0; n < smallFiles; n++) writeFileSync(join(small, `f${n}`), Buffer.alloc(10_000, n));
  const peer = await startOpenSsh(folder);
  const rows: Record<string, { mib: number; batches(inbox: string): string[] }> = {
    put: { mib, batches: (inbox) => [`put ${blob} ${inbox}/\n`] },
    sessions: {
      mib,
      batches: (inbox) => Array.from({ length: sessions }, (_, n) => `put ${part} ${inbox}/s${n}\n`),
    },
    small: {
      mib: (smallFiles * 10_000) / 1024 / 1024,
      batches: (inbox) => [`put ${join(small, '*')} ${inbox}/\n`],
    },
  };
  try {
    for (const mode of values.modes.split(',')) {
      const ours = await startFloor(mode);
      for (const name of values.rows.split(',')) {
        const row = rows[name];
        if (row === undefined) continue;
        const ratios: number[] = [];
        const spent: number[] = [];
        for (let round = 0; round < Number(values.rounds); round++) {
          const theirs = await measure(peer, { key, cipher: 'gcm' }, row.batches(peer.inbox));
          empty(peer.inbox);
          const run = await measure(ours, { key, cipher: 'gcm' }, row.batches(ours.inbox));
          empty(join(folder, mode));
          ratios.push(theirs.seconds / run.seconds);
          spent.push(run.serverSeconds / (row.mib / 1024));
        }
        const range = `${Math.min(...ratios).toFixed(2)}-${Math.max(...ratios).toFixed(2)}`;
        console.log(
          `${mode.padEnd(8)} ${name.padEnd(9)} ratio ${median(ratios).toFixed(2)} (${range})  CPU s/GiB ${median(spent).toFixed(2)}`,
        );
      }
      ours.child.kill();
    }
  } finally {
    peer.child.kill();
  }
}

try {
  await main();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
