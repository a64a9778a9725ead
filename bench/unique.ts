/**
 * What exact uniqueness costs: rows made on the fly go to a check in its worker thread, a process for each run. Gives the
 * time of the stream, the time from the last byte to the verdict when the upload is slower than the engine, and the
 * peak memory of the whole process. `npx tsx bench/unique.ts --rows 3000000,30000000,100000000 --keys numbers,pairs`
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { parseDataPackage } from '../src/validators/description.ts';
import { startCheck } from '../src/validators/worker/check-worker.ts';

/** Numbers below a prime, each once, in no order. */
const prime = 99_999_999_977;
const scattered = (row: number) => (row * 89_999_999) % prime;
const eleven = (row: number) => String(scattered(row)).padStart(11, '0');

const kinds: Record<string, { fields: object[]; schema: object; line: (row: number) => string }> = {
  // Text of eleven digits that says nothing of its neighbours.
  numbers: {
    fields: [{ name: 'nr', type: 'string', constraints: { unique: true } }],
    schema: {},
    line: (row) => `${eleven(row)};x\n`,
  },
  serials: {
    fields: [{ name: 'nr', type: 'integer', constraints: { unique: true } }],
    schema: {},
    line: (row) => `${row};x\n`,
  },
  // A number and a date together.
  pairs: {
    fields: [
      { name: 'nr', type: 'string' },
      { name: 'fra', type: 'date' },
    ],
    schema: { primaryKey: ['nr', 'fra'] },
    line: (row) => `${eleven(row >> 2)};202${row & 3}-01-01;x\n`,
  },
  // Longer than what a key holds.
  texts: {
    fields: [{ name: 'nr', type: 'string', constraints: { unique: true } }],
    schema: {},
    line: (row) => `lopenummer-${eleven(row)};x\n`,
  },
};

const chunkBytes = 256 * 1024;

async function runOne(kind: string, rows: number, repeated: number): Promise<object> {
  const { fields, schema, line } = kinds[kind]!;
  const names = [...fields, { name: 'x' }];
  const header = names.map((field) => (field as { name: string }).name).join(';');
  const folder = mkdtempSync(join(tmpdir(), 'bench-unique-'));
  let read = 0;
  const check = startCheck(
    {
      fileName: 'bench.csv',
      resource: parseDataPackage({
        resources: [{ name: 'bench', path: 'bench.csv', schema: { fields: names, ...schema } }],
      }).resources[0],
      language: 'nb',
      syntheticIds: 'accept',
      today: '2026-01-01',
      descriptionSha256: null,
      uniqueness: { folder },
      onProgress: ({ bytes }) => {
        read = bytes;
      },
    },
    { workerUrl: new URL('../src/validators/worker/entry.js', import.meta.url) },
  );
  let chunk = Buffer.allocUnsafeSlow(chunkBytes);
  let used = chunk.write(`${header}\n`, 'latin1');
  let sent = 0;
  const started = performance.now();
  const send = async () => {
    sent += used;
    await check.push(new Uint8Array(chunk.buffer, 0, used));
    chunk = Buffer.allocUnsafeSlow(chunkBytes);
    used = 0;
  };
  for (let row = 1; row <= rows; row++) {
    if (used + 64 > chunkBytes) await send();
    // The last rows stand in the file a second time.
    used += chunk.write(line(row > rows - repeated ? row - rows + repeated : row), used, 'latin1');
  }
  // An upload slower than the engine: all else has been read when the last bytes come.
  while (read < sent) await new Promise((resolve) => setTimeout(resolve, 1));
  const last = performance.now();
  const before = process.cpuUsage();
  await send();
  const report = await check.finish({ sha256: null });
  const afterMs = performance.now() - last;
  const cpu = process.cpuUsage(before);
  // On a busy machine the time of the processor says more than the clock.
  const afterCpuMs = (cpu.user + cpu.system) / 1000;
  rmSync(folder, { recursive: true });
  const maxRssMb = process.resourceUsage().maxRSS / 1024;
  const found = report.rules.filter(({ code }) => /unique|primary/.test(code)).map(({ count }) => count);
  const evidence = report.file.evidence.find(({ subject }) => subject === 'uniqueness')?.value;
  return {
    streamSeconds: (last - started) / 1000,
    afterMs,
    afterCpuMs,
    maxRssMb,
    rows: report.rows,
    found,
    evidence,
  };
}

/** Compiles this program and what it imports, and runs it: what is measured is the code as shipped. */
function runCompiled(): void {
  const root = join(import.meta.dirname, '..');
  const folder = join(root, 'node_modules/.cache/bench-unique');
  mkdirSync(folder, { recursive: true });
  const config = join(folder, 'tsconfig.json');
  const compilerOptions = { rootDir: root, outDir: folder, tsBuildInfoFile: join(folder, '.tsbuildinfo') };
  const include = [join(root, 'bench/unique.ts'), join(root, 'src/validators/worker/entry.ts')];
  const extended = join(root, 'tsconfig.build.json');
  writeFileSync(config, JSON.stringify({ extends: extended, compilerOptions, include, exclude: [] }));
  execFileSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', config], {
    stdio: 'inherit',
  });
  const compiled = join(folder, 'bench/unique.js');
  execFileSync(process.execPath, [compiled, ...process.argv.slice(2)], { stdio: 'inherit' });
}

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '3000000,30000000' },
    keys: { type: 'string', default: 'numbers' },
    repeated: { type: 'string', default: '0' },
    one: { type: 'boolean', default: false },
  },
});
if (import.meta.filename.endsWith('.ts')) {
  runCompiled();
} else if (values.one) {
  console.log(JSON.stringify(await runOne(values.keys, Number(values.rows), Number(values.repeated))));
} else {
  for (const keys of values.keys.split(',')) {
    for (const rows of values.rows.split(',')) {
      const own = ['--one', '--keys', keys, '--rows', rows, '--repeated', values.repeated];
      const output = execFileSync(process.execPath, [import.meta.filename, ...own]).toString();
      console.log(`${keys}, ${rows} rows: ${output.trim()}`);
    }
  }
}
