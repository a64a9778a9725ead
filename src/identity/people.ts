/** People, what they may do where, and the keys that prove who they are. */
import { z } from 'zod';
import { recordAudit } from '../audit/audit.ts';
import { type Database, transact } from '../db/database.ts';
import { pgErrorCode } from '../db/pg-error.ts';
import type { Clock } from '../platform/clock.ts';
import { AppError } from '../platform/errors.ts';
import { demandOneLine } from '../platform/one-line.ts';
import type { Random } from '../platform/random.ts';
import { isLiveToken } from './access-token-store.ts';
import {
  addKey,
  addMembership,
  findPerson,
  findPersonByKey,
  hasLiveKey,
  isLiveKey,
  listMemberships,
  listPeople,
  type Person,
  type PersonRow,
  savePerson,
} from './people-store.ts';
import {
  type Action,
  type Actor,
  actorName,
  demand,
  may,
  roles,
  staffRoles,
  type Via,
} from './permissions.ts';
import { narrowed } from './scope.ts';
import { isLiveSession } from './session-store.ts';
import { parsePublicKey } from './ssh-keys.ts';

export const NewPerson = z.object({
  /** The name typed in `sftp NAME@host`. */
  id: z
    .string()
    .regex(/^[a-z][a-z0-9._-]{0,31}$/, 'lower-case letters, digits, dot, hyphen; at most 32 characters'),
  /** Name and address may be left out for somebody who is known. */
  name: z.string().trim().min(1).max(200).optional(),
  email: z.email().optional(),
  language: z.enum(['nb', 'nn', 'en']).optional(),
  projectId: z.string().optional(),
  role: z.enum(roles),
  /** The line of a `.pub` file. */
  sshKey: z.string().optional(),
});
export type NewPerson = z.infer<typeof NewPerson>;

interface PeopleDeps {
  db: Database;
  clock: Clock;
  random: Random;
}

/**
 * Adds a person with a role, or a further role and key to one who is known already.
 * Errors: `forbidden`, `invalid-input` (role without project, bad key, a name of several lines), `not-found` (no such project), `conflict` (key in use).
 */
export async function addPerson(deps: PeopleDeps, actor: Actor, person: NewPerson): Promise<void> {
  demand(actor, 'people.manage', person.projectId);
  if (person.projectId === undefined && !staffRoles.includes(person.role)) {
    throw new AppError('invalid-input', {
      nb: `Rollen ${person.role} gjelder alltid ett prosjekt. Oppgi hvilket.`,
      en: `The role ${person.role} always belongs to one project. Say which.`,
    });
  }
  if (person.name !== undefined) demandOneLine(person.name, { nb: 'Navnet', en: 'The name' });
  const key = person.sshKey === undefined ? undefined : parsePublicKey(person.sshKey);
  const at = deps.clock.now();
  try {
    await transact(deps.db, async (tx) => {
      const known = await findPerson(tx, person.id);
      if (known !== undefined && changes(person, known) && !may(actor, 'people.manage')) throw notTheirs();
      await savePerson(tx, completed(person, known), at);
      await addMembership(tx, deps.random.uuid(), person.id, person.projectId ?? null, person.role, at);
      if (key !== undefined && !(await hasLiveKey(tx, person.id, key.blob))) {
        await addKey(tx, deps.random.uuid(), person.id, key, at);
      }
      await recordAudit(tx, at, {
        actor: actorName(actor),
        action: known === undefined ? 'person.added' : 'person.changed',
        subject: `person:${person.id}`,
        ...(person.projectId === undefined ? {} : { projectId: person.projectId }),
        detail: { role: person.role, key: key?.fingerprint ?? null },
      });
    });
  } catch (thrown) {
    throw explained(thrown, person.projectId);
  }
}

/**
 * A name, an address or a key is the person's in every project: whoever manages the people of one must not be able to
 * sign in as somebody of another.
 */
function changes({ name, email, language, sshKey }: NewPerson, known: Person): boolean {
  return (
    sshKey !== undefined ||
    (name ?? known.name) !== known.name ||
    (email ?? known.email) !== known.email ||
    (language ?? known.language) !== known.language
  );
}

function notTheirs(): AppError {
  return new AppError('forbidden', {
    nb: 'Personen er kjent fra før. Gi bare rollen; navn, e-post og nøkkel kan bare endres av den som steller med alle prosjekter.',
    en: 'The person is known already. Give the role only; name, e-mail and key can be changed only by those who manage every project.',
  });
}

/** What is given, and for the rest what is known. */
function completed(given: NewPerson, known: Person | undefined): Person {
  const name = given.name ?? known?.name;
  const email = given.email ?? known?.email;
  if (name === undefined || email === undefined) {
    throw new AppError('invalid-input', {
      nb: `${given.id} er ny: oppgi både navn og e-postadresse.`,
      en: `${given.id} is new: give both a name and an e-mail address.`,
    });
  }
  return { id: given.id, name, email, language: given.language ?? known?.language ?? 'nb' };
}

function explained(thrown: unknown, projectId: string | undefined): unknown {
  const code = pgErrorCode(thrown);
  if (code === 'foreign-key') {
    return new AppError('not-found', {
      nb: `Prosjektet ${projectId ?? ''} finnes ikke. Opprett det først.`,
      en: `There is no project ${projectId ?? ''}. Create it first.`,
    });
  }
  if (code === 'unique') {
    return new AppError('conflict', {
      nb: 'Nøkkelen er allerede i bruk av en annen. Hver person må ha sin egen.',
      en: 'That key is already in use by someone else. Each person needs their own.',
    });
  }
  return thrown;
}

/** Everybody with a live role, optionally in one project. */
export async function listProjectPeople(
  deps: { db: Database },
  actor: Actor,
  projectId?: string,
): Promise<readonly PersonRow[]> {
  demand(actor, 'project.see', projectId);
  return listPeople(deps.db, projectId);
}

/** The person whose live key this is, when the name fits and at least one role is live; else undefined. */
export async function identifyByKey(
  deps: { db: Database },
  claim: { personId: string; blob: Uint8Array },
): Promise<string | undefined> {
  const owner = await findPersonByKey(deps.db, claim.blob);
  if (owner === undefined || owner !== claim.personId) return undefined;
  return (await listMemberships(deps.db, owner)).length > 0 ? owner : undefined;
}

/**
 * What a person may do at this moment; a person without a live role may nothing. With the fingerprint of the key they
 * signed in with: `closed` once that key is revoked.
 */
export async function actorFor(
  deps: { db: Database },
  personId: string,
  keyFingerprint?: string,
): Promise<Actor & { kind: 'person' }> {
  const [memberships, live] = await Promise.all([
    listMemberships(deps.db, personId),
    keyFingerprint === undefined || isLiveKey(deps.db, personId, keyFingerprint),
  ]);
  if (keyFingerprint === undefined) return { kind: 'person', personId, memberships };
  if (!live) {
    throw new AppError('closed', {
      nb: 'Nøkkelen du logget inn med, er trukket tilbake. Kontakt saksbehandleren.',
      en: 'The key that you signed in with has been revoked. Contact the case officer.',
    });
  }
  return { kind: 'person', personId, memberships, keyFingerprint };
}

/**
 * The same person as they stand now, with no more than what they came in with gives. Errors: `closed` when the key,
 * session or token they came in with is over.
 */
export async function actorNow(
  deps: { db: Database; clock: Clock },
  actor: Actor & { kind: 'person' },
): Promise<Actor & { kind: 'person' }> {
  const { via, readOnly = false } = actor;
  const person = await actorFor(deps, actor.personId, actor.keyFingerprint);
  if (via === undefined) return person;
  if (!(await isLive(deps, via))) {
    throw new AppError('closed', {
      nb: 'Innloggingen eller tokenet du brukte, gjelder ikke lenger. Logg inn på nytt.',
      en: 'The session or token that you used is no longer valid. Sign in again.',
    });
  }
  return narrowed(person, via, { readOnly, projectId: via.kind === 'token' ? via.projectId : null });
}

async function isLive(deps: { db: Database; clock: Clock }, via: Via): Promise<boolean> {
  const at = deps.clock.now();
  switch (via.kind) {
    case 'session':
      return isLiveSession(deps.db, via.sessionId, at);
    case 'token':
      return isLiveToken(deps.db, via.tokenId, at);
    case 'machine':
      return at.epochMilliseconds < Date.parse(via.expiresAt);
  }
}

/** A person by their name. Errors: `not-found`. */
export async function personById(deps: { db: Database }, personId: string): Promise<Person> {
  const person = await findPerson(deps.db, personId);
  if (person !== undefined) return person;
  throw new AppError('not-found', {
    nb: `Fant ingen person ${personId}.`,
    en: `There is no person ${personId}.`,
  });
}

/** Whether somebody who has signed in with a key could do so now: neither the key nor their last role has ended. */
export async function mayStaySignedIn(
  deps: { db: Database },
  personId: string,
  keyFingerprint: string,
): Promise<boolean> {
  if (!(await isLiveKey(deps.db, personId, keyFingerprint))) return false;
  return (await listMemberships(deps.db, personId)).length > 0;
}

/** The language that a person reads; Bokmål for somebody unknown. */
export async function languageOf(deps: { db: Database }, personId: string): Promise<Person['language']> {
  return (await findPerson(deps.db, personId))?.language ?? 'nb';
}

/** Where and in which language to write to the holders of `role` in a project, agency-wide staff included. */
export async function correspondents(
  deps: { db: Database },
  projectId: string,
  role: 'researcher' | 'supplier' | 'officer',
): Promise<readonly Correspondent[]> {
  const people = await listPeople(deps.db, projectId);
  const found = new Map<string, Correspondent>();
  for (const { id, name, email, language, role: held } of people) {
    if (held === role) found.set(id, { personId: id, name, email, language });
  }
  return [...found.values()];
}

/** The same of everybody who may do `action` in a project. */
export async function correspondentsWhoMay(
  deps: { db: Database },
  action: Action,
  projectId: string,
): Promise<readonly Correspondent[]> {
  const found = new Map<string, Correspondent>();
  for (const { id, name, email, language, ...membership } of await listPeople(deps.db, projectId)) {
    const person = { kind: 'person', personId: id, memberships: [membership] } as const;
    if (may(person, action, projectId)) found.set(id, { personId: id, name, email, language });
  }
  return [...found.values()];
}

export interface Correspondent {
  personId: string;
  name: string;
  email: string;
  language: 'nb' | 'nn' | 'en';
}
