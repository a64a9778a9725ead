/** How the portal is built: into dist/portal, nothing inlined, so that the strict content policy holds; compressed once, here. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

const root = fileURLToPath(new URL('.', import.meta.url));

/** Lays NAME.gz beside each script, style sheet and drawing, for http/portal-files.ts to serve. */
function compressed(): Plugin {
  return {
    name: 'compressed',
    writeBundle({ dir = '' }, bundle) {
      for (const name of Object.keys(bundle).filter((each) => /\.(js|css|svg)$/.test(each))) {
        const path = join(dir, name);
        writeFileSync(`${path}.gz`, gzipSync(readFileSync(path), { level: 9 }));
      }
    },
  };
}

export default defineConfig({
  root,
  logLevel: 'warn',
  plugins: [react(), compressed()],
  build: {
    outDir: fileURLToPath(new URL('../../dist/portal', import.meta.url)),
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    target: 'es2022',
    rolldownOptions: {
      treeshake: {
        // Its modules only define components, but the package does not say so: without this all forty come along.
        moduleSideEffects: [{ test: /@digdir\/designsystemet-react\/dist\/esm\//, sideEffects: false }],
      },
    },
  },
});
