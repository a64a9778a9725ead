import ssh2 from 'ssh2';
import { expect, test } from 'vitest';
import { parsePublicKey } from '../../../src/identity/ssh-keys.ts';

const pair = ssh2.utils.generateKeyPairSync('ed25519', { comment: 'kari@machine' });

test('reads an ed25519 line and its fingerprint', () => {
  const key = parsePublicKey(`  ${pair.public}\n`);
  expect(key.algorithm).toBe('ssh-ed25519');
  expect(key.blob.length).toBe(51);
  expect(key.fingerprint).toMatch(/^SHA256:[A-Za-z0-9+/]{43}$/);
});

test('refuses a private key, and says never to send it', () => {
  expect(() => parsePublicKey(pair.private)).toThrow(/private key/);
});

test.each([
  ['', 'one line'],
  ['hello', 'one line'],
  ['ssh-dss AAAAB3NzaC1kc3MAAA', 'one line'],
  [pair.public.slice(0, 40), 'damaged'],
  [pair.public.replace('ssh-ed25519', 'ecdsa-sha2-nistp256'), 'damaged'],
  ['ssh-ed25519 ////////', 'damaged'],
])('refuses what is no key: %#', (line, reason) => {
  expect(() => parsePublicKey(line)).toThrow(reason);
});

test('refuses a short RSA key and takes a long one', () => {
  const line = (bits: number): string => ssh2.utils.generateKeyPairSync('rsa', { bits }).public;
  expect(() => parsePublicKey(line(2048))).toThrow(/3072/);
  expect(parsePublicKey(line(3072)).algorithm).toBe('ssh-rsa');
});
