/**
 * SFTP against OpenSSH's own server on the same disk: same client, same run, interleaved, median ratio. Ours answers
 * when the file is durable and committed; OpenSSH's does not sync.
 *
 * `npm run build && npx tsx bench/sftp.ts [--quick] [--rows put,checked,get,sessions,paced,small,delay] [--ciphers gcm,chacha]
 * [--mib 1024] [--rounds 3] [--dist FOLDER] [--node-argument --cpu-prof] [--folder FOLDER]`
 */
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { demoDescription } from '../src/cli/demo-data.ts';
import { median, writeCsv } from './measure.ts';
import { type Cipher, measure, type Run } from './sftp/client.ts';
import { startDelayProxy } from './sftp/delay-proxy.ts';
import { type DatasluseServer, type MeasuredServer, startDatasluse, startOpenSsh } from './sftp/servers.ts';

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    rows: { type: 'string', default: 'put,checked,get,sessions,paced,small,delay' },
    ciphers: { type: 'string', default: 'gcm,chacha' },
    mib: { type: 'string' },
    rounds: { type: 'string' },
    sessions: { type: 'string', default: '16' },
    dist: { type: 'string', default: join(import.meta.dirname, '..', 'dist') },
    folder: { type: 'string', default: tmpdir() },
    'node-argument': { type: 'string', multiple: true, default: [] },
  },
});
const mib = Number(values.mib ?? (values.quick ? 256 : 1024));
const rounds = Number(values.rounds ?? (values.quick ? 3 : 5));
const sessions = Number(values.sessions);
const sessionMib = Math.max(8, Math.round(mib / sessions));
const smallFiles = values.quick ? 300 : 1000;
const roundTripMs = 50;
/** Of one of the sessions that leave the machine time to spare. */
const paceMibPerSecond = 5;
const folder = mkdtempSync(join(resolve(values.folder), 'datasluse-bench-'));
const csvName = demoDescription.resources[0].path;

function makeFiles(): { csv: string; blob: string; part: string; small: string } {
  const files = {
    csv: join(folder, csvName),
    blob: join(folder, 'blob.sas7bdat'),
    part: join(folder, 'part.sas7bdat'),
    small: join(folder, 'small'),
  };
  writeCsv(files.csv, mib * 1024 * 1024);
  copyFileSync(files.csv, files.blob);
  writeCsv(files.part, sessionMib * 1024 * 1024);
  mkdirSync(files.small);
  for (let n = 0; n < smallFiles; n++) {
    writeFileSync(join(files.small, `f${n}.sas7bdat`), Buffer.alloc(10_000, n));
  }
  return files;
}

interface Row {
  name: string;
  mib: number;
  run(server: MeasuredServer): Promise<Run>;
}

/**
 * Takes away what a run has written, on both sides: memory that the machine has not touched before costs seconds per
 * GiB, and a server that keeps its versions would pay for it while one that overwrites would not.
 */
function removeWritten(peer: MeasuredServer, keep: ReadonlySet<string>): void {
  for (const at of [join(folder, 'var/store'), peer.inbox]) {
    for (const entry of readdirSync(at, { recursive: true, withFileTypes: true })) {
      const path = join(entry.parentPath, entry.name);
      if (entry.isFile() && !keep.has(path)) rmSync(path);
    }
  }
}

function writtenFiles(peer: MeasuredServer): Set<string> {
  const found = [join(folder, 'var/store'), peer.inbox].flatMap((at) =>
    readdirSync(at, { recursive: true, withFileTypes: true }).map((entry) =>
      join(entry.parentPath, entry.name),
    ),
  );
  return new Set(found);
}

/** Both servers in turn, and what the medians say. */
async function compare(row: Row, ours: DatasluseServer, peer: MeasuredServer, idleMb: number): Promise<void> {
  const runs: Record<string, Run[]> = { ours: [], peer: [] };
  let peakMb = 0;
  const loop = { seconds: 0, ran: 0, waited: 0 };
  const watch = setInterval(() => {
    peakMb = Math.max(peakMb, ours.residentMb());
  }, 100);
  const keep = writtenFiles(peer);
  let delay = { p50: 0, p99: 0, max: 0 };
  for (let round = 0; round < rounds; round++) {
    runs.peer?.push(await row.run(peer));
    removeWritten(peer, keep);
    await ours.loopDelay();
    const before = ours.mainThread();
    const run = await row.run(ours);
    runs.ours?.push(run);
    const after = ours.mainThread();
    loop.seconds += run.seconds;
    loop.ran += after.ranSeconds - before.ranSeconds;
    loop.waited += after.waitedSeconds - before.waitedSeconds;
    const seen = await ours.loopDelay();
    removeWritten(peer, keep);
    if (seen.p99 > delay.p99) delay = seen;
  }
  clearInterval(watch);
  const speeds = (of: 'ours' | 'peer') => (runs[of] ?? []).map((run) => row.mib / run.seconds);
  const ratios = speeds('ours').map((speed, round) => speed / (speeds('peer')[round] ?? 1));
  const spent = (of: 'ours' | 'peer') =>
    median((runs[of] ?? []).map((run) => run.serverSeconds / (row.mib / 1024))).toFixed(2);
  const share = (seconds: number) => `${Math.round((100 * seconds) / loop.seconds)} %`;
  const [low = 0, high = 0] = [Math.min(...ratios), Math.max(...ratios)];
  console.log(
    [
      row.name.padEnd(30),
      `ratio ${median(ratios).toFixed(2)} (${low.toFixed(2)}-${high.toFixed(2)})`,
      `MiB/s ${median(speeds('ours')).toFixed(0).padStart(4)} against ${median(speeds('peer')).toFixed(0).padStart(4)}`,
      `CPU s/GiB ${spent('ours')} against ${spent('peer')}`,
      `RSS +${(peakMb - idleMb).toFixed(0)} MB`,
      `main thread ran ${share(loop.ran)}, waited for a core ${share(loop.waited)} of the time`,
      `loop p99 ${delay.p99.toFixed(1)} max ${delay.max.toFixed(0)} ms`,
    ].join('  '),
  );
}

async function main(): Promise<void> {
  const options = {
    dist: resolve(values.dist),
    nodeArguments: values['node-argument'],
  };
  const ours = await startDatasluse(folder, options);
  const peer = await startOpenSsh(folder);
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      peer.child.kill();
      ours.child.kill('SIGTERM');
      ours.child.on('exit', () => process.exit(1));
    });
  }
  try {
    await compareAll(ours, peer);
  } finally {
    peer.child.kill();
    ours.child.kill('SIGTERM');
    await new Promise((done) => ours.child.on('exit', done));
  }
}

async function compareAll(ours: DatasluseServer, peer: MeasuredServer): Promise<void> {
  const files = makeFiles();
  const key = join(folder, 'demo/kari');
  const wanted = values.rows.split(',');
  // What is idle has served one upload: code compiled, connections to the database open.
  await measure(ours, { key, cipher: 'gcm' }, [`put ${files.part} ${ours.inbox}/\n`]);
  await new Promise((done) => setTimeout(done, 1500));
  const idleMb = ours.residentMb();
  console.log(`${mib} MiB, ${rounds} rounds; RSS at rest ${idleMb.toFixed(0)} MB`);
  let fetched = '';
  if (wanted.includes('get')) {
    ours.command('delivery', 'publish', 'P24-0187', '--title', 'Bench', files.blob);
    const listed = JSON.parse(ours.command('delivery', 'list', 'P24-0187', '--json')) as { folder: string }[];
    fetched = `P24-0187/deliveries/${listed[0]?.folder}/blob.sas7bdat`;
    copyFileSync(files.blob, join(peer.inbox, 'fetched'));
  }
  const far = new Map<MeasuredServer, Awaited<ReturnType<typeof startDelayProxy>>>();
  for (const server of wanted.includes('delay') ? [ours, peer] : []) {
    far.set(server, await startDelayProxy(server.port, roundTripMs));
  }
  const put = (server: MeasuredServer, file: string, to = '') => `put ${file} ${server.inbox}/${to}\n`;
  const putAtOnce = (server: MeasuredServer) =>
    Array.from({ length: sessions }, (_, n) => put(server, files.part, `s${n}.sas7bdat`));
  for (const cipher of values.ciphers.split(',') as Cipher[]) {
    const rows: Record<string, Row> = {
      put: {
        name: 'put, sealed and hashed',
        mib,
        run: (server) => measure(server, { key, cipher }, [put(server, files.blob)]),
      },
      checked: {
        name: 'put, sealed, hashed, checked',
        mib,
        run: (server) => measure(server, { key, cipher }, [put(server, files.csv)]),
      },
      get: {
        name: 'get',
        mib,
        run: (server) =>
          measure(server, { key, cipher }, [
            `get ${server === ours ? fetched : join(server.inbox, 'fetched')} /dev/null\n`,
          ]),
      },
      sessions: {
        name: `${sessions} sessions of ${sessionMib} MiB`,
        mib: sessions * sessionMib,
        run: (server) => measure(server, { key, cipher }, putAtOnce(server)),
      },
      paced: {
        name: `the same at ${paceMibPerSecond} MiB/s each`,
        mib: sessions * sessionMib,
        run: (server) =>
          measure(server, { key, cipher, limitMibPerSecond: paceMibPerSecond }, putAtOnce(server)),
      },
      small: {
        name: `${smallFiles} files of 10 kB`,
        mib: (smallFiles * 10_000) / 1024 / 1024,
        run: (server) => measure(server, { key, cipher }, [put(server, join(files.small, '*'))]),
      },
      delay: {
        name: `put at ${roundTripMs} ms round trip`,
        mib,
        run: (server) => {
          const port = far.get(server)?.port ?? server.port;
          return measure(server, { key, cipher, port }, [put(server, files.blob)]);
        },
      },
    };
    for (const name of wanted) {
      const row = rows[name];
      if (row !== undefined) await compare({ ...row, name: `${cipher} ${row.name}` }, ours, peer, idleMb);
    }
  }
  for (const { server } of far.values()) server.close();
}

try {
  await main();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
