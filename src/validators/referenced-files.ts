/** Which files the foreign keys of a resource point at, and which of those at hand are they. */
import { baseName, type DataPackage, type Resource, resourceForFile, resourcePaths } from './description.ts';

/** A file of the package that foreign keys point at. */
export interface ReferencedFile {
  /** Its part of the data description. */
  readonly resource: Resource;
  readonly fileName: string;
  /** True when the host gives its bytes to the check, before those of the file itself. */
  readonly present: boolean;
}

/** Of the files `names`, the newest first where several answer to one resource. A file that is not among them is not present. */
export function referencedFiles(
  pkg: DataPackage | undefined,
  resource: Resource | undefined,
  names: readonly string[],
): ReferencedFile[] {
  const wanted = new Set(
    resource?.schema?.foreignKeys?.map((key) => key.reference.resource ?? '').filter((name) => name !== ''),
  );
  if (resource !== undefined) wanted.delete(resource.name);
  return (pkg?.resources ?? [])
    .filter((other) => wanted.has(other.name))
    .flatMap((other) => filesOf(pkg!, other, names));
}

function filesOf(pkg: DataPackage, resource: Resource, names: readonly string[]): ReferencedFile[] {
  const paths = resourcePaths(resource).map(baseName);
  const [only = resource.name] = paths;
  if (paths.length > 1) {
    return paths.map((fileName) => ({ resource, fileName, present: names.includes(fileName) }));
  }
  const found = names.includes(only)
    ? only
    : names.find((name) => resourceForFile(pkg, name)?.name === resource.name);
  return [{ resource, fileName: found ?? only, present: found !== undefined }];
}
