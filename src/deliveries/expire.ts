/** The end of a delivery: warned of beforehand, then ended when its time is up. */
import { recordAudit } from '../audit/audit.ts';
import { getProject } from '../cases/projects.ts';
import { transact } from '../db/database.ts';
import { correspondents } from '../identity/people.ts';
import { type Actor, actorName, demand } from '../identity/permissions.ts';
import { queueMail } from '../notifications/outbox.ts';
import { deliveryClosing } from '../notifications/templates.ts';
import type { VaultDeps } from '../vault/bodies.ts';
import { closesAt, warnsAt } from './closing.ts';
import { listUnfetched } from './contents-store.ts';
import { hasClosed } from './deliveries.ts';
import { listFiles, listOpenPublications } from './delivery-store.ts';
import { endDelivery } from './end.ts';

/** Closes every delivery whose time is up. Returns what it closed. */
export async function expireDeliveries(
  deps: VaultDeps,
  actor: Actor,
): Promise<readonly { projectId: string; folder: string; keysDestroyed: number }[]> {
  const expired: { projectId: string; folder: string; keysDestroyed: number }[] = [];
  for (const row of await listOpenPublications(deps.db)) {
    if (!hasClosed(deps.clock, row)) continue;
    demand(actor, 'delivery.expire', row.projectId);
    const keysDestroyed = await endDelivery(deps, actor, row, { state: 'expired' });
    if (keysDestroyed !== undefined)
      expired.push({ projectId: row.projectId, folder: row.folder, keysDestroyed });
  }
  return expired;
}

/** Writes to the recipients who have not fetched all of a delivery that closes soon, once each. Returns whom it wrote to. */
export async function warnUnfetched(
  deps: VaultDeps & { warnDaysBefore: number },
  actor: Actor,
): Promise<readonly { projectId: string; folder: string; personId: string }[]> {
  const warned: { projectId: string; folder: string; personId: string }[] = [];
  const at = deps.clock.now();
  for (const row of await listOpenPublications(deps.db)) {
    const due = warnsAt(row, deps.warnDaysBefore).epochMilliseconds <= at.epochMilliseconds;
    if (!due || hasClosed(deps.clock, row)) continue;
    const project = await getProject(deps, actor, row.projectId);
    if (project.state !== 'active') continue;
    const unfetched = new Set(await listUnfetched(deps.db, row.id));
    const people = (await correspondents(deps, row.projectId, 'researcher')).filter((p) =>
      unfetched.has(p.personId),
    );
    const files = await listFiles(deps.db, row.id);
    await transact(deps.db, async (tx) => {
      const told: string[] = [];
      for (const person of people) {
        const { projectId, title, folder } = row;
        const facts = {
          name: person.name,
          projectId,
          title,
          folder,
          files: files.length,
          closesAt: closesAt(row),
        };
        // Whoever was warned is warned again when a longer time runs out.
        const dedupe = `delivery-closing:${row.id}:${row.openDays}:${person.personId}`;
        const mail = { to: person.email, dedupe, ...deliveryClosing(person.language, facts) };
        if (await queueMail(deps, tx, at, mail)) told.push(person.personId);
      }
      if (told.length === 0) return;
      await recordAudit(tx, at, {
        actor: actorName(actor),
        action: 'delivery.closing-soon',
        subject: `publication:${row.id}`,
        projectId: row.projectId,
        detail: { told },
      });
      for (const personId of told) warned.push({ projectId: row.projectId, folder: row.folder, personId });
    });
  }
  return warned;
}
