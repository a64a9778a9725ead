import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { expect, test } from 'vitest';
import { readIntoOneBuffer } from '../../../src/sftp/socket-reads.ts';

async function connected(): Promise<{ near: Socket; far: Socket; close(): void }> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  const far = connect((server.address() as AddressInfo).port, '127.0.0.1');
  const [near] = (await once(server, 'connection')) as [Socket];
  return {
    near,
    far,
    close() {
      near.destroy();
      far.destroy();
      server.close();
    },
  };
}

const content = Buffer.alloc(3_000_000, 'abcdefghijk');

test('this Node reads an accepted socket into one buffer, every byte and the end', async () => {
  const { near, far, close } = await connected();
  const memories = new Set<ArrayBufferLike>();
  const received: Buffer[] = [];
  expect(readIntoOneBuffer(near, () => false)).toBe(true);
  near.on('data', (chunk) => {
    memories.add(chunk.buffer);
    received.push(Buffer.from(chunk));
  });
  far.end(content);
  await once(near, 'end');
  expect(Buffer.concat(received).equals(content)).toBe(true);
  expect(memories.size).toBe(1);
  close();
});

test('a buffer that somebody holds on to, or a paused socket, is never written again', async () => {
  for (const held of [() => true, () => false]) {
    const { near, far, close } = await connected();
    const received: Buffer[] = [];
    readIntoOneBuffer(near, held);
    near.on('data', (chunk) => {
      received.push(held() ? chunk : Buffer.from(chunk));
      near.pause();
      setTimeout(() => near.resume(), 1);
    });
    far.end(content);
    await once(near, 'end');
    expect(Buffer.concat(received).equals(content)).toBe(true);
    close();
  }
});
