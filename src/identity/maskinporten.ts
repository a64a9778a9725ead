/** Tokens of Maskinporten: an organisation's program, known by the organisation's number. */
import { createRemoteJWKSet, errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose';
import { z } from 'zod';
import type { Database } from '../db/database.ts';
import type { Clock } from '../platform/clock.ts';
import { AppError } from '../platform/errors.ts';
import { maskinportenId, personOf } from './linked-identities.ts';
import { actorFor } from './people.ts';
import type { Actor } from './permissions.ts';
import { narrowed } from './scope.ts';
import type { MaskinportenSettings } from './sign-in-settings.ts';

type Person = Actor & { kind: 'person' };

interface MachineDeps {
  db: Database;
  clock: Clock;
  identitySecret: Uint8Array;
}

/** ISO 6523 with Norway's register of organisations: `0192:` and nine digits. */
const Consumer = z.object({
  authority: z.literal('iso6523-actorid-upis'),
  ID: z.string().regex(/^0192:\d{9}$/),
});

const TIMEOUT_MS = 10_000;
const SKEW_S = 10;

/** The person that a Maskinporten token's organisation is linked to, with what its scopes give; undefined for any other token. */
export type IdentifyMachine = (token: string) => Promise<Person | undefined>;

/** `keys` only in tests: else they are fetched from the issuer, and again when one is unknown. */
export function createMachineCheck(
  deps: MachineDeps,
  settings: MaskinportenSettings,
  keys: JWTVerifyGetKey = createRemoteJWKSet(new URL(settings.jwksUri), { timeoutDuration: TIMEOUT_MS }),
): IdentifyMachine {
  return async (token) => {
    const payload = await verified(deps, settings, keys, token);
    const consumer = Consumer.safeParse(payload?.consumer);
    if (payload === undefined || !consumer.success || payload.exp === undefined) return undefined;
    const scopes = typeof payload.scope === 'string' ? payload.scope.split(' ') : [];
    const writes = scopes.includes(settings.writeScope);
    if (!writes && !scopes.includes(settings.readScope)) return undefined;
    const personId = await personOf(deps, maskinportenId, consumer.data.ID.slice('0192:'.length));
    if (personId === undefined) return undefined;
    const person = await actorFor(deps, personId);
    if (person.memberships.length === 0) return undefined;
    const expiresAt = new Date(payload.exp * 1000).toISOString();
    return narrowed(person, { kind: 'machine', expiresAt }, { readOnly: !writes, projectId: null });
  };
}

async function verified(
  deps: MachineDeps,
  { issuer, audience }: MaskinportenSettings,
  keys: JWTVerifyGetKey,
  token: string,
): Promise<JWTPayload | undefined> {
  try {
    const { payload } = await jwtVerify(token, keys, {
      issuer,
      audience,
      algorithms: ['RS256', 'RS384', 'RS512', 'PS256', 'ES256'],
      requiredClaims: ['exp', 'scope', 'consumer'],
      clockTolerance: SKEW_S,
      currentDate: new Date(deps.clock.now().epochMilliseconds),
    });
    return payload;
  } catch (cause) {
    const unreachable =
      !(cause instanceof errors.JOSEError) ||
      cause instanceof errors.JWKSTimeout ||
      cause.code === 'ERR_JOSE_GENERIC';
    if (!unreachable) return undefined;
    throw new AppError(
      'unavailable',
      {
        nb: 'Nøklene til Maskinporten kan ikke hentes nå. Prøv igjen om litt.',
        en: "Maskinporten's keys cannot be fetched now. Try again shortly.",
      },
      { cause },
    );
  }
}
