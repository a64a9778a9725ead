/** A person's own SSH keys, as they manage them on the web. */
import { recordAudit } from '../audit/audit.ts';
import { type Database, transact } from '../db/database.ts';
import { announce } from '../db/notices.ts';
import { pgErrorCode } from '../db/pg-error.ts';
import { queueMail } from '../notifications/outbox.ts';
import { keyAdded } from '../notifications/sign-in-letters.ts';
import type { Clock } from '../platform/clock.ts';
import { AppError } from '../platform/errors.ts';
import type { Random } from '../platform/random.ts';
import { addKey, findPerson, hasLiveKey, type KeyRow, listKeysOf, markKeyRevoked } from './people-store.ts';
import { type Actor, actorName } from './permissions.ts';
import { parsePublicKey } from './ssh-keys.ts';
import { demandRecent, demandSession, recentMinutes } from './step-up.ts';

interface OwnKeyDeps {
  db: Database;
  clock: Clock;
  random: Random;
}

type Person = Actor & { kind: 'person' };

const LIMIT_KEYS = 20;

/** One's keys, revoked ones too. */
export function listOwnKeys(deps: { db: Database }, actor: Person): Promise<readonly KeyRow[]> {
  return listKeysOf(deps.db, actor.personId);
}

/**
 * Adds a key, given as the line of a `.pub` file, and tells the person.
 * Errors: `step-up-needed`, `forbidden`, `invalid-input`, `conflict` (in use, or too many).
 */
export async function addOwnKey(
  deps: OwnKeyDeps,
  actor: Person,
  line: string,
): Promise<{ fingerprint: string }> {
  demandRecent(deps, actor, recentMinutes);
  const key = parsePublicKey(line);
  const { fingerprint } = key;
  const at = deps.clock.now();
  try {
    await transact(deps.db, async (tx) => {
      const person = await findPerson(tx, actor.personId);
      if (person === undefined || (await hasLiveKey(tx, person.id, key.blob))) return;
      const live = (await listKeysOf(tx, person.id)).filter(({ revokedAt }) => revokedAt === null);
      if (live.length >= LIMIT_KEYS) throw tooMany();
      await addKey(tx, deps.random.uuid(), person.id, key, at);
      const letter = keyAdded(person.language, { name: person.name, fingerprint });
      await queueMail(deps, tx, at, { to: person.email, ...letter });
      await recordAudit(tx, at, {
        actor: actorName(actor),
        action: 'person.key-added',
        subject: `person:${person.id}`,
        detail: { fingerprint },
      });
    });
  } catch (thrown) {
    if (pgErrorCode(thrown) !== 'unique') throw thrown;
    throw new AppError('conflict', {
      nb: 'Nøkkelen er allerede i bruk av en annen. Hver person må ha sin egen.',
      en: 'That key is already in use by someone else. Each person needs their own.',
    });
  }
  return { fingerprint };
}

/** Revokes one of one's own keys; what was opened with it closes at once. Errors: `forbidden`, `not-found`. */
export async function revokeOwnKey(deps: OwnKeyDeps, actor: Person, fingerprint: string): Promise<void> {
  demandSession(actor);
  const at = deps.clock.now();
  await transact(deps.db, async (tx) => {
    if ((await markKeyRevoked(tx, actor.personId, fingerprint, at)) === 0) {
      throw new AppError('not-found', {
        nb: 'Du har ingen gyldig nøkkel med dette fingeravtrykket.',
        en: 'You have no valid key with this fingerprint.',
      });
    }
    await announce(tx, 'access_changed', `key:${actor.personId}`);
    await recordAudit(tx, at, {
      actor: actorName(actor),
      action: 'person.key-revoked',
      subject: `person:${actor.personId}`,
      detail: { fingerprint, reason: 'own' },
    });
  });
}

function tooMany(): AppError {
  return new AppError('conflict', {
    nb: `Du har allerede ${LIMIT_KEYS} nøkler. Trekk tilbake dem du ikke bruker.`,
    en: `You have ${LIMIT_KEYS} keys already. Revoke those that you do not use.`,
  });
}
