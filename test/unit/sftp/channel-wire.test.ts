import { randomBytes } from 'node:crypto';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import ssh2, { type CipherAlgorithm, type ClientChannel, type Connection } from 'ssh2';
import { describe, expect, test } from 'vitest';
import { reuseBuffers } from '../../../src/sftp/channel-wire.ts';
import { pushOrCopy, takeReceiveWindow } from '../../../src/sftp/ssh2-internals.ts';
import { makeKey } from '../../support/clients.ts';

const megabytes = 12;

describe.each<CipherAlgorithm>(['aes128-gcm@openssh.com', 'chacha20-poly1305@openssh.com', 'aes128-ctr'])(
  'buffers that are used again, with %s',
  (cipher) => {
    test('what comes and what goes stays as it was, with pauses and new keys in between', async () => {
      const ssh = new ssh2.Server({ hostKeys: [makeKey().privateKey], algorithms: { cipher: [cipher] } });
      const [sockets, connections]: [Socket[], Connection[]] = [[], []];
      ssh.on('connection', (connection: Connection) => {
        connections.push(connection);
        connection.on('error', () => undefined);
        connection.on('authentication', (context) => context.accept());
        connection.on('session', (acceptSession) => {
          acceptSession().on('subsystem', (accept) => {
            const channel = accept();
            const window = takeReceiveWindow(channel);
            pushOrCopy(channel);
            reuseBuffers(connection, sockets[0]!);
            window.topUp();
            let bytes = 0;
            channel.on('data', (chunk: Buffer) => {
              const pauses = Math.floor(bytes / 2 ** 20) < Math.floor((bytes + chunk.length) / 2 ** 20);
              bytes += chunk.length;
              channel.write(Buffer.from(chunk));
              window.topUp();
              if (!pauses) return;
              channel.pause();
              connection.rekey();
              setTimeout(() => {
                channel.resume();
                window.topUp();
              }, 5);
            });
          });
        });
      });
      const server = createServer((socket) => {
        sockets.push(socket);
        ssh.injectSocket(socket);
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
      const client = new ssh2.Client();
      const opened = new Promise<ClientChannel>((resolve, reject) => {
        client.on('error', reject);
        client.on('ready', () => {
          client.subsys('sftp', (error, channel) => (error ? reject(error) : resolve(channel)));
        });
      });
      const { port } = server.address() as AddressInfo;
      client.connect({ host: '127.0.0.1', port, username: 'x', algorithms: { cipher: [cipher] } });
      const channel = await opened;

      const sent = randomBytes(megabytes * 2 ** 20);
      const echoed: Buffer[] = [];
      let missing = sent.length;
      const all = new Promise<void>((resolve) => {
        channel.on('data', (chunk: Buffer) => {
          echoed.push(Buffer.from(chunk));
          missing -= chunk.length;
          if (missing === 0) resolve();
        });
      });
      for (let at = 0; at < sent.length; at += 100_000) channel.write(sent.subarray(at, at + 100_000));
      await all;
      expect(Buffer.concat(echoed).equals(sent)).toBe(true);
      client.end();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    });
  },
);
