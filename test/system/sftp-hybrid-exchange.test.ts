/** The post-quantum exchange with OpenSSH's own client, first keys and new keys from either side. */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { systemClock } from '../../src/platform/clock.ts';
import type { Log } from '../../src/platform/log.ts';
import { systemRandom } from '../../src/platform/random.ts';
import { hybridNames } from '../../src/sftp/hybrid-exchange.ts';
import { defaultSftpOptions, type SftpServer, startSftpServer } from '../../src/sftp/server.ts';
import { isPresent, makeKey, makeWorkplace, openSshOptions, run } from '../support/clients.ts';
import { createMemoryTree } from '../support/memory-tree.ts';

const place = makeWorkplace();
const kari = makeKey();
const content = randomBytes(6_000_000);
const agreed: unknown[] = [];
let server: SftpServer;
beforeAll(async () => {
  const note = (fields: { kex?: string }) => {
    if (typeof fields === 'object' && fields.kex !== undefined) agreed.push(fields.kex);
  };
  const none = () => undefined;
  const log = {
    trace: none,
    debug: none,
    warn: none,
    error: none,
    info: note,
    child: () => log,
  } as unknown as Log;
  server = await startSftpServer(
    {
      hostKeys: [makeKey().privateKey],
      authenticate: async ({ username }) => ({ personId: username }),
      openTree: () => createMemoryTree(),
      log,
      clock: systemClock,
      random: systemRandom,
    },
    { ...defaultSftpOptions, port: 0, rekeyBytes: 2_000_000 },
  );
});
afterAll(async () => {
  await server.close();
  place.remove();
});

const offersIt = isPresent('ssh', ['-Q', 'kex'], 'sntrup761x25519-sha512@openssh.com');
const known = isPresent('ssh', ['-Q', 'kex'], 'sntrup761x25519-sha512\n')
  ? hybridNames
  : hybridNames.filter((name) => name.includes('@'));

test.skipIf(!offersIt).each(known)(
  'OpenSSH agrees on %s, again and again, and its file comes through',
  async (name) => {
    const key = place.write(`key-${agreed.length}`, kari.privateKey);
    const file = place.write('sent', content);
    const back = place.path('back');
    const options = [...openSshOptions(key, server.address.port), '-o', `KexAlgorithms=${name}`];
    const args = [...options, '-o', 'RekeyLimit=1M', '-b', '-', 'kari@127.0.0.1'];
    const input = `put ${file} /x\nget /x ${back}\n`;
    const { exitCode, output } = await run('sftp', args, { input, timeoutMs: 60_000 });
    expect({ exitCode, output }).toMatchObject({ exitCode: 0 });
    expect(readFileSync(back).equals(content)).toBe(true);
    expect(agreed.at(-1)).toBe(name);
  },
  70_000,
);

test.skipIf(!offersIt)('an OpenSSH that may choose chooses it', async () => {
  const key = place.write('key', kari.privateKey);
  const args = [...openSshOptions(key, server.address.port), '-b', '-', 'kari@127.0.0.1'];
  expect((await run('sftp', args, { input: 'pwd\n' })).exitCode).toBe(0);
  expect(hybridNames).toContain(agreed.at(-1));
});
