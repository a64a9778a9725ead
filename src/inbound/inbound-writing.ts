/** How an upload into the inbox begins, is gone on with, and ends: its row, its body and its check. */
import { recordAudit } from '../audit/audit.ts';
import { projectQuota, type QuotaDeps } from '../cases/quota.ts';
import { transact } from '../db/database.ts';
import type { NamedLocks } from '../db/named-locks.ts';
import { type Actor, actorName } from '../identity/permissions.ts';
import type { Log } from '../platform/log.ts';
import { type BodyInput, beginBody, resumeBody, type VaultDeps } from '../vault/bodies.ts';
import { openRoom } from '../vault/room.ts';
import { claimRow } from '../vault/write-lease.ts';
import type { Growing, Kept, WritingKind } from '../vault/writing-kind.ts';
import {
  claimArriving,
  findUnfinished,
  insertArriving,
  touchInbound,
  unclaimArriving,
} from './arriving-store.ts';
import { beginCheck, type CheckDeps, type Checking } from './checking.ts';
import { dropUnfinished } from './erase.ts';
import { findNewest, type InboundRow, inboundHolder } from './inbound-store.ts';
import { finalName, partialConcat } from './names.ts';
import type { TakeInDeps } from './take-in.ts';
import { isWriter } from './upload-lease.ts';
import { gone, incomplete } from './upload-refusals.ts';
import { ownOnly } from './visibility.ts';

export interface InboundWritingDeps extends VaultDeps, CheckDeps, TakeInDeps, QuotaDeps {
  log: Log;
  locks: NamedLocks;
}

export interface UploadRequest {
  projectId: string;
  name: string;
  door: string;
  /** Of a tus upload that is to be joined with others, or that is made of such. */
  concat?: string | undefined;
}

export interface KeyedRequest extends UploadRequest {
  /** Of the upload among those of this process, and of its lock among all. */
  key: string;
}

/** What the bytes of an upload go to: sealed and checked at once. A partial upload is not checked. */
export interface Checked extends Growing {
  readonly checking: Checking | undefined;
}

/** How an upload into the inbox begins, is gone on with, and ends. */
export function inboundKind(
  deps: InboundWritingDeps,
  actor: Actor & { kind: 'person' },
  { projectId, name, door, key, concat }: KeyedRequest,
  unfinished: () => Promise<Kept<InboundRow> | undefined>,
): Omit<WritingKind<InboundRow, Checked>, 'left'> {
  const uploaderId = actor.personId;
  const toCheck = { projectId, fileName: finalName(name) ?? name, uploaderId };
  const check = async () => (concat === partialConcat ? undefined : beginCheck(deps, toCheck));
  const drop = () => dropUnfinished(deps, actor, projectId, name);
  const room = () => openRoom(deps, projectId, () => projectQuota(deps, projectId));

  async function begin(opening: string): Promise<Checked> {
    const [, granted, checking] = await Promise.all([drop(), room(), check()]);
    const id = deps.random.uuid();
    const at = deps.clock.now();
    const body = { projectId, holder: inboundHolder, ...readBy(checking) };
    const writer = await beginBody(deps, body, async (tx, objectName) => {
      const row = {
        id,
        projectId,
        name,
        uploaderId,
        objectName,
        door,
        writer: opening,
        concat: concat ?? null,
      };
      await insertArriving(tx, row, at);
      await recordAudit(tx, at, {
        actor: actorName(actor),
        action: 'inbound.begun',
        subject: `inbound:${id}`,
        projectId,
        detail: { name, door },
      });
    }).catch(async (thrown) => {
      // The row may be kept while the part could not be made.
      await drop().catch((err: unknown) =>
        deps.log.warn({ inbound: id, err }, 'the leftovers of a failed upload wait for the sweep'),
      );
      return endedBy(checking, thrown);
    });
    return { id, writer, room: granted, checking, quit: async () => checking?.abort() };
  }

  async function resume(row: InboundRow, offset: number, opening: string): Promise<Checked> {
    const granted = await room();
    await claimRow(row, opening, () => claimArriving(deps.db, row.id, opening, concat ?? null));
    const checking = await check();
    const writer = await resumeBody(deps, {
      name: row.objectName,
      projectId,
      holder: inboundHolder,
      offset,
      ...readBy(checking),
    }).catch((thrown) => endedBy(checking, thrown));
    return { id: row.id, writer, room: granted, checking, quit: async () => checking?.abort() };
  }

  async function resumed({ id }: Checked, offset: number): Promise<void> {
    const at = deps.clock.now();
    await transact(deps.db, async (tx) => {
      await touchInbound(tx, id, at);
      await recordAudit(tx, at, {
        actor: actorName(actor),
        action: 'inbound.resumed',
        subject: `inbound:${id}`,
        projectId,
        detail: { offset },
      });
    });
  }

  async function kept(): Promise<Kept<InboundRow> | 'whole' | undefined> {
    const found = await unfinished();
    return found?.row.state === 'held' ? 'whole' : found;
  }

  return {
    lockName: key,
    kept,
    /** The newest answered version of this name that the sender may know of. */
    isThere: async () =>
      (await findNewest(deps.db, projectId, name, ownOnly(actor, projectId))) !== undefined,
    find: () => findUnfinished(deps.db, projectId, uploaderId, name),
    begin,
    resume,
    resumed,
    isWriter: (id, opening) => isWriter(deps, id, opening),
    unclaim: (id, opening) => unclaimArriving(deps.db, id, opening),
    drop,
    gone,
    incomplete,
  };
}

function readBy(checking: Checking | undefined): Pick<BodyInput, 'onPlaintext'> {
  return checking === undefined ? {} : { onPlaintext: (chunk) => checking.onPlaintext(chunk) };
}

/** A check that nothing will be given any more is ended, so that it does not hold a worker. */
async function endedBy(checking: Checking | undefined, thrown: unknown): Promise<never> {
  await checking?.abort();
  throw thrown;
}
