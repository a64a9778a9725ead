/** PostgreSQL's programs from npm, with the links npm cannot pack, at a place where the server account can run them. */
import { stat, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AppError } from '../../platform/errors.ts';
import type { Log } from '../../platform/log.ts';
import { copyOfBinaries } from './binaries-copy.ts';
import type { PostgresPackage } from './binaries-package.ts';
import { run } from './child-process.ts';
import type { ServerAccount } from './server-account.ts';

/**
 * The folder of runnable programs. First the package itself; then, where the server account cannot read it (a checkout
 * below /root) or its links can neither be found nor made (a read-only node_modules), a copy in a folder for temporary
 * files. Each is proven by running it as that account. `temporaryFolder` overrides where copies go.
 */
export async function runnableBinaries(
  postgres: PostgresPackage,
  options: { readonly account: ServerAccount; readonly temporaryFolder?: string; readonly log: Log },
): Promise<string> {
  const { account, log } = options;
  if (await makeLinks(postgres)) {
    const bin = join(postgres.folder, 'native', 'bin');
    if (await runs(bin, account)) return bin;
  }
  const tried =
    options.temporaryFolder === undefined
      ? new Set([tmpdir(), '/tmp', '/var/tmp'])
      : [options.temporaryFolder];
  for (const temporary of tried) {
    try {
      const bin = join(await copyOfBinaries(postgres, { temporary, log }), 'native', 'bin');
      if (await runs(bin, account)) return bin;
      log.debug({ temporary }, 'the database programs do not run from a copy here');
    } catch (error) {
      log.debug({ temporary, err: error }, 'the database programs could not be copied here');
    }
  }
  throw new AppError('unavailable', {
    nb: 'Databaseprogrammene lar seg ikke kjøre her. Mangler det plass eller kjørerett i mappen for midlertidige filer, sett TMPDIR; ellers kjør som vanlig bruker eller sett DATABASE_URL.',
    en: 'The database programs cannot be run here. If the folder for temporary files lacks space or forbids execution, set TMPDIR; otherwise run as an ordinary user or set DATABASE_URL.',
  });
}

/** True when every link is there, made now if need be. */
async function makeLinks({ folder, links }: PostgresPackage): Promise<boolean> {
  for (const { path, to } of links) {
    await symlink(to, join(folder, path)).catch(() => undefined);
    const present = await stat(join(folder, path)).catch(() => undefined);
    if (present === undefined) return false;
  }
  return true;
}

async function runs(bin: string, account: ServerAccount): Promise<boolean> {
  for (const program of ['postgres', 'initdb']) {
    const { code } = await run(join(bin, program), ['--version'], { account, cwd: '/' });
    if (code !== 0) return false;
  }
  return true;
}
