import { demandOpen } from '../cases/lifecycle.ts';
import { getProject } from '../cases/projects.ts';
import { projectQuota } from '../cases/quota.ts';
import { type Actor, actorName, demand } from '../identity/permissions.ts';
import { openSealed } from '../storage/sealed-reader.ts';
import { resumableBytes } from '../vault/bodies.ts';
import { OrderedWriting } from '../vault/ordered-writing.ts';
import { demandRoom } from '../vault/room.ts';
import { openAlone } from '../vault/write-lease.ts';
import type { WritingMode } from '../vault/writing-kind.ts';
import { findUnfinished } from './arriving-store.ts';
import { type InboundRow, inboundHolder } from './inbound-store.ts';
import {
  type Checked,
  type InboundWritingDeps,
  inboundKind,
  type KeyedRequest,
  type UploadRequest,
} from './inbound-writing.ts';
import { checkInboxName, finalName, partialConcat } from './names.ts';
import type { Partials } from './partials.ts';
import { hold, type Received, takeIn } from './take-in.ts';
import { uploadKey } from './upload-lease.ts';
import type { UploadUnderWay } from './upload-progress.ts';
import { otherContent } from './upload-refusals.ts';

export interface UploadDeps extends InboundWritingDeps {
  /** The uploads that this process is writing now. */
  uploads: Map<string, Upload>;
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
  if (request.concat !== partialConcat) checkInboxName(request.name);
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

interface Known {
  sha256?: string | undefined;
  partials?: Pick<Partials, 'spend'>;
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
      ...inboundKind(deps, actor, request, () =>
        unfinishedUpload(deps, actor.personId, request.projectId, request.name),
      ),
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
    const { projectId, name, concat } = this.#request;
    return {
      id: this.id ?? null,
      projectId,
      name,
      uploaderId: this.#actor.personId,
      bytes: this.size,
      announcedBytes: this.#writing.announcedBytes ?? null,
      counts: this.#writing.growing?.checking?.counts ?? null,
      isFile: concat !== partialConcat,
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
   * `sha256`: of the content, in hex, as the sender knows it; anything else is not received. `partials`: what the file
   * was made of; they end with this, or stay. Errors: `invalid-input`.
   */
  finish(known: Known = {}): Promise<Received | undefined> {
    return this.#writing.finish((growing, opening) => this.#seal(growing, opening, known));
  }

  /** Nothing of it is to stay. Idempotent, and nothing happens to what is finished. */
  discard(): Promise<void> {
    return this.#writing.discard();
  }

  /** The sender is gone: what is durable stays for a while, and can be resumed. Idempotent. */
  abandon(): Promise<void> {
    return this.#writing.abandon();
  }

  async #seal(
    { id, writer, checking }: Checked,
    opening: string,
    { sha256, partials }: Known,
  ): Promise<Received | undefined> {
    const seal = await writer.finish();
    if (sha256 !== undefined && sha256 !== seal.plaintextSha256) throw otherContent();
    const { projectId, name, door, concat } = this.#request;
    const held = { name: writer.name, projectId, holder: inboundHolder, parts: writer.parts, seal };
    const deps = this.#deps;
    const report = await checking?.report(seal.plaintextSha256, async function* () {
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
    if (concat === partialConcat || report === undefined || finalName(name) !== undefined) {
      await hold(deps, file);
      return undefined;
    }
    return takeIn(deps, {
      ...file,
      report,
      name,
      uploaderId: this.#actor.personId,
      door,
      from: ['arriving'],
      along: partials?.spend,
    });
  }
}
