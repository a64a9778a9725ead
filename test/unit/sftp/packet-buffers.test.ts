import { expect, test } from 'vitest';
import { createPacketBuffers } from '../../../src/sftp/packet-buffers.ts';
import { openFlag, status } from '../../../src/sftp/protocol-numbers.ts';
import { createMemoryTree } from '../../support/memory-tree.ts';
import { request, startSession } from './session-harness.ts';

const big = 200_000;

test('uses a buffer again once it is given back, and never for two at a time', () => {
  const buffers = createPacketBuffers({ keepBytes: 512 * 1024 });
  const one = buffers.take(big);
  const two = buffers.take(big);
  expect(two.buffer).not.toBe(one.buffer);
  buffers.give(one);
  buffers.give(one);
  const three = buffers.take(big - 1);
  expect(three).toHaveLength(big - 1);
  expect(three.buffer).toBe(one.buffer);
  expect(buffers.take(big).buffer).not.toBe(one.buffer);
});

test('keeps no more than it was told, and leaves foreign bytes alone', () => {
  const buffers = createPacketBuffers({ keepBytes: 256 * 1024 });
  const taken = [1, 2, 3].map(() => buffers.take(big));
  for (const buffer of taken) buffers.give(buffer);
  const foreign = Buffer.alloc(big);
  buffers.give(foreign);
  expect(buffers.take(big).buffer).toBe(taken[0]!.buffer);
  expect([...taken.slice(1), foreign].map(({ buffer }) => buffer)).not.toContain(buffers.take(big).buffer);
});

test('the bytes of a WRITE stay as they are until the tree has accepted them', async () => {
  const seen: number[] = [];
  const tree = createMemoryTree();
  const open = tree.open.bind(tree);
  tree.open = async (path, options) => ({
    ...(await open(path, options)),
    async write(_offset, data) {
      await new Promise((resolve) => setTimeout(resolve, 3));
      seen.push(...new Set(data));
    },
  });
  const { session, openFile, replies } = await startSession(tree);
  const handle = await openFile('/a', openFlag.write | openFlag.create);
  replies.length = 0;
  for (let at = 0; at < 40; at++) {
    const bytes = request.write(at, handle, 0, Buffer.alloc(big, at));
    session.receive(bytes.subarray(0, 30_000)); // in pieces, so that it is assembled
    session.receive(bytes.subarray(30_000));
  }
  await expect.poll(() => replies.length).toBe(40);
  expect(replies.every(({ code }) => code === status.ok)).toBe(true);
  expect(seen).toEqual([...Array(40).keys()]);
});
