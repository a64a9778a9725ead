/** What it takes to check a file elsewhere just as the service would: for the sender's browser, before anything is sent. */

import { getProject } from '../cases/projects.ts';
import { currentCodeLists } from '../catalogue/code-lists.ts';
import type { CodeListForCheck } from '../catalogue/snapshot.ts';
import type { Database } from '../db/database.ts';
import { type Actor, demand, may } from '../identity/permissions.ts';
import { type Clock, osloDate } from '../platform/clock.ts';
import { namedClassifications } from '../validators/code-lists.ts';
import { expectedFiles, type Resource, resourceForFile } from '../validators/description.ts';
import { currentDescription } from './descriptions.ts';

export interface CheckKit {
  /** What the description says of this file, and of no other; null where it says nothing. */
  resource: Resource | null;
  /** What the project expects; null without a description. */
  expected: ReturnType<typeof expectedFiles> | null;
  descriptionSha256: string | null;
  codeLists: readonly CodeListForCheck[];
  syntheticIds: 'accept' | 'refuse';
  /** The date in Oslo, ISO. */
  today: string;
}

/** For whoever may send there or see what is sent. Errors: `not-found`, `forbidden`. */
export async function checkKit(
  deps: { db: Database; clock: Clock; syntheticIds: 'accept' | 'refuse' },
  actor: Actor,
  projectId: string,
  fileName: string,
): Promise<CheckKit> {
  await getProject(deps, actor, projectId);
  if (!may(actor, 'inbound.send', projectId)) demand(actor, 'inbound.see-all', projectId);
  const description = await currentDescription(deps, projectId);
  const resource = description && resourceForFile(description.content, fileName);
  return {
    resource: resource ?? null,
    expected: description === undefined ? null : expectedFiles(description.content),
    descriptionSha256: description?.sha256 ?? null,
    codeLists: await currentCodeLists(deps, namedClassifications(resource)),
    syntheticIds: deps.syntheticIds,
    today: osloDate(deps.clock.now()).toString(),
  };
}
