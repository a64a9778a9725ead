/** How the portal is built: into dist/portal, with nothing inlined, so that the strict content policy holds. */
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const root = fileURLToPath(new URL('.', import.meta.url));

export default defineConfig({
  root,
  logLevel: 'warn',
  plugins: [react()],
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
