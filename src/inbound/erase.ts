/** Takes files out again: unfinished ones that are replaced or grown old, and one's own until they are accepted. */
import { recordAudit } from '../audit/audit.ts';
import { demandOpen } from '../cases/lifecycle.ts';
import { getProject } from '../cases/projects.ts';
import { transact } from '../db/database.ts';
import type { NamedLocks } from '../db/named-locks.ts';
import { type Actor, actorName, demand } from '../identity/permissions.ts';
import { AppError } from '../platform/errors.ts';
import { eraseKeys, removeBodies, type VaultDeps } from '../vault/bodies.ts';
import { takeLease } from '../vault/write-lease.ts';
import { findUnfinished, listHeld, listStale, markReplaces } from './arriving-store.ts';
import {
  findNewest,
  type InboundRow,
  type InboundState,
  lockInbound,
  markInboundErased,
} from './inbound-store.ts';
import { visibleInbound } from './listing.ts';
import { finalName } from './names.ts';
import { uploadKey, uploadsBeingWritten } from './upload-lease.ts';
import { ownOnly } from './visibility.ts';

/** Keys first, in one transaction with the audit event; the body after it. False when the row had moved on. */
async function eraseRow(
  deps: VaultDeps,
  actor: Actor,
  row: InboundRow,
  from: readonly InboundState[],
  action: string,
): Promise<boolean> {
  const at = deps.clock.now();
  const erased = await transact(deps.db, async (tx) => {
    const held = await lockInbound(tx, row.id, from);
    if (held === undefined) return false;
    const keysDestroyed = await eraseKeys(tx, at, [held.objectName]);
    await markInboundErased(tx, held.id);
    await recordAudit(tx, at, {
      actor: actorName(actor),
      action,
      subject: `inbound:${held.id}`,
      projectId: held.projectId,
      detail: { name: held.name, version: held.version, keysDestroyed },
    });
    return true;
  });
  if (erased) await removeBodies(deps, [row.objectName]);
  return erased;
}

/** Drops the person's own unfinished upload of that name, if there is one. */
export async function dropUnfinished(
  deps: VaultDeps,
  actor: Actor & { kind: 'person' },
  projectId: string,
  name: string,
): Promise<void> {
  const row = await findUnfinished(deps.db, projectId, actor.personId, name);
  if (row !== undefined) await eraseRow(deps, actor, row, ['arriving', 'held'], 'inbound.dropped');
}

/**
 * Deletes one's own file: an unfinished upload, else the newest version unless it is accepted.
 *
 * Clients that overwrite by way of a temporary name (WinSCP) write `x.csv.filepart`, DELETE `x.csv` and RENAME, and
 * give up when DELETE fails. So when the person's temporary file for that name lies here in full, DELETE notes that it
 * replaces the name, leaves an accepted version standing, and succeeds; the RENAME then makes the next version.
 * Errors: `forbidden`, `not-found`, `closed`, `conflict` for an accepted file.
 */
export async function removeInbound(
  deps: VaultDeps & { uploads: Map<string, { abandon(): Promise<void> }>; locks: NamedLocks },
  actor: Actor & { kind: 'person' },
  projectId: string,
  name: string,
): Promise<void> {
  demand(actor, 'inbound.change-own', projectId);
  demandOpen((await getProject(deps, actor, projectId)).state, 'change own files');
  const of = { projectId, uploaderId: actor.personId, name };
  await deps.uploads.get(uploadKey(of))?.abandon();
  if (await removeUnfinished(deps, actor, of)) return;
  const newest = await findNewest(deps.db, projectId, name, ownOnly(actor, projectId));
  if (newest === undefined) throw notYours();
  const noted = await noteReplacement(deps, actor, projectId, name);
  const own = newest.uploaderId === actor.personId;
  if (own && newest.state !== 'accepted') {
    await eraseRow(deps, actor, newest, ['rejected', 'not-checked'], 'inbound.deleted');
    return;
  }
  if (noted) return;
  if (!own) throw notYours();
  throw isAccepted();
}

/** Deletes one version of one's own by its id, until it is accepted. Errors: as `removeInbound`. */
export async function removeOwnFile(
  deps: VaultDeps & { uploads: Map<string, { abandon(): Promise<void> }>; locks: NamedLocks },
  actor: Actor & { kind: 'person' },
  projectId: string,
  id: string,
): Promise<void> {
  const project = await getProject(deps, actor, projectId);
  const row = await visibleInbound(deps, actor, id);
  if (row.projectId !== projectId || row.uploaderId !== actor.personId) throw notYours();
  demand(actor, 'inbound.change-own', projectId);
  demandOpen(project.state, 'change own files');
  if (row.version === null) await deps.uploads.get(uploadKey(row))?.abandon();
  const states = ['arriving', 'held', 'rejected', 'not-checked'] as const;
  if (!(await eraseOwn(deps, actor, row, states))) throw isAccepted();
}

function isAccepted(): AppError {
  return new AppError('conflict', {
    nb: 'Filen er godkjent og kan ikke slettes herfra. Send en ny versjon, eller be saksbehandleren slette den.',
    en: 'The file is accepted and cannot be deleted from here. Send a new version, or ask the case officer.',
  });
}

/** False when there is none, or when it was answered in this moment. */
async function removeUnfinished(
  deps: VaultDeps & { locks: NamedLocks },
  actor: Actor & { kind: 'person' },
  of: { projectId: string; uploaderId: string; name: string },
): Promise<boolean> {
  const unfinished = await findUnfinished(deps.db, of.projectId, of.uploaderId, of.name);
  return unfinished !== undefined && eraseOwn(deps, actor, unfinished, ['arriving', 'held']);
}

async function eraseOwn(
  deps: VaultDeps & { locks: NamedLocks },
  actor: Actor,
  row: InboundRow,
  from: readonly InboundState[],
): Promise<boolean> {
  const erase = () => eraseRow(deps, actor, row, from, 'inbound.deleted');
  if (row.state !== 'arriving') return erase();
  // Another process may be writing it.
  const lease = await takeLease(deps, uploadKey(row));
  try {
    return await erase();
  } finally {
    lease.release();
  }
}

function notYours(): AppError {
  return new AppError('not-found', {
    nb: 'Fant ikke filen blant dine filer.',
    en: 'No such file among yours.',
  });
}

/** Notes on the person's finished temporary file for `name`, if there is one, that it replaces what has that name. */
async function noteReplacement(
  deps: VaultDeps,
  actor: Actor & { kind: 'person' },
  projectId: string,
  name: string,
): Promise<boolean> {
  const held = await listHeld(deps.db, projectId, actor.personId);
  const row = held.find((one) => finalName(one.name) === name);
  if (row === undefined) return false;
  const at = deps.clock.now();
  return transact(deps.db, async (tx) => {
    if (!(await markReplaces(tx, row.id))) return false;
    await recordAudit(tx, at, {
      actor: actorName(actor),
      action: 'inbound.replacement-announced',
      subject: `inbound:${row.id}`,
      projectId,
      detail: { name },
    });
    return true;
  });
}

/** Erases unfinished uploads that nobody has gone on with. Returns their ids. */
export async function eraseStale(
  deps: VaultDeps & { keepUnfinishedDays: number },
  actor: Actor,
): Promise<readonly string[]> {
  demand(actor, 'inbound.erase-abandoned');
  const before = deps.clock.now().subtract({ hours: 24 * deps.keepUnfinishedDays });
  const { ids: live } = await uploadsBeingWritten(deps);
  const erased: string[] = [];
  for (const row of await listStale(deps.db, before)) {
    if (live.has(row.id)) continue;
    if (await eraseRow(deps, actor, row, ['arriving', 'held'], 'inbound.abandoned')) erased.push(row.id);
  }
  return erased;
}
