/** Publishes an extract: seals its files under keys of the publication's own, opens the area, and tells the recipients. */
import type { Temporal } from 'temporal-polyfill';
import { recordAudit } from '../audit/audit.ts';
import { demandOpen } from '../cases/lifecycle.ts';
import { lockProject } from '../cases/project-store.ts';
import { getProject } from '../cases/projects.ts';
import { transact } from '../db/database.ts';
import { type Correspondent, correspondents } from '../identity/people.ts';
import { type Actor, actorName, demand } from '../identity/permissions.ts';
import { queueMail } from '../notifications/outbox.ts';
import { deliveryOpened } from '../notifications/templates.ts';
import { osloDate } from '../platform/clock.ts';
import { AppError } from '../platform/errors.ts';
import type { Seal } from '../storage/seal.ts';
import type { SealedWriter } from '../storage/sealed-writer.ts';
import { mayHoldPersonNumber } from '../validators/names.ts';
import { beginBody, discardBody, keepSeal, type VaultDeps } from '../vault/bodies.ts';
import { closesAt } from './closing.ts';
import { insertPublication, listFolders, type PublicationFileRow } from './delivery-store.ts';

export const manifestName = 'MANIFEST.json';

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

export const publicationHolder = (id: string): string => `publication:${id}`;

/**
 * Publishes `files` to the project's researchers for `openDays` days. All is there at once, or nothing is.
 * Errors: `forbidden`, `not-found`, `closed`, `invalid-name`, `invalid-input` (no files, nobody to receive them).
 */
export async function publishDelivery(
  deps: VaultDeps & { openDays: number },
  actor: Actor,
  input: { projectId: string; title: string; files: readonly FileToPublish[] },
): Promise<Published> {
  const { projectId, title } = input;
  demand(actor, 'delivery.publish', projectId);
  const project = await getProject(deps, actor, projectId);
  demandOpen(project.state, 'publish a delivery');
  checkNames(input.files.map((file) => file.name));
  const recipients = await correspondents(deps, projectId, 'researcher');
  if (recipients.length === 0) {
    throw new AppError('invalid-input', {
      nb: `Prosjektet ${projectId} har ingen forskere å levere til. Legg til minst én først.`,
      en: `Project ${projectId} has no researchers to deliver to. Add at least one first.`,
    });
  }

  const id = deps.random.uuid();
  const sealed: SealedFile[] = [];
  try {
    for (const file of input.files) sealed.push(await sealFile(deps, { projectId, publicationId: id, file }));
    return await open(deps, actor, { id, projectId, title, sealed, recipients });
  } catch (thrown) {
    for (const file of sealed) await discardBody(deps, file.writer);
    throw thrown;
  }
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
    sealed: readonly SealedFile[];
    recipients: readonly Correspondent[];
  },
): Promise<Published> {
  const { id, projectId, title, sealed, recipients } = input;
  const openedAt = deps.clock.now();
  const opening = { openedAt, openDays: deps.openDays };
  const folder = await transact(deps.db, async (tx) => {
    demandOpen(await lockProject(tx, projectId), 'publish a delivery');
    const name = freeFolder(
      `${osloDate(openedAt).toString()}_${slug(title)}`,
      await listFolders(tx, projectId),
    );
    for (const file of sealed) await keepSeal(tx, openedAt, file.row.objectName, file.seal);
    await insertPublication(tx, {
      id,
      projectId,
      title,
      folder: name,
      ...opening,
      state: 'open',
      closedAt: null,
      closedReason: null,
      files: sealed.map((file) => file.row),
      recipients: recipients.map((person) => person.personId),
    });
    for (const person of recipients) {
      const facts = {
        name: person.name,
        projectId,
        title,
        folder: name,
        files: sealed.length,
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
        files: sealed.map((file) => `${file.row.name} ${file.row.sha256}`),
        recipients: recipients.map((person) => person.personId),
        closesAt: closesAt(opening).toInstant().toString(),
      },
    });
    return name;
  });
  return {
    id,
    folder,
    recipients: recipients.map((person) => person.personId),
    closesAt: closesAt(opening),
    files: sealed.map(({ row: { name, bytes, sha256 } }) => ({ name, bytes, sha256 })),
  };
}

async function sealFile(
  deps: VaultDeps,
  input: { projectId: string; publicationId: string; file: FileToPublish },
): Promise<SealedFile> {
  const writer = await beginBody(deps, {
    projectId: input.projectId,
    holder: publicationHolder(input.publicationId),
  });
  try {
    for await (const chunk of input.file.content) await writer.append(chunk);
    const seal = await writer.finish();
    const { plaintextBytes: bytes, plaintextSha256: sha256 } = seal;
    const row = { id: deps.random.uuid(), name: input.file.name, objectName: writer.name, bytes, sha256 };
    return { row, seal, writer };
  } catch (thrown) {
    await discardBody(deps, writer);
    throw thrown;
  }
}

function checkNames(names: readonly string[]): void {
  if (names.length === 0) {
    throw new AppError('invalid-input', {
      nb: 'En leveranse må ha minst én fil.',
      en: 'A delivery needs at least one file.',
    });
  }
  const seen = new Set<string>();
  for (const name of names) {
    // The name goes to the manifest, the audit log and the tables; the message must not bear it either.
    if (mayHoldPersonNumber(name)) {
      throw new AppError('invalid-name', {
        nb: 'Et filnavn har så mange siffer på rad at det kan røpe et fødselsnummer. Gi filen et annet navn.',
        en: 'A file name has so many digits in a row that it may give away an identity number. Rename the file.',
      });
    }
    const sound =
      /^[^\p{Cc}\p{Cf}\p{Cs}/\\]{1,200}$/u.test(name) && !name.startsWith('.') && name !== manifestName;
    if (!sound || seen.has(name.toLowerCase())) {
      throw new AppError('invalid-name', {
        nb: `Filnavnet «${name.slice(0, 200)}» kan ikke brukes i en leveranse, eller det forekommer to ganger.`,
        en: `The file name "${name.slice(0, 200)}" cannot be used in a delivery, or it occurs twice.`,
      });
    }
    seen.add(name.toLowerCase());
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
