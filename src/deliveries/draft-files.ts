/** Files of a draft: deleted, renamed, read by staff, and erased when their transfer was broken off for good. */
import { recordAudit } from '../audit/audit.ts';
import { demandNoStop } from '../cases/download-stops.ts';
import { type Database, transact } from '../db/database.ts';
import type { NamedLocks } from '../db/named-locks.ts';
import { actorNow } from '../identity/people.ts';
import { type Actor, actorName, demand } from '../identity/permissions.ts';
import { AppError, hasCode } from '../platform/errors.ts';
import type { SealedReader } from '../storage/sealed-reader.ts';
import { eraseKeys, openBody, removeBodies, type VaultDeps } from '../vault/bodies.ts';
import { takeLease } from '../vault/write-lease.ts';
import { draftFileKey, draftFilesBeingWritten } from './draft-lease.ts';
import { noDraft, submitted, taken } from './draft-refusals.ts';
import {
  type DraftFileRow,
  findDraftFile,
  listStaleFiles,
  lockDraft,
  markFile,
  renameFileRow,
} from './draft-store.ts';
import {
  type Draft,
  type DraftUploads,
  draftHolder,
  draftToChange,
  holdOpenDraft,
  type Person,
  seeDraft,
} from './drafts.ts';
import { checkFileNames } from './file-names.ts';
import { forgetDependents } from './outgoing-store.ts';

export interface DraftPath {
  projectId: string;
  draft: string;
  name: string;
}

async function readyFile(deps: { db: Database }, draft: Draft, name: string): Promise<DraftFileRow> {
  const row = await findDraftFile(deps.db, draft.id, name);
  if (row === undefined) {
    throw new AppError('not-found', { nb: 'Fant ikke filen i utkastet.', en: 'No such file in the draft.' });
  }
  return row;
}

/**
 * Deletes a file of a draft: its keys at once, its body after. What the person has sent a part of goes first, since
 * that is what they see under the name. Errors: as `makeDraft`.
 */
export async function removeDraftFile(
  deps: VaultDeps & { draftUploads: DraftUploads; locks: NamedLocks },
  actor: Person,
  path: DraftPath,
): Promise<void> {
  const draft = await draftToChange(deps, actor, path.projectId, path.draft);
  const arriving = await findDraftFile(deps.db, draft.id, path.name, ['arriving']);
  const own = arriving?.uploaderId === actor.personId ? arriving : undefined;
  const row = own ?? (await readyFile(deps, draft, path.name));
  const erase = () => eraseFile(deps, actor, path.projectId, row, 'draft.file-deleted');
  if (row.state === 'ready') return erase();
  const key = draftFileKey(row);
  await deps.draftUploads.get(key)?.abandon();
  // Another process may be writing it.
  const lease = await takeLease(deps, key);
  try {
    await erase();
  } finally {
    lease.release();
  }
}

/** Keys first, in one transaction with the audit event; the body after it. */
export async function eraseFile(
  deps: VaultDeps,
  actor: Actor,
  projectId: string,
  row: DraftFileRow,
  action: string,
): Promise<void> {
  const at = deps.clock.now();
  const erased = await transact(deps.db, async (tx) => {
    const draft = await lockDraft(tx, row.draftId);
    if (draft?.state === 'submitted') throw submitted();
    const held = await findDraftFile(tx, row.draftId, row.name, [row.state]);
    if (held?.id !== row.id) return false;
    const keysDestroyed = await eraseKeys(tx, at, [row.objectName]);
    await markFile(tx, row.id, 'erased');
    if (row.state === 'ready') await forgetDependents(tx, row.draftId);
    await recordAudit(tx, at, {
      actor: actorName(actor),
      action,
      subject: `draft:${row.draftId}`,
      projectId,
      detail: { name: row.name, keysDestroyed },
    });
    return true;
  });
  if (!erased) return;
  try {
    await removeBodies(deps, [row.objectName]);
  } catch (thrown) {
    // Its writer still holds it: without keys it is of no use, and the writer or the sweep removes it.
    if (!hasCode(thrown, 'conflict')) throw thrown;
  }
}

/**
 * Renames a file within its draft. Without `replace` a name that is taken is refused.
 * Errors: as `makeDraft`, and `conflict` while it is arriving.
 */
export async function renameDraftFile(
  deps: VaultDeps,
  actor: Person,
  from: DraftPath,
  to: { draft: string; name: string },
  options: { replace: boolean },
): Promise<void> {
  const { projectId } = from;
  const source = await draftToChange(deps, actor, projectId, from.draft);
  const target = await draftToChange(deps, actor, projectId, to.draft);
  checkFileNames([to.name]);
  const row = await readyFile(deps, source, from.name);
  if (row.state !== 'ready') {
    throw new AppError('conflict', {
      nb: 'Filen er ikke kommet helt frem ennå.',
      en: 'The file has not arrived in full yet.',
    });
  }
  if (source.id !== target.id) throw betweenDrafts();
  const there = await findDraftFile(deps.db, target.id, to.name, ['ready']);
  if (there !== undefined && there.id !== row.id) {
    if (!options.replace) throw taken();
    await eraseFile(deps, actor, projectId, there, 'draft.file-replaced');
  }
  const at = deps.clock.now();
  await transact(deps.db, async (tx) => {
    await holdOpenDraft(tx, source.id);
    await renameFileRow(tx, row.id, to.name);
    await forgetDependents(tx, source.id);
    await recordAudit(tx, at, {
      actor: actorName(actor),
      action: 'draft.file-renamed',
      subject: `draft:${source.id}`,
      projectId,
      detail: { from: from.name, to: to.name },
    });
  });
}

/** The keys of a file are wrapped for its draft alone. */
function betweenDrafts(): AppError {
  return new AppError('unsupported', {
    nb: 'En fil kan ikke flyttes fra et utkast til et annet. Send den på nytt der den skal ligge.',
    en: 'A file cannot be moved from one draft to another. Send it again where it belongs.',
  });
}

/** Opens a file of a draft for staff; the audit log has it first. `standing` throws once it may be read no more. */
export async function openDraftContent(
  deps: VaultDeps,
  actor: Person,
  path: DraftPath,
): Promise<{ reader: SealedReader; row: DraftFileRow; standing(): Promise<void> }> {
  const { projectId, name } = path;
  const draft = await seeDraft(deps, actor, projectId, path.draft);
  demand(actor, 'delivery.draft', projectId);
  await demandNoStop(deps, projectId);
  const row = await readyFile(deps, draft, name);
  const reader = await openBody(deps, { name: row.objectName, projectId, holder: draftHolder(draft.id) });
  const at = deps.clock.now();
  try {
    await transact(deps.db, (tx) =>
      recordAudit(tx, at, {
        actor: actorName(actor),
        action: 'draft.read',
        subject: `draft:${draft.id}`,
        projectId,
        detail: { name },
      }),
    );
  } catch (thrown) {
    await reader.close();
    throw thrown;
  }
  const standing = async (): Promise<void> => {
    demand(await actorNow(deps, actor), 'delivery.draft', projectId);
    await demandNoStop(deps, projectId);
    if ((await findDraftFile(deps.db, draft.id, row.name, ['ready']))?.id !== row.id) throw noDraft();
  };
  return { reader, row, standing };
}

/** Erases files whose transfer was broken off, and that nobody has gone on with. Returns their ids. */
export async function eraseStaleDraftFiles(
  deps: VaultDeps & { keepUnfinishedDays: number },
  actor: Actor,
): Promise<readonly string[]> {
  demand(actor, 'inbound.erase-abandoned');
  const before = deps.clock.now().subtract({ hours: 24 * deps.keepUnfinishedDays });
  const { ids: live } = await draftFilesBeingWritten(deps);
  const rows = (await listStaleFiles(deps.db, before)).filter((row) => !live.has(row.id));
  for (const row of rows) await eraseFile(deps, actor, row.projectId, row, 'draft.file-abandoned');
  return rows.map((row) => row.id);
}
