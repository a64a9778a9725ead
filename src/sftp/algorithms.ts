/** The SSH algorithms this server offers: one list, pinned, so that an update of the library cannot widen it. */
import type { Algorithms } from 'ssh2';

/**
 * No SHA-1, CBC, RSA host key or NIST curve for the exchange, and no compression (it would run before anyone has signed
 * in). ssh2 adds strict key exchange (against Terrapin) to the list itself.
 */
export const algorithms: Required<Algorithms> = {
  kex: [
    'curve25519-sha256',
    'curve25519-sha256@libssh.org',
    'diffie-hellman-group16-sha512',
    'diffie-hellman-group18-sha512',
  ],
  serverHostKey: ['ssh-ed25519', 'ecdsa-sha2-nistp256', 'ecdsa-sha2-nistp384', 'ecdsa-sha2-nistp521'],
  cipher: [
    'aes128-gcm@openssh.com',
    'aes256-gcm@openssh.com',
    'chacha20-poly1305@openssh.com',
    'aes128-ctr',
    'aes192-ctr',
    'aes256-ctr',
  ],
  hmac: ['hmac-sha2-256-etm@openssh.com', 'hmac-sha2-512-etm@openssh.com'],
  compress: ['none'],
};

/** libssh2 before 1.11 (curl and PHP of Debian 12) knows neither GCM nor -etm, and would find no MAC at all. */
const oldLibssh2 = /^libssh2_1\.(?:\d|10)(?:\.|$)/;
const macsForOldLibssh2: readonly string[] = ['hmac-sha2-256', 'hmac-sha2-512'];

/**
 * The MACs for a client that has said which program it is. The name is part of what the exchange signs: somebody in
 * between who changes it to get the weaker offer ends the connection.
 */
export function macsFor(clientVersion: string): readonly string[] {
  return oldLibssh2.test(clientVersion)
    ? [...(algorithms.hmac as string[]), ...macsForOldLibssh2]
    : (algorithms.hmac as string[]);
}

/** Types of host keys that may be configured, as ssh2 names them. */
export const hostKeyTypes: readonly string[] = [
  'ssh-ed25519',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
];
