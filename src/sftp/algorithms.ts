/** The SSH algorithms this server offers: one list, pinned, so that an update of the library cannot widen it. */
import type { Algorithms } from 'ssh2';

/**
 * No SHA-1, CBC or RSA host key, and no compression (it would run before anyone has signed in). ssh2 adds strict key
 * exchange (against Terrapin) to the list itself. It has no post-quantum exchange; OpenSSH >= 10.1 warns of that.
 */
export const algorithms: Algorithms = {
  kex: [
    'curve25519-sha256',
    'curve25519-sha256@libssh.org',
    'ecdh-sha2-nistp256',
    'ecdh-sha2-nistp384',
    'ecdh-sha2-nistp521',
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
  // The last two only for libssh2 before 1.11 (curl and PHP of Debian 12), which knows neither GCM nor -etm.
  hmac: ['hmac-sha2-256-etm@openssh.com', 'hmac-sha2-512-etm@openssh.com', 'hmac-sha2-256', 'hmac-sha2-512'],
  compress: ['none'],
};

/** Types of host keys that may be configured, as ssh2 names them. */
export const hostKeyTypes: readonly string[] = [
  'ssh-ed25519',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
];
