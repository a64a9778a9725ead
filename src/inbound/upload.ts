/** One file on its way in, whatever the door: written in order, sealed, checked and hashed at once, answered at the end. */
import { recordAudit } from '../audit/audit.ts';
import { demandOpen } from '../cases/lifecycle.ts';
import { getProject } from '../cases/projects.ts';
import { projectQuota, type QuotaDeps } from '../cases/quota.ts';
import { transact } from '../db/database.ts';
import type { NamedLocks } from '../db/named-locks.ts';
import { type Actor, actorName, demand } from '../identity/permissions.ts';
import type { Log } from '../platform/log.ts';
import { openSealed } from '../storage/sealed-reader.ts';
import { beginBody, resumableBytes, resumeBody, type VaultDeps } from '../vault/bodies.ts';
import { OrderedWriting } from '../vault/ordered-writing.ts';
import { demandRoom, openRoom } from '../vault/room.ts';
import { claimRow, openAlone } from '../vault/write-lease.ts';
import type { Growing, Kept, WritingKind, WritingMode } from '../vault/writing-kind.ts';
import { beginCheck, type CheckDeps, type Checking } from './checking.ts';
import { dropUnfinished } from './erase.ts';
import {
  claimArriving,
  findNewest,
  findUnfinished,
  type InboundRow,
  inboundHolder,
  insertArriving,
  touchInbound,
  unclaimArriving,
} from './inbound-store.ts';
import { checkInboxName, finalName } from './names.ts';
import { hold, type Received, type TakeInDeps, takeIn } from './take-in.ts';
import { isWriter, uploadKey } from './upload-lease.ts';
import type { UploadUnderWay } from './upload-progress.ts';
import { gone, incomplete, otherContent } from './upload-refusals.ts';
import { ownOnly } from './visibility.ts';

export interface UploadDeps extends VaultDeps, CheckDeps, TakeInDeps, QuotaDeps {
  log: Log;
  /** The uploads that this process is writing now. */
  uploads: Map<string, Upload>;
  locks: NamedLocks;
}

/**
 * Opens an upload of `name` into the project's inbox. An earlier unfinished upload of the same person and name is
 * resumed or replaced; one that is still open elsewhere, in this process or another, loses its right to write.
 * Errors: `forbidden`, `not-found`, `closed`, `invalid-name`, `not-resumable`, `conflict` when the other does not end.
 */
export async function openUpload(
  deps: UploadDeps,
  actor: Actor & { kind: 'person' },
  request: UploadRequest & { mode: UploadMode },
): Promise<Upload> {
  demand(actor, 'inbound.send', request.projectId);
  checkInboxName(request.name);
  const project = await getProject(deps, actor, request.projectId);
  demandOpen(project.state, 'send files');

  const key = uploadKey({ ...request, uploaderId: actor.personId });
  return openAlone(deps.uploads, key, request.mode, () => new Upload(deps, actor, { ...request, key }));
}

/** The unfinished upload of a person, with the bytes that are kept of it; a live one in this process counts as it stands. */
export async function unfinishedUpload(
  deps: UploadDeps,
  personId: string,
  projectId: string,
  name: string,
): Promise<{ row: InboundRow; bytes: number } | undefined> {
  const row = await findUnfinished(deps.db, projectId, personId, name);
  if (row === undefined) return undefined;
  if (row.state === 'held') return { row, bytes: row.bytes ?? 0 };
  const live = deps.uploads.get(uploadKey({ projectId, uploaderId: personId, name }));
  const bytes =
    live !== undefined && live.id === row.id
      ? live.size
      : await resumableBytes(deps, { name: row.objectName, projectId, holder: inboundHolder });
  return bytes === undefined ? undefined : { row, bytes };
}

export type UploadMode = WritingMode;

export interface UploadRequest {
  projectId: string;
  name: string;
  door: string;
}

interface KeyedRequest extends UploadRequest {
  /** Of the upload among those of this process, and of its lock among all. */
  key: string;
}

/** What the bytes of an upload go to: sealed and checked at once. */
interface Checked extends Growing {
  readonly checking: Checking;
}

export class Upload {
  readonly #deps: UploadDeps;
  readonly #actor: Actor & { kind: 'person' };
  readonly #request: KeyedRequest;
  readonly #writing: OrderedWriting<InboundRow, Checked>;

  constructor(deps: UploadDeps, actor: Actor & { kind: 'person' }, request: KeyedRequest) {
    this.#deps = deps;
    this.#actor = actor;
    this.#request = request;
    const { key } = request;
    this.#writing = new OrderedWriting(deps, {
      ...inboundKind(deps, actor, request),
      left: () => {
        if (deps.uploads.get(key) === this) deps.uploads.delete(key);
      },
    });
  }

  get id(): string | undefined {
    return this.#writing.id;
  }

  /** True when it takes nothing more: finished, abandoned, or taken over by a newer transfer. */
  get over(): boolean {
    return this.#writing.over;
  }

  /** The body that is being written, if one is. */
  get bodyName(): string | undefined {
    return this.#writing.growing?.writer.name;
  }

  /** Bytes of plaintext so far. */
  get size(): number {
    return this.#writing.size;
  }

  /** What a person may be told of the upload while it is under way; see upload-progress.ts. */
  get underWay(): UploadUnderWay {
    const { projectId, name } = this.#request;
    return {
      id: this.id ?? null,
      projectId,
      name,
      uploaderId: this.#actor.personId,
      bytes: this.size,
      announcedBytes: this.#writing.announcedBytes ?? null,
      counts: this.#writing.growing?.checking.counts ?? null,
    };
  }

  start(mode: UploadMode): Promise<void> {
    return this.#writing.start(mode);
  }

  /** Takes `data` at `offset`; resolves when there is room for more. `data` is copied before that. */
  write(offset: number, data: Uint8Array): Promise<void> {
    return this.#writing.write(offset, data);
  }

  /** Takes `data` at the end; see `OrderedWriting.append` for what `offset` may be. */
  append(offset: number, data: Uint8Array): Promise<void> {
    return this.#writing.append(offset, data);
  }

  /** Cuts the file to `bytes`; a size beyond the end is taken as an announcement and held to at the end. */
  truncate(bytes: number): Promise<void> {
    return this.#writing.truncate(bytes);
  }

  /**
   * Takes `bytes` as the size to hold to at the end, when the project has room for so much. `keepEmpty`: the upload is
   * kept even when it is abandoned before its first byte, for a client that knows it by its id. Errors: `too-large`.
   */
  announce(bytes: number, options: { keepEmpty?: boolean } = {}): Promise<void> {
    const deps = this.#deps;
    const { projectId } = this.#request;
    const demandSpace = async () =>
      demandRoom(deps, projectId, await projectQuota(deps, projectId), bytes, this.bodyName);
    return this.#writing.announce(bytes, demandSpace, options);
  }

  /**
   * Goes back to the first `bytes`, under the same id. Errors: `not-resumable` when less than that is durable; the
   * upload is abandoned then.
   */
  rewind(bytes: number): Promise<void> {
    return this.#writing.rewind(bytes);
  }

  /**
   * Everything is there: seals, takes the verdict and answers. After this the file is received, or it is not there.
   * `sha256`: of the content, in hex, as the sender knows it; anything else is not received. Errors: `invalid-input`.
   */
  finish({ sha256 }: { sha256?: string | undefined } = {}): Promise<Received | undefined> {
    return this.#writing.finish((growing, opening) => this.#seal(growing, opening, sha256));
  }

  /** The sender is gone: what is durable stays for a while, and can be resumed. Idempotent. */
  abandon(): Promise<void> {
    return this.#writing.abandon();
  }

  async #seal(
    { id, writer, checking }: Checked,
    opening: string,
    sha256: string | undefined,
  ): Promise<Received | undefined> {
    const seal = await writer.finish();
    if (sha256 !== undefined && sha256 !== seal.plaintextSha256) throw otherContent();
    const { projectId, name, door } = this.#request;
    const held = { name: writer.name, projectId, holder: inboundHolder, parts: writer.parts, seal };
    const deps = this.#deps;
    const report = await checking.report(seal.plaintextSha256, async function* () {
      const reader = await openSealed(deps, held);
      try {
        yield* reader.stream();
      } finally {
        await reader.close();
      }
    });
    const file = {
      id,
      projectId,
      actor: actorName(this.#actor),
      bytes: seal.plaintextBytes,
      sha256: seal.plaintextSha256,
      report,
      seal: { objectName: writer.name, seal },
      writer: opening,
    };
    if (finalName(name) !== undefined) {
      await hold(deps, file);
      return undefined;
    }
    return takeIn(deps, { ...file, name, uploaderId: this.#actor.personId, door, from: ['arriving'] });
  }
}

/** How an upload into the inbox begins, is gone on with, and ends. */
function inboundKind(
  deps: UploadDeps,
  actor: Actor & { kind: 'person' },
  { projectId, name, door, key }: KeyedRequest,
): Omit<WritingKind<InboundRow, Checked>, 'left'> {
  const uploaderId = actor.personId;
  const toCheck = { projectId, fileName: finalName(name) ?? name, uploaderId };
  const drop = () => dropUnfinished(deps, actor, projectId, name);
  const room = () => openRoom(deps, projectId, () => projectQuota(deps, projectId));

  async function begin(opening: string): Promise<Checked> {
    const [, granted, checking] = await Promise.all([drop(), room(), beginCheck(deps, toCheck)]);
    const id = deps.random.uuid();
    const at = deps.clock.now();
    const body = {
      projectId,
      holder: inboundHolder,
      onPlaintext: (chunk: Uint8Array) => checking.onPlaintext(chunk),
    };
    const writer = await beginBody(deps, body, async (tx, objectName) => {
      const row = { id, projectId, name, uploaderId, objectName, door, writer: opening };
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
    return { id, writer, room: granted, checking, quit: () => checking.abort() };
  }

  async function resume(row: InboundRow, offset: number, opening: string): Promise<Checked> {
    const granted = await room();
    await claimRow(row, opening, () => claimArriving(deps.db, row.id, opening));
    const checking = await beginCheck(deps, toCheck);
    const writer = await resumeBody(deps, {
      name: row.objectName,
      projectId,
      holder: inboundHolder,
      offset,
      onPlaintext: (chunk) => checking.onPlaintext(chunk),
    }).catch((thrown) => endedBy(checking, thrown));
    return { id: row.id, writer, room: granted, checking, quit: () => checking.abort() };
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
    const unfinished = await unfinishedUpload(deps, uploaderId, projectId, name);
    return unfinished?.row.state === 'held' ? 'whole' : unfinished;
  }

  return {
    lockName: key,
    staysUntouched: false,
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

/** A check that nothing will be given any more is ended, so that it does not hold a worker. */
async function endedBy(checking: Checking, thrown: unknown): Promise<never> {
  await checking.abort();
  throw thrown;
}
