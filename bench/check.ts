/**
 * Speed of the check engine, its fast and its generic path, beside csv-parse (which checks nothing) and DuckDB on one thread
 * (typed columns, rejects kept): MB per CPU-second on one file of sound rows and one where every row is bad. Each run is a
 * process of its own, and the runs are interleaved. `npx tsx bench/check.ts --mb 300 --rounds 5`
 *
 * It compiles itself first: what is measured is the code as shipped, without a loader.
 */
import { execFileSync } from 'node:child_process';
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { parse } from 'csv-parse';
import { createChecker } from '../src/validators/checker.ts';
import { startCheck } from '../src/validators/worker/check-worker.ts';
import { checkOptions, codes, municipalities, type Rows, writeFile } from './check-file.ts';
import { median } from './measure.ts';

const chunkBytes = 256 * 1024;

interface Run {
  readonly cpuSeconds: number;
  readonly maxRssMb: number;
  readonly rows: number;
}

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** Reads the file into the same memory over and over; `take` may not keep it. */
function readAll(file: string, take: (chunk: Uint8Array) => void): void {
  const descriptor = openSync(file, 'r');
  const chunk = new Uint8Array(chunkBytes);
  for (;;) {
    const length = readSync(descriptor, chunk);
    if (length === 0) break;
    take(length === chunk.length ? chunk : chunk.subarray(0, length));
  }
  closeSync(descriptor);
}

function runEngine(path: 'fast' | 'generic'): (file: string) => Promise<number> {
  return (file) => {
    const checker = createChecker(checkOptions, {}, { path });
    readAll(file, (chunk) => checker.push(chunk));
    return Promise.resolve(checker.finish({ sha256: null }).rows);
  };
}

async function runCsvParse(file: string): Promise<number> {
  const parser = parse({ delimiter: ';', from_line: 2 });
  let rows = 0;
  parser.on('data', () => {
    rows += 1;
  });
  const ended = new Promise((resolve, reject) => parser.on('end', resolve).on('error', reject));
  const descriptor = openSync(file, 'r');
  for (;;) {
    const chunk = new Uint8Array(chunkBytes);
    const length = readSync(descriptor, chunk);
    if (length === 0) break;
    if (!parser.write(chunk.subarray(0, length)))
      await new Promise((resolve) => parser.once('drain', resolve));
  }
  closeSync(descriptor);
  parser.end();
  await ended;
  return rows;
}

async function runDuckDb(file: string): Promise<number> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  const list = (codes: readonly string[]) => `ENUM(${codes.map((code) => `''${code}''`).join()})`;
  const types = {
    ...{
      fnr: 'VARCHAR',
      orgnr: 'VARCHAR',
      fra: 'DATE',
      til: 'DATE',
      kode: list(codes),
      kommune: list(municipalities),
    },
    ...{ antall: 'INTEGER', timer: 'INTEGER', belop: 'DECIMAL(12,2)', tekst: 'VARCHAR' },
  };
  const columns = Object.entries(types).map(([name, type]) => `'${name}': '${type}'`);
  // Counting a column makes DuckDB read its values.
  const counts = Object.keys(types).map((name) => `count(${name})`);
  const options = `delim=';', header=true, quote='"', decimal_separator=',', store_rejects=true, auto_detect=false`;
  const query = `SELECT count(*), ${counts.join()} FROM read_csv('${file}', ${options}, columns={${columns.join()}})`;
  const answer = await connection.runAndReadAll(query);
  return Number(answer.getRows()[0]![0]);
}

const contenders: Record<string, (file: string) => Promise<number>> = {
  'engine, fast path': runEngine('fast'),
  'engine, generic path': runEngine('generic'),
  'csv-parse': runCsvParse,
  'DuckDB, one thread': runDuckDb,
};

async function runOne(name: string, file: string): Promise<Run> {
  const before = cpuSeconds();
  const rows = await contenders[name]!(file);
  return { cpuSeconds: cpuSeconds() - before, maxRssMb: process.resourceUsage().maxRSS / 1024, rows };
}

/** Milliseconds from the last byte to the verdict of a worker that is given bytes no quicker than `mbPerSecond`. */
async function verdictDelayMs(file: string, mbPerSecond: number): Promise<number> {
  const check = startCheck(checkOptions, {
    workerUrl: new URL('../src/validators/worker/entry.js', import.meta.url),
  });
  const chunks: Uint8Array[] = [];
  readAll(file, (chunk) => chunks.push(chunk.slice()));
  const started = performance.now();
  let sent = 0;
  for (const chunk of chunks) {
    sent += chunk.length;
    await check.push(chunk);
    const early = (sent / 1e6 / mbPerSecond) * 1000 - (performance.now() - started);
    if (early > 0) await new Promise((resolve) => setTimeout(resolve, early));
  }
  const last = performance.now();
  await check.finish({ sha256: null });
  return performance.now() - last;
}

function argument(name: string, otherwise: number): number {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? otherwise : Number(process.argv[at + 1]);
}

function compare(rows: Rows, file: string, rounds: number): void {
  const mb = statSync(file).size / 1e6;
  const runs = new Map<string, Run[]>(Object.keys(contenders).map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const [name, done] of runs) {
      const output = execFileSync(process.execPath, [import.meta.filename, '--run', name, file]);
      done.push(JSON.parse(output.toString()) as Run);
    }
  }
  const speeds = new Map(
    [...runs].map(([name, done]) => [name, mb / median(done.map((run) => run.cpuSeconds))]),
  );
  const ours = speeds.get('engine, fast path')!;
  console.log(`\n${mb.toFixed(0)} MB, ${rows} rows, median of ${rounds}: MB per CPU-second`);
  for (const [name, speed] of speeds) {
    const rss = median(runs.get(name)!.map((run) => run.maxRssMb));
    const ratio = name.startsWith('engine') ? '' : `  fast path is ${(ours / speed).toFixed(1)} ×`;
    console.log(`  ${name.padEnd(22)}${speed.toFixed(0).padStart(5)}  (${rss.toFixed(0)} MB RSS)${ratio}`);
  }
}

/** Compiles this program and what it imports, and runs it. */
function runCompiled(): void {
  const root = join(import.meta.dirname, '..');
  const folder = join(root, 'node_modules/.cache/bench-check');
  mkdirSync(folder, { recursive: true });
  const config = join(folder, 'tsconfig.json');
  const compilerOptions = { rootDir: root, outDir: folder, tsBuildInfoFile: join(folder, '.tsbuildinfo') };
  const include = [join(root, 'bench/check*.ts'), join(root, 'src/validators/worker/entry.ts')];
  const extended = join(root, 'tsconfig.build.json');
  writeFileSync(config, JSON.stringify({ extends: extended, compilerOptions, include, exclude: [] }));
  execFileSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', config], {
    stdio: 'inherit',
  });
  const compiled = join(folder, 'bench/check.js');
  execFileSync(process.execPath, [compiled, ...process.argv.slice(2)], { stdio: 'inherit' });
}

const run = process.argv.indexOf('--run');
if (import.meta.filename.endsWith('.ts')) {
  runCompiled();
} else if (run > 0) {
  console.log(JSON.stringify(await runOne(process.argv[run + 1]!, process.argv[run + 2]!)));
} else {
  const folder = mkdtempSync(join(tmpdir(), 'bench-check-'));
  try {
    for (const rows of ['sound', 'bad'] as const) {
      const file = join(folder, `${rows}.csv`);
      writeFile(file, argument('mb', 300) * 1e6, rows);
      compare(rows, file, argument('rounds', 5));
      if (rows === 'sound') {
        const delay = await verdictDelayMs(file, 30);
        console.log(`  verdict ${delay.toFixed(0)} ms after the last byte of an upload of 30 MB per second`);
      }
      rmSync(file);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}
