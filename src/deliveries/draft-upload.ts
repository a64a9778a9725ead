/** A file on its way into a draft: written in order, sealed and hashed at once, there when it is closed. */
import { recordAudit } from '../audit/audit.ts';
import { projectQuota, type QuotaDeps } from '../cases/quota.ts';
import { transact } from '../db/database.ts';
import { actorNow } from '../identity/people.ts';
import { actorName } from '../identity/permissions.ts';
import { AppError } from '../platform/errors.ts';
import type { SealedWriter } from '../storage/sealed-writer.ts';
import {
  beginBody,
  discardBody,
  eraseKeys,
  keepSeal,
  removeBodies,
  type VaultDeps,
} from '../vault/bodies.ts';
import { ReorderWindow } from '../vault/reorder-window.ts';
import { openRoom, type Room } from '../vault/room.ts';
import {
  type DraftFileRow,
  findDraftFile,
  insertArrivingFile,
  lockDraft,
  markFile,
  markFileReady,
} from './draft-store.ts';
import { type DraftPath, draftHolder, draftToChange, eraseFile, type Person } from './drafts.ts';
import { checkFileNames } from './file-names.ts';

export interface DraftUpload {
  readonly size: number;
  /** At `offset`, or at the end. */
  write(offset: number | undefined, data: Uint8Array): Promise<void>;
  truncate(bytes: number): Promise<void>;
  /** Everything is there; it takes the place of an earlier file of the name. */
  finish(): Promise<void>;
  /** Nothing of it is kept: a broken transfer into a draft begins anew. */
  abandon(): Promise<void>;
  /** Throws once the person may no longer prepare deliveries here. */
  standing(): Promise<void>;
}

interface Growing {
  id: string;
  writer: SealedWriter;
  room: Room;
}

/** Errors: `forbidden`, `not-found`, `closed`, `invalid-name`, `too-large`. */
export async function openDraftUpload(
  deps: VaultDeps & QuotaDeps,
  actor: Person,
  path: DraftPath,
): Promise<DraftUpload> {
  const { projectId, name } = path;
  const draft = await draftToChange(deps, actor, projectId, path.draft);
  checkFileNames([name]);
  let window = new ReorderWindow();
  let growing: Growing | undefined = await begin();
  let position = 0;
  let announced: number | undefined;

  async function begin(): Promise<Growing> {
    const earlier = await findDraftFile(deps.db, draft.id, name, ['arriving']);
    if (earlier !== undefined) await eraseFile(deps, actor, projectId, earlier, 'draft.file-dropped');
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
    return { id, writer, room };
  }

  function current(): Growing {
    if (growing === undefined) throw overtaken();
    return growing;
  }

  async function take(data: Uint8Array): Promise<void> {
    const { writer, room } = current();
    const asked = room.demand(writer.name, position + data.length);
    if (asked !== undefined) await asked;
    await writer.append(data);
    position += data.length;
  }

  async function abandon(): Promise<void> {
    const left = growing;
    growing = undefined;
    if (left === undefined) return;
    await left.writer.abort();
    const row = await findDraftFile(deps.db, draft.id, name, ['arriving']);
    if (row?.id === left.id) await eraseFile(deps, actor, projectId, row, 'draft.file-dropped');
    else await removeBodies(deps, [left.writer.name]);
  }

  return {
    get size() {
      return position;
    },
    async write(offset, data) {
      const at = offset ?? position;
      if (at > position) return window.hold(at, data, position);
      if (at < position) throw rewritten();
      await take(data);
      for (let next = window.take(position); next; next = window.take(position)) await take(next);
    },
    async truncate(bytes) {
      if (bytes >= position) {
        announced = bytes === position ? undefined : bytes;
        return;
      }
      if (bytes > 0) throw rewritten();
      await abandon();
      window = new ReorderWindow();
      announced = undefined;
      position = 0;
      growing = await begin();
    },
    async finish() {
      const { id, writer } = current();
      if (window.hasGap || (announced !== undefined && announced !== position)) {
        await abandon();
        throw new AppError('invalid-input', {
          nb: 'Filen kom ikke frem i sin helhet og er ikke tatt inn i utkastet. Send den på nytt.',
          en: 'The file did not arrive in full and is not in the draft. Send it again.',
        });
      }
      try {
        await takeIn(id, writer);
      } catch (thrown) {
        await abandon();
        throw thrown;
      }
      growing = undefined;
    },
    abandon,
    standing: async () => {
      await draftToChange(deps, await actorNow(deps, actor), projectId, path.draft);
    },
  };

  /** Seal, row, and the end of the file that had the name before, in one transaction. */
  async function takeIn(id: string, writer: SealedWriter): Promise<void> {
    const seal = await writer.finish();
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

function overtaken(): AppError {
  return new AppError('conflict', {
    nb: 'Utkastet er publisert eller slettet, eller filen er sendt på nytt imens. Se hva som ligger i drafts.',
    en: 'The draft was published or removed, or the file was sent again meanwhile. Look at what is in drafts.',
  });
}

function rewritten(): AppError {
  return new AppError('unsupported', {
    nb: 'En fil i et utkast sendes fra begynnelse til slutt i ett. Send den på nytt.',
    en: 'A file in a draft is sent from beginning to end in one go. Send it again.',
  });
}
