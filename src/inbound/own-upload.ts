/** An upload as its sender finds it again by its id: how far it has come, or how it was answered. */
import { Temporal } from 'temporal-polyfill';
import { type Actor, may } from '../identity/permissions.ts';
import { AppError } from '../platform/errors.ts';
import { findJoined, touchUnfinished } from './arriving-store.ts';
import { findInbound, type InboundRow } from './inbound-store.ts';
import type { Received } from './take-in.ts';
import { type UploadDeps, unfinishedUpload } from './upload.ts';

export interface OwnUpload {
  readonly id: string;
  readonly projectId: string;
  readonly name: string;
  readonly state: 'arriving' | 'received';
  /** Of a partial upload `partial`; of one that is made of such, how it was asked for. */
  readonly concat: string | null;
  /** A partial upload of which everything is there. */
  readonly whole: boolean;
  /**
   * Where the next byte goes. Of an upload that this process has open, as it stands; else what is durable, in whole
   * segments.
   */
  readonly offset: number;
  /** When it was last begun or gone on with. */
  readonly touchedAt: Temporal.Instant;
  /** Once it is answered. */
  readonly received: Received | undefined;
}

/**
 * The actor's own upload through `door`. `settle` runs once it is known to be theirs, before it is looked how far it
 * has come. Errors: `not-found`, also for another's and for one that is erased.
 */
export async function ownUpload(
  deps: UploadDeps,
  actor: Actor & { kind: 'person' },
  { id, door }: { id: string; door: string },
  settle?: () => Promise<void>,
): Promise<OwnUpload> {
  const row = await findInbound(deps.db, id);
  const own =
    row !== undefined &&
    row.uploaderId === actor.personId &&
    row.door === door &&
    may(actor, 'inbound.see-own', row.projectId);
  if (!own || row.state === 'erased') throw notThere();
  if (settle !== undefined) {
    await settle();
    return ownUpload(deps, actor, { id, door });
  }
  const { projectId, name } = row;
  const touchedAt = Temporal.Instant.fromEpochMilliseconds(row.touchedAt.getTime());
  const told = { id, projectId, name, touchedAt, concat: row.concat, whole: false };
  const received = receivedOf(row);
  if (received !== undefined) return { ...told, state: 'received', offset: received.bytes, received };
  const unfinished = await unfinishedUpload(deps, actor.personId, projectId, name);
  if (unfinished === undefined || unfinished.row.id !== id) throw notThere();
  const whole = unfinished.row.state === 'held';
  return { ...told, state: 'arriving', offset: unfinished.bytes, received: undefined, whole };
}

/** Not at every part: a client may send thousands. */
const touchEveryMinutes = 10;

/**
 * Notes now and then that an upload goes on, which without this is noted only when it is opened. Gives the instant that
 * it counts as gone on with from here: never later than what the sweep of abandoned uploads goes by.
 */
export async function noteProgress(
  deps: Pick<UploadDeps, 'db' | 'clock'>,
  id: string,
  touchedAt: Temporal.Instant,
): Promise<Temporal.Instant> {
  const now = deps.clock.now();
  if (now.since(touchedAt).total('minutes') < touchEveryMinutes) return touchedAt;
  await touchUnfinished(deps.db, id, now);
  return now;
}

/** The file that the actor has had joined from just these partial uploads, which are no more. */
export async function joinedUpload(
  deps: UploadDeps,
  actor: Actor & { kind: 'person' },
  joined: { projectId: string; name: string; concat: string },
): Promise<Received | undefined> {
  if (!may(actor, 'inbound.see-own', joined.projectId)) return undefined;
  const row = await findJoined(deps.db, { ...joined, uploaderId: actor.personId });
  return row && receivedOf(row);
}

function receivedOf(row: InboundRow): Received | undefined {
  const { id, name, version, state, bytes, sha256 } = row;
  if (state === 'arriving' || state === 'held' || state === 'erased') return undefined;
  if (version === null || bytes === null || sha256 === null) return undefined;
  return { id, name, version, verdict: state, bytes, sha256 };
}

function notThere(): AppError {
  return new AppError('not-found', {
    nb: 'Overføringen finnes ikke lenger. Begynn på nytt.',
    en: 'The transfer is no longer there. Begin anew.',
  });
}
