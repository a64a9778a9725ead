import { EventEmitter } from 'node:events';
import { connect } from 'node:net';
import ssh2 from 'ssh2';
import { expect, test } from 'vitest';
import { algorithms, macsFor } from '../../../src/sftp/algorithms.ts';
import { tailorOffer, takeRepeatedServiceRequests } from '../../../src/sftp/ssh2-handshake.ts';
import { makeKey } from '../../support/clients.ts';

/** The names in the first packet of a server that has seen this version. */
async function offerTo(version: string): Promise<{ done: boolean; offered: string }> {
  let done = false;
  const server = new ssh2.Server({ hostKeys: [makeKey().privateKey], algorithms });
  server.on('connection', (connection) => {
    connection.on('error', () => undefined);
    done = tailorOffer(connection, version) && takeRepeatedServiceRequests(connection);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  socket.write(`SSH-2.0-${version}\r\n`);
  let offered = '';
  for await (const chunk of socket) {
    offered += (chunk as Buffer).toString('latin1');
    if (offered.includes('none')) break;
  }
  socket.destroy();
  server.close();
  return { done, offered };
}

test('the pinned ssh2 still has the private fields: the offer can be made for the client', async () => {
  const modern = await offerTo('OpenSSH_10.0');
  expect(modern.done).toBe(true);
  expect(modern.offered).toContain('hmac-sha2-256-etm@openssh.com,hmac-sha2-512-etm@openssh.com\0');
  expect(modern.offered).toContain('kex-strict-s-v00@openssh.com');
  const old = await offerTo('libssh2_1.10.0');
  expect(old.offered).toContain(',hmac-sha2-256,hmac-sha2-512\0');
  expect(old.offered).toContain('kex-strict-s-v00@openssh.com');
});

test('leaves a library that it does not know as it is', () => {
  const stranger = new EventEmitter() as unknown as ssh2.Connection;
  expect(tailorOffer(stranger, 'libssh2_1.10.0')).toBe(false);
  expect(takeRepeatedServiceRequests(stranger)).toBe(false);
});

test('the weaker MACs are for old libssh2 only', () => {
  for (const version of ['libssh2_1.4.3', 'libssh2_1.9.0', 'libssh2_1.10.0'])
    expect(macsFor(version)).toContain('hmac-sha2-256');
  for (const version of ['libssh2_1.11.0', 'libssh2_1.11.1', 'OpenSSH_9.2p1', 'xlibssh2_1.10.0', ''])
    expect(macsFor(version)).not.toContain('hmac-sha2-256');
});
