/** The description of what a project may get: which files and columns are agreed upon. Every change is a new version. */
import { createHash } from 'node:crypto';
import { recordAudit } from '../audit/audit.ts';
import { type DescriptionVersion, findDescription, newestDescription } from '../cases/description-store.ts';
import { type Agrees, holdDescription, keepDescription } from '../cases/description-versions.ts';
import { getProject } from '../cases/projects.ts';
import { type Database, type Tx, transact } from '../db/database.ts';
import { type Actor, actorName, demand } from '../identity/permissions.ts';
import type { Clock } from '../platform/clock.ts';
import type { Random } from '../platform/random.ts';
import { type DataPackage, expectedFiles, parseDataPackage } from '../validators/description.ts';
import { parseDataPackageText } from '../validators/description-text.ts';
import { forgetOutgoing } from './outgoing-store.ts';

export interface OutgoingDescription extends DescriptionVersion {
  content: DataPackage;
}

const table = 'outgoing_description';

/**
 * Keeps `text` (a Data Package in JSON) as the description of what goes out from now on; what lies in open drafts is
 * checked anew. Errors: `invalid-input`, `not-found`, `forbidden`, `changed-meanwhile`.
 */
export async function describeOutgoing(
  deps: { db: Database; clock: Clock; random: Random },
  actor: Actor,
  projectId: string,
  text: string,
  agrees: Agrees = () => true,
): Promise<OutgoingDescription> {
  demand(actor, 'project.manage', projectId);
  await getProject(deps, actor, projectId);
  const content = parseDataPackageText(text);
  const sha256 = createHash('sha256').update(text).digest('hex');
  const at = deps.clock.now();
  return transact(deps.db, async (tx) => {
    const version = await keepDescription(deps, tx, table, { projectId, text, sha256, agrees }, at);
    const checkedAgain = await forgetOutgoing(tx, { projectId });
    await recordAudit(tx, at, {
      actor: actorName(actor),
      action: 'outgoing-description.changed',
      subject: `project:${projectId}`,
      projectId,
      detail: { version, sha256, checkedAgain },
    });
    return { version, sha256, content };
  });
}

/** The one in force, or undefined where nothing is agreed upon in writing. */
export async function currentOutgoing(
  deps: { db: Database },
  projectId: string,
): Promise<OutgoingDescription | undefined> {
  const row = await findDescription(deps.db, table, projectId);
  return row && { version: row.version, sha256: row.sha256, content: parseDataPackage(row.content) };
}

/** Which version is in force, for who does not need its content. */
export function outgoingVersion(
  deps: { db: Database },
  projectId: string,
): Promise<DescriptionVersion | undefined> {
  return newestDescription(deps.db, table, projectId);
}

/** The same, held until the transaction ends: no check is kept that followed an earlier one. */
export function holdOutgoing(tx: Tx, projectId: string): Promise<DescriptionVersion | undefined> {
  return holdDescription(tx, table, projectId);
}

/** Names of files that it agrees to. */
export function agreedFiles({ content }: OutgoingDescription): readonly string[] {
  return expectedFiles(content);
}
