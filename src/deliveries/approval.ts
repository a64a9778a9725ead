/** The four-eyes rule: one person submits a draft, which freezes it; another approves it, which publishes it, or returns it. */
import { Temporal } from 'temporal-polyfill';
import { recordAudit } from '../audit/audit.ts';
import { demandOpen } from '../cases/lifecycle.ts';
import { lockProject } from '../cases/project-store.ts';
import { type Database, type Tx, transact } from '../db/database.ts';
import { actorNow, type Correspondent, correspondentsWhoMay } from '../identity/people.ts';
import { type Actor, actorName, demand, may } from '../identity/permissions.ts';
import { draftReturned, draftSubmitted } from '../notifications/approval-letters.ts';
import { queueMail } from '../notifications/outbox.ts';
import type { VaultDeps } from '../vault/bodies.ts';
import {
  approvalNotAsked,
  checkUnderWay,
  contentChanged,
  notSecond,
  notSubmitted,
  notSubmitter,
  ownSubmission,
  reasonWanted,
  submittedAnew,
  wroteFileOfIt,
} from './approval-refusals.ts';
import { draftGone } from './draft-refusals.ts';
import { type DraftRow, lockDraft, setDraftState } from './draft-store.ts';
import { type Draft, holdOpenDraft, seeDraft } from './drafts.ts';
import { type PublishDeps, type Published, someRecipients } from './publish.ts';
import { publishHeld, type ReadyFile, readyFiles } from './publish-draft.ts';
import {
  endSubmission,
  insertSubmission,
  listSubmittedFiles,
  listWaitingFor,
  type SubmissionRow,
  waitingSubmission,
} from './submission-store.ts';

interface OfDraft {
  projectId: string;
  draft: string;
}

/** Names the submission that the actor has looked at, so that they do not answer another one. */
interface OfSubmission extends OfDraft {
  submission?: string | undefined;
}

export interface Submitted {
  /** The submission. */
  id: string;
  /** Those who may approve it, and were written to. */
  told: readonly string[];
}

/**
 * Hands a draft to a second person; from now on nothing of it changes. Errors: `forbidden`, `not-found`, `closed`,
 * `conflict` while a file is arriving or being checked, `invalid-name`, `invalid-input` (no files, nobody to receive
 * them, no reason given for files that the outgoing check does not call sound).
 */
export async function submitDraft(
  deps: PublishDeps,
  actor: Actor,
  input: OfDraft & {
    title: string;
    endToEnd?: boolean;
    note?: string | undefined;
    reason?: string | undefined;
  },
): Promise<Submitted> {
  const { projectId, title, endToEnd = false, note, reason } = input;
  const draft = await draftOf(deps, actor, input);
  if (deps.approval === 'none') throw approvalNotAsked();
  await someRecipients(deps, projectId);
  const mayApprove = await correspondentsWhoMay(deps, 'delivery.publish', projectId);
  const id = deps.random.uuid();
  const at = deps.clock.now();
  const submittedBy = actorName(actor);
  return transact(deps.db, async (tx) => {
    demandOpen(await lockProject(tx, projectId), 'publish a delivery');
    await holdOpenDraft(tx, draft.id, draftGone);
    const files = await readyFiles(tx, draft.id, endToEnd);
    const checked = files.map((file) => {
      if (file.outgoing === null || file.outgoing === 'waiting') throw checkUnderWay(file.name);
      return { ...file, fileId: file.id, outgoing: file.outgoing };
    });
    const doubtful = checked.filter(({ outgoing }) => outgoing !== 'sound');
    if (doubtful.length > 0 && reason === undefined) throw reasonWanted(doubtful.map(({ name }) => name));
    await insertSubmission(
      tx,
      {
        id,
        draftId: draft.id,
        title,
        endToEnd,
        note: note ?? null,
        reason: doubtful.length > 0 ? (reason ?? null) : null,
        submittedBy,
        files: checked,
      },
      at,
    );
    await setDraftState(tx, draft.id, 'submitted');
    const others = mayApprove.filter(({ personId }) => isSecond(personId, submittedBy, files));
    const facts = { projectId, draft: draft.name, title, files: files.length, doubtful: doubtful.length };
    for (const { personId, name, email, language } of others) {
      const letter = draftSubmitted(language, { ...facts, name });
      await queueMail(deps, tx, at, { to: email, dedupe: `draft-submitted:${id}:${personId}`, ...letter });
    }
    await recordAudit(tx, at, {
      actor: submittedBy,
      action: 'draft.submitted',
      subject: `draft:${draft.id}`,
      projectId,
      detail: {
        name: draft.name,
        title,
        submission: id,
        files: files.map((file) => `${file.name} ${file.sha256}`),
        ...(doubtful.length === 0
          ? {}
          : {
              notSound: doubtful.map(({ name, outgoing }) => `${name} ${outgoing}`),
              reason: reason ?? null,
            }),
      },
    });
    return { id, told: others.map(({ personId }) => personId) };
  });
}

function isSecond(personId: string, submittedBy: string, files: readonly ReadyFile[]): boolean {
  return submittedBy !== `person:${personId}` && files.every(({ uploaderId }) => uploaderId !== personId);
}

/**
 * Publishes a submitted draft, exactly as it was submitted. Only for somebody who neither submitted it nor wrote a file
 * of it. Errors: `forbidden`, `not-found`, `closed`, `conflict` when it does not wait, `changed-meanwhile` when it has
 * been submitted anew, `integrity-failed` when its content is not what was submitted.
 */
export async function approveDraft(deps: PublishDeps, actor: Actor, input: OfSubmission): Promise<Published> {
  const { projectId } = input;
  const draft = await draftOf(deps, actor, input);
  const seen = waitingOne(draft);
  if (input.submission !== undefined && input.submission !== seen.id) throw submittedAnew();
  const { id: submission, title, endToEnd, submittedBy, reason } = seen;
  const recorded = { submission, submittedBy, ...(reason === null ? {} : { reason }) };
  return publishHeld(deps, actor, { draft, title, endToEnd, recorded }, async (tx, _held, files) => {
    const waiting = await waitingSubmission(tx, draft.id);
    if (waiting === undefined) throw notSubmitted();
    if (waiting.id !== submission) throw submittedAnew();
    // They may have lost the role while they looked.
    const now = actor.kind === 'person' ? await actorNow({ ...deps, db: tx }, actor) : actor;
    demand(now, 'delivery.publish', projectId);
    demandSecond(now, waiting, files);
    await demandUnchanged(tx, submission, files);
    const end = { state: 'approved', by: actorName(actor), reason: null } as const;
    await endSubmission(tx, submission, end, deps.clock.now());
  });
}

/** Gives a submitted draft back with a reason, and tells who submitted it. Errors: as `approveDraft`. */
export async function returnDraft(
  deps: VaultDeps,
  actor: Actor,
  input: OfSubmission & { reason: string },
): Promise<void> {
  const { projectId, reason } = input;
  const draft = await draftOf(deps, actor, input);
  const seen = waitingOne(draft);
  if (seen.submittedBy === actorName(actor)) throw ownSubmission();
  const people = await correspondentsWhoMay(deps, 'delivery.publish', projectId);
  const submitter = people.find(({ personId }) => seen.submittedBy === `person:${personId}`);
  const answered = { ...input, submission: input.submission ?? seen.id };
  await reopen(deps, actor, draft, answered, { state: 'returned', reason }, async (tx) => {
    if (submitter !== undefined)
      await tellReturned(deps, tx, submitter, { ...seen, projectId }, draft, reason);
  });
}

async function tellReturned(
  deps: VaultDeps,
  tx: Tx,
  { name, email, language }: Correspondent,
  { id, title, projectId }: SubmissionRow & { projectId: string },
  draft: DraftRow,
  reason: string,
): Promise<void> {
  const letter = draftReturned(language, { name, projectId, draft: draft.name, title, reason });
  await queueMail(deps, tx, deps.clock.now(), { to: email, dedupe: `draft-returned:${id}`, ...letter });
}

/** Whoever submitted a draft goes on with it. Errors: `forbidden`, `not-found`, `conflict`. */
export async function takeBackDraft(deps: VaultDeps, actor: Actor, input: OfDraft): Promise<void> {
  const draft = await draftOf(deps, actor, input);
  const seen = waitingOne(draft);
  if (seen.submittedBy !== actorName(actor)) throw notSubmitter();
  const answered = { ...input, submission: seen.id };
  await reopen(deps, actor, draft, answered, { state: 'taken-back', reason: null }, async () => undefined);
}

/** The draft is open again; `tell` queues mail in the same transaction. */
async function reopen(
  deps: VaultDeps,
  actor: Actor,
  draft: DraftRow,
  { projectId, submission }: OfDraft & { submission: string },
  end: { state: 'returned' | 'taken-back'; reason: string | null },
  tell: (tx: Tx) => Promise<void>,
): Promise<void> {
  const at = deps.clock.now();
  const by = actorName(actor);
  await transact(deps.db, async (tx) => {
    if ((await lockDraft(tx, draft.id)) === undefined) throw draftGone();
    const waiting = await waitingSubmission(tx, draft.id);
    if (waiting === undefined) throw notSubmitted();
    if (waiting.id !== submission) throw submittedAnew();
    await endSubmission(tx, waiting.id, { ...end, by }, at);
    await setDraftState(tx, draft.id, 'open');
    await tell(tx);
    await recordAudit(tx, at, {
      actor: by,
      action: end.state === 'returned' ? 'draft.returned' : 'draft.taken-back',
      subject: `draft:${draft.id}`,
      projectId,
      detail: {
        name: draft.name,
        submission: waiting.id,
        submittedBy: waiting.submittedBy,
        ...(end.reason === null ? {} : { reason: end.reason }),
      },
    });
  });
}

async function draftOf(deps: VaultDeps, actor: Actor, { projectId, draft }: OfDraft): Promise<Draft> {
  demand(actor, 'delivery.publish', projectId);
  return seeDraft(deps, actor, projectId, draft);
}

function waitingOne({ submission }: Draft): SubmissionRow {
  if (submission?.state !== 'waiting') throw notSubmitted();
  return submission;
}

/**
 * Two pairs of eyes. The operator on the host is nobody's second person but may answer for one; what an operator has
 * submitted needs a person, under whatever name they work on the host.
 */
function demandSecond(actor: Actor, { submittedBy }: SubmissionRow, files: readonly ReadyFile[]): void {
  if (submittedBy === actorName(actor)) throw ownSubmission();
  if (actor.kind === 'person') {
    if (!isSecond(actor.personId, submittedBy, files)) throw wroteFileOfIt();
  } else if (!submittedBy.startsWith('person:')) {
    throw notSecond();
  }
}

/** A submitted draft cannot change; this proves that it has not. */
async function demandUnchanged(tx: Tx, submission: string, files: readonly ReadyFile[]): Promise<void> {
  const submitted = new Map((await listSubmittedFiles(tx, submission)).map((one) => [one.fileId, one]));
  const same = files.every(({ id, name, bytes, sha256 }) => {
    const then = submitted.get(id);
    return then?.name === name && then.bytes === bytes && then.sha256 === sha256;
  });
  if (!same || submitted.size !== files.length) throw contentChanged();
}

/** Drafts in these projects that the actor could approve now. */
export async function draftsToApprove(
  deps: { db: Database },
  actor: Actor,
  projectIds: readonly string[],
): Promise<readonly { projectId: string; draft: string; submittedAt: Temporal.Instant }[]> {
  const theirs = projectIds.filter((id) => may(actor, 'delivery.publish', id));
  const personId = actor.kind === 'person' ? actor.personId : null;
  const rows = await listWaitingFor(deps.db, theirs, { actor: actorName(actor), personId });
  return rows.map((row) => ({
    ...row,
    submittedAt: Temporal.Instant.fromEpochMilliseconds(row.submittedAt.getTime()),
  }));
}
