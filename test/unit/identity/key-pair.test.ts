import ssh2 from 'ssh2';
import { expect, test } from 'vitest';
import { generateEd25519Key } from '../../../src/identity/key-pair.ts';
import { isPresent, makeWorkplace, run } from '../../support/clients.ts';

test('every generated key can be read, also those whose public half begins with a zero byte', () => {
  for (let at = 0; at < 1500; at++) {
    const key = generateEd25519Key('test');
    const parsed = ssh2.utils.parseKey(key.privateKey) as ssh2.ParsedKey;
    expect(parsed).not.toBeInstanceOf(Error);
    expect(parsed.getPublicSSH().toString('base64')).toBe(key.publicLine.split(' ')[1]);
  }
});

test.skipIf(!isPresent('ssh-keygen', ['-?']))(
  'ssh-keygen finds the same public key and fingerprint',
  async () => {
    const place = makeWorkplace();
    const key = generateEd25519Key('host of a test');
    const file = place.write('key', key.privateKey);
    const shown = async (flag: string) => (await run('ssh-keygen', [flag, '-f', file])).output;
    expect((await shown('-y')).trim()).toBe(key.publicLine);
    expect(await shown('-l')).toContain(key.fingerprint);
    place.remove();
  },
);
