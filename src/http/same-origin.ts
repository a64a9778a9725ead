/** Keeps other sites from changing anything with a person's cookie. */
import type { IncomingHttpHeaders } from 'node:http';
import { AppError } from '../platform/errors.ts';

/** A header that no form and no link can set, and that a script elsewhere may not without our leave (which nobody has). */
export const ownHeader = 'x-datasluse';

const harmless = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Throws `forbidden` unless a request that changes something comes from a page of `origin`: our header, and, where the
 * browser says where the request comes from, that it is from here.
 */
export function demandSameOrigin(
  request: { method?: string | undefined; headers: IncomingHttpHeaders },
  origin: string,
): void {
  const { method = 'GET', headers } = request;
  if (harmless.has(method)) return;
  const site = headers['sec-fetch-site'];
  const right =
    headers[ownHeader] === '1' &&
    (site === undefined || site === 'same-origin') &&
    (headers.origin === undefined || headers.origin === origin) &&
    (headers.referer === undefined || originOf(headers.referer) === origin);
  if (right) return;
  throw new AppError('forbidden', {
    nb: 'Forespørselen kom ikke fra denne tjenestens egen side. Åpne siden på nytt og prøv igjen.',
    en: "The request did not come from this service's own page. Open the page again and retry.",
  });
}

/** Undefined for what is no address, which then is nobody's. */
function originOf(address: string): string | undefined {
  return URL.canParse(address) ? new URL(address).origin : undefined;
}
