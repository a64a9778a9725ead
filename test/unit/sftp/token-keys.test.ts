import { generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parsePublicKey } from '../../../src/identity/ssh-keys.ts';
import { parseTokenKey, verifyWithToken } from '../../../src/sftp/token-keys.ts';
import { makeToken, sshString } from '../../support/token-agent.ts';

const message = Buffer.from('session and request');

describe.each(['ed25519', 'ecdsa'] as const)('a token with %s', (kind) => {
  const token = makeToken(kind);
  const key = parseTokenKey(token.type, token.blob)!;

  test('is read from the line of its .pub file', () => {
    expect(parsePublicKey(token.publicLine)).toMatchObject({ algorithm: token.type });
    expect(key.application.toString()).toBe('ssh:');
  });

  test('its signatures are verified, with and without a PIN', () => {
    for (let at = 0; at < 50; at++) {
      token.flags = at % 2 === 0 ? 1 : 5;
      expect(verifyWithToken(key, message, token.signBare(message))).toBe(true);
    }
  });

  test('a signature that nobody touched the token for is refused', () => {
    for (const flags of [0, 4, 0x80]) {
      token.flags = flags;
      expect(verifyWithToken(key, message, token.signBare(message))).toBe(false);
    }
    token.flags = 1;
  });

  test('every bit counts, of signature, flags and counter', () => {
    const signature = token.signBare(message);
    for (let bit = 0; bit < signature.length * 8; bit++) {
      const changed = Buffer.from(signature);
      changed[bit >> 3]! ^= 1 << (bit & 7);
      expect(verifyWithToken(key, message, changed)).toBe(false);
    }
  });

  test('another message, another key and another application are refused', () => {
    expect(verifyWithToken(key, Buffer.from('other'), token.signBare(message))).toBe(false);
    const other = makeToken(kind);
    expect(verifyWithToken(key, message, other.signBare(message))).toBe(false);
    const elsewhere = { ...key, application: Buffer.from('ssh:elsewhere') };
    expect(verifyWithToken(elsewhere, message, token.signBare(message))).toBe(false);
  });

  test('of any bytes it neither throws nor is content', () => {
    const signature = token.signBare(message);
    for (let length = 0; length < signature.length; length++)
      expect(verifyWithToken(key, message, signature.subarray(0, length))).toBe(false);
    expect(verifyWithToken(key, message, Buffer.concat([signature, Buffer.alloc(1)]))).toBe(false);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 120 }), (bytes) => {
        expect(verifyWithToken(key, message, Buffer.from(bytes))).toBe(false);
        expect(parseTokenKey(token.type, Buffer.from(bytes))).toBeUndefined();
      }),
    );
    for (let length = 0; length < token.blob.length; length++)
      expect(parseTokenKey(token.type, token.blob.subarray(0, length))).toBeUndefined();
  });

  test('a key that was made for a web page is no key for SSH', () => {
    const web = makeToken(kind, 'https://example.no');
    expect(parseTokenKey(web.type, web.blob)).toBeUndefined();
  });
});

test('takes no point off the curve, no other curve, and no other type', () => {
  const type = 'sk-ecdsa-sha2-nistp256@openssh.com';
  const blob = (curve: string, point: Buffer) =>
    Buffer.concat([sshString(type), sshString(curve), sshString(point), sshString('ssh:')]);
  const { x = '', y = '' } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).publicKey.export({
    format: 'jwk',
  });
  const point = Buffer.concat([Buffer.from([4]), Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')]);
  expect(parseTokenKey(type, blob('nistp256', point))).toBeDefined();
  expect(parseTokenKey(type, blob('nistp384', point))).toBeUndefined();
  expect(parseTokenKey('sk-ssh-ed25519@openssh.com', blob('nistp256', point))).toBeUndefined();
  point[64]! ^= 1;
  expect(parseTokenKey(type, blob('nistp256', point))).toBeUndefined();
});
