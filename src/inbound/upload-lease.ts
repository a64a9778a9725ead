/** Who writes an upload into an inbox, among all processes; see vault/write-lease.ts. */
import type { Database } from '../db/database.ts';
import { type BeingWritten, beingWritten } from '../vault/write-lease.ts';
import { listArriving } from './arriving-store.ts';
import { findInbound } from './inbound-store.ts';

/** Whose upload of what: one person writes a name once at a time. */
export interface UploadName {
  readonly projectId: string;
  readonly uploaderId: string;
  readonly name: string;
}

/** The name of the lock, too. */
export function uploadKey({ projectId, uploaderId, name }: UploadName): string {
  return JSON.stringify([projectId, uploaderId, name]);
}

export async function isWriter(deps: { db: Database }, id: string, writer: string): Promise<boolean> {
  return (await findInbound(deps.db, id))?.writer === writer;
}

/** The uploads that are being written now, by whatever process. */
export async function uploadsBeingWritten(deps: { db: Database }): Promise<BeingWritten> {
  return beingWritten(deps, await listArriving(deps.db), uploadKey);
}
