/** The outgoing check: every file of a draft is read in a worker, against what is agreed upon and for identity numbers. */
import { setTimeout as sleep } from 'node:timers/promises';
import { recordAudit } from '../audit/audit.ts';
import { currentCodeLists } from '../catalogue/code-lists.ts';
import { type Tx, transact } from '../db/database.ts';
import type { NamedLocks } from '../db/named-locks.ts';
import { languageOf } from '../identity/people.ts';
import { type Actor, actorName, demand } from '../identity/permissions.ts';
import { monotonicMs, osloDate } from '../platform/clock.ts';
import { hasCode } from '../platform/errors.ts';
import type { Log } from '../platform/log.ts';
import { namedClassifications } from '../validators/code-lists.ts';
import { expectedFiles, resourceForFile } from '../validators/description.ts';
import { notCheckedReport } from '../validators/not-checked.ts';
import { type ReferencedFile, referencedFiles } from '../validators/referenced-files.ts';
import type { Report } from '../validators/report.ts';
import { type RunningCheck, type StartCheckOptions, startCheck } from '../validators/worker/check-worker.ts';
import { openBody, type VaultDeps } from '../vault/bodies.ts';
import { type DraftFileRow, listDraftFiles, type OutgoingResult } from './draft-store.ts';
import { draftHolder } from './drafts.ts';
import { currentOutgoing, holdOutgoing, type OutgoingDescription } from './outgoing-description.ts';
import { keepOutgoing, listUnchecked, type UncheckedFile } from './outgoing-store.ts';

export interface OutgoingCheckDeps extends VaultDeps {
  log: Log;
  locks: NamedLocks;
  syntheticIds: 'accept' | 'refuse';
  /** How many at once, each in a worker. They have places of their own: what comes in does not wait for what goes out. */
  outgoingChecks: number;
  workerUrl?: URL;
  /** Where encrypted runs of keys go when a check has more of them than memory is given. */
  spillFolder?: string;
  /** Aborted when the service is about to stop: what is not done is begun anew afterwards. */
  stopping?: AbortSignal;
}

export interface CheckedOutgoing {
  projectId: string;
  name: string;
  outgoing: OutgoingResult;
}

/** Busy time; beyond it the file is not checked. As for what comes in. */
const limits = { maxMs: 2 * 3_600_000, maxOldSpaceMb: 256 };
const lookAgainMs = 1_000;
const tryAgainMs = 5_000;

/**
 * Checks what waits, several files at once, until nothing waits; what comes meanwhile too. Several processes share the
 * work: a file is one's as long as it holds its lock.
 */
export async function checkOutgoing(
  deps: OutgoingCheckDeps,
  actor: Actor,
): Promise<readonly CheckedOutgoing[]> {
  demand(actor, 'delivery.check');
  const done: CheckedOutgoing[] = [];
  const running = new Map<string, Promise<void>>();
  /** When one that could not be kept or read is tried again. */
  const again = new Map<string, number>();
  const checkOne = async (file: UncheckedFile): Promise<void> => {
    try {
      const outgoing = await checkAlone(deps, actor, file);
      if (outgoing === undefined) again.set(file.id, monotonicMs() + tryAgainMs);
      else done.push({ projectId: file.projectId, name: file.name, outgoing });
    } catch (err) {
      again.set(file.id, monotonicMs() + tryAgainMs);
      deps.log.warn({ file: file.id, err }, 'a file of a draft could not be checked; it is tried again');
    } finally {
      running.delete(file.id);
    }
  };
  for (;;) {
    const free = deps.stopping?.aborted === true ? 0 : deps.outgoingChecks - running.size;
    if (free > 0) {
      const waiting = await listUnchecked(deps.db, running.size + again.size + free);
      const due = ({ id }: UncheckedFile) => !running.has(id) && (again.get(id) ?? 0) <= monotonicMs();
      const next = waiting.filter(due).slice(0, free);
      for (const file of next) running.set(file.id, checkOne(file));
    }
    if (running.size === 0) return done;
    // A long check holds nothing up that comes while it runs.
    await Promise.race([...running.values(), sleep(lookAgainMs)]);
  }
}

/** Undefined when another process has the file, when it has changed meanwhile, and when the service is about to stop. */
async function checkAlone(
  deps: OutgoingCheckDeps,
  actor: Actor,
  file: UncheckedFile,
): Promise<OutgoingResult | undefined> {
  const holder = { onWanted: () => undefined, undisturbed: async () => true };
  const lock = await deps.locks.take(`outgoing-check:${file.id}`, holder, 0);
  if (lock === undefined) return undefined;
  try {
    const description = await currentOutgoing(deps, file.projectId);
    const files = await listDraftFiles(deps.db, file.draftId);
    const beside = filesBeside(file, description, files);
    const report = await read(deps, file, description, beside);
    return report && (await keep(deps, actor, file, { report, description, beside }));
  } finally {
    lock.release();
  }
}

interface Beside {
  readonly files: readonly ReferencedFile[];
  /** Of those that are there. */
  readonly rows: readonly (DraftFileRow | undefined)[];
}

/** Files of the draft that foreign keys of this one point at. */
function filesBeside(
  { name }: UncheckedFile,
  description: OutgoingDescription | undefined,
  draftFiles: readonly DraftFileRow[],
): Beside {
  const ready = draftFiles.filter((row) => row.state === 'ready');
  const resource = description && resourceForFile(description.content, name);
  const files = referencedFiles(
    description?.content,
    resource,
    ready.map((row) => row.name),
  );
  return {
    files,
    rows: files.map((one) => (one.present ? ready.find((row) => row.name === one.fileName) : undefined)),
  };
}

async function read(
  deps: OutgoingCheckDeps,
  file: UncheckedFile,
  description: OutgoingDescription | undefined,
  beside: Beside,
): Promise<Report | undefined> {
  const options = await optionsOf(deps, file, description, beside);
  const check = startCheck(options, deps);
  try {
    for (const [index, row] of beside.rows.entries()) {
      if (
        row !== undefined &&
        (await readInto(deps, file, row, (chunk) => check.pushReferenced(index, chunk)))
      )
        check.endReferenced(index);
    }
    const whole = await readInto(deps, file, file, (chunk) => push(check, chunk));
    if (whole) return check.finish({ sha256: file.sha256 });
    await check.abort();
    return undefined;
  } catch (thrown) {
    await check.abort();
    // What does not open will not open later either: it must not pass for sound, nor for something under way.
    if (!hasCode(thrown, 'integrity-failed')) throw thrown;
    return notCheckedReport(options, 'engine/died', { bytes: 0, sha256: file.sha256 });
  }
}

async function push(check: RunningCheck, chunk: Uint8Array): Promise<void> {
  if (!check.over) await check.push(chunk);
}

/** False when the service is about to stop. */
async function readInto(
  deps: OutgoingCheckDeps,
  { draftId, projectId }: UncheckedFile,
  { objectName: name }: { objectName: string },
  give: (chunk: Uint8Array) => Promise<void>,
): Promise<boolean> {
  const reader = await openBody(deps, { name, projectId, holder: draftHolder(draftId) });
  try {
    for await (const chunk of reader.stream()) {
      if (deps.stopping?.aborted === true) return false;
      await give(chunk);
    }
    return true;
  } finally {
    await reader.close();
  }
}

async function optionsOf(
  deps: OutgoingCheckDeps,
  { name, uploaderId }: UncheckedFile,
  description: OutgoingDescription | undefined,
  beside: Beside,
): Promise<StartCheckOptions> {
  const resource = description && resourceForFile(description.content, name);
  return {
    fileName: name,
    outgoing: true,
    referenced: beside.files,
    ...(resource === undefined ? {} : { resource }),
    ...(description === undefined ? {} : { expected: expectedFiles(description.content) }),
    codeLists: await currentCodeLists(deps, namedClassifications(resource)),
    language: await languageOf(deps, uploaderId),
    syntheticIds: deps.syntheticIds,
    today: osloDate(deps.clock.now()).toString(),
    descriptionSha256: description?.sha256 ?? null,
    limits,
    ...(deps.spillFolder === undefined ? {} : { uniqueness: { folder: deps.spillFolder } }),
  };
}

/** What was not looked at in full is not sound. */
function resultOf({ verdict, complete }: Report): OutgoingResult {
  if (verdict === 'rejected') return 'faults';
  return verdict === 'accepted' && complete ? 'sound' : 'not-checked';
}

/** Keeps the result, unless the file, the description or a file beside it is another than the one that was read. */
async function keep(
  deps: OutgoingCheckDeps,
  actor: Actor,
  file: UncheckedFile,
  {
    report,
    description,
    beside,
  }: { report: Report; description: OutgoingDescription | undefined; beside: Beside },
): Promise<OutgoingResult | undefined> {
  const at = deps.clock.now();
  const outgoing = resultOf(report);
  return transact(deps.db, async (tx) => {
    const now = await holdOutgoing(tx, file.projectId);
    if (now?.sha256 !== description?.sha256) return undefined;
    if (!(await stillBeside(tx, file, description, beside))) return undefined;
    const result = { outgoing, report, beside: beside.files.length > 0 };
    if (!(await keepOutgoing(tx, file, result, at))) return undefined;
    await recordAudit(tx, at, {
      actor: actorName(actor),
      action: 'draft.file-checked',
      subject: `draft:${file.draftId}`,
      projectId: file.projectId,
      detail: { name: file.name, sha256: file.sha256, outgoing, description: now?.version ?? null },
    });
    return outgoing;
  });
}

async function stillBeside(
  tx: Tx,
  file: UncheckedFile,
  description: OutgoingDescription | undefined,
  beside: Beside,
): Promise<boolean> {
  if (beside.files.length === 0) return true;
  const now = filesBeside(file, description, await listDraftFiles(tx, file.draftId));
  return now.rows.every((row, index) => row?.id === beside.rows[index]?.id);
}
