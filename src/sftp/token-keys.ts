/** Keys in a hardware token (FIDO): reads them and verifies their signatures, which ssh2 does not know. OpenSSH PROTOCOL.u2f. */
import { createHash, createPublicKey, type KeyObject, verify } from 'node:crypto';

const ed25519 = 'sk-ssh-ed25519@openssh.com';
const ecdsa = 'sk-ecdsa-sha2-nistp256@openssh.com';
export const tokenKeyTypes: readonly string[] = [ed25519, ecdsa];

export interface TokenKey {
  type: string;
  publicKey: KeyObject;
  /** What the key was made for, such as `ssh:`; the token signs it too. */
  application: Buffer;
}

/** Somebody touched the token. It is always asked for: a program that has got hold of the computer cannot sign alone. */
const userPresent = 0x01;
const ed25519KeyBytes = 32;
const ed25519SignatureBytes = 64;
const flagsAndCounterBytes = 5;
const pointBytes = 65;
const halfBytes = 32;
const applicationPrefix = 'ssh:';

/** The length-prefixed fields that fill `bytes` exactly, or undefined. */
function fieldsOf(bytes: Buffer, count: number): Buffer[] | undefined {
  const fields: Buffer[] = [];
  let at = 0;
  for (let left = count; left > 0; left--) {
    if (at + 4 > bytes.length) return undefined;
    const end = at + 4 + bytes.readUInt32BE(at);
    if (end > bytes.length) return undefined;
    fields.push(bytes.subarray(at + 4, end));
    at = end;
  }
  return at === bytes.length ? fields : undefined;
}

function publicKeyOf(type: string, fields: readonly Buffer[]): KeyObject | undefined {
  if (type === ed25519) {
    const [, raw] = fields;
    if (raw?.length !== ed25519KeyBytes) return undefined;
    return createPublicKey({
      format: 'jwk',
      key: { kty: 'OKP', crv: 'Ed25519', x: raw.toString('base64url') },
    });
  }
  const [, curve, point] = fields;
  // 4: the point in its uncompressed form.
  if (curve?.toString('latin1') !== 'nistp256' || point?.length !== pointBytes || point[0] !== 4)
    return undefined;
  const x = point.subarray(1, 1 + halfBytes).toString('base64url');
  const y = point.subarray(1 + halfBytes).toString('base64url');
  return createPublicKey({ format: 'jwk', key: { kty: 'EC', crv: 'P-256', x, y } });
}

/** The key in SSH wire format, when it is well formed, of that type, and made for SSH; else undefined. It never throws. */
export function parseTokenKey(type: string, blob: Buffer): TokenKey | undefined {
  const fields = fieldsOf(blob, type === ed25519 ? 3 : 4);
  const application = fields?.at(-1);
  if (fields?.[0]?.toString('latin1') !== type || application === undefined) return undefined;
  if (!application.toString('latin1').startsWith(applicationPrefix)) return undefined;
  try {
    const publicKey = publicKeyOf(type, fields);
    return publicKey && { type, publicKey, application };
  } catch {
    // A point that is not on the curve.
    return undefined;
  }
}

/** An mpint as 32 bytes; undefined when it is negative or longer. */
function half(mpint: Buffer): Buffer | undefined {
  const first = mpint.findIndex((byte) => byte !== 0);
  const digits = first < 0 ? Buffer.alloc(0) : mpint.subarray(first);
  if (digits.length > halfBytes || (mpint[0] ?? 0) & 0x80) return undefined;
  return Buffer.concat([Buffer.alloc(halfBytes - digits.length), digits]);
}

/** ssh2 passes on what follows the signature's own type and length: for these keys the signature, flags and counter. */
function split(type: string, given: Buffer): { signature: Buffer; flags: Buffer } | undefined {
  if (type === ed25519) {
    if (given.length !== ed25519SignatureBytes + flagsAndCounterBytes) return undefined;
    return {
      signature: given.subarray(0, ed25519SignatureBytes),
      flags: given.subarray(ed25519SignatureBytes),
    };
  }
  if (given.length < flagsAndCounterBytes) return undefined;
  const fields = fieldsOf(given.subarray(0, given.length - flagsAndCounterBytes), 2);
  const [r, s] = (fields ?? []).map(half);
  if (r === undefined || s === undefined) return undefined;
  return { signature: Buffer.concat([r, s]), flags: given.subarray(given.length - flagsAndCounterBytes) };
}

function sha256(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest();
}

/**
 * True for a signature by the token over `message`, given while somebody touched it. What the token signs is the hash of
 * the application, the flags, its counter, and the hash of the message.
 * @param given the signature as ssh2 hands it over: without its type and length.
 */
export function verifyWithToken(key: TokenKey, message: Buffer, given: Buffer): boolean {
  const parts = split(key.type, given);
  if (parts === undefined || ((parts.flags[0] ?? 0) & userPresent) === 0) return false;
  const signed = Buffer.concat([sha256(key.application), parts.flags, sha256(message)]);
  if (key.type === ed25519) return verify(null, signed, key.publicKey, parts.signature);
  return verify('sha256', signed, { key: key.publicKey, dsaEncoding: 'ieee-p1363' }, parts.signature);
}
