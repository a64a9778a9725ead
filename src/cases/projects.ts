/** Projects: created for an institution, seen by their people, ended when deletion is confirmed. */
import { Temporal } from 'temporal-polyfill';
import { z } from 'zod';
import { recordAudit } from '../audit/audit.ts';
import { type Database, transact } from '../db/database.ts';
import { announce } from '../db/notices.ts';
import { pgErrorCode } from '../db/pg-error.ts';
import { type Actor, actorName, demand, may } from '../identity/permissions.ts';
import type { Clock } from '../platform/clock.ts';
import { AppError } from '../platform/errors.ts';
import { demandOneLine } from '../platform/one-line.ts';
import type { Random } from '../platform/random.ts';
import { next } from './lifecycle.ts';
import {
  findProject,
  insertProject,
  listProjects,
  lockProject,
  type ProjectRow,
  setProjectState,
} from './project-store.ts';

export const NewProject = z.object({
  /** The case number; it is also the folder's name in the file tree. */
  id: z
    .string()
    .regex(/^[A-Z][A-Za-z0-9-]{1,31}$/, 'a letter A-Z, then letters, digits and hyphens; at most 32'),
  title: z.string().trim().min(1).max(300),
  institution: z.string().trim().min(1).max(300),
  /** The last day on which data may be kept, from the agreement. */
  deleteBy: z.iso.date(),
});
export type NewProject = z.infer<typeof NewProject>;

export interface Project {
  id: string;
  title: string;
  institution: string;
  deleteBy: Temporal.PlainDate;
  state: ProjectRow['state'];
  /** Null: the service's own quota holds. */
  quotaBytes: number | null;
  createdAt: Temporal.Instant;
}

interface ProjectDeps {
  db: Database;
  clock: Clock;
  random: Random;
}

/** Creates a project. Errors: `forbidden`, `already-exists`, `invalid-input` for a title or institution of several lines. */
export async function createProject(deps: ProjectDeps, actor: Actor, project: NewProject): Promise<void> {
  demand(actor, 'project.manage', project.id);
  demandOneLine(project.title, { nb: 'Tittelen', en: 'The title' });
  demandOneLine(project.institution, { nb: 'Institusjonens navn', en: 'The name of the institution' });
  const at = deps.clock.now();
  try {
    await transact(deps.db, async (tx) => {
      await insertProject(tx, { ...project, newInstitutionId: deps.random.uuid() }, at);
      await recordAudit(tx, at, {
        actor: actorName(actor),
        action: 'project.created',
        subject: `project:${project.id}`,
        projectId: project.id,
        detail: { deleteBy: project.deleteBy, institution: project.institution },
      });
    });
  } catch (thrown) {
    if (pgErrorCode(thrown) !== 'unique') throw thrown;
    throw new AppError('already-exists', {
      nb: `Prosjektet ${project.id} finnes allerede.`,
      en: `There already is a project ${project.id}.`,
    });
  }
}

/** One project, for those who may see it; for all others it does not exist. */
export async function getProject(deps: { db: Database }, actor: Actor, id: string): Promise<Project> {
  const row = may(actor, 'project.see', id) ? await findProject(deps.db, id) : undefined;
  if (row === undefined) {
    throw new AppError('not-found', {
      nb: `Fant ikke prosjektet ${id}.`,
      en: `There is no project ${id} here.`,
    });
  }
  return fromRow(row);
}

/** The projects that `actor` may see, by case number. */
export async function seeProjects(deps: { db: Database }, actor: Actor): Promise<readonly Project[]> {
  const rows = await listProjects(deps.db, namedProjects(actor));
  return rows.filter((row) => may(actor, 'project.see', row.id)).map(fromRow);
}

/** The only projects that could be seen, or undefined when it may be any. */
function namedProjects(actor: Actor): readonly string[] | undefined {
  if (actor.kind !== 'person') return undefined;
  const ids = actor.memberships.map((held) => held.projectId);
  return ids.every((id) => id !== null) ? ids : undefined;
}

/** Records that the institution has confirmed deletion, which ends the project. Errors: `forbidden`, `not-found`, `conflict`. */
export async function confirmDeletion(deps: ProjectDeps, actor: Actor, id: string): Promise<void> {
  demand(actor, 'project.manage', id);
  await getProject(deps, actor, id);
  const at = deps.clock.now();
  await transact(deps.db, async (tx) => {
    const state = next(await lockProject(tx, id), 'confirm-deletion');
    await setProjectState(tx, id, state);
    await announce(tx, 'access_changed', `project:${id}`);
    await recordAudit(tx, at, {
      actor: actorName(actor),
      action: 'project.deletion-confirmed',
      subject: `project:${id}`,
      projectId: id,
    });
  });
}

function fromRow(row: ProjectRow): Project {
  return {
    id: row.id,
    title: row.title,
    institution: row.institution,
    deleteBy: Temporal.PlainDate.from(row.deleteBy),
    state: row.state,
    quotaBytes: row.quotaBytes,
    createdAt: Temporal.Instant.fromEpochMilliseconds(row.createdAt.getTime()),
  };
}
