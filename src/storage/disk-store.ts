/** The object store on a disk: a file per object, durable when it says so. */
import { constants } from 'node:fs';
import { chmod, lstat, mkdir, opendir } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../platform/errors.ts';
import { openDiskObject, openDiskPart, type PartPlace, syncFolder, unlinkIfThere } from './disk-handles.ts';
import { checkObjectName, type ObjectStore, type PartHandle, type StoredObject } from './object-store.ts';
import { errnoOf, mediumFailed, toStorageError } from './storage-error.ts';

/*
 * Layout: FOLDER/ab/c/abc… is an object, FOLDER/ab/c/abc….part a part. Folders 0700, files 0600. Two levels of 256
 * and 16 folders: few enough that a sweep walks them quickly, many enough for ten million objects.
 */
const partSuffix = '.part';

/** Opens (and makes) the store in `folder`. One process may have a part open at a time; the caller sees to others. */
export async function createDiskStore(folder: string): Promise<ObjectStore> {
  const openParts = new Set<string>();
  const durableHomes = new Set<string>();
  /** Parts of which a flush has failed: should unlinking them fail too, they are not opened again here. */
  const distrusted = new Set<string>();
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await chmod(folder, 0o700);
  } catch (cause) {
    throw toStorageError(cause);
  }

  function place(name: string): PartPlace {
    checkObjectName(name);
    const above = join(folder, name.slice(0, 2));
    const home = join(above, name.slice(2, 3));
    const objectPath = join(home, name);
    const distrust = (): void => void distrusted.add(name);
    const partPath = objectPath + partSuffix;
    return { home, above: [above, folder], durableHomes, objectPath, partPath, distrust };
  }

  async function openPart(name: string, flags: number): Promise<PartHandle> {
    const at = place(name);
    if (openParts.has(name)) throw new AppError('conflict', partInUse);
    if (distrusted.has(name)) throw new AppError('not-found', lost);
    openParts.add(name);
    try {
      const creates = (flags & constants.O_CREAT) !== 0;
      if (creates) await makeHome(at);
      if (await exists(at.objectPath)) {
        throw creates ? new AppError('already-exists', committed) : new AppError('not-found', committed);
      }
      return await openDiskPart(at, flags, () => openParts.delete(name));
    } catch (cause) {
      openParts.delete(name);
      throw toStorageError(cause);
    }
  }

  return {
    createPart: (name) => openPart(name, constants.O_RDWR | constants.O_CREAT | constants.O_EXCL),
    openPart: (name) => openPart(name, constants.O_RDWR),

    openObject: async (name) => await openDiskObject(place(name).objectPath),

    remove: async (name) => {
      const at = place(name);
      if (openParts.has(name)) throw new AppError('conflict', partInUse);
      try {
        const removed = [await unlinkIfThere(at.partPath), await unlinkIfThere(at.objectPath)];
        if (removed.includes(true)) await syncFolder(at.home);
      } catch (cause) {
        throw toStorageError(cause);
      }
    },

    list: () => listStore(folder),
  };
}

/** Not `recursive`, which on a read-only disk says that the folder is not there, and not why. */
async function makeHome({ home, above }: PartPlace): Promise<void> {
  const make = async (path: string): Promise<void> => {
    await mkdir(path, { mode: 0o700 }).catch((cause: unknown) => {
      if (errnoOf(cause) !== 'EEXIST') throw cause;
    });
  };
  try {
    await make(home);
  } catch (cause) {
    if (errnoOf(cause) !== 'ENOENT') throw cause;
    // Still not: the folder of the store itself is gone, which is no answer about a file.
    await make(above[0] ?? home).catch((thrown: unknown) => {
      throw errnoOf(thrown) === 'ENOENT' ? mediumFailed(thrown) : thrown;
    });
    await make(home);
  }
}

/** Walks one small folder at a time, so that a sweep over millions of objects stays flat in memory. */
async function* listStore(folder: string): AsyncIterable<StoredObject> {
  for await (const first of entries(folder, /^[0-9a-f]{2}$/)) {
    for await (const second of entries(join(folder, first), /^[0-9a-f]$/)) {
      const home = join(folder, first, second);
      for await (const entry of entries(home, /^[0-9a-f]{32}(\.part)?$/)) {
        const isPart = entry.endsWith(partSuffix);
        const name = isPart ? entry.slice(0, -partSuffix.length) : entry;
        const path = join(home, entry);
        if (isPart && (await exists(join(home, name)))) {
          // Killed between link and unlink of a commit, which is done: a second name of the same file.
          await unlinkIfThere(path);
          continue;
        }
        const sizeBytes = await sizeIfThere(path);
        if (sizeBytes !== undefined) yield { name, state: isPart ? 'part' : 'committed', sizeBytes };
      }
    }
  }
}

async function* entries(folder: string, pattern: RegExp): AsyncIterable<string> {
  try {
    for await (const entry of await opendir(folder)) if (pattern.test(entry.name)) yield entry.name;
  } catch (cause) {
    if (errnoOf(cause) !== 'ENOENT') throw toStorageError(cause);
  }
}

async function exists(path: string): Promise<boolean> {
  return (await sizeIfThere(path)) !== undefined;
}

async function sizeIfThere(path: string): Promise<number | undefined> {
  try {
    return (await lstat(path)).size;
  } catch (cause) {
    if (errnoOf(cause) === 'ENOENT') return undefined;
    throw toStorageError(cause);
  }
}

const partInUse = {
  nb: 'Filen er alt åpen for skriving et annet sted.',
  en: 'The file is already open for writing elsewhere.',
};
const lost = {
  nb: 'Det som var mottatt av filen, er ikke trygt lagret. Send den på nytt fra begynnelsen.',
  en: 'What had been received of the file is not safely stored. Send it again from the beginning.',
};
const committed = {
  nb: 'Filen er alt ferdig mottatt og kan ikke endres.',
  en: 'The file has already been received in full and cannot be changed.',
};
