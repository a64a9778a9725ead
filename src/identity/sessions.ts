/** Sessions on the web: a random handle in the browser, its hash in a row, an idle and an absolute limit. */
import type { Temporal } from 'temporal-polyfill';
import { recordAudit } from '../audit/audit.ts';
import { type Database, type Tx, transact } from '../db/database.ts';
import { announce } from '../db/notices.ts';
import type { Clock } from '../platform/clock.ts';
import { AppError } from '../platform/errors.ts';
import type { Random } from '../platform/random.ts';
import { hashHandle, isHandle, newHandle, openWith, sealWith } from './handles.ts';
import { actorFor } from './people.ts';
import { type Actor, actorName } from './permissions.ts';
import {
  endSessions,
  findSession,
  insertSession,
  listSessionsOf,
  markSessionSeen,
  removeOldSignIns,
  type SessionEnd,
  type SessionRow,
  sealedIdTokenOf,
} from './session-store.ts';

export interface SessionLimits {
  /** A session nobody uses for so long is over. */
  idleMinutes: number;
  /** A session is over after this, however much it is used. */
  absoluteMinutes: number;
}

export interface SessionDeps {
  db: Database;
  clock: Clock;
  random: Random;
  sessionLimits: SessionLimits;
}

export type SignedInPerson = Actor & { kind: 'person' };
export type Session = SessionRow;

/** Finer than this, being seen is not written down: else every request would be a write. */
const SEEN_EVERY_MINUTES = 1;
/** Rows of sessions that are over stay this long. */
const KEEP_ROWS_DAYS = 7;
const LIMIT_USER_AGENT = 200;
const handlePurpose = 'session';
const idTokenPurpose = 'id-token';

export interface NewSession {
  personId: string;
  provider: string;
  acr: string | null;
  authenticatedAt: Temporal.Instant;
  userAgent: string;
  /** Hash of the provider's own id of the session, for its front-channel logout. */
  providerSessionHash: Uint8Array | undefined;
  idToken: string;
  /** The session that this one takes the place of, if the browser had one. */
  replaces: string | undefined;
}

/** Starts a session inside `tx`, always under a new handle, and gives the handle: nothing else knows it. */
export async function startSession(deps: SessionDeps, tx: Tx, session: NewSession): Promise<string> {
  const { personId, provider, acr, authenticatedAt, providerSessionHash } = session;
  const at = deps.clock.now();
  const handle = newHandle(deps.random);
  const id = deps.random.uuid();
  if (session.replaces !== undefined) await endSessions(tx, { id: session.replaces }, 'replaced', at);
  await insertSession(tx, {
    id,
    handleHash: hashHandle(handlePurpose, handle),
    personId,
    provider,
    acr,
    authenticatedAt,
    startedAt: at,
    expiresAt: at.add({ minutes: deps.sessionLimits.absoluteMinutes }),
    userAgent: printable(session.userAgent).slice(0, LIMIT_USER_AGENT),
    providerSessionHash,
    sealedIdToken: sealWith(deps.random, handle, idTokenPurpose, session.idToken),
  });
  await recordAudit(tx, at, {
    actor: `person:${personId}`,
    action: 'session.started',
    subject: `session:${id}`,
    detail: { provider, acr, replaced: session.replaces ?? null },
  });
  return handle;
}

/** People see it in the list of their sessions. */
function printable(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]/g, '');
}

function idleSince(deps: SessionDeps, at: Temporal.Instant): Temporal.Instant {
  return at.subtract({ minutes: deps.sessionLimits.idleMinutes });
}

/** The live session of a handle, if there is one. Reading it here does not count as being seen. */
export async function sessionOf(deps: SessionDeps, handle: string | undefined): Promise<Session | undefined> {
  if (!isHandle(handle)) return undefined;
  const at = deps.clock.now();
  return findSession(deps.db, hashHandle(handlePurpose, handle), at, idleSince(deps, at));
}

/**
 * The person of a live session as they stand now; undefined when it is over, or they hold no role any more. `maySign`
 * says whether the provider's word on how they signed in is enough for signing.
 */
export async function identifyBySession(
  deps: SessionDeps & { maySign(provider: string, acr: string | null): boolean },
  handle: string | undefined,
): Promise<SignedInPerson | undefined> {
  const session = await sessionOf(deps, handle);
  if (session === undefined) return undefined;
  const person = await actorFor(deps, session.personId);
  if (person.memberships.length === 0) return undefined;
  const at = deps.clock.now();
  const seenUntilMs = session.lastSeenAt.getTime() + SEEN_EVERY_MINUTES * 60_000;
  if (at.epochMilliseconds >= seenUntilMs) await markSessionSeen(deps.db, session.id, at);
  return {
    ...person,
    via: {
      kind: 'session',
      sessionId: session.id,
      provider: session.provider,
      authenticatedAt: session.authenticatedAt.toISOString(),
      maySign: deps.maySign(session.provider, session.acr),
    },
  };
}

/** The person's own live sessions, the newest first. */
export function listOwnSessions(deps: SessionDeps, actor: SignedInPerson): Promise<readonly Session[]> {
  const at = deps.clock.now();
  return listSessionsOf(deps.db, actor.personId, at, idleSince(deps, at));
}

/** Ends one of the person's own sessions. Errors: `not-found`, also for somebody else's. */
export async function revokeOwnSession(
  deps: SessionDeps,
  actor: SignedInPerson,
  sessionId: string,
): Promise<void> {
  const own = await listOwnSessions(deps, actor);
  if (!own.some(({ id }) => id === sessionId)) {
    throw new AppError('not-found', {
      nb: 'Du har ingen slik økt. Kanskje den allerede er avsluttet.',
      en: 'You have no such session. Perhaps it has ended already.',
    });
  }
  await transact(deps.db, (tx) => endAndRecord(tx, { id: sessionId }, 'revoked', actorName(actor), at(deps)));
}

/** Signs the person out. Gives what the provider needs to end its own session, if the handle opens it. */
export async function signOut(
  deps: SessionDeps,
  actor: SignedInPerson,
  handle: string | undefined,
): Promise<{ provider: string; idToken: string | undefined } | undefined> {
  const { via } = actor;
  if (via?.kind !== 'session') return undefined;
  return transact(deps.db, async (tx) => {
    const sealed = await sealedIdTokenOf(tx, via.sessionId);
    const idToken = sealed && isHandle(handle) ? openWith(handle, idTokenPurpose, sealed) : undefined;
    await endAndRecord(tx, { id: via.sessionId }, 'signed-out', actorName(actor), at(deps));
    return { provider: via.provider, idToken };
  });
}

/** Ends the sessions that began in a session of the provider which is now over. Returns how many. */
export function endProviderSession(
  deps: SessionDeps,
  which: { provider: string; providerSessionHash: Uint8Array },
): Promise<number> {
  return transact(deps.db, (tx) =>
    endAndRecord(tx, which, 'provider', `provider:${which.provider}`, at(deps)),
  );
}

/** Ends every session of somebody who has no role left. Inside `tx`; returns how many. */
export function endSessionsOf(
  tx: Tx,
  personId: string,
  actor: string,
  at: Temporal.Instant,
): Promise<number> {
  return endAndRecord(tx, { personId }, 'no-access', actor, at);
}

async function endAndRecord(
  tx: Tx,
  which: Parameters<typeof endSessions>[1],
  as: SessionEnd,
  actor: string,
  at: Temporal.Instant,
): Promise<number> {
  const ended = await endSessions(tx, which, as, at);
  for (const { id, personId } of ended) {
    await announce(tx, 'access_changed', `session:${personId}`);
    await recordAudit(tx, at, {
      actor,
      action: 'session.ended',
      subject: `session:${id}`,
      detail: { person: personId, as },
    });
  }
  return ended.length;
}

function at(deps: { clock: Clock }): Temporal.Instant {
  return deps.clock.now();
}

/** Removes the rows of sign-ins and sessions that are long over. Returns how many. */
export function sweepSignIns(deps: { db: Database; clock: Clock }): Promise<number> {
  const before = deps.clock.now().subtract({ hours: KEEP_ROWS_DAYS * 24 });
  return transact(deps.db, (tx) => removeOldSignIns(tx, before));
}
