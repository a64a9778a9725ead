/** A stored file as a standard .c4gh file for one recipient: a new header, and the body as it lies in the store. */
import type { Random } from '../platform/random.ts';
import { exportHeader } from './crypt4gh/header.ts';
import type { SealedObject } from './seal.ts';
import { openSealedBody, type SealedReaderDeps } from './sealed-body.ts';
import { readBatches } from './segment-batch.ts';

/**
 * Header ‖ body for the holder of an X25519 key (raw public key, 32 bytes), in chunks of at most 1 MiB and 448 bytes.
 * Nothing is decrypted. `invalid-input` when the recipient's key is none; `integrity-failed` when the body has not
 * the sealed size.
 */
export async function* exportCrypt4gh(
  deps: SealedReaderDeps & { readonly random: Random },
  sealed: SealedObject,
  recipientPublicKey: Uint8Array,
): AsyncGenerator<Uint8Array> {
  const body = await openSealedBody(deps, sealed);
  try {
    const dataKeys = body.keys.map(({ dataKey }) => dataKey);
    yield exportHeader(deps, recipientPublicKey, dataKeys);
    const { object, segments } = body;
    for await (const { bytes } of readBatches(object, 0, segments, object.sizeBytes)) yield bytes;
  } finally {
    await body.close();
  }
}
