/** The tree a person sees: a folder for each project, with inbox/ and deliveries/. Rights are asked for anew at every step. */
import { demandOpen } from '../../cases/lifecycle.ts';
import { getProject, seeProjects } from '../../cases/projects.ts';
import type { FetchDeps } from '../../deliveries/fetch.ts';
import { createGate } from '../../identity/access-watch.ts';
import { actorFor } from '../../identity/people.ts';
import { type Actor, demand, may } from '../../identity/permissions.ts';
import { removeInbound } from '../../inbound/erase.ts';
import { renameInbound } from '../../inbound/rename.ts';
import type { UploadDeps } from '../../inbound/upload.ts';
import { AppError } from '../../platform/errors.ts';
import type { Attributes, Entry, FileTree } from '../file-tree.ts';
import { folder, nothingThere, refuseWrite } from './attributes.ts';
import { listArea, listDelivery, openInDelivery, statInDelivery } from './deliveries.ts';
import { gated } from './gated.ts';
import { createInbox } from './inbox.ts';
import { type Place, placeOf } from './place.ts';

type Person = Actor & { kind: 'person' };

export interface TreeDeps extends UploadDeps, FetchDeps {
  /** What the store's medium has. */
  space(): Promise<{ totalBytes: number; freeBytes: number }>;
}

/** Who a session is for, and the key that proved it. */
export interface SignedIn {
  personId: string;
  keyFingerprint?: string;
}

export function createProjectTree(deps: TreeDeps, { personId, keyFingerprint }: SignedIn): FileTree {
  const inbox = createInbox(deps);

  const person = (): Promise<Person> => actorFor(deps, personId, keyFingerprint);

  function at(path: string): Place {
    return placeOf(path) ?? nothingThere();
  }

  /** The folders of a project that this person's roles give. */
  function areas(actor: Person, projectId: string): Entry[] {
    const now = deps.clock.now();
    const shown: Entry[] = [];
    if (may(actor, 'inbound.see-own', projectId)) {
      shown.push({ name: 'inbox', attributes: folder(now, may(actor, 'inbound.send', projectId)) });
    }
    if (may(actor, 'delivery.fetch', projectId)) shown.push({ name: 'deliveries', attributes: folder(now) });
    return shown;
  }

  async function demandArea(actor: Person, projectId: string, name?: string): Promise<Attributes> {
    const project = await getProject(deps, actor, projectId);
    if (name === undefined) return folder(project.createdAt);
    const area = areas(actor, projectId).find((one) => one.name === name);
    return area === undefined ? nothingThere() : area.attributes;
  }

  /** What an upload that is under way needs. */
  async function demandSending(actor: Person, projectId: string): Promise<void> {
    demand(actor, 'inbound.send', projectId);
    demandOpen((await getProject(deps, actor, projectId)).state, 'send files');
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
        case 'deliveries':
          return demandArea(actor, place.projectId, place.kind);
        case 'inbox-file':
          await demandArea(actor, place.projectId, 'inbox');
          return inbox.stat(actor, place.projectId, place.name);
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
          return areas(actor, place.projectId);
        case 'inbox':
          await demandArea(actor, place.projectId, 'inbox');
          return inbox.list(actor, place.projectId);
        case 'deliveries':
          await demandArea(actor, place.projectId, 'deliveries');
          return listArea(deps, actor, place.projectId);
        case 'delivery':
          return listDelivery(deps, actor, place.projectId, place.folder);
        case 'inbox-file':
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
      if (place.kind === 'inbox-file') {
        const { projectId } = place;
        await demandArea(actor, projectId, 'inbox');
        const gate = createGate(deps.access, async () => {
          await demandSending(await person(), projectId);
        });
        const opened = await inbox.open(actor, projectId, place.name, options);
        return options.write ? gated(opened, gate) : opened;
      }
      if (options.write) return refuseWrite();
      if (place.kind === 'delivery-file') return openInDelivery(deps, actor, place);
      throw new AppError('invalid-input', {
        nb: 'Dette er en mappe, ikke en fil.',
        en: 'This is a folder, not a file.',
      });
    },

    async remove(path) {
      const place = at(path);
      const actor = await person();
      if (place.kind !== 'inbox-file') return refuseWrite();
      await demandArea(actor, place.projectId, 'inbox');
      await removeInbound(deps, actor, place.projectId, place.name);
    },

    async rename(from, to, options) {
      const source = at(from);
      const target = at(to);
      const actor = await person();
      if (
        source.kind !== 'inbox-file' ||
        target.kind !== 'inbox-file' ||
        source.projectId !== target.projectId
      ) {
        return refuseWrite();
      }
      await demandArea(actor, source.projectId, 'inbox');
      await renameInbound(deps, actor, source.projectId, source.name, target.name, options);
    },

    async makeFolder(path) {
      const exists = await this.stat(path).then(
        () => true,
        () => false,
      );
      if (!exists) return refuseWrite();
      throw new AppError('already-exists', {
        nb: 'Mappen finnes allerede.',
        en: 'The folder exists already.',
      });
    },

    async removeFolder() {
      return refuseWrite();
    },

    space: () => deps.space(),
  };
}
