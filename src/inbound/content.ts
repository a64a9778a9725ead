/** The plaintext of what came in: for staff, and for the sender until the file is accepted. The audit log has it before the first byte. */
import { recordAudit } from '../audit/audit.ts';
import { demandNoStop } from '../cases/download-stops.ts';
import { demandOpen } from '../cases/lifecycle.ts';
import { getProject } from '../cases/projects.ts';
import { transact } from '../db/database.ts';
import { actorNow } from '../identity/people.ts';
import { type Actor, actorName, demand } from '../identity/permissions.ts';
import { AppError } from '../platform/errors.ts';
import type { SealedReader } from '../storage/sealed-reader.ts';
import { openBody, type VaultDeps } from '../vault/bodies.ts';
import { findUnfinished } from './arriving-store.ts';
import { findInbound, findNewest, type InboundRow, inboundHolder } from './inbound-store.ts';
import { type InboundFile, inboundFile, notAnswered, visibleInbound } from './listing.ts';

export interface InboundContent {
  file: InboundFile;
  reader: SealedReader;
  /** Throws once it may no longer be read; a door asks before each read. */
  standing(): Promise<void>;
}

/** Opens any version that has been answered, for staff. Errors: `not-found`, `forbidden`, `conflict`, `closed`. */
export async function openInbound(deps: VaultDeps, actor: Actor, id: string): Promise<InboundContent> {
  const row = await visibleInbound(deps, actor, id);
  demand(actor, 'inbound.read-content', row.projectId);
  await demandNoStop(deps, row.projectId);
  if (row.version === null) throw notAnswered();
  return openContent(deps, actor, row, async () => {
    const current = actor.kind === 'person' ? await actorNow(deps, actor) : actor;
    demand(current, 'inbound.read-content', row.projectId);
    await visibleInbound(deps, current, id);
    await demandNoStop(deps, row.projectId);
  });
}

/** Opens one's own file again, until it is accepted. Errors: `not-found`, `forbidden`, `conflict`, `closed`. */
export async function rereadInbound(
  deps: VaultDeps,
  actor: Actor & { kind: 'person' },
  projectId: string,
  name: string,
): Promise<InboundContent> {
  const found =
    (await findUnfinished(deps.db, projectId, actor.personId, name)) ??
    (await findNewest(deps.db, projectId, name, actor.personId));
  const row = demandOwn(found);
  const allowed = async (current: Actor): Promise<void> => {
    demand(current, 'inbound.read-own', projectId);
    demandOpen((await getProject(deps, current, projectId)).state, 'change own files');
    await demandNoStop(deps, projectId);
  };
  await allowed(actor);
  return openContent(deps, actor, row, async () => {
    await allowed(await actorNow(deps, actor));
    demandOwn(await findInbound(deps.db, row.id));
  });
}

/** The row, when its sender may still read it. */
function demandOwn(row: InboundRow | undefined): InboundRow {
  switch (row?.state) {
    case 'held':
    case 'rejected':
    case 'not-checked':
      return row;
    case 'arriving':
      throw notAnswered();
    case 'accepted':
      throw new AppError('forbidden', {
        nb: 'Filen er godkjent og kan ikke leses tilbake. Rapporten og kvitteringen ligger ved siden av.',
        en: 'The file is accepted and cannot be read back. The report and the receipt lie beside it.',
      });
    default:
      throw new AppError('forbidden', {
        nb: 'Innboksen tar bare imot: det andre har sendt, kan ikke leses.',
        en: 'The inbox only takes in: what others have sent cannot be read.',
      });
  }
}

async function openContent(
  deps: VaultDeps,
  actor: Actor,
  row: InboundRow,
  standing: () => Promise<void>,
): Promise<InboundContent> {
  const { projectId } = row;
  const reader = await openBody(deps, { name: row.objectName, projectId, holder: inboundHolder });
  const at = deps.clock.now();
  const own = actor.kind === 'person' && actor.personId === row.uploaderId;
  try {
    await transact(deps.db, (tx) =>
      recordAudit(tx, at, {
        actor: actorName(actor),
        action: 'inbound.read',
        subject: `inbound:${row.id}`,
        projectId,
        detail: { name: row.name, version: row.version, own },
      }),
    );
  } catch (thrown) {
    await reader.close();
    throw thrown;
  }
  return { file: inboundFile(row), reader, standing };
}
