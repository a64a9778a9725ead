/** Concatenation of tus: partial uploads are read, in the order asked for, into one upload like any other. */
import type { Person } from '../http/route.ts';
import { demand } from '../identity/permissions.ts';
import { joinedUpload } from '../inbound/own-upload.ts';
import { gatherPartials, type Partials } from '../inbound/partials.ts';
import type { Received } from '../inbound/take-in.ts';
import { hasCode } from '../platform/errors.ts';
import { untilStopped } from './open-uploads.ts';
import { beginSending, pour } from './sending.ts';
import { type Address, door, type Progress, type TransferDeps } from './tus-transfer.ts';

/** The file that is to be made. */
export interface Final {
  readonly projectId: string;
  readonly name: string;
  /** As the client has written it. */
  readonly concat: string;
  readonly partials: readonly Address[];
}

/**
 * Makes one file of partial uploads and answers it; they are no more then. Asked again, it tells the same: whoever asks
 * meanwhile waits for the first, and whoever lost the answer finds the file. Errors: those of `gatherPartials`,
 * `openUpload` and `finish`, and the partial uploads stay.
 */
export async function joinTransfers(
  deps: TransferDeps,
  actor: Person,
  final: Final,
): Promise<Progress & { address: Address }> {
  const { projectId, name, concat } = final;
  // Here too: what is under way may have been asked for with another token.
  demand(actor, 'inbound.send', projectId);
  const key = JSON.stringify([actor.personId, projectId, name, concat]);
  const received = await deps.openUploads.once(key, (stopped) => joinOnce(deps, actor, final, stopped));
  const { id, bytes } = received;
  return { projectId, offset: bytes, received, address: { id, length: bytes } };
}

async function joinOnce(
  deps: TransferDeps,
  actor: Person,
  final: Final,
  stopped: AbortSignal,
): Promise<Received> {
  let partials: Partials;
  try {
    partials = await gatherPartials(deps, actor, final.projectId, final.partials);
  } catch (thrown) {
    const before = hasCode(thrown, 'not-found') ? await joinedUpload(deps, actor, final) : undefined;
    if (before === undefined) throw thrown;
    return before;
  }
  const received = await join(deps, actor, final, partials, stopped);
  await partials.removeBodies();
  return received;
}

async function join(
  deps: TransferDeps,
  actor: Person,
  { projectId, name, concat }: Final,
  partials: Partials,
  stopped: AbortSignal,
): Promise<Received> {
  const sending = await beginSending(deps, actor, { projectId, name, concat, mode: 'new', door });
  const { upload, gate } = sending;
  try {
    await upload.announce(partials.bytes);
    await pour(sending, untilStopped(partials.content(), stopped), partials.bytes);
    await gate();
    const received = await upload.finish({ partials });
    if (received === undefined) throw new Error('A joined file was held back.');
    return received;
  } catch (thrown) {
    // The partial uploads have it all: what came of the file would only take the project's room.
    await upload.discard();
    throw thrown;
  }
}
