/** Tells the people of a project about its deletion deadline; each milestone once. */
import type { Temporal } from 'temporal-polyfill';
import { recordAudit } from '../audit/audit.ts';
import { type Database, transact } from '../db/database.ts';
import { correspondents } from '../identity/people.ts';
import { type Actor, actorName } from '../identity/permissions.ts';
import { queueMail } from '../notifications/outbox.ts';
import { deletionOverdue, deletionReminder } from '../notifications/templates.ts';
import { type Clock, osloDate } from '../platform/clock.ts';
import type { Random } from '../platform/random.ts';
import { openIn } from './lifecycle.ts';
import { lockProject } from './project-store.ts';
import type { Project } from './projects.ts';

/**
 * Queues the reminder for the milestone `onDate` to the project's researchers, and once the deadline has passed to its
 * case officers too. Returns how many mails were queued; none when this milestone has been told before.
 */
export async function tellDeletionDeadline(
  deps: { db: Database; clock: Clock; random: Random },
  actor: Actor,
  project: Project,
  onDate: Temporal.PlainDate,
): Promise<number> {
  const at = deps.clock.now();
  const daysLeft = osloDate(at).until(project.deleteBy, { largestUnit: 'days' }).days;
  const researchers = await correspondents(deps, project.id, 'researcher');
  const officers = daysLeft < 0 ? await correspondents(deps, project.id, 'officer') : [];
  return transact(deps.db, async (tx) => {
    if (!openIn[await lockProject(tx, project.id)].includes('be reminded of the deadline')) return 0;
    const told: string[] = [];
    const letters = [
      ...researchers.map((person) => ({ person, write: deletionReminder })),
      ...officers.map((person) => ({ person, write: deletionOverdue })),
    ];
    for (const { person, write } of letters) {
      const { deleteBy, title } = project;
      const message = write(person.language, {
        name: person.name,
        projectId: project.id,
        title,
        deleteBy,
        daysLeft,
      });
      const dedupe = `deletion:${project.id}:${deleteBy.toString()}:${onDate.toString()}:${person.personId}`;
      if (await queueMail(deps, tx, at, { to: person.email, dedupe, ...message })) told.push(person.personId);
    }
    if (told.length > 0) {
      await recordAudit(tx, at, {
        actor: actorName(actor),
        action: daysLeft < 0 ? 'project.deletion-overdue' : 'project.deletion-reminded',
        subject: `project:${project.id}`,
        projectId: project.id,
        detail: { milestone: onDate.toString(), daysLeft, told },
      });
    }
    return told.length;
  });
}
