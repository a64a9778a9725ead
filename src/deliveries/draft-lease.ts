/** Who writes a file into a draft, among all processes; see vault/write-lease.ts. */
import type { Database } from '../db/database.ts';
import { type BeingWritten, beingWritten } from '../vault/write-lease.ts';
import { listArrivingFiles } from './draft-store.ts';

/** Of an upload among those of a process, and of its lock among all: one person at a time writes a name in a draft. */
export function draftFileKey({ draftId, name }: { draftId: string; name: string }): string {
  return `draft:${draftId}/${name}`;
}

/** The files on their way into drafts that are being written now, by whatever process. */
export async function draftFilesBeingWritten(deps: { db: Database }): Promise<BeingWritten> {
  return beingWritten(deps, await listArrivingFiles(deps.db), draftFileKey);
}
