/**
 * The few private fields of ssh2 1.17.0 that this server needs, in one place. test/unit/sftp/ssh2-internals.test.ts fails
 * when they are gone; without them ssh2's own 2 MiB window stays, which is slower on long lines and nothing worse.
 */
import type { Connection, ServerChannel } from 'ssh2';

interface ChannelFields {
  incoming: { window: number };
  outgoing: { id: number };
  _client: { _protocol: { channelWindowAdjust(channel: number, bytes: number): void } };
}

/** What a client may send before it is acknowledged: 4 MiB are 60 MB/s at 50 ms; more makes OpenSSH's client slower. */
export const windowBytes = 4 * 1024 * 1024;
/** The same while earlier bytes lie unread: the server is behind, and what comes sooner only lies longer. */
const behindBytes = 1024 * 1024;
/** Small enough to keep the client going, large enough not to answer every packet. */
const adjustEveryBytes = 256 * 1024;

function fieldsOf(channel: ServerChannel): ChannelFields | undefined {
  const fields = channel as unknown as Partial<ChannelFields>;
  const known =
    typeof fields.incoming?.window === 'number' &&
    typeof fields.outgoing?.id === 'number' &&
    typeof fields._client?._protocol?.channelWindowAdjust === 'function';
  return known ? (fields as ChannelFields) : undefined;
}

export interface ReceiveWindow {
  /**
   * Call after bytes have been taken from the channel, while the connection lives; may throw when it does not.
   * `held`: of those taken, the bytes that wait for their turn.
   */
  topUp(held: number): void;
}

/**
 * Takes the receive window of a channel over from ssh2. What the client may send plus what lies unread or waits is kept at
 * `windowBytes` at most, so a session that stops reading holds no more than that.
 */
export function takeReceiveWindow(channel: ServerChannel): ReceiveWindow {
  const fields = fieldsOf(channel);
  if (fields === undefined) return { topUp: () => undefined };
  // ssh2 re-opens its window from inside _read, where a connection that has just died makes it throw into nowhere.
  channel._read = () => undefined;
  return {
    topUp(held) {
      const unread = held + channel.readableLength;
      const missing = (unread > 0 ? behindBytes : windowBytes) - fields.incoming.window - unread;
      if (missing < adjustEveryBytes) return;
      fields.incoming.window += missing;
      fields._client._protocol.channelWindowAdjust(fields.outgoing.id, missing);
    },
  };
}

/** True while keys are being exchanged: ssh2 then queues what is written, without any bound. */
export function isExchangingKeys(connection: Connection): boolean {
  const { _protocol } = connection as unknown as { _protocol?: { _kexinit?: unknown } };
  return _protocol?._kexinit !== undefined;
}
