/** Keys in a hardware token with OpenSSH's own client; the token is one in software behind an agent. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../src/platform/clock.ts';
import { silentLog } from '../../src/platform/log.ts';
import { systemRandom } from '../../src/platform/random.ts';
import { defaultSftpOptions, type SftpServer, startSftpServer } from '../../src/sftp/server.ts';
import { isPresent, makeKey, makeWorkplace, run } from '../support/clients.ts';
import { createMemoryTree } from '../support/memory-tree.ts';
import { makeToken, startAgent, type Token } from '../support/token-agent.ts';

const known: Buffer[] = [];
const place = makeWorkplace();
let server: SftpServer;
beforeAll(async () => {
  server = await startSftpServer(
    {
      hostKeys: [makeKey().privateKey],
      authenticate: async ({ username, keyBlob }) =>
        known.some((blob) => blob.equals(keyBlob)) ? { personId: username } : undefined,
      openTree: () => createMemoryTree(),
      log: silentLog,
      clock: systemClock,
      random: systemRandom,
    },
    { ...defaultSftpOptions, port: 0, refusalMs: 1 },
  );
});
afterAll(async () => {
  await server.close();
  place.remove();
});

let agents = 0;

async function sftp(token: Token): Promise<string> {
  agents += 1;
  const path = place.path(`agent-${agents}`);
  const agent = await startAgent(path, token);
  const options = [
    'StrictHostKeyChecking=no',
    'UserKnownHostsFile=/dev/null',
    `IdentityAgent=${path}`,
    'LogLevel=ERROR',
  ].flatMap((option) => ['-o', option]);
  const args = [
    '-F',
    '/dev/null',
    '-P',
    String(server.address.port),
    ...options,
    '-b',
    '-',
    'kari@127.0.0.1',
  ];
  const { exitCode, output } = await run('sftp', args, { input: 'pwd\n', env: { HOME: place.path('.') } });
  agent.close();
  return exitCode === 0 ? 'in' : output;
}

describe.skipIf(!isPresent('ssh', ['-V']))('OpenSSH with a token', () => {
  test.each(['ed25519', 'ecdsa'] as const)('signs in with %s', async (kind) => {
    const token = makeToken(kind);
    known.push(token.blob);
    expect(await sftp(token)).toBe('in');
    token.flags = 5;
    expect(await sftp(token)).toBe('in');
  });

  test.each(['ed25519', 'ecdsa'] as const)('with %s and nobody to touch it does not', async (kind) => {
    const token = makeToken(kind);
    known.push(token.blob);
    token.flags = 4;
    expect(await sftp(token)).toContain('Permission denied');
  });

  test('that shows one key and signs with another does not', async () => {
    const token = makeToken('ed25519');
    known.push(token.blob);
    token.privateKey = makeToken('ed25519').privateKey;
    expect(await sftp(token)).toContain('Permission denied');
  });

  test('that nobody registered does not', async () => {
    expect(await sftp(makeToken('ecdsa'))).toContain('Permission denied');
  });
});
