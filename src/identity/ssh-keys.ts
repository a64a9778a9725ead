/** Public keys as people paste them: one OpenSSH line, checked before it can open a door. */
import { createHash } from 'node:crypto';
import { AppError } from '../platform/errors.ts';

export interface PublicKey {
  algorithm: string;
  /** The key in SSH wire format (RFC 4253 section 6.6). */
  blob: Uint8Array;
  /** `SHA256:` and unpadded base64, as ssh-keygen -l prints it. */
  fingerprint: string;
}

const accepted = [
  'ssh-ed25519',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'ssh-rsa',
  'sk-ssh-ed25519@openssh.com',
  'sk-ecdsa-sha2-nistp256@openssh.com',
];
const RSA_BITS = 3072;

/** Parses one line of a `.pub` file. Throws `invalid-input` with the reason when it is no key that we take. */
export function parsePublicKey(line: string): PublicKey {
  const text = line.trim();
  if (text.includes('PRIVATE KEY')) {
    throw refusal(
      'Dette er en privat nøkkel. Send den aldri til noen; bruk filen som ender på .pub.',
      'This is a private key. Never send it to anyone; use the file that ends in .pub.',
    );
  }
  const [algorithm = '', base64 = ''] = text.split(/\s+/);
  if (!accepted.includes(algorithm)) {
    throw refusal(
      'Nøkkelen må være en linje som begynner med ssh-ed25519, ecdsa-sha2-nistp…, ssh-rsa, sk-ssh-ed25519@openssh.com eller sk-ecdsa-sha2-nistp256@openssh.com. Lag en med: ssh-keygen -t ed25519',
      'The key must be one line starting with ssh-ed25519, ecdsa-sha2-nistp…, ssh-rsa, sk-ssh-ed25519@openssh.com or sk-ecdsa-sha2-nistp256@openssh.com. Make one with: ssh-keygen -t ed25519',
    );
  }
  const blob = Buffer.from(base64, 'base64');
  const fields = wireFields(blob);
  if (
    fields === undefined ||
    Buffer.from(fields[0] ?? []).toString('latin1') !== algorithm ||
    fields.length < 2
  ) {
    throw refusal(
      'Nøkkelen er skadet eller avkortet; kopier hele linjen.',
      'The key is damaged or cut short; copy the whole line.',
    );
  }
  if (algorithm === 'ssh-rsa' && bitLength(fields[2] ?? new Uint8Array()) < RSA_BITS) {
    throw refusal(
      `RSA-nøkler må ha minst ${RSA_BITS} biter. Lag heller en ny med: ssh-keygen -t ed25519`,
      `RSA keys need at least ${RSA_BITS} bits. Better make a new one with: ssh-keygen -t ed25519`,
    );
  }
  return { algorithm, blob, fingerprint: fingerprintOf(blob) };
}

/** The fingerprint of a key in wire format. */
export function fingerprintOf(blob: Uint8Array): string {
  return 'SHA256:' + createHash('sha256').update(blob).digest('base64').replace(/=+$/, '');
}

/** The length-prefixed fields of a wire-format key, or undefined when they do not fill it exactly. */
function wireFields(blob: Buffer): Uint8Array[] | undefined {
  const fields: Uint8Array[] = [];
  let at = 0;
  while (at < blob.length) {
    if (at + 4 > blob.length) return undefined;
    const length = blob.readUInt32BE(at);
    if (at + 4 + length > blob.length) return undefined;
    fields.push(blob.subarray(at + 4, at + 4 + length));
    at += 4 + length;
  }
  return fields;
}

function bitLength(mpint: Uint8Array): number {
  const first = mpint.findIndex((byte) => byte !== 0);
  return first < 0 ? 0 : (mpint.length - first) * 8 - Math.clz32(mpint[first] ?? 0) + 24;
}

function refusal(nb: string, en: string): AppError {
  return new AppError('invalid-input', { nb, en });
}
