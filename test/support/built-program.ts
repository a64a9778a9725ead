/** The built form of a source file, for what only runs built (worker threads): built again when sources are newer. */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const root = join(import.meta.dirname, '../..');

/**
 * @param room folder under src whose files the program is made of.
 * @param file of the program in that folder, as built.
 */
export function builtProgram(room: string, file: string): URL {
  const sources = join(root, 'src', room);
  const built = join(root, 'dist', room, file);
  const newest = Math.max(
    ...readdirSync(sources, { recursive: true }).map((name) => statSync(join(sources, String(name))).mtimeMs),
  );
  if (!existsSync(built) || statSync(built).mtimeMs < newest) {
    const compiler = join(root, 'node_modules/typescript/bin/tsc');
    execFileSync(process.execPath, [compiler, '-p', 'tsconfig.build.json'], { cwd: root });
  }
  return pathToFileURL(built);
}
