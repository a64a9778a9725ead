/** The object store contract, for each implementation. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { createDiskStore } from '../../src/storage/disk-store.ts';
import { createMemoryStore } from '../unit/storage/memory-store.ts';
import { objectStoreContract } from './object-store.ts';

const folders: string[] = [];
afterAll(async () => {
  for (const folder of folders) await rm(folder, { recursive: true });
});

objectStoreContract('disk', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'datasluse-store-'));
  folders.push(folder);
  return { store: await createDiskStore(folder), reopen: async () => await createDiskStore(folder) };
});

// Not of the product: the store that the unit tests cut and bend has to keep the same contract.
objectStoreContract('memory, for tests', async () => {
  const { store } = createMemoryStore();
  return { store, reopen: async () => store };
});
