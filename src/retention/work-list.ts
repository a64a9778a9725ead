/** What needs a case officer now in the projects given, and whoever approves deliveries, the most urgent first. */
import type { Temporal } from 'temporal-polyfill';
import { listDownloadStops } from '../cases/download-stops.ts';
import type { Project } from '../cases/projects.ts';
import type { Database } from '../db/database.ts';
import type { draftsToApprove } from '../deliveries/approval.ts';
import { closingDeliveries } from '../deliveries/fetched.ts';
import { waitingFiles } from '../inbound/waiting.ts';
import { type Clock, osloDate, zone } from '../platform/clock.ts';

export const workKinds = [
  'deletion-overdue',
  'delivery-closing',
  'downloads-stopped',
  'draft-waiting',
  'file-rejected',
  'file-not-checked',
  'deletion-soon',
] as const;

export const urgencies = ['overdue', 'today', 'soon', 'waiting'] as const;

export interface Work {
  kind: (typeof workKinds)[number];
  urgency: (typeof urgencies)[number];
  /** Null: of every project. */
  projectId: string | null;
  /** A file, a draft, a delivery's folder, or why downloads are stopped. */
  subject: string | null;
  /** The last day for it, in Oslo. */
  due: Temporal.PlainDate | null;
  /** From when it waits. */
  since: Temporal.Instant | null;
}

const SOON_DAYS = { deletion: 30, closing: 3 };

/** `everywhere`: a stop of all projects is theirs to lift. `toApprove`: drafts that wait for somebody like them. */
export async function workList(
  deps: { db: Database; clock: Clock },
  projects: readonly Project[],
  options: { everywhere: boolean; toApprove: Awaited<ReturnType<typeof draftsToApprove>> },
): Promise<readonly Work[]> {
  const today = osloDate(deps.clock.now());
  const live = projects.filter((one) => one.state !== 'deletion-confirmed');
  const ids = new Set(live.map((one) => one.id));
  const active = new Set(live.filter((one) => one.state === 'active').map((one) => one.id));
  const [stops, files, closing] = await Promise.all([
    listDownloadStops(deps),
    waitingFiles(deps, [...active]),
    closingDeliveries(deps, SOON_DAYS.closing),
  ]);
  const found: Work[] = [];
  for (const { id, deleteBy } of live) {
    const days = today.until(deleteBy, { largestUnit: 'days' }).days;
    if (days > SOON_DAYS.deletion) continue;
    const kind = days < 0 ? 'deletion-overdue' : 'deletion-soon';
    found.push({ kind, urgency: byDays(days), projectId: id, subject: null, due: deleteBy, since: null });
  }
  for (const { projectId, reason, stoppedAt } of stops) {
    if (projectId === null ? !options.everywhere : !ids.has(projectId)) continue;
    const urgency = 'today';
    found.push({
      kind: 'downloads-stopped',
      urgency,
      projectId,
      subject: reason,
      due: null,
      since: stoppedAt,
    });
  }
  for (const { projectId, draft, submittedAt: since } of options.toApprove) {
    found.push({ kind: 'draft-waiting', urgency: 'waiting', projectId, subject: draft, due: null, since });
  }
  for (const { projectId, name, state, receivedAt } of files) {
    const kind = state === 'rejected' ? 'file-rejected' : 'file-not-checked';
    found.push({ kind, urgency: 'waiting', projectId, subject: name, due: null, since: receivedAt });
  }
  for (const { projectId, folder, closesAt } of closing) {
    if (!active.has(projectId)) continue;
    const due = closesAt.withTimeZone(zone).toPlainDate();
    const days = today.until(due, { largestUnit: 'days' }).days;
    const urgency = byDays(days);
    found.push({ kind: 'delivery-closing', urgency, projectId, subject: folder, due, since: null });
  }
  return found.sort(byUrgency);
}

function byDays(days: number): Work['urgency'] {
  if (days < 0) return 'overdue';
  return days === 0 ? 'today' : 'soon';
}

/** As text, so that it can be the place in a list too: what is due first, then what has waited longest. */
export function workPlace(work: Work): readonly (string | number)[] {
  const { due, since, kind, projectId, subject } = work;
  return [
    urgencies.indexOf(work.urgency),
    due?.toString() ?? '~',
    since?.toString({ fractionalSecondDigits: 3 }) ?? '~',
    kind,
    projectId ?? '',
    subject ?? '',
  ];
}

function byUrgency(a: Work, b: Work): number {
  const [one, other] = [workPlace(a), workPlace(b)];
  for (const [i, x] of one.entries()) {
    const y = other[i] ?? '';
    if (x !== y) return x < y ? -1 : 1;
  }
  return 0;
}
