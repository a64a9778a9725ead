/** Runs of whole segments: read in batches from the store, opened under the strict profile. */
import { segmentCipherBytes } from './crypt4gh/segment.ts';
import { openStrictSegment } from './crypt4gh/strict-profile.ts';
import { keyOfSegment, type PartKey } from './part-keys.ts';
import { integrityFailed } from './storage-error.ts';

/** 1 MiB of plaintext: large enough that store calls cost nothing, small enough to block the event loop ≤ 3 ms. */
export const batchSegments = 16;

export interface CipherBatch {
  readonly firstSegment: number;
  readonly bytes: Uint8Array;
}

interface Source {
  read(offset: number, length: number, into?: Uint8Array): Promise<Uint8Array>;
}

/** The ciphertext of segments [from, to) of a body of `bodyBytes`, all of it, or `integrity-failed`. */
export async function readSegments(
  source: Source,
  from: number,
  to: number,
  bodyBytes: number,
  into?: Uint8Array,
): Promise<CipherBatch> {
  const offset = from * segmentCipherBytes;
  const length = Math.min(to * segmentCipherBytes, bodyBytes) - offset;
  const bytes = await source.read(offset, length, into);
  if (bytes.length !== length) throw integrityFailed();
  return { firstSegment: from, bytes };
}

/** The same in batches; the next is read while one is in use. */
export async function* readBatches(
  source: Source,
  from: number,
  to: number,
  bodyBytes: number,
): AsyncGenerator<CipherBatch> {
  const readFrom = (first: number) =>
    first < to ? readSegments(source, first, Math.min(first + batchSegments, to), bodyBytes) : undefined;
  let next = readFrom(from);
  try {
    for (let first = from; next; first += batchSegments) {
      const batch = await next;
      next = readFrom(first + batchSegments);
      // Its failure is met when it is awaited; until then it must not count as unhandled.
      next?.catch(() => undefined);
      yield batch;
    }
  } finally {
    // Left early: the source may be closed only when nothing reads any more.
    await next?.catch(() => undefined);
  }
}

/**
 * The plaintext of each segment in the batch. `lastSegment` is the index of the one that must be final. Throws
 * `integrity-failed` unless the batch is whole segments of this body, exactly in their places.
 */
export function openBatch(keys: readonly PartKey[], batch: CipherBatch, lastSegment: number): Uint8Array[] {
  const plain: Uint8Array[] = [];
  let index = batch.firstSegment;
  for (let at = 0; at < batch.bytes.length; at += segmentCipherBytes, index += 1) {
    const segment = batch.bytes.subarray(at, at + segmentCipherBytes);
    const opened = openStrictSegment(keyOfSegment(keys, index), segment, index, index === lastSegment);
    if (!opened) throw integrityFailed();
    plain.push(opened);
  }
  return plain;
}

/** The plaintexts as one, in memory of its own that may be transferred to another thread. */
export function joinPlain(segments: readonly Uint8Array[]): Uint8Array {
  const joined = Buffer.allocUnsafeSlow(segments.reduce((sum, segment) => sum + segment.length, 0));
  let at = 0;
  for (const segment of segments) {
    joined.set(segment, at);
    at += segment.length;
  }
  return joined;
}

/** How many segments `cipherBytes` begin. */
export function segmentsIn(cipherBytes: number): number {
  return Math.ceil(cipherBytes / segmentCipherBytes);
}
