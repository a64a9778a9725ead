import { chmod, chown, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { copyOfBinaries } from '../../../src/db/embedded/binaries-copy.ts';
import { findPostgresPackage, type PostgresPackage } from '../../../src/db/embedded/binaries-package.ts';
import { hasCode } from '../../../src/platform/errors.ts';
import { silentLog } from '../../../src/platform/log.ts';
import { postgresFolders } from '../../support/postgres-folders.ts';

const isRoot = process.getuid?.() === 0;
const nobody = 65534;
const version = '17.10.0-test';
const copyName = `datasluse-postgres-${version}-${process.getuid?.() ?? 0}`;
const folders = postgresFolders();
afterEach(() => folders.clear());

async function smallPackage(): Promise<PostgresPackage> {
  const folder = await folders.make();
  await mkdir(join(folder, 'native/bin'), { recursive: true });
  await mkdir(join(folder, 'native/lib'));
  await writeFile(join(folder, 'package.json'), JSON.stringify({ version }));
  await writeFile(join(folder, 'native/bin/postgres'), 'program', { mode: 0o700 });
  await writeFile(join(folder, 'native/lib/libpq.so.5.17'), 'library', { mode: 0o600 });
  await writeFile(join(folder, 'native/lib/libpq.a'), 'archive');
  const link = { source: 'native/lib/libpq.so.5.17', target: 'native/lib/libpq.so.5' };
  await writeFile(join(folder, 'native/pg-symlinks.json'), JSON.stringify([link]));
  return await findPostgresPackage(folder);
}

function copy(postgres: PostgresPackage, temporary: string): Promise<string> {
  return copyOfBinaries(postgres, { temporary, log: silentLog });
}

test('makes a copy that everybody can read, with the links and without what only builders need', async () => {
  const temporary = await folders.make();
  const place = await copy(await smallPackage(), temporary);
  expect(place).toBe(join(temporary, copyName));
  expect((await readdir(place, { recursive: true })).sort()).toEqual([
    'native',
    'native/bin',
    'native/bin/postgres',
    'native/lib',
    'native/lib/libpq.so.5',
    'native/lib/libpq.so.5.17',
    'native/pg-symlinks.json',
  ]);
  expect(await readFile(join(place, 'native/lib/libpq.so.5'), 'utf8')).toBe('library');
  const modes = ['', 'native', 'native/bin/postgres', 'native/lib/libpq.so.5.17'];
  const found = await Promise.all(modes.map(async (path) => (await stat(join(place, path))).mode & 0o777));
  expect(found).toEqual([0o755, 0o755, 0o755, 0o644]);
});

test('shares one copy among starts at the same time, and leaves nothing else behind', async () => {
  const temporary = await folders.make();
  const postgres = await smallPackage();
  const places = await Promise.all(Array.from({ length: 8 }, () => copy(postgres, temporary)));
  expect(new Set(places)).toEqual(new Set([join(temporary, copyName)]));
  expect(await readdir(temporary)).toEqual([copyName]);
});

test('uses a whole copy again, and makes one afresh that lost a file', async () => {
  const temporary = await folders.make();
  const postgres = await smallPackage();
  const place = await copy(postgres, temporary);
  const { ino } = await stat(place);
  expect((await stat(await copy(postgres, temporary))).ino).toBe(ino);
  await rm(join(place, 'native/lib/libpq.so.5.17'));
  expect(await copy(postgres, temporary)).toBe(place);
  expect(await readFile(join(place, 'native/lib/libpq.so.5'), 'utf8')).toBe('library');
  expect(await readdir(temporary)).toEqual([copyName]);
});

test('does not use a copy that others could have written in', async () => {
  const temporary = await folders.make();
  const postgres = await smallPackage();
  const place = await copy(postgres, temporary);
  await writeFile(join(place, 'native/bin/postgres'), 'PROGRAM');
  await chmod(place, 0o777);
  await copy(postgres, temporary);
  expect(await readFile(join(place, 'native/bin/postgres'), 'utf8')).toBe('program');
  expect((await stat(place)).mode & 0o777).toBe(0o755);
});

test.skipIf(!isRoot)('does not touch or use what another user planted under the name', async () => {
  const temporary = await folders.make(0o1777);
  const postgres = await smallPackage();
  const place = await copy(postgres, temporary);
  await writeFile(join(place, 'native/bin/postgres'), 'PLANTED');
  await chown(place, nobody, nobody);
  await expect(copy(postgres, temporary)).rejects.toThrow('ENOTEMPTY');
  expect(await readdir(temporary)).toEqual([copyName]);
  expect(await readFile(join(place, 'native/bin/postgres'), 'utf8')).toBe('PLANTED');
});

test('refuses a package whose links lead out of their folder', async () => {
  const { folder } = await smallPackage();
  const link = { source: 'native/lib/libpq.so.5.17', target: '../outside' };
  await writeFile(join(folder, 'native/pg-symlinks.json'), JSON.stringify([link]));
  await expect(findPostgresPackage(folder)).rejects.toSatisfy((error) => hasCode(error, 'unavailable'));
});
