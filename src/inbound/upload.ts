/** One file on its way in, whatever the door: written in order, sealed, checked and hashed at once, answered at the end. */
import { recordAudit } from '../audit/audit.ts';
import { demandOpen } from '../cases/lifecycle.ts';
import { getProject } from '../cases/projects.ts';
import { projectQuota, type QuotaDeps } from '../cases/quota.ts';
import { transact } from '../db/database.ts';
import { type Actor, actorName, demand } from '../identity/permissions.ts';
import { hasCode } from '../platform/errors.ts';
import type { Log } from '../platform/log.ts';
import { openSealed } from '../storage/sealed-reader.ts';
import type { SealedWriter } from '../storage/sealed-writer.ts';
import { beginBody, removeBodies, resumableBytes, resumeBody, type VaultDeps } from '../vault/bodies.ts';
import { ReorderWindow } from '../vault/reorder-window.ts';
import { openRoom, type Room } from '../vault/room.ts';
import { beginCheck, type CheckDeps, type Checking } from './checking.ts';
import { dropUnfinished } from './erase.ts';
import {
  findNewest,
  findUnfinished,
  type InboundRow,
  inboundHolder,
  insertArriving,
  touchInbound,
} from './inbound-store.ts';
import { checkInboxName, finalName } from './names.ts';
import { hold, type Received, type TakeInDeps, takeIn } from './take-in.ts';
import type { UploadUnderWay } from './upload-progress.ts';
import { complete, gone, incomplete, notResumable, rewritten } from './upload-refusals.ts';
import { ownOnly } from './visibility.ts';

export interface UploadDeps extends VaultDeps, CheckDeps, TakeInDeps, QuotaDeps {
  log: Log;
  /** The uploads that this process is writing now. */
  uploads: Map<string, Upload>;
}

/**
 * How an upload begins. `new`: from the first byte, whatever was there. `resume`: after the bytes that are kept.
 * `either`: the first write decides by its offset (clients that open without truncating).
 */
export type UploadMode = 'new' | 'resume' | 'either';

/**
 * Opens an upload of `name` into the project's inbox. An earlier unfinished upload of the same person and name is
 * resumed or replaced; one that is still open elsewhere in this process loses its right to write.
 * Errors: `forbidden`, `not-found`, `closed`, `invalid-name`, `not-resumable`.
 */
export async function openUpload(
  deps: UploadDeps,
  actor: Actor & { kind: 'person' },
  request: { projectId: string; name: string; mode: UploadMode; door: string },
): Promise<Upload> {
  demand(actor, 'inbound.send', request.projectId);
  checkInboxName(request.name);
  const project = await getProject(deps, actor, request.projectId);
  demandOpen(project.state, 'send files');

  const key = JSON.stringify([request.projectId, actor.personId, request.name]);
  for (let other = deps.uploads.get(key); other; other = deps.uploads.get(key)) await other.abandon();
  const upload = new Upload(deps, actor, { ...request, key });
  deps.uploads.set(key, upload);
  try {
    await upload.start(request.mode);
  } catch (thrown) {
    await upload.abandon();
    throw thrown;
  }
  return upload;
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
  const live = deps.uploads.get(JSON.stringify([projectId, personId, name]));
  const bytes =
    live !== undefined && live.id === row.id
      ? live.size
      : await resumableBytes(deps, { name: row.objectName, projectId, holder: inboundHolder });
  return bytes === undefined ? undefined : { row, bytes };
}

export class Upload {
  readonly #deps: UploadDeps;
  readonly #actor: Actor & { kind: 'person' };
  readonly #request: { projectId: string; name: string; door: string; key: string };
  readonly #window = new ReorderWindow();
  #id: string | undefined;
  #writer: SealedWriter | undefined;
  #checking: Checking | undefined;
  #room: Room | undefined;
  /** Bytes taken in order so far. */
  #position = 0;
  /** What an unfinished upload has, until the first write decides whether to go on with it. */
  #earlier: { row: InboundRow; bytes: number } | undefined;
  /** Size that the client announced beforehand. */
  #announced: number | undefined;
  #over = false;
  /** The size at the first append. */
  #appendsFrom: number | undefined;
  /** The end of the queue: calls take turns, so an abandonment never meets a half-done write. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(
    deps: UploadDeps,
    actor: Actor & { kind: 'person' },
    request: { projectId: string; name: string; door: string; key: string },
  ) {
    this.#deps = deps;
    this.#actor = actor;
    this.#request = request;
  }

  get id(): string | undefined {
    return this.#id;
  }

  /** The body that is being written, if one is. */
  get bodyName(): string | undefined {
    return this.#writer?.name;
  }

  /** Bytes of plaintext so far. */
  get size(): number {
    return this.#earlier?.bytes ?? this.#position;
  }

  /** What a person may be told of the upload while it is under way; see upload-progress.ts. */
  get underWay(): UploadUnderWay {
    const { projectId, name } = this.#request;
    return {
      id: this.#id ?? null,
      projectId,
      name,
      uploaderId: this.#actor.personId,
      bytes: this.size,
      announcedBytes: this.#announced ?? null,
      counts: this.#checking?.counts ?? null,
    };
  }

  start(mode: UploadMode): Promise<void> {
    return this.#queued(() => this.#start(mode));
  }

  async #start(mode: UploadMode): Promise<void> {
    const { projectId, name } = this.#request;
    if (mode === 'new') return this.#begin();
    const earlier = await unfinishedUpload(this.#deps, this.#actor.personId, projectId, name);
    const resumable = earlier?.row.state === 'arriving' ? earlier : undefined;
    if (mode === 'resume') {
      if (resumable !== undefined) return this.#resume(resumable.row, resumable.bytes);
      if (earlier !== undefined || (await this.#answered()) !== undefined) throw complete();
      return this.#begin();
    }
    if (resumable !== undefined) this.#earlier = resumable;
  }

  /** Takes `data` at `offset`; resolves when there is room for more. `data` is copied before that. */
  write(offset: number, data: Uint8Array): Promise<void> {
    return this.#queued(() => this.#write(offset, data));
  }

  async #write(offset: number, data: Uint8Array): Promise<void> {
    this.#demandOpen();
    if (this.#writer === undefined) await this.#decide(offset);
    if (offset > this.#position) return this.#window.hold(offset, data, this.#position);
    if (offset < this.#position) throw rewritten();
    await this.#take(data);
    for (let next = this.#window.take(this.#position); next; next = this.#window.take(this.#position)) {
      await this.#take(next);
    }
  }

  /**
   * Takes `data` at the end. The first `offset` must be that end, or 0 from clients that count from where they append:
   * who has seen another size, because the transfer before was still under way, would leave a hole or a repetition.
   */
  append(offset: number, data: Uint8Array): Promise<void> {
    return this.#queued(() => {
      this.#appendsFrom ??= this.size;
      const fits = this.size !== this.#appendsFrom || offset === this.size || offset === 0;
      if (!fits) throw notResumable();
      return this.#write(this.size, data);
    });
  }

  /** Cuts the file to `bytes`; a size beyond the end is taken as an announcement and held to at the end. */
  truncate(bytes: number): Promise<void> {
    return this.#queued(() => this.#truncate(bytes));
  }

  async #truncate(bytes: number): Promise<void> {
    this.#demandOpen();
    if (bytes === this.size) return;
    if (bytes > this.size) {
      this.#announced = bytes;
      return;
    }
    this.#window.clear();
    this.#announced = undefined;
    if (bytes === 0) return this.#startOver();
    if (this.#writer === undefined) return this.#decide(bytes);
    await this.#suspend();
    const { projectId, name } = this.#request;
    const row = await findUnfinished(this.#deps.db, projectId, this.#actor.personId, name);
    if (row === undefined) throw notResumable();
    await this.#resume(row, bytes);
  }

  /** Everything is there: seals, takes the verdict and answers. After this the file is received, or it is not there. */
  finish(): Promise<Received | undefined> {
    return this.#queued(() => this.#finish());
  }

  async #finish(): Promise<Received | undefined> {
    this.#demandOpen();
    if (this.#writer === undefined && this.#earlier !== undefined) {
      // Opened and closed without a write: nothing has changed.
      this.#leave();
      return undefined;
    }
    if (this.#writer === undefined) await this.#begin();
    const writer = this.#writer;
    const checking = this.#checking;
    const id = this.#id;
    if (writer === undefined || checking === undefined || id === undefined) throw gone();
    if (this.#window.hasGap || (this.#announced !== undefined && this.#announced !== this.#position)) {
      await this.#abandon();
      throw incomplete();
    }
    try {
      return await this.#seal(writer, checking, id);
    } catch (thrown) {
      // A full disk: what is stored stays, as when the sender is lost, and can be gone on with when there is room.
      if (hasCode(thrown, 'storage-failed')) await this.#abandon();
      else await this.#discard(writer, checking, id);
      throw thrown;
    } finally {
      this.#leave();
    }
  }

  /** The sender is gone: what is durable stays for a while, and can be resumed. Idempotent. */
  abandon(): Promise<void> {
    return this.#queued(() => this.#abandon());
  }

  async #abandon(): Promise<void> {
    if (this.#over) return;
    this.#leave();
    this.#window.clear();
    try {
      const kept = await this.#suspend();
      if (kept === 0)
        await dropUnfinished(this.#deps, this.#actor, this.#request.projectId, this.#request.name);
    } catch (err) {
      this.#deps.log.warn({ inbound: this.#id, err }, 'an unfinished upload could not be kept whole');
    }
  }

  async #seal(writer: SealedWriter, checking: Checking, id: string): Promise<Received | undefined> {
    const seal = await writer.finish();
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
    };
    if (finalName(name) !== undefined) {
      await hold(deps, file);
      return undefined;
    }
    return takeIn(deps, { ...file, name, uploaderId: this.#actor.personId, door, from: ['arriving'] });
  }

  async #take(data: Uint8Array): Promise<void> {
    if (this.#writer === undefined) throw gone();
    const asked = this.#room?.demand(this.#writer.name, this.#position + data.length);
    if (asked !== undefined) await asked;
    await this.#writer.append(data);
    this.#position += data.length;
  }

  /** The newest answered version of this name that the sender may know of. */
  #answered(): Promise<InboundRow | undefined> {
    const { projectId, name } = this.#request;
    return findNewest(this.#deps.db, projectId, name, ownOnly(this.#actor, projectId));
  }

  /** The first write, or a truncation, says where an undecided upload goes on. */
  async #decide(offset: number): Promise<void> {
    const earlier = this.#earlier;
    this.#earlier = undefined;
    if (earlier === undefined || offset === 0) {
      if (offset > 0 && (await this.#answered()) !== undefined) throw complete();
      return this.#begin();
    }
    if (offset > earlier.bytes) throw notResumable();
    await this.#resume(earlier.row, offset);
  }

  async #begin(): Promise<void> {
    const { projectId, name, door } = this.#request;
    const deps = this.#deps;
    const [, room, checking] = await Promise.all([
      dropUnfinished(deps, this.#actor, projectId, name),
      openRoom(deps, projectId, () => projectQuota(deps, projectId)),
      beginCheck(deps, this.#toCheck()),
    ]);
    this.#room = room;
    const id = deps.random.uuid();
    const at = deps.clock.now();
    const uploaderId = this.#actor.personId;
    const body = {
      projectId,
      holder: inboundHolder,
      onPlaintext: (chunk: Uint8Array) => checking.onPlaintext(chunk),
    };
    const writer = await beginBody(deps, body, async (tx, objectName) => {
      await insertArriving(tx, { id, projectId, name, uploaderId, objectName, door }, at);
      await recordAudit(tx, at, {
        actor: actorName(this.#actor),
        action: 'inbound.begun',
        subject: `inbound:${id}`,
        projectId,
        detail: { name, door },
      });
    }).catch(async (thrown) => {
      // The row may be kept while the part could not be made.
      await dropUnfinished(deps, this.#actor, projectId, name).catch((err: unknown) =>
        deps.log.warn({ inbound: id, err }, 'the leftovers of a failed upload wait for the sweep'),
      );
      return endedBy(checking, thrown);
    });
    this.#id = id;
    this.#checking = checking;
    this.#writer = writer;
    this.#position = 0;
  }

  async #resume(row: InboundRow, offset: number): Promise<void> {
    const { projectId } = this.#request;
    this.#room = await openRoom(this.#deps, projectId, () => projectQuota(this.#deps, projectId));
    const checking = await beginCheck(this.#deps, this.#toCheck());
    this.#writer = await resumeBody(this.#deps, {
      name: row.objectName,
      projectId,
      holder: inboundHolder,
      offset,
      onPlaintext: (chunk) => checking.onPlaintext(chunk),
    }).catch((thrown) => endedBy(checking, thrown));
    this.#checking = checking;
    this.#id = row.id;
    this.#position = offset;
    const at = this.#deps.clock.now();
    await transact(this.#deps.db, async (tx) => {
      await touchInbound(tx, row.id, at);
      await recordAudit(tx, at, {
        actor: actorName(this.#actor),
        action: 'inbound.resumed',
        subject: `inbound:${row.id}`,
        projectId,
        detail: { offset },
      });
    });
  }

  #toCheck() {
    const { projectId, name } = this.#request;
    return { projectId, fileName: finalName(name) ?? name, uploaderId: this.#actor.personId };
  }

  async #startOver(): Promise<void> {
    this.#earlier = undefined;
    await this.#suspend();
    await this.#begin();
  }

  /** Lets go of writer and check, keeping what is durable: so many bytes, if there was a writer. */
  async #suspend(): Promise<number | undefined> {
    const writer = this.#writer;
    const checking = this.#checking;
    this.#writer = undefined;
    this.#checking = undefined;
    await checking?.abort();
    return (await writer?.suspend())?.durableBytes;
  }

  /** A body that was sealed but could not be answered is of no use to anybody. */
  async #discard(writer: SealedWriter, checking: Checking, id: string): Promise<void> {
    const deps = this.#deps;
    try {
      await checking.abort();
      await writer.abort();
      await removeBodies(deps, [writer.name]);
      await dropUnfinished(deps, this.#actor, this.#request.projectId, this.#request.name);
    } catch (err) {
      deps.log.warn({ inbound: id, err }, 'the leftovers of a failed upload wait for the sweep');
    }
  }

  #queued<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work, work);
    this.#turn = turn;
    return turn;
  }

  #leave(): void {
    this.#over = true;
    if (this.#deps.uploads.get(this.#request.key) === this) this.#deps.uploads.delete(this.#request.key);
  }

  #demandOpen(): void {
    if (this.#over) throw gone();
  }
}

/** A check that nothing will be given any more is ended, so that it does not hold a worker. */
async function endedBy(checking: Checking, thrown: unknown): Promise<never> {
  await checking.abort();
  throw thrown;
}
