/** A store that tells of every failure of its medium, once each, whoever it is that meets it. */
import type { ObjectHandle, ObjectStore, PartHandle } from './object-store.ts';

export type OnStoreFailure = (thrown: unknown, step: string) => void;

/** Passes everything on. `onFailure` gets what is `storage-failed`, the same error not twice. */
export function watchStore(store: ObjectStore, onFailure: OnStoreFailure): ObjectStore {
  const told = new WeakSet<object>();
  function tell(thrown: unknown, step: string): void {
    const code = (thrown as { code?: unknown } | null)?.code;
    if (code !== 'storage-failed' || told.has(thrown as object)) return;
    told.add(thrown as object);
    onFailure(thrown, step);
  }
  function watched<A extends unknown[], R>(step: string, call: (...args: A) => Promise<R>) {
    return async (...args: A): Promise<R> => {
      try {
        return await call(...args);
      } catch (thrown) {
        tell(thrown, step);
        throw thrown;
      }
    };
  }
  const watchPart = (part: PartHandle): PartHandle => ({
    size: () => part.size(),
    append: watched('append', (bytes) => part.append(bytes)),
    read: watched('read', (offset, length) => part.read(offset, length)),
    truncate: watched('truncate', (sizeBytes) => part.truncate(sizeBytes)),
    sync: watched('sync', () => part.sync()),
    commit: watched('commit', () => part.commit()),
    close: watched('close', () => part.close()),
  });
  const watchObject = (object: ObjectHandle): ObjectHandle => ({
    sizeBytes: object.sizeBytes,
    read: watched('read', (offset, length, into) => object.read(offset, length, into)),
    close: watched('close', () => object.close()),
  });
  return {
    createPart: watched('create', async (name) => watchPart(await store.createPart(name))),
    openPart: watched('open', async (name) => watchPart(await store.openPart(name))),
    openObject: watched('open', async (name) => watchObject(await store.openObject(name))),
    remove: watched('remove', (name) => store.remove(name)),
    async *list() {
      try {
        yield* store.list();
      } catch (thrown) {
        tell(thrown, 'list');
        throw thrown;
      }
    },
  };
}
