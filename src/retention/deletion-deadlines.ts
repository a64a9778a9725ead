/** Looks through every project for a deletion deadline that must be told of today. */
import { tellDeletionDeadline } from '../cases/deletion-notices.ts';
import { seeProjects } from '../cases/projects.ts';
import type { Database } from '../db/database.ts';
import { type Clock, osloDate } from '../platform/clock.ts';
import type { Random } from '../platform/random.ts';
import { dueMilestone, type ReminderRule } from './deletion-milestones.ts';

const clockActor = { kind: 'clock' } as const;

/** Queues what is due. Returns one line's worth for each project it wrote about. */
export async function remindOfDeletion(deps: {
  db: Database;
  clock: Clock;
  random: Random;
  deletionReminders: ReminderRule;
}): Promise<readonly { projectId: string; daysLeft: number; mails: number }[]> {
  const today = osloDate(deps.clock.now());
  const told: { projectId: string; daysLeft: number; mails: number }[] = [];
  for (const project of await seeProjects(deps, clockActor)) {
    const known = osloDate(project.createdAt);
    const milestone = dueMilestone({ deleteBy: project.deleteBy, known }, today, deps.deletionReminders);
    if (milestone === undefined) continue;
    const mails = await tellDeletionDeadline(deps, clockActor, project, milestone.date);
    if (mails > 0) told.push({ projectId: project.id, daysLeft: milestone.daysLeft, mails });
  }
  return told;
}
