/** Drafts as folders: staff prepare a delivery in them by ordinary upload. */
import { Temporal } from 'temporal-polyfill';
import { type DraftPath, openDraftContent } from '../../deliveries/draft-files.ts';
import type { DraftFileRow } from '../../deliveries/draft-store.ts';
import { type DraftUploadDeps, openDraftUpload, unfinishedDraftFile } from '../../deliveries/draft-upload.ts';
import { type Draft, seeDraft, seeDrafts } from '../../deliveries/drafts.ts';
import type { FetchDeps } from '../../deliveries/fetch.ts';
import { createGate } from '../../identity/access-watch.ts';
import { AppError } from '../../platform/errors.ts';
import type { Attributes, Entry, OpenFile, OpenOptions } from '../file-tree.ts';
import { file, folder, nothingThere, readOnlyFile } from './attributes.ts';
import { gated } from './gated.ts';
import type { Person } from './person.ts';

const MODE_FILE = 0o660;

function at(date: Date): Temporal.Instant {
  return Temporal.Instant.fromEpochMilliseconds(date.getTime());
}

function attributesOf(row: DraftFileRow): Attributes {
  return file(row.bytes ?? 0, at(row.receivedAt ?? row.startedAt), MODE_FILE);
}

export async function listDraftFolders(deps: FetchDeps, actor: Person, projectId: string): Promise<Entry[]> {
  const drafts = await seeDrafts(deps, actor, projectId);
  return drafts.map((one) => ({ name: one.name, attributes: folder(at(one.createdAt), true) }));
}

type DraftDeps = FetchDeps & DraftUploadDeps;

/** What a person has sent a part of shows as much as is kept, so that their client can go on with it. */
async function ownUnfinished(
  deps: DraftDeps,
  actor: Person,
  draft: Draft,
  { projectId, name }: { projectId: string; name: string },
): Promise<Attributes | undefined> {
  const unfinished = await unfinishedDraftFile(deps, actor, draft, projectId, name);
  return unfinished && file(unfinished.bytes, at(unfinished.row.startedAt), MODE_FILE);
}

/** Of a name that is sent anew, the file that stands; to its sender, what has come of the new one. */
export async function listDraft(
  deps: DraftDeps,
  actor: Person,
  projectId: string,
  name: string,
): Promise<Entry[]> {
  const shown = new Map<string, Attributes>();
  const draft = await seeDraft(deps, actor, projectId, name);
  for (const row of draft.files) {
    if (row.state === 'ready' || !shown.has(row.name)) shown.set(row.name, attributesOf(row));
  }
  for (const row of draft.files.filter((one) => one.state === 'arriving')) {
    const unfinished = await ownUnfinished(deps, actor, draft, { projectId, name: row.name });
    if (unfinished !== undefined) shown.set(row.name, unfinished);
  }
  return [...shown].map(([one, attributes]) => ({ name: one, attributes }));
}

export async function statDraft(
  deps: DraftDeps,
  actor: Person,
  where: { projectId: string; draft: string; name?: string },
): Promise<Attributes> {
  const draft = await seeDraft(deps, actor, where.projectId, where.draft);
  if (where.name === undefined) return folder(at(draft.createdAt), true);
  const unfinished = await ownUnfinished(deps, actor, draft, { ...where, name: where.name });
  if (unfinished !== undefined) return unfinished;
  const rows = draft.files.filter((one) => one.name === where.name);
  const row = rows.find((one) => one.state === 'ready') ?? rows[0];
  return row === undefined ? nothingThere() : attributesOf(row);
}

export async function openInDraft(
  deps: DraftDeps,
  actor: Person,
  path: DraftPath,
  options: OpenOptions,
): Promise<OpenFile> {
  if (!options.write) {
    const content = await openDraftContent(deps, actor, path);
    const opened = readOnlyFile(attributesOf(content.row), content.reader);
    return gated(opened, createGate(deps.access, content.standing));
  }
  const draft = await seeDraft(deps, actor, path.projectId, path.draft);
  const unfinished = await unfinishedDraftFile(deps, actor, draft, path.projectId, path.name);
  const ready = draft.files.some((one) => one.name === path.name && one.state === 'ready');
  if (!ready && unfinished === undefined && !options.create) return nothingThere();
  if ((ready || unfinished !== undefined) && options.exclusive) {
    throw new AppError('already-exists', {
      nb: 'Det ligger allerede en fil med det navnet i utkastet.',
      en: 'There already is a file of that name in the draft.',
    });
  }
  if (ready && unfinished === undefined && options.append) {
    throw new AppError('not-resumable', {
      nb: 'Filen er allerede mottatt i sin helhet. Send den på nytt fra begynnelsen hvis den er endret.',
      en: 'The file has already been received in full. Send it again from the beginning if it has changed.',
    });
  }
  const mode = options.truncate ? 'new' : options.append ? 'resume' : 'either';
  const upload = await openDraftUpload(deps, actor, path, mode);
  let finished: Promise<unknown> | undefined;
  const finish = async (): Promise<void> => {
    finished ??= upload.finish();
    await finished;
  };
  const opened: OpenFile = {
    stat: async () => file(upload.size, deps.clock.now(), MODE_FILE),
    readPieces: async () => {
      throw new AppError('unsupported', {
        nb: 'En fil som sendes, kan ikke leses samtidig.',
        en: 'A file that is being sent cannot be read at the same time.',
      });
    },
    write: (offset, data) => (options.append ? upload.append(offset, data) : upload.write(offset, data)),
    truncate: (size) => upload.truncate(size),
    sync: finish,
    close: finish,
    abandon: () => upload.abandon(),
  };
  return gated(
    opened,
    createGate(deps.access, () => upload.standing()),
  );
}
