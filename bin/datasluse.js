#!/usr/bin/env node
// Runs the built program; a checkout is built by `npm start`, `npm test` or `npm run build`.
import { existsSync } from 'node:fs';

const main = new URL('../dist/main.js', import.meta.url);
if (existsSync(main)) {
  await import(main.href);
} else {
  process.stderr.write('datasluse: not built yet; run npm run build (npm start does it too)\n');
  process.exitCode = 2;
}
