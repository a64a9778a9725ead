/** What has come in, for those who may see it: lists, reports, receipts. */
import { Temporal } from 'temporal-polyfill';
import { getProject } from '../cases/projects.ts';
import type { Database } from '../db/database.ts';
import { type Actor, may } from '../identity/permissions.ts';
import { AppError } from '../platform/errors.ts';
import type { Report } from '../validators/report.ts';
import {
  findInbound,
  findNewest,
  type InboundRow,
  type InboundState,
  listInboundRows,
  readReceipt,
  readReport,
} from './inbound-store.ts';
import { partialConcat } from './names.ts';
import { ownOnly } from './visibility.ts';

export interface InboundFile {
  id: string;
  projectId: string;
  name: string;
  /** Null while it is arriving. */
  version: number | null;
  state: InboundState;
  uploaderId: string;
  startedAt: Temporal.Instant;
  receivedAt: Temporal.Instant | null;
  bytes: number | null;
  sha256: string | null;
}

/** The files of a project by name and version; whoever may see only their own gets only those. Errors: `not-found`. */
export async function listInbound(
  deps: { db: Database },
  actor: Actor,
  projectId: string,
): Promise<readonly InboundFile[]> {
  await getProject(deps, actor, projectId);
  const rows = await listInboundRows(deps.db, projectId);
  return rows.filter((row) => maySee(actor, row)).map(inboundFile);
}

function maySee(actor: Actor, row: InboundRow): boolean {
  if (may(actor, 'inbound.see-all', row.projectId)) return true;
  const own = actor.kind === 'person' && actor.personId === row.uploaderId;
  return own && may(actor, 'inbound.see-own', row.projectId);
}

/** The row of a file that the actor may see. Errors: `not-found`. */
export async function visibleInbound(deps: { db: Database }, actor: Actor, id: string): Promise<InboundRow> {
  const wellFormed = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id);
  const row = wellFormed ? await findInbound(deps.db, id) : undefined;
  const isFile = row !== undefined && row.state !== 'erased' && row.concat !== partialConcat;
  if (!isFile || !maySee(actor, row)) throw noFile();
  return row;
}

/** One file of a project, for whoever may see it. Errors: `not-found`. */
export async function seeInbound(
  deps: { db: Database },
  actor: Actor,
  projectId: string,
  id: string,
): Promise<InboundFile> {
  await getProject(deps, actor, projectId);
  const row = await visibleInbound(deps, actor, id);
  if (row.projectId !== projectId) throw noFile();
  return inboundFile(row);
}

function noFile(): AppError {
  return new AppError('not-found', { nb: 'Fant ikke filen.', en: 'There is no such file here.' });
}

/** One file that has been answered. Errors: `not-found`, `conflict` while it is arriving. */
export async function seenInbound(deps: { db: Database }, actor: Actor, id: string): Promise<InboundFile> {
  const row = await visibleInbound(deps, actor, id);
  if (row.version === null) throw notAnswered();
  return inboundFile(row);
}

/** The newest answered version of a name among those that the actor may see. */
export async function newestInbound(
  deps: { db: Database },
  actor: Actor,
  projectId: string,
  name: string,
): Promise<InboundFile | undefined> {
  const row = await findNewest(deps.db, projectId, name, ownOnly(actor, projectId));
  return row !== undefined && maySee(actor, row) ? inboundFile(row) : undefined;
}

/** The report of a file that has been answered. Errors: `not-found`, `conflict` while it is arriving. */
export async function inboundReport(deps: { db: Database }, actor: Actor, id: string): Promise<Report> {
  const row = await visibleInbound(deps, actor, id);
  const report = row.version === null ? undefined : await readReport(deps.db, id);
  if (report === undefined) throw notAnswered();
  return report;
}

/** The signed receipt of a file that has been answered. Errors as `inboundReport`. */
export async function inboundReceipt(deps: { db: Database }, actor: Actor, id: string): Promise<string> {
  await visibleInbound(deps, actor, id);
  const receipt = await readReceipt(deps.db, id);
  if (receipt === undefined) throw notAnswered();
  return receipt;
}

export function notAnswered(): AppError {
  return new AppError('conflict', {
    nb: 'Filen er ikke kommet helt frem ennå.',
    en: 'The file has not arrived in full yet.',
  });
}

export function inboundFile(row: InboundRow): InboundFile {
  const { id, projectId, name, version, state, uploaderId, bytes, sha256 } = row;
  return {
    id,
    projectId,
    name,
    version,
    state,
    uploaderId,
    bytes,
    sha256,
    startedAt: Temporal.Instant.fromEpochMilliseconds(row.startedAt.getTime()),
    receivedAt: row.receivedAt && Temporal.Instant.fromEpochMilliseconds(row.receivedAt.getTime()),
  };
}
