/** Ends a delivery, by the clock or by staff: closed on every door at once, its keys destroyed and its bodies removed. */
import { recordAudit } from '../audit/audit.ts';
import { type Tx, transact } from '../db/database.ts';
import { announce } from '../db/notices.ts';
import { type Actor, actorName } from '../identity/permissions.ts';
import { eraseKeys, removeBodies, type VaultDeps } from '../vault/bodies.ts';
import { listFiles, lockOpenPublication, markClosed, type PublicationRow } from './delivery-store.ts';

export type Ending = { state: 'expired' } | { state: 'withdrawn'; reason: string };

/**
 * Ends it, with what `alongside` does in the same transaction. Returns how many keys were destroyed, or undefined when
 * it was not open any more.
 */
export async function endDelivery(
  deps: VaultDeps,
  actor: Actor,
  row: PublicationRow,
  ending: Ending,
  alongside: (tx: Tx) => Promise<void> = async () => undefined,
): Promise<number | undefined> {
  const at = deps.clock.now();
  const reason = ending.state === 'withdrawn' ? ending.reason : null;
  const done = await transact(deps.db, async (tx) => {
    if ((await lockOpenPublication(tx, row.id)) === undefined) return undefined;
    const bodies = (await listFiles(tx, row.id)).map((file) => file.objectName);
    const keysDestroyed = await eraseKeys(tx, at, bodies);
    await markClosed(tx, row.id, ending.state, at, reason);
    await alongside(tx);
    await announce(tx, 'access_changed', `publication:${row.id}`);
    await recordAudit(tx, at, {
      actor: actorName(actor),
      action: `delivery.${ending.state}`,
      subject: `publication:${row.id}`,
      projectId: row.projectId,
      detail: { folder: row.folder, keysDestroyed, ...(reason === null ? {} : { reason }) },
    });
    return { bodies, keysDestroyed };
  });
  if (done !== undefined) await removeBodies(deps, done.bodies);
  return done?.keysDestroyed;
}
