/** Digests in header fields: `Content-Digest` and `Repr-Digest` of RFC 9530. */
import { createHash } from 'node:crypto';
import { AppError } from '../platform/errors.ts';

export function sha256Hex(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** The field's value for a SHA-256 in hex. */
export function digestField(sha256: string): string {
  return `sha-256=:${Buffer.from(sha256, 'hex').toString('base64')}:`;
}

/**
 * The SHA-256, in hex, that a `Content-Digest` names (a dictionary of byte sequences, RFC 8941, section 3.2); undefined
 * without the field. A digest that we would not compare is refused rather than passed over: its sender counts on it.
 * Errors: `invalid-input`.
 */
export function sha256Of(field: string | readonly string[] | undefined): string | undefined {
  if (field === undefined) return undefined;
  const members = String(field).split(',');
  for (const member of members) {
    const [, name, base64 = ''] = /^\s*([a-z*][a-z0-9_.*-]*)=:([A-Za-z0-9+/]*={0,2}):\s*$/.exec(member) ?? [];
    if (name !== 'sha-256') continue;
    const digest = Buffer.from(base64, 'base64');
    if (digest.length === 32) return digest.toString('hex');
  }
  throw new AppError('invalid-input', {
    nb: 'Content-Digest må ha SHA-256 av innholdet, slik: sha-256=:BASE64:',
    en: 'Content-Digest must have the SHA-256 of the content, so: sha-256=:BASE64:',
  });
}
