/** The names of the files that a description expects; doors get them from here. */
import { type DataPackage, expectedFiles } from '../validators/description.ts';

export function expectedNames(content: DataPackage): readonly string[] {
  return expectedFiles(content);
}
