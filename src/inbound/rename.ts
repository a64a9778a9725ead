/** Gives one's own file its final name: how a transfer under a temporary name is taken in, and how a bad name is mended. */

import { demandOpen } from '../cases/lifecycle.ts';
import { getProject } from '../cases/projects.ts';
import { type Actor, actorName, demand } from '../identity/permissions.ts';
import { AppError } from '../platform/errors.ts';
import { openBody } from '../vault/bodies.ts';
import { findUnfinished } from './arriving-store.ts';
import { checkAgain } from './checking.ts';
import { findNewest, type InboundRow, inboundHolder, readReport } from './inbound-store.ts';
import { checkInboxName, finalName } from './names.ts';
import { takeIn } from './take-in.ts';
import type { UploadDeps } from './upload.ts';
import { ownOnly } from './visibility.ts';

/**
 * Renames the person's own file that is not accepted. The file is answered anew under its new name, as that name's
 * next version. Without `replace` a name that is taken is refused.
 * Errors: `forbidden`, `not-found`, `already-exists`, `conflict`, `invalid-name`.
 */
export async function renameInbound(
  deps: UploadDeps,
  actor: Actor & { kind: 'person' },
  projectId: string,
  from: string,
  to: string,
  options: { replace: boolean },
): Promise<void> {
  demand(actor, 'inbound.change-own', projectId);
  checkInboxName(to);
  demandOpen((await getProject(deps, actor, projectId)).state, 'send files');
  const row =
    (await findUnfinished(deps.db, projectId, actor.personId, from)) ??
    (await findNewest(deps.db, projectId, from, actor.personId));
  if (row === undefined) {
    throw new AppError('not-found', {
      nb: 'Fant ikke filen blant dine filer.',
      en: 'No such file among yours.',
    });
  }
  if (row.state === 'arriving' || row.state === 'accepted' || finalName(to) !== undefined) {
    throw new AppError('conflict', {
      nb: 'Bare en fil som er kommet helt frem og ikke er godkjent, kan få nytt navn. Send den på nytt under riktig navn.',
      en: 'Only a file that has arrived in full and is not accepted can be renamed. Send it again under the right name.',
    });
  }
  const there = await findNewest(deps.db, projectId, to, ownOnly(actor, projectId));
  // A client that deleted the target first (WinSCP) has said that this file replaces it: see removeInbound.
  if (!options.replace && !row.replaces && there !== undefined) {
    throw new AppError('already-exists', {
      nb: `Det ligger allerede en fil med navnet ${to} i innboksen.`,
      en: `There already is a file called ${to} in the inbox.`,
    });
  }
  await answerAs(deps, actor, row, to);
}

async function answerAs(
  deps: UploadDeps,
  actor: Actor & { kind: 'person' },
  row: InboundRow,
  name: string,
): Promise<void> {
  const { id, projectId, bytes, sha256 } = row;
  if (bytes === null || sha256 === null) throw new Error('a file that has arrived has size and hash');
  const kept =
    row.state === 'held' && finalName(row.name) === name ? await readReport(deps.db, id) : undefined;
  const report =
    kept ??
    (await checkAgain(deps, {
      projectId,
      fileName: name,
      uploaderId: row.uploaderId,
      sha256,
      reread: () => plaintext(deps, row),
    }));
  await takeIn(deps, {
    id,
    projectId,
    name,
    uploaderId: actor.personId,
    actor: actorName(actor),
    door: row.door,
    bytes,
    sha256,
    report,
    from: ['held', 'rejected', 'not-checked'],
  });
}

async function* plaintext(deps: UploadDeps, row: InboundRow): AsyncGenerator<Uint8Array> {
  const reader = await openBody(deps, {
    name: row.objectName,
    projectId: row.projectId,
    holder: inboundHolder,
  });
  try {
    yield* reader.stream();
  } finally {
    await reader.close();
  }
}
