/** What a description says to one person: all of it, or, to whoever knows of their own files only, what they are to send. Pure. */
import {
  type DataPackage,
  expectedFiles,
  filesOf,
  type Resource,
  resourceForFile,
  suppliersOf,
} from '../validators/description.ts';

/** `of` is the person whose files only they may know of (visibility.ts), and undefined for who may know of all. */
type Of = string | undefined;

/** The names of the files that are expected from them; a supplier learns of none that is not theirs to send. */
export function expectedNames(content: DataPackage, of: Of): readonly string[] {
  if (of === undefined) return expectedFiles(content);
  return content.resources.filter((resource) => suppliersOf(resource).includes(of)).flatMap(filesOf);
}

/** What is said of a file by that name. To a supplier nothing is said of what another is to send. */
export function resourceFor(content: DataPackage, fileName: string, of: Of): Resource | undefined {
  const resource = resourceForFile(content, fileName);
  const senders = resource === undefined ? [] : suppliersOf(resource);
  return of === undefined || senders.length === 0 || senders.includes(of) ? resource : undefined;
}

/** Who is to send which file, for those who may know of all. */
export function sendersByName(content: DataPackage): ReadonlyMap<string, readonly string[]> {
  return new Map(
    content.resources.flatMap((resource) => filesOf(resource).map((name) => [name, suppliersOf(resource)])),
  );
}
