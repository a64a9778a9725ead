/** Publishes an extract: seals its files under keys of the publication's own, opens the area, and tells the recipients. */
import type { Temporal } from 'temporal-polyfill';
import { recordAudit } from '../audit/audit.ts';
import { demandOpen } from '../cases/lifecycle.ts';
import { lockProject } from '../cases/project-store.ts';
import { getProject } from '../cases/projects.ts';
import { projectQuota, type QuotaDeps } from '../cases/quota.ts';
import { type Tx, transact } from '../db/database.ts';
import { type Correspondent, correspondents } from '../identity/people.ts';
import { type Actor, actorName, demand } from '../identity/permissions.ts';
import { queueMail } from '../notifications/outbox.ts';
import { deliveryOpened } from '../notifications/templates.ts';
import { osloDate } from '../platform/clock.ts';
import { AppError } from '../platform/errors.ts';
import type { SealedWriter } from '../storage/gathering-writer.ts';
import type { Seal } from '../storage/seal.ts';
import { beginBody, discardBody, handOver, keepSeal, type VaultDeps } from '../vault/bodies.ts';
import { openRoom } from '../vault/room.ts';
import { closesAt } from './closing.ts';
import { insertPublication, listFolders, type PublicationFileRow } from './delivery-store.ts';
import { endDraft, listDraftFiles, lockDraft, markFile } from './draft-store.ts';
import { draftHolder, seeDraft } from './drafts.ts';
import { checkFileNames, deliveredNames } from './file-names.ts';

/** A file to publish; `content` is read once. */
export interface FileToPublish {
  name: string;
  content: AsyncIterable<Uint8Array>;
}

export interface Published {
  id: string;
  folder: string;
  recipients: readonly string[];
  closesAt: Temporal.ZonedDateTime;
  files: readonly { name: string; bytes: number; sha256: string }[];
}

export interface PublishDeps extends VaultDeps, QuotaDeps {
  openDays: number;
}

export const publicationHolder = (id: string): string => `publication:${id}`;

/**
 * Publishes `files` to the project's researchers for `openDays` days. All is there at once, or nothing is.
 * Errors: `forbidden`, `not-found`, `closed`, `invalid-name`, `invalid-input` (no files, nobody to receive them).
 */
export async function publishDelivery(
  deps: PublishDeps,
  actor: Actor,
  input: {
    projectId: string;
    title: string;
    files: readonly FileToPublish[];
    /** Recipients may fetch each file as NAME.c4gh too, encrypted to their own SSH key. */
    endToEnd?: boolean;
  },
): Promise<Published> {
  const { projectId, title } = input;
  demand(actor, 'delivery.publish', projectId);
  const project = await getProject(deps, actor, projectId);
  demandOpen(project.state, 'publish a delivery');
  demandSome(input.files);
  const endToEnd = input.endToEnd ?? false;
  checkFileNames(
    deliveredNames(
      input.files.map((file) => file.name),
      endToEnd,
    ),
  );
  const recipients = await someRecipients(deps, projectId);

  const id = deps.random.uuid();
  const sealed: SealedFile[] = [];
  try {
    for (const file of input.files) sealed.push(await sealFile(deps, { projectId, publicationId: id, file }));
    return await open(deps, actor, { id, projectId, title, recipients, endToEnd }, async (tx, at) => {
      for (const file of sealed) await keepSeal(tx, at, file.row.objectName, file.seal);
      return sealed.map((file) => file.row);
    });
  } catch (thrown) {
    for (const file of sealed) await discardBody(deps, file.writer);
    throw thrown;
  }
}

function demandSome(files: readonly unknown[]): void {
  if (files.length > 0) return;
  throw new AppError('invalid-input', {
    nb: 'En leveranse må ha minst én fil.',
    en: 'A delivery needs at least one file.',
  });
}

async function someRecipients(deps: VaultDeps, projectId: string): Promise<readonly Correspondent[]> {
  const recipients = await correspondents(deps, projectId, 'researcher');
  if (recipients.length > 0) return recipients;
  throw new AppError('invalid-input', {
    nb: `Prosjektet ${projectId} har ingen forskere å levere til. Legg til minst én først.`,
    en: `Project ${projectId} has no researchers to deliver to. Add at least one first.`,
  });
}

/**
 * Publishes a draft as `publishDelivery` publishes files, and the draft is gone. Its bodies stay where they are; their
 * keys pass from the draft to the publication. Errors: as `publishDelivery`, and `conflict` while a file is arriving.
 */
export async function publishDraft(
  deps: PublishDeps,
  actor: Actor,
  input: { projectId: string; draft: string; title: string; endToEnd?: boolean },
): Promise<Published> {
  const { projectId, title, endToEnd = false } = input;
  demand(actor, 'delivery.publish', projectId);
  const draft = await seeDraft(deps, actor, projectId, input.draft);
  const recipients = await someRecipients(deps, projectId);
  const id = deps.random.uuid();
  const opening = { id, projectId, title, recipients, endToEnd, draft: draft.name };
  return open(deps, actor, opening, async (tx, at) => {
    if ((await lockDraft(tx, draft.id)) === undefined) throw draftGone();
    const files = await listDraftFiles(tx, draft.id);
    demandSome(files);
    const unfinished = files.find(
      (one) => one.state !== 'ready' || /\.(filepart|partial|part)$/.test(one.name),
    );
    if (unfinished !== undefined) throw stillArriving(unfinished.name);
    checkFileNames(
      deliveredNames(
        files.map((file) => file.name),
        endToEnd,
      ),
    );
    const rows: PublicationFileRow[] = [];
    for (const { id: fileId, name, objectName, bytes, sha256 } of files) {
      if (bytes === null || sha256 === null) throw stillArriving(name);
      const body = { name: objectName, projectId };
      await handOver(deps, tx, body, draftHolder(draft.id), publicationHolder(id));
      await markFile(tx, fileId, 'published');
      rows.push({ id: deps.random.uuid(), name, objectName, bytes, sha256 });
    }
    await endDraft(tx, draft.id, 'published', at);
    return rows;
  });
}

function draftGone(): AppError {
  return new AppError('conflict', {
    nb: 'Utkastet er nettopp publisert eller slettet av en annen.',
    en: 'The draft has just been published or removed by someone else.',
  });
}

function stillArriving(name: string): AppError {
  return new AppError('conflict', {
    nb: `Filen ${name} i utkastet er ikke kommet helt frem. Vent, eller slett den.`,
    en: `The file ${name} in the draft has not arrived in full. Wait, or delete it.`,
  });
}

interface SealedFile {
  row: PublicationFileRow;
  seal: Seal;
  writer: SealedWriter;
}

/** Everything that makes the publication, in one transaction. */
async function open(
  deps: VaultDeps & { openDays: number },
  actor: Actor,
  input: {
    id: string;
    projectId: string;
    title: string;
    recipients: readonly Correspondent[];
    endToEnd: boolean;
    /** The draft that it was. */
    draft?: string;
  },
  takeFiles: (tx: Tx, at: Temporal.Instant) => Promise<readonly PublicationFileRow[]>,
): Promise<Published> {
  const { id, projectId, title, recipients } = input;
  const openedAt = deps.clock.now();
  const opening = { openedAt, openDays: deps.openDays };
  const { folder, files } = await transact(deps.db, async (tx) => {
    demandOpen(await lockProject(tx, projectId), 'publish a delivery');
    const name = freeFolder(
      `${osloDate(openedAt).toString()}_${slug(title)}`,
      await listFolders(tx, projectId),
    );
    const files = await takeFiles(tx, openedAt);
    await insertPublication(tx, {
      id,
      projectId,
      title,
      folder: name,
      ...opening,
      state: 'open',
      closedAt: null,
      closedReason: null,
      endToEnd: input.endToEnd,
      files,
      recipients: recipients.map((person) => person.personId),
    });
    for (const person of recipients) {
      const facts = {
        name: person.name,
        projectId,
        title,
        folder: name,
        files: files.length,
        closesAt: closesAt(opening),
      };
      const dedupe = `delivery-opened:${id}:${person.personId}`;
      await queueMail(deps, tx, openedAt, {
        to: person.email,
        dedupe,
        ...deliveryOpened(person.language, facts),
      });
    }
    await recordAudit(tx, openedAt, {
      actor: actorName(actor),
      action: 'delivery.published',
      subject: `publication:${id}`,
      projectId,
      detail: {
        folder: name,
        files: files.map((file) => `${file.name} ${file.sha256}`),
        recipients: recipients.map((person) => person.personId),
        closesAt: closesAt(opening).toInstant().toString(),
        ...(input.draft === undefined ? {} : { draft: input.draft }),
      },
    });
    return { folder: name, files };
  });
  return {
    id,
    folder,
    recipients: recipients.map((person) => person.personId),
    closesAt: closesAt(opening),
    files: files.map(({ name, bytes, sha256 }) => ({ name, bytes, sha256 })),
  };
}

async function sealFile(
  deps: PublishDeps,
  input: { projectId: string; publicationId: string; file: FileToPublish },
): Promise<SealedFile> {
  const { projectId } = input;
  const room = await openRoom(deps, projectId, () => projectQuota(deps, projectId));
  const writer = await beginBody(deps, { projectId, holder: publicationHolder(input.publicationId) });
  let position = 0;
  try {
    for await (const chunk of input.file.content) {
      position += chunk.length;
      await room.demand(writer.name, position);
      await writer.append(chunk);
    }
    const seal = await writer.finish();
    const { plaintextBytes: bytes, plaintextSha256: sha256 } = seal;
    const row = { id: deps.random.uuid(), name: input.file.name, objectName: writer.name, bytes, sha256 };
    return { row, seal, writer };
  } catch (thrown) {
    await discardBody(deps, writer);
    throw thrown;
  }
}

/** Letters a-z, digits and hyphens, so that the folder is easy to type. */
function slug(title: string): string {
  const ascii = title
    .toLowerCase()
    .replace(/[æå]/g, 'a')
    .replace(/ø/g, 'o')
    .normalize('NFD')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
  return ascii.slice(0, 40).replace(/-+$/, '') || 'leveranse';
}

function freeFolder(wanted: string, taken: ReadonlySet<string>): string {
  if (!taken.has(wanted)) return wanted;
  for (let n = 2; ; n++) {
    if (!taken.has(`${wanted}-${n}`)) return `${wanted}-${n}`;
  }
}
