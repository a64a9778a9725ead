/** What a path means: the one function that reads paths of the tree. */
import { statusName } from '../../cases/reserved-names.ts';

/** The folders that have a status of their own. */
export type StatusFolder =
  | { kind: 'project'; projectId: string }
  | { kind: 'inbox'; projectId: string }
  | { kind: 'accepted'; projectId: string }
  | { kind: 'drafts'; projectId: string }
  | { kind: 'deliveries'; projectId: string }
  | { kind: 'delivery'; projectId: string; folder: string };

export type Place =
  | { kind: 'root' }
  | StatusFolder
  | { kind: 'status'; projectId: string; of: StatusFolder }
  | { kind: 'inbox-file'; projectId: string; name: string }
  | { kind: 'accepted-file'; projectId: string; name: string }
  | { kind: 'draft'; projectId: string; draft: string }
  | { kind: 'draft-file'; projectId: string; draft: string; name: string }
  | { kind: 'delivery-file'; projectId: string; folder: string; name: string };

/** The place at a canonical path, or undefined when nothing can be there. */
export function placeOf(path: string): Place | undefined {
  const [projectId, area, first, second, ...rest] = path.split('/').filter((part) => part !== '');
  if (rest.length > 0) return undefined;
  if (projectId === undefined) return { kind: 'root' };
  if (area === undefined) return { kind: 'project', projectId };
  const status = (of: StatusFolder): Place => ({ kind: 'status', projectId, of });
  if (first === undefined && area === statusName) return status({ kind: 'project', projectId });
  switch (area) {
    case 'inbox':
    case 'accepted':
      if (first === undefined) return { kind: area, projectId };
      if (second !== undefined) return undefined;
      if (first === statusName) return status({ kind: area, projectId });
      return area === 'inbox'
        ? { kind: 'inbox-file', projectId, name: first }
        : { kind: 'accepted-file', projectId, name: first };
    case 'drafts':
      if (first === undefined) return { kind: 'drafts', projectId };
      if (second !== undefined) return { kind: 'draft-file', projectId, draft: first, name: second };
      if (first === statusName) return status({ kind: 'drafts', projectId });
      return { kind: 'draft', projectId, draft: first };
    case 'deliveries':
      if (first === undefined) return { kind: 'deliveries', projectId };
      if (second === undefined) {
        if (first === statusName) return status({ kind: 'deliveries', projectId });
        return { kind: 'delivery', projectId, folder: first };
      }
      if (second === statusName) return status({ kind: 'delivery', projectId, folder: first });
      return { kind: 'delivery-file', projectId, folder: first, name: second };
    default:
      return undefined;
  }
}
