/** Drives a session without SSH: encodes requests, decodes replies, and plays the client's side of the wire. */
import { systemClock } from '../../../src/platform/clock.ts';
import { type Log, silentLog } from '../../../src/platform/log.ts';
import { systemRandom } from '../../../src/platform/random.ts';
import type { FileTree } from '../../../src/sftp/file-tree.ts';
import { createPacketBuffers } from '../../../src/sftp/packet-buffers.ts';
import { createPacketReader } from '../../../src/sftp/packet-reader.ts';
import { packetType, replyType } from '../../../src/sftp/protocol-numbers.ts';
import {
  createSession,
  defaultSessionOptions,
  type Session,
  type SessionOptions,
  type Wire,
} from '../../../src/sftp/session.ts';

export function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value >>> 0);
  return bytes;
}

export function uint64(value: bigint | number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(value));
  return bytes;
}

export function text(value: string | Uint8Array): Buffer {
  const bytes = Buffer.from(value as string);
  return Buffer.concat([uint32(bytes.length), bytes]);
}

export function packet(type: number, ...parts: Uint8Array[]): Buffer {
  const body = Buffer.concat([Buffer.from([type]), ...parts]);
  return Buffer.concat([uint32(body.length), body]);
}

export const noAttributes: Buffer = uint32(0);

export const request = {
  init: (version = 3) => packet(packetType.init, uint32(version)),
  open: (id: number, path: string | Uint8Array, flags: number) =>
    packet(packetType.open, uint32(id), text(path), uint32(flags), noAttributes),
  close: (id: number, handle: Uint8Array) => packet(packetType.close, uint32(id), text(handle)),
  read: (id: number, handle: Uint8Array, offset: bigint | number, length: number) =>
    packet(packetType.read, uint32(id), text(handle), uint64(offset), uint32(length)),
  write: (id: number, handle: Uint8Array, offset: bigint | number, data: Uint8Array) =>
    packet(packetType.write, uint32(id), text(handle), uint64(offset), text(data)),
  fstat: (id: number, handle: Uint8Array) => packet(packetType.fstat, uint32(id), text(handle)),
  readdir: (id: number, handle: Uint8Array) => packet(packetType.readdir, uint32(id), text(handle)),
  path: (type: number, id: number, path: string | Uint8Array) => packet(type, uint32(id), text(path)),
  mkdir: (id: number, path: string) => packet(packetType.mkdir, uint32(id), text(path), noAttributes),
  rename: (id: number, from: string, to: string) =>
    packet(packetType.rename, uint32(id), text(from), text(to)),
  setSize: (type: number, id: number, target: string | Uint8Array, size: number) =>
    packet(type, uint32(id), text(target), uint32(1), uint64(size)),
  extended: (id: number, name: string, ...parts: Uint8Array[]) =>
    packet(packetType.extended, uint32(id), text(name), ...parts),
};

export interface ShownReply {
  type: number;
  id: number;
  /** The bytes after type and id. */
  body: Buffer;
  /** Of a STATUS. */
  code: number | undefined;
  message: string | undefined;
  /** Of a HANDLE or DATA. */
  bytes: Buffer;
}

function string(body: Buffer, at = 0): Buffer {
  return body.subarray(at + 4, at + 4 + body.readUInt32BE(at));
}

export function showReply(raw: Uint8Array): ShownReply {
  const bytes = Buffer.from(raw);
  const type = bytes[0]!;
  const body = bytes.subarray(5);
  const isStatus = type === replyType.status;
  return {
    type,
    id: bytes.readUInt32BE(1),
    body,
    code: isStatus ? body.readUInt32BE(0) : undefined,
    message: isStatus ? string(body, 4).toString() : undefined,
    bytes: type === replyType.handle || type === replyType.data ? string(body) : Buffer.alloc(0),
  };
}

/** The names of a NAME reply, with their longnames. */
export function namesOf(reply: ShownReply): { name: string; longname: string }[] {
  const names = [];
  let at = 4;
  for (let left = reply.body.readUInt32BE(0); left > 0; left--) {
    const name = string(reply.body, at);
    at += 4 + name.length;
    const longname = string(reply.body, at);
    at += 4 + longname.length;
    at += reply.body.readUInt32BE(at) === 0 ? 4 : 24;
    names.push({ name: name.toString(), longname: longname.toString() });
  }
  return names;
}

/** Lets everything that can run without waiting for the world run. */
export function settle(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 2));
}

export interface Harness {
  session: Session;
  replies: ShownReply[];
  exits: number[];
  paused(): boolean;
  /** Bytes that the session says it holds for later. */
  held(): number;
  /** While blocked, the wire asks the session to wait after each reply. */
  block(): void;
  unblock(): void;
  send(...packets: Uint8Array[]): Promise<void>;
  /** Sends one request and gives its reply, which must be the next one. */
  ask(bytes: Uint8Array): Promise<ShownReply>;
  openFile(path: string, flags: number): Promise<Buffer>;
}

export async function startSession(
  tree: FileTree,
  settings: { options?: Partial<SessionOptions>; greet?: boolean; log?: Log } = {},
): Promise<Harness> {
  const reader = createPacketReader(2 ** 20, { take: Buffer.alloc });
  const buffers = createPacketBuffers({ keepBytes: 1024 * 1024 });
  const replies: ShownReply[] = [];
  const exits: number[] = [];
  let paused = false;
  let held = 0;
  let gate: { promise: Promise<void>; open(): void } | undefined;
  const wire: Wire = {
    send(reply) {
      for (const run of reply) reader.push(Buffer.from(run));
      for (let raw = reader.next(); raw !== undefined && raw !== 'broken'; raw = reader.next()) {
        replies.push(showReply(raw));
      }
      return gate?.promise;
    },
    pause() {
      paused = true;
    },
    resume() {
      paused = false;
    },
    holds(bytes) {
      held = bytes;
    },
    finish: (status) => void exits.push(status),
  };
  const session = createSession(
    { tree, wire, log: settings.log ?? silentLog, clock: systemClock, random: systemRandom, buffers },
    { ...defaultSessionOptions, ...settings.options },
  );
  let id = 1000;
  const harness: Harness = {
    session,
    replies,
    exits,
    paused: () => paused,
    held: () => held,
    block() {
      let open: () => void = () => undefined;
      const promise = new Promise<void>((resolve) => {
        open = resolve;
      });
      gate = { promise, open };
    },
    unblock() {
      gate?.open();
      gate = undefined;
    },
    async send(...packets) {
      for (const bytes of packets) session.receive(bytes);
      await settle();
    },
    async ask(bytes) {
      const before = replies.length;
      await harness.send(bytes);
      return replies[before]!;
    },
    async openFile(path, flags) {
      id += 1;
      return (await harness.ask(request.open(id, path, flags))).bytes;
    },
  };
  if (settings.greet !== false) {
    await harness.send(request.init());
    replies.length = 0;
  }
  return harness;
}
