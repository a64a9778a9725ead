import { EventEmitter } from 'node:events';
import fc from 'fast-check';
import ssh2 from 'ssh2';
import { expect, test } from 'vitest';
import { systemRandom } from '../../../src/platform/random.ts';
import { algorithms } from '../../../src/sftp/algorithms.ts';
import { borrowName, hybridNames, respond, takeHybridExchange } from '../../../src/sftp/hybrid-exchange.ts';
import { ciphertextBytes, encapsulate, publicKeyBytes } from '../../../src/sftp/sntrup761.ts';
import { makeKey } from '../../support/clients.ts';
import { text } from './session-harness.ts';

const deps = { random: systemRandom };
const offered = [...hybridNames, 'curve25519-sha256', 'diffie-hellman-group16-sha512'];

function kexInit(names: string): Buffer {
  return Buffer.concat([Buffer.alloc(17, 20), text(names), text('ssh-ed25519'), Buffer.from('the rest')]);
}

test('the pinned ssh2 still has the private fields', async () => {
  const server = new ssh2.Server({ hostKeys: [makeKey().privateKey], algorithms });
  const taken = new Promise((resolve) => {
    server.on('connection', (connection) => {
      connection.on('error', () => undefined);
      resolve(takeHybridExchange(deps, connection));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const client = new ssh2.Client();
  client.on('error', () => undefined);
  client.connect({ host: '127.0.0.1', port: (server.address() as { port: number }).port, username: 'x' });
  expect(await taken).toBe(true);
  client.destroy();
  server.close();
});

test('leaves a library that it does not know as it is', () => {
  expect(takeHybridExchange(deps, new EventEmitter() as unknown as ssh2.Connection)).toBe(false);
});

test("stands in for the client's first name that is offered, and only when that is the hybrid", () => {
  const [, openssh = ''] = hybridNames;
  const borrowed = borrowName(
    kexInit(`mlkem768x25519-sha256,${openssh},curve25519-sha256,ext-info-c`),
    offered,
  );
  expect(borrowed).toEqual({
    name: openssh,
    payload: kexInit('mlkem768x25519-sha256,curve25519-sha256,curve25519-sha256,ext-info-c'),
  });
  for (const names of [`curve25519-sha256,${openssh}`, 'mlkem768x25519-sha256', '', 'ext-info-c'])
    expect(borrowName(kexInit(names), offered)).toBeUndefined();
  expect(borrowName(kexInit(openssh), ['curve25519-sha256'])).toBeUndefined();
});

test('never throws on a malformed KEXINIT, and never makes a wrong one out of it', () => {
  const whole = kexInit(hybridNames.join(','));
  fc.assert(
    fc.property(fc.nat(whole.length - 1), fc.nat(255), fc.nat(whole.length), (at, value, length) => {
      const bytes = Buffer.from(whole);
      bytes[at] = value;
      const borrowed = borrowName(bytes.subarray(0, length), offered);
      if (borrowed !== undefined) expect(hybridNames).toContain(borrowed.name);
    }),
  );
});

test('answers with halves of the right length, anew each time', () => {
  const client = Buffer.concat([Buffer.alloc(publicKeyBytes, 3), Buffer.alloc(32, 9)]);
  const [one, two] = [respond(deps, client), respond(deps, client)];
  expect(one.reply).toHaveLength(ciphertextBytes + 32);
  expect(one.secret).toHaveLength(64);
  expect(one.secret.equals(two.secret)).toBe(false);
  expect(one.reply.equals(two.reply)).toBe(false);
});

test('refuses halves of another length, and points of small order', () => {
  for (const length of [0, 32, publicKeyBytes, publicKeyBytes + 31, publicKeyBytes + 33])
    expect(() => respond(deps, Buffer.alloc(length, 9))).toThrow();
  expect(() => respond(deps, Buffer.alloc(publicKeyBytes + 32))).toThrow();
});

test('encapsulates to any key of the right length: what a client sends cannot make it throw', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: publicKeyBytes, maxLength: publicKeyBytes }), (key) => {
      const { ciphertext, secret } = encapsulate(deps, key);
      expect([ciphertext.length, secret.length]).toEqual([ciphertextBytes, 32]);
    }),
    { numRuns: 30 },
  );
  expect(() => encapsulate(deps, new Uint8Array(publicKeyBytes - 1))).toThrow(RangeError);
});
