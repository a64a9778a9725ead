/** Builds src/validators/fast/row-kernel-bytes.ts from row-kernel.as; with --check, says whether it is what the source gives. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import asc from 'assemblyscript/asc';

const folder = join(import.meta.dirname, '../src/validators/fast');
const target = join(folder, 'row-kernel-bytes.ts');
const source = readFileSync(join(folder, 'row-kernel.as'), 'utf8');
const options = [
  '-O3',
  '--converge',
  '--noAssert',
  '--runtime',
  'stub',
  '--enable',
  'simd',
  '--importMemory',
];

let built: Uint8Array | undefined;
const { error, stderr } = await asc.main(
  ['row-kernel.ts', ...options, '--initialMemory', '1', '--outFile', 'row-kernel.wasm'],
  {
    readFile: (name) => (name.endsWith('row-kernel.ts') ? source : null),
    writeFile: (_name, contents) => {
      built = contents as Uint8Array;
    },
    listFiles: () => [],
  },
);
if (error !== null || built === undefined) {
  process.stderr.write(stderr.toString());
  throw error ?? new Error('The compiler wrote nothing.');
}

const lines = Buffer.from(built)
  .toString('base64')
  .match(/.{1,96}/g)!;
const text = `/** The kernel of the fast path, built from row-kernel.as by \`npm run kernel:build\`: a WebAssembly module in base64. */
export const rowKernelBytes =
${lines.map((line) => `  '${line}'`).join(' +\n')};
`;
if (!process.argv.includes('--check')) {
  writeFileSync(target, text);
} else if (readFileSync(target, 'utf8') !== text) {
  process.stderr.write(
    'src/validators/fast/row-kernel-bytes.ts is not what row-kernel.as gives: run `npm run kernel:build`.\n',
  );
  process.exitCode = 1;
}
