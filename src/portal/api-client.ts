/** Asks the API and sorts what comes back: an answer, a refusal in the service's own words, or no contact. */
import type { Problem, Status } from '../api/api-types.ts';
import type { Language } from './language.tsx';

export type Reply<T> =
  | { readonly kind: 'answer'; readonly body: T }
  | { readonly kind: 'problem'; readonly problem: Problem }
  | { readonly kind: 'unreachable' };

/** Long enough for a slow line, short enough that a person learns of it before the next try. */
const timeoutMs = 10_000;

async function ask<T>(path: string, language: Language, signal: AbortSignal): Promise<Reply<T>> {
  try {
    const response = await fetch(path, {
      headers: { accept: 'application/json, application/problem+json', 'accept-language': language },
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

/** Who the browser is to the service. Nobody can sign in here yet, so the answer is a refusal that says so. */
export function askSession(language: Language, signal: AbortSignal): Promise<Reply<unknown>> {
  return ask<unknown>('/api/v1/session', language, signal);
}
