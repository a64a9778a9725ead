/** What STATUS.txt tells of: facts of a project as one person may know them, gathered when the file is looked at. */
import { downloadStop } from '../../cases/download-stops.ts';
import { getProject, type Project } from '../../cases/projects.ts';
import { projectQuota } from '../../cases/quota.ts';
import type { ApprovalRule } from '../../deliveries/approval-rule.ts';
import { type DeliveryStatus, tellDeliveries } from '../../deliveries/deliveries.ts';
import { type Draft, seeDrafts } from '../../deliveries/drafts.ts';
import type { FetchDeps } from '../../deliveries/fetch.ts';
import { may } from '../../identity/permissions.ts';
import { currentDescription } from '../../inbound/descriptions.ts';
import { expectedNames, sendersByName } from '../../inbound/expected.ts';
import { type InboundFile, inboundReport, listInbound } from '../../inbound/listing.ts';
import { errorLines } from '../../inbound/report-text.ts';
import { type UploadDeps, unfinishedUpload } from '../../inbound/upload.ts';
import { type UploadUnderWay, uploadsUnderWay } from '../../inbound/upload-progress.ts';
import { projectUse } from '../../inbound/usage.ts';
import { ownOnly } from '../../inbound/visibility.ts';
import type { Person } from './person.ts';

export type StatusDeps = UploadDeps & FetchDeps & { approval: ApprovalRule };

/** Reports that are opened for one status; beyond that a rejected file says only where its report is. */
const REPORTS = 20;

/** One name of the inbox. */
export interface NameStatus {
  name: string;
  expected: boolean;
  /** Who is to send it; told to those only who may know of all files. */
  senders: readonly string[];
  /** The newest version that has been answered; undefined while nothing has come. */
  newest: InboundFile | undefined;
  /** The newest accepted version, when that is not the newest. */
  stands: InboundFile | undefined;
  /** What is wrong with a rejected file, in each language. */
  errors: { nb: readonly string[]; en: readonly string[] };
}

/** A file that has not come in full, or waits for its final name. */
export interface ArrivingStatus {
  file: InboundFile;
  bytes: number;
  /** Being written now by this process; undefined when it is broken off, or written by another process. */
  underWay: UploadUnderWay | undefined;
}

export interface InboxStatus {
  names: readonly NameStatus[];
  arriving: readonly ArrivingStatus[];
}

export interface ProjectStatus {
  project: Project;
  stopReason: string | undefined;
  usedBytes: number;
  quotaBytes: number;
  /** May know of the project as a whole, not of their own files only. */
  whole: boolean;
  staff: boolean;
}

export async function projectStatus(
  deps: StatusDeps,
  actor: Person,
  projectId: string,
): Promise<ProjectStatus> {
  const [project, stop, usedBytes, quotaBytes] = await Promise.all([
    getProject(deps, actor, projectId),
    downloadStop(deps, projectId),
    projectUse(deps, projectId),
    projectQuota(deps, projectId),
  ]);
  return {
    project,
    stopReason: stop?.reason,
    usedBytes,
    quotaBytes,
    whole: may(actor, 'inbound.see-all', projectId),
    staff: may(actor, 'inbound.read-content', projectId),
  };
}

export async function inboxStatus(deps: StatusDeps, actor: Person, projectId: string): Promise<InboxStatus> {
  const rows = await listInbound(deps, actor, projectId);
  const of = ownOnly(actor, projectId);
  const description = await currentDescription(deps, projectId);
  const expected = new Set(description === undefined ? [] : expectedNames(description.content, of));
  const senders =
    description === undefined || of !== undefined ? undefined : sendersByName(description.content);
  const byName = new Map<string, InboundFile[]>([...expected].map((name) => [name, []]));
  const arriving: ArrivingStatus[] = [];
  const underWay = new Map((await uploadsUnderWay(deps, actor, projectId)).map((one) => [one.id, one]));
  for (const row of rows) {
    if (row.version !== null) {
      byName.set(row.name, [...(byName.get(row.name) ?? []), row]);
      continue;
    }
    const kept = await unfinishedUpload(deps, row.uploaderId, projectId, row.name);
    arriving.push({ file: row, bytes: kept?.bytes ?? 0, underWay: underWay.get(row.id) });
  }
  let reports = REPORTS;
  const names: NameStatus[] = [];
  for (const [name, versions] of byName) {
    const newest = versions.at(-1);
    const accepted = versions.findLast((one) => one.state === 'accepted');
    const stands = accepted === newest ? undefined : accepted;
    let errors: NameStatus['errors'] = { nb: [], en: [] };
    if (newest?.state === 'rejected' && reports-- > 0) {
      const report = await inboundReport(deps, actor, newest.id);
      errors = { nb: errorLines(report, 'nb'), en: errorLines(report, 'en') };
    }
    names.push({
      name,
      expected: expected.has(name),
      senders: senders?.get(name) ?? [],
      newest,
      stands,
      errors,
    });
  }
  return { names, arriving };
}

export function deliveriesStatus(
  deps: StatusDeps,
  actor: Person,
  projectId: string,
): Promise<readonly DeliveryStatus[]> {
  return tellDeliveries(deps, actor, projectId);
}

/** Undefined for whoever does not prepare deliveries. */
export async function draftsStatus(
  deps: StatusDeps,
  actor: Person,
  projectId: string,
): Promise<readonly Draft[] | undefined> {
  return may(actor, 'delivery.draft', projectId) ? seeDrafts(deps, actor, projectId) : undefined;
}
