/** Answers a file: version, verdict, signed receipt and audit event in one transaction. Only after this is it received. */
import type { Temporal } from 'temporal-polyfill';
import { recordAudit } from '../audit/audit.ts';
import { demandOpen } from '../cases/lifecycle.ts';
import { lockProject } from '../cases/project-store.ts';
import { type Database, type Tx, transact } from '../db/database.ts';
import type { Clock } from '../platform/clock.ts';
import { AppError } from '../platform/errors.ts';
import type { Seal } from '../storage/seal.ts';
import type { Report } from '../validators/report.ts';
import { keepSeal } from '../vault/bodies.ts';
import { markHeld, touchInbound } from './arriving-store.ts';
import { type InboundState, lockInbound, markReceived, nextVersion } from './inbound-store.ts';
import { type ReceiptSigner, reportText, sha256Hex } from './receipts.ts';

export interface TakeInDeps {
  db: Database;
  clock: Clock;
  receipts: ReceiptSigner;
}

export interface Received {
  id: string;
  name: string;
  version: number;
  verdict: Report['verdict'];
  bytes: number;
  /** Of the plaintext, in hex. */
  sha256: string;
}

/**
 * Takes in the file with that id as the next version of `name`. The row must still be in one of `from`: whoever took
 * it over meanwhile wins. Errors: `conflict`, `closed`.
 */
export async function takeIn(
  deps: TakeInDeps,
  file: {
    id: string;
    projectId: string;
    name: string;
    uploaderId: string;
    actor: string;
    door: string;
    bytes: number;
    sha256: string;
    report: Report;
    /** Given when the body has just been sealed. */
    seal?: { objectName: string; seal: Seal };
    from: readonly InboundState[];
    /** Of an upload: the opening that must still have the right to write it. */
    writer?: string;
    /** What else is true once it is received: in the same transaction, or neither. */
    along?: ((tx: Tx, at: Temporal.Instant, id: string) => Promise<void>) | undefined;
  },
): Promise<Received> {
  const at = deps.clock.now();
  return transact(deps.db, async (tx) => {
    demandOpen(await lockProject(tx, file.projectId), 'send files');
    if ((await lockInbound(tx, file.id, file.from, file.writer)) === undefined) throw overtaken();
    const version = await nextVersion(tx, file.projectId, file.name);
    const { verdict } = file.report;
    const receipt = await deps.receipts.sign({
      iss: 'datasluse',
      sub: file.id,
      project: file.projectId,
      file: file.name,
      version,
      bytes: file.bytes,
      sha256: file.sha256,
      uploader: file.uploaderId,
      receivedAt: at.toString(),
      verdict,
      reportSha256: sha256Hex(reportText(file.report)),
      descriptionSha256: file.report.descriptionSha256,
    });
    if (file.seal !== undefined) await keepSeal(tx, at, file.seal.objectName, file.seal.seal);
    await markReceived(tx, file.id, {
      name: file.name,
      version,
      state: verdict,
      at,
      bytes: file.bytes,
      sha256: file.sha256,
      report: file.report,
      receipt,
    });
    await recordAudit(tx, at, {
      actor: file.actor,
      action: 'inbound.received',
      subject: `inbound:${file.id}`,
      projectId: file.projectId,
      detail: { name: file.name, version, verdict, bytes: file.bytes, sha256: file.sha256, door: file.door },
    });
    await file.along?.(tx, at, file.id);
    return { id: file.id, name: file.name, version, verdict, bytes: file.bytes, sha256: file.sha256 };
  });
}

/** Keeps a sealed file that is not received yet: its client will rename it, or have it joined with others (then it has no report). */
export async function hold(
  deps: Pick<TakeInDeps, 'db' | 'clock'>,
  file: {
    id: string;
    projectId: string;
    actor: string;
    bytes: number;
    sha256: string;
    report: Report | undefined;
    seal: { objectName: string; seal: Seal };
    writer: string;
  },
): Promise<void> {
  const at = deps.clock.now();
  await transact(deps.db, async (tx) => {
    if ((await lockInbound(tx, file.id, ['arriving'], file.writer)) === undefined) throw overtaken();
    await keepSeal(tx, at, file.seal.objectName, file.seal.seal);
    await markHeld(tx, file.id, file);
    if (file.report === undefined) await touchInbound(tx, file.id, at);
    await recordAudit(tx, at, {
      actor: file.actor,
      action: 'inbound.held',
      subject: `inbound:${file.id}`,
      projectId: file.projectId,
      detail: { bytes: file.bytes, sha256: file.sha256 },
    });
  });
}

function overtaken(): AppError {
  return new AppError('conflict', {
    nb: 'Filen ble slettet eller sendt på nytt imens. Se hva som ligger i innboksen.',
    en: 'The file was deleted or sent again meanwhile. Look at what is in the inbox.',
  });
}
