/** A copy of PostgreSQL's programs that every account can read and only its maker can change, shared by all starts. */
import {
  chmod,
  constants,
  copyFile,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  rename,
  rm,
  symlink,
} from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import type { Log } from '../../platform/log.ts';
import type { PostgresPackage } from './binaries-package.ts';

interface PackedFile {
  /** Relative to the package's folder. */
  readonly path: string;
  readonly size: number;
}

/**
 * The folder of a whole copy below `temporary`, made if need be. The name is the same for every start of this version by
 * this user, and others may write in `temporary`: a copy is used only if it is ours, closed to others' writing, and has
 * every file at its size (a cleaner of /tmp takes single files). A new one is made under a random name and renamed, so
 * that parallel starts see none or a whole one.
 */
export async function copyOfBinaries(
  postgres: PostgresPackage,
  options: { readonly temporary: string; readonly log: Log },
): Promise<string> {
  const { temporary, log } = options;
  const uid = process.getuid?.() ?? 0;
  const place = join(temporary, `datasluse-postgres-${postgres.version}-${uid}`);
  const files = await neededFiles(postgres);
  if (await isWholeCopy(place, { files, uid })) return place;

  log.info({ place }, 'copying the database programs to where the database account can run them');
  const fresh = await mkdtemp(`${place}.`);
  try {
    await copyAll(postgres, files, fresh);
    if (await putInPlace(fresh, place, { files, uid })) return place;
  } catch (error) {
    await rm(fresh, { recursive: true, force: true });
    throw error;
  }
  await rm(fresh, { recursive: true, force: true });
  return place;
}

/** Renames `fresh` to `place`, putting aside a broken copy of ours. False when another start was first with a whole one. */
async function putInPlace(
  fresh: string,
  place: string,
  expected: { readonly files: readonly PackedFile[]; readonly uid: number },
): Promise<boolean> {
  for (let attempt = 0; ; attempt++) {
    try {
      await rename(fresh, place);
      return true;
    } catch (error) {
      if (await isWholeCopy(place, expected)) return false;
      const found = await lstat(place).catch(() => undefined);
      if (attempt > 2 || (found !== undefined && found.uid !== expected.uid)) throw error;
      const aside = await mkdtemp(`${place}.`);
      await rename(place, join(aside, 'broken')).catch(() => undefined);
      await rm(aside, { recursive: true, force: true });
    }
  }
}

async function isWholeCopy(
  place: string,
  { files, uid }: { readonly files: readonly PackedFile[]; readonly uid: number },
): Promise<boolean> {
  const root = await lstat(place).catch(() => undefined);
  if (root?.isDirectory() !== true || root.uid !== uid || (root.mode & 0o022) !== 0) return false;
  for (const { path, size } of files) {
    const found = await lstat(join(place, path)).catch(() => undefined);
    if (found?.isFile() !== true || found.size !== size) return false;
  }
  return true;
}

/** What the server needs to run: not the static libraries and headers of the package. */
async function neededFiles({ folder, links }: PostgresPackage): Promise<PackedFile[]> {
  const linked = new Set(links.map(({ path }) => path));
  const native = join(folder, 'native');
  const entries = await readdir(native, { recursive: true, withFileTypes: true });
  const files: PackedFile[] = [];
  for (const entry of entries) {
    const whole = join(entry.parentPath, entry.name);
    const path = relative(folder, whole);
    if (!entry.isFile() || linked.has(path) || path.endsWith('.a') || path.endsWith('.pc')) continue;
    files.push({ path, size: (await lstat(whole)).size });
  }
  return files;
}

/** Modes are set outright: umask and the package's own modes may be stricter than the server account can live with. */
async function copyAll(postgres: PostgresPackage, files: readonly PackedFile[], to: string): Promise<void> {
  const made = new Set<string>([to]);
  const makeFolder = async (path: string): Promise<void> => {
    if (made.has(path)) return;
    await makeFolder(dirname(path));
    await mkdir(path);
    await chmod(path, 0o755);
    made.add(path);
  };
  for (const { path } of files) {
    await makeFolder(dirname(join(to, path)));
    await copyFile(join(postgres.folder, path), join(to, path), constants.COPYFILE_FICLONE);
    await chmod(join(to, path), dirname(path) === 'native/bin' ? 0o755 : 0o644);
  }
  for (const link of postgres.links) {
    await makeFolder(dirname(join(to, link.path)));
    await symlink(link.to, join(to, link.path));
  }
  await chmod(to, 0o755);
}
