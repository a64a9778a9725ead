/** What a project has stored; doors get it from here. */
import type { Database } from '../db/database.ts';
import { usedBytes } from '../vault/room.ts';

/** Bytes of plaintext of everything kept for the project: files that came, drafts and deliveries, and what is under way. */
export function projectUse(deps: { db: Database }, projectId: string): Promise<number> {
  return usedBytes(deps, projectId);
}
