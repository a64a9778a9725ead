/** A committed body with its keys, opened and checked against its seal: what reading, verifying and exporting share. */
import { bodyBytes, segmentCount } from './crypt4gh/strict-profile.ts';
import type { KeyRing } from './key-ring.ts';
import type { ObjectHandle, ObjectStore } from './object-store.ts';
import { keyId, openPartKeys, type PartKey, zeroKeys } from './part-keys.ts';
import type { SealedObject } from './seal.ts';
import type { SealThreads } from './seal-thread.ts';
import { integrityFailed } from './storage-error.ts';

export interface SealedReaderDeps {
  readonly store: ObjectStore;
  readonly keyRing: KeyRing;
  /** Where runs of a download are decrypted; without them, in this thread. */
  readonly sealThreads?: Pick<SealThreads, 'openReading'> | undefined;
}

export interface SealedBody {
  readonly object: ObjectHandle;
  readonly keys: readonly PartKey[];
  readonly segments: number;
  close(): Promise<void>;
}

/** `integrity-failed` unless the keys are the sealed ones and the body has exactly the sealed size. */
export async function openSealedBody(deps: SealedReaderDeps, sealed: SealedObject): Promise<SealedBody> {
  const { seal } = sealed;
  const keys = openPartKeys(deps.keyRing, sealed);
  const close = (): void => zeroKeys(keys);
  try {
    const sameKeys =
      keys.length === seal.parts.length &&
      keys.every(({ firstSegment, dataKey }, n) => {
        const part = seal.parts[n];
        return part?.firstSegment === firstSegment && part.keyId === keyId(dataKey);
      });
    if (!sameKeys || bodyBytes(seal.plaintextBytes) !== seal.ciphertextBytes) throw integrityFailed();
    const object = await deps.store.openObject(sealed.name);
    if (object.sizeBytes !== seal.ciphertextBytes) {
      await object.close();
      throw integrityFailed();
    }
    return {
      object,
      keys,
      segments: segmentCount(seal.plaintextBytes),
      close: async () => {
        close();
        await object.close();
      },
    };
  } catch (cause) {
    close();
    throw cause;
  }
}
