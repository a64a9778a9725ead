/** The tree a person sees: a folder for each project, with the areas their roles give. Rights are asked for at every step; an answer stands for a second, or until a change is announced. */
import { demandOpen } from '../../cases/lifecycle.ts';
import { getProject, type Project, seeProjects } from '../../cases/projects.ts';
import { statusName } from '../../cases/reserved-names.ts';
import type { ApprovalRule } from '../../deliveries/approval-rule.ts';
import { removeDraftFile, renameDraftFile } from '../../deliveries/draft-files.ts';
import type { DraftUploads } from '../../deliveries/drafts.ts';
import { makeDraft, removeDraft, renameDraft } from '../../deliveries/drafts.ts';
import type { FetchDeps } from '../../deliveries/fetch.ts';
import { createGate, remembered } from '../../identity/access-watch.ts';
import { actorFor } from '../../identity/people.ts';
import { demand, may } from '../../identity/permissions.ts';
import { removeInbound } from '../../inbound/erase.ts';
import { renameInbound } from '../../inbound/rename.ts';
import type { UploadDeps } from '../../inbound/upload.ts';
import { AppError } from '../../platform/errors.ts';
import type { Attributes, Entry, FileTree } from '../file-tree.ts';
import { listAccepted, openAccepted, statAccepted } from './accepted.ts';
import { file, folder, nothingThere, refuseServiceFile, refuseWrite, textFile } from './attributes.ts';
import { listArea, listDelivery, openInDelivery, statInDelivery } from './deliveries.ts';
import { listDraft, listDraftFolders, openInDraft, statDraft } from './drafts.ts';
import { gated } from './gated.ts';
import { createInbox } from './inbox.ts';
import type { Person } from './person.ts';
import { type Place, placeOf, type StatusFolder } from './place.ts';
import { projectSpace } from './space.ts';
import { statusText } from './status-text.ts';

export interface TreeDeps extends UploadDeps, FetchDeps {
  draftUploads: DraftUploads;
  approval: ApprovalRule;
  /** What the store's medium has. */
  space(): Promise<{ totalBytes: number; freeBytes: number }>;
}

/** Who a session is for, and the key that proved it. */
export interface SignedIn {
  personId: string;
  keyFingerprint?: string;
}

type Area = 'inbox' | 'accepted' | 'drafts' | 'deliveries';

const MODE_STATUS = 0o440;

export function createProjectTree(deps: TreeDeps, { personId, keyFingerprint }: SignedIn): FileTree {
  const inbox = createInbox(deps);

  const person = remembered<Person>(deps.access, () => actorFor(deps, personId, keyFingerprint));
  /** Of the projects asked for in this session, how each stood. */
  const known = new Map<string, () => Promise<Project>>();

  async function projectOf(actor: Person, projectId: string): Promise<Project> {
    if (!may(actor, 'project.see', projectId)) return getProject(deps, actor, projectId);
    if (known.size > 100) known.clear();
    const ask =
      known.get(projectId) ??
      remembered(deps.access, async () => getProject(deps, await person(), projectId));
    known.set(projectId, ask);
    return ask();
  }

  function at(path: string): Place {
    return placeOf(path) ?? nothingThere();
  }

  /** The folders of a project that this person's roles give. */
  function areas(actor: Person, projectId: string): (Entry & { name: Area })[] {
    const now = deps.clock.now();
    const has = (action: Parameters<typeof may>[1]): boolean => may(actor, action, projectId);
    const shown: (Entry & { name: Area })[] = [];
    if (has('inbound.see-own')) shown.push({ name: 'inbox', attributes: folder(now, has('inbound.send')) });
    if (has('inbound.read-content')) shown.push({ name: 'accepted', attributes: folder(now) });
    if (has('delivery.draft')) shown.push({ name: 'drafts', attributes: folder(now, true) });
    if (has('delivery.see')) shown.push({ name: 'deliveries', attributes: folder(now) });
    return shown;
  }

  async function demandArea(actor: Person, projectId: string, name?: Area): Promise<Attributes> {
    const project = await projectOf(actor, projectId);
    if (name === undefined) return folder(project.createdAt);
    const area = areas(actor, projectId).find((one) => one.name === name);
    return area === undefined ? nothingThere() : area.attributes;
  }

  /** What an upload that is under way needs. */
  async function demandSending(actor: Person, projectId: string): Promise<void> {
    demand(actor, 'inbound.send', projectId);
    demandOpen((await getProject(deps, actor, projectId)).state, 'send files');
  }

  /** The text of a folder's status as it is now, for those who may see the folder. */
  async function status(actor: Person, of: StatusFolder): Promise<string> {
    if (of.kind === 'delivery') await statInDelivery(deps, actor, of);
    else await demandArea(actor, of.projectId, of.kind === 'project' ? undefined : of.kind);
    return statusText(deps, actor, of);
  }

  async function statusAttributes(actor: Person, of: StatusFolder): Promise<Attributes> {
    return file(Buffer.byteLength(await status(actor, of)), deps.clock.now(), MODE_STATUS);
  }

  async function withStatus(actor: Person, of: StatusFolder, entries: readonly Entry[]): Promise<Entry[]> {
    return [{ name: statusName, attributes: await statusAttributes(actor, of) }, ...entries];
  }

  return {
    async stat(path) {
      const place = at(path);
      const actor = await person();
      switch (place.kind) {
        case 'root':
          return folder(deps.clock.now());
        case 'project':
          return demandArea(actor, place.projectId);
        case 'inbox':
        case 'accepted':
        case 'drafts':
        case 'deliveries':
          return demandArea(actor, place.projectId, place.kind);
        case 'status':
          return statusAttributes(actor, place.of);
        case 'inbox-file':
          await demandArea(actor, place.projectId, 'inbox');
          return inbox.stat(actor, place.projectId, place.name);
        case 'accepted-file':
          await demandArea(actor, place.projectId, 'accepted');
          return statAccepted(deps, actor, place.projectId, place.name);
        case 'draft':
        case 'draft-file':
          await demandArea(actor, place.projectId, 'drafts');
          return statDraft(deps, actor, place);
        case 'delivery':
        case 'delivery-file':
          return statInDelivery(deps, actor, place);
      }
    },

    async list(path) {
      const place = at(path);
      const actor = await person();
      switch (place.kind) {
        case 'root': {
          const projects = await seeProjects(deps, actor);
          return projects.map((one) => ({ name: one.id, attributes: folder(one.createdAt) }));
        }
        case 'project':
          await demandArea(actor, place.projectId);
          return withStatus(actor, place, areas(actor, place.projectId));
        case 'inbox':
          await demandArea(actor, place.projectId, 'inbox');
          return withStatus(actor, place, await inbox.list(actor, place.projectId));
        case 'accepted':
          await demandArea(actor, place.projectId, 'accepted');
          return withStatus(actor, place, await listAccepted(deps, actor, place.projectId));
        case 'drafts':
          await demandArea(actor, place.projectId, 'drafts');
          return withStatus(actor, place, await listDraftFolders(deps, actor, place.projectId));
        case 'draft':
          await demandArea(actor, place.projectId, 'drafts');
          return listDraft(deps, actor, place.projectId, place.draft);
        case 'deliveries':
          await demandArea(actor, place.projectId, 'deliveries');
          return withStatus(actor, place, await listArea(deps, actor, place.projectId));
        case 'delivery':
          return withStatus(actor, place, await listDelivery(deps, actor, place.projectId, place.folder));
        case 'status':
        case 'inbox-file':
        case 'accepted-file':
        case 'draft-file':
        case 'delivery-file':
          throw new AppError('invalid-input', {
            nb: 'Dette er en fil, ikke en mappe.',
            en: 'This is a file, not a folder.',
          });
      }
    },

    async open(path, options) {
      // Who puts a file beside the inbox is told where it goes.
      const place = options.write ? (placeOf(path) ?? refuseWrite()) : at(path);
      const actor = await person();
      switch (place.kind) {
        case 'inbox-file': {
          const { projectId } = place;
          await demandArea(actor, projectId, 'inbox');
          const gate = createGate(deps.access, async () => demandSending(await person(), projectId));
          const opened = await inbox.open(actor, projectId, place.name, options);
          return options.write ? gated(opened, gate) : opened;
        }
        case 'draft-file':
          await demandArea(actor, place.projectId, 'drafts');
          return openInDraft(deps, actor, place, options);
        case 'status':
          if (options.write) return refuseServiceFile();
          return textFile(await status(actor, place.of), deps.clock.now());
        case 'accepted-file':
          if (options.write) return refuseWrite();
          await demandArea(actor, place.projectId, 'accepted');
          return openAccepted(deps, actor, place.projectId, place.name);
        case 'delivery-file':
          if (options.write) return refuseWrite();
          return openInDelivery(deps, actor, place);
        default:
          if (options.write && place.kind === 'draft') return refuseLooseFile();
          if (options.write) return refuseWrite();
          throw new AppError('invalid-input', {
            nb: 'Dette er en mappe, ikke en fil.',
            en: 'This is a folder, not a file.',
          });
      }
    },

    async remove(path) {
      const place = at(path);
      const actor = await person();
      switch (place.kind) {
        case 'inbox-file':
          await demandArea(actor, place.projectId, 'inbox');
          return removeInbound(deps, actor, place.projectId, place.name);
        case 'draft-file':
          await demandArea(actor, place.projectId, 'drafts');
          return removeDraftFile(deps, actor, place);
        case 'status':
          return refuseServiceFile();
        default:
          return refuseWrite();
      }
    },

    async rename(from, to, options) {
      const source = at(from);
      const target = at(to);
      const actor = await person();
      const { projectId } = source as { projectId?: string };
      if (projectId === undefined || projectId !== (target as { projectId?: string }).projectId)
        return refuseWrite();
      if (source.kind === 'status' || target.kind === 'status') return refuseServiceFile();
      if (source.kind === 'inbox-file' && target.kind === 'inbox-file') {
        await demandArea(actor, projectId, 'inbox');
        return renameInbound(deps, actor, projectId, source.name, target.name, options);
      }
      if (source.kind === 'draft-file' && target.kind === 'draft-file') {
        await demandArea(actor, projectId, 'drafts');
        return renameDraftFile(deps, actor, source, target, options);
      }
      if (source.kind === 'draft' && target.kind === 'draft') {
        await demandArea(actor, projectId, 'drafts');
        return renameDraft(deps, actor, projectId, source.draft, target.draft);
      }
      return refuseWrite();
    },

    async makeFolder(path) {
      const place = placeOf(path);
      if (place?.kind === 'draft') {
        const actor = await person();
        await demandArea(actor, place.projectId, 'drafts');
        return makeDraft(deps, actor, place.projectId, place.draft);
      }
      const exists = await this.stat(path).then(
        () => true,
        () => false,
      );
      if (!exists) return place?.kind === 'inbox-file' ? refuseFolderInInbox() : refuseWrite();
      throw new AppError('already-exists', {
        nb: 'Mappen finnes allerede.',
        en: 'The folder exists already.',
      });
    },

    async removeFolder(path) {
      const place = at(path);
      if (place.kind !== 'draft') return refuseWrite();
      const actor = await person();
      await demandArea(actor, place.projectId, 'drafts');
      return removeDraft(deps, actor, place.projectId, place.draft);
    },

    async space(path) {
      const place = at(path);
      if (place.kind === 'root') return deps.space();
      const actor = await person();
      await demandArea(actor, place.projectId);
      return projectSpace(deps, place.projectId);
    },
  };
}

function refuseFolderInInbox(): never {
  throw new AppError('read-only', {
    nb: 'I inbox er det ingen mapper. Send filene selv, uten mappen de ligger i.',
    en: 'There are no folders in inbox. Send the files themselves, without the folder they lie in.',
  });
}

function refuseLooseFile(): never {
  throw new AppError('read-only', {
    nb: 'Filer legges i en mappe for hver leveranse. Lag den med mkdir i drafts, og send filen dit.',
    en: 'Files go into a folder for each delivery. Make it with mkdir in drafts, and send the file there.',
  });
}
