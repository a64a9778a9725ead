/** Root keys as the database knows them: registered at start, and wraps carried over from an older one to the newest. */
import { recordAudit } from '../audit/audit.ts';
import { type Database, type Tx, transact } from '../db/database.ts';
import type { Clock } from '../platform/clock.ts';
import { AppError } from '../platform/errors.ts';
import type { KeyRing } from '../storage/key-ring.ts';
import {
  claimSecrets,
  claimWraps,
  insertRootKey,
  listRootKeys,
  updateSecret,
  updateWraps,
  type WrapPlace,
} from './root-key-store.ts';

/**
 * Makes the ring's versions known, and refuses a ring that is not the one the database is wrapped with.
 * Errors: `invalid-input` when a version in use is missing from the ring, or is another key there.
 */
export async function registerRootKeys(deps: {
  db: Database;
  keyRing: KeyRing;
  clock: Clock;
}): Promise<void> {
  const held = deps.keyRing.versions();
  const known = await listRootKeys(deps.db);
  const unknown = held.filter(({ version }) => known.every((one) => one.version !== version));
  if (unknown.length > 0) await insertAll(deps, unknown);
  // After the insertion: another instance may have been the first with another key.
  for (const { version, keyId, state } of await listRootKeys(deps.db)) {
    const same = held.find((one) => one.version === version);
    if (same === undefined && state === 'in-use') throw new AppError('invalid-input', lacking(version));
    if (same !== undefined && same.id !== keyId) throw new AppError('invalid-input', other(version));
  }
}

async function insertAll(
  deps: { db: Database; clock: Clock },
  names: readonly { version: number; id: string }[],
): Promise<void> {
  const at = deps.clock.now();
  await transact(deps.db, async (tx) => {
    const added: string[] = [];
    for (const { version, id } of names)
      if (await insertRootKey(tx, version, id, at)) added.push(String(version));
    if (added.length > 0)
      await recordAudit(tx, at, {
        actor: 'server',
        action: 'keys.registered',
        subject: 'root-key',
        detail: { versions: added },
      });
  });
}

/** What a step of a rotation did. */
export interface Rewrapped {
  /** Wraps that are under the new version now. */
  count: number;
  /** Bodies of which a wrap does not open; it stays as it is. */
  damaged: readonly string[];
  /** Where the next step goes on; undefined when there is nothing more. */
  next: WrapPlace | undefined;
}

/** Takes the next `limit` data keys that are under an older version, and wraps them under the ring's newest. Bodies are not touched. */
export async function rewrapDataKeys(
  tx: Tx,
  keyRing: KeyRing,
  step: { version: number; after: WrapPlace | undefined; limit: number },
): Promise<Rewrapped> {
  const rows = await claimWraps(tx, step.version, step.after, step.limit);
  const damaged: string[] = [];
  const anew: (WrapPlace & { wrapped: Uint8Array })[] = [];
  for (const { objectName, holder, firstSegment, projectId, wrapped } of rows) {
    const binding = { objectId: objectName, projectId, firstSegment, holder };
    const dataKey = unwrapOr(() => keyRing.unwrap(wrapped, binding));
    if (dataKey === undefined) {
      damaged.push(objectName);
      continue;
    }
    anew.push({ objectName, holder, firstSegment, wrapped: keyRing.wrap(dataKey, binding) });
    dataKey.fill(0);
  }
  await updateWraps(tx, anew);
  const last = rows.at(-1);
  return { count: anew.length, damaged, next: rows.length < step.limit ? undefined : last };
}

/** The same for the server's own secrets, all at once: they are few. Returns how many, and the purposes of those that do not open. */
export async function rewrapSecrets(
  tx: Tx,
  keyRing: KeyRing,
  version: number,
): Promise<{ count: number; damaged: readonly string[] }> {
  const damaged: string[] = [];
  let count = 0;
  for (const { purpose, wrapped } of await claimSecrets(tx, version)) {
    const secret = unwrapOr(() => keyRing.unwrapSecret(wrapped, purpose));
    if (secret === undefined) {
      damaged.push(purpose);
      continue;
    }
    await updateSecret(tx, purpose, keyRing.wrapSecret(secret, purpose));
    secret.fill(0);
    count += 1;
  }
  return { count, damaged };
}

function unwrapOr(unwrap: () => Uint8Array): Uint8Array | undefined {
  try {
    return unwrap();
  } catch (thrown) {
    if (thrown instanceof AppError && thrown.code === 'integrity-failed') return undefined;
    throw thrown;
  }
}

const lacking = (version: number) => ({
  nb: `Nøkkelfilen mangler rotnøkkel versjon ${version}, som databasens nøkler er pakket med. Kopier filen hit fra der nøkkelen ble byttet, eller hent den fra sikkerhetskopien.`,
  en: `The key file lacks root key version ${version}, under which keys in the database are wrapped. Copy the file here from where the key was rotated, or fetch it from the backup.`,
});
const other = (version: number) => ({
  nb: `Nøkkelfilen har en annen rotnøkkel som versjon ${version} enn den databasens nøkler er pakket med. Bruk nøkkelfilen som hører til denne databasen.`,
  en: `The key file has another root key as version ${version} than the one that keys in the database are wrapped under. Use the key file that belongs to this database.`,
});
