/** Compares one sealed body with its seal, for every holder of its keys. */
import { hasCode } from '../platform/errors.ts';
import { Seal, type SealedObject } from '../storage/seal.ts';
import { verifySealed } from '../storage/verify-sealed.ts';
import type { VaultDeps } from './bodies.ts';
import { listKeys } from './body-store.ts';
import { type BodyFault, sameKeys } from './faults.ts';
import { listHolders, listStates, type SealedRow } from './store-check-store.ts';

/**
 * Reads the whole body. `pace` is called after each MiB with the ciphertext bytes of it. A body that was erased in
 * between is no fault. Errors: `storage-failed` when the medium does not answer; what `pace` throws.
 */
export async function verifyBody(
  deps: VaultDeps,
  row: SealedRow,
  pace: (bytes: number) => Promise<void>,
): Promise<{ fault: BodyFault | undefined; bytes: number }> {
  const { fault, bytes } = await compare(deps, row, pace);
  if (fault === undefined) return { fault, bytes };
  const state = (await listStates(deps.db, [row.name])).get(row.name)?.state;
  return { fault: state === 'sealed' ? fault : undefined, bytes };
}

async function compare(
  deps: VaultDeps,
  { name, projectId, seal: raw }: SealedRow,
  pace: (bytes: number) => Promise<void>,
): Promise<{ fault: BodyFault | undefined; bytes: number }> {
  const parsed = Seal.safeParse(raw);
  if (!parsed.success) return { fault: 'no-seal', bytes: 0 };
  const seal = parsed.data;
  const held: SealedObject[] = [];
  for (const holder of await listHolders(deps.db, name)) {
    held.push({ name, projectId, holder, seal, parts: await listKeys(deps.db, name, holder) });
  }
  const [first] = held;
  if (first === undefined) return { fault: 'keys-missing', bytes: 0 };
  if (!held.every((one) => sameKeys(deps.keyRing, one))) return { fault: 'keys-differ', bytes: 0 };
  let seen = 0;
  try {
    await verifySealed(deps, first, {
      onProgress: async (verified) => {
        const more = Math.round((verified / Math.max(1, seal.plaintextBytes)) * seal.ciphertextBytes) - seen;
        seen += more;
        await pace(more);
      },
    });
    return { fault: undefined, bytes: seen };
  } catch (thrown) {
    if (hasCode(thrown, 'not-found')) return { fault: 'body-missing', bytes: seen };
    if (hasCode(thrown, 'integrity-failed')) return { fault: 'body-differs', bytes: seen };
    throw thrown;
  }
}
