/** Makes the database cluster, once: in a folder beside its place and renamed, so that no half cluster is ever found. */
import { lstat, mkdtemp, open, readdir, readFile, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../platform/errors.ts';
import type { Log } from '../../platform/log.ts';
import { isProcessAlive, run } from './child-process.ts';
import { claimFolder, type Layout, unfinishedPrefix } from './layout.ts';
import type { ServerAccount } from './server-account.ts';

/** The role that owns the cluster and that only this launcher uses; the application's own role is no superuser. */
export const superuser = 'launcher';

/**
 * The data directory as the programs are told it. On Linux it is the link to their own working directory, which needs
 * no right to walk the path: the data folder may lie below a 0700 folder of root's. It also keeps odd characters in
 * the path from the shell that initdb uses.
 */
export function dataArgument(cluster: string): string {
  return process.platform === 'linux' ? '/proc/self/cwd' : cluster;
}

/** Folders this process is making a cluster in: the process id in a name does not tell two starts of ours apart. */
const inTheMaking = new Set<string>();

interface ClusterDeps {
  readonly bin: string;
  readonly account: ServerAccount;
  readonly log: Log;
}

/** Makes the cluster if there is none. Several at once are safe: the first rename wins, the others throw theirs away. */
export async function ensureCluster(layout: Layout, deps: ClusterDeps): Promise<void> {
  await sweepUnfinished(layout, deps);
  const version = await readFile(join(layout.cluster, 'PG_VERSION'), 'utf8').catch(() => undefined);
  if (version !== undefined) return await refuseOtherMajor(version.trim(), deps);

  deps.log.info({ folder: layout.folder }, 'making the embedded database; this takes a few seconds, once');
  const fresh = await mkdtemp(join(layout.folder, `${unfinishedPrefix}${process.pid}-`));
  inTheMaking.add(fresh);
  try {
    await claimFolder(fresh, deps.account);
    await initialize(fresh, deps);
    await rename(fresh, layout.cluster);
    await syncFolder(layout.folder);
  } catch (error) {
    await remove(layout, fresh.slice(layout.folder.length + 1), deps);
    const first = await stat(join(layout.cluster, 'PG_VERSION')).catch(() => undefined);
    if (first === undefined) throw error;
  } finally {
    inTheMaking.delete(fresh);
  }
}

/**
 * Locale: PostgreSQL's own C.UTF-8, the same on every machine: code point order, letters of all of Unicode.
 *
 * Authentication: `trust` on the socket. The socket lies in a folder that only the server's account (and root) can
 * enter, and who can enter it can read the data files as well, or a password kept beside them, so a password adds
 * nothing. `peer` would need a map for root, us and the server's account, and would tell the same people apart from
 * nobody. TCP does not exist, and is refused should somebody turn it on.
 */
async function initialize(folder: string, { bin, account, log }: ClusterDeps): Promise<void> {
  const args = [
    '-D',
    dataArgument(folder),
    `--username=${superuser}`,
    '--encoding=UTF8',
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--text-search-config=simple',
    '--data-checksums',
    '--auth-local=trust',
    '--auth-host=reject',
    '--no-instructions',
  ];
  const { code, failure, output } = await run(join(bin, 'initdb'), args, { account, cwd: folder });
  if (code === 0) return;
  log.error({ code, output }, 'making the embedded database failed');
  if (output.includes('effective user ID')) {
    throw new AppError('unavailable', {
      nb: `Brukeren med nummer ${account.uid} finnes ikke i brukerdatabasen (/etc/passwd), og PostgreSQL krever det. Legg den til, eller sett DATABASE_URL.`,
      en: `The user with number ${account.uid} is not in the user database (/etc/passwd), and PostgreSQL requires that. Add it, or set DATABASE_URL.`,
    });
  }
  throw new AppError(
    'unavailable',
    {
      nb: 'Den innebygde databasen lot seg ikke opprette. Loggen sier hvorfor. Du kan sette DATABASE_URL i stedet.',
      en: 'The embedded database could not be made. The log says why. You may set DATABASE_URL instead.',
    },
    { cause: failure },
  );
}

async function refuseOtherMajor(found: string, { bin, account }: ClusterDeps): Promise<void> {
  const { output } = await run(join(bin, 'postgres'), ['--version'], { account, cwd: '/' });
  const programs = /\b(\d+)\./.exec(output)?.[1];
  if (programs === found) return;
  throw new AppError('unavailable', {
    nb: `Databasen er laget av PostgreSQL ${found}, og programmene er versjon ${programs ?? 'ukjent'}. Bruk utgaven av Datasluse som laget den, og flytt dataene derfra.`,
    en: `The database was made by PostgreSQL ${found}, and the programs are version ${programs ?? 'unknown'}. Use the release of Datasluse that made it, and move the data from there.`,
  });
}

/** Takes away what a killed start left behind. Clusters whose maker still lives are somebody's work. */
async function sweepUnfinished(layout: Layout, deps: ClusterDeps): Promise<void> {
  for (const name of await readdir(layout.folder)) {
    if (!name.startsWith(unfinishedPrefix)) continue;
    const maker = Number.parseInt(name.slice(unfinishedPrefix.length), 10);
    const ours = maker === process.pid;
    if (ours ? inTheMaking.has(join(layout.folder, name)) : isProcessAlive(maker)) continue;
    await remove(layout, name, deps);
  }
}

/** Removes as the server account, never as root: that account could swap folders for links under root's hands. */
async function remove(layout: Layout, name: string, { account, log }: ClusterDeps): Promise<void> {
  const { code } = await run('rm', ['-rf', '--', name], { account, cwd: layout.folder });
  const left = await lstat(join(layout.folder, name)).catch(() => undefined);
  if (code !== 0 || left !== undefined) log.warn({ name }, 'could not remove an unfinished database');
}

async function syncFolder(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
