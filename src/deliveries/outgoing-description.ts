/** The description of what a project may get: which files and columns are agreed upon. Every change is a new version. */
import { createHash } from 'node:crypto';
import { recordAudit } from '../audit/audit.ts';
import { getProject } from '../cases/projects.ts';
import { type Database, transact } from '../db/database.ts';
import { type Actor, actorName, demand } from '../identity/permissions.ts';
import type { Clock } from '../platform/clock.ts';
import { AppError } from '../platform/errors.ts';
import type { Random } from '../platform/random.ts';
import { type DataPackage, expectedFiles, parseDataPackage } from '../validators/description.ts';
import { parseDataPackageText } from '../validators/description-text.ts';
import { findOutgoing, holdOutgoing, insertOutgoing } from './outgoing-description-store.ts';
import { forgetOutgoing } from './outgoing-store.ts';

export interface OutgoingDescription {
  version: number;
  /** SHA-256 of the text as it was handed in, in hex; reports name it. */
  sha256: string;
  content: DataPackage;
}

/**
 * Keeps `text` (a Data Package in JSON) as the description of what goes out from now on; what lies in open drafts is
 * checked anew. Errors: `invalid-input`, `not-found`, `forbidden`, `changed-meanwhile`.
 */
export async function describeOutgoing(
  deps: { db: Database; clock: Clock; random: Random },
  actor: Actor,
  projectId: string,
  text: string,
  /** Says whether the version in force (0: none) is the one that the actor has read. */
  agrees: (version: number) => boolean = () => true,
): Promise<OutgoingDescription> {
  demand(actor, 'project.manage', projectId);
  await getProject(deps, actor, projectId);
  const content = parseDataPackageText(text);
  const sha256 = createHash('sha256').update(text).digest('hex');
  const at = deps.clock.now();
  return transact(deps.db, async (tx) => {
    const current = (await holdOutgoing(tx, projectId))?.version ?? 0;
    if (!agrees(current)) {
      throw new AppError('changed-meanwhile', {
        nb: 'Beskrivelsen er endret siden du leste den. Hent den på nytt og gjør endringen der.',
        en: 'The description has changed since you read it. Fetch it again and make your change there.',
      });
    }
    const version = current + 1;
    await insertOutgoing(tx, { id: deps.random.uuid(), projectId, version, text, sha256 }, at);
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
  const row = await findOutgoing(deps.db, projectId);
  return row && { version: row.version, sha256: row.sha256, content: parseDataPackage(row.content) };
}

/** Names of files that it agrees to. */
export function agreedFiles({ content }: OutgoingDescription): readonly string[] {
  return expectedFiles(content);
}
