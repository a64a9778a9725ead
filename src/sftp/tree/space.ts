/** How much room a project has: its quota, or less when the store's medium has less. */
import { projectQuota, type QuotaDeps } from '../../cases/quota.ts';
import { projectUse } from '../../inbound/usage.ts';

export interface SpaceDeps extends QuotaDeps {
  space(): Promise<{ totalBytes: number; freeBytes: number }>;
}

export async function projectSpace(
  deps: SpaceDeps,
  projectId: string,
): Promise<{ totalBytes: number; freeBytes: number }> {
  const [quota, used, medium] = await Promise.all([
    projectQuota(deps, projectId),
    projectUse(deps, projectId),
    deps.space(),
  ]);
  const freeBytes = Math.max(0, Math.min(quota - used, medium.freeBytes));
  // What is used is total less free, to a client: a medium with less room must not look like used room.
  return { totalBytes: used + freeBytes, freeBytes };
}
