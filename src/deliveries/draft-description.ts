/** A draft as programs get it, over the API and from the command. */
import type { ApprovalRule } from './approval-rule.ts';
import type { DraftRow, OutgoingResult } from './draft-store.ts';
import type { Draft } from './drafts.ts';
import type { SubmissionRow } from './submission-store.ts';

export interface DescribedDraft {
  readonly name: string;
  readonly state: DraftRow['state'];
  readonly approval: ApprovalRule;
  readonly createdBy: string;
  /** ISO instant. */
  readonly createdAt: string;
  readonly files: {
    readonly name: string;
    readonly state: 'arriving' | 'ready';
    readonly bytes: number | null;
    readonly sha256: string | null;
    readonly uploader: string;
    readonly outgoing: OutgoingResult | null;
  }[];
  readonly submission: DescribedSubmission | null;
}

interface DescribedSubmission extends Omit<SubmissionRow, 'draftId' | 'submittedAt' | 'endedAt'> {
  readonly submittedAt: string;
  readonly endedAt: string | null;
}

export function describedDraft(
  { name, state, createdBy, createdAt, files, submission }: Draft,
  approval: ApprovalRule,
): DescribedDraft {
  return {
    name,
    state,
    approval,
    createdBy,
    createdAt: createdAt.toISOString(),
    files: files.map((file) => ({
      name: file.name,
      state: file.state,
      bytes: file.bytes,
      sha256: file.sha256,
      uploader: file.uploaderId,
      outgoing: file.outgoing,
    })),
    submission: submission === undefined ? null : describedSubmission(submission),
  };
}

function describedSubmission({ draftId: _, ...row }: SubmissionRow): DescribedSubmission {
  return {
    ...row,
    submittedAt: row.submittedAt.toISOString(),
    endedAt: row.endedAt?.toISOString() ?? null,
  };
}
