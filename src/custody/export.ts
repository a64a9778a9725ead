/** One file as a standard .c4gh for the holder of another key; the audit log has it before the first byte. */
import { recordAudit } from '../audit/audit.ts';
import { transact } from '../db/database.ts';
import { findDeliveredFile } from '../deliveries/delivery-store.ts';
import { publicationHolder } from '../deliveries/publish.ts';
import type { EncryptionKey } from '../identity/encryption-key.ts';
import { type Actor, actorName, demand, may } from '../identity/permissions.ts';
import { findInbound, inboundHolder } from '../inbound/inbound-store.ts';
import { AppError } from '../platform/errors.ts';
import { exportCrypt4gh, exportedBytes } from '../storage/crypt4gh-export.ts';
import { findSealed, type VaultDeps } from '../vault/bodies.ts';

export interface Export {
  name: string;
  bytes: number;
  content: AsyncIterable<Uint8Array>;
}

/**
 * A received file, or a file of an open delivery, by its id. Errors: `forbidden`, `not-found`, `conflict` while it is
 * arriving, `closed` when its keys are destroyed, `invalid-input` (the key); `integrity-failed` on the way.
 */
export async function exportFile(
  deps: VaultDeps,
  actor: Actor,
  input: { id: string; to: EncryptionKey },
): Promise<Export> {
  const file = await find(deps, actor, input.id);
  const { projectId, subject, name, objectName, holder } = file;
  demand(actor, 'inbound.read-content', projectId);
  const sealed = await findSealed(deps, { name: objectName, projectId, holder });
  const at = deps.clock.now();
  await transact(deps.db, (tx) =>
    recordAudit(tx, at, {
      actor: actorName(actor),
      action: 'content.exported',
      subject,
      projectId,
      detail: { name, to: input.to.fingerprint },
    }),
  );
  const damaged = () => deps.onFault?.({ kind: 'body-differs', name: objectName, projectId });
  async function* content(): AsyncGenerator<Uint8Array> {
    try {
      yield* exportCrypt4gh(deps, sealed, input.to.publicKey);
    } catch (thrown) {
      if (thrown instanceof AppError && thrown.code === 'integrity-failed') damaged();
      throw thrown;
    }
  }
  return { name: `${name}.c4gh`, bytes: exportedBytes(sealed.seal).file, content: content() };
}

async function find(deps: VaultDeps, actor: Actor, id: string) {
  const missing = new AppError('not-found', { nb: 'Fant ikke filen.', en: 'There is no such file here.' });
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id)) throw missing;
  const inbound = await findInbound(deps.db, id);
  if (inbound !== undefined) {
    const { projectId, name, objectName, version, state } = inbound;
    if (state === 'erased' || !may(actor, 'inbound.see-all', projectId)) throw missing;
    if (version === null) {
      throw new AppError('conflict', {
        nb: 'Filen er ikke kommet helt frem ennå.',
        en: 'The file has not arrived in full yet.',
      });
    }
    return { projectId, name, objectName, holder: inboundHolder, subject: `inbound:${id}` };
  }
  const delivered = await findDeliveredFile(deps.db, id);
  if (delivered === undefined || !may(actor, 'delivery.see', delivered.projectId)) throw missing;
  const { projectId, name, objectName, publicationId } = delivered;
  const holder = publicationHolder(publicationId);
  return { projectId, name, objectName, holder, subject: `publication:${publicationId}` };
}
