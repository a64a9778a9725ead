/** Adds a version to the root key file and takes one out: whole or not at all, and nothing of the old file is left behind. */
import { chmod, link, open, readdir, rename, stat, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { AppError } from '../platform/errors.ts';
import type { Random } from '../platform/random.ts';
import { syncFolder } from './disk-handles.ts';
import { parseRootKeys, readRootKeyText, rereadRootKeys } from './root-key-file.ts';
import { errnoOf, toStorageError } from './storage-error.ts';

/** The file of root keys as rotation sees it. The caller sees to it that only one process changes it at a time. */
export interface RootKeyFile {
  /** The versions in the file, ascending. */
  versions(): readonly number[];
  /** Adds a new key under the next version, durably, and returns that. Errors: `read-only` when the file cannot be replaced. */
  add(): Promise<number>;
  /** Takes a key out, durably, and overwrites where it stood. Not an error when it is not there. */
  remove(version: number): Promise<void>;
}

export function openRootKeyFile(deps: { readonly random: Random }, path: string): RootKeyFile {
  const text = (): string => {
    try {
      return readRootKeyText(path);
    } catch (cause) {
      throw toStorageError(cause);
    }
  };
  const versions = (): number[] =>
    rereadRootKeys(path)
      .map(({ version, key }) => {
        key.fill(0);
        return version;
      })
      .sort((a, b) => a - b);

  async function replace(next: string): Promise<void> {
    // What would be written must be readable before it takes the place of what is.
    for (const { key } of parseRootKeys(next, path)) key.fill(0);
    const beside = (): string => `${path}.${Buffer.from(deps.random.bytes(8)).toString('hex')}`;
    const draft = beside();
    try {
      await removeDrafts(path);
      await writeDraft(draft, next);
      // The old file keeps a name until it has been overwritten, by this run or by the next.
      await link(path, beside());
      await rename(draft, path);
      await syncFolder(dirname(path));
      await removeDrafts(path);
    } catch (cause) {
      if (['EROFS', 'EACCES', 'EPERM', 'EBUSY'].includes(errnoOf(cause) ?? ''))
        throw new AppError('read-only', cannotReplace(path), { cause });
      throw toStorageError(cause);
    }
  }

  return {
    versions,
    async add() {
      const version = (versions().at(-1) ?? 0) + 1;
      const key = Buffer.from(deps.random.bytes(32));
      const before = text();
      await replace(`${before}${before.endsWith('\n') ? '' : '\n'}${version} ${key.toString('hex')}\n`);
      key.fill(0);
      return version;
    },
    async remove(version) {
      if (!versions().includes(version)) return;
      const lines = text().split('\n');
      await replace(lines.filter((line) => !new RegExp(`^\\s*${version}\\s`).test(line)).join('\n'));
    },
  };
}

async function writeDraft(draft: string, text: string): Promise<void> {
  const file = await open(draft, 'wx', 0o400);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Old files and drafts of a change that was killed: they hold keys too. */
async function removeDrafts(path: string): Promise<void> {
  const folder = dirname(path);
  const live = await stat(path);
  for (const entry of await readdir(folder)) {
    const isDraft = entry.startsWith(`${basename(path)}.`) && /\.[0-9a-f]{16}$/.test(entry);
    if (!isDraft) continue;
    const draft = join(folder, entry);
    // Killed between link and rename: a second name of the file that is in use.
    if ((await stat(draft)).ino !== live.ino) await overwrite(draft);
    await unlink(draft);
  }
  await syncFolder(folder);
}

/** In place, so that the blocks that held keys do not keep them. A medium that writes elsewhere may still have them. */
async function overwrite(path: string): Promise<void> {
  await chmod(path, 0o600);
  const file = await open(path, 'r+');
  try {
    const { size } = await file.stat();
    await file.write(Buffer.alloc(size, '0'), 0, size, 0);
    await file.sync();
  } finally {
    await file.close();
  }
}

const cannotReplace = (path: string) => ({
  nb: `Nøkkelfilen ${path} kan ikke skiftes ut herfra. Endre den der den kommer fra (for en ny nøkkel: linjen «VERSJON HEX» sist i filen), og gi kommandoen på nytt.`,
  en: `The key file ${path} cannot be replaced from here. Change it where it comes from (for a new key: the line "VERSION HEX" at its end), and give the command again.`,
});
