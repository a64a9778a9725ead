/** Asks the API and sorts what comes back: an answer, a refusal in the service's own words, or no contact. */
import type { Problem, Providers, Status, WhoAmI } from '../api/api-types.ts';
import type { Language } from './language.tsx';

export type Reply<T> =
  | { readonly kind: 'answer'; readonly body: T }
  | { readonly kind: 'problem'; readonly problem: Problem }
  | { readonly kind: 'unreachable' };

/** Long enough for a slow line, short enough that a person learns of it before the next try. */
const timeoutMs = 10_000;

/** A change carries the header that only our own page can send. */
interface Change {
  readonly method: 'POST' | 'DELETE';
  readonly body?: unknown;
}

async function ask<T>(
  path: string,
  language: Language,
  signal: AbortSignal,
  change?: Change,
): Promise<Reply<T>> {
  const headers = { accept: 'application/json, application/problem+json', 'accept-language': language };
  const sent = change?.body === undefined ? {} : { 'content-type': 'application/json' };
  try {
    const response = await fetch(path, {
      ...(change === undefined
        ? { headers }
        : { method: change.method, headers: { ...headers, ...sent, 'x-datasluse': '1' } }),
      ...(change?.body === undefined ? {} : { body: JSON.stringify(change.body) }),
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
    });
    const body: unknown = await response.json();
    if (response.ok) return { kind: 'answer', body: body as T };
    return isProblem(body) ? { kind: 'problem', problem: body } : { kind: 'unreachable' };
  } catch {
    return { kind: 'unreachable' };
  }
}

function isProblem(body: unknown): body is Problem {
  const { detail, code } = (body ?? {}) as Partial<Problem>;
  return typeof detail === 'string' && typeof code === 'string';
}

export function askStatus(language: Language, signal: AbortSignal): Promise<Reply<Status>> {
  return ask<Status>('/api/v1/status', language, signal);
}

/** Who the browser is to the service; a refusal with the code `not-signed-in` for nobody. */
export function askSession(language: Language, signal: AbortSignal): Promise<Reply<WhoAmI>> {
  return ask<WhoAmI>('/api/v1/session', language, signal);
}

export function askProviders(language: Language, signal: AbortSignal): Promise<Reply<Providers>> {
  return ask<Providers>('/api/v1/sign-in', language, signal);
}

/** Where the browser goes next. */
type Onward = { readonly location: string };

export function signOut(language: Language, signal: AbortSignal): Promise<Reply<Onward>> {
  return ask<Onward>('/api/v1/session/sign-out', language, signal, { method: 'POST' });
}

export function acceptInvitation(
  provider: string,
  invitation: string,
  language: Language,
  signal: AbortSignal,
): Promise<Reply<Onward>> {
  const path = `/api/v1/sign-in/${encodeURIComponent(provider)}`;
  return ask<Onward>(path, language, signal, { method: 'POST', body: { invitation } });
}
