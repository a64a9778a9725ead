/** The way to the server's socket: its real folder, or a short private link to it where that path is too long. */
import { createHash } from 'node:crypto';
import { lstat, mkdir, rename, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AppError } from '../../platform/errors.ts';
import { port } from './settings.ts';

/** Bytes of sun_path less its closing zero (sockaddr_un; 108 on Linux, 104 on macOS). */
const socketPathLimit = process.platform === 'darwin' ? 103 : 107;

let linksMade = 0;

function fits(folder: string): boolean {
  return Buffer.byteLength(`${folder}/.s.PGSQL.${port}`) <= socketPathLimit;
}

/**
 * A folder path by which a client reaches the socket in `run`. The server binds by a relative path and needs no short
 * one. Where `run` is too long for a client, the answer is a symbolic link in a 0700 folder of this user under the
 * folder for temporary files. Only the link lives there, never the socket: what a cleaner of /tmp takes away, the next
 * call makes again, and whoever follows the link still needs the rights to the real folder.
 */
export async function reachableSocketFolder(run: string): Promise<string> {
  if (fits(run)) return run;
  const name = createHash('sha256').update(run).digest('hex').slice(0, 16);
  const uid = process.getuid?.() ?? 0;
  for (const temporary of new Set([tmpdir(), '/tmp'])) {
    const home = join(temporary, `datasluse-${uid}`);
    const link = join(home, name);
    if (!fits(link) || !(await isPrivateFolder(home, uid))) continue;
    // Always a fresh one, so that it is young for cleaners that go by age.
    const fresh = `${link}.${process.pid}.${++linksMade}`;
    await rm(fresh, { force: true });
    await symlink(run, fresh);
    await rename(fresh, link);
    return link;
  }
  throw new AppError('unavailable', {
    nb: 'Stien til datamappen er for lang for en databasesokkel, og en kort lenke lot seg ikke lage. Velg en kortere sti.',
    en: 'The path of the data folder is too long for a database socket, and no short link could be made. Choose a shorter path.',
  });
}

/** Makes `path` if absent; true when it is a real folder of ours that nobody else can change. */
async function isPrivateFolder(path: string, uid: number): Promise<boolean> {
  await mkdir(path, { mode: 0o700 }).catch(() => undefined);
  const found = await lstat(path).catch(() => undefined);
  return found?.isDirectory() === true && found.uid === uid && (found.mode & 0o077) === 0;
}

/** A connection string for `pg`. SSL is refused outright so that no PGSSLMODE in the environment asks for it. */
export function socketConnectionString(socketFolder: string, user: string, database: string): string {
  const host = encodeURIComponent(socketFolder);
  return `postgresql://${user}@/${database}?host=${host}&port=${port}&sslmode=disable`;
}
