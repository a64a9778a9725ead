/** Deliveries as people see them: the open ones for their recipients, all of them for staff. */
import type { Temporal } from 'temporal-polyfill';
import { openIn } from '../cases/lifecycle.ts';
import { getProject } from '../cases/projects.ts';
import type { Database } from '../db/database.ts';
import { type Actor, may } from '../identity/permissions.ts';
import type { Clock } from '../platform/clock.ts';
import { AppError } from '../platform/errors.ts';
import { closesAt } from './closing.ts';
import { listContents } from './contents-store.ts';
import {
  findPublication,
  isRecipient,
  listFiles,
  listPublications,
  type PublicationFileRow,
  type PublicationRow,
} from './delivery-store.ts';

export interface Delivery {
  id: string;
  projectId: string;
  title: string;
  folder: string;
  state: PublicationRow['state'];
  openedAt: Temporal.Instant;
  closesAt: Temporal.ZonedDateTime;
  closedAt: Temporal.Instant | null;
  files: readonly { id: string; name: string; bytes: number; sha256: string }[];
  recipients: readonly string[];
  /** Recipients who have not fetched all of it. */
  unfetched: readonly string[];
}

interface ReadDeps {
  db: Database;
  clock: Clock;
}

/** Every delivery of a project, for staff. Errors: `not-found`, `forbidden`. */
export async function listDeliveries(
  deps: ReadDeps,
  actor: Actor,
  projectId: string,
): Promise<readonly Delivery[]> {
  await getProject(deps, actor, projectId);
  if (!may(actor, 'delivery.see', projectId)) return [];
  const found: Delivery[] = [];
  const [rows, contentsOf] = await publications(deps, projectId);
  for (const row of rows) {
    if (
      actor.kind === 'person' &&
      may(actor, 'delivery.fetch', projectId) &&
      !(await opensFor(deps, actor, row))
    )
      continue;
    found.push({ ...heading(row), ...contentsOf(row.id) });
  }
  return found;
}

function publications(deps: ReadDeps, projectId: string) {
  return Promise.all([listPublications(deps.db, projectId), listContents(deps.db, projectId)]);
}

/** How long a closed delivery is still told of. */
const TOLD_DAYS = 30;

/** A delivery as its folder's status tells of it. */
export interface DeliveryStatus extends Delivery {
  openDays: number;
  closedReason: string | null;
}

/**
 * The deliveries of a project that this person is to know of, newest first: staff all, recipients theirs; those that
 * have closed for a month after, unless all are asked for.
 */
export async function tellDeliveries(
  deps: ReadDeps,
  actor: Actor & { kind: 'person' },
  projectId: string,
  options: { ended: 'lately' | 'all' } = { ended: 'lately' },
): Promise<readonly DeliveryStatus[]> {
  await getProject(deps, actor, projectId);
  if (!may(actor, 'delivery.see', projectId)) return [];
  const since = deps.clock.now().subtract({ hours: 24 * TOLD_DAYS }).epochMilliseconds;
  const told: DeliveryStatus[] = [];
  const [rows, contentsOf] = await publications(deps, projectId);
  for (const row of rows) {
    const contents = contentsOf(row.id);
    if (may(actor, 'delivery.fetch', projectId) && !contents.recipients.includes(actor.personId)) continue;
    const shut = row.state === 'open' && hasClosed(deps.clock, row);
    const one = heading(shut ? { ...row, state: 'expired' } : row);
    const end = (one.closedAt ?? one.closesAt).epochMilliseconds;
    if (options.ended === 'lately' && one.state !== 'open' && end < since) continue;
    told.unshift({ ...one, closedReason: row.closedReason, ...contents });
  }
  return told;
}

function heading(row: PublicationRow) {
  const { id, projectId, title, folder, state, openedAt, openDays, closedAt, endToEnd } = row;
  const until = closesAt(row);
  return { id, projectId, title, folder, state, openedAt, openDays, closedAt, endToEnd, closesAt: until };
}

/** What a delivery's folder shows a recipient. */
export interface OpenDelivery extends ReturnType<typeof heading> {
  files: readonly PublicationFileRow[];
}

/** The deliveries that are open for this person now. */
export async function openDeliveries(
  deps: ReadDeps,
  actor: Actor & { kind: 'person' },
  projectId: string,
): Promise<readonly OpenDelivery[]> {
  const project = await getProject(deps, actor, projectId);
  if (!may(actor, 'delivery.fetch', projectId) || !openIn[project.state].includes('fetch a delivery'))
    return [];
  const found: OpenDelivery[] = [];
  for (const row of await listPublications(deps.db, projectId)) {
    if (await opensFor(deps, actor, row))
      found.push({ ...heading(row), files: await listFiles(deps.db, row.id) });
  }
  return found;
}

/** One open delivery. Errors: `not-found`, also when it has closed or is not for this person. */
export async function openDelivery(
  deps: ReadDeps,
  actor: Actor & { kind: 'person' },
  projectId: string,
  folder: string,
): Promise<OpenDelivery> {
  const project = await getProject(deps, actor, projectId);
  const allowed =
    may(actor, 'delivery.fetch', projectId) && openIn[project.state].includes('fetch a delivery');
  const row = allowed ? await findPublication(deps.db, { projectId, folder }) : undefined;
  if (row === undefined || !(await opensFor(deps, actor, row))) {
    throw new AppError('not-found', {
      nb: 'Leveransen finnes ikke, er stengt, eller er ikke til deg.',
      en: 'The delivery does not exist, has closed, or is not for you.',
    });
  }
  return { ...heading(row), files: await listFiles(deps.db, row.id) };
}

/** True while the publication stands open by the clock and by its state, and the person is named as a recipient. */
export async function opensFor(
  deps: ReadDeps,
  actor: Actor & { kind: 'person' },
  row: PublicationRow,
): Promise<boolean> {
  if (row.state !== 'open' || hasClosed(deps.clock, row)) return false;
  return may(actor, 'delivery.fetch', row.projectId) && (await isRecipient(deps.db, row.id, actor.personId));
}

/** By the clock alone: the door shuts on time even if no job has run. */
export function hasClosed(clock: Clock, row: Pick<PublicationRow, 'openedAt' | 'openDays'>): boolean {
  return clock.now().epochMilliseconds >= closesAt(row).epochMilliseconds;
}

/** The manifest's text: names, sizes and SHA-256 of the files. */
export function manifestOf(delivery: OpenDelivery): string {
  const manifest = {
    project: delivery.projectId,
    title: delivery.title,
    openedAt: delivery.openedAt.toString(),
    closesAt: delivery.closesAt.toInstant().toString(),
    files: delivery.files.map(({ name, bytes, sha256 }) => ({ name, bytes, sha256 })),
  };
  return JSON.stringify(manifest, null, 2) + '\n';
}
