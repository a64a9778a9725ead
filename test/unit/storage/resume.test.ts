/** Going on after a crash or a lost connection: what comes out is always the file that was sent. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AppError } from '../../../src/platform/errors.ts';
import type { SealedWriter } from '../../../src/storage/gathering-writer.ts';
import { resumeSealedWriter, surveyPart } from '../../../src/storage/resumed-writer.ts';
import type { HeldParts } from '../../../src/storage/seal.ts';
import { openSealed } from '../../../src/storage/sealed-reader.ts';
import { createSealedWriter } from '../../../src/storage/sealed-writer.ts';
import { verifySealed } from '../../../src/storage/verify-sealed.ts';
import {
  type Bench,
  codeOf,
  gather,
  marksSha256,
  newBench,
  newHolding,
  plaintext,
  same,
  sha256,
} from './fixture.ts';

const segment = 65_536;
const cipherSegment = 65_564;
const batch = 16 * segment;
const plain = plaintext(2 * batch + 3 * segment + 777);

/** Writes `length` bytes and ends as a killed server would: nothing said to the writer, the part cut to `cut`. */
async function crash(bench: Bench, length: number, cut?: number): Promise<HeldParts> {
  const holding = newHolding();
  const writer = await createSealedWriter(bench.deps, holding);
  await writer.append(plain.subarray(0, length));
  await writer.suspend();
  const part = bench.memory.parts.get(holding.name) ?? Buffer.alloc(0);
  bench.memory.parts.set(holding.name, part.subarray(0, cut ?? part.length));
  return { ...holding, parts: writer.parts };
}

/** Sends the rest from `offset`, and checks body, seal, hook and reader against the whole file. */
async function complete(bench: Bench, held: HeldParts, offset: number, file = plain): Promise<SealedWriter> {
  const { deps, memory } = bench;
  const hooked: Uint8Array[] = [];
  const onPlaintext = async (chunk: Uint8Array): Promise<void> => void hooked.push(Uint8Array.from(chunk));
  const writer = await resumeSealedWriter(deps, { ...held, offset, onPlaintext });
  expect(writer.plaintextBytes).toBe(offset);
  for (let at = offset; at < file.length; at += 100_000) await writer.append(file.subarray(at, at + 100_000));
  const seal = await writer.finish();
  expect(seal.plaintextSha256).toBe(sha256(file));
  expect(seal.plaintextBytes).toBe(file.length);
  expect(seal.segmentsSha256).toBe(marksSha256(memory.objects.get(held.name) ?? Buffer.alloc(0)));
  expect(same(Buffer.concat(hooked), file)).toBe(true);
  const sealed = { ...held, parts: writer.parts, seal };
  await verifySealed(deps, sealed);
  const reader = await openSealed(deps, sealed);
  expect(same(await gather(reader.stream()), file)).toBe(true);
  await reader.close();
  return writer;
}

describe('suspend', () => {
  test.each([
    [0, 0],
    [1, 0],
    [segment - 1, 0],
    [segment, segment],
    [segment + 1, segment],
    [batch, batch],
    [batch + segment + 5, batch + segment],
  ])('of %i bytes keeps %i', async (length, durable) => {
    const { memory, deps } = newBench();
    const holding = newHolding();
    const writer = await createSealedWriter(deps, holding);
    await writer.append(plain.subarray(0, length));
    expect(await writer.suspend()).toEqual({ durableBytes: durable });
    expect(memory.parts.get(holding.name)).toHaveLength((durable / segment) * cipherSegment);
    expect(await surveyPart(deps, { ...holding, parts: writer.parts })).toEqual({ durableBytes: durable });
  });
});

describe('resume', () => {
  test.each([0, 1, segment - 1, segment, segment + 1, batch - 1, batch, batch + 1, 2 * batch])(
    'at %i of what is stored gives the file that was sent',
    async (offset) => {
      const bench = newBench();
      const held = await crash(bench, plain.length);
      await complete(bench, held, offset);
    },
  );

  test('at the end, with nothing more to come, makes the last segment final', async () => {
    for (const length of [segment, 2 * segment, batch]) {
      const bench = newBench();
      const held = await crash(bench, length);
      await complete(bench, held, length, plain.subarray(0, length));
    }
  });

  test('of an empty part at 0 gives an empty file', async () => {
    const bench = newBench();
    await complete(bench, await crash(bench, 0), 0, plain.subarray(0, 0));
  });

  test('goes on under a new key, from the segment that was begun', async () => {
    const bench = newBench();
    const held = await crash(bench, plain.length);
    const writer = await complete(bench, held, 5 * segment + 1);
    expect(writer.parts.map((part) => part.firstSegment)).toEqual([0, 5]);
    expect(writer.parts[0]).toEqual(held.parts[0]);
  });

  test('drops keys of which no segment is left', async () => {
    const bench = newBench();
    const held = await crash(bench, plain.length);
    const writer = await complete(bench, held, segment);
    expect(writer.parts.map((part) => part.firstSegment)).toEqual([0]);
    expect(writer.parts[0]?.wrapped).not.toEqual(held.parts[0]?.wrapped);
  });

  test('again and again, each from where the one before ended, gives the file', async () => {
    const bench = newBench();
    const { deps } = bench;
    let held = await crash(bench, 3 * segment);
    let offset = 3 * segment;
    while (offset < 20 * segment) {
      const writer = await resumeSealedWriter(deps, { ...held, offset });
      await writer.append(plain.subarray(offset, offset + 2 * segment + 99));
      held = { ...held, parts: writer.parts };
      offset = (await writer.suspend()).durableBytes;
    }
    const writer = await complete(bench, held, offset);
    expect(writer.parts.length).toBeGreaterThan(5);
  });

  test('never seals two different plaintexts under one key and index', async () => {
    const bench = newBench();
    const held = await crash(bench, 4 * segment);
    const before = bench.memory.parts.get(held.name) ?? Buffer.alloc(0);
    const writer = await resumeSealedWriter(bench.deps, { ...held, offset: 2 * segment + 10 });
    const other = plaintext(plain.length).fill(1);
    await writer.append(other.subarray(0, 3 * segment));
    await writer.suspend();
    const after = bench.memory.parts.get(held.name) ?? Buffer.alloc(0);
    expect(same(after.subarray(0, 2 * cipherSegment), before.subarray(0, 2 * cipherSegment))).toBe(true);
    // The old key opens nothing of what was written anew.
    const survey = await surveyPart(bench.deps, held);
    expect(survey.durableBytes).toBe(2 * segment);
  });

  test('beyond what is stored is refused, and leaves the part as it is', async () => {
    const bench = newBench();
    const held = await crash(bench, 4 * segment);
    for (const offset of [4 * segment + 1, 6 * segment, -1, 0.5, Number.NaN]) {
      expect(await codeOf(() => resumeSealedWriter(bench.deps, { ...held, offset }))).toBe('not-resumable');
    }
    await complete(bench, held, 4 * segment);
  });

  test('of what is gone or done says not-found', async () => {
    const bench = newBench();
    const held = await crash(bench, segment);
    await complete(bench, held, segment);
    expect(await codeOf(() => resumeSealedWriter(bench.deps, { ...held, offset: 0 }))).toBe('not-found');
    expect(await codeOf(() => surveyPart(bench.deps, held))).toBe('not-found');
  });

  test('with the keys of another project is refused', async () => {
    const bench = newBench();
    const held = await crash(bench, segment);
    const foreign = { ...held, projectId: 'P24-0188', offset: 0 };
    expect(await codeOf(() => resumeSealedWriter(bench.deps, foreign))).toBe('integrity-failed');
  });

  test('stops when told, or when the hook fails, and can be tried again', async () => {
    const bench = newBench();
    const held = await crash(bench, plain.length);
    const stop = new AbortController();
    stop.abort();
    const input = { ...held, offset: 2 * batch };
    await expect(resumeSealedWriter(bench.deps, { ...input, signal: stop.signal })).rejects.toThrow(/abort/i);
    const gone = new AppError('unavailable', { nb: 'x', en: 'x' });
    const onPlaintext = async (): Promise<void> => {
      throw gone;
    };
    await expect(resumeSealedWriter(bench.deps, { ...input, onPlaintext })).rejects.toBe(gone);
    await complete(bench, held, 2 * batch);
  });

  test('after a kill between the final segment and the commit loses nothing', async () => {
    for (const length of [1, 1000, segment, segment + 1, batch + 5]) {
      const bench = newBench();
      const file = plain.subarray(0, length);
      const holding = newHolding();
      const writer = await createSealedWriter(bench.deps, holding);
      await writer.append(file);
      bench.memory.faults.commit = new AppError('storage-failed', { nb: 'x', en: 'x' });
      await expect(writer.finish()).rejects.toBe(bench.memory.faults.commit);
      await expect(writer.suspend()).rejects.toBe(bench.memory.faults.commit);
      bench.memory.faults.commit = undefined;
      const held = { ...holding, parts: writer.parts };
      expect(await surveyPart(bench.deps, held)).toEqual({ durableBytes: length });
      await complete(bench, held, length, file);
    }
  });
});

describe('a part cut by a crash', () => {
  const edges = [0, 1, 11, 12, 13, cipherSegment - 17, cipherSegment - 16, cipherSegment - 1];
  const file = plain.subarray(0, batch + 3 * segment + 777);
  const cuts = [0, 1, 15, 16, 18].flatMap((n) => edges.map((edge) => n * cipherSegment + edge));

  test.each(cuts)('at %i goes on where the whole segments end', async (cut) => {
    const bench = newBench();
    const held = await crash(bench, file.length, cut);
    const durable = Math.floor(cut / cipherSegment) * segment;
    expect(await surveyPart(bench.deps, held)).toEqual({ durableBytes: durable });
    await complete(bench, held, durable, file);
  });

  test('anywhere, torn, with holes or garbage in the end, twice, goes on from any offset that is good', async () => {
    const where = fc.integer({ min: 0, max: 35 * cipherSegment });
    const kind = fc.constantFrom('cut', 'zeros', 'garbage', 'hole');
    await fc.assert(
      fc.asyncProperty(
        where,
        kind,
        fc.double({ min: 0, max: 1, noNaN: true }),
        where,
        async (at, how, share, again) => {
          const bench = newBench();
          let held = await crash(bench, plain.length);
          tear(bench, held.name, at, how);
          const { durableBytes } = await surveyPart(bench.deps, held);
          expect(durableBytes).toBeGreaterThanOrEqual(Math.floor(at / cipherSegment) * segment - segment);
          const offset = Math.floor(durableBytes * share);
          const writer = await resumeSealedWriter(bench.deps, { ...held, offset });
          await writer.append(plain.subarray(offset));
          await writer.suspend();
          held = { ...held, parts: writer.parts };
          tear(bench, held.name, again, how);
          const second = await surveyPart(bench.deps, held);
          await complete(bench, held, second.durableBytes);
        },
      ),
      { numRuns: 30 },
    );
  });

  function tear(bench: Bench, name: string, where: number, how: string): void {
    const part = Buffer.from(bench.memory.parts.get(name) ?? Buffer.alloc(0));
    const at = Math.min(where, part.length);
    const end = Math.min(at + 4096, part.length);
    if (how === 'cut') bench.memory.parts.set(name, part.subarray(0, at));
    if (how === 'zeros') bench.memory.parts.set(name, part.fill(0, at));
    if (how === 'garbage')
      bench.memory.parts.set(name, Buffer.concat([part.subarray(0, at), Buffer.alloc(99, 7)]));
    // A block that never reached the disk, with later ones that did.
    if (how === 'hole') bench.memory.parts.set(name, part.fill(0, at, end));
  }
});
