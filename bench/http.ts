/**
 * HTTPS against nginx on the same disk: the same client (curl), same run, interleaved, median ratio. nginx takes a plain
 * PUT and gives a plain file; ours seals, hashes and checks, answers when the file is durable, and opens what it gives.
 *
 * `npm run build && npx tsx bench/http.ts [--mib 1024] [--rounds 3] [--rows put,checked,tus,tus-checked,get,polled]
 * [--dist FOLDER] [--node-argument --cpu-prof]`. Needs Debian's nginx-light, curl and openssl.
 */
import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { demoDescription } from '../src/cli/demo-data.ts';
import { median, writeCsv } from './measure.ts';
import { freePort, type MeasuredServer, startDatasluse } from './sftp/servers.ts';

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: 'put,checked,tus,tus-checked,get,polled' },
    mib: { type: 'string', default: '1024' },
    rounds: { type: 'string', default: '3' },
    pollers: { type: 'string', default: '200' },
    dist: { type: 'string', default: join(import.meta.dirname, '..', 'dist') },
    'node-argument': { type: 'string', multiple: true, default: [] },
  },
});
const mib = Number(values.mib);
const folder = mkdtempSync(join(tmpdir(), 'datasluse-bench-'));
const csvName = demoDescription.resources[0].path;
const run = promisify(execFile);

async function startNginx(tls: {
  certificate: string;
  key: string;
}): Promise<{ child: ChildProcess; port: number }> {
  const port = await freePort();
  const at = join(folder, 'nginx');
  mkdirSync(join(at, 'files'), { recursive: true });
  const lines = [
    'daemon off; user root; worker_processes 1;',
    `pid ${at}/pid; error_log ${at}/error.log;`,
    'events {}',
    'http {',
    `  access_log off; client_max_body_size 0; client_body_temp_path ${at}/body; sendfile on;`,
    `  server { listen 127.0.0.1:${port} ssl; ssl_certificate ${tls.certificate}; ssl_certificate_key ${tls.key};`,
    `    location / { root ${at}/files; dav_methods PUT DELETE; } }`,
    '}',
  ];
  writeFileSync(join(at, 'nginx.conf'), lines.join('\n'));
  const child = spawn('nginx', ['-c', join(at, 'nginx.conf')], { stdio: 'ignore' });
  await new Promise((done) => setTimeout(done, 700));
  if (child.exitCode !== null) throw new Error(`nginx did not start: see ${at}/error.log`);
  return { child, port };
}

/** Seconds that curl took. Throws when the server did not answer with a 2xx. */
async function curl(...args: string[]): Promise<{ seconds: number; headers: string }> {
  const begun = performance.now();
  const { stdout } = await run('curl', ['-sSk', '--fail-with-body', '-D', '-', '-o', '/dev/null', ...args]);
  return { seconds: (performance.now() - begun) / 1000, headers: stdout };
}

interface Pair {
  name: string;
  ours(): Promise<number>;
  peer(): Promise<number>;
}

async function compare({ name, ours, peer }: Pair, server: MeasuredServer): Promise<void> {
  const times = { ours: [] as number[], peer: [] as number[] };
  let spent = 0;
  for (let round = 0; round < Number(values.rounds); round++) {
    times.peer.push(await peer());
    const before = server.processorSeconds();
    times.ours.push(await ours());
    spent += server.processorSeconds() - before;
  }
  const ratios = times.ours.map((seconds, round) => (times.peer[round] ?? 0) / seconds);
  const speed = (list: number[]) => (mib / median(list)).toFixed(0).padStart(4);
  console.log(
    [
      name.padEnd(34),
      `ratio ${median(ratios).toFixed(2)} (${Math.min(...ratios).toFixed(2)}-${Math.max(...ratios).toFixed(2)})`,
      `MiB/s ${speed(times.ours)} against ${speed(times.peer)}`,
      `CPU s/GiB ${(spent / ratios.length / (mib / 1024)).toFixed(2)}`,
    ].join('  '),
  );
}

const pollEveryMs = 15_000;

/** Browsers that ask for the state of a project as often as the status page asks (every 15 s), until the returned function is called. */
function poll(count: number, url: string, token: string): () => Promise<number> {
  const agent = new Agent({ keepAlive: true, rejectUnauthorized: false });
  let stopped = false;
  let answered = 0;
  const ask = () =>
    new Promise<void>((done) => {
      const asked = request(url, { agent, headers: { authorization: `Bearer ${token}` } }, (answer) => {
        if (answer.statusCode === 200) answered += 1;
        answer.resume().on('end', done);
      });
      asked.on('error', () => done());
      asked.end();
    });
  const browsers = Array.from({ length: count }, async (_, n) => {
    await new Promise((done) => setTimeout(done, (n * pollEveryMs) / count));
    while (!stopped) {
      await ask();
      await new Promise((done) => setTimeout(done, pollEveryMs));
    }
  });
  return async () => {
    stopped = true;
    await Promise.all(browsers);
    agent.destroy();
    return answered;
  };
}

async function main(): Promise<void> {
  const tls = { certificate: join(folder, 'tls.pem'), key: join(folder, 'tls.key') };
  execFileSync(
    'openssl',
    [
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:prime256v1',
      '-nodes',
      '-days',
      '2',
    ].concat(['-subj', '/CN=localhost', '-keyout', tls.key, '-out', tls.certificate]),
    { stdio: 'ignore' },
  );
  process.env.DATASLUSE_TLS_CERTIFICATE = tls.certificate;
  process.env.DATASLUSE_TLS_KEY = tls.key;
  process.env.DATASLUSE_HTTP_PER_MINUTE = '1000000';
  process.env.DATASLUSE_HTTP_PER_MINUTE_ADDRESS = '1000000';
  const ours = await startDatasluse(folder, {
    dist: resolve(values.dist),
    nodeArguments: values['node-argument'],
  });
  const nginx = await startNginx(tls);
  try {
    const csv = join(folder, csvName);
    const blob = join(folder, 'blob.sas7bdat');
    writeCsv(csv, mib * 1024 * 1024);
    copyFileSync(csv, blob);
    const token =
      /dsl[\w-]+/.exec(
        ours.command('token', 'create', 'kari', '--label', 'bench', '--scope', 'write'),
      )?.[0] ?? '';
    const api = `https://127.0.0.1:${ours.httpPort}/api/v1`;
    const files = `${api}/projects/P24-0187/inbox/files`;
    const plain = `https://127.0.0.1:${nginx.port}`;
    // By a file: a command that fails is printed with its arguments.
    const header = join(folder, 'authorization');
    writeFileSync(header, `Authorization: Bearer ${token}\n`, { mode: 0o600 });
    const bearer = ['-H', `@${header}`];
    const octets = ['-H', 'Content-Type: application/octet-stream'];
    const peerPut = (file: string) => async () => {
      const { seconds } = await curl('-T', file, `${plain}/put`);
      rmSync(join(folder, 'nginx/files/put'), { force: true });
      return seconds;
    };
    const put = (file: string, name: string) => async () =>
      (await curl(...bearer, ...octets, '-T', file, `${files}/${name}`)).seconds;
    const tus = (file: string, name: string) => async () => {
      const begun = performance.now();
      const meta = (text: string) => Buffer.from(text).toString('base64');
      const { headers } = await curl(
        ...bearer,
        '-X',
        'POST',
        '-H',
        'Tus-Resumable: 1.0.0',
        '-H',
        `Upload-Length: ${mibBytes(file)}`,
        '-H',
        `Upload-Metadata: filename ${meta(name)},project ${meta('P24-0187')}`,
        `${api}/uploads`,
      );
      const location = new URL(/^location: (.+)\r$/im.exec(headers)?.[1] ?? '', api).href;
      await curl(
        ...bearer,
        '-X',
        'PATCH',
        '-H',
        'Tus-Resumable: 1.0.0',
        '-H',
        'Upload-Offset: 0',
        '-H',
        'Content-Type: application/offset+octet-stream',
        '-T',
        file,
        location,
      );
      return (performance.now() - begun) / 1000;
    };
    ours.command('delivery', 'publish', 'P24-0187', '--title', 'Bench', blob);
    const [delivery] = JSON.parse(ours.command('delivery', 'list', 'P24-0187', '--json')) as {
      folder: string;
    }[];
    copyFileSync(blob, join(folder, 'nginx/files/get'));
    const rows: Record<string, () => Promise<void>> = {
      put: () =>
        compare(
          { name: 'PUT, sealed and hashed', ours: put(blob, 'blob.sas7bdat'), peer: peerPut(blob) },
          ours,
        ),
      checked: () =>
        compare({ name: 'PUT, sealed, hashed, checked', ours: put(csv, csvName), peer: peerPut(csv) }, ours),
      tus: () =>
        compare(
          { name: 'tus, sealed and hashed', ours: tus(blob, 'tus.sas7bdat'), peer: peerPut(blob) },
          ours,
        ),
      'tus-checked': () =>
        compare({ name: 'tus, sealed, hashed, checked', ours: tus(csv, csvName), peer: peerPut(csv) }, ours),
      get: () =>
        compare(
          {
            name: 'download',
            ours: async () =>
              (
                await curl(
                  ...bearer,
                  `${api}/projects/P24-0187/deliveries/${delivery?.folder}/files/blob.sas7bdat`,
                )
              ).seconds,
            peer: async () => (await curl(`${plain}/get`)).seconds,
          },
          ours,
        ),
      polled: async () => {
        let answered = 0;
        const alone = put(blob, 'blob.sas7bdat');
        const polled = async () => {
          const stop = poll(Number(values.pollers), `${api}/projects/P24-0187`, token);
          // Every browser has asked once: open pages hold their connections, and the agreement on keys is behind them.
          await new Promise((done) => setTimeout(done, pollEveryMs + 1000));
          const seconds = await alone();
          answered += await stop();
          return seconds;
        };
        await compare(
          { name: `PUT beside ${values.pollers} browsers, against alone`, ours: polled, peer: alone },
          ours,
        );
        console.log(`  ${answered} answers meanwhile`);
      },
    };
    for (const name of values.rows.split(',')) await rows[name]?.();
  } finally {
    nginx.child.kill();
    ours.child.kill('SIGTERM');
    await new Promise((done) => ours.child.on('exit', done));
  }
}

function mibBytes(path: string): number {
  return Number(execFileSync('stat', ['-c', '%s', path]).toString());
}

try {
  await main();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
