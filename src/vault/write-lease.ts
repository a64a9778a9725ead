/** The right to write a file: one opening has it at a time, among all processes and hosts on one database. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '../db/database.ts';
import { heldNames, type LockHolder, type NamedLock, type NamedLocks } from '../db/named-locks.ts';
import type { WritingMode } from './writing-kind.ts';
import { notResumable, stillWritten } from './writing-refusals.ts';

/** How long another process gets to bring its last bytes to the disk. */
const waitMs = 15_000;
/** A process that has lost its lock to a broken connection knows it by then, and its last write is over. */
const settleMs = 1_000;

/** For who takes the right only to keep others from writing, and writes nothing: it has nothing to let go of. */
const bystander: LockHolder = { onWanted: () => undefined, undisturbed: async () => true };

/**
 * Starts `upload` as the only one in this process under `key`: who writes there lets go first.
 * (Those in other processes let go when the lease is taken.)
 */
export async function openAlone<
  L extends { abandon(): Promise<void> },
  U extends L & { start(mode: WritingMode): Promise<void> },
>(live: Map<string, L>, key: string, mode: WritingMode, make: () => U): Promise<U> {
  for (let other = live.get(key); other; other = live.get(key)) await other.abandon();
  const upload = make();
  live.set(key, upload);
  try {
    await upload.start(mode);
  } catch (thrown) {
    await upload.abandon();
    throw thrown;
  }
  return upload;
}

/**
 * Takes the right to write. Who has it in another process is asked to let go, and `onWanted` is called when we are.
 * Errors: `conflict` when the other does not let go.
 */
export async function takeLease(
  deps: { locks: NamedLocks },
  name: string,
  holder: LockHolder = bystander,
): Promise<NamedLock> {
  const lock = await deps.locks.take(name, holder, waitMs);
  if (lock === undefined) throw stillWritten();
  return lock;
}

/**
 * Makes `writer` the one who writes a row that was there before; the lease is ours already. A writer that did not
 * leave in order (its process was killed, or its connection broke) gets the time to notice. `claim` says whether the
 * row is still arriving. Errors: `not-resumable` when it is not.
 */
export async function claimRow(
  row: { readonly writer: string | null },
  writer: string,
  claim: () => Promise<boolean>,
): Promise<void> {
  if (!(await claim())) throw notResumable();
  if (row.writer !== null && row.writer !== writer) await sleep(settleMs);
}

/** What is being written now, by whatever process: ids of rows, names of bodies. */
export interface BeingWritten {
  readonly ids: ReadonlySet<string>;
  readonly bodies: ReadonlySet<string>;
}

/** Of rows that have not arrived in full, those that somebody has the right to write now. */
export async function beingWritten<Row extends { id: string; objectName: string }>(
  deps: { db: Database },
  rows: readonly Row[],
  lockName: (row: Row) => string,
): Promise<BeingWritten> {
  const held = await heldNames(deps.db, rows.map(lockName));
  const written = rows.filter((row) => held.has(lockName(row)));
  return {
    ids: new Set(written.map(({ id }) => id)),
    bodies: new Set(written.map(({ objectName }) => objectName)),
  };
}
