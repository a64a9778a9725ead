/** Closes a project before its time and opens it again: nothing goes in or out meanwhile, and its people are told. */
import { recordAudit } from '../audit/audit.ts';
import { type Database, transact } from '../db/database.ts';
import { announce } from '../db/notices.ts';
import { type Correspondent, correspondents } from '../identity/people.ts';
import { type Actor, actorName, demand } from '../identity/permissions.ts';
import { projectClosed, projectReopened } from '../notifications/access-letters.ts';
import { queueMail } from '../notifications/outbox.ts';
import type { Clock } from '../platform/clock.ts';
import type { Random } from '../platform/random.ts';
import { next } from './lifecycle.ts';
import { lockProject, setProjectState } from './project-store.ts';
import { getProject } from './projects.ts';

interface ClosingDeps {
  db: Database;
  clock: Clock;
  random: Random;
}

type Input = { projectId: string; reason: string };

const changes = {
  close: { action: 'project.closed', write: projectClosed },
  reopen: { action: 'project.reopened', write: projectReopened },
} as const;

/** Ends all access to the project's files at once. Errors: `forbidden`, `not-found`, `conflict`. */
export function closeProject(deps: ClosingDeps, actor: Actor, input: Input): Promise<void> {
  return change(deps, actor, input, 'close');
}

/** Undoes `closeProject`. Errors as there. */
export function reopenProject(deps: ClosingDeps, actor: Actor, input: Input): Promise<void> {
  return change(deps, actor, input, 'reopen');
}

async function change(
  deps: ClosingDeps,
  actor: Actor,
  { projectId, reason }: Input,
  event: keyof typeof changes,
): Promise<void> {
  demand(actor, 'project.manage', projectId);
  const { title } = await getProject(deps, actor, projectId);
  const people = await everybody(deps, projectId);
  const { action, write } = changes[event];
  const at = deps.clock.now();
  await transact(deps.db, async (tx) => {
    await setProjectState(tx, projectId, next(await lockProject(tx, projectId), event));
    for (const person of people) {
      const letter = write(person.language, { name: person.name, projectId, title, reason });
      await queueMail(deps, tx, at, { to: person.email, ...letter });
    }
    await announce(tx, 'access_changed', `project:${projectId}`);
    await recordAudit(tx, at, {
      actor: actorName(actor),
      action,
      subject: `project:${projectId}`,
      projectId,
      detail: { reason, told: people.map((person) => person.personId) },
    });
  });
}

/** Those who send, fetch and handle; each once. */
export async function everybody(
  deps: { db: Database },
  projectId: string,
): Promise<readonly Correspondent[]> {
  const found = new Map<string, Correspondent>();
  for (const role of ['researcher', 'supplier', 'officer'] as const) {
    for (const person of await correspondents(deps, projectId, role)) found.set(person.personId, person);
  }
  return [...found.values()];
}
