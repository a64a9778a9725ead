/** What a path means: the one function that reads paths of the tree. */

export type Place =
  | { kind: 'root' }
  | { kind: 'project'; projectId: string }
  | { kind: 'inbox'; projectId: string }
  | { kind: 'inbox-file'; projectId: string; name: string }
  | { kind: 'deliveries'; projectId: string }
  | { kind: 'delivery'; projectId: string; folder: string }
  | { kind: 'delivery-file'; projectId: string; folder: string; name: string };

/** The place at a canonical path, or undefined when nothing can be there. */
export function placeOf(path: string): Place | undefined {
  const [projectId, area, first, second, ...rest] = path.split('/').filter((part) => part !== '');
  if (rest.length > 0) return undefined;
  if (projectId === undefined) return { kind: 'root' };
  if (area === undefined) return { kind: 'project', projectId };
  if (area === 'inbox') {
    if (first === undefined) return { kind: 'inbox', projectId };
    return second === undefined ? { kind: 'inbox-file', projectId, name: first } : undefined;
  }
  if (area === 'deliveries') {
    if (first === undefined) return { kind: 'deliveries', projectId };
    if (second === undefined) return { kind: 'delivery', projectId, folder: first };
    return { kind: 'delivery-file', projectId, folder: first, name: second };
  }
  return undefined;
}
