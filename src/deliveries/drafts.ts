/** Drafts: a delivery while staff prepare it, a folder of sealed files that no recipient sees. */
import { recordAudit } from '../audit/audit.ts';
import { demandNoStop } from '../cases/download-stops.ts';
import { demandOpen } from '../cases/lifecycle.ts';
import { getProject } from '../cases/projects.ts';
import { isStatusName } from '../cases/reserved-names.ts';
import { type Database, transact } from '../db/database.ts';
import type { NamedLocks } from '../db/named-locks.ts';
import { actorNow } from '../identity/people.ts';
import { type Actor, actorName, demand } from '../identity/permissions.ts';
import { AppError, hasCode } from '../platform/errors.ts';
import type { SealedReader } from '../storage/sealed-reader.ts';
import { mayHoldPersonNumber } from '../validators/names.ts';
import { eraseKeys, openBody, removeBodies, type VaultDeps } from '../vault/bodies.ts';
import { takeLease } from '../vault/write-lease.ts';
import { draftFileKey, draftFilesBeingWritten } from './draft-lease.ts';
import {
  type DraftFileRow,
  type DraftRow,
  endDraft,
  findDraft,
  findDraftFile,
  insertDraft,
  listDraftFiles,
  listDrafts,
  listStaleFiles,
  lockDraft,
  markFile,
  renameDraftRow,
  renameFileRow,
} from './draft-store.ts';
import { checkFileNames } from './file-names.ts';

export type Person = Actor & { kind: 'person' };

export interface Draft extends DraftRow {
  files: readonly DraftFileRow[];
}

/** The uploads into drafts that this process is writing now. */
export type DraftUploads = Map<
  string,
  {
    readonly id: string | undefined;
    readonly size: number;
    abandon(): Promise<void>;
  }
>;

export const draftHolder = (draftId: string): string => `draft:${draftId}`;

/** The drafts of a project. Errors: `forbidden`, `not-found`. */
export async function seeDrafts(
  deps: { db: Database },
  actor: Actor,
  projectId: string,
): Promise<readonly Draft[]> {
  await getProject(deps, actor, projectId);
  demand(actor, 'delivery.publish', projectId);
  const drafts = await listDrafts(deps.db, projectId);
  return Promise.all(drafts.map(async (one) => ({ ...one, files: await listDraftFiles(deps.db, one.id) })));
}

/** One draft. Errors: `forbidden`, `not-found`. */
export async function seeDraft(
  deps: { db: Database },
  actor: Actor,
  projectId: string,
  name: string,
): Promise<Draft> {
  await getProject(deps, actor, projectId);
  demand(actor, 'delivery.publish', projectId);
  const row = await findDraft(deps.db, projectId, name);
  if (row === undefined) throw noDraft();
  return { ...row, files: await listDraftFiles(deps.db, row.id) };
}

function noDraft(): AppError {
  return new AppError('not-found', {
    nb: 'Fant ikke utkastet. Lag det først, med mkdir i mappen drafts.',
    en: 'There is no such draft. Make it first, with mkdir in the folder drafts.',
  });
}

/** For a change: the draft, when the actor may prepare deliveries and the project is open. */
export async function draftToChange(
  deps: { db: Database },
  actor: Actor,
  projectId: string,
  name: string,
): Promise<Draft> {
  await demandDrafting(deps, actor, projectId);
  return seeDraft(deps, actor, projectId, name);
}

async function demandDrafting(deps: { db: Database }, actor: Actor, projectId: string): Promise<void> {
  demand(actor, 'delivery.draft', projectId);
  demandOpen((await getProject(deps, actor, projectId)).state, 'prepare a delivery');
}

function checkDraftName(name: string): void {
  const sound = /^[\p{L}\p{N}_][\p{L}\p{N}_. -]{0,79}$/u.test(name) && !isStatusName(name);
  if (sound && !mayHoldPersonNumber(name)) return;
  throw new AppError('invalid-name', {
    nb: 'Navnet kan ikke brukes på et utkast. Bruk høyst 80 bokstaver, siffer, mellomrom, punktum, bindestrek og understrek.',
    en: 'The name cannot be used for a draft. Use at most 80 letters, digits, blanks, full stops, hyphens and underscores.',
  });
}

/** Makes an empty draft. Errors: `forbidden`, `not-found`, `closed`, `invalid-name`, `already-exists`. */
export async function makeDraft(
  deps: VaultDeps,
  actor: Person,
  projectId: string,
  name: string,
): Promise<void> {
  await demandDrafting(deps, actor, projectId);
  checkDraftName(name);
  const id = deps.random.uuid();
  const at = deps.clock.now();
  await transact(deps.db, async (tx) => {
    if (!(await insertDraft(tx, { id, projectId, name, createdBy: actor.personId }, at))) throw taken();
    await recordAudit(tx, at, {
      actor: actorName(actor),
      action: 'draft.made',
      subject: `draft:${id}`,
      projectId,
      detail: { name },
    });
  });
}

function taken(): AppError {
  return new AppError('already-exists', {
    nb: 'Det finnes allerede noe med det navnet.',
    en: 'There already is something of that name.',
  });
}

/** Removes an empty draft. Errors: as `makeDraft`, and `conflict` when it has files. */
export async function removeDraft(
  deps: VaultDeps,
  actor: Person,
  projectId: string,
  name: string,
): Promise<void> {
  const draft = await draftToChange(deps, actor, projectId, name);
  const at = deps.clock.now();
  await transact(deps.db, async (tx) => {
    if ((await lockDraft(tx, draft.id)) === undefined) throw noDraft();
    if ((await listDraftFiles(tx, draft.id)).length > 0) {
      throw new AppError('conflict', {
        nb: 'Utkastet er ikke tomt. Slett filene i det først.',
        en: 'The draft is not empty. Delete the files in it first.',
      });
    }
    await endDraft(tx, draft.id, 'removed', at);
    await recordAudit(tx, at, {
      actor: actorName(actor),
      action: 'draft.removed',
      subject: `draft:${draft.id}`,
      projectId,
      detail: { name },
    });
  });
}

/** Gives a draft another name. Errors: as `makeDraft`. */
export async function renameDraft(
  deps: VaultDeps,
  actor: Person,
  projectId: string,
  from: string,
  to: string,
): Promise<void> {
  const draft = await draftToChange(deps, actor, projectId, from);
  checkDraftName(to);
  const at = deps.clock.now();
  await transact(deps.db, async (tx) => {
    if ((await lockDraft(tx, draft.id)) === undefined) throw noDraft();
    if ((await findDraft(tx, projectId, to)) !== undefined) throw taken();
    await renameDraftRow(tx, draft.id, to);
    await recordAudit(tx, at, {
      actor: actorName(actor),
      action: 'draft.renamed',
      subject: `draft:${draft.id}`,
      projectId,
      detail: { from, to },
    });
  });
}

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
    await lockDraft(tx, row.draftId);
    const held = await findDraftFile(tx, row.draftId, row.name, [row.state]);
    if (held?.id !== row.id) return false;
    const keysDestroyed = await eraseKeys(tx, at, [row.objectName]);
    await markFile(tx, row.id, 'erased');
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
    if ((await lockDraft(tx, source.id)) === undefined) throw noDraft();
    await renameFileRow(tx, row.id, to.name);
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
