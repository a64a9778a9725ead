/** NAME.c4gh: the delivered body as it lies in the store, behind a header for one recipient's own SSH key. */
import { recordAudit } from '../audit/audit.ts';
import { transact } from '../db/database.ts';
import { encryptionKeyOf } from '../identity/encryption-key.ts';
import { listEd25519Keys } from '../identity/encryption-key-store.ts';
import { type Actor, actorName } from '../identity/permissions.ts';
import { AppError, hasCode } from '../platform/errors.ts';
import { segmentCipherBytes, segmentPlainBytes } from '../storage/crypt4gh/segment.ts';
import { exportedBytes, makeExportHeader, openExport } from '../storage/crypt4gh-export.ts';
import type { SealedObject } from '../storage/seal.ts';
import { findSealed, type VaultDeps } from '../vault/bodies.ts';
import type { OpenDelivery } from './deliveries.ts';
import type { PublicationFileRow } from './delivery-store.ts';
import { encryptedSuffix as suffix } from './file-names.ts';
import { findHeader, saveHeader } from './header-store.ts';
import { publicationHolder } from './publish.ts';

type Person = Actor & { kind: 'person' };

/** The delivered file that `name` is the encrypted form of, when the delivery offers that. */
export function encryptedOf(delivery: OpenDelivery, name: string): PublicationFileRow | undefined {
  if (!delivery.endToEnd || !name.endsWith(suffix)) return undefined;
  return delivery.files.find((file) => file.name === name.slice(0, -suffix.length));
}

/** The encrypted forms that this person can fetch, with their sizes; none without a key of the right kind. */
export async function listEncrypted(
  deps: VaultDeps,
  actor: Person,
  delivery: OpenDelivery,
): Promise<readonly { name: string; bytes: number }[]> {
  if (!delivery.endToEnd || (await listEd25519Keys(deps.db, actor.personId)).length === 0) return [];
  const found: { name: string; bytes: number }[] = [];
  for (const file of delivery.files) {
    const { seal } = await sealedOf(deps, delivery, file);
    found.push({ name: file.name + suffix, bytes: exportedBytes(seal).file });
  }
  return found;
}

function sealedOf(deps: VaultDeps, delivery: OpenDelivery, file: PublicationFileRow): Promise<SealedObject> {
  const { id, projectId } = delivery;
  return findSealed(deps, { name: file.objectName, projectId, holder: publicationHolder(id) });
}

export interface EncryptedReader {
  readonly bytes: number;
  read(offset: number, length: number): Promise<Uint8Array>;
  readPieces(offset: number, length: number): Promise<readonly Uint8Array[]>;
  close(): Promise<void>;
  /** Which plaintext the bytes [from, to) of the encrypted form carry. */
  plainRange(from: number, to: number): readonly [number, number];
}

/**
 * Opens the encrypted form for this person. Its header is made the first time and kept until the delivery closes, so
 * that a download goes on in another session with the same bytes. Errors: `not-found` without a key of the right kind.
 */
export async function openEncrypted(
  deps: VaultDeps,
  actor: Person,
  delivery: OpenDelivery,
  file: PublicationFileRow,
): Promise<EncryptedReader> {
  const sealed = await sealedOf(deps, delivery, file);
  const header = await headerFor(deps, actor, delivery, file, sealed);
  const damaged = (thrown: unknown): never => {
    const { name, projectId } = sealed;
    if (hasCode(thrown, 'integrity-failed')) deps.onFault?.({ kind: 'body-differs', name, projectId });
    throw thrown;
  };
  const reader = await openExport(deps, sealed, header).catch(damaged);
  return {
    bytes: reader.bytes,
    read: (offset, length) => reader.read(offset, length).catch(damaged),
    async readPieces(offset, length) {
      const bytes = await reader.read(offset, length).catch(damaged);
      return bytes.length === 0 ? [] : [bytes];
    },
    close: () => reader.close(),
    plainRange: (from, to) => plainRange(header.length, sealed.seal.plaintextBytes, from, to, reader.bytes),
  };
}

async function headerFor(
  deps: VaultDeps,
  actor: Person,
  delivery: OpenDelivery,
  file: PublicationFileRow,
  sealed: SealedObject,
): Promise<Uint8Array> {
  const { personId } = actor;
  const keys = await listEd25519Keys(deps.db, personId);
  const [newest] = keys;
  if (newest === undefined) {
    throw new AppError('not-found', {
      nb: 'Du har ingen SSH-nøkkel av typen ssh-ed25519 hos oss, og da kan filen ikke krypteres til deg.',
      en: 'You have no SSH key of the type ssh-ed25519 with us, so the file cannot be encrypted to you.',
    });
  }
  const kept = await findHeader(deps.db, file.id, personId);
  // A key that has been taken back since must not open what is fetched from now on.
  if (kept !== undefined && keys.some((key) => key.fingerprint === kept.keyFingerprint)) return kept.header;
  const header = await makeExportHeader(deps, sealed, encryptionKeyOf(newest.blob).publicKey);
  const at = deps.clock.now();
  await transact(deps.db, async (tx) => {
    if (!(await saveHeader(tx, file.id, personId, { keyFingerprint: newest.fingerprint, header }, at)))
      return;
    await recordAudit(tx, at, {
      actor: actorName(actor),
      action: 'delivery.header-made',
      subject: `publication:${delivery.id}`,
      projectId: delivery.projectId,
      detail: { name: file.name, to: newest.fingerprint },
    });
  });
  return (await findHeader(deps.db, file.id, personId))?.header ?? header;
}

const nonceBytes = 12;

/** Two halves that meet carry plaintext that meets; all of it only with the very last byte, which ends the last tag. */
export function plainRange(
  headerBytes: number,
  plaintextBytes: number,
  from: number,
  to: number,
  fileBytes: number,
): readonly [number, number] {
  const plain = (at: number): number => {
    const body = Math.max(0, at - headerBytes);
    const segment = Math.floor(body / segmentCipherBytes);
    const within = Math.min(Math.max(body - segment * segmentCipherBytes - nonceBytes, 0), segmentPlainBytes);
    return Math.min(segment * segmentPlainBytes + within, Math.max(0, plaintextBytes - 1));
  };
  return [plain(from), to >= fileBytes ? plaintextBytes : plain(to)];
}
