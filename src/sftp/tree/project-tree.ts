/** The tree a person sees: a folder for each project, with inbox/ and deliveries/. Rights are asked for anew at every step. */
import { getProject, seeProjects } from '../../cases/projects.ts';
import type { FetchDeps } from '../../deliveries/fetch.ts';
import { actorFor } from '../../identity/people.ts';
import { type Actor, may } from '../../identity/permissions.ts';
import { removeInbound } from '../../inbound/erase.ts';
import { renameInbound } from '../../inbound/rename.ts';
import type { UploadDeps } from '../../inbound/upload.ts';
import { AppError } from '../../platform/errors.ts';
import type { Attributes, Entry, FileTree } from '../file-tree.ts';
import { folder, nothingThere, refuseWrite } from './attributes.ts';
import { listArea, listDelivery, openInDelivery, statInDelivery } from './deliveries.ts';
import { createInbox } from './inbox.ts';
import { type Place, placeOf } from './place.ts';

type Person = Actor & { kind: 'person' };

export interface TreeDeps extends UploadDeps, FetchDeps {
  /** What the store's medium has. */
  space(): Promise<{ totalBytes: number; freeBytes: number }>;
}

export function createProjectTree(deps: TreeDeps, personId: string): FileTree {
  const inbox = createInbox(deps);

  async function person(): Promise<Person> {
    const actor = await actorFor(deps, personId);
    if (actor.kind !== 'person') throw new Error('a person was expected');
    return actor;
  }

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
      const place = at(path);
      const actor = await person();
      if (place.kind === 'inbox-file') {
        await demandArea(actor, place.projectId, 'inbox');
        return inbox.open(actor, place.projectId, place.name, options);
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
