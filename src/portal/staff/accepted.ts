/** The accepted files among all that came: the newest version of each, and the older ones. Pure. */
import type { InboxFile } from '../../api/api-types.ts';

export interface Accepted {
  readonly newest: InboxFile;
  /** Accepted too, and replaced since; the newest first. */
  readonly older: readonly InboxFile[];
}

/** By name. */
export function acceptedOf(files: readonly InboxFile[]): readonly Accepted[] {
  const found = new Map<string, InboxFile[]>();
  for (const file of files) {
    if (file.state === 'accepted') found.set(file.name, [...(found.get(file.name) ?? []), file]);
  }
  return [...found.values()]
    .map((versions) => versions.sort((a, b) => (b.version ?? 0) - (a.version ?? 0)))
    .flatMap(([newest, ...older]) => (newest === undefined ? [] : [{ newest, older }]))
    .sort((a, b) => (a.newest.name < b.newest.name ? -1 : 1));
}
