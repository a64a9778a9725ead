/** What ssh-audit, the tool of those who look at us from outside, says of the door. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { systemClock } from '../../src/platform/clock.ts';
import { silentLog } from '../../src/platform/log.ts';
import { systemRandom } from '../../src/platform/random.ts';
import { defaultSftpOptions, type SftpServer, startSftpServer } from '../../src/sftp/server.ts';
import { isPresent, makeKey, run } from '../support/clients.ts';
import { createMemoryTree } from '../support/memory-tree.ts';

let server: SftpServer;
beforeAll(async () => {
  server = await startSftpServer(
    {
      hostKeys: [makeKey().privateKey],
      authenticate: async () => undefined,
      openTree: () => createMemoryTree(),
      log: silentLog,
      clock: systemClock,
      random: systemRandom,
    },
    { ...defaultSftpOptions, port: 0 },
  );
});
afterAll(() => server.close());

/**
 * What may be warned of: the marker of strict key exchange, which ssh-audit before 3.1 takes for an algorithm that it does
 * not know; and the exchange that has no defence against quantum computers, which 3.3 and later warn of.
 */
const expected = [
  /kex-strict-s-v00@openssh\.com .*unknown algorithm/,
  /\[warn\] does not provide protection against post-quantum attacks/,
];

test.skipIf(!isPresent('ssh-audit', ['--help'], 'ssh-audit'))(
  'finds no failure, and no warning but those that are known',
  async () => {
    const port = String(server.address.port);
    const { output } = await run('ssh-audit', ['-n', '-p', port, '127.0.0.1'], { timeoutMs: 60_000 });
    const lines = output.split('\n');
    expect(output).toContain('(key) ssh-ed25519');
    expect(output).toContain('(enc) aes128-gcm@openssh.com');
    expect(lines.filter((line) => line.includes('[fail]'))).toEqual([]);
    const warnings = lines.filter((line) => line.includes('[warn]'));
    expect(warnings.filter((line) => !expected.some((known) => known.test(line)))).toEqual([]);
    expect(lines.filter((line) => /\(rec\) [-!]/.test(line))).toEqual([]);
  },
  70_000,
);
