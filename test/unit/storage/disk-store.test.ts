/** What is the disk's own: modes, layout, traces of a killed commit, and a medium that fails. */
import { constants } from 'node:fs';
import { link, mkdtemp, open, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemRandom } from '../../../src/platform/random.ts';
import { createDiskStore } from '../../../src/storage/disk-store.ts';
import { createKeyRing } from '../../../src/storage/key-ring.ts';
import { newObjectName, type ObjectStore } from '../../../src/storage/object-store.ts';
import { resumeSealedWriter, surveyPart } from '../../../src/storage/resumed-writer.ts';
import { createSealedWriter } from '../../../src/storage/sealed-writer.ts';
import { toStorageError } from '../../../src/storage/storage-error.ts';
import { verifySealed } from '../../../src/storage/verify-sealed.ts';
import { codeOf, newHolding, plaintext } from './fixture.ts';

let folder = '';
let store: ObjectStore;
beforeAll(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'datasluse-disk-')), 'objects');
  store = await createDiskStore(folder);
});
afterAll(async () => await rm(join(folder, '..'), { recursive: true }));

async function everything(path: string): Promise<string[]> {
  return (await readdir(path, { recursive: true, withFileTypes: true })).map((entry) =>
    join(entry.parentPath, entry.name),
  );
}

describe('disk store', () => {
  test('keeps files 0600 and folders 0700, whatever the umask', async () => {
    const before = process.umask(0);
    try {
      const part = await store.createPart(newObjectName(systemRandom));
      await part.append(plaintext(10));
      await part.commit();
      await (await store.createPart(newObjectName(systemRandom))).close();
    } finally {
      process.umask(before);
    }
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
    for (const path of await everything(folder)) {
      const found = await stat(path);
      expect(found.mode & 0o777).toBe(found.isDirectory() ? 0o700 : 0o600);
    }
  });

  test('finishes a commit that was killed between its two names', async () => {
    const name = newObjectName(systemRandom);
    const part = await store.createPart(name);
    await part.append(plaintext(10));
    await part.close();
    const path = join(folder, name.slice(0, 2), name.slice(2, 3), name);
    await link(`${path}.part`, path);
    const again = await createDiskStore(folder);
    expect(await codeOf(() => again.openPart(name))).toBe('not-found');
    const found = [];
    for await (const entry of again.list()) if (entry.name === name) found.push(entry);
    expect(found).toEqual([{ name, state: 'committed', sizeBytes: 10 }]);
    expect((await stat(path)).nlink).toBe(1);
    const object = await again.openObject(name);
    expect(object.sizeBytes).toBe(10);
    await object.close();
  });

  test('lists nothing that is not its own', async () => {
    const home = join(folder, 'zz');
    await writeFile(join(folder, 'note.txt'), 'x');
    const names = [];
    for await (const { name } of store.list()) names.push(name);
    expect(names.every((name) => /^[0-9a-f]{32}$/.test(name))).toBe(true);
    await rm(home, { force: true });
  });

  test('holds nothing but ciphertext, and goes on with it in another process', async () => {
    const random = systemRandom;
    const keyRing = createKeyRing({ random }, [{ version: 1, key: random.bytes(32) }]);
    const canary = Buffer.from('02813299997');
    const plain = Buffer.concat(Array.from({ length: 200_000 }, () => canary));
    const holding = newHolding();
    const writer = await createSealedWriter({ store, keyRing, random }, holding);
    await writer.append(plain.subarray(0, 1_500_000));
    const { durableBytes } = await writer.suspend();
    const deps = { store: await createDiskStore(folder), keyRing, random };
    const held = { ...holding, parts: writer.parts };
    expect(await surveyPart(deps, held)).toEqual({ durableBytes });
    const resumed = await resumeSealedWriter(deps, { ...held, offset: durableBytes });
    await resumed.append(plain.subarray(durableBytes));
    const seal = await resumed.finish();
    await verifySealed(deps, { ...holding, parts: resumed.parts, seal });
    for (const path of await everything(folder)) {
      expect(path.includes(canary.toString())).toBe(false);
      if ((await stat(path)).isFile()) expect((await readFile(path)).includes(canary)).toBe(false);
    }
  });

  test('says that the disk is full, in both languages and without a path', async () => {
    // /dev/full answers every write with ENOSPC.
    const full = await open('/dev/full', constants.O_WRONLY);
    let thrown: unknown;
    try {
      await full.write(Buffer.alloc(10));
    } catch (cause) {
      thrown = toStorageError(cause);
    } finally {
      await full.close();
    }
    expect(thrown).toMatchObject({ code: 'storage-failed', cause: { code: 'ENOSPC' } });
    expect((thrown as { detail: unknown }).detail).toEqual({
      nb: expect.stringMatching(/fullt/),
      en: expect.stringMatching(/full/),
    });
  });

  test.each([
    ['ENOSPC', 'storage-failed'],
    ['EDQUOT', 'storage-failed'],
    ['EROFS', 'storage-failed'],
    ['EIO', 'storage-failed'],
    ['ENOENT', 'not-found'],
    ['EEXIST', 'already-exists'],
  ])('answers %s with %s and shows nothing of the path', (code, expected) => {
    const error = toStorageError(Object.assign(new Error(`${code}: at /secret/path`), { code }));
    expect(error.code).toBe(expected);
    expect(error.message).not.toContain('/secret');
  });

  test('is not opened where a file stands', async () => {
    const path = join(folder, '..', 'a-file');
    await writeFile(path, 'x');
    expect(await codeOf(() => createDiskStore(path))).toBe('already-exists');
  });
});
