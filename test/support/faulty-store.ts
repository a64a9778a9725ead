/** An object store that fails once, at the nth call of one of its methods, as a disk would. */
import { AppError } from '../../src/platform/errors.ts';
import type { ObjectStore, PartHandle } from '../../src/storage/object-store.ts';
import { toStorageError } from '../../src/storage/storage-error.ts';

export const storeMethods = [
  'createPart',
  'openPart',
  'openObject',
  'remove',
  'append',
  'partRead',
  'truncate',
  'sync',
  'commit',
  'partClose',
  'read',
  'close',
] as const;
export type StoreMethod = (typeof storeMethods)[number];

export interface FaultyStore {
  readonly store: ObjectStore;
  /** The nth call from now of `method` fails with that errno; 0 is the next. */
  arm(method: StoreMethod, n: number, errno: string): void;
  disarm(): void;
  /** True when the armed call has come. */
  failed(): boolean;
}

export function createFaultyStore(inner: ObjectStore): FaultyStore {
  let armed: { method: StoreMethod; left: number; errno: string } | undefined;
  let hit = false;

  async function step<T>(method: StoreMethod, work: () => Promise<T>): Promise<T> {
    if (armed?.method === method) {
      armed.left -= 1;
      if (armed.left < 0 && !hit) {
        hit = true;
        const error: NodeJS.ErrnoException = new Error(armed.errno);
        error.code = armed.errno;
        error.errno = -1;
        throw toStorageError(error);
      }
    }
    return await work();
  }

  /** As the port says: after a failed change the handle only closes. */
  function part(handle: PartHandle): PartHandle {
    let failure: AppError | undefined;
    const change = async (method: StoreMethod, work: () => Promise<void>): Promise<void> => {
      if (failure) throw failure;
      try {
        await step(method, work);
      } catch (thrown) {
        if (thrown instanceof AppError) failure ??= thrown;
        throw thrown;
      }
    };
    return {
      size: () => handle.size(),
      append: (bytes) => change('append', () => handle.append(bytes)),
      read: (offset, length) => step('partRead', () => handle.read(offset, length)),
      truncate: (sizeBytes) => change('truncate', () => handle.truncate(sizeBytes)),
      sync: () => change('sync', () => handle.sync()),
      commit: () => change('commit', () => handle.commit()),
      close: () =>
        step('partClose', () => handle.close()).catch(async (thrown: unknown) => {
          await handle.close();
          throw thrown;
        }),
    };
  }

  return {
    store: {
      createPart: (name) => step('createPart', async () => part(await inner.createPart(name))),
      openPart: (name) => step('openPart', async () => part(await inner.openPart(name))),
      openObject: (name) =>
        step('openObject', async () => {
          const object = await inner.openObject(name);
          return {
            sizeBytes: object.sizeBytes,
            read: (offset, length) => step('read', () => object.read(offset, length)),
            close: () => step('close', () => object.close()),
          };
        }),
      remove: (name) => step('remove', () => inner.remove(name)),
      list: () => inner.list(),
    },
    arm(method, n, errno) {
      armed = { method, left: n, errno };
      hit = false;
    },
    disarm() {
      armed = undefined;
    },
    failed: () => hit,
  };
}
