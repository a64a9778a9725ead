/** How much a project may store: its own quota, or the service's. */
import { recordAudit } from '../audit/audit.ts';
import { type Database, transact } from '../db/database.ts';
import { type Actor, actorName, demand } from '../identity/permissions.ts';
import type { Clock } from '../platform/clock.ts';
import { findProject, lockProject, setProjectQuota } from './project-store.ts';
import { getProject } from './projects.ts';

export interface QuotaDeps {
  db: Database;
  /** Of a project that has none of its own. */
  quotaBytes: number;
}

/** The quota that holds now, in bytes of plaintext. */
export async function projectQuota(deps: QuotaDeps, projectId: string): Promise<number> {
  return quotaOf(deps, (await findProject(deps.db, projectId)) ?? { quotaBytes: null });
}

/** That of a project that has just been read. */
export function quotaOf(
  deps: Pick<QuotaDeps, 'quotaBytes'>,
  project: { readonly quotaBytes: number | null },
): number {
  return project.quotaBytes ?? deps.quotaBytes;
}

/** Sets the project's own quota; null gives it the service's again. What is stored already stays. Errors: `forbidden`, `not-found`. */
export async function setQuota(
  deps: { db: Database; clock: Clock },
  actor: Actor,
  input: { projectId: string; quotaBytes: number | null },
): Promise<void> {
  const { projectId, quotaBytes } = input;
  demand(actor, 'project.manage', projectId);
  const before = (await getProject(deps, actor, projectId)).quotaBytes;
  const at = deps.clock.now();
  await transact(deps.db, async (tx) => {
    await lockProject(tx, projectId);
    await setProjectQuota(tx, projectId, quotaBytes);
    await recordAudit(tx, at, {
      actor: actorName(actor),
      action: 'project.quota-changed',
      subject: `project:${projectId}`,
      projectId,
      detail: { from: before, to: quotaBytes },
    });
  });
}
