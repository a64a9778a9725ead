/** Who sends a request: a person with a session's cookie, or a program with a token. */
import type { Request } from 'express';
import { AppError } from '../platform/errors.ts';
import type { Cookies } from './cookies.ts';
import type { Identify } from './exchange.ts';
import type { Person } from './route.ts';
import { demandSameOrigin } from './same-origin.ts';

export interface IdentifyDeps {
  cookies: Cookies;
  /** Scheme, host and port that people reach the service at. */
  publicUrl(): string;
  bySession(handle: string): Promise<Person | undefined>;
  byToken(token: string): Promise<Person | undefined>;
  /** Counts a refused token; answers with the milliseconds that the address has to wait. */
  refused(address: string): Promise<number>;
}

/**
 * A token goes before a cookie, and a token that is not right is never passed over for one. Only the cookie is guarded
 * against other sites: no browser sends a token by itself.
 */
export function createIdentify(deps: IdentifyDeps): Identify {
  return async (req) => {
    const given = req.headers.authorization;
    if (given !== undefined) return byToken(deps, given, req);
    const handle = deps.cookies.read(req.headers, 'session');
    if (handle === undefined) return undefined;
    demandSameOrigin(req, new URL(deps.publicUrl()).origin);
    return deps.bySession(handle);
  };
}

async function byToken(deps: IdentifyDeps, given: string, req: Request): Promise<Person | undefined> {
  const token = /^Bearer +([A-Za-z0-9._~+/=-]{1,8192})$/i.exec(given)?.[1];
  const person = token === undefined ? undefined : await deps.byToken(token);
  if (person !== undefined) return person;
  if ((await deps.refused(req.ip ?? '')) > 0) throw tooManyTries();
  throw new AppError('not-signed-in', {
    nb: 'Tokenet er ikke gyldig. Det kan ha løpt ut eller være trukket tilbake.',
    en: 'The token is not valid. It may have run out or been revoked.',
  });
}

export function tooManyTries(): AppError {
  return new AppError('too-many-requests', {
    nb: 'For mange forsøk på å logge inn fra din adresse. Vent noen minutter, og prøv igjen.',
    en: 'Too many attempts to sign in from your address. Wait a few minutes, and try again.',
  });
}
