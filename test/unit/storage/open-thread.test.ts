/** Opening in a thread, as compiled: the same bytes from any place, nothing of what is wrong, and another thread for one that dies. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createDiskStore } from '../../../src/storage/disk-store.ts';
import type { ObjectStore } from '../../../src/storage/object-store.ts';
import { resumeSealedWriter } from '../../../src/storage/resumed-writer.ts';
import { createSealThreads, type SealThreads } from '../../../src/storage/seal-thread.ts';
import { openSealed } from '../../../src/storage/sealed-reader.ts';
import { createSealedWriter } from '../../../src/storage/sealed-writer.ts';
import { watchStore } from '../../../src/storage/watched-store.ts';
import { builtProgram } from '../../support/built-program.ts';
import { codeOf, newBench, newHolding, plaintext, same, sealBytes } from './fixture.ts';

const segment = 65_536;
const plain = plaintext(40 * segment + 77);
/** As SFTP clients ask. */
const requestBytes = 261_120;
let url: URL;
let folder: string;
let store: ObjectStore;
/** Runs that went to a thread. */
let runs = 0;
const opened: SealThreads[] = [];

beforeAll(() => {
  url = builtProgram('storage', 'seal-thread-entry.js');
  folder = mkdtempSync(join(tmpdir(), 'open-thread-'));
});
beforeEach(async () => {
  runs = 0;
  // As the server has it: on a disk, and watched.
  store = watchStore(await createDiskStore(join(folder, 'store')), () => undefined);
});
afterAll(async () => {
  await Promise.all(opened.map((threads) => threads.close()));
  rmSync(folder, { recursive: true });
});

function counting(program = url): Pick<SealThreads, 'openReading'> {
  const threads = createSealThreads({ threads: 1, url: program });
  opened.push(threads);
  return {
    openReading() {
      const line = threads.openReading();
      return {
        open: (job) => {
          runs += 1;
          return line.open(job);
        },
        end: () => line.end(),
      };
    },
  };
}

test('a file read from one end to the other goes through the thread and comes out as it was', async () => {
  const deps = { ...newBench().deps, store };
  const sealed = await sealBytes(deps, plain);
  const reader = await openSealed({ ...deps, sealThreads: counting() }, sealed);
  const read: Uint8Array[] = [];
  for (let at = 0; at < plain.length; at += requestBytes)
    read.push(...(await reader.readPieces(at, requestBytes)));
  expect(same(Buffer.concat(read), plain)).toBe(true);
  expect(runs).toBeGreaterThan(5);
  await reader.close();
});

test('any reads, also several at once, of a body of two keys', async () => {
  const deps = { ...newBench().deps, store };
  const holding = newHolding();
  const first = await createSealedWriter(deps, holding);
  await first.append(plain.subarray(0, 17 * segment + 5));
  const { durableBytes } = await first.suspend();
  const second = await resumeSealedWriter(deps, { ...holding, parts: first.parts, offset: durableBytes });
  await second.append(plain.subarray(durableBytes));
  const sealed = { ...holding, seal: await second.finish(), parts: second.parts };
  const sealThreads = counting();
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.nat(plain.length + 10), fc.nat(12 * segment)), { minLength: 1, maxLength: 8 }),
      async (places) => {
        const reader = await openSealed({ ...deps, sealThreads }, sealed);
        const all = await Promise.all(places.map(([offset, length]) => reader.read(offset, length)));
        for (const [n, [offset, length]] of places.entries())
          expect(same(all[n]!, plain.subarray(offset, offset + length))).toBe(true);
        await reader.close();
      },
    ),
    { numRuns: 40 },
  );
  expect(runs).toBeGreaterThan(40);
});

test('nothing of a run with a wrong bit is given out, and what is before it is', async () => {
  const { deps, memory } = newBench();
  const sealed = await sealBytes(deps, plain);
  const body = memory.objects.get(sealed.name)!;
  body[20 * (segment + 28) + 1000]! ^= 1;
  const disk = { ...deps, store: intoMemory(deps.store) };
  const reader = await openSealed({ ...disk, sealThreads: counting() }, sealed);
  expect(same(await reader.read(0, 10 * segment), plain.subarray(0, 10 * segment))).toBe(true);
  expect(await codeOf(() => reader.read(18 * segment, 4 * segment))).toBe('integrity-failed');
  expect(runs).toBeGreaterThan(1);
  await reader.close();
});

test('a reader that is closed while a thread has its bytes gives out none', async () => {
  const deps = { ...newBench().deps, store };
  const sealed = await sealBytes(deps, plain);
  const reader = await openSealed({ ...deps, sealThreads: counting() }, sealed);
  const reading = codeOf(() => reader.readPieces(0, 8 * segment));
  while (runs === 0) await new Promise((resolve) => setImmediate(resolve));
  await reader.close();
  expect(await reading).toBe('closed');
});

test('a thread that dies fails the reads it had, and the next go to another', async () => {
  const flag = join(folder, 'died');
  const program = join(folder, 'dying.mjs');
  writeFileSync(
    program,
    `import { existsSync, writeFileSync } from 'node:fs';
     if (existsSync(${JSON.stringify(flag)})) await import(${JSON.stringify(url.href)});
     else (await import('node:worker_threads')).parentPort.on('message', () => {
       writeFileSync(${JSON.stringify(flag)}, '');
       process.exit(3);
     });`,
  );
  const deps = { ...newBench().deps, store };
  const sealed = await sealBytes(deps, plain);
  const reader = await openSealed({ ...deps, sealThreads: counting(pathToFileURL(program)) }, sealed);
  expect(await codeOf(() => reader.read(0, 5 * segment))).toBe('internal');
  expect(same(await reader.read(0, 5 * segment), plain.subarray(0, 5 * segment))).toBe(true);
  await reader.close();
});

/** The memory store, reading into what it is given, as a disk does. */
function intoMemory(inner: ObjectStore): ObjectStore {
  return {
    ...inner,
    async openObject(name) {
      const object = await inner.openObject(name);
      return {
        ...object,
        async read(offset, length, into) {
          const bytes = await object.read(offset, length);
          if (into === undefined || into.length < bytes.length) return bytes;
          into.set(bytes);
          return into.subarray(0, bytes.length);
        },
      };
    },
  };
}
