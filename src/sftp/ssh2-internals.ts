/**
 * The few private fields of ssh2 1.17.0 that this server needs, in one place. test/unit/sftp/ssh2-internals.test.ts fails
 * when they are gone; without them ssh2's own 2 MiB window stays, which is slower on long lines and nothing worse.
 */
import { randomFillSync } from 'node:crypto';
import type { Connection, ServerChannel } from 'ssh2';

interface ChannelFields {
  incoming: { window: number };
  outgoing: { id: number };
  _client: { _protocol: { channelWindowAdjust(channel: number, bytes: number): void } };
}

/** What a client may send before it is acknowledged: 4 MiB are 60 MB/s at 50 ms; more makes OpenSSH's client slower. */
export const windowBytes = 4 * 1024 * 1024;
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
  /** Call after bytes have been taken from the channel, while the connection lives; may throw when it does not. */
  topUp(): void;
}

/**
 * Takes the receive window of a channel over from ssh2. What the client may send plus what lies unread is kept at
 * `windowBytes`, so a session that stops reading holds at most that.
 */
export function takeReceiveWindow(channel: ServerChannel): ReceiveWindow {
  const fields = fieldsOf(channel);
  if (fields === undefined) return { topUp: () => undefined };
  // ssh2 re-opens its window from inside _read, where a connection that has just died makes it throw into nowhere.
  channel._read = () => undefined;
  return {
    topUp() {
      const missing = windowBytes - fields.incoming.window - channel.readableLength;
      if (missing < adjustEveryBytes) return;
      fields.incoming.window += missing;
      fields._client._protocol.channelWindowAdjust(fields.outgoing.id, missing);
    },
  };
}

const channelDataMessage = 94;

interface PayloadFields {
  _onPayload(payload: Buffer): unknown;
  _decipher: { _onPayload: unknown; _packet?: Uint8Array | null };
}

/**
 * Gives ssh2 a copy of each message but channel data, which {@link pushOrCopy} looks after: then what was read from the
 * socket may be overwritten once it has been parsed, except while keys are exchanged. False when it cannot be done.
 */
export function copyMessages(connection: Connection): boolean {
  const protocol = (connection as unknown as { _protocol?: Partial<PayloadFields> })._protocol;
  const original = protocol?._onPayload;
  if (typeof original !== 'function' || protocol?._decipher?._onPayload !== original) return false;
  const copying = (payload: Buffer): unknown =>
    original(payload[0] === channelDataMessage ? payload : Buffer.from(payload));
  protocol._onPayload = copying;
  protocol._decipher._onPayload = copying;
  return true;
}

/** Of one connection: what may wait in its socket (channel-wire.ts), and two answers more. */
const slabBytes = 1536 * 1024;
/** Smaller packets are cheap to allocate. */
const slabFromBytes = 16 * 1024;
const packetHeadBytes = 5;
/** An answer is cut into packets of one length and a rest. */
const keptLayouts = 8;

interface CipherFields {
  allocPacket(payloadBytes: number): Buffer;
}

interface WritingFields {
  _cipher: CipherFields;
  channelData(channel: number, data: Buffer): void;
}

/**
 * Lets ssh2 make its large packets in memory that is used again, in place of a new buffer for each.
 * @param nothingIsUnsent true when the socket has given all it got to the system.
 * @returns false when it cannot be done.
 */
export function packetsFromSlab(connection: Connection, nothingIsUnsent: () => boolean): boolean {
  const protocol = (connection as unknown as { _protocol?: Partial<WritingFields> })._protocol;
  if (typeof protocol?.channelData !== 'function' || typeof protocol._cipher?.allocPacket !== 'function') {
    return false;
  }
  const original = protocol.channelData;
  let slab: Buffer | undefined;
  let used = 0;
  let tailored: CipherFields | undefined;

  function take(bytes: number): Buffer | undefined {
    if (used > 0 && nothingIsUnsent()) used = 0;
    slab ??= Buffer.allocUnsafeSlow(slabBytes);
    if (used + bytes > slabBytes) return undefined;
    used += bytes;
    return slab.subarray(used - bytes, used);
  }

  function tailor(cipher: CipherFields): void {
    tailored = cipher;
    const allocate = cipher.allocPacket.bind(cipher);
    /** How this cipher lays out a payload of some length: the same each time but for the padding's random bytes. */
    const layouts = new Map<number, { head: Buffer; totalBytes: number }>();
    cipher.allocPacket = (payloadBytes) => {
      if (payloadBytes < slabFromBytes) return allocate(payloadBytes);
      const layout = layouts.get(payloadBytes);
      if (layout === undefined) {
        const sample = allocate(payloadBytes);
        if (layouts.size === keptLayouts) layouts.clear();
        const head = Buffer.from(sample.subarray(0, packetHeadBytes));
        layouts.set(payloadBytes, { head, totalBytes: sample.length });
        return sample;
      }
      const packet = take(layout.totalBytes);
      if (packet === undefined) return allocate(payloadBytes);
      packet.set(layout.head);
      const padding = packetHeadBytes + payloadBytes;
      randomFillSync(packet, padding, packet.readUInt8(packetHeadBytes - 1));
      return packet;
    };
  }

  protocol.channelData = (channel, data) => {
    // Each exchange of keys brings a new cipher.
    const cipher = protocol._cipher;
    if (cipher !== undefined && cipher !== tailored) tailor(cipher);
    original.call(protocol, channel, data);
  };
  return true;
}

/** True while ssh2 may look at `memory` again after parsing it: keys are exchanged, or a packet lacks only its tag. */
export function holdsOnTo(connection: Connection, memory: ArrayBufferLike): boolean {
  const { _protocol } = connection as unknown as { _protocol?: Partial<PayloadFields> };
  return isExchangingKeys(connection) || _protocol?._decipher?._packet?.buffer === memory;
}

/** What a channel does not hand on at once, since it is paused, it keeps as a copy. */
export function pushOrCopy(channel: ServerChannel): void {
  const push = channel.push.bind(channel);
  channel.push = (chunk: Buffer | null) => {
    if (chunk === null) return push(null);
    const flows = channel.readableFlowing === true && channel.readableLength === 0;
    if (!flows) return push(Buffer.from(chunk));
    channel.emit('data', chunk);
    return true;
  };
}

/** True while keys are being exchanged: ssh2 then queues what is written, without any bound. */
export function isExchangingKeys(connection: Connection): boolean {
  const { _protocol } = connection as unknown as { _protocol?: { _kexinit?: unknown } };
  return _protocol?._kexinit !== undefined;
}
