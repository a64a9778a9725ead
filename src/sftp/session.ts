/**
 * One SFTP session over one channel: takes bytes in, keeps replies in request order, caps what is in flight, and settles
 * every open file when the end comes. It knows nothing of SSH (see channel-wire.ts for that).
 */
import type { Clock } from '../platform/clock.ts';
import { toAppError } from '../platform/errors.ts';
import type { Log } from '../platform/log.ts';
import type { Random } from '../platform/random.ts';
import { type OperationDeps, settle } from './file-operations.ts';
import type { FileTree } from './file-tree.ts';
import { createHandleTable } from './handles.ts';
import { createLane } from './lane.ts';
import { answer, extensions, type Operation } from './operations.ts';
import type { PacketBuffers } from './packet-buffers.ts';
import { createPacketReader } from './packet-reader.ts';
import { limits, status } from './protocol-numbers.ts';
import { createRefusalLog } from './refusal-log.ts';
import { type Reply, replyBytes, statusReply, versionReply } from './replies.ts';
import { decodeRequest, type Request } from './requests.ts';
import { failureReply } from './status-map.ts';

/** The channel as a session sees it. */
export interface Wire {
  /** Sends byte runs in order; a promise means: wait for it before sending more. Never throws. */
  send(reply: Reply): Promise<void> | undefined;
  pause(): void;
  resume(): void;
  /** So many bytes of what came wait in the session: the client may send that much less. Called when it changes. */
  holds(bytes: number): void;
  /** Everything is answered: exit status, then the channel closes. */
  finish(exitStatus: number): void;
}

export interface SessionDeps {
  tree: FileTree;
  wire: Wire;
  log: Log;
  clock: Clock;
  random: Random;
  buffers: PacketBuffers;
}

export interface SessionOptions {
  /** Requests taken but not yet answered; reading stops at this many. */
  requestsInFlight: number;
  /** Bytes of WRITE payloads and READ answers held for them; reading stops at this many. */
  bytesInFlight: number;
  /** Packets and bytes of packets cut out while there is no room; reading stops at either. */
  packetsAhead: number;
  bytesAhead: number;
  openHandles: number;
}

export const defaultSessionOptions: SessionOptions = {
  requestsInFlight: 64,
  // Enough to keep a disk busy.
  bytesInFlight: 1024 * 1024,
  packetsAhead: 64,
  bytesAhead: 1024 * 1024,
  openHandles: limits.openHandles,
};

export interface Session {
  /** The next bytes from the client. They may be held until they are answered, so they must not change. */
  receive(chunk: Uint8Array): void;
  /** The client has said that no more will come: finish the work, then close with exit status 0. */
  endOfInput(): void;
  /** The connection is gone: start nothing more, abandon every open file. Resolves when that is done; call it as often as you like. */
  disconnect(): Promise<void>;
  /** True while the oldest request waits for the tree and not for the client: such a session is not idle. */
  waitsForTree(): boolean;
  /** True while a file is open: a transfer may rest for longer. */
  hasOpenFiles(): boolean;
}

/** One taken request; replies leave in the order of the slots. */
interface Slot {
  /** What it holds in memory at most. */
  bytes: number;
  reply: Reply | undefined;
}

/** Beside its payload each request costs some memory. */
const requestBytes = 256;

function costOf(request: Request): number {
  if (request.type === 'write') return requestBytes + request.data.length;
  if (request.type === 'read') return requestBytes + Math.min(request.length, limits.dataBytes);
  return requestBytes;
}

export function createSession(deps: SessionDeps, options: SessionOptions = defaultSessionOptions): Session {
  const { wire, log } = deps;
  const reader = createPacketReader(limits.packetBytes, deps.buffers);
  const handles = createHandleTable({ random: deps.random }, { limit: options.openHandles });
  const names = createLane();
  const refusals = createRefusalLog(log);
  const operations: OperationDeps = {
    tree: deps.tree,
    handles,
    names,
    clock: deps.clock,
    ended: () => ended !== undefined,
  };
  const slots: Slot[] = [];
  let bytesInFlight = 0;
  /**
   * Came while there was no room. Left as they came, they would keep the socket's own buffers alive until a full
   * collection finds them; in buffers of ours they cost nothing.
   */
  const ahead: (Uint8Array | 'broken')[] = [];
  let aheadBytes = 0;
  let greeted = false;
  let pumping = false;
  let flushing = false;
  /** There may be packets that wait for room. */
  let behind = false;
  let paused = false;
  let inputEnded = false;
  /** Set when what came is not SFTP: exit status 1 instead of 0. */
  let broken = false;
  let finished = false;
  let ended: Promise<void> | undefined;

  function hasRoom(): boolean {
    return slots.length < options.requestsInFlight && bytesInFlight < options.bytesInFlight;
  }

  function resize(slot: Slot, bytes: number): void {
    bytesInFlight += bytes - slot.bytes;
    slot.bytes = bytes;
  }

  function addSlot(bytes: number, reply?: Reply): Slot {
    const slot: Slot = { bytes: 0, reply };
    resize(slot, bytes);
    slots.push(slot);
    return slot;
  }

  function complete(slot: Slot, reply: Reply): void {
    slot.reply = reply;
    resize(slot, requestBytes + replyBytes(reply));
    void flush();
  }

  function reportFault(request: Operation, thrown: unknown): void {
    if (toAppError(thrown).code === 'internal') log.error({ err: thrown }, 'an SFTP request failed');
    else refusals.refused(request.type, thrown);
  }

  /** The packet under `request` is used until the answer is there: the tree may read from it. */
  function take(request: Operation, packet: Uint8Array): void {
    const slot = addSlot(costOf(request));
    answer(operations, request).then(
      (reply) => {
        deps.buffers.give(packet);
        complete(slot, reply);
      },
      (thrown: unknown) => {
        deps.buffers.give(packet);
        if (ended === undefined) reportFault(request, thrown);
        complete(slot, failureReply(request.id, thrown));
      },
    );
  }

  function breakOff(id: number | undefined): void {
    broken = true;
    inputEnded = true;
    log.info('an SFTP session was ended: what came was not SFTP version 3');
    if (id === undefined) return;
    addSlot(requestBytes, statusReply(id, status.badMessage, 'Ugyldig melding. / Malformed message.'));
  }

  function accept(request: Request, packet: Uint8Array): void {
    if (request.type === 'malformed') breakOff(request.id);
    else if (request.type === 'init') {
      // Version 6 (lftp) and the like are answered with ours, which the draft lets the server choose.
      if (greeted || request.version < 1) breakOff(undefined);
      else addSlot(requestBytes, versionReply(extensions));
      greeted = true;
    } else if (greeted) take(request, packet);
    else breakOff(request.id);
  }

  function nextPacket(): Uint8Array | 'broken' | undefined {
    const packet = ahead.shift();
    if (packet === undefined) return reader.next();
    aheadBytes -= packet.length;
    return packet;
  }

  /** False when there is no room for packets that wait, either. */
  function readAhead(): boolean {
    while (ahead.length < options.packetsAhead && aheadBytes < options.bytesAhead) {
      const packet = reader.next();
      if (packet === undefined) return true;
      ahead.push(packet);
      aheadBytes += packet.length;
      if (packet === 'broken') return true;
    }
    return false;
  }

  function pump(): void {
    if (pumping || ended !== undefined) return;
    pumping = true;
    const before = aheadBytes;
    while (!broken && hasRoom()) {
      const packet = nextPacket();
      if (packet === undefined) break;
      if (packet === 'broken') breakOff(undefined);
      else accept(decodeRequest(packet), packet);
    }
    pumping = false;
    behind = !broken && !hasRoom();
    setPaused(behind && !readAhead());
    if (aheadBytes !== before) wire.holds(aheadBytes);
    if (slots.length === 0 || slots[0]?.reply !== undefined) void flush();
  }

  function setPaused(wanted: boolean): void {
    if (wanted === paused) return;
    paused = wanted;
    if (paused) wire.pause();
    else wire.resume();
  }

  async function flush(): Promise<void> {
    if (flushing) return;
    flushing = true;
    while (ended === undefined) {
      const slot = slots[0];
      if (slot?.reply === undefined) break;
      const accepted = wire.send(slot.reply);
      if (accepted !== undefined) await accepted;
      slots.shift();
      resize(slot, 0);
    }
    flushing = false;
    if (ended !== undefined) return;
    if (behind && hasRoom()) pump();
    finishWhenDone();
  }

  function finishWhenDone(): void {
    if (!inputEnded || finished || slots.length > 0 || behind) return;
    finished = true;
    // Files left open are not committed: the client never said CLOSE.
    void disconnect().then(() => wire.finish(broken ? 1 : 0));
  }

  async function abandonAll(): Promise<void> {
    const stopped = names.stop();
    await Promise.all(
      handles.unsettled().map(async (handle) => {
        await handle.lane.stop();
        try {
          await settle(handles, handle, 'abandon');
        } catch (thrown) {
          log.error({ err: thrown }, 'an open file could not be abandoned');
        }
      }),
    );
    await stopped;
  }

  function disconnect(): Promise<void> {
    if (ended === undefined) refusals.end();
    for (const packet of ahead.splice(0)) if (packet !== 'broken') deps.buffers.give(packet);
    ended ??= abandonAll();
    return ended;
  }

  return {
    receive(chunk) {
      if (inputEnded || ended !== undefined) return;
      reader.push(chunk);
      pump();
    },
    endOfInput() {
      inputEnded = true;
      if (ended === undefined) void flush();
    },
    disconnect,
    hasOpenFiles: () => ended === undefined && handles.unsettled().length > 0,
    waitsForTree: () => ended === undefined && slots[0] !== undefined && slots[0].reply === undefined,
  };
}
