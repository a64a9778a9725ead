/** Sessions that are fed packets a hostile client could send, each watched for what must always hold. */

import { systemClock } from '../../src/platform/clock.ts';
import { AppError } from '../../src/platform/errors.ts';
import { type Log, silentLog } from '../../src/platform/log.ts';
import { createPacketBuffers } from '../../src/sftp/packet-buffers.ts';
import { createPacketReader } from '../../src/sftp/packet-reader.ts';
import { limits, openFlag, packetType, replyType } from '../../src/sftp/protocol-numbers.ts';
import { decodeRequest } from '../../src/sftp/requests.ts';
import { createSession, defaultSessionOptions } from '../../src/sftp/session.ts';
import { createMemoryTree } from '../support/memory-tree.ts';
import { noAttributes, packet, request, text, uint32, uint64 } from '../unit/sftp/session-harness.ts';
import { type Generator, generator } from './generator.ts';

export interface FuzzSummary {
  packets: number;
  sessions: number;
  replies: number;
  /** Sessions that ended because what came was not SFTP. */
  broken: number;
  bytes: number;
  peakBytes: number;
}

/** Sent to one session before it is ended, unless it ends itself. */
const packetsPerSession = 400;
/** What all sessions together may hold beyond what was held before them. */
const growthLimitBytes = 256 * 1024 * 1024;
const progressEvery = 100_000;

const paths = [
  '/',
  '',
  '.',
  '..',
  '../..',
  '/a',
  '/b',
  'a/../b',
  '/dir',
  '/dir/x',
  '//a//',
  '/a\0b',
  '\0',
  '/..\0',
  'æøå',
  '/'.repeat(300),
  'x'.repeat(5000),
  '/dir/'.repeat(200),
  '..\\..\\a',
  '~',
  '/a.filepart',
  '%2e%2e/a',
];
/** Not UTF-8, in the ways there are: a lone continuation, an overlong slash, a surrogate, a cut sequence. */
const brokenPaths = ['80', '2fc0af', 'eda080', 'e282', 'ff', 'f8888080 80'.replace(' ', '')].map((hex) =>
  Buffer.from(hex, 'hex'),
);
const numbers = [0, 1, 2, 31, 255, 32_768, 261_120, 262_144, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1];
const offsets = [0n, 1n, 4095n, 2n ** 31n, 2n ** 32n, 2n ** 53n - 1n, 2n ** 53n, 2n ** 63n, 2n ** 64n - 1n];
const extensions = [
  'statvfs@openssh.com',
  'fsync@openssh.com',
  'posix-rename@openssh.com',
  'limits@openssh.com',
  'hardlink@openssh.com',
  'copy-data',
  'check-file',
  '',
  'x'.repeat(300),
];
const kinds = Object.values(packetType);

function path(g: Generator): Uint8Array | string {
  return g.oneIn(6) ? g.of(brokenPaths) : g.oneIn(3) ? g.of(paths) : g.of(['/a', '/b', '/dir', '/c']);
}

function handle(g: Generator, handles: readonly Buffer[]): Uint8Array {
  if (handles.length > 0 && !g.oneIn(4)) return g.of(handles);
  return g.bytes(g.oneIn(8) ? 300 : 16);
}

function wellFormed(g: Generator, id: number, handles: readonly Buffer[]): Buffer {
  const own = () => handle(g, handles);
  const offset = () => (g.oneIn(4) ? g.of(offsets) : BigInt(g.below(10_000)));
  switch (g.oneIn(60) ? 16 : g.below(16)) {
    case 0:
      return request.open(
        id,
        path(g),
        g.oneIn(2) ? openFlag.read | openFlag.write | openFlag.create : g.below(64),
      );
    case 1:
      return request.close(id, own());
    case 2:
    case 3:
      return request.read(id, own(), offset(), g.oneIn(2) ? g.of(numbers) : g.below(5000));
    case 4:
    case 5:
      return request.write(id, own(), offset(), g.bytes(g.oneIn(50) ? 40_000 : 200));
    case 6:
      return request.path(g.of([packetType.stat, packetType.lstat]), id, path(g));
    case 7:
      return request.fstat(id, own());
    case 8:
      return request.setSize(packetType.setstat, id, path(g), g.below(20_000));
    case 9:
      return request.setSize(packetType.fsetstat, id, own(), g.below(20_000));
    case 10:
      return request.path(packetType.opendir, id, path(g));
    case 11:
      return request.readdir(id, own());
    case 12:
      return request.path(g.of([packetType.remove, packetType.rmdir, packetType.realpath]), id, path(g));
    case 13:
      return packet(packetType.mkdir, uint32(id), text(path(g)), noAttributes);
    case 14:
      return packet(packetType.rename, uint32(id), text(path(g)), text(path(g)));
    case 15:
      return request.extended(id, g.of(extensions), text(path(g)), text(path(g)));
    default:
      return packet(packetType.setstat, uint32(id), text(path(g)), uint32(g.of(numbers)), uint64(offset()));
  }
}

/** Now and then a packet that lies about itself. */
function hostile(g: Generator, bytes: Buffer): Buffer {
  switch (g.below(6)) {
    case 0: {
      // A length inside that is not so, or any other byte.
      bytes[4 + g.below(bytes.length - 4)] = g.below(256);
      return bytes;
    }
    case 1:
      // Of any type, with the body of another.
      bytes[4] = g.oneIn(2) ? g.of(kinds) : g.below(256);
      return bytes;
    case 2: {
      // Cut short, with an outer length that says so.
      const cut = bytes.subarray(0, 5 + g.below(bytes.length - 5));
      cut.writeUInt32BE(cut.length - 4);
      return cut;
    }
    case 3:
      // The outer length is wrong: the stream is out of step from here on.
      bytes.writeUInt32BE(g.oneIn(2) ? g.of(numbers) : bytes.length - 4 + g.below(9) - 4);
      return bytes;
    case 4: {
      const rest = Buffer.concat([bytes, Buffer.from(g.bytes(20))]);
      rest.writeUInt32BE(rest.length - 4);
      return rest;
    }
    default:
      return packet(g.below(256), Buffer.from(g.bytes(60)));
  }
}

function check(holds: boolean, what: string, seed: number): asserts holds {
  if (!holds) throw new Error(`${what}; session seed ${seed}`);
}

/** Anything that is logged as a fault of ours is one. */
function watchfulLog(onFault: (thrown: unknown) => void): Log {
  const log = {
    ...silentLog,
    debug: () => undefined,
    info: () => undefined,
    trace: () => undefined,
    warn: () => undefined,
  };
  return {
    ...log,
    error: (fields: { err?: unknown }) => onFault(fields.err),
    child: () => log,
  } as unknown as Log;
}

interface Outcome {
  packets: number;
  replies: number;
  broken: boolean;
  bytes: number;
}

/** @param foreign handles of sessions before, which must mean nothing here. */
async function fuzzOne(seed: number, budget: number, foreign: Buffer[]): Promise<Outcome> {
  const g = generator(seed);
  const tree = createMemoryTree({ sink: true });
  const buffers = createPacketBuffers({ keepBytes: 1024 * 1024 });
  const reader = createPacketReader(2 ** 20, { take: Buffer.alloc });
  const handles: Buffer[] = [];
  /** Ids that must be answered, in this order; reading lengths by id for READ. */
  const asked: { id: number; kind: number; most: number; strange: boolean }[] = [];
  const opened = new Set<string>();
  const outcome: Outcome = { packets: 0, replies: 0, broken: false, bytes: 0 };
  let paused = false;
  let exit: number | undefined;
  let fault: unknown;
  let greeted = false;

  function onReply(raw: Uint8Array): void {
    const reply = Buffer.from(raw);
    if (reply[0] === replyType.version) {
      greeted = true;
      return;
    }
    const expected = asked.shift();
    outcome.replies += 1;
    check(expected !== undefined, 'a reply to nothing', seed);
    check(reply.readUInt32BE(1) === expected.id, 'a reply out of order', seed);
    if (expected.strange)
      check(
        reply[0] === replyType.status && reply.readUInt32BE(5) !== 0,
        'a handle of others was taken',
        seed,
      );
    if (reply[0] === replyType.handle) opened.add(reply.toString('latin1', 9));
    if (reply[0] === replyType.handle) handles.push(reply.subarray(9, 9 + reply.readUInt32BE(5)));
    if (reply[0] === replyType.data)
      check(
        expected.kind === packetType.read &&
          reply.readUInt32BE(5) <= Math.min(expected.most, limits.dataBytes),
        'more data than was asked for',
        seed,
      );
  }

  const session = createSession(
    {
      tree,
      log: watchfulLog((thrown) => {
        fault ??= thrown;
      }),
      clock: systemClock,
      random: { bytes: (count) => Buffer.from(g.exactBytes(count)), uuid: () => 'session' },
      buffers,
      wire: {
        send(reply) {
          for (const run of reply) reader.push(Buffer.from(run));
          for (let raw = reader.next(); raw !== undefined && raw !== 'broken'; raw = reader.next())
            onReply(raw);
          return undefined;
        },
        pause() {
          paused = true;
        },
        resume() {
          paused = false;
        },
        holds: () => undefined,
        finish(status) {
          exit = status;
        },
      },
    },
    defaultSessionOptions,
  );

  /** What this server must answer, seen with its own decoder: the framing is cut by a second reader of the same bytes. */
  const shadow = createPacketReader(limits.packetBytes, { take: Buffer.alloc });
  let ended = false;
  function send(bytes: Uint8Array): void {
    outcome.bytes += bytes.length;
    shadow.push(Buffer.from(bytes));
    for (let raw = shadow.next(); raw !== undefined && !ended; raw = shadow.next()) {
      if (raw === 'broken') {
        ended = true;
        break;
      }
      outcome.packets += 1;
      const decoded = decodeRequest(raw);
      if (decoded.type === 'init') {
        if (greetedOnce || decoded.version < 1) ended = true;
        greetedOnce = true;
        continue;
      }
      if (decoded.type === 'malformed' || !greetedOnce) {
        ended = true;
        if (decoded.id === undefined) break;
      }
      const { id } = decoded as { id: number };
      const most = decoded.type === 'read' ? decoded.length : 0;
      // Named in this burst or before, a handle that this session never gave.
      const strange = 'handle' in decoded && !opened.has(decoded.handle);
      asked.push({ id, kind: raw[0]!, most, strange });
    }
    session.receive(bytes);
  }
  let greetedOnce = false;

  const hostileOne = 10 + g.below(200);
  if (!g.oneIn(30)) send(request.init(g.oneIn(5) ? 6 : 3));
  while (!ended && outcome.packets < budget) {
    const burst: Buffer[] = [];
    const count = 1 + g.below(24);
    for (let at = 0; at < count; at++) {
      const one = wellFormed(g, g.below(2 ** 32), g.oneIn(12) ? foreign : handles);
      burst.push(g.oneIn(hostileOne) ? hostile(g, one) : one);
    }
    const bytes = Buffer.concat(burst);
    // In pieces, as a network does.
    let from = 0;
    while (from < bytes.length) {
      const to = g.oneIn(3) ? Math.min(bytes.length, from + 1 + g.below(50)) : bytes.length;
      send(bytes.subarray(from, to));
      from = to;
    }
    for (let turn = 0; turn < 1000 && (paused || asked.length > 0) && !ended; turn++)
      await new Promise((resolve) => setImmediate(resolve));
    check(ended || asked.length === 0, 'a request without an answer', seed);
  }
  if (foreign.length < 64) foreign.push(...handles.slice(0, 4));
  if (g.oneIn(2)) session.endOfInput();
  await session.disconnect();
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
  check(tree.openFiles() === 0, 'a file is left open', seed);
  check(greeted || !greetedOnce || ended, 'no greeting', seed);
  if (fault !== undefined && !(fault instanceof AppError)) throw fault;
  check(fault === undefined, 'a fault was logged', seed);
  outcome.broken = ended || exit === 1;
  return outcome;
}

/**
 * Runs sessions until so many packets were taken. Throws with the seed of the session in which something did not hold: an
 * answer for each packet and in order, no more data than asked for, nothing left open, no fault of ours, bounded memory.
 */
export async function fuzzSessions(options: {
  packets: number;
  seed: number;
  onProgress?: (packets: number) => void;
}): Promise<FuzzSummary> {
  const summary: FuzzSummary = { packets: 0, sessions: 0, replies: 0, broken: 0, bytes: 0, peakBytes: 0 };
  const before = process.memoryUsage.rss();
  const foreign: Buffer[] = [];
  let next = progressEvery;
  while (summary.packets < options.packets) {
    const seed = options.seed * 1_000_003 + summary.sessions;
    const outcome = await fuzzOne(seed, packetsPerSession, foreign);
    summary.packets += outcome.packets;
    summary.replies += outcome.replies;
    summary.bytes += outcome.bytes;
    summary.broken += outcome.broken ? 1 : 0;
    summary.sessions += 1;
    if (summary.sessions % 64 === 0)
      summary.peakBytes = Math.max(summary.peakBytes, process.memoryUsage.rss());
    check(summary.peakBytes - before < growthLimitBytes, 'memory grew without a bound', seed);
    if (summary.packets < next) continue;
    next += progressEvery;
    options.onProgress?.(summary.packets);
  }
  return summary;
}
