/** X25519 keys as raw 32 bytes (RFC 7748), on node:crypto. */
import { createPrivateKey, createPublicKey, diffieHellman, type KeyObject } from 'node:crypto';
import { AppError } from '../../platform/errors.ts';

export const x25519KeyBytes = 32;

// DER before the raw key: PKCS #8 and SubjectPublicKeyInfo for id-X25519 (RFC 8410).
const pkcs8Prefix = Buffer.from('302e020100300506032b656e04220420', 'hex');
const spkiPrefix = Buffer.from('302a300506032b656e032100', 'hex');

/** The public key that belongs to a private key; both 32 bytes. */
export function x25519PublicKey(privateKey: Uint8Array): Uint8Array {
  const spki = createPublicKey(privateObject(privateKey)).export({ type: 'spki', format: 'der' });
  return Uint8Array.from(spki.subarray(spkiPrefix.length));
}

/** The shared secret (32 bytes), or undefined when the public key is of small order and there is no secret. */
export function x25519SharedSecret(privateKey: Uint8Array, publicKey: Uint8Array): Uint8Array | undefined {
  const [ours, theirs] = [privateObject(privateKey), publicObject(publicKey)];
  try {
    return diffieHellman({ privateKey: ours, publicKey: theirs });
  } catch {
    return undefined;
  }
}

function privateObject(raw: Uint8Array): KeyObject {
  const der = Buffer.concat([pkcs8Prefix, checkLength(raw)]);
  const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  der.fill(0);
  return key;
}

function publicObject(raw: Uint8Array): KeyObject {
  return createPublicKey({ key: Buffer.concat([spkiPrefix, checkLength(raw)]), format: 'der', type: 'spki' });
}

function checkLength(raw: Uint8Array): Uint8Array {
  if (raw.length === x25519KeyBytes) return raw;
  throw new AppError('invalid-input', {
    nb: 'En X25519-nøkkel er på 32 byte.',
    en: 'An X25519 key has 32 bytes.',
  });
}
