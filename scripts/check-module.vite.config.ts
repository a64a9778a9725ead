/** How the check is built for browsers: one ES module, dist/check/datasluse-check.js, that imports nothing. */
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { defineConfig, type Plugin } from 'vite';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Fails the build when the module is not one, or imports anything; prints its size. */
function alone(): Plugin {
  return {
    name: 'alone',
    generateBundle(_, bundle) {
      const chunks = Object.values(bundle).flatMap((each) => (each.type === 'chunk' ? [each] : []));
      const imports = chunks.flatMap((chunk) => [...chunk.imports, ...chunk.dynamicImports]);
      if (chunks.length !== 1 || imports.length > 0)
        this.error(`the check is to be one module that imports nothing; it imports ${imports.join(', ')}`);
      const { code, fileName } = chunks[0]!;
      const kB = (bytes: number) => `${(bytes / 1000).toFixed(1)} kB`;
      console.log(
        `${fileName} ${kB(Buffer.byteLength(code))}, ${kB(gzipSync(code, { level: 9 }).length)} with gzip`,
      );
    },
  };
}

export default defineConfig({
  root,
  logLevel: 'warn',
  plugins: [alone()],
  build: {
    outDir: fileURLToPath(new URL('../dist/check', import.meta.url)),
    emptyOutDir: true,
    target: 'es2022',
    minify: true,
    reportCompressedSize: false,
    lib: {
      entry: fileURLToPath(new URL('../src/validators/browser.ts', import.meta.url)),
      formats: ['es'],
      fileName: () => 'datasluse-check.js',
    },
  },
});
