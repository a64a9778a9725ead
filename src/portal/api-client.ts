/** Asks the API and sorts what comes back: an answer, a refusal in the service's own words, or no contact. */
import type { Problem } from '../api/api-types.ts';
import type { Language } from './catalogue.ts';

export type Reply<T> =
  | { readonly kind: 'answer'; readonly body: T; readonly etag: string | null }
  | { readonly kind: 'problem'; readonly problem: Problem }
  | { readonly kind: 'unreachable' };

/** Long enough for a slow line, short enough that a person learns of it before the next try. */
const timeoutMs = 20_000;

/** What to change. The header that only our own page can send goes along (src/http/same-origin.ts). */
export interface Change {
  readonly method: 'POST' | 'PUT' | 'DELETE';
  readonly body?: unknown;
  /** If-Match, Idempotency-Key and the like. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** Fired when the service no longer knows who asks; session.tsx listens. */
export const sessionOver = 'datasluse:session-over';

export async function ask<T>(
  path: string,
  language: Language,
  options: { readonly signal?: AbortSignal; readonly change?: Change } = {},
): Promise<Reply<T>> {
  const { signal, change } = options;
  const limit = AbortSignal.timeout(timeoutMs);
  try {
    const response = await fetch(path, {
      method: change?.method ?? 'GET',
      headers: {
        accept: 'application/json, application/problem+json',
        'accept-language': language,
        ...(change === undefined ? {} : { 'x-datasluse': '1' }),
        ...(change?.body === undefined ? {} : { 'content-type': 'application/json' }),
        ...change?.headers,
      },
      ...(change?.body === undefined ? {} : { body: JSON.stringify(change.body) }),
      signal: signal === undefined ? limit : AbortSignal.any([signal, limit]),
    });
    const text = await response.text();
    const body: unknown = text === '' ? undefined : JSON.parse(text);
    if (response.ok) return { kind: 'answer', body: body as T, etag: response.headers.get('etag') };
    if (!isProblem(body)) return { kind: 'unreachable' };
    if (body.code === 'not-signed-in') dispatchEvent(new Event(sessionOver));
    return { kind: 'problem', problem: body };
  } catch {
    return { kind: 'unreachable' };
  }
}

function isProblem(body: unknown): body is Problem {
  const { detail, code } = (body ?? {}) as Partial<Problem>;
  return typeof detail === 'string' && typeof code === 'string';
}

/** A page of a list. */
interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | null;
}

/** Lists of a project are short; a reader who needs more than this uses the API. */
const limitItems = 1000;

/** All items of a list that comes in pages. */
export async function askAll<T>(
  path: string,
  language: Language,
  options: { readonly signal?: AbortSignal } = {},
): Promise<Reply<readonly T[]>> {
  const items: T[] = [];
  let cursor: string | null = null;
  do {
    const query: string =
      cursor === null ? '' : `${path.includes('?') ? '&' : '?'}cursor=${encodeURIComponent(cursor)}`;
    const reply: Reply<Page<T>> = await ask<Page<T>>(path + query, language, options);
    if (reply.kind !== 'answer') return reply;
    items.push(...reply.body.items);
    cursor = reply.body.next;
  } while (cursor !== null && items.length < limitItems);
  return { kind: 'answer', body: items, etag: null };
}
