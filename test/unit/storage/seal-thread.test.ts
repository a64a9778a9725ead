/** Sealing in a thread, as compiled: the same bodies, in order whatever else is on the thread, and nothing stored when it dies. */
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createSealThreads, type SealThreads } from '../../../src/storage/seal-thread.ts';
import { openSealed } from '../../../src/storage/sealed-reader.ts';
import { createSealedWriter } from '../../../src/storage/sealed-writer.ts';
import { verifySealed } from '../../../src/storage/verify-sealed.ts';
import { builtProgram } from '../../support/built-program.ts';
import { newBench, newHolding, plaintext, same, sha256 } from './fixture.ts';

const segment = 65_536;
const batch = 8 * segment;
const plain = plaintext(5 * batch + 3 * segment + 77);
const scratch = mkdtempSync(join(tmpdir(), 'seal-thread-'));
let url: URL;
const opened: SealThreads[] = [];

beforeAll(() => {
  url = builtProgram('storage', 'seal-thread-entry.js');
});
afterAll(async () => {
  await Promise.all(opened.map((threads) => threads.close()));
  rmSync(scratch, { recursive: true });
});

function newThreads(program = url): SealThreads {
  const threads = createSealThreads({ threads: 1, url: program });
  opened.push(threads);
  return threads;
}

function program(source: string): URL {
  const file = join(scratch, `${source.length}.mjs`);
  writeFileSync(file, source);
  return pathToFileURL(file);
}

test('several bodies on one thread come out whole, hashed and in order, and their plaintext is handed over in order', async () => {
  const { deps } = newBench();
  const sealThreads = newThreads();
  const lengths = [plain.length, 2 * batch, 2 * batch + 1, batch + 1, batch, 5, 0];
  await Promise.all(
    lengths.map(async (length, n) => {
      const holding = newHolding();
      const handed = createHash('sha256');
      const writer = await createSealedWriter(
        { ...deps, sealThreads },
        {
          ...holding,
          onPlaintext: async (chunk) => {
            handed.update(chunk);
            await new Promise((resolve) => setTimeout(resolve, n));
            return chunk;
          },
        },
      );
      const of = plain.subarray(0, length);
      for (let at = 0; at < length; at += 200_000) await writer.append(of.subarray(at, at + 200_000));
      const seal = await writer.finish();
      expect(seal).toMatchObject({ plaintextBytes: length, plaintextSha256: sha256(of) });
      expect(handed.digest('hex')).toBe(sha256(of));
      const sealed = { ...holding, parts: writer.parts, seal };
      await verifySealed(deps, sealed);
      const reader = await openSealed(deps, sealed);
      same(await reader.read(0, length), of);
      await reader.close();
    }),
  );
});

test('what was sent on its way before a suspension is durable, and the rest of the file can follow', async () => {
  const { deps, memory } = newBench();
  const holding = newHolding();
  const writer = await createSealedWriter({ ...deps, sealThreads: newThreads() }, holding);
  await writer.append(plain);
  expect(await writer.suspend()).toEqual({ durableBytes: 5 * batch + 3 * segment });
  expect(memory.parts.size).toBe(1);
});

test('a thread that dies fails the writer, stores nothing after that, and the next writer gets another', async () => {
  const { deps, memory } = newBench();
  const dying = newThreads(
    program(`import { parentPort } from 'node:worker_threads';
      let asked = 0;
      parentPort.on('message', ({ line, job }) => {
        asked += 1;
        if (asked === 2) process.exit(3);
        parentPort.postMessage({ kind: 'sealed', line, batch: { plain: job.plain, cipher: job.cipher, cipherBytes: 8 * 65_564 } });
      });`),
  );
  const writer = await createSealedWriter({ ...deps, sealThreads: dying }, newHolding());
  const interrupted = { code: 'internal', detail: { en: expect.stringMatching(/interrupted/) as string } };
  await expect(writer.append(plain)).rejects.toMatchObject(interrupted);
  await expect(writer.finish()).rejects.toMatchObject(interrupted);
  expect(memory.appends).toHaveLength(1);
  await writer.abort();
  expect(memory.parts.size).toBe(0);
  // One message is answered by the new thread before it dies as the first did.
  const line = dying.open();
  const memoryOf = (bytes: number) => new Uint8Array(bytes);
  const job = { dataKey: memoryOf(32), nonces: memoryOf(96), plain: memoryOf(batch), plainBytes: batch };
  await expect(line.seal({ ...job, cipher: memoryOf(8 * 65_564) })).resolves.toBeDefined();
  line.end();
});

test('after the threads are closed nothing hangs', async () => {
  const threads = newThreads();
  const line = threads.open();
  const asked = line.digest();
  const outcome = asked.then(
    () => 'answered',
    (error: { code: string }) => error.code,
  );
  await threads.close();
  expect(['answered', 'internal']).toContain(await outcome);
  await expect(line.digest()).rejects.toMatchObject({ code: 'internal' });
});
