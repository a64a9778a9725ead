/** The data keys of one body, opened: which key seals which segment. */
import { createHmac } from 'node:crypto';
import type { KeyBinding, KeyRing } from './key-ring.ts';
import type { HeldParts, Holding, SealedObject, WrappedPart } from './seal.ts';
import { integrityFailed } from './storage-error.ts';

export interface PartKey {
  readonly firstSegment: number;
  readonly dataKey: Uint8Array;
}

/** What the wrap of one part of a body is bound to. */
export function bindingOf(holding: Holding, firstSegment: number): KeyBinding {
  return { objectId: holding.name, projectId: holding.projectId, firstSegment, holder: holding.holder };
}

/** Unwraps every part. `integrity-failed` unless the parts start at segment 0 and ascend, and each wrap is ours. */
export function openPartKeys(keyRing: KeyRing, held: HeldParts): PartKey[] {
  const keys: PartKey[] = [];
  try {
    for (const { firstSegment, wrapped } of held.parts) {
      const above = keys.at(-1)?.firstSegment ?? -1;
      if (!Number.isSafeInteger(firstSegment) || firstSegment <= above) throw integrityFailed();
      const dataKey = keyRing.unwrap(wrapped, bindingOf(held, firstSegment));
      keys.push({ firstSegment, dataKey });
    }
    if (keys[0]?.firstSegment !== 0) throw integrityFailed();
    return keys;
  } catch (cause) {
    zeroKeys(keys);
    throw cause;
  }
}

/** The one key that may have sealed this segment. */
export function keyOfSegment(keys: readonly PartKey[], segment: number): Uint8Array {
  const part = keys.findLast(({ firstSegment }) => firstSegment <= segment);
  if (!part) throw integrityFailed();
  return part.dataKey;
}

export function zeroKeys(keys: readonly PartKey[]): void {
  for (const { dataKey } of keys) dataKey.fill(0);
}

/** Names a data key without telling anything of it: 16 hex digits. */
export function keyId(dataKey: Uint8Array): string {
  return createHmac('sha256', dataKey).update('datasluse/1/key-id').digest('hex').slice(0, 16);
}

/**
 * The same data keys wrapped for another holder, for example one publication. The old wraps stay good; destroying a
 * holder's wraps ends that holder's access and nobody else's.
 */
export function rewrapParts(
  deps: { readonly keyRing: KeyRing },
  held: HeldParts | SealedObject,
  to: { readonly projectId: string; readonly holder: string },
): WrappedPart[] {
  const keys = openPartKeys(deps.keyRing, held);
  try {
    return keys.map(({ firstSegment, dataKey }) => {
      const binding = bindingOf({ name: held.name, ...to }, firstSegment);
      return { firstSegment, wrapped: deps.keyRing.wrap(dataKey, binding) };
    });
  } finally {
    zeroKeys(keys);
  }
}
