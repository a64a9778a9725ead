/** Whom an identity belongs to: staff say so, or the person does with an invitation. Nobody is made by signing in. */
import { createHmac } from 'node:crypto';
import { recordAudit } from '../audit/audit.ts';
import { type Database, type Tx, transact } from '../db/database.ts';
import { queueMail } from '../notifications/outbox.ts';
import { identityLinked, invitation } from '../notifications/sign-in-letters.ts';
import { type Clock, zone } from '../platform/clock.ts';
import { AppError } from '../platform/errors.ts';
import type { Random } from '../platform/random.ts';
import { hashHandle, newHandle } from './handles.ts';
import {
  endInvitationsOf,
  findLinkedPerson,
  insertInvitation,
  insertLink,
  removeLinks,
} from './linked-identity-store.ts';
import { findPerson, type Person } from './people-store.ts';
import { type Actor, actorName, demand } from './permissions.ts';
import { endSessionsOf } from './sessions.ts';

export interface LinkDeps {
  db: Database;
  clock: Clock;
  random: Random;
  /** The server's own secret. Without it, an identity number could be found from a copy of the database at once. */
  identitySecret: Uint8Array;
}

export const invitationHours = 72;
/** Machines are linked as people are: by the number of their organisation. */
export const maskinportenId = 'maskinporten';
const purpose = 'invitation';

/** What stands in the tables for an identity: an HMAC, of whatever the provider calls the person. */
export function hashSubject(
  deps: { identitySecret: Uint8Array },
  provider: string,
  subject: string,
): Uint8Array {
  return createHmac('sha256', deps.identitySecret)
    .update(JSON.stringify(['identity', provider, subject]))
    .digest();
}

export function hashInvitation(code: string): Uint8Array {
  return hashHandle(purpose, code);
}

/** The person of an identity, if it belongs to one. */
export function personOf(
  deps: { db: Database; identitySecret: Uint8Array },
  provider: string,
  subject: string,
): Promise<string | undefined> {
  return findLinkedPerson(deps.db, provider, hashSubject(deps, provider, subject));
}

/**
 * Ties an identity to a person and tells them. `subject` is kept nowhere.
 * Errors: `forbidden`, `not-found`, `conflict` (the identity is somebody's already), `invalid-input`.
 */
export async function linkIdentity(
  deps: LinkDeps,
  actor: Actor,
  link: { personId: string; provider: string; subject: string },
): Promise<void> {
  demand(actor, 'people.manage');
  const subject = link.subject.trim();
  if (subject === '' || subject.length > 255) {
    throw new AppError('invalid-input', {
      nb: 'Identiteten er tom eller for lang.',
      en: 'The identity is empty or too long.',
    });
  }
  await transact(deps.db, async (tx) => {
    const person = await knownPerson(tx, link.personId);
    await tie(deps, tx, {
      person,
      provider: link.provider,
      subject,
      by: actorName(actor),
      told: link.provider,
    });
  });
}

/** The same inside `tx`. `told`: how the letter names the provider. Errors: `conflict`. */
export async function tie(
  deps: LinkDeps,
  tx: Tx,
  link: { person: Person; provider: string; subject: string; by: string; told: string },
): Promise<void> {
  const { person, provider, by } = link;
  const at = deps.clock.now();
  const subjectHash = hashSubject(deps, provider, link.subject);
  const row = {
    id: deps.random.uuid(),
    personId: person.id,
    provider,
    subjectHash,
    linkedAt: at,
    linkedBy: by,
  };
  if (!(await insertLink(tx, row))) {
    throw new AppError('conflict', {
      nb: 'Denne innloggingen er allerede knyttet til en bruker. Den må kobles fra først.',
      en: 'This way to sign in is tied to a user already. It has to be untied first.',
    });
  }
  const letter = identityLinked(person.language, { name: person.name, provider: link.told });
  await queueMail(deps, tx, at, { to: person.email, ...letter });
  await recordAudit(tx, at, {
    actor: by,
    action: 'identity.linked',
    subject: `person:${person.id}`,
    detail: { provider },
  });
}

/** Unties what a provider knows a person by, and ends their sessions. Errors: `forbidden`, `not-found`. */
export async function unlinkIdentity(
  deps: LinkDeps,
  actor: Actor,
  link: { personId: string; provider: string },
): Promise<void> {
  demand(actor, 'people.manage');
  const { personId, provider } = link;
  const at = deps.clock.now();
  await transact(deps.db, async (tx) => {
    if ((await removeLinks(tx, personId, provider, at)) === 0) {
      throw new AppError('not-found', {
        nb: `${personId} har ingen innlogging hos ${provider}.`,
        en: `${personId} has no way to sign in at ${provider}.`,
      });
    }
    await endSessionsOf(tx, personId, actorName(actor), at);
    await recordAudit(tx, at, {
      actor: actorName(actor),
      action: 'identity.unlinked',
      subject: `person:${personId}`,
      detail: { provider },
    });
  });
}

/**
 * Mails a person a link with which the identity that they sign in with becomes theirs. One made before is no longer good.
 * Errors: `forbidden`, `not-found`.
 */
export async function invite(
  deps: LinkDeps,
  actor: Actor,
  input: { personId: string; publicUrl: string },
): Promise<{ to: string }> {
  demand(actor, 'people.manage');
  const at = deps.clock.now();
  const expiresAt = at.add({ hours: invitationHours });
  const code = newHandle(deps.random);
  return transact(deps.db, async (tx) => {
    const person = await knownPerson(tx, input.personId);
    await endInvitationsOf(tx, person.id);
    await insertInvitation(tx, {
      id: deps.random.uuid(),
      codeHash: hashInvitation(code),
      personId: person.id,
      madeAt: at,
      expiresAt,
    });
    const letter = invitation(person.language, {
      name: person.name,
      // After #, so that no log of a server or a proxy has it.
      link: `${input.publicUrl}/#invitation=${code}`,
      until: expiresAt.toZonedDateTimeISO(zone),
    });
    await queueMail(deps, tx, at, { to: person.email, ...letter });
    await recordAudit(tx, at, {
      actor: actorName(actor),
      action: 'invitation.sent',
      subject: `person:${person.id}`,
      detail: { expiresAt: expiresAt.toString() },
    });
    return { to: person.email };
  });
}

async function knownPerson(tx: Tx, id: string): Promise<Person> {
  const person = await findPerson(tx, id);
  if (person !== undefined) return person;
  throw new AppError('not-found', { nb: `Fant ingen person ${id}.`, en: `There is no person ${id}.` });
}
