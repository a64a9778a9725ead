/** Writer and reader: any chunking, any range, any damage; what the hook gets; how the writer ends. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AppError } from '../../../src/platform/errors.ts';
import { parseHeader } from '../../../src/storage/crypt4gh/header.ts';
import { bodyBytes } from '../../../src/storage/crypt4gh/strict-profile.ts';
import { x25519PublicKey } from '../../../src/storage/crypt4gh/x25519.ts';
import { exportCrypt4gh } from '../../../src/storage/crypt4gh-export.ts';
import { rewrapParts } from '../../../src/storage/part-keys.ts';
import { surveyPart } from '../../../src/storage/resumed-writer.ts';
import { Seal } from '../../../src/storage/seal.ts';
import { openSealed } from '../../../src/storage/sealed-reader.ts';
import { createSealedWriter } from '../../../src/storage/sealed-writer.ts';
import { verifySealed } from '../../../src/storage/verify-sealed.ts';
import {
  codeOf,
  gather,
  marksSha256,
  newBench,
  newHolding,
  plaintext,
  same,
  sealBytes,
  sha256,
} from './fixture.ts';

const segment = 65_536;
const batch = 16 * segment;
const plain = plaintext(3 * batch + 5 * segment + 123);

/** Sizes near every edge, and any other. */
const size = fc.oneof(
  fc.constantFrom(
    0,
    1,
    segment - 1,
    segment,
    segment + 1,
    batch - 1,
    batch,
    batch + 1,
    2 * batch,
    2 * batch + 1,
  ),
  fc.integer({ min: 0, max: plain.length }),
);

describe('writer and reader', () => {
  test('give back what was written, whatever the chunks and the reads', async () => {
    const read = fc.tuple(
      size,
      fc.oneof(fc.constantFrom(1, segment, batch), fc.integer({ min: 0, max: 300_000 })),
    );
    await fc.assert(
      fc.asyncProperty(
        size,
        fc.array(size, { maxLength: 8 }),
        fc.array(read, { maxLength: 12 }),
        async (length, cuts, reads) => {
          const { memory, deps } = newBench();
          const bytes = plain.subarray(0, length);
          const sealed = await sealBytes(
            deps,
            bytes,
            cuts.filter((cut) => cut < length),
          );
          expect(Seal.parse(JSON.parse(JSON.stringify(sealed.seal)))).toEqual(sealed.seal);
          expect(sealed.seal).toMatchObject({
            plaintextBytes: length,
            plaintextSha256: sha256(bytes),
            ciphertextBytes: bodyBytes(length),
            segmentsSha256: marksSha256(memory.objects.get(sealed.name) ?? Buffer.alloc(0)),
          });
          await verifySealed(deps, sealed);
          const reader = await openSealed(deps, sealed);
          expect(same(await gather(reader.stream()), bytes)).toBe(true);
          const results = await Promise.all(reads.map(([offset, count]) => reader.read(offset, count)));
          for (const [n, [offset, count]] of reads.entries()) {
            expect(same(results[n] ?? Buffer.alloc(0), bytes.subarray(offset, offset + count))).toBe(true);
          }
          for (const [offset, count] of reads) {
            const range = await gather(reader.stream(offset, offset + count));
            expect(same(range, bytes.subarray(offset, offset + count))).toBe(true);
          }
          await reader.close();
        },
      ),
      { numRuns: 40 },
    );
  });

  test('stream in chunks of at most 1 MiB, and read forward with few calls of the store', async () => {
    const { memory, deps } = newBench();
    const sealed = await sealBytes(deps, plain);
    let calls = 0;
    const store = {
      ...memory.store,
      openObject: async (name: string) => {
        const object = await memory.store.openObject(name);
        return {
          ...object,
          read: async (offset: number, length: number) => {
            calls += 1;
            return await object.read(offset, length);
          },
        };
      },
    };
    const reader = await openSealed({ ...deps, store }, sealed);
    for await (const chunk of reader.stream()) expect(chunk.length).toBeLessThanOrEqual(batch);
    expect(calls).toBe(4);
    calls = 0;
    const reads = Math.ceil(plain.length / 32_768);
    for (let n = 0; n < reads; n += 1) {
      const got = await reader.read(n * 32_768, 32_768);
      expect(same(got, plain.subarray(n * 32_768, (n + 1) * 32_768))).toBe(true);
    }
    // 54 segments, fetched about three at a time and none of them twice.
    expect(calls).toBeLessThanOrEqual(20);
    await reader.close();
  });

  test('write a batch with one append of the store', async () => {
    const { memory, deps } = newBench();
    const cuts = Array.from({ length: plain.length / 32_768 }, (_, n) => n * 32_768);
    await sealBytes(deps, plain, cuts);
    expect(memory.appends).toEqual([...new Array(6).fill(8 * 65_564), bodyBytes(5 * segment + 123)]);
  });

  test('never give out a wrong byte of a damaged body', async () => {
    const { memory, deps } = newBench();
    const bytes = plain.subarray(0, 3 * segment + 500);
    const sealed = await sealBytes(deps, bytes);
    const good = memory.objects.get(sealed.name) ?? Buffer.alloc(0);
    const position = fc.integer({ min: 0, max: good.length - 1 });
    const damage = fc.oneof(
      fc.tuple(position, fc.integer({ min: 1, max: 255 })).map(([at, mask]) => {
        const bad = Buffer.from(good);
        bad[at] = (bad[at] ?? 0) ^ mask;
        return bad;
      }),
      fc.tuple(position, position, fc.integer({ min: 1, max: 70_000 })).map(([from, to, length]) => {
        const bad = Buffer.from(good);
        good.copy(bad, to, from, from + length);
        return bad;
      }),
      position.map((length) => good.subarray(0, length)),
      fc
        .tuple(position, fc.uint8Array({ minLength: 1, maxLength: 100 }))
        .map(([at, bytes]) => Buffer.concat([good.subarray(0, at), bytes, good.subarray(at)])),
    );
    await fc.assert(
      fc.asyncProperty(
        damage,
        fc.array(fc.integer({ min: 0, max: bytes.length }), { maxLength: 5 }),
        async (bad, offsets) => {
          memory.objects.set(sealed.name, bad);
          if (same(bad, good)) return;
          expect(await codeOf(() => verifySealed(deps, sealed))).toBe('integrity-failed');
          try {
            const reader = await openSealed(deps, sealed);
            for (const offset of [...offsets, 0, bytes.length - 1]) {
              try {
                const got = await reader.read(offset, 1000);
                expect(same(got, bytes.subarray(offset, offset + 1000))).toBe(true);
              } catch (thrown) {
                expect(thrown).toMatchObject({ name: 'AppError', code: 'integrity-failed' });
              }
            }
            await reader.close();
          } catch (thrown) {
            expect(thrown).toMatchObject({ name: 'AppError', code: 'integrity-failed' });
          }
        },
      ),
      { numRuns: 150 },
    );
  });

  test('notice a body that is changed or cut while it is open', async () => {
    const { memory, deps } = newBench();
    const sealed = await sealBytes(deps, plain.subarray(0, batch));
    const reader = await openSealed(deps, sealed);
    const good = memory.objects.get(sealed.name) ?? Buffer.alloc(0);
    memory.objects.set(sealed.name, good.subarray(0, 100));
    expect(await codeOf(() => reader.read(0, 10))).toBe('integrity-failed');
    expect(await codeOf(() => gather(reader.stream()))).toBe('integrity-failed');
    // Cut at the end of a segment, what is left would open.
    memory.objects.set(sealed.name, good.subarray(0, 3 * 65_564));
    expect(await codeOf(() => gather(reader.stream()))).toBe('integrity-failed');
    expect(await codeOf(() => reader.read(2 * segment, 2 * segment))).toBe('integrity-failed');
    expect(await codeOf(() => reader.read(4 * segment, 1))).toBe('integrity-failed');
    // What failed is not remembered: the body is read anew.
    memory.objects.set(sealed.name, good);
    expect(same(await reader.read(0, 10), plain.subarray(0, 10))).toBe(true);
    await reader.close();
  });
});

describe('reader', () => {
  test('ends reads under way and later ones when it is closed', async () => {
    const { deps } = newBench();
    const sealed = await sealBytes(deps, plain.subarray(0, 2 * batch));
    const reader = await openSealed(deps, sealed);
    const stream = reader.stream()[Symbol.asyncIterator]();
    await stream.next();
    const underWay = reader.read(0, 100);
    const closing = reader.close();
    expect(await codeOf(() => underWay)).toBe('closed');
    await closing;
    await reader.close();
    expect(await codeOf(() => reader.read(0, 1))).toBe('closed');
    expect(await codeOf(() => stream.next())).toBe('closed');
  });

  test('refuses ranges that are none', async () => {
    const { deps } = newBench();
    const reader = await openSealed(deps, await sealBytes(deps, plain.subarray(0, 10)));
    for (const [offset, length] of [
      [-1, 5],
      [0, -1],
      [0.5, 1],
      [Number.NaN, 1],
    ] as const) {
      expect(await codeOf(() => reader.read(offset, length))).toBe('invalid-input');
    }
    await reader.close();
  });

  test('says that a body is gone', async () => {
    const { deps } = newBench();
    const sealed = await sealBytes(deps, plain.subarray(0, 10));
    await deps.store.remove(sealed.name);
    expect(await codeOf(() => openSealed(deps, sealed))).toBe('not-found');
    expect(await codeOf(() => verifySealed(deps, sealed))).toBe('not-found');
  });

  test('refuses keys that the seal does not name', async () => {
    const { memory, deps } = newBench();
    const one = await sealBytes(deps, plain.subarray(0, 10));
    const two = await sealBytes(deps, plain.subarray(0, 10));
    memory.objects.set(one.name, memory.objects.get(two.name) ?? Buffer.alloc(0));
    expect(await codeOf(() => openSealed(deps, { ...one, parts: two.parts }))).toBe('integrity-failed');
    expect(await codeOf(() => openSealed(deps, { ...one, seal: two.seal }))).toBe('integrity-failed');
    expect(await codeOf(() => openSealed(deps, { ...one, parts: [] }))).toBe('integrity-failed');
    const late = one.parts.map((part) => ({ ...part, firstSegment: 1 }));
    expect(await codeOf(() => openSealed(deps, { ...one, parts: late }))).toBe('integrity-failed');
  });

  test('refuses a body with anything behind its last segment, also when that is a full one', async () => {
    const { memory, deps } = newBench();
    const sealed = await sealBytes(deps, plain.subarray(0, 2 * segment));
    const good = memory.objects.get(sealed.name) ?? Buffer.alloc(0);
    for (const added of [Buffer.alloc(1), good.subarray(0, 65_564), good.subarray(65_564)]) {
      memory.objects.set(sealed.name, Buffer.concat([good, added]));
      expect(await codeOf(() => openSealed(deps, sealed))).toBe('integrity-failed');
      expect(await codeOf(() => verifySealed(deps, sealed))).toBe('integrity-failed');
    }
  });

  test('reads for another holder with wraps of its own, and not after these are gone', async () => {
    const { deps } = newBench();
    const sealed = await sealBytes(deps, plain.subarray(0, 100));
    const to = { projectId: 'P24-0187', holder: 'publication:1' };
    const parts = rewrapParts(deps, sealed, to);
    const reader = await openSealed(deps, { ...sealed, ...to, parts });
    expect(same(await reader.read(0, 100), plain.subarray(0, 100))).toBe(true);
    await reader.close();
    expect(await codeOf(() => openSealed(deps, { ...sealed, ...to }))).toBe('integrity-failed');
    expect(await codeOf(() => openSealed(deps, { ...sealed, parts }))).toBe('integrity-failed');
  });

  test('reports progress while it verifies, and stops when told', async () => {
    const { deps } = newBench();
    const sealed = await sealBytes(deps, plain);
    const seen: number[] = [];
    await verifySealed(deps, sealed, { onProgress: async (bytes) => void seen.push(bytes) });
    expect(seen).toEqual([batch, 2 * batch, 3 * batch, plain.length]);
    const stop = new AbortController();
    const verifying = verifySealed(deps, sealed, {
      signal: stop.signal,
      onProgress: async () => stop.abort(),
    });
    await expect(verifying).rejects.toThrow(/abort/i);
  });

  test('exports header and body for one recipient', async () => {
    const { memory, deps } = newBench();
    const sealed = await sealBytes(deps, plain);
    const recipient = deps.random.bytes(32);
    const file = await gather(exportCrypt4gh(deps, sealed, x25519PublicKey(recipient)));
    expect(parseHeader(file, [recipient]).headerBytes).toBe(124);
    expect(same(file.subarray(124), memory.objects.get(sealed.name) ?? Buffer.alloc(0))).toBe(true);
  });
});

describe('the plaintext hook', () => {
  test('gets every byte once, in order, one call at a time, in buffers that can be transferred', async () => {
    const { deps } = newBench();
    const got: Uint8Array[] = [];
    let running = 0;
    const sealed = await sealBytes(deps, plain, [1, 70_000, 70_001, 2_000_000], async (chunk) => {
      running += 1;
      expect(running).toBe(1);
      await new Promise((resolve) => setTimeout(resolve, 2));
      // Transfer detaches the original: nobody else may need it.
      const moved = structuredClone(chunk, { transfer: [chunk.buffer as ArrayBuffer] });
      expect(chunk).toHaveLength(0);
      got.push(moved);
      running -= 1;
    });
    expect(same(Buffer.concat(got), plain)).toBe(true);
    expect(got.every((chunk) => chunk.length <= batch)).toBe(true);
    await verifySealed(deps, sealed);
  });

  test('holds the writer back', async () => {
    const { memory, deps } = newBench();
    let letGo = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    const writer = await createSealedWriter(deps, { ...newHolding(), onPlaintext: async () => await held });
    const writing = writer.append(plain);
    await new Promise((resolve) => setTimeout(resolve, 50));
    // One batch with the hook, and one that was sealed meanwhile.
    expect(memory.appends).toHaveLength(2);
    letGo();
    await writing;
    expect((await writer.finish()).plaintextSha256).toBe(sha256(plain));
  });

  test('fails the writer when it fails', async () => {
    const { memory, deps } = newBench();
    const gone = new AppError('unavailable', { nb: 'x', en: 'x' });
    const writer = await createSealedWriter(deps, {
      ...newHolding(),
      onPlaintext: () => {
        throw gone;
      },
    });
    await expect(writer.append(plain)).rejects.toBe(gone);
    await expect(writer.append(plain)).rejects.toBe(gone);
    await expect(writer.finish()).rejects.toBe(gone);
    await writer.abort();
    expect(memory.parts.size + memory.objects.size).toBe(0);
  });
});

describe('the end of a writer', () => {
  test('is once: nothing is taken after finish, and abort leaves the object', async () => {
    const { memory, deps } = newBench();
    const writer = await createSealedWriter(deps, newHolding());
    await writer.append(plain.subarray(0, 10));
    await writer.finish();
    expect(await codeOf(() => writer.append(plain))).toBe('closed');
    expect(await codeOf(() => writer.finish())).toBe('closed');
    expect(await codeOf(() => writer.suspend())).toBe('closed');
    await writer.abort();
    expect(memory.objects.size).toBe(1);
  });

  test('by abort removes the part and fails what is queued', async () => {
    const { memory, deps } = newBench();
    const writer = await createSealedWriter(deps, newHolding());
    const writing = writer.append(plain);
    const outcome = writing.then(
      () => 'done',
      (thrown: unknown) => (thrown as AppError).code,
    );
    await writer.abort();
    await writer.abort();
    expect(await outcome).toBe('closed');
    expect(memory.parts.size + memory.objects.size).toBe(0);
  });

  test('by a full disk says so at the next call, and leaves nothing after abort', async () => {
    const { memory, deps } = newBench();
    const full = new AppError('storage-failed', { nb: 'x', en: 'x' });
    const writer = await createSealedWriter(deps, newHolding());
    memory.faults.append = full;
    await expect(writer.append(plain)).rejects.toBe(full);
    await expect(writer.finish()).rejects.toBe(full);
    await writer.abort();
    expect(memory.parts.size + memory.objects.size).toBe(0);
  });

  test('by suspend keeps the part, also when the disk is full, and says so', async () => {
    const { memory, deps } = newBench();
    const full = new AppError('storage-failed', { nb: 'x', en: 'x' });
    const holding = newHolding();
    const writer = await createSealedWriter(deps, holding);
    memory.faults.append = full;
    await expect(writer.append(plain)).rejects.toBe(full);
    await expect(writer.suspend()).rejects.toBe(full);
    await writer.abort();
    expect([...memory.parts.keys()]).toEqual([holding.name]);
    memory.faults.append = undefined;
    expect(await surveyPart(deps, { ...holding, parts: writer.parts })).toEqual({ durableBytes: 0 });
  });

  test('by a failing commit is no end: there is no seal, and abort removes all', async () => {
    const { memory, deps } = newBench();
    const failing = new AppError('storage-failed', { nb: 'x', en: 'x' });
    memory.faults.commit = failing;
    const writer = await createSealedWriter(deps, newHolding());
    await writer.append(plain.subarray(0, 10));
    await expect(writer.finish()).rejects.toBe(failing);
    await writer.abort();
    expect(memory.parts.size + memory.objects.size).toBe(0);
  });

  test('takes calls in their order without waiting for each', async () => {
    const { deps, memory } = newBench();
    const holding = newHolding();
    const writer = await createSealedWriter(deps, holding);
    const appends: Promise<void>[] = [];
    for (let at = 0; at < plain.length; at += 300_000) {
      appends.push(writer.append(plain.subarray(at, at + 300_000)));
    }
    const seal = await writer.finish();
    await Promise.all(appends);
    expect(seal.plaintextSha256).toBe(sha256(plain));
    expect(memory.objects.has(holding.name)).toBe(true);
  });

  test('of a name that is taken is at its beginning', async () => {
    const { deps } = newBench();
    const sealed = await sealBytes(deps, plain.subarray(0, 10));
    expect(await codeOf(() => createSealedWriter(deps, sealed))).toBe('already-exists');
  });
});
