/** A store that fails at any one call, under the whole way of a file from the codec to the rows: nothing half, nothing wrong. */
import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { verifyStore } from '../../../src/custody/verify-store.ts';
import { publishDelivery } from '../../../src/deliveries/publish.ts';
import { createPacketBuffers } from '../../../src/sftp/packet-buffers.ts';
import { createPacketReader } from '../../../src/sftp/packet-reader.ts';
import { openFlag, packetType, replyType, status } from '../../../src/sftp/protocol-numbers.ts';
import { createSession, defaultSessionOptions } from '../../../src/sftp/session.ts';
import { createProjectTree } from '../../../src/sftp/tree/project-tree.ts';
import { watchStore } from '../../../src/storage/watched-store.ts';
import { addTestPerson, addTestProject, openTestCore, operator, type TestCore } from '../../support/core.ts';
import { createFaultyStore, type FaultyStore, type StoreMethod } from '../../support/faulty-store.ts';
import { request, type ShownReply, showReply } from './session-harness.ts';

const project = 'P1';
const errnos = ['ENOSPC', 'EROFS', 'EIO'];

let core: TestCore;
let faulty: FaultyStore;
const alarms: unknown[] = [];

beforeAll(async () => {
  core = await openTestCore();
  faulty = createFaultyStore(core.store);
  core = { ...core, store: watchStore(faulty.store, (thrown) => void alarms.push(thrown)) };
  await addTestProject(core, project);
  await addTestPerson(core, 'kari', 'researcher', project);
});
afterAll(() => core.close());

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** A client over the real session: one request, one reply. */
async function connect() {
  const tree = createProjectTree(
    { ...core, space: async () => ({ totalBytes: 1, freeBytes: 1 }) },
    { personId: 'kari' },
  );
  const reader = createPacketReader(2 ** 20, { take: Buffer.alloc });
  const waiting = new Map<number, (reply: ShownReply) => void>();
  const session = createSession(
    {
      tree,
      log: core.log,
      clock: core.clock,
      random: core.random,
      buffers: createPacketBuffers({ keepBytes: 1024 * 1024 }),
      wire: {
        send(reply) {
          for (const run of reply) reader.push(Buffer.from(run));
          for (let raw = reader.next(); raw !== undefined && raw !== 'broken'; raw = reader.next()) {
            const shown = showReply(raw);
            waiting.get(shown.id)?.(shown);
          }
          return undefined;
        },
        pause: () => undefined,
        resume: () => undefined,
        holds: () => undefined,
        finish: () => undefined,
      },
    },
    defaultSessionOptions,
  );
  session.receive(request.init());
  let id = 100;
  const ask = (make: (id: number) => Buffer): Promise<ShownReply> => {
    id += 1;
    const mine = id;
    return new Promise((resolve) => {
      waiting.set(mine, resolve);
      session.receive(make(mine));
    });
  };
  return { ask };
}

type Client = Awaited<ReturnType<typeof connect>>;

/** `put`, or `put -a` when `from` is not 0. Returns the message of the first failure, or undefined: acknowledged. */
async function put(client: Client, name: string, content: Buffer, from = 0): Promise<string | undefined> {
  const flags = openFlag.write | openFlag.create | (from === 0 ? openFlag.truncate : openFlag.append);
  const opened = await client.ask((id) => request.open(id, `/${project}/inbox/${name}`, flags));
  if (opened.type !== replyType.handle) return opened.message;
  let failure: string | undefined;
  for (let at = from; at < content.length && failure === undefined; at += 65_000) {
    const piece = content.subarray(at, at + 65_000);
    const written = await client.ask((id) => request.write(id, opened.bytes, at, piece));
    if (written.code !== status.ok) failure = written.message;
  }
  const closed = await client.ask((id) => request.close(id, opened.bytes));
  return failure ?? (closed.code === status.ok ? undefined : closed.message);
}

async function sizeOf(client: Client, name: string): Promise<number | undefined> {
  const reply = await client.ask((id) => request.path(packetType.stat, id, `/${project}/inbox/${name}`));
  return reply.type === replyType.attrs ? Number(reply.body.readBigUInt64BE(4)) : undefined;
}

const rowOf = (name: string) =>
  core.db
    .selectFrom('inbound_file')
    .selectAll()
    .where('name', '=', name)
    .where('version', 'is not', null)
    .execute();

/** Enough for three appends of 1 MiB, and a last segment that is short. */
const content = Buffer.from(
  `kode;tekst\n${`A;${randomBytes(30).toString('hex').replace(/[0-9]/g, 'x')}\n`.repeat(40_000)}`,
);
let count = 0;

describe.each<StoreMethod>([
  'createPart',
  'append',
  'sync',
  'commit',
  'remove',
  'partClose',
  'openPart',
  'partRead',
  'truncate',
])('a store whose %s fails once', (method) => {
  test('acknowledges only what is whole, says why otherwise, and takes the file in the end', async () => {
    const client = await connect();
    let failures = 0;
    for (let n = 0; n < 40; n += 1) {
      count += 1;
      const name = `fil${count}.csv`;
      // Broken off first, so that going on is on the way too.
      faulty.arm(method, n, errnos[n % errnos.length]!);
      const begun = await client.ask((id) =>
        request.open(id, `/${project}/inbox/${name}`, openFlag.write | openFlag.create | openFlag.truncate),
      );
      if (begun.type !== replyType.handle) {
        failures += 1;
        expect(begun.message).toMatch(/ \/ \w/);
      }
      for (let at = 0; at < 1_300_000 && begun.type === replyType.handle; at += 65_000)
        await client.ask((id) => request.write(id, begun.bytes, at, content.subarray(at, at + 65_000)));
      const taken = await connect();
      const size = await sizeOf(taken, name);
      // Taking over breaks the first transfer off; then it goes on from what is kept.
      await taken
        .ask((id) => request.open(id, `/${project}/inbox/${name}`, openFlag.write))
        .then((reply) => taken.ask((id) => request.close(id, reply.bytes)));
      expect(size ?? 0).toBeLessThanOrEqual(content.length);
      const kept = (await sizeOf(taken, name)) ?? 0;
      const first = await put(taken, name, content, kept);
      const hit = faulty.failed();
      faulty.disarm();
      if (first === undefined) {
        expect((await rowOf(name)).map((row) => row.sha256)).toEqual([sha256(content)]);
      } else {
        failures += 1;
        expect(first).toMatch(/ \/ \w/);
        // What the client was not told of is not received.
        expect(await rowOf(name)).toEqual([]);
        const again = await connect();
        const onwards = (await sizeOf(again, name)) ?? 0;
        let answer = await put(again, name, content, onwards);
        if (answer !== undefined && onwards > 0) answer = await put(again, name, content, 0);
        expect(answer).toBeUndefined();
        expect((await rowOf(name)).map((row) => row.sha256)).toEqual([sha256(content)]);
      }
      if (!hit) break;
      expect(alarms.length).toBeGreaterThan(0);
      alarms.length = 0;
      if (n === 39) throw new Error('the store was called more often than this test can try');
    }
    if (['createPart', 'append', 'commit'].includes(method)) expect(failures).toBeGreaterThan(0);
  }, 120_000);
});

describe.each<StoreMethod>(['openObject', 'read', 'close'])(
  'a store whose %s fails once, on the way out',
  (method) => {
    test('gives right bytes or an error, and the next try gives the file', async () => {
      const { folder } = await publishDelivery(core, operator, {
        projectId: project,
        title: method,
        files: [
          {
            name: 'a.csv',
            content: (async function* () {
              yield content;
            })(),
          },
        ],
      });
      const path = `/${project}/deliveries/${folder}/a.csv`;
      const get = async (): Promise<Buffer | string> => {
        const client = await connect();
        const opened = await client.ask((id) => request.open(id, path, openFlag.read));
        if (opened.type !== replyType.handle) return opened.message ?? '';
        const got: Buffer[] = [];
        for (let at = 0; at < content.length; at += 100_000) {
          const data = await client.ask((id) => request.read(id, opened.bytes, at, 100_000));
          if (data.type !== replyType.data) {
            await client.ask((id) => request.close(id, opened.bytes));
            return data.message ?? '';
          }
          expect(data.bytes.equals(content.subarray(at, at + 100_000))).toBe(true);
          got.push(data.bytes);
        }
        await client.ask((id) => request.close(id, opened.bytes));
        return Buffer.concat(got);
      };
      let hits = 0;
      for (let n = 0; n < 40; n += 1) {
        faulty.arm(method, n, 'EIO');
        const got = await get();
        const hit = faulty.failed();
        faulty.disarm();
        if (typeof got === 'string') expect(got).toMatch(/answers with errors/);
        else expect(got.equals(content)).toBe(true);
        expect((await get()).toString()).toBe(content.toString());
        if (!hit) break;
        hits += 1;
      }
      expect(hits).toBeGreaterThan(0);
      expect(hits).toBeLessThan(40);
    }, 120_000);
  },
);

test('after all of it, every seal holds and no upload is left open', async () => {
  const { faults, bodies } = await verifyStore(core, operator);
  expect(faults).toEqual([]);
  expect(bodies).toBeGreaterThan(20);
  expect(core.uploads.size).toBe(0);
});
