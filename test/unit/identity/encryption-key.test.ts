/** An SSH key as a recipient: the X25519 key whose private half its owner can derive, and nothing that is no key. */
import { createHash, createPrivateKey, createPublicKey } from 'node:crypto';
import { expect, test } from 'vitest';
import { encryptionKeyOf, parseEncryptionKey } from '../../../src/identity/encryption-key.ts';
import { generateEd25519Key } from '../../../src/identity/key-pair.ts';
import { fingerprintOf } from '../../../src/identity/ssh-keys.ts';
import { systemRandom } from '../../../src/platform/random.ts';
import { x25519PublicKey } from '../../../src/storage/crypt4gh/x25519.ts';

const pkcs8 = Buffer.from('302e020100300506032b657004220420', 'hex');

/** RFC 8032 section 5.1.5: the scalar of an Ed25519 key is the first half of SHA-512 of its seed; X25519 clamps it. */
function pair() {
  const seed = systemRandom.bytes(32);
  const key = createPrivateKey({ key: Buffer.concat([pkcs8, seed]), format: 'der', type: 'pkcs8' });
  const ed25519 = createPublicKey(key).export({ type: 'spki', format: 'der' }).subarray(-32);
  const scalar = createHash('sha512').update(seed).digest().subarray(0, 32);
  return { ed25519, x25519: x25519PublicKey(scalar) };
}

const wire = (key: Uint8Array) => {
  const field = (bytes: Uint8Array) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    return Buffer.concat([length, bytes]);
  };
  return Buffer.concat([field(Buffer.from('ssh-ed25519')), field(key)]);
};

test('turns any Ed25519 key into the X25519 key of the same scalar', () => {
  for (let i = 0; i < 30; i += 1) {
    const { ed25519, x25519 } = pair();
    expect(Buffer.from(encryptionKeyOf(wire(ed25519)).publicKey)).toEqual(Buffer.from(x25519));
  }
});

test('reads the line of a .pub file, and a Crypt4GH public key', () => {
  const line = generateEd25519Key('kari@example').publicLine;
  const blob = Buffer.from(line.split(' ')[1]!, 'base64');
  expect(parseEncryptionKey(`${line}\n`)).toEqual({
    ...encryptionKeyOf(blob),
    fingerprint: fingerprintOf(blob),
  });
  const raw = systemRandom.bytes(32);
  const text = `-----BEGIN CRYPT4GH PUBLIC KEY-----\n${Buffer.from(raw).toString('base64')}\n-----END CRYPT4GH PUBLIC KEY-----\n`;
  expect(Buffer.from(parseEncryptionKey(text).publicKey)).toEqual(Buffer.from(raw));
});

test.each([
  ['the neutral element', Buffer.from([1, ...Buffer.alloc(31)])],
  ['a number that is too large', Buffer.alloc(32, 0xff).fill(0x7f, 31)],
  ['a point that is not on the curve', Buffer.from([2, ...Buffer.alloc(31)])],
])('refuses %s', (_, key) => {
  expect(() => encryptionKeyOf(wire(key))).toThrow(/not a valid Ed25519 key/);
});

test('refuses private keys and other kinds of keys', () => {
  expect(() => parseEncryptionKey('-----BEGIN OPENSSH PRIVATE KEY-----')).toThrow(/private key/);
  expect(() =>
    parseEncryptionKey('-----BEGIN CRYPT4GH PUBLIC KEY-----\nAAAA\n-----END CRYPT4GH PUBLIC KEY-----'),
  ).toThrow();
  expect(() => parseEncryptionKey('')).toThrow(/ssh-ed25519/);
});
