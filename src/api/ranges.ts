/** Conditional and partial GET of one representation (RFC 9110, sections 13 and 14). */
import type { IncomingHttpHeaders } from 'node:http';
import { ProtocolError } from '../http/problem.ts';

/** What is to be sent: all of it, the bytes [from, to), or nothing because the client has it. */
export type Wanted =
  | { readonly kind: 'whole' | 'unchanged' }
  | { readonly kind: 'part'; readonly from: number; readonly to: number };

/**
 * What a request wants of `bytes` bytes with that entity tag. Several ranges at once are answered with the whole, as
 * section 14.2 allows: whoever resumes asks for one. Errors: ProtocolError `range-not-satisfiable`.
 */
export function wantedOf(headers: IncomingHttpHeaders, bytes: number, etag: string): Wanted {
  const none = headers['if-none-match'];
  if (none !== undefined && (none.trim() === '*' || tagsIn(none).includes(etag)))
    return { kind: 'unchanged' };
  const range = headers.range;
  if (range === undefined) return { kind: 'whole' };
  // Section 13.1.5: with another tag, a weak one or a date the whole is sent. We give no dates.
  const condition = headers['if-range'];
  if (typeof condition === 'string' && condition.trim() !== etag) return { kind: 'whole' };
  const [, first = '', last = ''] = /^bytes=\s*(\d{0,16})-(\d{0,16})\s*$/.exec(range) ?? [];
  if (first === '' && last === '') return { kind: 'whole' };
  const [from, to] =
    first === ''
      ? [Math.max(0, bytes - Number(last)), bytes]
      : [Number(first), last === '' ? bytes : Math.min(bytes, Number(last) + 1)];
  // A last position before the first makes the field invalid, and an invalid one is passed over (section 14.1.2).
  if (first !== '' && last !== '' && Number(last) < Number(first)) return { kind: 'whole' };
  if (from >= bytes || from >= to) {
    throw new ProtocolError({
      code: 'range-not-satisfiable',
      detail: {
        nb: `Filen har ${bytes} byte; det er ingenting der du spør.`,
        en: `The file has ${bytes} bytes; there is nothing where you ask.`,
      },
      headers: { 'content-range': `bytes */${bytes}` },
    });
  }
  return { kind: 'part', from, to };
}

/** Weak comparison (section 8.8.3.2): `W/"x"` and `"x"` are alike. */
function tagsIn(field: string): string[] {
  return [...field.matchAll(/(?:W\/)?("[^"]*")/g)].map((match) => match[1] ?? '');
}

/** `Content-Disposition` (RFC 6266) that saves a file under its name; the first form is for clients that know only that. */
export function attachment(name: string): string {
  const plain = name.replaceAll(/[^A-Za-z0-9._ -]/g, '_');
  const encoded = encodeURIComponent(name).replaceAll(
    /['()*]/g,
    (mark) => `%${mark.charCodeAt(0).toString(16)}`,
  );
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`;
}
