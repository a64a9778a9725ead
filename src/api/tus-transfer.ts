/** One transfer by tus: begun, gone on with, finished, ended; what the routes of uploads.ts do between their header fields. */
import type { Temporal } from 'temporal-polyfill';
import type { Person } from '../http/route.ts';
import { demand } from '../identity/permissions.ts';
import { removeInbound } from '../inbound/erase.ts';
import { partialConcat, partialName } from '../inbound/names.ts';
import { noteProgress, type OwnUpload, ownUpload } from '../inbound/own-upload.ts';
import type { Received } from '../inbound/take-in.ts';
import { AppError } from '../platform/errors.ts';
import { type OpenUploads, untilStopped } from './open-uploads.ts';
import { beginSending, pour, type Sending, type SendingDeps } from './sending.ts';
import { type Checksum, checksumMismatch } from './tus-fields.ts';

export const door = 'tus';

export interface TransferDeps extends SendingDeps {
  openUploads: OpenUploads;
  keepUnfinishedDays: number;
}

/**
 * What a transfer is addressed by: the upload's id and the length that its client has given. The length is nobody's
 * word but the client's, and binds no one else, so it is kept where the client keeps it.
 */
export interface Address {
  readonly id: string;
  readonly length: number;
}

/** Part of a body, and how far the file has come with it. */
export type Progress = Written &
  (
    | { readonly received: Received; readonly keptFrom?: undefined }
    /** `keptFrom`: from when on the time counts that it is kept. */
    | { readonly received: undefined; readonly keptFrom: Temporal.Instant }
  );

interface Written {
  readonly projectId: string;
  readonly offset: number;
  readonly received: Received | undefined;
}

async function progressOf(
  deps: TransferDeps,
  id: string,
  touchedAt: Temporal.Instant,
  { received, ...written }: Written,
): Promise<Progress> {
  if (received !== undefined) return { ...written, received };
  return { ...written, received, keptFrom: await noteProgress(deps, id, touchedAt) };
}

/** A transfer as it stands for its sender. Errors: `not-found`. */
export async function findTransfer(
  deps: TransferDeps,
  actor: Person,
  { id, length }: Address,
  settle?: () => Promise<void>,
): Promise<OwnUpload> {
  const found = await ownUpload(deps, actor, { id, door }, settle);
  if (found.offset > length || (found.received !== undefined && found.offset !== length)) throw notThere();
  return found;
}

/** As `findTransfer`, when the request that may still be writing has been ended: what is told then stays so. */
export function settleTransfer(deps: TransferDeps, actor: Person, address: Address): Promise<OwnUpload> {
  return findTransfer(deps, actor, address, () => deps.openUploads.settle(address.id));
}

/** Begins a transfer of a file, or of a partial upload when it has no name; with its first part if the request has one. Errors: those of `openUpload` and `writePart`. */
export async function beginTransfer(
  deps: TransferDeps,
  actor: Person,
  { projectId, name, length }: { projectId: string; name?: string; length: number },
  part: Part,
): Promise<Progress & { address: Address }> {
  const named =
    name === undefined
      ? { projectId, name: partialName(deps.random.uuid()), concat: partialConcat }
      : { projectId, name };
  // The row says this or later.
  const begunAt = deps.clock.now();
  const sending = await beginSending(deps, actor, { ...named, mode: 'new', door });
  const { upload } = sending;
  try {
    await upload.announce(length, { keepEmpty: true });
  } catch (thrown) {
    await upload.abandon();
    throw thrown;
  }
  const { id } = upload;
  if (id === undefined) throw new Error('A new upload has no id.');
  const address = { id, length };
  const written = await deps.openUploads.use(
    id,
    async () => sending,
    (opened, stopped) => writePart(opened, address, part, stopped),
  );
  return { address, ...(await progressOf(deps, id, begunAt, written)) };
}

interface Part {
  readonly stream: AsyncIterable<Uint8Array>;
  readonly checksum: Checksum | undefined;
}

/**
 * Goes on at `offset`. Errors: `not-found`, `conflict` when the file stands elsewhere, `too-large`, and those of the
 * upload; ProtocolError `checksum-mismatch`, and then nothing of the part is kept.
 */
export async function continueTransfer(
  deps: TransferDeps,
  actor: Person,
  address: Address,
  part: Part & { offset: number },
): Promise<Progress> {
  const found = await findTransfer(deps, actor, address);
  if (isJoined(found)) throw joinedOnly();
  if (found.received !== undefined) {
    // The answer to the last part was lost: it was taken all the same.
    if (part.offset === address.length)
      return { projectId: found.projectId, offset: part.offset, received: found.received };
    throw elsewhere();
  }
  const { projectId, name } = found;
  if (found.whole) {
    if (part.offset === address.length)
      return progressOf(deps, found.id, found.touchedAt, {
        projectId,
        offset: part.offset,
        received: undefined,
      });
    throw elsewhere();
  }
  const concat = found.concat ?? undefined;
  // An upload that stands open was opened with leave, but perhaps not with this token's.
  demand(actor, 'inbound.send', projectId);
  const written = await deps.openUploads.use(
    address.id,
    () => reopen(deps, actor, { projectId, name, concat }, address),
    (sending, stopped) => {
      if (sending.upload.size !== part.offset) throw elsewhere();
      sending.sender = actor;
      return writePart(sending, address, part, stopped);
    },
  );
  return progressOf(deps, found.id, found.touchedAt, written);
}

async function reopen(
  deps: TransferDeps,
  actor: Person,
  named: { projectId: string; name: string; concat: string | undefined },
  { id, length }: Address,
): Promise<Sending> {
  const sending = await beginSending(deps, actor, { ...named, mode: 'resume', door });
  try {
    // Another transfer of the same name may have begun since it was looked up.
    if (sending.upload.id !== id) throw notThere();
    await sending.upload.announce(length, { keepEmpty: true });
    return sending;
  } catch (thrown) {
    await sending.upload.abandon();
    throw thrown;
  }
}

async function writePart(
  sending: Sending,
  { length }: Address,
  { stream, checksum }: Part,
  stopped: AbortSignal,
): Promise<Written> {
  const { upload, gate } = sending;
  const { projectId } = upload.underWay;
  const from = upload.size;
  try {
    const bytes = checksum === undefined ? stream : hashing(stream, checksum);
    await pour(sending, untilStopped(bytes, stopped), length - from);
    if (checksum?.matches() === false) throw checksumMismatch();
  } catch (thrown) {
    // A part with a checksum counts as a whole or not at all. When less than `from` is durable, so much stays.
    if (checksum !== undefined && !upload.over) await upload.rewind(from).catch(() => undefined);
    if (thrown instanceof AppError && thrown.code !== 'conflict') await upload.abandon();
    throw thrown;
  }
  if (upload.size < length) return { projectId, offset: upload.size, received: undefined };
  try {
    await gate();
    return { projectId, offset: length, received: await upload.finish() };
  } catch (thrown) {
    await upload.abandon();
    throw thrown;
  }
}

async function* hashing(
  stream: AsyncIterable<Uint8Array>,
  { hash }: Checksum,
): AsyncGenerator<Uint8Array, undefined> {
  for await (const chunk of stream) {
    hash.update(chunk);
    yield chunk;
  }
}

/** Ends a transfer and erases what came of it. Errors: `not-found`, `conflict` when the file is received. */
export async function endTransfer(deps: TransferDeps, actor: Person, address: Address): Promise<void> {
  const found = await settleTransfer(deps, actor, address);
  if (found.received !== undefined) {
    throw new AppError('conflict', {
      nb: 'Filen er allerede mottatt.',
      en: 'The file has already been received.',
    });
  }
  await removeInbound(deps, actor, found.projectId, found.name);
}

/** Until when an unfinished transfer is kept at least, in ms since 1970. */
export function expiresAtMs(deps: TransferDeps, touchedAtMs: number): number {
  return touchedAtMs + deps.keepUnfinishedDays * 86_400_000;
}

/** True of a file that was made of partial uploads. */
export function isJoined({ concat }: OwnUpload): boolean {
  return concat !== null && concat !== partialConcat;
}

function joinedOnly(): AppError {
  return new AppError('read-only', {
    nb: 'Filen er satt sammen av deler og tar ikke imot flere byte. Send den på nytt om den skal endres.',
    en: 'The file was joined from partial uploads and takes no more bytes. Send it again to change it.',
  });
}

function elsewhere(): AppError {
  return new AppError('conflict', {
    nb: 'Overføringen står et annet sted i filen. Spør etter Upload-Offset og fortsett der.',
    en: 'The transfer stands elsewhere in the file. Ask for Upload-Offset and go on there.',
  });
}

function notThere(): AppError {
  return new AppError('not-found', {
    nb: 'Overføringen finnes ikke lenger. Begynn på nytt.',
    en: 'The transfer is no longer there. Begin anew.',
  });
}
