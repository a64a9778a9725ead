/** The server's own secrets (SSH host key, receipt signing key): one row each, wrapped under the root key, shared by all instances. */
import { recordAudit } from '../audit/audit.ts';
import { type Database, transact } from '../db/database.ts';
import type { Clock } from '../platform/clock.ts';
import type { KeyRing } from '../storage/key-ring.ts';
import { countSecrets, findSecret, insertSecret } from './server-secret-store.ts';

export interface ServerSecret {
  secret: Uint8Array;
  /** What may be shown to anybody, such as a public key. */
  publicPart: string;
}

/** The secret of that purpose; made by `create` the first time, and by one instance only. */
export async function serverSecret(
  deps: { db: Database; keyRing: KeyRing; clock: Clock },
  purpose: string,
  create: () => Promise<ServerSecret> | ServerSecret,
): Promise<ServerSecret> {
  const found = await findSecret(deps.db, purpose);
  if (found === undefined) {
    const made = await create();
    const wrapped = deps.keyRing.wrapSecret(made.secret, purpose);
    const at = deps.clock.now();
    await transact(deps.db, async (tx) => {
      if (!(await insertSecret(tx, purpose, wrapped, made.publicPart, at))) return;
      await recordAudit(tx, at, { actor: 'server', action: 'server.secret-made', subject: purpose });
    });
  }
  const row = found ?? (await findSecret(deps.db, purpose));
  if (row === undefined) throw new Error(`the server secret ${purpose} vanished`);
  return { secret: deps.keyRing.unwrapSecret(row.wrapped, purpose), publicPart: row.publicPart };
}

/** The public part alone; it takes no root key. */
export async function publicPartOf(deps: { db: Database }, purpose: string): Promise<string | undefined> {
  return (await findSecret(deps.db, purpose))?.publicPart;
}

/** True once the service has made a secret, and so has a root key that must not be replaced. */
export async function anyServerSecret(deps: { db: Database }): Promise<boolean> {
  return (await countSecrets(deps.db)) > 0;
}
