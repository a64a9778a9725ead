/** What every object store must do; run against each implementation. */
import { describe, expect, test } from 'vitest';
import { hasCode } from '../../src/platform/errors.ts';
import type { ObjectStore, StoredObject } from '../../src/storage/object-store.ts';

const name = '00112233445566778899aabbccddeeff';
const other = 'ffeeddccbbaa99887766554433221100';

function bytes(length: number, start = 0): Uint8Array {
  return Uint8Array.from({ length }, (_, n) => (n + start) & 0xff);
}

async function codeOf(work: Promise<unknown>): Promise<unknown> {
  try {
    await work;
  } catch (thrown) {
    return (thrown as { code?: unknown }).code;
  }
  return undefined;
}

async function all(store: ObjectStore): Promise<StoredObject[]> {
  const found: StoredObject[] = [];
  for await (const entry of store.list()) found.push(entry);
  return found.sort((a, b) => a.name.localeCompare(b.name));
}

/** `open` gives an empty store of its own to each test; `reopen` the same store as a new process would see it. */
export function objectStoreContract(
  title: string,
  open: () => Promise<{ store: ObjectStore; reopen: () => Promise<ObjectStore> }>,
): void {
  describe(`object store: ${title}`, () => {
    test('commits what was appended, and reads any range of it', async () => {
      const { store } = await open();
      const part = await store.createPart(name);
      await part.append(bytes(1000));
      await part.append(bytes(500, 1000));
      expect(part.size()).toBe(1500);
      await part.commit();
      const object = await store.openObject(name);
      expect(object.sizeBytes).toBe(1500);
      expect([...(await object.read(0, 1500))]).toEqual([...bytes(1500)]);
      expect([...(await object.read(999, 3))]).toEqual([...bytes(3, 999)]);
      expect([...(await object.read(1490, 100))]).toEqual([...bytes(10, 1490)]);
      expect(await object.read(1500, 1)).toHaveLength(0);
      expect(await object.read(9999, 1)).toHaveLength(0);
      await object.close();
      await object.close();
    });

    test('keeps the order of overlapping appends', async () => {
      const { store } = await open();
      const part = await store.createPart(name);
      const appends = Array.from({ length: 20 }, (_, n) => part.append(new Uint8Array(4096).fill(n)));
      expect(part.size()).toBe(20 * 4096);
      await Promise.all(appends);
      await part.commit();
      const object = await store.openObject(name);
      for (let n = 0; n < 20; n += 1) {
        expect(new Set(await object.read(n * 4096, 4096))).toEqual(new Set([n]));
      }
      await object.close();
    });

    test('commits an empty object', async () => {
      const { store } = await open();
      await (await store.createPart(name)).commit();
      const object = await store.openObject(name);
      expect(object.sizeBytes).toBe(0);
      expect(await object.read(0, 10)).toHaveLength(0);
      await object.close();
    });

    test('goes on with a part after closing it, also in another process', async () => {
      const { store, reopen } = await open();
      const part = await store.createPart(name);
      await part.append(bytes(100));
      await part.sync();
      await part.close();
      await part.close();
      const again = await (await reopen()).openPart(name);
      expect(again.size()).toBe(100);
      expect([...(await again.read(90, 20))]).toEqual([...bytes(10, 90)]);
      await again.append(bytes(10, 100));
      await again.commit();
      const object = await store.openObject(name);
      expect([...(await object.read(0, 200))]).toEqual([...bytes(110)]);
      await object.close();
    });

    test('cuts a part and appends from there', async () => {
      const { store } = await open();
      const part = await store.createPart(name);
      await part.append(bytes(100));
      await part.truncate(40);
      expect(part.size()).toBe(40);
      await part.append(new Uint8Array([1, 2, 3]));
      await part.commit();
      const object = await store.openObject(name);
      expect([...(await object.read(0, 100))]).toEqual([...bytes(40), 1, 2, 3]);
      await object.close();
    });

    test('does not make a part longer by cutting it', async () => {
      const { store } = await open();
      const part = await store.createPart(name);
      await part.append(bytes(10));
      expect(await codeOf(part.truncate(11))).toBe('internal');
      expect(await codeOf(part.truncate(-1))).toBe('internal');
      await part.close();
    });

    test('does not show a part as an object, nor an object as a part', async () => {
      const { store } = await open();
      const part = await store.createPart(name);
      await part.append(bytes(10));
      expect(await codeOf(store.openObject(name))).toBe('not-found');
      await part.commit();
      expect(await codeOf(store.openPart(name))).toBe('not-found');
    });

    test('never replaces a part or an object', async () => {
      const { store } = await open();
      const part = await store.createPart(name);
      await part.append(bytes(10));
      await part.close();
      expect(await codeOf(store.createPart(name))).toBe('already-exists');
      await (await store.openPart(name)).commit();
      expect(await codeOf(store.createPart(name))).toBe('already-exists');
      const object = await store.openObject(name);
      expect(object.sizeBytes).toBe(10);
      await object.close();
    });

    test('opens a part for one writer at a time', async () => {
      const { store } = await open();
      const part = await store.createPart(name);
      expect(await codeOf(store.openPart(name))).toBe('conflict');
      expect(await codeOf(store.createPart(name))).toBe('conflict');
      expect(await codeOf(store.remove(name))).toBe('conflict');
      await part.close();
      await (await store.openPart(name)).close();
    });

    test('opens what is not there for nobody', async () => {
      const { store } = await open();
      expect(await codeOf(store.openPart(name))).toBe('not-found');
      expect(await codeOf(store.openObject(name))).toBe('not-found');
    });

    test('removes parts and objects, and does not mind when there is none', async () => {
      const { store } = await open();
      const part = await store.createPart(name);
      await part.close();
      await (await store.createPart(other)).commit();
      await store.remove(name);
      await store.remove(other);
      await store.remove(other);
      expect(await all(store)).toEqual([]);
      await (await store.createPart(name)).close();
    });

    test('lists names, states and sizes', async () => {
      const { store } = await open();
      expect(await all(store)).toEqual([]);
      const part = await store.createPart(name);
      await part.append(bytes(7));
      await part.close();
      const object = await store.createPart(other);
      await object.append(bytes(9));
      await object.commit();
      expect(await all(store)).toEqual([
        { name, state: 'part', sizeBytes: 7 },
        { name: other, state: 'committed', sizeBytes: 9 },
      ]);
    });

    test('reads one object many times at once', async () => {
      const { store } = await open();
      const part = await store.createPart(name);
      await part.append(bytes(100_000));
      await part.commit();
      const object = await store.openObject(name);
      const reads = Array.from({ length: 50 }, (_, n) => object.read(n * 1999, 1999));
      for (const [n, read] of (await Promise.all(reads)).entries()) {
        expect(Buffer.from(read).equals(Buffer.from(bytes(1999, n * 1999)))).toBe(true);
      }
      await object.close();
    });

    test.each([
      '',
      '.',
      '..',
      '../../etc/passwd',
      `${name}.part`,
      name.toUpperCase(),
      name.slice(1),
      `${name}0`,
      `${name}\n`,
      `${name.slice(0, 30)}/a`,
      `${name.slice(0, 31)}\0`,
    ])('refuses the name %j', async (bad) => {
      const { store } = await open();
      for (const work of [
        () => store.createPart(bad),
        () => store.openPart(bad),
        () => store.openObject(bad),
        () => store.remove(bad),
      ]) {
        expect(await codeOf((async () => await work())())).toBe('invalid-name');
      }
      expect(await all(store)).toEqual([]);
    });

    test('says only AppErrors', async () => {
      const { store } = await open();
      const part = await store.createPart(name);
      await part.close();
      const failures = await Promise.allSettled([part.append(bytes(1)), part.sync(), part.commit()]);
      for (const failure of failures) {
        expect(failure.status === 'rejected' && hasCode(failure.reason, 'storage-failed')).toBe(true);
      }
    });
  });
}
