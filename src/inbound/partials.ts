/** Partial uploads that become one file (tus, concatenation): read in order, and ended in the transaction that receives it. */
import type { Temporal } from 'temporal-polyfill';
import { recordAudit } from '../audit/audit.ts';
import { type Tx, transact } from '../db/database.ts';
import { type Actor, actorName, demand } from '../identity/permissions.ts';
import { AppError } from '../platform/errors.ts';
import type { Log } from '../platform/log.ts';
import { eraseKeys, openBody, removeBodies, type VaultDeps } from '../vault/bodies.ts';
import { touchInbound } from './arriving-store.ts';
import { type InboundRow, inboundHolder, lockInbound, markInboundErased } from './inbound-store.ts';
import { partialConcat } from './names.ts';

export interface Partials {
  readonly bytes: number;
  /** Their plaintext, one after the other. */
  content(): AsyncIterable<Uint8Array>;
  /** Ends them: they are in the file `into` now. Errors: `conflict` when one of them is gone. */
  readonly spend: (tx: Tx, at: Temporal.Instant, into: string) => Promise<void>;
  /** After `spend`, when that is kept. What cannot be removed now, the sweep removes. */
  removeBodies(): Promise<void>;
}

/**
 * The actor's own partial uploads with these ids, in this order; one may be there several times. They are kept as long
 * as if they had come now, so that none expires while it is read. Errors: `forbidden`, `not-found`, also for another's,
 * `conflict` when one has not come in full, `invalid-input` when one was sent to another project.
 */
export async function gatherPartials(
  deps: VaultDeps & { log: Log },
  actor: Actor & { kind: 'person' },
  projectId: string,
  wanted: readonly { readonly id: string; readonly length: number }[],
): Promise<Partials> {
  demand(actor, 'inbound.send', projectId);
  const audited = { actor: actorName(actor), projectId };
  const ids = wanted.map(({ id }) => id);
  // Always locked in one order: two who join the same ones must not wait for each other.
  const once = [...new Set(ids)].sort();
  const asked = deps.clock.now();
  const rows = await transact(deps.db, async (tx) => {
    const found = new Map<string, InboundRow>();
    for (const id of once) {
      const row = await lockInbound(tx, id, ['arriving', 'held']);
      if (row?.concat !== partialConcat || row.uploaderId !== actor.personId) throw notThere();
      if (row.projectId !== projectId) throw otherProject();
      if (row.state !== 'held') throw unfinished();
      await touchInbound(tx, id, asked);
      found.set(id, row);
    }
    const detail = { partials: once };
    await recordAudit(tx, asked, {
      ...audited,
      action: 'inbound.joining',
      subject: `inbound:${ids[0]}`,
      detail,
    });
    return found;
  });
  const inOrder = wanted.map(({ id, length }) => {
    const row = rows.get(id);
    if (row === undefined || row.bytes !== length) throw notThere();
    return { bytes: length, objectName: row.objectName };
  });
  const names = [...rows.values()].map(({ objectName }) => objectName);

  return {
    bytes: inOrder.reduce((sum, { bytes }) => sum + bytes, 0),
    async *content() {
      for (const { objectName: name } of inOrder) {
        const reader = await openBody(deps, { name, projectId, holder: inboundHolder });
        try {
          yield* reader.stream();
        } finally {
          await reader.close();
        }
      }
    },
    async spend(tx, at, into) {
      for (const id of once) {
        if ((await lockInbound(tx, id, ['held'])) === undefined) throw spentMeanwhile();
        await markInboundErased(tx, id);
      }
      const keysDestroyed = await eraseKeys(tx, at, names);
      await recordAudit(tx, at, {
        ...audited,
        action: 'inbound.joined',
        subject: `inbound:${into}`,
        detail: { partials: ids, keysDestroyed },
      });
    },
    removeBodies: () =>
      removeBodies(deps, names).catch((err: unknown) =>
        deps.log.warn({ err }, 'the bodies of joined uploads wait for the sweep'),
      ),
  };
}

function notThere(): AppError {
  return new AppError('not-found', {
    nb: 'En av delene finnes ikke lenger. Send delene på nytt.',
    en: 'One of the partial uploads is no longer there. Send them again.',
  });
}

function unfinished(): AppError {
  return new AppError('conflict', {
    nb: 'En av delene er ikke kommet helt frem ennå. Gjør den ferdig først.',
    en: 'One of the partial uploads has not arrived in full yet. Finish it first.',
  });
}

function otherProject(): AppError {
  return new AppError('invalid-input', {
    nb: 'En av delene ble sendt til et annet prosjekt. Alle deler må ha samme project i Upload-Metadata som filen.',
    en: 'One of the partial uploads was sent to another project. All must have the project of the file in Upload-Metadata.',
  });
}

function spentMeanwhile(): AppError {
  return new AppError('conflict', {
    nb: 'En av delene ble slettet eller satt sammen til en annen fil imens. Send delene på nytt.',
    en: 'One of the partial uploads was deleted or joined into another file meanwhile. Send them again.',
  });
}
