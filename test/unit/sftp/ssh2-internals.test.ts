import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import ssh2, { type ClientChannel, type Connection, type ServerChannel } from 'ssh2';
import { expect, test } from 'vitest';
import { isExchangingKeys, takeReceiveWindow, windowBytes } from '../../../src/sftp/ssh2-internals.ts';
import { makeKey } from '../../support/clients.ts';

test('the pinned ssh2 still has the private fields: a 4 MiB window that is topped up, and the exchange of keys', async () => {
  const { version } = createRequire(import.meta.url)('ssh2/package.json') as { version: string };
  expect(version).toBe('1.17.0');

  let topUps = 0;
  const seen = new Promise<{ connection: Connection; channel: ServerChannel }>((resolve) => {
    server.on('connection', (connection: Connection) => {
      connection.on('authentication', (context) => context.accept());
      connection.on('session', (acceptSession) => {
        acceptSession().on('subsystem', (accept) => {
          const channel = accept();
          const window = takeReceiveWindow(channel);
          window.topUp(0);
          channel.on('data', () => {
            topUps += 1;
            window.topUp(0);
          });
          resolve({ connection, channel });
        });
      });
    });
  });
  const client = new ssh2.Client();
  const opened = new Promise<ClientChannel>((resolve, reject) => {
    client.on('error', reject);
    client.on('ready', () => {
      client.subsys('sftp', (error, channel) => (error ? reject(error) : resolve(channel)));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  client.connect({ host: '127.0.0.1', port: (server.address() as AddressInfo).port, username: 'x' });

  const clientChannel = await opened;
  const { connection } = await seen;
  const { outgoing } = clientChannel as unknown as { outgoing: { window: number } };
  await expect.poll(() => outgoing.window).toBe(windowBytes);
  await new Promise((resolve) => clientChannel.write(Buffer.alloc(3 * 1024 * 1024), resolve));
  await expect.poll(() => outgoing.window).toBeGreaterThan(windowBytes - 256 * 1024);
  expect(topUps).toBeGreaterThan(0);

  expect(isExchangingKeys(connection)).toBe(false);
  const done = new Promise<void>((resolve) => connection.rekey(() => resolve()));
  expect(isExchangingKeys(connection)).toBe(true);
  await done;
  expect(isExchangingKeys(connection)).toBe(false);
  client.end();
  await new Promise<void>((resolve) => server.close(() => resolve()));
});

const server = new ssh2.Server({ hostKeys: [makeKey().privateKey] });
