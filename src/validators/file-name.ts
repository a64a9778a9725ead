/** What a check says of the name that a file came by. */
import { baseName, type Resource, resourcePaths } from './description.ts';
import type { Findings } from './findings.ts';
import { maskFileName } from './masking.ts';
import { fileNameFaults } from './names.ts';

interface NamedFile {
  fileName: string;
  resource?: Resource | undefined;
  /** Names that the project expects. */
  expected?: readonly string[] | undefined;
  /** The rules are for what is sent in. */
  outgoing?: boolean | undefined;
}

export function judgeFileName(
  findings: Findings,
  { fileName, resource, expected, outgoing }: NamedFile,
): void {
  const shown = maskFileName(fileName);
  const sample = shown === fileName ? { value: fileName } : { shape: shown };
  if (resource === undefined && expected !== undefined) {
    const names = expected.slice(0, 8).join(', ');
    findings.add('file-name/not-expected', null, {
      ...sample,
      // A sender may be told of none.
      ...(names === '' ? {} : { expected: expected.length > 8 ? `${names} …` : names }),
    });
  }
  // A name that the description itself gives is the agency's own, and no reason to refuse the file.
  const described =
    resource !== undefined && resourcePaths(resource).some((path) => baseName(path) === fileName);
  for (const rule of fileNameFaults(fileName)) {
    findings.add(rule, null, sample, described || outgoing ? 'warning' : 'error');
  }
}
