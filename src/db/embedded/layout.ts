/** The folder of an embedded server: what lies in it, whose it is, and that it is really ours before we take it over. */
import { constants, mkdir, open, readdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { AppError } from '../../platform/errors.ts';
import type { ServerAccount } from './server-account.ts';

export interface Layout {
  /** Real path of the whole; 0700, the server account's. */
  readonly folder: string;
  /** PostgreSQL's data directory. Present only when whole: it is made elsewhere and renamed into place. */
  readonly cluster: string;
  /** The socket's folder. */
  readonly run: string;
  /** PostgreSQL's own log. */
  readonly log: string;
}

/** Clusters in the making: this prefix, then the maker's process id and a random end. */
export const unfinishedPrefix = 'cluster.new-';

const ownNames = new Set(['cluster', 'run', 'log']);

function layoutOf(folder: string): Layout {
  return { folder, cluster: join(folder, 'cluster'), run: join(folder, 'run'), log: join(folder, 'log') };
}

/** The layout of an existing folder, or undefined when there is none. Refuses what this account may not enter. */
export async function findLayout(folder: string): Promise<Layout | undefined> {
  try {
    const layout = layoutOf(await realpath(folder));
    await stat(layout.run);
    return layout;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw notOurs(error);
  }
}

/** Makes the folder and its parts, owned by `account` and closed to everybody else (0700). */
export async function makeLayout(folder: string, account: ServerAccount): Promise<Layout> {
  const parent = dirname(resolve(folder));
  await mkdir(parent, { recursive: true });
  const layout = layoutOf(
    await realpath(folder).catch(async () => join(await realpath(parent), basename(folder))),
  );
  try {
    await claimFolder(layout.folder, account, refuseStrangers);
    for (const part of [layout.run, layout.log]) await claimFolder(part, account);
  } catch (error) {
    throw error instanceof AppError ? error : notOurs(error);
  }
  return layout;
}

/**
 * Makes `path` if absent, then gives it to `account` through a handle that follows no link: its parent may belong to
 * somebody who is not root, and root must not be led to change the owner or mode of something else.
 */
export async function claimFolder(
  path: string,
  account: ServerAccount,
  inspect?: (path: string) => Promise<void>,
): Promise<void> {
  await mkdir(path, { mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  const handle = await open(path, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
  try {
    const { uid, mode } = await handle.stat();
    const mine = uid === account.uid;
    const closed = (mode & 0o777) === 0o700;
    if (!mine || !closed) await inspect?.(path);
    if (!mine) {
      if (!account.dropsRoot || uid !== 0) throw notOurs(undefined);
      await handle.chown(account.uid, account.gid).catch((error: unknown) => {
        throw cannotGive(account.uid, error);
      });
    }
    if (!closed) await handle.chmod(0o700);
  } finally {
    await handle.close();
  }
}

/** A mistaken setting must not make us take over somebody's home folder. */
async function refuseStrangers(folder: string): Promise<void> {
  const strangers = (await readdir(folder)).filter(
    (name) => !ownNames.has(name) && !name.startsWith(unfinishedPrefix),
  );
  if (strangers.length === 0) return;
  throw new AppError('conflict', {
    nb: 'Mappen for den innebygde databasen inneholder noe annet. Velg en tom mappe.',
    en: 'The folder for the embedded database holds something else. Choose an empty folder.',
  });
}

function cannotGive(uid: number, cause: unknown): AppError {
  return new AppError(
    'unavailable',
    {
      nb: `PostgreSQL kan ikke kjøre som root, og databasemappen lot seg ikke gi til bruker ${uid} (CAP_CHOWN, eller en disk uten eiere). Kjør som vanlig bruker, eller sett DATABASE_URL.`,
      en: `PostgreSQL cannot run as root, and the database folder could not be given to user ${uid} (CAP_CHOWN, or a disk without owners). Run as an ordinary user, or set DATABASE_URL.`,
    },
    { cause },
  );
}

function notOurs(cause: unknown): AppError {
  return new AppError(
    'forbidden',
    {
      nb: 'Mappen for den innebygde databasen tilhører en annen bruker. Kjør som den brukeren eller som root.',
      en: 'The folder of the embedded database belongs to another user. Run as that user or as root.',
    },
    { cause },
  );
}
