/** What is known of uploads under way in this process, and of those alone (upload-lease.ts knows of all): bytes, rows and rule counts, for those who may see the files. */
import { getProject } from '../cases/projects.ts';
import type { Database } from '../db/database.ts';
import type { AccessWatch } from '../identity/access-watch.ts';
import { actorNow } from '../identity/people.ts';
import { type Actor, may } from '../identity/permissions.ts';
import { type Clock, monotonicMs } from '../platform/clock.ts';
import type { LiveCounts } from '../validators/checker.ts';

export interface UploadUnderWay {
  /** Null before the first byte. */
  readonly id: string | null;
  readonly projectId: string;
  readonly name: string;
  readonly uploaderId: string;
  /** Bytes taken, those of an earlier part included. */
  readonly bytes: number;
  /** Null when the client has not said how long the file will be. */
  readonly announcedBytes: number | null;
  /** What the check has read and found so far; null when it has read nothing yet or waits for a free worker. */
  readonly counts: LiveCounts | null;
  /** False for a partial upload, which is shown to nobody. */
  readonly isFile: boolean;
}

interface ProgressDeps {
  readonly db: Database;
  /** The uploads that this process is writing now. */
  readonly uploads: ReadonlyMap<string, { readonly underWay: UploadUnderWay }>;
}

/** The uploads of a project that are under way in this process and that the actor may see. Errors: `not-found`. */
export async function uploadsUnderWay(
  deps: ProgressDeps,
  actor: Actor,
  projectId: string,
): Promise<readonly UploadUnderWay[]> {
  await getProject(deps, actor, projectId);
  return visible(deps, actor, projectId);
}

function visible(deps: ProgressDeps, actor: Actor, projectId: string): readonly UploadUnderWay[] {
  const all = may(actor, 'inbound.see-all', projectId);
  const own = may(actor, 'inbound.see-own', projectId);
  return [...deps.uploads.values()]
    .map(({ underWay }) => underWay)
    .filter(
      (upload) => upload.isFile && upload.projectId === projectId && (all || (own && isOf(actor, upload))),
    );
}

/** How long it may take until somebody who watches is asked for again, when nothing was announced. */
const RECHECK_MS = 10_000;

/**
 * What `uploadsUnderWay` tells, for somebody who looks again and again: the tables are asked only when access may have
 * changed. Errors of each look: `not-found`, `closed`, once the person has lost access.
 */
export function watchUploads(
  deps: ProgressDeps & { access: AccessWatch; clock: Clock },
  actor: Actor & { kind: 'person' },
  projectId: string,
): () => Promise<readonly UploadUnderWay[]> {
  let current = actor;
  let seen: number | undefined;
  let askedMs = 0;
  return async () => {
    const revision = deps.access.revision();
    if (revision !== seen || monotonicMs() - askedMs > RECHECK_MS) {
      current = await actorNow(deps, actor);
      await getProject(deps, current, projectId);
      seen = revision;
      askedMs = monotonicMs();
    }
    return visible(deps, current, projectId);
  };
}

/** The upload of a name, the actor's own before another's; undefined when none is under way that the actor may see. */
export async function uploadProgress(
  deps: ProgressDeps,
  actor: Actor,
  projectId: string,
  name: string,
): Promise<UploadUnderWay | undefined> {
  const named = (await uploadsUnderWay(deps, actor, projectId)).filter((upload) => upload.name === name);
  return named.find((upload) => isOf(actor, upload)) ?? named[0];
}

function isOf(actor: Actor, upload: UploadUnderWay): boolean {
  return actor.kind === 'person' && actor.personId === upload.uploaderId;
}
