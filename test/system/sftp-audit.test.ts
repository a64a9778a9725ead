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
 * What may be warned of: names that are younger than the tool. ssh-audit before 3.1 does not know the marker of strict key
 * exchange and the post-quantum exchange without a suffix, and calls the one with a suffix an experiment.
 */
const expected = [
  /kex-strict-s-v00@openssh\.com .*unknown algorithm/,
  /sntrup761x25519-sha512 .*unknown algorithm/,
  /sntrup761x25519-sha512@openssh\.com .*experimental algorithm/,
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
    const toRemove = lines.filter((line) => /\(rec\) [-!]/.test(line));
    expect(toRemove.filter((line) => !line.includes('sntrup761x25519'))).toEqual([]);
  },
  70_000,
);
