/** Sealed bodies with their rows: begun, resumed, sealed, opened, and erased keys first. */
import type { Temporal } from 'temporal-polyfill';
import { recordAudit } from '../audit/audit.ts';
import { type Database, type Tx, transact } from '../db/database.ts';
import type { Clock } from '../platform/clock.ts';
import { AppError } from '../platform/errors.ts';
import type { Random } from '../platform/random.ts';
import type { KeyRing } from '../storage/key-ring.ts';
import { newObjectName, type ObjectStore } from '../storage/object-store.ts';
import { rewrapParts } from '../storage/part-keys.ts';
import { resumeSealedWriter } from '../storage/resumed-writer.ts';
import type { Seal } from '../storage/seal.ts';
import { openSealed, type SealedReader } from '../storage/sealed-reader.ts';
import { createSealedWriter, type SealedWriter } from '../storage/sealed-writer.ts';
import {
  deleteKeys,
  deleteKeysOf,
  deleteRow,
  findBody,
  insertPart,
  listKeys,
  listNames,
  listUnclaimed,
  markErased,
  markSealed,
  replaceKeys,
  touch,
} from './body-store.ts';

export interface VaultDeps {
  db: Database;
  store: ObjectStore;
  keyRing: KeyRing;
  random: Random;
  clock: Clock;
}

/** Whose wraps: `inbound`, or `publication:ID`. */
export type Holder = string;

export interface BodyInput {
  projectId: string;
  holder: Holder;
  /** Every plaintext byte, in order, once it is sealed; the buffer passes to the callee. */
  onPlaintext?: (chunk: Uint8Array) => Promise<void>;
}

/**
 * Begins a body. Its row is there before the part is, so a part without a row is always a leftover; its keys are
 * kept before the first byte can be.
 */
export async function beginBody(deps: VaultDeps, input: BodyInput): Promise<SealedWriter> {
  const name = newObjectName(deps.random);
  const at = deps.clock.now();
  await transact(deps.db, (tx) => insertPart(tx, name, input.projectId, at));
  const writer = await createSealedWriter(deps, { name, ...input });
  await transact(deps.db, (tx) => replaceKeys(tx, name, input.holder, writer.parts));
  return writer;
}

/** Bytes of plaintext from which the unfinished body can go on, or undefined when there is nothing to go on from. */
export async function resumableBytes(deps: VaultDeps, name: string): Promise<number | undefined> {
  const size = await partSize(deps, name);
  return size === undefined ? undefined : Math.floor(size / SEALED_SEGMENT) * SEGMENT;
}

const SEGMENT = 65_536;
const SEALED_SEGMENT = SEGMENT + 28;

async function partSize(deps: VaultDeps, name: string): Promise<number | undefined> {
  try {
    const part = await deps.store.openPart(name);
    const size = part.size();
    await part.close();
    return size;
  } catch (thrown) {
    if (thrown instanceof AppError && thrown.code === 'not-found') return undefined;
    throw thrown;
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
  const parts = await listKeys(deps.db, input.name, input.holder);
  const writer = await resumeSealedWriter(deps, { ...input, parts });
  const at = deps.clock.now();
  await transact(deps.db, async (tx) => {
    await replaceKeys(tx, input.name, input.holder, writer.parts);
    await touch(tx, input.name, at);
  });
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
  const found = await findBody(deps.db, body.name);
  if (found?.seal == null) throw gone('not-found');
  const parts = await listKeys(deps.db, body.name, body.holder);
  if (parts.length === 0) throw gone('closed');
  return openSealed(deps, { ...body, parts, seal: found.seal });
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
  await writer.abort();
  await deps.store.remove(writer.name);
  await transact(deps.db, async (tx) => {
    await deleteKeys(tx, [writer.name]);
    await deleteRow(tx, writer.name);
  });
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
