/** The roles that were held in a project during a span of time, those that have ended since too. */
import { Temporal } from 'temporal-polyfill';
import type { Database } from '../db/database.ts';
import { listRolesDuring } from './people-store.ts';
import type { Role } from './permissions.ts';

export interface HeldRole {
  personId: string;
  name: string;
  role: Role;
  projectId: string | null;
  from: Temporal.Instant;
  until: Temporal.Instant;
}

export async function rolesDuring(
  deps: { db: Database },
  projectId: string,
  span: { from: Temporal.Instant; until: Temporal.Instant },
): Promise<readonly HeldRole[]> {
  const rows = await listRolesDuring(deps.db, projectId, span);
  const instant = (at: Date) => Temporal.Instant.fromEpochMilliseconds(at.getTime());
  return rows.map(({ addedAt, removedAt, ...row }) => ({
    ...row,
    from: instant(addedAt),
    until: removedAt === null ? span.until : instant(removedAt),
  }));
}
