/** A file on its way into a draft: written in order, sealed and hashed at once, there when it is closed; gone on with when it was broken off. */
import { recordAudit } from '../audit/audit.ts';
import { projectQuota, type QuotaDeps } from '../cases/quota.ts';
import { transact } from '../db/database.ts';
import type { NamedLocks } from '../db/named-locks.ts';
import { actorNow } from '../identity/people.ts';
import { actorName } from '../identity/permissions.ts';
import type { Log } from '../platform/log.ts';
import {
  beginBody,
  eraseKeys,
  keepSeal,
  removeBodies,
  resumableBytes,
  resumeBody,
  type VaultDeps,
} from '../vault/bodies.ts';
import { OrderedWriting } from '../vault/ordered-writing.ts';
import { openRoom } from '../vault/room.ts';
import { claimRow, openAlone } from '../vault/write-lease.ts';
import type { Growing, WritingKind, WritingMode } from '../vault/writing-kind.ts';
import { type DraftPath, eraseFile } from './draft-files.ts';
import { draftFileKey } from './draft-lease.ts';
import { incomplete, otherContent, overtaken } from './draft-refusals.ts';
import {
  claimDraftFile,
  type DraftFileRow,
  findDraftFile,
  insertArrivingFile,
  isDraftFileWriter,
  markFile,
  markFileReady,
  touchDraftFile,
  unclaimDraftFile,
} from './draft-store.ts';
import {
  type Draft,
  type DraftUploads,
  draftHolder,
  draftToChange,
  holdOpenDraft,
  type Person,
} from './drafts.ts';
import { checkFileNames } from './file-names.ts';
import { forgetDependents } from './outgoing-store.ts';

export type DraftUploadDeps = VaultDeps &
  QuotaDeps & { log: Log; locks: NamedLocks; draftUploads: DraftUploads };

/** What was taken in. */
export interface DraftContent {
  readonly bytes: number;
  readonly sha256: string;
}

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
  const live = deps.draftUploads.get(draftFileKey({ draftId: draft.id, name }));
  if (live?.id === row.id) return { row, bytes: live.size };
  const bytes = await resumableBytes(deps, {
    name: row.objectName,
    projectId,
    holder: draftHolder(draft.id),
  });
  return bytes === undefined ? undefined : { row, bytes };
}

/**
 * Opens an upload into a draft. An earlier unfinished one of the same person and name is gone on with or replaced; one
 * that is still open elsewhere, in this process or another, loses its right to write.
 * Errors: `forbidden`, `not-found`, `closed`, `invalid-name`, `not-resumable`, `too-large`, `conflict` when the other
 * does not end.
 */
export async function openDraftUpload(
  deps: DraftUploadDeps,
  actor: Person,
  path: DraftPath,
  mode: WritingMode = 'new',
): Promise<DraftUpload> {
  const draft = await draftToChange(deps, actor, path.projectId, path.draft);
  checkFileNames([path.name]);
  const key = draftFileKey({ draftId: draft.id, name: path.name });
  return openAlone(deps.draftUploads, key, mode, () => new DraftUpload(deps, actor, path, draft));
}

export class DraftUpload {
  readonly #deps: DraftUploadDeps;
  readonly #actor: Person;
  readonly #path: DraftPath;
  readonly #draft: Draft;
  readonly #writing: OrderedWriting<DraftFileRow, Growing>;

  constructor(deps: DraftUploadDeps, actor: Person, path: DraftPath, draft: Draft) {
    this.#deps = deps;
    this.#actor = actor;
    this.#path = path;
    this.#draft = draft;
    const key = draftFileKey({ draftId: draft.id, name: path.name });
    this.#writing = new OrderedWriting(deps, {
      ...draftKind(deps, actor, path, draft),
      lockName: key,
      left: () => {
        if (deps.draftUploads.get(key) === this) deps.draftUploads.delete(key);
      },
    });
  }

  get id(): string | undefined {
    return this.#writing.id;
  }

  get size(): number {
    return this.#writing.size;
  }

  start(mode: WritingMode): Promise<void> {
    return this.#writing.start(mode);
  }

  write(offset: number, data: Uint8Array): Promise<void> {
    return this.#writing.write(offset, data);
  }

  /** At the end; see `OrderedWriting.append` for what `offset` may be. */
  append(offset: number, data: Uint8Array): Promise<void> {
    return this.#writing.append(offset, data);
  }

  /** Cuts the file to `bytes`; a size beyond the end is taken as an announcement and held to at the end. */
  truncate(bytes: number): Promise<void> {
    return this.#writing.truncate(bytes);
  }

  /**
   * Everything is there; it takes the place of an earlier file of the name. Undefined when nothing was written and what
   * is there stays. Errors: `invalid-input` when it is not what `sha256` (hex) says; it is gone then.
   */
  finish({ sha256 }: { sha256?: string | undefined } = {}): Promise<DraftContent | undefined> {
    return this.#writing.finish((growing, opening) => this.#takeIn(growing, opening, sha256));
  }

  /** The sender is gone: what is durable stays for a while, and can be gone on with. Idempotent. */
  abandon(): Promise<void> {
    return this.#writing.abandon();
  }

  /** Throws once the person may no longer prepare deliveries here. */
  async standing(): Promise<void> {
    const { projectId, draft } = this.#path;
    await draftToChange(this.#deps, await actorNow(this.#deps, this.#actor), projectId, draft);
  }

  /** Seal, row, and the end of the file that had the name before, in one transaction. */
  async #takeIn(
    { id, writer: sealing }: Growing,
    writer: string,
    expected: string | undefined,
  ): Promise<DraftContent> {
    const seal = await sealing.finish();
    if (expected !== undefined && expected !== seal.plaintextSha256) throw otherContent();
    const { deps, draft, actor } = { deps: this.#deps, draft: this.#draft, actor: this.#actor };
    const { projectId, name } = this.#path;
    const { plaintextBytes: bytes, plaintextSha256: sha256 } = seal;
    const at = deps.clock.now();
    const replaced = await transact(deps.db, async (tx): Promise<DraftFileRow | undefined> => {
      await holdOpenDraft(tx, draft.id, overtaken);
      const before = await findDraftFile(tx, draft.id, name, ['ready']);
      if (before !== undefined) {
        await eraseKeys(tx, at, [before.objectName]);
        await markFile(tx, before.id, 'erased');
      }
      if (!(await markFileReady(tx, id, { bytes, sha256, at, writer }))) throw overtaken();
      await forgetDependents(tx, draft.id);
      await keepSeal(tx, at, sealing.name, seal);
      await recordAudit(tx, at, {
        actor: actorName(actor),
        action: 'draft.file-received',
        subject: `draft:${draft.id}`,
        projectId,
        detail: { name, bytes, sha256, replaced: before !== undefined },
      });
      return before;
    });
    if (replaced === undefined) return { bytes, sha256 };
    // Its keys are gone, and the new file is there: what cannot be removed now is no reason to say otherwise.
    await removeBodies(deps, [replaced.objectName]).catch((err: unknown) =>
      deps.log.warn({ err }, 'the body of a replaced file waits for the sweep'),
    );
    return { bytes, sha256 };
  }
}

/** How an upload into a draft begins, is gone on with, and ends. */
function draftKind(
  deps: DraftUploadDeps,
  actor: Person,
  { projectId, name }: DraftPath,
  draft: Draft,
): Omit<WritingKind<DraftFileRow, Growing>, 'lockName' | 'left'> {
  const holder = draftHolder(draft.id);
  const find = () => findDraftFile(deps.db, draft.id, name, ['arriving']);
  const openDraftRoom = () => openRoom(deps, projectId, () => projectQuota(deps, projectId));
  const audited = { actor: actorName(actor), subject: `draft:${draft.id}`, projectId };

  async function drop(): Promise<void> {
    const row = await find();
    if (row !== undefined) await eraseFile(deps, actor, projectId, row, 'draft.file-dropped');
  }

  async function begin(opening: string): Promise<Growing> {
    await drop();
    const room = await openDraftRoom();
    const id = deps.random.uuid();
    const at = deps.clock.now();
    const writer = await beginBody(deps, { projectId, holder }, async (tx, objectName) => {
      await holdOpenDraft(tx, draft.id, overtaken);
      const row = { id, draftId: draft.id, name, uploaderId: actor.personId, objectName, writer: opening };
      await insertArrivingFile(tx, row, at);
      await recordAudit(tx, at, { ...audited, action: 'draft.file-begun', detail: { name } });
    }).catch(async (thrown: unknown) => {
      // The row may be kept while the part could not be made.
      await drop().catch((err: unknown) =>
        deps.log.warn({ file: id, err }, 'the leftovers of a failed upload wait for the sweep'),
      );
      throw thrown;
    });
    return { id, writer, room };
  }

  async function resume(row: DraftFileRow, offset: number, opening: string): Promise<Growing> {
    const room = await openDraftRoom();
    await claimRow(row, opening, () => claimDraftFile(deps.db, row.id, opening));
    const writer = await resumeBody(deps, { name: row.objectName, projectId, holder, offset });
    return { id: row.id, writer, room };
  }

  async function resumed({ id }: Growing, offset: number): Promise<void> {
    const at = deps.clock.now();
    await transact(deps.db, async (tx) => {
      await holdOpenDraft(tx, draft.id, overtaken);
      if (!(await touchDraftFile(tx, id, at))) throw overtaken();
      await recordAudit(tx, at, { ...audited, action: 'draft.file-resumed', detail: { name, offset } });
    });
  }

  return {
    kept: () => unfinishedDraftFile(deps, actor, draft, projectId, name),
    isThere: async () => (await findDraftFile(deps.db, draft.id, name, ['ready'])) !== undefined,
    find,
    begin,
    resume,
    resumed,
    isWriter: (id, opening) => isDraftFileWriter(deps.db, id, opening),
    unclaim: (id, opening) => unclaimDraftFile(deps.db, id, opening),
    drop,
    gone: overtaken,
    incomplete,
  };
}
