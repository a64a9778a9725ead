/** Takes access back: a key is revoked, a role ends. Sessions and open files notice at their next step. */
import { recordAudit } from '../audit/audit.ts';
import { type Database, transact } from '../db/database.ts';
import { announce } from '../db/notices.ts';
import { keyRevoked, roleEnded } from '../notifications/access-letters.ts';
import { queueMail } from '../notifications/outbox.ts';
import type { Clock } from '../platform/clock.ts';
import { AppError } from '../platform/errors.ts';
import type { Random } from '../platform/random.ts';
import { revokeTokensOf } from './access-tokens.ts';
import {
  endMembership,
  findPerson,
  type KeyRow,
  listKeysOf,
  listMemberships,
  markKeyRevoked,
} from './people-store.ts';
import { type Actor, actorName, demand, type Role } from './permissions.ts';
import { endSessionsOf } from './sessions.ts';

interface RemovalDeps {
  db: Database;
  clock: Clock;
  random: Random;
}

function unknownPerson(id: string): AppError {
  return new AppError('not-found', { nb: `Fant ingen person ${id}.`, en: `There is no person ${id}.` });
}

/** The keys of a person, revoked ones too. Errors: `forbidden`, `not-found`. */
export async function listKeys(
  deps: { db: Database },
  actor: Actor,
  personId: string,
): Promise<readonly KeyRow[]> {
  demand(actor, 'people.manage');
  if ((await findPerson(deps.db, personId)) === undefined) throw unknownPerson(personId);
  return listKeysOf(deps.db, personId);
}

/** Revokes a key of a person and tells them. `reason` stands in the log and in the letter. Errors: `forbidden`, `not-found`. */
export async function revokeKey(
  deps: RemovalDeps,
  actor: Actor,
  input: { personId: string; fingerprint: string; reason: string },
): Promise<void> {
  demand(actor, 'people.manage');
  const { personId, fingerprint, reason } = input;
  const at = deps.clock.now();
  await transact(deps.db, async (tx) => {
    const person = await findPerson(tx, personId);
    if (person === undefined) throw unknownPerson(personId);
    if ((await markKeyRevoked(tx, personId, fingerprint, at)) === 0) {
      throw new AppError('not-found', {
        nb: `${personId} har ingen gyldig nøkkel ${fingerprint}. Se nøklene med: datasluse person keys ${personId}`,
        en: `${personId} has no valid key ${fingerprint}. See the keys with: datasluse person keys ${personId}`,
      });
    }
    const letter = keyRevoked(person.language, { name: person.name, fingerprint, reason });
    await queueMail(deps, tx, at, { to: person.email, ...letter });
    await announce(tx, 'access_changed', `key:${personId}`);
    await recordAudit(tx, at, {
      actor: actorName(actor),
      action: 'person.key-revoked',
      subject: `person:${personId}`,
      detail: { fingerprint, reason },
    });
  });
}

/**
 * Ends one role of a person, in a project or (staff) in every project, and tells them. What they sent stays.
 * Errors: `forbidden`, `not-found`.
 */
export async function removeRole(
  deps: RemovalDeps,
  actor: Actor,
  input: { personId: string; role: Role; projectId?: string | undefined; reason: string },
): Promise<void> {
  const { personId, role, projectId, reason } = input;
  demand(actor, 'people.manage', projectId);
  const at = deps.clock.now();
  await transact(deps.db, async (tx) => {
    const person = await findPerson(tx, personId);
    if (person === undefined) throw unknownPerson(personId);
    if (!(await endMembership(tx, { personId, projectId: projectId ?? null, role }, at))) {
      throw new AppError('not-found', {
        nb: `${personId} har ikke rollen ${role} i ${projectId ?? 'alle prosjekter'}. Se rollene med: datasluse person list`,
        en: `${personId} is not ${role} in ${projectId ?? 'every project'}. See the roles with: datasluse person list`,
      });
    }
    const letter = roleEnded(person.language, { name: person.name, projectId, role, reason });
    await queueMail(deps, tx, at, { to: person.email, ...letter });
    await announce(tx, 'access_changed', `role:${personId}`);
    if ((await listMemberships(tx, personId)).length === 0) {
      await endSessionsOf(tx, personId, actorName(actor), at);
      await revokeTokensOf(deps, tx, actorName(actor), personId);
    }
    await recordAudit(tx, at, {
      actor: actorName(actor),
      action: 'person.role-ended',
      subject: `person:${personId}`,
      ...(projectId === undefined ? {} : { projectId }),
      detail: { role, reason },
    });
  });
}
