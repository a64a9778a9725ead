/** What can be wrong with something stored, and a reader that reports it instead of giving out a wrong byte. */
import { hasCode } from '../platform/errors.ts';
import type { KeyRing } from '../storage/key-ring.ts';
import { keyId, openPartKeys, zeroKeys } from '../storage/part-keys.ts';
import type { SealedObject } from '../storage/seal.ts';
import type { SealedReader } from '../storage/sealed-reader.ts';

export type BodyFault = 'body-missing' | 'body-differs' | 'keys-missing' | 'keys-differ' | 'no-seal';

export interface ReportedFault {
  kind: BodyFault;
  /** The body's random name. */
  name: string;
  projectId: string;
}

/** True when the wraps open, and are of the keys that the seal names. */
export function sameKeys(keyRing: KeyRing, held: SealedObject): boolean {
  try {
    const keys = openPartKeys(keyRing, held);
    const names = keys.map(({ firstSegment, dataKey }) => `${firstSegment} ${keyId(dataKey)}`);
    zeroKeys(keys);
    return names.join() === held.seal.parts.map((part) => `${part.firstSegment} ${part.keyId}`).join();
  } catch (thrown) {
    if (hasCode(thrown, 'integrity-failed')) return false;
    throw thrown;
  }
}

/** Passes everything on, and calls `onDamage` when something read is not as it was sealed. */
export function watchReader(reader: SealedReader, onDamage: () => void): SealedReader {
  const watched = (thrown: unknown): never => {
    if (hasCode(thrown, 'integrity-failed')) onDamage();
    throw thrown;
  };
  return {
    plaintextBytes: reader.plaintextBytes,
    read: (offset, length) => reader.read(offset, length).catch(watched),
    readPieces: (offset, length) => reader.readPieces(offset, length).catch(watched),
    async *stream(from, to) {
      try {
        yield* reader.stream(from, to);
      } catch (thrown) {
        watched(thrown);
      }
    },
    close: () => reader.close(),
  };
}
