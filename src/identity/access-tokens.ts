/** Personal access tokens: for a person's own programs. Shown once, kept as a hash, narrow, and over on a day. */
import { z } from 'zod';
import { recordAudit } from '../audit/audit.ts';
import { type Database, type Tx, transact } from '../db/database.ts';
import { announce } from '../db/notices.ts';
import { pgErrorCode } from '../db/pg-error.ts';
import { queueMail } from '../notifications/outbox.ts';
import { tokenMade } from '../notifications/sign-in-letters.ts';
import type { Clock } from '../platform/clock.ts';
import { AppError } from '../platform/errors.ts';
import type { Random } from '../platform/random.ts';
import {
  countLiveTokens,
  findToken,
  insertToken,
  listTokensOf,
  markTokensRevoked,
  markTokenUsed,
  type TokenRow,
} from './access-token-store.ts';
import { hashHandle, isHandle, newHandle } from './handles.ts';
import { actorFor } from './people.ts';
import { findPerson } from './people-store.ts';
import { type Actor, actorName, demand, may } from './permissions.ts';
import { narrowed } from './scope.ts';

type Person = Actor & { kind: 'person' };

interface TokenDeps {
  db: Database;
  clock: Clock;
  random: Random;
}

export const tokenPrefix = 'dsl_';
export const longestTokenDays = 366;
const LIMIT_TOKENS = 50;
const USED_EVERY_MINUTES = 1;
const purpose = 'access-token';

export const NewToken = z.object({
  /** What the person calls it. */
  name: z.string().trim().min(1).max(100),
  scope: z.enum(['read', 'write']),
  /** Without it: in every project that the person's roles give. */
  projectId: z.string().min(1).max(64).optional(),
  days: z.int().min(1).max(longestTokenDays),
});
export type NewToken = z.infer<typeof NewToken>;

export type AccessToken = TokenRow;

/**
 * Makes a token for a person and tells them by mail. They may make their own; for others it takes the right to manage
 * people everywhere. `token` is shown once and can never be shown again.
 * Errors: `forbidden`, `not-found` (no such person, no such project for them), `conflict` (too many).
 */
export async function createToken(
  deps: TokenDeps,
  actor: Actor,
  personId: string,
  wanted: NewToken,
): Promise<{ id: string; token: string; expiresAt: Date }> {
  demandOwn(actor, personId);
  const owner = await findPerson(deps.db, personId);
  const { memberships } = await actorFor(deps, personId);
  if (owner === undefined || memberships.length === 0) throw nobody(personId);
  const projectId = wanted.projectId ?? null;
  const reaches =
    projectId === null || may({ kind: 'person', personId, memberships }, 'project.see', projectId);
  if (!reaches) throw noRole(personId, projectId);
  const at = deps.clock.now();
  const expiresAt = at.add({ hours: wanted.days * 24 });
  const handle = newHandle(deps.random);
  const id = deps.random.uuid();
  await transact(deps.db, async (tx) => {
    if ((await countLiveTokens(tx, personId, at)) >= LIMIT_TOKENS) throw tooMany();
    await insertToken(tx, {
      id,
      tokenHash: hashHandle(purpose, handle),
      personId,
      name: wanted.name,
      scope: wanted.scope,
      projectId,
      madeAt: at,
      madeBy: actorName(actor),
      expiresAt,
    });
    const letter = tokenMade(owner.language, { name: owner.name, token: wanted.name });
    await queueMail(deps, tx, at, { to: owner.email, ...letter });
    await recordAudit(tx, at, {
      actor: actorName(actor),
      action: 'token.created',
      subject: `token:${id}`,
      ...(projectId === null ? {} : { projectId }),
      detail: { person: personId, scope: wanted.scope, expiresAt: expiresAt.toString() },
    });
  }).catch((thrown: unknown) => {
    // A role in every project reaches those, too, that are not there.
    if (pgErrorCode(thrown) === 'foreign-key') throw noRole(personId, projectId);
    throw thrown;
  });
  return { id, token: tokenPrefix + handle, expiresAt: new Date(expiresAt.epochMilliseconds) };
}

/** The tokens of a person, those that are over too. Errors: `forbidden`, `not-found`. */
export async function listTokens(
  deps: { db: Database },
  actor: Actor,
  personId: string,
): Promise<readonly AccessToken[]> {
  demandOwn(actor, personId);
  if ((await findPerson(deps.db, personId)) === undefined) throw nobody(personId);
  return listTokensOf(deps.db, personId);
}

/** Revokes a token; what it opened closes at once. Errors: `forbidden`, `not-found`. */
export async function revokeToken(
  deps: TokenDeps,
  actor: Actor,
  which: { personId: string; tokenId: string },
): Promise<void> {
  const { personId, tokenId } = which;
  demandOwn(actor, personId);
  await transact(deps.db, async (tx) => {
    if ((await revoke(deps, tx, actorName(actor), { personId, id: tokenId })) > 0) return;
    throw new AppError('not-found', {
      nb: 'Det er ikke noe slikt token, eller det er allerede trukket tilbake.',
      en: 'There is no such token, or it is revoked already.',
    });
  });
}

/** Revokes every token of somebody who has no role left. Inside `tx`; returns how many. */
export function revokeTokensOf(
  deps: { clock: Clock },
  tx: Tx,
  actor: string,
  personId: string,
): Promise<number> {
  return revoke(deps, tx, actor, { personId });
}

async function revoke(
  deps: { clock: Clock },
  tx: Tx,
  actor: string,
  which: { personId: string; id?: string },
): Promise<number> {
  const at = deps.clock.now();
  const revoked = await markTokensRevoked(tx, which, at);
  for (const id of revoked) {
    await announce(tx, 'access_changed', `token:${which.personId}`);
    await recordAudit(tx, at, {
      actor,
      action: 'token.revoked',
      subject: `token:${id}`,
      detail: { person: which.personId },
    });
  }
  return revoked.length;
}

/** The person whose live token this is, with no more than it gives; undefined for any other text. */
export async function identifyByToken(
  deps: { db: Database; clock: Clock },
  text: string,
): Promise<Person | undefined> {
  const handle = text.startsWith(tokenPrefix) ? text.slice(tokenPrefix.length) : undefined;
  if (!isHandle(handle)) return undefined;
  const at = deps.clock.now();
  const token = await findToken(deps.db, hashHandle(purpose, handle), at);
  if (token === undefined) return undefined;
  const { id: tokenId, projectId, scope, lastUsedAt } = token;
  const person = narrowed(
    await actorFor(deps, token.personId),
    { kind: 'token', tokenId, projectId },
    { readOnly: scope === 'read', projectId },
  );
  if (person.memberships.length === 0) return undefined;
  const usedUntilMs = (lastUsedAt?.getTime() ?? -Infinity) + USED_EVERY_MINUTES * 60_000;
  if (at.epochMilliseconds >= usedUntilMs) await markTokenUsed(deps.db, tokenId, at);
  return person;
}

/** One's own, but not by a token: it must not be able to make another, wider or longer. */
function demandOwn(actor: Actor, personId: string): void {
  const own = actor.kind === 'person' && actor.personId === personId && actor.memberships.length > 0;
  if (!own) demand(actor, 'people.manage');
  if (actor.kind === 'person' && actor.via !== undefined && actor.via.kind !== 'session') {
    throw new AppError('forbidden', {
      nb: 'Tokener administreres når du er logget inn i nettleseren, ikke med et token.',
      en: 'Tokens are managed while you are signed in in the browser, not with a token.',
    });
  }
}

function nobody(personId: string): AppError {
  return new AppError('not-found', {
    nb: `Det er ingen som heter ${personId} og har en rolle. Se datasluse person list.`,
    en: `There is nobody named ${personId} who has a role. See datasluse person list.`,
  });
}

function noRole(personId: string, projectId: string | null): AppError {
  return new AppError('not-found', {
    nb: `${personId} har ingen rolle i noe prosjekt som heter ${projectId}.`,
    en: `${personId} has no role in a project called ${projectId}.`,
  });
}

function tooMany(): AppError {
  return new AppError('conflict', {
    nb: `Du har allerede ${LIMIT_TOKENS} gyldige tokener. Trekk tilbake dem du ikke bruker.`,
    en: `You have ${LIMIT_TOKENS} valid tokens already. Revoke those that you do not use.`,
  });
}
