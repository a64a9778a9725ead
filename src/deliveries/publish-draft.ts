/** Publishes a draft: its bodies stay where they are, their keys pass from the draft to the publication. */
import type { AuditEntry } from '../audit/event.ts';
import type { Tx } from '../db/database.ts';
import { type Actor, demand } from '../identity/permissions.ts';
import { handOver } from '../vault/bodies.ts';
import type { PublicationFileRow } from './delivery-store.ts';
import { draftGone, stillArriving, submitted } from './draft-refusals.ts';
import {
  type DraftFileRow,
  type DraftRow,
  endDraft,
  listDraftFiles,
  lockDraft,
  markFile,
} from './draft-store.ts';
import { type Draft, draftHolder, seeDraft } from './drafts.ts';
import { checkFileNames, deliveredNames } from './file-names.ts';
import {
  demandSome,
  needsApproval,
  openPublication,
  type PublishDeps,
  type Published,
  publicationHolder,
  someRecipients,
} from './publish.ts';

/** A file that has arrived in full. */
export type ReadyFile = DraftFileRow & { bytes: number; sha256: string };

/**
 * Publishes a draft as `publishDelivery` publishes files, and the draft is gone. Where a second person has to approve
 * it is refused: see approval.ts. Errors: as `publishDelivery`, and `conflict` while a file is arriving.
 */
export async function publishDraft(
  deps: PublishDeps,
  actor: Actor,
  input: { projectId: string; draft: string; title: string; endToEnd?: boolean },
): Promise<Published> {
  const { projectId, title, endToEnd = false } = input;
  demand(actor, 'delivery.publish', projectId);
  const draft = await seeDraft(deps, actor, projectId, input.draft);
  if (deps.approval === 'second-person') throw needsApproval();
  return publishHeld(deps, actor, { draft, title, endToEnd, recorded: {} }, async (_tx, held) => {
    if (held.state === 'submitted') throw submitted();
  });
}

/** `allow` throws, within the transaction and with the draft held, when it may not go out as it is. */
export async function publishHeld(
  deps: PublishDeps,
  actor: Actor,
  input: { draft: Draft; title: string; endToEnd: boolean; recorded: AuditEntry['detail'] },
  allow: (tx: Tx, held: DraftRow, files: readonly ReadyFile[]) => Promise<void>,
): Promise<Published> {
  const { draft, title, endToEnd } = input;
  const { projectId } = draft;
  const recipients = await someRecipients(deps, projectId);
  const id = deps.random.uuid();
  const recorded = { draft: draft.name, ...input.recorded };
  const opening = { id, projectId, title, recipients, endToEnd, recorded };
  return openPublication(deps, actor, opening, async (tx, at) => {
    const held = await lockDraft(tx, draft.id);
    if (held === undefined) throw draftGone();
    const files = await readyFiles(tx, draft.id, endToEnd);
    await allow(tx, held, files);
    const rows: PublicationFileRow[] = [];
    for (const { id: fileId, name, objectName, bytes, sha256 } of files) {
      const body = { name: objectName, projectId };
      await handOver(deps, tx, body, draftHolder(draft.id), publicationHolder(id));
      await markFile(tx, fileId, 'published');
      rows.push({ id: deps.random.uuid(), name, objectName, bytes, sha256 });
    }
    await endDraft(tx, draft.id, 'published', at);
    return rows;
  });
}

/** What the draft would deliver. Errors: `invalid-input` for none, `conflict` while one is arriving, `invalid-name`. */
export async function readyFiles(tx: Tx, draftId: string, endToEnd: boolean): Promise<readonly ReadyFile[]> {
  const files = await listDraftFiles(tx, draftId);
  demandSome(files);
  const ready = files.map((one): ReadyFile => {
    const { state, name, bytes, sha256 } = one;
    const halfSent = state !== 'ready' || /\.(filepart|partial|part)$/.test(name);
    if (halfSent || bytes === null || sha256 === null) throw stillArriving(name);
    return { ...one, bytes, sha256 };
  });
  const names = ready.map(({ name }) => name);
  checkFileNames(deliveredNames(names, endToEnd));
  return ready;
}
