import fc from 'fast-check';
import { expect, test } from 'vitest';
import { limits, openFlag, packetType, replyType } from '../../../src/sftp/protocol-numbers.ts';
import { fuzzSessions } from '../../fuzz/sftp-sessions.ts';
import { createMemoryTree } from '../../support/memory-tree.ts';
import { request, settle, startSession, text, uint32 } from './session-harness.ts';

const flags = openFlag.read | openFlag.write | openFlag.create;

/** Requests that a confused or hostile client could send about two files, on a handle or without one. */
function anyRequest(handles: readonly Buffer[]) {
  const id = fc.nat(0xffff_ffff);
  const handle = fc.oneof(fc.constantFrom(...handles), fc.uint8Array({ maxLength: 20 }).map(Buffer.from));
  const path = fc.constantFrom('/a', '/b', '', '..', 'x/y', '/a\0', '/dir');
  const offset = fc.oneof(fc.nat(5000), fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }));
  const smallSize = fc.nat(5000);
  return fc.oneof(
    fc.tuple(id, path, fc.nat(63)).map(([i, p, f]) => request.open(i, p, f)),
    fc.tuple(id, handle).map(([i, h]) => request.close(i, h)),
    fc.tuple(id, handle, offset, fc.nat()).map(([i, h, o, l]) => request.read(i, h, o, l)),
    fc.tuple(id, handle, smallSize, fc.uint8Array()).map(([i, h, o, d]) => request.write(i, h, o, d)),
    fc.tuple(id, handle).map(([i, h]) => request.readdir(i, h)),
    fc.tuple(id, path).map(([i, p]) => request.path(packetType.opendir, i, p)),
    fc.tuple(id, path).map(([i, p]) => request.path(packetType.remove, i, p)),
    fc.tuple(id, path).map(([i, p]) => request.mkdir(i, p)),
    fc.tuple(id, path, path).map(([i, p, q]) => request.rename(i, p, q)),
    fc.tuple(id, path, smallSize).map(([i, p, s]) => request.setSize(packetType.setstat, i, p, s)),
    fc.tuple(id, path).map(([i, p]) => request.extended(i, 'statvfs@openssh.com', text(p))),
    fc.tuple(id, fc.string()).map(([i, n]) => request.extended(i, n)),
  );
}

/** Two open handles; the token is random per session, so requests are made once they are known. */
async function startWithHandles() {
  const tree = createMemoryTree();
  const harness = await startSession(tree);
  const handles = [await harness.openFile('/a', flags), await harness.openFile('/b', flags)];
  harness.replies.length = 0;
  return { tree, harness, handles };
}

test('any mix of well-formed requests is answered one for one, in order, and leaves nothing open', async () => {
  await fc.assert(
    fc.asyncProperty(fc.infiniteStream(fc.nat()), fc.integer({ min: 1, max: 60 }), async (seeds, count) => {
      const { tree, harness, handles } = await startWithHandles();
      const seed = seeds.next().value as number;
      const requests = fc.sample(anyRequest(handles), { seed, numRuns: count });
      await harness.send(Buffer.concat(requests));
      await expect.poll(() => harness.replies.length, { interval: 1 }).toBe(count);
      expect(harness.replies.map((reply) => reply.id)).toEqual(
        requests.map((bytes) => Buffer.from(bytes).readUInt32BE(5)),
      );
      harness.session.endOfInput();
      await harness.session.disconnect();
      expect(tree.openFiles()).toBe(0);
    }),
    { numRuns: 150 },
  );
}, 20_000);

test('mutated sessions in random pieces never break more than themselves', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.nat(),
      fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 8 }),
      fc.array(fc.nat(), { maxLength: 12 }),
      async (seed, changes, cuts) => {
        const { tree, harness, handles } = await startWithHandles();
        const bytes = Buffer.concat(fc.sample(anyRequest(handles), { seed, numRuns: 20 }));
        for (const [at, value] of changes) bytes[at % bytes.length] = value;
        const pieces = cuts.map((cut) => cut % bytes.length).sort((a, b) => a - b);
        let from = 0;
        for (const cut of [...pieces, bytes.length]) {
          harness.session.receive(bytes.subarray(from, cut));
          from = cut;
        }
        harness.session.endOfInput();
        await expect.poll(() => harness.exits.length, { interval: 1 }).toBe(1);
        expect(tree.openFiles()).toBe(0);
      },
    ),
    { numRuns: 300 },
  );
}, 20_000);

test('random bytes after the greeting end in an exit status or wait for more', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
      const { tree, harness } = await startWithHandles();
      harness.session.receive(uint32(bytes.length + 1));
      harness.session.receive(Buffer.concat([Buffer.from([packetType.setstat]), bytes]));
      await settle();
      await harness.session.disconnect();
      expect(tree.openFiles()).toBe(0);
    }),
    { numRuns: 200 },
  );
}, 20_000);

test('sessions of hostile packets hold what must hold; .ci/run does it with a million', async () => {
  const summary = await fuzzSessions({ packets: 30_000, seed: 7 });
  expect(summary.packets).toBeGreaterThanOrEqual(30_000);
  expect(summary.replies).toBeGreaterThan(20_000);
}, 60_000);

test('of 100,000 files opened and never closed, as many are open as a session may have', async () => {
  const tree = createMemoryTree({ sink: true });
  const harness = await startSession(tree);
  for (let at = 0; at < 100_000; at += 50) {
    const burst = Array.from({ length: 50 }, (_, one) => request.open(at + one, `/${at + one}`, flags));
    harness.session.receive(Buffer.concat(burst));
    while (harness.replies.length < at + 50) await new Promise((resolve) => setImmediate(resolve));
  }
  expect(harness.replies.filter((reply) => reply.type === replyType.handle)).toHaveLength(limits.openHandles);
  expect(tree.openFiles()).toBe(limits.openHandles);
  await harness.session.disconnect();
  expect(tree.openFiles()).toBe(0);
}, 60_000);

test('two writers of one file, and renames that cross, end with one whole file and nothing open', async () => {
  const tree = createMemoryTree();
  const [one, two] = await Promise.all([startSession(tree), startSession(tree)]);
  for (let round = 0; round < 50; round++) {
    const [a, b] = await Promise.all([one.openFile('/x.part', flags), two.openFile('/x.part', flags)]);
    const sent = await Promise.all([
      one.ask(request.write(1, a!, 0, Buffer.from('aaaa'))),
      two.ask(request.write(1, b!, 0, Buffer.from('bbbb'))),
    ]);
    expect(sent.map((reply) => reply.code)).toEqual([0, 0]);
    await Promise.all([one.ask(request.close(2, a!)), two.ask(request.close(2, b!))]);
    const renamed = await Promise.all([
      one.ask(request.rename(3, '/x.part', `/x-${round}`)),
      two.ask(request.rename(3, '/x.part', `/x-${round}`)),
    ]);
    expect(renamed.filter((reply) => reply.code === 0)).toHaveLength(1);
    expect(['aaaa', 'bbbb']).toContain(tree.files.get(`/x-${round}`)?.toString());
  }
  expect(tree.openFiles()).toBe(0);
}, 20_000);
