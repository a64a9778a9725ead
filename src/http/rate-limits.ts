/** Limits of requests by address and person, and the fields that tell of them (draft-ietf-httpapi-ratelimit-headers). */
import { isIPv6 } from 'node:net';
import type { Counted, RequestCount, RequestLimits } from '../identity/request-limits.ts';
import type { Log } from '../platform/log.ts';
import type { Refusal } from './problem.ts';

/**
 * Who an address stands for: an IPv4 address for itself, an IPv6 address for its /64, which is what one household or
 * one machine gets as a whole.
 */
export function addressGroup(address: string): string {
  const plain = address.replace(/%.*$/, '');
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(plain)?.[1];
  if (mapped !== undefined) return mapped;
  if (!isIPv6(plain)) return plain;
  const [head = '', tail] = plain.toLowerCase().split('::');
  const words = (part: string) => (part === '' ? [] : part.split(':'));
  const before = words(head);
  const after = words(tail ?? '');
  // An address may end in IPv4 notation, which is two words; the first four are all that matter.
  const length = before.length + after.length + (plain.includes('.') ? 1 : 0);
  const zeros = tail === undefined ? [] : Array<string>(Math.max(0, 8 - length)).fill('0');
  const prefix = [...before, ...zeros, ...after].slice(0, 4).map((word) => word.replace(/^0+(?=.)/, ''));
  return `${prefix.join(':')}::/64`;
}

/** Counts a request; undefined when the count is out of reach, which must not keep anybody from an answer. */
export async function countRequest(
  limits: RequestLimits,
  by: Counted,
  who: string,
  log: Log,
): Promise<RequestCount | undefined> {
  try {
    return await limits.count(by, who);
  } catch (err) {
    log.warn({ err }, 'requests cannot be counted');
    return undefined;
  }
}

export function limitHeaders(by: Counted, count: RequestCount): Readonly<Record<string, string>> {
  return {
    'ratelimit-policy': `"${by}";q=${count.limit};w=${count.windowSeconds}`,
    ratelimit: `"${by}";r=${count.remaining};t=${count.resetSeconds}`,
  };
}

export function tooMany(count: RequestCount): Refusal {
  const seconds = count.resetSeconds;
  return {
    code: 'too-many-requests',
    detail: {
      nb: `For mange forespørsler. Vent ${seconds} sekunder og prøv igjen.`,
      en: `Too many requests. Wait ${seconds} seconds and try again.`,
    },
    headers: { 'retry-after': String(seconds) },
  };
}
