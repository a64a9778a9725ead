/** Drafts: a delivery while staff prepare it, a folder of sealed files that no recipient sees. */
import { recordAudit } from '../audit/audit.ts';
import { demandOpen } from '../cases/lifecycle.ts';
import { getProject } from '../cases/projects.ts';
import { isStatusName } from '../cases/reserved-names.ts';
import { type Database, type Tx, transact } from '../db/database.ts';
import { type Actor, actorName, demand } from '../identity/permissions.ts';
import { AppError } from '../platform/errors.ts';
import { mayHoldPersonNumber } from '../validators/names.ts';
import type { VaultDeps } from '../vault/bodies.ts';
import { noDraft, submitted, taken } from './draft-refusals.ts';
import {
  type DraftFileRow,
  type DraftRow,
  endDraft,
  findDraft,
  insertDraft,
  listDraftFiles,
  listDrafts,
  lockDraft,
  renameDraftRow,
} from './draft-store.ts';
import { latestSubmission, type SubmissionRow } from './submission-store.ts';

export type Person = Actor & { kind: 'person' };

export interface Draft extends DraftRow {
  files: readonly DraftFileRow[];
  /** The last one, whether it waits or was returned or taken back. */
  submission: SubmissionRow | undefined;
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
  return Promise.all(drafts.map((one) => whole(deps, one)));
}

async function whole({ db }: { db: Database }, row: DraftRow): Promise<Draft> {
  const files = await listDraftFiles(db, row.id);
  return { ...row, files, submission: await latestSubmission(db, row.id) };
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
  return whole(deps, row);
}

/** For a change: the draft, when the actor may prepare deliveries, the project is open and the draft is not submitted. */
export async function draftToChange(
  deps: { db: Database },
  actor: Actor,
  projectId: string,
  name: string,
): Promise<Draft> {
  await demandDrafting(deps, actor, projectId);
  const draft = await seeDraft(deps, actor, projectId, name);
  if (draft.state === 'submitted') throw submitted();
  return draft;
}

/**
 * Holds the draft within a change of it until the transaction ends: it may have been submitted since it was looked at.
 * Errors: `gone` where it is over, `conflict` where it waits for approval.
 */
export async function holdOpenDraft(
  tx: Tx,
  draftId: string,
  gone: () => AppError = noDraft,
): Promise<DraftRow> {
  const row = await lockDraft(tx, draftId);
  if (row === undefined) throw gone();
  if (row.state === 'submitted') throw submitted();
  return row;
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
    await holdOpenDraft(tx, draft.id);
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
    await holdOpenDraft(tx, draft.id);
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
