/** Goes on with a part that a lost connection, a full disk or a killed server left behind. */
import { createHash } from 'node:crypto';
import { AppError } from '../platform/errors.ts';
import { segmentCipherBytes, segmentOverheadBytes, segmentPlainBytes } from './crypt4gh/segment.ts';
import { bodyBytes, openStrictSegment, readStrictNonce } from './crypt4gh/strict-profile.ts';
import { takeTurn } from './event-loop-turn.ts';
import type { PlaintextHook, SealedWriter, SealedWriterDeps, WriterState } from './gathering-writer.ts';
import type { KeyRing } from './key-ring.ts';
import type { ObjectStore, PartHandle } from './object-store.ts';
import { keyId, keyOfSegment, openPartKeys, type PartKey, zeroKeys } from './part-keys.ts';
import type { HeldParts } from './seal.ts';
import { openWriter } from './sealed-writer.ts';
import { joinPlain, openBatch, readBatches, segmentsIn } from './segment-batch.ts';
import { hashSegmentMarks } from './segment-marks.ts';

/**
 * How many plaintext bytes of a part are there and authentic: where a resume may start at the latest. Reads the
 * whole part, or with `tailSegments` so many at its end, and all of it only when the first of them is not good.
 * `not-found` when there is none.
 */
export async function surveyPart(
  deps: { readonly store: ObjectStore; readonly keyRing: KeyRing },
  held: HeldParts,
  options: { readonly signal?: AbortSignal | undefined; readonly tailSegments?: number } = {},
): Promise<{ readonly durableBytes: number }> {
  const keys = openPartKeys(deps.keyRing, held);
  try {
    const part = await deps.store.openPart(held.name);
    try {
      const { signal, tailSegments = Infinity } = options;
      const from = Math.max(0, segmentsIn(part.size()) - tailSegments);
      const durableBytes = await authenticBytes(part, keys, from, signal);
      if (from === 0 || durableBytes > from * segmentPlainBytes) return { durableBytes };
      return { durableBytes: await authenticBytes(part, keys, 0, signal) };
    } finally {
      await part.close();
    }
  } finally {
    zeroKeys(keys);
  }
}

/** Cuts off what is not authentic, so that the size of the part tells where a resume may start. */
export async function trimPart(
  deps: { readonly store: ObjectStore; readonly keyRing: KeyRing },
  held: HeldParts,
): Promise<void> {
  const { durableBytes } = await surveyPart(deps, held);
  const part = await deps.store.openPart(held.name);
  try {
    await part.truncate(Math.min(part.size(), bodyBytes(durableBytes)));
    await part.sync();
  } finally {
    await part.close();
  }
}

export interface ResumeInput extends HeldParts {
  /** Where the next plaintext byte goes. What is stored beyond it is dropped. */
  readonly offset: number;
  readonly onPlaintext?: PlaintextHook | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * A writer that stands at `offset`: what is stored up to there has been opened, hashed and given to `onPlaintext`
 * again, and what lies behind it, torn or whole, is cut off. It goes on under a new data key, from the start of the
 * segment in which the last byte before `offset` stands. Its `parts` replace the old ones: keep them before
 * appending. `not-resumable` when less than `offset` is there and authentic; `not-found` when there is no part.
 */
export async function resumeSealedWriter(deps: SealedWriterDeps, input: ResumeInput): Promise<SealedWriter> {
  const keys = openPartKeys(deps.keyRing, input);
  try {
    const part = await deps.store.openPart(input.name);
    try {
      return openWriter(deps, input, part, await replay(part, keys, input));
    } catch (cause) {
      await part.close();
      throw cause;
    }
  } finally {
    zeroKeys(keys);
  }
}

/*
 * The last segment before the offset never stays in the part, even when it is whole: should nothing follow, it must
 * be sealed once more, as final. So `segments` whole ones stay, and 1 to 65,536 bytes go to the writer's buffer.
 */
async function replay(part: PartHandle, keys: readonly PartKey[], input: ResumeInput): Promise<WriterState> {
  const { offset, onPlaintext, signal } = input;
  if (!Number.isSafeInteger(offset) || offset < 0) throw notResumable();
  const segments = Math.max(Math.ceil(offset / segmentPlainBytes) - 1, 0);
  if (part.size() < segments * segmentCipherBytes) throw notResumable();
  const plaintextHash = createHash('sha256');
  const marks = hashSegmentMarks();
  for await (const batch of readBatches(part, 0, segments, part.size())) {
    signal?.throwIfAborted();
    await takeTurn();
    const plain = joinPlain(openWhole(keys, batch.firstSegment, batch.bytes));
    plaintextHash.update(plain);
    marks.update(batch.bytes);
    await onPlaintext?.(plain);
  }
  const tail = await readTail(part, keys, segments, offset - segments * segmentPlainBytes);
  await part.truncate(segments * segmentCipherBytes);
  await part.sync();
  const staying = keys.filter(({ firstSegment }) => firstSegment < segments);
  return {
    earlier: input.parts.filter(({ firstSegment }) => firstSegment < segments),
    earlierSeal: staying.map((key) => ({ firstSegment: key.firstSegment, keyId: keyId(key.dataKey) })),
    segments,
    tail,
    plaintextHash,
    marks,
  };
}

/** Whole segments, none of them final. */
function openWhole(keys: readonly PartKey[], firstSegment: number, bytes: Uint8Array): Uint8Array[] {
  try {
    return openBatch(keys, { firstSegment, bytes }, -1);
  } catch (cause) {
    throw notResumable(cause);
  }
}

/** The first `length` plaintext bytes of the segment at `index`, which may have been written as the final one. */
async function readTail(
  part: PartHandle,
  keys: readonly PartKey[],
  index: number,
  length: number,
): Promise<Uint8Array> {
  if (length === 0) return new Uint8Array(0);
  const stored = await part.read(index * segmentCipherBytes, segmentCipherBytes);
  const opened = openEither(keys, stored, index);
  if (!opened || opened.plain.length < length) throw notResumable();
  return opened.plain.subarray(0, length);
}

async function authenticBytes(
  part: PartHandle,
  keys: readonly PartKey[],
  from: number,
  signal: AbortSignal | undefined,
): Promise<number> {
  let bytes = from * segmentPlainBytes;
  for await (const batch of readBatches(part, from, segmentsIn(part.size()), part.size())) {
    signal?.throwIfAborted();
    for (let n = 0; n * segmentCipherBytes < batch.bytes.length; n += 1) {
      const segment = batch.bytes.subarray(n * segmentCipherBytes, (n + 1) * segmentCipherBytes);
      const opened = openEither(keys, segment, batch.firstSegment + n);
      if (!opened) return bytes;
      bytes += opened.plain.length;
      opened.plain.fill(0);
      if (opened.final) return bytes;
    }
  }
  return bytes;
}

/** A segment of a part may be final: the server was killed between sealing it and committing. */
function openEither(
  keys: readonly PartKey[],
  segment: Uint8Array,
  index: number,
): { readonly plain: Uint8Array; readonly final: boolean } | undefined {
  if (segment.length < segmentOverheadBytes) return undefined;
  const { final } = readStrictNonce(segment);
  const plain = openStrictSegment(keyOfSegment(keys, index), segment, index, final);
  return plain && { plain, final };
}

function notResumable(cause?: unknown): AppError {
  return new AppError(
    'not-resumable',
    {
      nb: 'Opplastingen kan ikke gå videre herfra: så mye av filen er ikke trygt lagret. Start på nytt fra begynnelsen.',
      en: 'The upload cannot go on from here: that much of the file is not safely stored. Start again from the beginning.',
    },
    { cause },
  );
}
