/**
 * Memory of a check in its worker thread: sound rows of the check benchmark, a block of them over and over, at full speed. A
 * process for each size, and one that starts no check, for comparison. `npx tsx bench/check-memory.ts --mb 300,10000`
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startCheck } from '../src/validators/worker/check-worker.ts';
import { checkOptions, writeFile } from './check-file.ts';

const chunkBytes = 256 * 1024;
const blockMb = 20;

function peakRssMb(): number {
  return process.resourceUsage().maxRSS / 1024;
}

/** Reads the block, and checks it as often as it takes; no check for 0 MB. */
async function runOne(file: string, mb: number): Promise<object> {
  const block = readFileSync(file);
  const idleRssMb = peakRssMb();
  if (mb === 0) return { idleRssMb };
  // Memory that was read is used again, so that what is measured is the engine's.
  const free: Uint8Array<ArrayBuffer>[] = [];
  const check = startCheck(
    { ...checkOptions, onRecycle: (chunk) => void free.push(chunk) },
    { workerUrl: new URL('../src/validators/worker/entry.js', import.meta.url) },
  );
  const headerBytes = block.indexOf(10) + 1;
  const started = performance.now();
  await check.push(block.subarray(0, headerBytes).slice());
  let sent = headerBytes;
  let at = headerBytes;
  while (sent < mb * 1e6) {
    const kept = free.pop();
    const chunk = kept?.length === chunkBytes ? kept : new Uint8Array(chunkBytes);
    for (let filled = 0; filled < chunkBytes; ) {
      const length = Math.min(chunkBytes - filled, block.length - at);
      chunk.set(block.subarray(at, at + length), filled);
      filled += length;
      at = at + length === block.length ? headerBytes : at + length;
    }
    sent += chunkBytes;
    await check.push(chunk);
  }
  // The rest of the line that the last chunk cut.
  await check.push(block.subarray(at, block.indexOf(10, at) + 1).slice());
  const { verdict, rows, rules } = await check.finish({ sha256: null });
  if (verdict !== 'accepted') throw new Error(`${verdict}: ${JSON.stringify(rules)}`);
  const seconds = (performance.now() - started) / 1000;
  return { idleRssMb, peakRssMb: peakRssMb(), checkRssMb: peakRssMb() - idleRssMb, rows, seconds };
}

/** Compiles this program and what it imports, and runs it: what is measured is the code as shipped. */
function runCompiled(): void {
  const root = join(import.meta.dirname, '..');
  const folder = join(root, 'node_modules/.cache/bench-check-memory');
  mkdirSync(folder, { recursive: true });
  const config = join(folder, 'tsconfig.json');
  const compilerOptions = { rootDir: root, outDir: folder, tsBuildInfoFile: join(folder, '.tsbuildinfo') };
  const include = [join(root, 'bench/check-memory.ts'), join(root, 'src/validators/worker/entry.ts')];
  const extended = join(root, 'tsconfig.build.json');
  writeFileSync(config, JSON.stringify({ extends: extended, compilerOptions, include, exclude: [] }));
  execFileSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', config], {
    stdio: 'inherit',
  });
  const compiled = join(folder, 'bench/check-memory.js');
  execFileSync(process.execPath, [compiled, ...process.argv.slice(2)], { stdio: 'inherit' });
}

const { values } = parseArgs({
  options: { mb: { type: 'string', default: '300,10000' }, file: { type: 'string' } },
});
if (import.meta.filename.endsWith('.ts')) {
  runCompiled();
} else if (values.file !== undefined) {
  console.log(JSON.stringify(await runOne(values.file, Number(values.mb))));
} else {
  const folder = mkdtempSync(join(tmpdir(), 'bench-check-memory-'));
  try {
    const file = join(folder, 'block.csv');
    writeFile(file, blockMb * 1e6, 'sound');
    for (const mb of ['0', ...values.mb.split(',')]) {
      const own = ['--file', file, '--mb', mb];
      const output = execFileSync(process.execPath, [import.meta.filename, ...own]).toString();
      console.log(`${mb === '0' ? 'no check' : `${mb} MB`}: ${output.trim()}`);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}
