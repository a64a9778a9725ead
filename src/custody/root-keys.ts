/** The root key's life: rotated while the service runs, and destroyed when nothing is wrapped under it any more. */
import { recordAudit } from '../audit/audit.ts';
import { type Database, transact } from '../db/database.ts';
import { type Actor, actorName, demand } from '../identity/permissions.ts';
import type { Clock } from '../platform/clock.ts';
import { AppError } from '../platform/errors.ts';
import type { Log } from '../platform/log.ts';
import type { KeyRing } from '../storage/key-ring.ts';
import type { RootKeyFile } from '../storage/root-key-change.ts';
import {
  countWraps,
  insertRootKey,
  listRootKeys,
  lockRootKeys,
  markRetired,
  versionInUse,
  type WrapPlace,
} from '../vault/root-key-store.ts';
import { rewrapDataKeys, rewrapSecrets } from '../vault/root-keys.ts';

export interface RootKeyDeps {
  db: Database;
  keyRing: KeyRing;
  rootKeyFile: RootKeyFile;
  clock: Clock;
  log: Log;
}

export interface RootKeyStatus {
  version: number;
  /** `in-use`: opens, and the highest of them wraps. */
  state: 'in-use' | 'retired';
  wrapsNew: boolean;
  inFile: boolean;
  /** Wrapped data keys of bodies, and secrets of the server, that are under it. */
  dataKeys: number;
  secrets: number;
  registeredAt: Date;
  retiredAt: Date | null;
}

/** Every root key that was ever in use. Errors: `forbidden`. */
export async function rootKeyStatus(deps: RootKeyDeps, actor: Actor): Promise<readonly RootKeyStatus[]> {
  demand(actor, 'keys.manage');
  const counts = await countWraps(deps.db);
  const inFile = deps.rootKeyFile.versions();
  const newest = await versionInUse(deps.db);
  return (await listRootKeys(deps.db)).map(({ version, state, registeredAt, retiredAt }) => {
    const count = counts.find((one) => one.version === version);
    return {
      version,
      state,
      wrapsNew: version === newest,
      inFile: inFile.includes(version),
      dataKeys: count?.dataKeys ?? 0,
      secrets: count?.secrets ?? 0,
      registeredAt,
      retiredAt,
    };
  });
}

export interface Rotation {
  /** What everything is wrapped under now. */
  version: number;
  /** True when an earlier rotation was cut short, and this went on with it. */
  resumed: boolean;
  rewrapped: number;
  /** Bodies and secrets of which a wrap does not open: left as they were. */
  damaged: readonly string[];
  /** Wraps under older versions that remain, the damaged ones included. */
  remaining: number;
}

/** Small enough that a row is held for a moment only, large enough that the audit log has few events. */
const WRAPS_PER_STEP = 500;
/** Uploads that were resumed meanwhile may have put back a wrap that was carried over. */
const PASSES = 5;

/**
 * Makes a new root key, or goes on with a rotation that was cut short, and wraps every data key and secret under it.
 * Bodies are not touched, and the old key stays in the file until `retireRootKey`. Safe beside running instances: what
 * they wrap meanwhile is under the new version. Errors: `forbidden`, `read-only` (the key file), `storage-failed`.
 */
export async function rotateRootKey(
  deps: RootKeyDeps,
  actor: Actor,
  options: { onProgress?: (done: number, total: number) => void; wrapsPerStep?: number } = {},
): Promise<Rotation> {
  demand(actor, 'keys.manage');
  const { version, resumed, total } = await begin(deps, actor);
  const damaged = new Set<string>();
  let rewrapped = 0;
  const count = (more: number): void => {
    rewrapped += more;
    options.onProgress?.(rewrapped, total);
  };
  const step = async (after: WrapPlace | undefined): Promise<WrapPlace | undefined> =>
    transact(deps.db, async (tx) => {
      const done = await rewrapDataKeys(tx, deps.keyRing, {
        version,
        after,
        limit: options.wrapsPerStep ?? WRAPS_PER_STEP,
      });
      for (const name of done.damaged) damaged.add(name);
      await note(tx, done.count);
      count(done.count);
      return done.next;
    });
  const note = async (tx: Parameters<typeof recordAudit>[0], wraps: number): Promise<void> => {
    if (wraps === 0) return;
    await recordAudit(tx, deps.clock.now(), {
      actor: actorName(actor),
      action: 'keys.rewrapped',
      subject: `root-key:${version}`,
      detail: { wraps },
    });
  };

  await transact(deps.db, async (tx) => {
    const secrets = await rewrapSecrets(tx, deps.keyRing, version);
    for (const purpose of secrets.damaged) damaged.add(purpose);
    await note(tx, secrets.count);
    count(secrets.count);
  });
  let remaining = await countBelow(deps.db, version);
  for (let pass = 0; pass < PASSES && remaining > 0; pass += 1) {
    const before = rewrapped;
    let after = await step(undefined);
    while (after !== undefined) after = await step(after);
    remaining = await countBelow(deps.db, version);
    if (rewrapped === before) break;
  }
  for (const name of damaged)
    deps.log.error(
      { body: name, code: 'integrity-failed' },
      'a wrapped key does not open; it was left as it is',
    );
  await transact(deps.db, (tx) =>
    recordAudit(tx, deps.clock.now(), {
      actor: actorName(actor),
      action: 'keys.rotated',
      subject: `root-key:${version}`,
      detail: { rewrapped, remaining, damaged: [...damaged] },
    }),
  );
  return { version, resumed, rewrapped, damaged: [...damaged], remaining };
}

async function countBelow(db: Parameters<typeof countWraps>[0], version: number): Promise<number> {
  const below = (await countWraps(db)).filter((one) => one.version < version);
  return below.reduce((sum, { dataKeys, secrets }) => sum + dataKeys + secrets, 0);
}

/**
 * Which version to rotate to. Two that begin at once take turns, and the second finds what the first has begun. A
 * version that is in the file and not yet known was put there by hand, or by a run that was killed: it is taken.
 */
async function begin(
  deps: RootKeyDeps,
  actor: Actor,
): Promise<{ version: number; resumed: boolean; total: number }> {
  const at = deps.clock.now();
  return transact(deps.db, async (tx) => {
    await lockRootKeys(tx);
    const inUse = (await versionInUse(tx)) ?? 0;
    const left = await countBelow(tx, inUse);
    if (left > 0) {
      deps.keyRing.advanceTo(inUse);
      return { version: inUse, resumed: true, total: left };
    }
    const inFile = deps.rootKeyFile.versions().at(-1) ?? 0;
    const version = inFile > inUse ? inFile : await deps.rootKeyFile.add();
    deps.keyRing.reload();
    const id = deps.keyRing.versions().find((one) => one.version === version)?.id;
    if (id === undefined) throw new Error(`the key file has no version ${version} after it was added`);
    await insertRootKey(tx, version, id, at);
    await recordAudit(tx, at, {
      actor: actorName(actor),
      action: 'keys.rotation-begun',
      subject: `root-key:${version}`,
      detail: { from: inUse },
    });
    return { version, resumed: false, total: await countBelow(tx, version) };
  });
}

/**
 * Destroys a root key under which nothing is wrapped any more: first no process may wrap under it, then it goes from
 * the file. Given again, it finishes what was cut short. Errors: `forbidden`, `not-found`, `conflict` while it is
 * the newest or anything is wrapped under it, `read-only` (the key file).
 */
export async function retireRootKey(deps: RootKeyDeps, actor: Actor, version: number): Promise<void> {
  demand(actor, 'keys.manage');
  const at = deps.clock.now();
  await transact(deps.db, async (tx) => {
    await lockRootKeys(tx);
    const known = (await listRootKeys(tx)).find((one) => one.version === version);
    if (known === undefined) throw unknown(version);
    if (known.state === 'retired') return;
    if (version === (await versionInUse(tx))) throw newest(version);
    const count = (await countWraps(tx)).find((one) => one.version === version);
    if (count !== undefined) throw inUse(version, count.dataKeys + count.secrets);
    await markRetired(tx, version, at);
    await recordAudit(tx, at, {
      actor: actorName(actor),
      action: 'keys.retired',
      subject: `root-key:${version}`,
    });
  });
  await deps.rootKeyFile.remove(version);
}

function unknown(version: number): AppError {
  return new AppError('not-found', {
    nb: `Det finnes ingen rotnøkkel med versjon ${version}. Se datasluse keys status.`,
    en: `There is no root key of version ${version}. See datasluse keys status.`,
  });
}

function newest(version: number): AppError {
  return new AppError('conflict', {
    nb: `Rotnøkkel ${version} er den nyeste og pakker nye nøkler. Bytt den først med datasluse keys rotate.`,
    en: `Root key ${version} is the newest and wraps new keys. Rotate it first with datasluse keys rotate.`,
  });
}

function inUse(version: number, wraps: number): AppError {
  return new AppError('conflict', {
    nb: `${wraps} nøkler er fortsatt pakket med rotnøkkel ${version}. Pakk dem om med datasluse keys rotate, og prøv igjen.`,
    en: `${wraps} keys are still wrapped under root key ${version}. Carry them over with datasluse keys rotate, and try again.`,
  });
}
