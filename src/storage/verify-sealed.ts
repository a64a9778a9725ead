/** Compares a whole stored body with its seal: every segment, both sizes, and the hashes it has. */
import { createHash } from 'node:crypto';
import { segmentPlainBytes } from './crypt4gh/segment.ts';
import { takeTurn } from './event-loop-turn.ts';
import type { SealedObject } from './seal.ts';
import { openSealedBody, type SealedReaderDeps } from './sealed-body.ts';
import { openBatch, readBatches } from './segment-batch.ts';
import { hashSegmentMarks } from './segment-marks.ts';
import { integrityFailed } from './storage-error.ts';

export interface VerifyOptions {
  readonly signal?: AbortSignal | undefined;
  /** Called after each batch with the plaintext bytes verified; to show progress, and to slow down by taking time. */
  readonly onProgress?: ((verifiedBytes: number) => Promise<void>) | undefined;
}

/** Resolves when all is as sealed; `not-found` when the body is gone, `integrity-failed` when anything differs. */
export async function verifySealed(
  deps: SealedReaderDeps,
  sealed: SealedObject,
  options: VerifyOptions = {},
): Promise<void> {
  const body = await openSealedBody(deps, sealed);
  try {
    const plaintextHash = createHash('sha256');
    const marks = hashSegmentMarks();
    const { plaintextSha256, segmentsSha256, ciphertextSha256 } = sealed.seal;
    const ciphertextHash = ciphertextSha256 === undefined ? undefined : createHash('sha256');
    const { object, keys, segments } = body;
    for await (const batch of readBatches(object, 0, segments, object.sizeBytes)) {
      options.signal?.throwIfAborted();
      await takeTurn();
      ciphertextHash?.update(batch.bytes);
      marks.update(batch.bytes);
      const opened = openBatch(keys, batch, segments - 1);
      for (const plain of opened) plaintextHash.update(plain);
      const verified = (batch.firstSegment + opened.length) * segmentPlainBytes;
      await options.onProgress?.(Math.min(verified, sealed.seal.plaintextBytes));
    }
    if (ciphertextHash?.digest('hex') !== ciphertextSha256) throw integrityFailed();
    if (segmentsSha256 !== undefined && marks.digest() !== segmentsSha256) throw integrityFailed();
    if (plaintextHash.digest('hex') !== plaintextSha256) throw integrityFailed();
  } finally {
    await body.close();
  }
}
