/** The open files and folders of one session: their tokens, their cap, and who has yet to be closed or abandoned. */
import { AppError } from '../platform/errors.ts';
import type { Random } from '../platform/random.ts';
import type { Entry, OpenFile } from './file-tree.ts';
import { createLane, type Lane } from './lane.ts';

export interface FileHandle {
  readonly kind: 'file';
  readonly file: OpenFile;
  readonly lane: Lane;
  readonly mayRead: boolean;
  readonly mayWrite: boolean;
  /** The first write or truncate that failed; such a file is never committed. */
  failure: unknown;
  /** True from the moment close or abandon is called: exactly one of them, once. */
  settled: boolean;
}

export interface FolderHandle {
  readonly kind: 'folder';
  readonly entries: readonly Entry[];
  /** The first entry that READDIR has not given yet. */
  position: number;
}

export type Handle = FileHandle | FolderHandle;

export interface HandleTable {
  /** Takes one of the places under the cap before the tree is asked to open anything. */
  reserve(): void;
  /** Gives a reserved place back: the open failed, or the handle is done with. */
  release(): void;
  addFile(file: OpenFile, access: { mayRead: boolean; mayWrite: boolean }): string;
  addFolder(entries: readonly Entry[]): string;
  file(token: string): FileHandle;
  folder(token: string): FolderHandle;
  /** Takes a handle out: no later request can name it. A file stays among `unsettled` until it is closed or abandoned. */
  take(token: string): Handle;
  unsettled(): FileHandle[];
  forget(handle: FileHandle): void;
}

const sessionBytes = 12;

function unknownHandle(): AppError {
  return new AppError('invalid-input', {
    nb: 'Filen eller mappen er ikke åpen.',
    en: 'The file or folder is not open.',
  });
}

/**
 * Tokens are 96 random bits of the session and a counter, and a table knows its own only: nobody can name the handle
 * of another session, or one that was closed.
 */
export function createHandleTable(deps: { random: Random }, options: { limit: number }): HandleTable {
  const secret = Buffer.from(deps.random.bytes(sessionBytes)).toString('latin1');
  const handles = new Map<string, Handle>();
  const files = new Set<FileHandle>();
  let reserved = 0;
  let counter = 0;

  function add(handle: Handle): string {
    counter += 1;
    const number = Buffer.alloc(4);
    number.writeUInt32BE(counter >>> 0);
    const token = secret + number.toString('latin1');
    handles.set(token, handle);
    return token;
  }

  return {
    reserve() {
      if (reserved >= options.limit) {
        throw new AppError('too-many-requests', {
          nb: `Det er for mange åpne filer på én gang; grensen er ${options.limit}.`,
          en: `Too many files are open at once; the limit is ${options.limit}.`,
        });
      }
      reserved += 1;
    },
    release() {
      reserved -= 1;
    },
    addFile(file, access) {
      const handle: FileHandle = {
        kind: 'file',
        file,
        lane: createLane(),
        ...access,
        failure: undefined,
        settled: false,
      };
      files.add(handle);
      return add(handle);
    },
    addFolder: (entries) => add({ kind: 'folder', entries, position: 0 }),
    file(token) {
      const handle = handles.get(token);
      if (handle?.kind !== 'file') throw unknownHandle();
      return handle;
    },
    folder(token) {
      const handle = handles.get(token);
      if (handle?.kind !== 'folder') throw unknownHandle();
      return handle;
    },
    take(token) {
      const handle = handles.get(token);
      if (handle === undefined) throw unknownHandle();
      handles.delete(token);
      return handle;
    },
    unsettled: () => [...files],
    forget(handle) {
      files.delete(handle);
    },
  };
}
