/** The data description of a project: which files are expected and what must be in them. Every change is a new version. */
import { createHash } from 'node:crypto';
import { recordAudit } from '../audit/audit.ts';
import { type DescriptionVersion, findDescription } from '../cases/description-store.ts';
import { type Agrees, keepDescription } from '../cases/description-versions.ts';
import { getProject } from '../cases/projects.ts';
import { type Database, transact } from '../db/database.ts';
import { type Actor, actorName, demand } from '../identity/permissions.ts';
import type { Clock } from '../platform/clock.ts';
import type { Random } from '../platform/random.ts';
import { type DataPackage, parseDataPackage } from '../validators/description.ts';
import { parseDataPackageText } from '../validators/description-text.ts';

export interface Description extends DescriptionVersion {
  content: DataPackage;
}

const table = 'description';

/** Keeps `text` (a Data Package in JSON) as the project's description from now on. Errors: `invalid-input`, `not-found`, `forbidden`, `changed-meanwhile`. */
export async function describeProject(
  deps: { db: Database; clock: Clock; random: Random },
  actor: Actor,
  projectId: string,
  text: string,
  agrees: Agrees = () => true,
): Promise<Description> {
  demand(actor, 'project.manage', projectId);
  await getProject(deps, actor, projectId);
  const { content, sha256 } = parseDescription(text);
  const at = deps.clock.now();
  return transact(deps.db, async (tx) => {
    const version = await keepDescription(deps, tx, table, { projectId, text, sha256, agrees }, at);
    await recordAudit(tx, at, {
      actor: actorName(actor),
      action: 'description.changed',
      subject: `project:${projectId}`,
      projectId,
      detail: { version, sha256 },
    });
    return { version, sha256, content };
  });
}

/** The description in force, or undefined when the project has none yet. */
export async function currentDescription(
  deps: { db: Database },
  projectId: string,
): Promise<Description | undefined> {
  const row = await findDescription(deps.db, table, projectId);
  return row && { version: row.version, sha256: row.sha256, content: parseDataPackage(row.content) };
}

/** A description from its text. Errors: `invalid-input` naming what is wrong. */
export function parseDescription(text: string): Omit<Description, 'version'> {
  return {
    content: parseDataPackageText(text),
    sha256: createHash('sha256').update(text).digest('hex'),
  };
}
