/** The right to write an upload: one opening has it at a time, among all processes and hosts on one database. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '../db/database.ts';
import { heldNames, type NamedLock, type NamedLocks } from '../db/named-locks.ts';
import { claimArriving, findInbound, type InboundRow, listArriving } from './inbound-store.ts';
import { stillWritten } from './upload-refusals.ts';

/** Whose upload of what: one person writes a name once at a time. */
export interface UploadName {
  readonly projectId: string;
  readonly uploaderId: string;
  readonly name: string;
}

/** How long another process gets to bring its last bytes to the disk. */
const waitMs = 15_000;
/** A process that has lost its lock to a broken connection knows it by then, and its last write is over. */
const settleMs = 1_000;

export function uploadKey({ projectId, uploaderId, name }: UploadName): string {
  return JSON.stringify([projectId, uploaderId, name]);
}

/**
 * Takes the right to write. Who has it in another process is asked to let go, and `onWanted` is called when we are.
 * `written`: the row that the taker writes, if there is one yet. Errors: `conflict` when the other does not let go.
 */
export async function takeLease(
  deps: { db: Database; locks: NamedLocks },
  of: UploadName,
  writer: { id: string; row(): string | undefined; onWanted(): void },
): Promise<NamedLock> {
  const undisturbed = async (): Promise<boolean> => {
    const row = writer.row();
    return row === undefined || (await isWriter(deps, row, writer.id));
  };
  const lock = await deps.locks.take(
    uploadKey(of),
    { onWanted: () => writer.onWanted(), undisturbed },
    waitMs,
  );
  if (lock === undefined) throw stillWritten();
  return lock;
}

export async function isWriter(deps: { db: Database }, id: string, writer: string): Promise<boolean> {
  return (await findInbound(deps.db, id))?.writer === writer;
}

/**
 * Makes `writer` the one who writes a row that was there before; the lease is ours already. A writer that did not
 * leave in order (its process was killed, or its connection broke) gets the time to notice. False when it is not
 * arriving any more.
 */
export async function claimRow(deps: { db: Database }, row: InboundRow, writer: string): Promise<boolean> {
  if (!(await claimArriving(deps.db, row.id, writer))) return false;
  if (row.writer !== null && row.writer !== writer) await sleep(settleMs);
  return true;
}

/** The uploads that are being written now, by whatever process: ids of their rows, names of their bodies. */
export async function uploadsBeingWritten(deps: {
  db: Database;
}): Promise<{ ids: ReadonlySet<string>; bodies: ReadonlySet<string> }> {
  const rows = await listArriving(deps.db);
  const held = await heldNames(deps.db, rows.map(uploadKey));
  const written = rows.filter((row) => held.has(uploadKey(row)));
  return {
    ids: new Set(written.map(({ id }) => id)),
    bodies: new Set(written.map(({ objectName }) => objectName)),
  };
}
