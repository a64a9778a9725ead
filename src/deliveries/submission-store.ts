/** Rows of submissions: a draft handed to a second person, with what it held then. */
import type { Temporal } from 'temporal-polyfill';
import type { Database, Tx } from '../db/database.ts';
import type { OutgoingResult } from './draft-store.ts';

export interface SubmissionRow {
  id: string;
  draftId: string;
  title: string;
  endToEnd: boolean;
  /** To whoever approves. */
  note: string | null;
  /** Why it is to go out though the outgoing check found faults, or could not read something. */
  reason: string | null;
  state: 'waiting' | 'approved' | 'returned' | 'taken-back';
  /** As the audit log names an actor. */
  submittedBy: string;
  submittedAt: Date;
  endedBy: string | null;
  endedAt: Date | null;
  endedReason: string | null;
}

/** A file as it was submitted. */
export interface SubmittedFile {
  fileId: string;
  name: string;
  bytes: number;
  sha256: string;
  outgoing: OutgoingResult;
}

const columns = [
  'id',
  'draft_id as draftId',
  'title',
  'end_to_end as endToEnd',
  'note',
  'reason',
  'state',
  'submitted_by as submittedBy',
  'submitted_at as submittedAt',
  'ended_by as endedBy',
  'ended_at as endedAt',
  'ended_reason as endedReason',
] as const;

export async function insertSubmission(
  tx: Tx,
  row: Pick<SubmissionRow, 'id' | 'draftId' | 'title' | 'endToEnd' | 'note' | 'reason' | 'submittedBy'> & {
    files: readonly SubmittedFile[];
  },
  at: Temporal.Instant,
): Promise<void> {
  await tx
    .insertInto('draft_submission')
    .values({
      id: row.id,
      draft_id: row.draftId,
      title: row.title,
      end_to_end: row.endToEnd,
      note: row.note,
      reason: row.reason,
      state: 'waiting',
      submitted_by: row.submittedBy,
      submitted_at: at.toString(),
      ended_by: null,
      ended_at: null,
      ended_reason: null,
    })
    .execute();
  await tx
    .insertInto('draft_submission_file')
    .values(
      row.files.map((file) => ({
        submission_id: row.id,
        draft_file_id: file.fileId,
        name: file.name,
        bytes: file.bytes,
        sha256: file.sha256,
        outgoing: file.outgoing,
      })),
    )
    .execute();
}

export async function latestSubmission(
  db: Database | Tx,
  draftId: string,
): Promise<SubmissionRow | undefined> {
  const row = await db
    .selectFrom('draft_submission')
    .select(columns)
    .where('draft_id', '=', draftId)
    .orderBy((eb) => eb('state', '=', 'waiting'), 'desc')
    .orderBy('submitted_at', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row as SubmissionRow | undefined;
}

/** The one that waits; the draft is held. */
export async function waitingSubmission(tx: Tx, draftId: string): Promise<SubmissionRow | undefined> {
  const row = await tx
    .selectFrom('draft_submission')
    .select(columns)
    .where('draft_id', '=', draftId)
    .where('state', '=', 'waiting')
    .executeTakeFirst();
  return row as SubmissionRow | undefined;
}

export async function listSubmittedFiles(tx: Tx, submissionId: string): Promise<readonly SubmittedFile[]> {
  const rows = await tx
    .selectFrom('draft_submission_file')
    .select(['draft_file_id as fileId', 'name', 'bytes', 'sha256', 'outgoing'])
    .where('submission_id', '=', submissionId)
    .execute();
  return rows as readonly SubmittedFile[];
}

export async function endSubmission(
  tx: Tx,
  id: string,
  end: { state: 'approved' | 'returned' | 'taken-back'; by: string; reason: string | null },
  at: Temporal.Instant,
): Promise<void> {
  await tx
    .updateTable('draft_submission')
    .set({ state: end.state, ended_by: end.by, ended_at: at.toString(), ended_reason: end.reason })
    .where('id', '=', id)
    .execute();
}

/** What waits for somebody else in these projects, the oldest first: what `by` has not submitted and has no file in. */
export async function listWaitingFor(
  db: Database,
  projectIds: readonly string[],
  by: { actor: string; personId: string | null },
): Promise<readonly { projectId: string; draft: string; submittedAt: Date }[]> {
  if (projectIds.length === 0) return [];
  return db
    .selectFrom('draft_submission as s')
    .innerJoin('draft as d', 'd.id', 's.draft_id')
    .select(['d.project_id as projectId', 'd.name as draft', 's.submitted_at as submittedAt'])
    .where('s.state', '=', 'waiting')
    .where('s.submitted_by', '!=', by.actor)
    .where('d.project_id', 'in', projectIds)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('draft_file as f')
            .select('f.id')
            .whereRef('f.draft_id', '=', 'd.id')
            .where('f.state', '=', 'ready')
            .where('f.uploader_id', '=', by.personId ?? ''),
        ),
      ),
    )
    .orderBy('s.submitted_at')
    .execute();
}
