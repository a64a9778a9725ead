/** Public keys that a file can be encrypted to: a Crypt4GH key file, or an Ed25519 SSH key turned into its X25519 twin. */
import { AppError } from '../platform/errors.ts';
import { fingerprintOf, parsePublicKey } from './ssh-keys.ts';

export interface EncryptionKey {
  /** X25519, 32 bytes. */
  publicKey: Uint8Array;
  /** Names the key as it was given: `SHA256:…` of the SSH key, or of the raw Crypt4GH key. */
  fingerprint: string;
}

/** Reads the text of a `.pub` file. Errors: `invalid-input` with the reason. */
export function parseEncryptionKey(text: string): EncryptionKey {
  const crypt4gh =
    /^-----BEGIN CRYPT4GH PUBLIC KEY-----\s+([A-Za-z0-9+/]{43}=)\s+-----END CRYPT4GH PUBLIC KEY-----\s*$/.exec(
      text.trim(),
    );
  if (crypt4gh !== null) {
    const publicKey = Uint8Array.from(Buffer.from(crypt4gh[1] ?? '', 'base64'));
    return { publicKey, fingerprint: fingerprintOf(publicKey) };
  }
  const key = parsePublicKey(text);
  if (key.algorithm !== 'ssh-ed25519') {
    throw new AppError('invalid-input', {
      nb: 'Filer kan bare krypteres til en Crypt4GH-nøkkel eller en SSH-nøkkel av typen ssh-ed25519.',
      en: 'Files can be encrypted only to a Crypt4GH key, or to an SSH key of the type ssh-ed25519.',
    });
  }
  return encryptionKeyOf(key.blob);
}

/** The same for an Ed25519 key in SSH wire format (RFC 8709 section 4). Errors: `invalid-input`. */
export function encryptionKeyOf(blob: Uint8Array): EncryptionKey {
  return { publicKey: toX25519(blob.subarray(-32)), fingerprint: fingerprintOf(blob) };
}

/*
 * Both curves are one (RFC 7748 section 4.1): u = (1 + y) / (1 − y) modulo p. It is what libsodium does in
 * crypto_sign_ed25519_pk_to_curve25519, and so what Crypt4GH tools do with an SSH key.
 */
const p = 2n ** 255n - 19n;
const d = mod(-121_665n * power(121_666n, p - 2n));

function toX25519(ed25519: Uint8Array): Uint8Array {
  const y = BigInt(`0x${Buffer.from(ed25519).reverse().toString('hex')}`) & (2n ** 255n - 1n);
  // On the curve: x² = (y² − 1) / (d y² + 1) has a root. 1 is the neutral element, which has no twin.
  const x2 = mod((y * y - 1n) * power(mod(d * y * y + 1n), p - 2n));
  const onCurve = ed25519.length === 32 && y < p && (x2 === 0n || power(x2, (p - 1n) / 2n) === 1n);
  if (!onCurve || y === 1n) {
    throw new AppError('invalid-input', {
      nb: 'Nøkkelen er ikke en gyldig Ed25519-nøkkel.',
      en: 'The key is not a valid Ed25519 key.',
    });
  }
  const u = mod((1n + y) * power(mod(1n - y), p - 2n));
  return Uint8Array.from(Buffer.from(u.toString(16).padStart(64, '0'), 'hex').reverse());
}

function mod(value: bigint): bigint {
  return ((value % p) + p) % p;
}

function power(base: bigint, exponent: bigint): bigint {
  let [result, square] = [1n, base];
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if ((rest & 1n) === 1n) result = (result * square) % p;
    square = (square * square) % p;
  }
  return result;
}
