/** Searches the audit log: by project, person, file, action and time, the newest first. */
import type { Database } from '../db/database.ts';
import { findEvents } from './audit-store.ts';
import type { AuditEvent, AuditFilter } from './event.ts';

/** At most `limit` events before the one of number `before`. The caller asks `audit.read` first. */
export function searchAudit(
  deps: { db: Database },
  filter: AuditFilter,
  page: { limit: number; before?: number | undefined },
): Promise<readonly AuditEvent[]> {
  return findEvents(deps.db, filter, page);
}
