/** What the outgoing check found of a file of a draft, and having it looked at again. */
import { recordAudit } from '../audit/audit.ts';
import { type Database, transact } from '../db/database.ts';
import { type Actor, actorName } from '../identity/permissions.ts';
import { AppError } from '../platform/errors.ts';
import { Report } from '../validators/report.ts';
import type { VaultDeps } from '../vault/bodies.ts';
import type { DraftPath } from './draft-files.ts';
import { type DraftFileRow, findDraftFile } from './draft-store.ts';
import { draftToChange, holdOpenDraft, type Person, seeDraft } from './drafts.ts';
import { findOutgoingReport, forgetOutgoing } from './outgoing-store.ts';

/** The report of the file. Errors: `forbidden`, `not-found`, `conflict` while the check is under way. */
export async function outgoingReport(deps: { db: Database }, actor: Actor, path: DraftPath): Promise<Report> {
  const draft = await seeDraft(deps, actor, path.projectId, path.draft);
  const file = await readyFile(deps, draft.id, path.name);
  const report = await findOutgoingReport(deps.db, file.id);
  if (report !== undefined) return Report.parse(report);
  throw new AppError('conflict', {
    nb: 'Filen er ikke kontrollert ennå. Prøv igjen om litt.',
    en: 'The file has not been checked yet. Try again shortly.',
  });
}

/** Has a file looked at again. Errors: as for any change of a draft. */
export async function checkOutgoingAgain(deps: VaultDeps, actor: Person, path: DraftPath): Promise<void> {
  const draft = await draftToChange(deps, actor, path.projectId, path.draft);
  const file = await readyFile(deps, draft.id, path.name);
  const at = deps.clock.now();
  await transact(deps.db, async (tx) => {
    await holdOpenDraft(tx, draft.id);
    await forgetOutgoing(tx, { fileId: file.id });
    await recordAudit(tx, at, {
      actor: actorName(actor),
      action: 'draft.check-asked',
      subject: `draft:${draft.id}`,
      projectId: path.projectId,
      detail: { name: path.name },
    });
  });
}

async function readyFile(deps: { db: Database }, draftId: string, name: string): Promise<DraftFileRow> {
  const row = await findDraftFile(deps.db, draftId, name, ['ready']);
  if (row !== undefined) return row;
  throw new AppError('not-found', { nb: 'Fant ikke filen i utkastet.', en: 'No such file in the draft.' });
}
