/** Files that nobody could use yet: the newest version of a name when it was rejected, or could not be checked. */
import { Temporal } from 'temporal-polyfill';
import type { Database } from '../db/database.ts';
import { listWaiting } from './arriving-store.ts';

export interface WaitingFile {
  projectId: string;
  name: string;
  state: 'rejected' | 'not-checked';
  receivedAt: Temporal.Instant;
}

export async function waitingFiles(
  deps: { db: Database },
  projectIds: readonly string[],
): Promise<readonly WaitingFile[]> {
  const rows = await listWaiting(deps.db, projectIds);
  return rows.map(({ receivedAt, ...row }) => ({
    ...row,
    receivedAt: Temporal.Instant.fromEpochMilliseconds(receivedAt.getTime()),
  }));
}
