/** What the storage tests share: a random stream by rule, plaintext by rule, a key ring, a sealed file. */
import { createHash } from 'node:crypto';
import { expect } from 'vitest';
import { AppError, type ErrorCode } from '../../../src/platform/errors.ts';
import { type Random, systemRandom } from '../../../src/platform/random.ts';
import type { PlaintextHook, SealedWriterDeps } from '../../../src/storage/gathering-writer.ts';
import { createKeyRing } from '../../../src/storage/key-ring.ts';
import { newObjectName } from '../../../src/storage/object-store.ts';
import type { SealedObject } from '../../../src/storage/seal.ts';
import { createSealedWriter } from '../../../src/storage/sealed-writer.ts';
import { createMemoryStore, type MemoryStore } from './memory-store.ts';

/** SHA-256(seed ‖ counter), as test/vectors/crypt4gh/README.md says. */
export function streamRandom(seed: string): Random {
  let counter = 0;
  let rest = Buffer.alloc(0);
  return {
    bytes: (count) => {
      while (rest.length < count) {
        const number = Buffer.alloc(4);
        number.writeUInt32BE(counter);
        counter += 1;
        rest = Buffer.concat([rest, createHash('sha256').update(seed).update(number).digest()]);
      }
      const taken = Uint8Array.from(rest.subarray(0, count));
      rest = rest.subarray(count);
      return taken;
    },
    uuid: () => systemRandom.uuid(),
  };
}

/** Byte i is (7 i + (i >> 8) + (i >> 16)) mod 256. */
export function plaintext(length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let i = 0; i < length; i += 1) bytes[i] = 7 * i + (i >> 8) + (i >> 16);
  return bytes;
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** SHA-256 of nonce ‖ tag of every segment, as the seal has it. */
export function marksSha256(body: Uint8Array): string {
  const hash = createHash('sha256');
  for (let at = 0; at < body.length; at += 65_564) {
    const segment = body.subarray(at, at + 65_564);
    hash.update(segment.subarray(0, 12)).update(segment.subarray(-16));
  }
  return hash.digest('hex');
}

export function same(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}

export interface Bench {
  readonly memory: MemoryStore;
  readonly deps: Omit<SealedWriterDeps, 'sealThreads'>;
}

export function newBench(): Bench {
  const memory = createMemoryStore();
  const random = systemRandom;
  const keyRing = createKeyRing({ random }, [{ version: 1, key: new Uint8Array(32).fill(7) }]);
  return { memory, deps: { store: memory.store, keyRing, random } };
}

export function newHolding() {
  return { name: newObjectName(systemRandom), projectId: 'P24-0187', holder: 'inbound' };
}

/** Seals `plain`, appended in pieces that end at `cuts`. */
export async function sealBytes(
  deps: SealedWriterDeps,
  plain: Uint8Array,
  cuts: readonly number[] = [],
  onPlaintext?: PlaintextHook,
): Promise<SealedObject> {
  const holding = newHolding();
  const writer = await createSealedWriter(deps, { ...holding, onPlaintext });
  const ends = [...cuts, plain.length].sort((a, b) => a - b);
  let from = 0;
  for (const end of ends) {
    await writer.append(plain.subarray(from, end));
    from = Math.max(from, end);
  }
  return { ...holding, seal: await writer.finish(), parts: writer.parts };
}

export async function gather(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const all: Uint8Array[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return Buffer.concat(all);
}

/** The code of the AppError that `work` ends in. Anything else fails the test. */
export async function codeOf(work: () => unknown): Promise<ErrorCode> {
  try {
    await work();
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(AppError);
    return (thrown as AppError).code;
  }
  throw new Error('it did not fail');
}
