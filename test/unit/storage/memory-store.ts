/** An object store in memory, whose bytes a test can cut, bend and refuse. */
import { AppError } from '../../../src/platform/errors.ts';
import { checkObjectName, type ObjectStore, type PartHandle } from '../../../src/storage/object-store.ts';

export interface MemoryStore {
  readonly store: ObjectStore;
  readonly parts: Map<string, Buffer>;
  readonly objects: Map<string, Buffer>;
  /** Sizes of the appends, in order. */
  readonly appends: number[];
  /** Set: the next append fails with it, and everything after on that handle. */
  faults: { append?: AppError | undefined; commit?: AppError | undefined };
}

const sentence = { nb: 'x', en: 'x' };
const failure = (code: 'not-found' | 'already-exists' | 'conflict' | 'storage-failed' | 'internal') =>
  new AppError(code, sentence);

export function createMemoryStore(): MemoryStore {
  const parts = new Map<string, Buffer>();
  const objects = new Map<string, Buffer>();
  const open = new Set<string>();
  const appends: number[] = [];
  const faults: MemoryStore['faults'] = {};

  function handle(name: string): PartHandle {
    open.add(name);
    let closed = false;
    let failed: AppError | undefined;
    const current = (): Buffer => parts.get(name) ?? Buffer.alloc(0);
    const check = (): void => {
      if (closed) throw failure('storage-failed');
      if (failed) throw failed;
    };
    return {
      size: () => current().length,
      append: async (bytes) => {
        check();
        failed = faults.append;
        check();
        appends.push(bytes.length);
        parts.set(name, Buffer.concat([current(), bytes]));
        await new Promise((resolve) => setImmediate(resolve));
      },
      read: async (offset, length) => Uint8Array.from(current().subarray(offset, offset + length)),
      truncate: async (sizeBytes) => {
        if (sizeBytes < 0 || sizeBytes > current().length) throw failure('internal');
        parts.set(name, Buffer.from(current().subarray(0, sizeBytes)));
      },
      sync: async () => check(),
      commit: async () => {
        check();
        failed = faults.commit;
        check();
        objects.set(name, current());
        parts.delete(name);
        open.delete(name);
        closed = true;
      },
      close: async () => {
        open.delete(name);
        closed = true;
      },
    };
  }

  const store: ObjectStore = {
    createPart: async (name) => {
      checkObjectName(name);
      if (open.has(name)) throw failure('conflict');
      if (parts.has(name) || objects.has(name)) throw failure('already-exists');
      parts.set(name, Buffer.alloc(0));
      return handle(name);
    },
    openPart: async (name) => {
      checkObjectName(name);
      if (open.has(name)) throw failure('conflict');
      if (!parts.has(name)) throw failure('not-found');
      return handle(name);
    },
    openObject: async (name) => {
      checkObjectName(name);
      const object = objects.get(name);
      if (!object) throw failure('not-found');
      return {
        sizeBytes: object.length,
        read: async (offset, length) =>
          Uint8Array.from((objects.get(name) ?? Buffer.alloc(0)).subarray(offset, offset + length)),
        close: async () => undefined,
      };
    },
    remove: async (name) => {
      checkObjectName(name);
      if (open.has(name)) throw failure('conflict');
      parts.delete(name);
      objects.delete(name);
    },
    list: async function* () {
      for (const [name, part] of parts) yield { name, state: 'part' as const, sizeBytes: part.length };
      for (const [name, object] of objects) {
        yield { name, state: 'committed' as const, sizeBytes: object.length };
      }
    },
  };
  return { store, parts, objects, appends, faults };
}
