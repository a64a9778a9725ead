/** Sealed bodies with their rows: begun, resumed, sealed, opened, and erased keys first. */
import type { Temporal } from 'temporal-polyfill';
import { recordAudit } from '../audit/audit.ts';
import { type Database, type Tx, transact } from '../db/database.ts';
import type { Clock } from '../platform/clock.ts';
import { AppError, hasCode } from '../platform/errors.ts';
import type { Random } from '../platform/random.ts';
import type { PlaintextHook, SealedWriter } from '../storage/gathering-writer.ts';
import type { KeyRing } from '../storage/key-ring.ts';
import { newObjectName, type ObjectStore } from '../storage/object-store.ts';
import { rewrapParts } from '../storage/part-keys.ts';
import { resumeSealedWriter, surveyPart, trimPart } from '../storage/resumed-writer.ts';
import type { Seal, SealedObject } from '../storage/seal.ts';
import type { SealThreads } from '../storage/seal-thread.ts';
import { openSealed, type SealedReader } from '../storage/sealed-reader.ts';
import { type PreparedWriter, prepareSealedWriter } from '../storage/sealed-writer.ts';
import { integrityFailed } from '../storage/storage-error.ts';
import {
  deleteKeys,
  deleteKeysOf,
  deleteRow,
  findBody,
  insertKeys,
  insertPart,
  type KeyRow,
  listKeys,
  listNames,
  listUnclaimed,
  markErased,
  markSealed,
  replaceKeys,
  touch,
} from './body-store.ts';
import { type BodyFault, type ReportedFault, sameKeys, watchReader } from './faults.ts';
import { listRootKeys, versionInUse } from './root-key-store.ts';

export interface VaultDeps {
  db: Database;
  store: ObjectStore;
  keyRing: KeyRing;
  random: Random;
  clock: Clock;
  /** Where large files are encrypted, hashed and decrypted; without them, in this thread. */
  sealThreads?: Pick<SealThreads, 'open' | 'openReading'> | undefined;
  /** Told of what is not as it was sealed; raises the alarm, and never throws. */
  onFault?: ((fault: ReportedFault) => void) | undefined;
}

/** Whose wraps: `inbound`, or `publication:ID`. */
export type Holder = string;

export interface BodyInput {
  projectId: string;
  holder: Holder;
  /** Every plaintext byte, in order, once it is sealed; the buffer passes to the callee. */
  onPlaintext?: PlaintextHook;
}

/**
 * Begins a body. Its row and its keys are there before the part is, so a part without a row is always a leftover, and
 * no byte is stored whose key is not kept. `owner` writes what names the body as its own into the same transaction.
 */
export async function beginBody(
  deps: VaultDeps,
  input: BodyInput,
  owner?: (tx: Tx, name: string) => Promise<void>,
): Promise<SealedWriter> {
  const name = newObjectName(deps.random);
  const at = deps.clock.now();
  let prepared: PreparedWriter | undefined;
  try {
    const ready = await transact(deps.db, async (tx) => {
      await insertPart(tx, name, input.projectId, at);
      const version = await versionInUse(tx);
      if (version !== undefined) deps.keyRing.advanceTo(version);
      const writer = prepareSealedWriter(deps, { name, ...input });
      prepared = writer;
      await insertKeys(tx, name, input.holder, writer.parts);
      await owner?.(tx, name);
      return writer;
    });
    return await ready.open();
  } catch (thrown) {
    prepared?.cancel();
    // Nobody will come for it. What cannot be taken back now, the sweep takes.
    await withdraw(deps, name).catch(() => undefined);
    throw refusedWrap(thrown);
  }
}

async function withdraw(deps: VaultDeps, name: string, writer?: SealedWriter): Promise<void> {
  await writer?.abort();
  await deps.store.remove(name);
  await transact(deps.db, async (tx) => {
    await deleteKeys(tx, [name]);
    await deleteRow(tx, name);
  });
}

/** The database refuses a wrap under a retired root key (migration 0005): a rotation has passed this upload by. */
function refusedWrap(thrown: unknown): unknown {
  if ((thrown as { code?: unknown } | null)?.code !== 'DS001') return thrown;
  return new AppError(
    'unavailable',
    {
      nb: 'Rotnøkkelen ble byttet akkurat nå. Prøv igjen.',
      en: 'The root key was rotated just now. Try again.',
    },
    { cause: thrown },
  );
}

/** A root key that is in use and not in our file is a rotation elsewhere, and no damage. Errors: `unavailable`. */
async function demandRootKeys(deps: VaultDeps, parts: readonly KeyRow[]): Promise<void> {
  const lacking = parts.find(({ rootVersion }) => !deps.keyRing.holds(rootVersion));
  if (lacking === undefined) return;
  const known = await listRootKeys(deps.db);
  if (known.some(({ version, state }) => version === lacking.rootVersion && state === 'in-use'))
    deps.keyRing.advanceTo(lacking.rootVersion);
}

/** What an upload's end may have left torn: two appends of up to 1 MiB in flight, and the one before. */
const TAIL_SEGMENTS = 48;
const SEGMENT = 65_536;

/**
 * Bytes of plaintext from which the unfinished body can go on, or undefined when there is nothing to go on from. The
 * end of the part is opened to see that it is whole. A multiple of 64 KiB, and always less than what is stored: a
 * client that finds its whole file there sends nothing more, and a file that nobody closes is never received.
 */
export async function resumableBytes(
  deps: VaultDeps,
  body: { name: string; projectId: string; holder: Holder },
): Promise<number | undefined> {
  const parts = await listKeys(deps.db, body.name, body.holder);
  if (parts.length === 0) return undefined;
  await demandRootKeys(deps, parts);
  try {
    const { durableBytes } = await surveyPart(deps, { ...body, parts }, { tailSegments: TAIL_SEGMENTS });
    return Math.max(0, Math.ceil(durableBytes / SEGMENT) - 1) * SEGMENT;
  } catch (thrown) {
    if (hasCode(thrown, 'not-found')) return undefined;
    if (!hasCode(thrown, 'integrity-failed')) throw thrown;
    deps.onFault?.({ kind: 'keys-differ', name: body.name, projectId: body.projectId });
    return undefined;
  }
}

/**
 * Goes on with an unfinished body at `offset`, under a new data key. What is stored before it is authenticated and
 * passes through `onPlaintext` again first. Errors: `not-resumable`.
 */
export async function resumeBody(
  deps: VaultDeps,
  input: BodyInput & { name: string; offset: number },
): Promise<SealedWriter> {
  const version = await versionInUse(deps.db);
  if (version !== undefined) deps.keyRing.advanceTo(version);
  const parts = await listKeys(deps.db, input.name, input.holder);
  await demandRootKeys(deps, parts);
  const writer = await resumeSealedWriter(deps, { ...input, parts }).catch(async (thrown: unknown) => {
    // Something before the end was lost, as a loss of power can do. From now on the size tells what is there.
    if (hasCode(thrown, 'not-resumable')) await trimPart(deps, { ...input, parts }).catch(() => undefined);
    if (hasCode(thrown, 'integrity-failed'))
      deps.onFault?.({ kind: 'keys-differ', name: input.name, projectId: input.projectId });
    throw thrown;
  });
  const at = deps.clock.now();
  try {
    await transact(deps.db, async (tx) => {
      await replaceKeys(tx, input.name, input.holder, writer.parts);
      await touch(tx, input.name, at);
    });
  } catch (thrown) {
    // Its key is not kept, so nothing may be written with it; the part must not stay open either.
    await writer.suspend().catch(() => undefined);
    throw refusedWrap(thrown);
  }
  return writer;
}

/**
 * Keeps the seal of a finished body, in the transaction that acknowledges it. Errors: `conflict` when the body was
 * erased meanwhile, so that nothing is acknowledged whose keys are gone.
 */
export async function keepSeal(tx: Tx, at: Temporal.Instant, name: string, seal: Seal): Promise<void> {
  if (await markSealed(tx, name, seal, at)) return;
  throw new AppError('conflict', {
    nb: 'Filen ble fjernet mens den kom, fordi den hadde ligget for lenge. Send den på nytt.',
    en: 'The file was removed while it arrived, because it had lain too long. Send it again.',
  });
}

/** Opens a sealed body with the keys that `holder` has. Errors: `not-found`, `closed` when they are destroyed. */
export async function openBody(
  deps: VaultDeps,
  body: { name: string; projectId: string; holder: Holder },
): Promise<SealedReader> {
  const sealed = await findSealed(deps, body);
  const fault = (kind: BodyFault) => deps.onFault?.({ kind, name: body.name, projectId: body.projectId });
  try {
    return watchReader(await openSealed(deps, sealed), () => fault('body-differs'));
  } catch (thrown) {
    // A body that is erased in this moment is gone rightly.
    const stands = (await findBody(deps.db, body.name))?.state === 'sealed';
    if (hasCode(thrown, 'integrity-failed'))
      fault(sameKeys(deps.keyRing, sealed) ? 'body-differs' : 'keys-differ');
    if (!stands || !hasCode(thrown, 'not-found')) throw thrown;
    fault('body-missing');
    throw integrityFailed(thrown);
  }
}

/** The seal and the wraps of `holder`. Errors: `not-found`, `closed` when they are destroyed, `integrity-failed`. */
export async function findSealed(
  deps: VaultDeps,
  body: { name: string; projectId: string; holder: Holder },
): Promise<SealedObject> {
  const found = await findBody(deps.db, body.name);
  if (found?.seal == null) throw gone('not-found');
  if (found.seal === 'unreadable') {
    deps.onFault?.({ kind: 'no-seal', name: body.name, projectId: body.projectId });
    throw integrityFailed();
  }
  const parts = await listKeys(deps.db, body.name, body.holder);
  if (parts.length === 0) throw gone('closed');
  await demandRootKeys(deps, parts);
  return { ...body, parts, seal: found.seal };
}

function gone(code: 'not-found' | 'closed'): AppError {
  return new AppError(code, {
    nb: 'Innholdet er slettet eller stengt og kan ikke leses lenger.',
    en: 'The content is deleted or closed and can no longer be read.',
  });
}

/**
 * Hands a body from one holder to another, in the transaction that makes it theirs: the same data keys, wrapped for
 * the new holder; the old holder's wraps are destroyed. No byte of the body is touched.
 */
export async function handOver(
  deps: Pick<VaultDeps, 'keyRing'>,
  tx: Tx,
  body: { name: string; projectId: string },
  from: Holder,
  to: Holder,
): Promise<void> {
  const parts = await listKeys(tx, body.name, from);
  const rewrapped = rewrapParts(deps, { ...body, holder: from, parts }, { ...body, holder: to });
  await replaceKeys(tx, body.name, to, rewrapped);
  await deleteKeysOf(tx, body.name, from);
}

/**
 * Destroys every wrap of these bodies and marks them erased. The bodies themselves go with `removeBodies` once the
 * transaction is kept; until then, and if the process dies in between, they are ciphertext without a key.
 */
export async function eraseKeys(tx: Tx, at: Temporal.Instant, names: readonly string[]): Promise<number> {
  const destroyed = await deleteKeys(tx, names);
  await markErased(tx, names, at);
  return destroyed;
}

export async function removeBodies(deps: Pick<VaultDeps, 'store'>, names: readonly string[]): Promise<void> {
  for (const name of names) await deps.store.remove(name);
}

/** Undoes `beginBody` for a body that never got an owner. */
export async function discardBody(deps: VaultDeps, writer: SealedWriter): Promise<void> {
  await withdraw(deps, writer.name, writer);
}

/**
 * Removes what nobody will come for: bodies begun or resumed more than `unclaimedDays` ago that no owner has ever
 * acknowledged, unless they are among `live`, and what the store holds without a live row (an erasure that was cut short, a leftover of a crash).
 */
export async function sweepStore(
  deps: VaultDeps & { unclaimedDays: number; live: ReadonlySet<string> },
): Promise<number> {
  const at = deps.clock.now();
  await transact(deps.db, async (tx) => {
    const old = await listUnclaimed(tx, at.subtract({ hours: 24 * deps.unclaimedDays }));
    const unclaimed = old.filter((name) => !deps.live.has(name));
    if (unclaimed.length === 0) return;
    const keysDestroyed = await eraseKeys(tx, at, unclaimed);
    await recordAudit(tx, at, {
      actor: 'clock',
      action: 'store.swept',
      subject: 'store',
      detail: { bodies: unclaimed, keysDestroyed },
    });
  });
  let removed = 0;
  let page: string[] = [];
  const flush = async (): Promise<void> => {
    const live = await listNames(deps.db, page);
    for (const name of page) {
      if (live.has(name)) continue;
      await deps.store.remove(name);
      removed += 1;
    }
    page = [];
  };
  for await (const object of deps.store.list()) {
    page.push(object.name);
    if (page.length >= 500) await flush();
  }
  await flush();
  return removed;
}
