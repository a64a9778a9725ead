/** The switch by which staff stop all downloads, of one project or of all, on every door and instance at once. */
import { Temporal } from 'temporal-polyfill';
import { recordAudit } from '../audit/audit.ts';
import { type Database, transact } from '../db/database.ts';
import { announce } from '../db/notices.ts';
import type { Correspondent } from '../identity/people.ts';
import { type Actor, actorName, demand } from '../identity/permissions.ts';
import { downloadsResumed, downloadsStopped } from '../notifications/access-letters.ts';
import { queueMail } from '../notifications/outbox.ts';
import type { Message } from '../notifications/templates.ts';
import type { Clock } from '../platform/clock.ts';
import { AppError } from '../platform/errors.ts';
import type { Random } from '../platform/random.ts';
import { everybody } from './closing.ts';
import { type DownloadStop, findStop, insertStop, liftStop, listStops } from './download-stop-store.ts';
import { getProject, seeProjects } from './projects.ts';

interface StopDeps {
  db: Database;
  clock: Clock;
  random: Random;
}

type Where = { projectId?: string | undefined };

/** Stops downloads and tells the people. `reason` is told and recorded. Errors: `forbidden`, `not-found`, `conflict`. */
export async function stopDownloads(
  deps: StopDeps,
  actor: Actor,
  { projectId, reason }: Where & { reason: string },
): Promise<void> {
  demand(actor, 'downloads.stop', projectId);
  const at = deps.clock.now();
  const people = await concerned(deps, actor, projectId);
  await transact(deps.db, async (tx) => {
    const stop = { id: deps.random.uuid(), projectId: projectId ?? null, reason, by: actorName(actor) };
    if (!(await insertStop(tx, stop, at))) {
      throw new AppError('conflict', {
        nb: 'Nedlasting er allerede stanset her.',
        en: 'Downloads are stopped here already.',
      });
    }
    await tell(deps, tx, at, people, ({ name, language }) =>
      downloadsStopped(language, { name, projectId, reason }),
    );
    await announce(tx, 'access_changed', 'downloads');
    await recordAudit(tx, at, {
      actor: actorName(actor),
      action: 'downloads.stopped',
      subject: projectId === undefined ? 'downloads' : `project:${projectId}`,
      ...(projectId === undefined ? {} : { projectId }),
      detail: { reason },
    });
  });
}

/** Lifts the stop of one project, or the one of all. Errors: `forbidden`, `not-found`. */
export async function resumeDownloads(deps: StopDeps, actor: Actor, { projectId }: Where): Promise<void> {
  demand(actor, 'downloads.resume', projectId);
  const at = deps.clock.now();
  const people = await concerned(deps, actor, projectId);
  await transact(deps.db, async (tx) => {
    if (!(await liftStop(tx, projectId ?? null, actorName(actor), at))) {
      throw new AppError('not-found', {
        nb: 'Nedlasting er ikke stanset her.',
        en: 'Downloads are not stopped here.',
      });
    }
    await tell(deps, tx, at, people, ({ name, language }) => downloadsResumed(language, { name, projectId }));
    await announce(tx, 'access_changed', 'downloads');
    await recordAudit(tx, at, {
      actor: actorName(actor),
      action: 'downloads.resumed',
      subject: projectId === undefined ? 'downloads' : `project:${projectId}`,
      ...(projectId === undefined ? {} : { projectId }),
    });
  });
}

async function tell(
  deps: StopDeps,
  tx: Parameters<typeof queueMail>[1],
  at: Parameters<typeof queueMail>[2],
  people: readonly Correspondent[],
  write: (person: Correspondent) => Message,
): Promise<void> {
  for (const person of people) await queueMail(deps, tx, at, { to: person.email, ...write(person) });
}

/** The people of the project, or of every project that is not closed. */
async function concerned(
  deps: StopDeps,
  actor: Actor,
  projectId: string | undefined,
): Promise<readonly Correspondent[]> {
  const projects =
    projectId === undefined ? await seeProjects(deps, actor) : [await getProject(deps, actor, projectId)];
  const found = new Map<string, Correspondent>();
  for (const project of projects) {
    if (project.state !== 'active') continue;
    for (const person of await everybody(deps, project.id)) found.set(person.personId, person);
  }
  return [...found.values()];
}

/** The stop that holds for a project now, if one does. */
export function downloadStop(deps: { db: Database }, projectId: string): Promise<DownloadStop | undefined> {
  return findStop(deps.db, projectId);
}

/** Every stop that holds now; the caller shows them to those who may lift them. */
export async function listDownloadStops(deps: {
  db: Database;
}): Promise<
  readonly { projectId: string | null; reason: string; stoppedAt: Temporal.Instant; stoppedBy: string }[]
> {
  return (await listStops(deps.db)).map(({ projectId, reason, stoppedAt, stoppedBy }) => ({
    projectId,
    reason,
    stoppedBy,
    stoppedAt: Temporal.Instant.fromEpochMilliseconds(stoppedAt.getTime()),
  }));
}

/** Throws `closed` while downloads of the project are stopped. */
export async function demandNoStop(deps: { db: Database }, projectId: string): Promise<void> {
  if ((await findStop(deps.db, projectId)) === undefined) return;
  throw new AppError('closed', {
    nb: 'All nedlasting er stanset inntil videre. Se STATUS.txt, eller kontakt saksbehandleren.',
    en: 'All downloads are stopped until further notice. See STATUS.txt, or contact the case officer.',
  });
}
