/** One delivery with who fetched what of it, and those that close before they are fetched. */
import { Temporal } from 'temporal-polyfill';
import type { Database } from '../db/database.ts';
import type { Actor } from '../identity/permissions.ts';
import type { Clock } from '../platform/clock.ts';
import { AppError } from '../platform/errors.ts';
import { closesAt } from './closing.ts';
import { listUnfetched } from './contents-store.ts';
import { type DeliveryStatus, hasClosed, tellDeliveries } from './deliveries.ts';
import { listFetched, listOpenPublications } from './delivery-store.ts';

export interface FetchedFile {
  fileId: string;
  personId: string;
  /** Every byte of it. */
  complete: boolean;
  firstAt: Temporal.Instant;
  lastAt: Temporal.Instant;
}

export interface DeliveryDetail extends DeliveryStatus {
  fetched: readonly FetchedFile[];
}

/** A delivery that this person may know of, by its folder. Errors: `not-found`. */
export async function seeDelivery(
  deps: { db: Database; clock: Clock },
  actor: Actor & { kind: 'person' },
  projectId: string,
  folder: string,
): Promise<DeliveryDetail> {
  const told = await tellDeliveries(deps, actor, projectId, { ended: 'all' });
  const found = told.find((one) => one.folder === folder);
  if (found === undefined) {
    throw new AppError('not-found', {
      nb: 'Leveransen finnes ikke, eller er ikke til deg.',
      en: 'The delivery does not exist, or is not for you.',
    });
  }
  const rows = await listFetched(deps.db, found.id);
  const instant = (at: Date) => Temporal.Instant.fromEpochMilliseconds(at.getTime());
  return {
    ...found,
    fetched: rows.map(({ firstAt, lastAt, ...row }) => ({
      ...row,
      firstAt: instant(firstAt),
      lastAt: instant(lastAt),
    })),
  };
}

/** Open deliveries that close within so many days and that a recipient has not fetched all of. */
export async function closingDeliveries(
  deps: { db: Database; clock: Clock },
  withinDays: number,
): Promise<readonly { projectId: string; folder: string; closesAt: Temporal.ZonedDateTime }[]> {
  const found: { projectId: string; folder: string; closesAt: Temporal.ZonedDateTime }[] = [];
  for (const row of await listOpenPublications(deps.db)) {
    const end = closesAt(row);
    const soon = end.subtract({ days: withinDays }).epochMilliseconds <= deps.clock.now().epochMilliseconds;
    if (!soon || hasClosed(deps.clock, row)) continue;
    if ((await listUnfetched(deps.db, row.id)).length === 0) continue;
    found.push({ projectId: row.projectId, folder: row.folder, closesAt: end });
  }
  return found;
}
