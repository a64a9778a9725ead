/** Rows of people's SSH keys that files can be encrypted to. */
import type { Database } from '../db/database.ts';

/** A person's live Ed25519 keys in SSH wire format, the newest first. */
export async function listEd25519Keys(
  db: Database,
  personId: string,
): Promise<readonly { blob: Uint8Array; fingerprint: string }[]> {
  return db
    .selectFrom('ssh_key')
    .select(['blob', 'fingerprint'])
    .where('person_id', '=', personId)
    .where('algorithm', '=', 'ssh-ed25519')
    .where('revoked_at', 'is', null)
    .orderBy('added_at', 'desc')
    .orderBy('id')
    .execute();
}
