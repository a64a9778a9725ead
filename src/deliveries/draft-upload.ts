/** A file on its way into a draft: written in order, sealed and hashed at once, there when it is closed; gone on with when it was broken off. */
import { recordAudit } from '../audit/audit.ts';
import { projectQuota, type QuotaDeps } from '../cases/quota.ts';
import { transact } from '../db/database.ts';
import { actorNow } from '../identity/people.ts';
import { actorName } from '../identity/permissions.ts';
import { hasCode } from '../platform/errors.ts';
import type { SealedWriter } from '../storage/sealed-writer.ts';
import {
  beginBody,
  discardBody,
  eraseKeys,
  keepSeal,
  removeBodies,
  resumableBytes,
  resumeBody,
  type VaultDeps,
} from '../vault/bodies.ts';
import { ReorderWindow } from '../vault/reorder-window.ts';
import { openRoom, type Room } from '../vault/room.ts';
import { complete, incomplete, notResumable, overtaken, rewritten } from './draft-refusals.ts';
import {
  type DraftFileRow,
  findDraftFile,
  insertArrivingFile,
  lockDraft,
  markFile,
  markFileReady,
  touchDraftFile,
} from './draft-store.ts';
import {
  type Draft,
  type DraftPath,
  type DraftUploads,
  draftHolder,
  draftToChange,
  eraseFile,
  type Person,
} from './drafts.ts';
import { checkFileNames } from './file-names.ts';

/**
 * How an upload begins. `new`: from the first byte, whatever was there. `resume`: after the bytes that are kept.
 * `either`: the first write decides by its offset (clients that open without truncating).
 */
export type DraftUploadMode = 'new' | 'resume' | 'either';

export type DraftUploadDeps = VaultDeps & QuotaDeps & { draftUploads: DraftUploads };

/** The unfinished upload of a name by this person, with the bytes that are kept; one that is under way as it stands. */
export async function unfinishedDraftFile(
  deps: VaultDeps & { draftUploads: DraftUploads },
  actor: Person,
  draft: Draft,
  projectId: string,
  name: string,
): Promise<{ row: DraftFileRow; bytes: number } | undefined> {
  const row = await findDraftFile(deps.db, draft.id, name, ['arriving']);
  if (row === undefined || row.uploaderId !== actor.personId) return undefined;
  const live = deps.draftUploads.get(keyOf(draft, name));
  if (live?.id === row.id) return { row, bytes: live.size };
  const bytes = await resumableBytes(deps, {
    name: row.objectName,
    projectId,
    holder: draftHolder(draft.id),
  });
  return bytes === undefined ? undefined : { row, bytes };
}

const keyOf = ({ id }: Draft, name: string): string => `${id}/${name}`;

/**
 * Opens an upload into a draft. An earlier unfinished one of the same person and name is gone on with or replaced; one
 * that is still open elsewhere in this process loses its right to write.
 * Errors: `forbidden`, `not-found`, `closed`, `invalid-name`, `too-large`.
 */
export async function openDraftUpload(
  deps: DraftUploadDeps,
  actor: Person,
  path: DraftPath,
  mode: DraftUploadMode = 'new',
): Promise<DraftUpload> {
  const draft = await draftToChange(deps, actor, path.projectId, path.draft);
  checkFileNames([path.name]);
  const key = keyOf(draft, path.name);
  for (let other = deps.draftUploads.get(key); other; other = deps.draftUploads.get(key))
    await other.abandon();
  const upload = new DraftUpload(deps, actor, path, draft);
  deps.draftUploads.set(key, upload);
  try {
    await upload.start(mode);
  } catch (thrown) {
    await upload.abandon();
    throw thrown;
  }
  return upload;
}

interface Growing {
  id: string;
  writer: SealedWriter;
  room: Room;
}

export class DraftUpload {
  readonly #deps: DraftUploadDeps;
  readonly #actor: Person;
  readonly #path: DraftPath;
  readonly #draft: Draft;
  #window = new ReorderWindow();
  #growing: Growing | undefined;
  /** What is kept of an earlier transfer, until the first write decides whether to go on with it. */
  #earlier: { row: DraftFileRow; bytes: number } | undefined;
  /** Bytes taken in order so far. */
  #position = 0;
  #announced: number | undefined;
  /** The size at the first append. */
  #appendsFrom: number | undefined;
  #over = false;
  /** The end of the queue: calls take turns, so an abandonment never meets a half-done write. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(deps: DraftUploadDeps, actor: Person, path: DraftPath, draft: Draft) {
    this.#deps = deps;
    this.#actor = actor;
    this.#path = path;
    this.#draft = draft;
  }

  get id(): string | undefined {
    return this.#growing?.id;
  }

  /** The body that is being written, if one is. */
  get bodyName(): string | undefined {
    return this.#growing?.writer.name;
  }

  get size(): number {
    return this.#earlier?.bytes ?? this.#position;
  }

  start(mode: DraftUploadMode): Promise<void> {
    return this.#queued(async () => {
      if (mode === 'new') return this.#begin();
      const { projectId, name } = this.#path;
      const earlier = await unfinishedDraftFile(this.#deps, this.#actor, this.#draft, projectId, name);
      if (mode === 'either') this.#earlier = earlier;
      else if (earlier === undefined) await this.#begin();
      else await this.#resume(earlier.row, earlier.bytes);
    });
  }

  write(offset: number, data: Uint8Array): Promise<void> {
    return this.#queued(() => this.#write(offset, data));
  }

  /** At the end. The first `offset` must be that end, or 0 from clients that count from where they append. */
  append(offset: number, data: Uint8Array): Promise<void> {
    return this.#queued(() => {
      this.#appendsFrom ??= this.size;
      const fits = this.size !== this.#appendsFrom || offset === this.size || offset === 0;
      if (!fits) throw notResumable();
      return this.#write(this.size, data);
    });
  }

  async #write(offset: number, data: Uint8Array): Promise<void> {
    this.#demandOpen();
    if (this.#growing === undefined) await this.#decide(offset);
    if (offset > this.#position) return this.#window.hold(offset, data, this.#position);
    if (offset < this.#position) throw rewritten();
    await this.#take(data);
    for (let next = this.#window.take(this.#position); next; next = this.#window.take(this.#position))
      await this.#take(next);
  }

  /** The first write, or a truncation, says where an undecided upload goes on. */
  async #decide(offset: number): Promise<void> {
    const earlier = this.#earlier;
    this.#earlier = undefined;
    if (offset === 0) return this.#begin();
    if (earlier === undefined) {
      // Requests overtake one another at the start of a file, but nobody goes on with one that is there in full.
      if (await this.#isReady()) throw complete();
      return this.#begin();
    }
    if (offset > earlier.bytes) throw notResumable();
    await this.#resume(earlier.row, offset);
  }

  async #take(data: Uint8Array): Promise<void> {
    const { writer, room } = this.#current();
    const asked = room.demand(writer.name, this.#position + data.length);
    if (asked !== undefined) await asked;
    await writer.append(data);
    this.#position += data.length;
  }

  /** Cuts the file to `bytes`; a size beyond the end is taken as an announcement and held to at the end. */
  truncate(bytes: number): Promise<void> {
    return this.#queued(async () => {
      this.#demandOpen();
      if (bytes > this.size) {
        this.#announced = bytes;
        return;
      }
      this.#announced = undefined;
      if (bytes === 0 && (this.#growing === undefined || this.#position > 0)) {
        await this.#suspend();
        await this.#begin();
      } else if (bytes < this.size) {
        this.#window = new ReorderWindow();
        if (this.#growing === undefined) return this.#decide(bytes);
        await this.#suspend();
        const row = await this.#arriving();
        if (row === undefined) throw overtaken();
        await this.#resume(row, bytes);
      }
    });
  }

  /** Everything is there; it takes the place of an earlier file of the name. */
  finish(): Promise<void> {
    return this.#queued(() => this.#finish());
  }

  async #finish(): Promise<void> {
    this.#demandOpen();
    if (this.#growing === undefined) {
      // Opened and closed without a write: what is there stays as it is.
      if (this.#earlier !== undefined || (await this.#isReady())) {
        this.#leave();
        if (this.#announced !== undefined) throw incomplete();
        return;
      }
      await this.#begin();
    }
    const { id, writer } = this.#current();
    if (this.#window.hasGap || (this.#announced !== undefined && this.#announced !== this.#position)) {
      await this.#abandon();
      throw incomplete();
    }
    try {
      await this.#takeIn(id, writer);
    } catch (thrown) {
      // A full disk: what is stored stays, as when the sender is lost, and can be gone on with when there is room.
      if (hasCode(thrown, 'storage-failed')) await this.#abandon();
      else await this.#discard(writer);
      throw thrown;
    } finally {
      this.#growing = undefined;
      this.#leave();
    }
  }

  /** The sender is gone: what is durable stays for a while, and can be gone on with. Idempotent. */
  abandon(): Promise<void> {
    return this.#queued(() => this.#abandon());
  }

  async #abandon(): Promise<void> {
    if (this.#over) return;
    this.#leave();
    if ((await this.#suspend()) === 0) await this.#drop();
  }

  /** Throws once the person may no longer prepare deliveries here. */
  async standing(): Promise<void> {
    const { projectId, draft } = this.#path;
    await draftToChange(this.#deps, await actorNow(this.#deps, this.#actor), projectId, draft);
  }

  async #begin(): Promise<void> {
    const { projectId, name } = this.#path;
    const { deps, draft, actor } = { deps: this.#deps, draft: this.#draft, actor: this.#actor };
    this.#window = new ReorderWindow();
    this.#earlier = undefined;
    await this.#drop();
    const room = await openRoom(deps, projectId, () => projectQuota(deps, projectId));
    const writer = await beginBody(deps, { projectId, holder: draftHolder(draft.id) });
    const id = deps.random.uuid();
    const at = deps.clock.now();
    try {
      await transact(deps.db, async (tx) => {
        if ((await lockDraft(tx, draft.id)) === undefined) throw overtaken();
        const row = { id, draftId: draft.id, name, uploaderId: actor.personId, objectName: writer.name };
        await insertArrivingFile(tx, row, at);
        await recordAudit(tx, at, {
          actor: actorName(actor),
          action: 'draft.file-begun',
          subject: `draft:${draft.id}`,
          projectId,
          detail: { name },
        });
      });
    } catch (thrown) {
      await discardBody(deps, writer);
      throw thrown;
    }
    this.#growing = { id, writer, room };
    this.#position = 0;
  }

  /** What is stored before `offset` is authenticated again; what follows is sealed with a new key. */
  async #resume(row: DraftFileRow, offset: number): Promise<void> {
    const { projectId, name } = this.#path;
    const deps = this.#deps;
    const holder = draftHolder(this.#draft.id);
    const room = await openRoom(deps, projectId, () => projectQuota(deps, projectId));
    const writer = await resumeBody(deps, { name: row.objectName, projectId, holder, offset });
    // From here on an abandonment closes the writer.
    this.#growing = { id: row.id, writer, room };
    this.#position = offset;
    const at = deps.clock.now();
    await transact(deps.db, async (tx) => {
      if ((await lockDraft(tx, this.#draft.id)) === undefined) throw overtaken();
      if (!(await touchDraftFile(tx, row.id, at))) throw overtaken();
      await recordAudit(tx, at, {
        actor: actorName(this.#actor),
        action: 'draft.file-resumed',
        subject: `draft:${this.#draft.id}`,
        projectId,
        detail: { name, offset },
      });
    });
  }

  #arriving(): Promise<DraftFileRow | undefined> {
    return findDraftFile(this.#deps.db, this.#draft.id, this.#path.name, ['arriving']);
  }

  async #isReady(): Promise<boolean> {
    return (await findDraftFile(this.#deps.db, this.#draft.id, this.#path.name, ['ready'])) !== undefined;
  }

  /** Erases whatever is unfinished under the name. */
  async #drop(): Promise<void> {
    const row = await this.#arriving();
    if (row !== undefined)
      await eraseFile(this.#deps, this.#actor, this.#path.projectId, row, 'draft.file-dropped');
  }

  /** Lets go of the writer, keeping what is durable: so many bytes, if there was a writer. */
  async #suspend(): Promise<number | undefined> {
    const left = this.#growing;
    this.#growing = undefined;
    return (await left?.writer.suspend())?.durableBytes;
  }

  /** A body that was sealed but could not be taken in is of no use to anybody. */
  async #discard(writer: SealedWriter): Promise<void> {
    await writer.abort();
    const row = await this.#arriving();
    if (row?.objectName === writer.name) await this.#drop();
    else await removeBodies(this.#deps, [writer.name]);
  }

  #current(): Growing {
    if (this.#growing === undefined) throw overtaken();
    return this.#growing;
  }

  #queued<T>(work: () => T | Promise<T>): Promise<T> {
    const turn = this.#turn.then(work, work);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  #leave(): void {
    this.#over = true;
    const key = keyOf(this.#draft, this.#path.name);
    if (this.#deps.draftUploads.get(key) === this) this.#deps.draftUploads.delete(key);
  }

  #demandOpen(): void {
    if (this.#over) throw overtaken();
  }

  /** Seal, row, and the end of the file that had the name before, in one transaction. */
  async #takeIn(id: string, writer: SealedWriter): Promise<void> {
    const seal = await writer.finish();
    const { deps, draft, actor } = { deps: this.#deps, draft: this.#draft, actor: this.#actor };
    const { projectId, name } = this.#path;
    const { plaintextBytes: bytes, plaintextSha256: sha256 } = seal;
    const at = deps.clock.now();
    const replaced = await transact(deps.db, async (tx): Promise<DraftFileRow | undefined> => {
      if ((await lockDraft(tx, draft.id)) === undefined) throw overtaken();
      const before = await findDraftFile(tx, draft.id, name, ['ready']);
      if (before !== undefined) {
        await eraseKeys(tx, at, [before.objectName]);
        await markFile(tx, before.id, 'erased');
      }
      if (!(await markFileReady(tx, id, { bytes, sha256, at }))) throw overtaken();
      await keepSeal(tx, at, writer.name, seal);
      await recordAudit(tx, at, {
        actor: actorName(actor),
        action: 'draft.file-received',
        subject: `draft:${draft.id}`,
        projectId,
        detail: { name, bytes, sha256, replaced: before !== undefined },
      });
      return before;
    });
    if (replaced !== undefined) await removeBodies(deps, [replaced.objectName]);
  }
}
