/**
 * What exact uniqueness costs: rows made on the fly go to a check in its worker thread, a process for each run. Gives the
 * time of the stream, the time from the last byte to the verdict when the upload is slower than the engine, and the
 * peak memory of the whole process, with what it was before the check began. `npx tsx bench/unique.ts --rows 3000000,30000000,100000000 --keys numbers,pairs`
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

/** Writes figures without making text of them, so that the memory measured is not that of the rows' making; where it ends. */
function putFigures(to: Uint8Array, at: number, value: number, figures: number): number {
  let rest = value;
  for (let place = at + figures - 1; place >= at; place--) {
    to[place] = 0x30 + (rest % 10);
    rest = Math.floor(rest / 10);
  }
  return at + figures;
}

const putText = (to: Uint8Array, at: number, text: Uint8Array) => {
  for (let index = 0; index < text.length; index++) to[at + index] = text[index]!;
  return at + text.length;
};
const end = Buffer.from(';x\n');
const year = Buffer.from(';202');
const day = Buffer.from('-01-01');
const before = Buffer.from('lopenummer-');

const kinds: Record<
  string,
  { fields: object[]; schema: object; put: (to: Uint8Array, at: number, row: number) => number }
> = {
  // Text of eleven digits that says nothing of its neighbours.
  numbers: {
    fields: [{ name: 'nr', type: 'string', constraints: { unique: true } }],
    schema: {},
    put: (to, at, row) => putText(to, putFigures(to, at, scattered(row), 11), end),
  },
  serials: {
    fields: [{ name: 'nr', type: 'integer', constraints: { unique: true } }],
    schema: {},
    put: (to, at, row) => putText(to, putFigures(to, at, row, 9), end),
  },
  // A number and a date together.
  pairs: {
    fields: [
      { name: 'nr', type: 'string' },
      { name: 'fra', type: 'date' },
    ],
    schema: { primaryKey: ['nr', 'fra'] },
    put: (to, at, row) => {
      const figures = putText(to, putFigures(to, at, scattered(row >> 2), 11), year);
      return putText(to, putText(to, putFigures(to, figures, row & 3, 1), day), end);
    },
  },
  // Longer than what a key holds.
  texts: {
    fields: [{ name: 'nr', type: 'string', constraints: { unique: true } }],
    schema: {},
    put: (to, at, row) => putText(to, putFigures(to, putText(to, at, before), scattered(row), 11), end),
  },
};

const chunkBytes = 256 * 1024;

async function runOne(kind: string, rows: number, repeated: number): Promise<object> {
  const { fields, schema, put } = kinds[kind]!;
  const names = [...fields, { name: 'x' }];
  const header = names.map((field) => (field as { name: string }).name).join(';');
  const folder = mkdtempSync(join(tmpdir(), 'bench-unique-'));
  let read = 0;
  const idleRssMb = process.resourceUsage().maxRSS / 1024;
  // Memory that was read is used again, so that what is measured is the engine's.
  const free: Uint8Array<ArrayBuffer>[] = [];
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
      onRecycle: (chunk) => {
        free.push(new Uint8Array(chunk.buffer));
      },
    },
    { workerUrl: new URL('../src/validators/worker/entry.js', import.meta.url) },
  );
  // A whole chunk is held back, so that there is one to read after the last byte came.
  const made = Buffer.alloc(2 * chunkBytes + 64);
  let used = made.write(`${header}\n`, 'latin1');
  let sent = 0;
  const started = performance.now();
  /** Chunks are whole, so that they are transferred and come back. */
  const send = async (length: number) => {
    const chunk = length === chunkBytes ? (free.pop() ?? new Uint8Array(chunkBytes)) : new Uint8Array(length);
    made.copy(chunk, 0, 0, length);
    made.copyWithin(0, length, used);
    used -= length;
    sent += length;
    await check.push(chunk);
  };
  for (let row = 1; row <= rows; row++) {
    // The last rows stand in the file a second time.
    used = put(made, used, row > rows - repeated ? row - rows + repeated : row);
    if (used >= 2 * chunkBytes) await send(chunkBytes);
  }
  // An upload slower than the engine: all else has been read when the last bytes come.
  while (read < sent) await new Promise((resolve) => setTimeout(resolve, 1));
  const last = performance.now();
  const before = process.cpuUsage();
  await send(used);
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
    idleRssMb,
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
