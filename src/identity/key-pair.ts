/** Makes an ed25519 key pair in OpenSSH's form: host keys, and keys for people who have none. */
import { createHash, generateKeyPairSync, randomBytes } from 'node:crypto';

export interface OpenSshKeyPair {
  /** An unencrypted `openssh-key-v1` file, as ssh-keygen writes it. Mode 0600 is the caller's duty. */
  privateKey: string;
  /** One line for authorized_keys or known_hosts. */
  publicLine: string;
  /** As ssh-keygen -l shows it: SHA256:… */
  fingerprint: string;
}

const keyType = 'ssh-ed25519';
const lineLength = 70;

function string(content: string | Uint8Array): Buffer {
  const bytes = Buffer.from(content as string);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

function rawKey(part: string | undefined): Buffer {
  return Buffer.from(part ?? '', 'base64url');
}

/**
 * Written after OpenSSH's PROTOCOL.key. ssh2's own generator is not used: one ed25519 key in 256 comes out of it
 * unreadable, because it drops leading zero bytes of the public key.
 */
export function generateEd25519Key(comment: string): OpenSshKeyPair {
  const { d, x } = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' });
  const [seed, publicKey] = [rawKey(d), rawKey(x)];
  const blob = Buffer.concat([string(keyType), string(publicKey)]);
  const check = randomBytes(4);
  const secret = Buffer.concat([
    check,
    check,
    string(keyType),
    string(publicKey),
    string(Buffer.concat([seed, publicKey])),
    string(comment),
  ]);
  // Padded with 1, 2, 3, … to the block size of no cipher: 8.
  const padding = Buffer.from([1, 2, 3, 4, 5, 6, 7]).subarray(0, (8 - (secret.length % 8)) % 8);
  const file = Buffer.concat([
    Buffer.from('openssh-key-v1\0'),
    string('none'),
    string('none'),
    string(''),
    uint32(1),
    string(blob),
    string(Buffer.concat([secret, padding])),
  ]).toString('base64');
  const lines = file.match(new RegExp(`.{1,${lineLength}}`, 'g')) ?? [];
  const digest = createHash('sha256').update(blob).digest('base64').replace(/=+$/, '');
  return {
    privateKey: `-----BEGIN OPENSSH PRIVATE KEY-----\n${lines.join('\n')}\n-----END OPENSSH PRIVATE KEY-----\n`,
    publicLine: `${keyType} ${blob.toString('base64')} ${comment}`,
    fingerprint: `SHA256:${digest}`,
  };
}
