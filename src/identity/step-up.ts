/** Signing, publishing and deleting ask for proof of who somebody is that is minutes old, not hours. */
import type { Clock } from '../platform/clock.ts';
import { AppError } from '../platform/errors.ts';
import type { Actor } from './permissions.ts';

/** How old a proof may be for what outlives the session that did it, and for what cannot be undone. */
export const recentMinutes = 15;
/** The longest that a route lets a step-up ask for. */
export const longestStepUpMinutes = 60;

/**
 * Throws unless the person proved who they are within so many minutes, in the session they ask with; with `signing`, as
 * strongly as signing takes. Errors: `step-up-needed` with the address that puts it right; `forbidden` for what has no
 * session, such as a token. The operator on the host and the clock are not asked.
 */
export function demandRecent(
  deps: { clock: Clock },
  actor: Actor,
  minutes: number,
  options: { signing?: boolean } = {},
): void {
  if (actor.kind !== 'person') return;
  const { via } = actor;
  if (via?.kind !== 'session') {
    throw new AppError('forbidden', {
      nb: 'Dette må du gjøre selv, innlogget i nettleseren.',
      en: 'This you have to do yourself, signed in in the browser.',
    });
  }
  const ageMs = deps.clock.now().epochMilliseconds - Date.parse(via.authenticatedAt);
  const strong = options.signing !== true || via.maySign;
  if (ageMs <= minutes * 60_000 && strong) return;
  throw new AppError(
    'step-up-needed',
    {
      nb: 'Logg inn én gang til for å bekrefte at det er deg, og prøv igjen.',
      en: 'Sign in once more to confirm that it is you, and try again.',
    },
    { url: `/api/v1/sign-in/${via.provider}?stepUpMinutes=${minutes}` },
  );
}

/** Throws `forbidden` unless the person is signed in in a browser: no token makes tokens, keys or codes. */
export function demandSession(actor: Actor & { kind: 'person' }): string {
  if (actor.via?.kind === 'session') return actor.via.sessionId;
  throw new AppError('forbidden', {
    nb: 'Dette må du gjøre selv, innlogget i nettleseren.',
    en: 'This you have to do yourself, signed in in the browser.',
  });
}
