/** A FileTree in memory for tests: whole POSIX-like semantics, a record of what was called, and faults on demand. */
import { AppError, type ErrorCode } from '../../src/platform/errors.ts';
import type { Attributes, FileTree, OpenFile, OpenOptions } from '../../src/sftp/file-tree.ts';

export interface MemoryTreeOptions {
  /** Awaited before each write is accepted. */
  beforeWrite?: () => Promise<void>;
  /** Awaited before each read is answered. */
  beforeRead?: (offset: number) => Promise<void>;
  /** Thrown by close, when given. */
  closeFails?: () => Error | undefined;
  /** Written bytes are counted and dropped; reads give zeros up to `size`. For speed and memory measurements. */
  sink?: boolean;
}

export interface MemoryTree extends FileTree {
  files: Map<string, Buffer>;
  folders: Set<string>;
  /** 'close /a', 'abandon /a', 'write /a 0+3', … in the order they happened. */
  calls: string[];
  openFiles(): number;
  writtenBytes(): number;
  setSinkSize(path: string, size: number): void;
}

export function failure(code: ErrorCode): AppError {
  return new AppError(code, { nb: `Feil ${code}.`, en: `Failure ${code}.` });
}

function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/')) || '/';
}

const emptySink = Buffer.alloc(0);

export function createMemoryTree(options: MemoryTreeOptions = {}): MemoryTree {
  const files = new Map<string, Buffer>();
  const sizes = new Map<string, number>();
  const folders = new Set<string>(['/']);
  const calls: string[] = [];
  const zeros = Buffer.alloc(262_144);
  const modifiedAt = 1_700_000_000;
  let open = 0;
  let written = 0;

  function note(call: string): void {
    if (!options.sink) calls.push(call);
  }

  function sizeOf(path: string): number {
    return sizes.get(path) ?? files.get(path)?.length ?? 0;
  }

  function attributesOf(path: string): Attributes {
    if (folders.has(path)) return { kind: 'folder', size: 0, permissions: 0o750, modifiedAt };
    if (!files.has(path)) throw failure('not-found');
    return { kind: 'file', size: sizeOf(path), permissions: 0o640, modifiedAt };
  }

  function put(path: string, at: number, data: Uint8Array): void {
    written += data.length;
    if (options.sink) {
      sizes.set(path, Math.max(sizeOf(path), at + data.length));
      return;
    }
    const before = files.get(path)!;
    const after = Buffer.alloc(Math.max(before.length, at + data.length));
    before.copy(after);
    after.set(data, at);
    files.set(path, after);
  }

  function resize(path: string, size: number): void {
    if (options.sink) {
      sizes.set(path, size);
      return;
    }
    const after = Buffer.alloc(size);
    files.get(path)!.copy(after);
    files.set(path, after);
  }

  function openFile(path: string, { append }: OpenOptions): OpenFile {
    open += 1;
    const done = () => {
      open -= 1;
    };
    return {
      stat: async () => attributesOf(path),
      async readPieces(offset, length) {
        await options.beforeRead?.(offset);
        const left = Math.max(0, Math.min(length, sizeOf(path) - offset));
        if (left === 0) return [];
        if (options.sink) return [zeros.subarray(0, left)];
        return [Buffer.from(files.get(path)!.subarray(offset, offset + length))];
      },
      async write(offset, data) {
        await options.beforeWrite?.();
        note(`write ${path} ${offset}+${data.length}`);
        put(path, append ? sizeOf(path) : offset, data);
      },
      async truncate(size) {
        note(`truncate ${path} ${size}`);
        resize(path, size);
      },
      async sync() {
        note(`sync ${path}`);
      },
      async close() {
        done();
        note(`close ${path}`);
        const error = options.closeFails?.();
        if (error !== undefined) throw error;
      },
      async abandon() {
        done();
        note(`abandon ${path}`);
      },
    };
  }

  return {
    files,
    folders,
    calls,
    openFiles: () => open,
    writtenBytes: () => written,
    setSinkSize(path, size) {
      files.set(path, emptySink);
      sizes.set(path, size);
    },
    stat: async (path) => attributesOf(path),
    async list(path) {
      if (!folders.has(path)) throw failure('not-found');
      return [...folders, ...files.keys()]
        .filter((child) => child !== '/' && parentOf(child) === path)
        .map((child) => ({ name: child.slice(child.lastIndexOf('/') + 1), attributes: attributesOf(child) }));
    },
    async open(path, wanted) {
      if (folders.has(path)) throw failure('invalid-input');
      if (!folders.has(parentOf(path))) throw failure('not-found');
      const exists = files.has(path);
      if (exists && wanted.exclusive) throw failure('already-exists');
      if (!exists && !wanted.create) throw failure('not-found');
      if (!exists || wanted.truncate) {
        files.set(path, emptySink);
        sizes.delete(path);
      }
      note(`open ${path}`);
      return openFile(path, wanted);
    },
    async remove(path) {
      sizes.delete(path);
      if (!files.delete(path)) throw failure('not-found');
    },
    async rename(from, to, { replace }) {
      const content = files.get(from);
      if (content === undefined) throw failure('not-found');
      if (files.has(to) && !replace) throw failure('already-exists');
      const size = sizes.get(from);
      files.delete(from);
      sizes.delete(from);
      files.set(to, content);
      if (size !== undefined) sizes.set(to, size);
    },
    async makeFolder(path) {
      if (folders.has(path) || files.has(path)) throw failure('already-exists');
      folders.add(path);
    },
    async removeFolder(path) {
      if (!folders.delete(path)) throw failure('not-found');
    },
    space: async () => ({ totalBytes: 10 * 2 ** 30, freeBytes: 4 * 2 ** 30 }),
  };
}
