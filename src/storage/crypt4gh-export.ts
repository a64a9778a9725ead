/** A stored file as a standard .c4gh file for one recipient: a header of its own, and the body as it lies in the store. */
import { AppError } from '../platform/errors.ts';
import type { Random } from '../platform/random.ts';
import { exportHeader } from './crypt4gh/header.ts';
import { segmentCipherBytes } from './crypt4gh/segment.ts';
import type { Seal, SealedObject } from './seal.ts';
import { openSealedBody, type SealedBody, type SealedReaderDeps } from './sealed-body.ts';
import { batchSegments, type CipherBatch, openBatch, readBatches, readSegments } from './segment-batch.ts';

const preambleBytes = 16;
const packetBytes = 108;

/** How long the header for one recipient is, and the whole file. Both are known before either is made. */
export function exportedBytes(seal: Seal): { readonly header: number; readonly file: number } {
  const header = preambleBytes + packetBytes * seal.parts.length;
  return { header, file: header + seal.ciphertextBytes };
}

/**
 * The header for the holder of an X25519 key (raw public key, 32 bytes). Differs from call to call: who serves a file
 * in pieces keeps the first. `invalid-input` when the recipient's key is none.
 */
export async function makeExportHeader(
  deps: SealedReaderDeps & { readonly random: Random },
  sealed: SealedObject,
  recipientPublicKey: Uint8Array,
): Promise<Uint8Array> {
  const body = await openSealedBody(deps, sealed);
  try {
    return headerOf(deps, body, recipientPublicKey);
  } finally {
    await body.close();
  }
}

function headerOf(deps: { readonly random: Random }, body: SealedBody, recipientPublicKey: Uint8Array) {
  const dataKeys = body.keys.map(({ dataKey }) => dataKey);
  return exportHeader(deps, recipientPublicKey, dataKeys);
}

/**
 * Header ‖ body, in chunks of at most 1 MiB and 448 bytes. Every segment is opened before it is given out, so what is
 * not as it was sealed ends in `integrity-failed` and not in a file that its recipient cannot open.
 */
export async function* exportCrypt4gh(
  deps: SealedReaderDeps & { readonly random: Random },
  sealed: SealedObject,
  recipientPublicKey: Uint8Array,
): AsyncGenerator<Uint8Array> {
  const body = await openSealedBody(deps, sealed);
  try {
    yield headerOf(deps, body, recipientPublicKey);
    const { object, segments } = body;
    for await (const batch of readBatches(object, 0, segments, object.sizeBytes)) {
      authenticate(body, batch);
      yield batch.bytes;
    }
  } finally {
    await body.close();
  }
}

function authenticate(body: SealedBody, batch: CipherBatch): void {
  for (const plain of openBatch(body.keys, batch, body.segments - 1)) plain.fill(0);
}

/** The same file for reading at any offset, behind a header that was made before. */
export interface ExportReader {
  readonly bytes: number;
  /** Up to `length` bytes from `offset`; fewer only at the end. Errors: `integrity-failed`, `closed`. */
  read(offset: number, length: number): Promise<Uint8Array>;
  close(): Promise<void>;
}

/** Batches of 1 MiB kept: a client that goes forward has its requests in two of them. */
const keptBatches = 3;

export async function openExport(
  deps: SealedReaderDeps,
  sealed: SealedObject,
  header: Uint8Array,
): Promise<ExportReader> {
  const body = await openSealedBody(deps, sealed);
  const { object, segments } = body;
  const bytes = header.length + object.sizeBytes;
  const batchBytes = batchSegments * segmentCipherBytes;
  const kept = new Map<number, Promise<Uint8Array>>();
  let closed = false;

  function batchAt(index: number): Promise<Uint8Array> {
    const found = kept.get(index);
    if (found !== undefined) return found;
    const first = index * batchSegments;
    const end = Math.min(first + batchSegments, segments);
    const loaded = readSegments(object, first, end, object.sizeBytes).then((batch) => {
      if (closed) throw new AppError('closed', readerClosed);
      authenticate(body, batch);
      return batch.bytes;
    });
    kept.set(index, loaded);
    loaded.catch(() => kept.delete(index));
    for (const oldest of kept.keys()) {
      if (kept.size <= keptBatches) break;
      kept.delete(oldest);
    }
    return loaded;
  }

  return {
    bytes,
    async read(offset, length) {
      if (closed) throw new AppError('closed', readerClosed);
      const end = Math.min(offset + length, bytes);
      if (offset >= end) return new Uint8Array(0);
      const out = Buffer.allocUnsafeSlow(end - offset);
      if (offset < header.length) out.set(header.subarray(offset, end));
      for (let at = Math.max(offset - header.length, 0); at < end - header.length; ) {
        const index = Math.floor(at / batchBytes);
        const piece = (await batchAt(index)).subarray(
          at - index * batchBytes,
          end - header.length - index * batchBytes,
        );
        out.set(piece, at + header.length - offset);
        at += piece.length;
      }
      if (closed) throw new AppError('closed', readerClosed);
      return out;
    },
    async close() {
      closed = true;
      kept.clear();
      await body.close();
    },
  };
}

const readerClosed = { nb: 'Filen er ikke lenger åpen.', en: 'The file is no longer open.' };
