/** Joins one ssh2 channel to one SFTP session: back-pressure both ways, and an end that is reported once. */
import type { Socket } from 'node:net';
import type { Connection, ServerChannel } from 'ssh2';
import { type Reply, replyBytes } from './replies.ts';
import type { Session, Wire } from './session.ts';
import { isExchangingKeys, takeReceiveWindow } from './ssh2-internals.ts';

export interface ChannelDeps {
  channel: ServerChannel;
  connection: Connection;
  socket: Socket;
  /** Called when bytes have moved in either direction: the session is not idle. */
  onProgress(): void;
}

/** Bytes that may wait below us. ssh2 itself writes to the socket without looking whether the client reads. */
const channelBacklogBytes = 256 * 1024;
const socketBacklogBytes = 1024 * 1024;
/** ssh2 and its clients cut channel data at 32 KiB. */
const sshPacketBytes = 32 * 1024;

export interface JoinedChannel {
  readonly session: Session;
  /** Received and not yet taken by the session. */
  unreadBytes(): number;
  /** Stops touching the channel and lets the session abandon its files. */
  disconnect(): Promise<void>;
}

/** A reply that fits in one packet becomes one; a longer one is not worth copying for thirteen bytes of head. */
function asFewRuns(reply: Reply): readonly Uint8Array[] {
  if (reply.length === 1 || replyBytes(reply) > sshPacketBytes) return reply;
  return [Buffer.concat(reply)];
}

function asBuffer(run: Uint8Array): Buffer {
  return Buffer.isBuffer(run) ? run : Buffer.from(run.buffer, run.byteOffset, run.length);
}

/**
 * Reads with 'data', pause and resume: `for await` would destroy the channel before the exit status, and scp returns 1.
 * @param openSession makes the session on the wire that it is given.
 */
export function joinChannel(deps: ChannelDeps, openSession: (wire: Wire) => Session): JoinedChannel {
  const { channel, connection, socket } = deps;
  const receiveWindow = takeReceiveWindow(channel);
  let dead = false;
  let corked = false;
  /** In the session, waiting for its turn. */
  let held = 0;
  let wake: (() => void) | undefined;

  function isBlocked(): boolean {
    if (dead) return false;
    return (
      channel.writableLength > channelBacklogBytes ||
      socket.writableLength > socketBacklogBytes ||
      isExchangingKeys(connection)
    );
  }

  function recheck(): void {
    deps.onProgress();
    if (wake === undefined || isBlocked()) return;
    const resolve = wake;
    wake = undefined;
    resolve();
  }

  /** One system call for what is written in one turn of the event loop, instead of one for each SSH packet. */
  function cork(): void {
    if (corked) return;
    corked = true;
    socket.cork();
    setImmediate(() => {
      corked = false;
      socket.uncork();
    });
  }

  function send(reply: Reply): Promise<void> | undefined {
    if (dead) return undefined;
    try {
      cork();
      for (const run of asFewRuns(reply)) channel.write(asBuffer(run), recheck);
    } catch {
      // ssh2 throws from write when the connection has just gone; its events say so too.
      void disconnect();
      return undefined;
    }
    if (!isBlocked()) return undefined;
    return new Promise((resolve) => {
      wake = resolve;
    });
  }

  function topUp(): void {
    if (dead) return;
    cork();
    try {
      receiveWindow.topUp(held);
    } catch {
      void disconnect();
    }
  }

  const wire: Wire = {
    send,
    pause: () => void channel.pause(),
    resume() {
      if (!dead) channel.resume();
    },
    holds(bytes) {
      held = bytes;
      topUp();
    },
    finish(exitStatus) {
      if (dead) return;
      try {
        channel.exit(exitStatus);
        channel.end();
      } catch {
        void disconnect();
      }
    },
  };
  const session = openSession(wire);

  function disconnect(): Promise<void> {
    if (!dead) {
      dead = true;
      channel.pause();
      socket.off('drain', recheck);
      connection.off('handshake', recheck);
      recheck();
    }
    return session.disconnect();
  }
  const onGone = () => void disconnect();

  channel.on('data', (chunk: Buffer) => {
    if (dead) return;
    deps.onProgress();
    session.receive(chunk);
    topUp();
  });
  channel.on('end', () => {
    if (!dead) session.endOfInput();
  });
  channel.on('close', onGone);
  channel.on('error', onGone);
  socket.on('drain', recheck);
  connection.on('handshake', recheck);
  receiveWindow.topUp(held);
  return { session, disconnect, unreadBytes: () => held + channel.readableLength };
}

/** What a person or a program sees that asks for anything but SFTP. */
export const onlySftp =
  'Denne tjenesten tar bare imot SFTP. Bruk sftp, eller scp uten -O.\r\n' +
  'This service speaks SFTP only. Use sftp, or scp without -O.\r\n';

/** Answers a channel with a sentence on standard error and exit status 1. */
export function refuseChannel(channel: ServerChannel, sentence: string): void {
  channel.on('error', () => undefined);
  channel.on('data', () => undefined);
  try {
    channel.stderr.on('error', () => undefined);
    channel.stderr.write(sentence);
    channel.exit(1);
    channel.end();
  } catch {
    // The connection went while we answered; there is nobody to tell.
  }
}
