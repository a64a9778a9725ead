/** What it takes to check a file elsewhere just as the service would: for the sender's browser, before anything is sent. */

import { getProject } from '../cases/projects.ts';
import { currentCodeLists } from '../catalogue/code-lists.ts';
import type { CodeListForCheck } from '../catalogue/snapshot.ts';
import type { Database } from '../db/database.ts';
import { type Actor, demand, may } from '../identity/permissions.ts';
import { type Clock, osloDate } from '../platform/clock.ts';
import { namedClassifications } from '../validators/code-lists.ts';
import type { Resource } from '../validators/description.ts';
import { currentDescription } from './descriptions.ts';
import { expectedNames, resourceFor } from './expected.ts';
import { ownOnly } from './visibility.ts';

export interface CheckKit {
  /** What the description says of this file, and of no other; null where it says nothing. */
  resource: Resource | null;
  /** What the project expects of them; null without a description. */
  expected: readonly string[] | null;
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
  const of = ownOnly(actor, projectId);
  const resource = description && resourceFor(description.content, fileName, of);
  return {
    resource: resource ?? null,
    expected: description === undefined ? null : expectedNames(description.content, of),
    descriptionSha256: description?.sha256 ?? null,
    codeLists: await currentCodeLists(deps, namedClassifications(resource)),
    syntheticIds: deps.syntheticIds,
    today: osloDate(deps.clock.now()).toString(),
  };
}
