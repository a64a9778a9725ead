/** PROXY protocol version 2: reads the header with which a proxy of ours says whose connection it passes on. */
import type { Socket } from 'node:net';

export type ProxyHeader =
  /** The proxy speaks for a client. */
  | { kind: 'proxied'; address: string; port: number }
  /** It speaks for itself (a health check), or of something that has no IP address. */
  | { kind: 'local' };

/** The header as far as it has come; `undefined` while bytes are missing, 'broken' as soon as it cannot become one. */
export type Parsed = { header: ProxyHeader; bytes: number } | 'broken' | undefined;

const signature = Buffer.from('0d0a0d0a000d0a515549540a', 'hex');
/** Signature, version and command, family and protocol, length. */
const fixedBytes = 16;
/** Addresses and whatever a proxy adds to them (TLVs); the field itself could say 65,535. */
const limitBytes = 4096;
const command = { local: 0x20, proxy: 0x21 } as const;
const familyBytes: Readonly<Record<number, number>> = { 0: 0, 1: 12, 2: 36, 3: 216 };

/** Of the PROXY protocol's specification section 2.2. It never throws; bytes after the header are not looked at. */
export function parseProxyHeader(bytes: Uint8Array): Parsed {
  const seen = Math.min(bytes.length, signature.length);
  for (let at = 0; at < seen; at++) if (bytes[at] !== signature[at]) return 'broken';
  const verb = bytes[12];
  if (verb !== undefined && verb !== command.local && verb !== command.proxy) return 'broken';
  const kind = bytes[13];
  if (kind !== undefined && (kind >> 4 > 3 || (kind & 0x0f) > 2)) return 'broken';
  if (bytes.length < fixedBytes || kind === undefined) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const length = view.getUint16(14);
  const family = kind >> 4;
  if (length > limitBytes) return 'broken';
  if (verb === command.proxy && length < (familyBytes[family] ?? 0)) return 'broken';
  if (bytes.length < fixedBytes + length) return undefined;
  const whole = fixedBytes + length;
  if (verb === command.local || family === 0 || family === 3)
    return { header: { kind: 'local' }, bytes: whole };
  // Only TCP is passed on to this door.
  if ((kind & 0x0f) !== 1) return 'broken';
  const addressBytes = family === 1 ? 4 : 16;
  const source = bytes.subarray(fixedBytes, fixedBytes + addressBytes);
  const port = view.getUint16(fixedBytes + 2 * addressBytes);
  return { header: { kind: 'proxied', address: addressText(source), port }, bytes: whole };
}

function addressText(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join('.');
  const groups = Array.from({ length: 8 }, (_, at) =>
    ((bytes[2 * at]! << 8) | bytes[2 * at + 1]!).toString(16),
  );
  return groups.join(':');
}

/**
 * Takes the header off the front of a socket, and nothing after it. Resolves with undefined when there is none: the
 * bytes are something else, the socket has gone, or it has not come within `withinMs`. The caller ends such a socket.
 */
export function takeProxyHeader(socket: Socket, withinMs: number): Promise<ProxyHeader | undefined> {
  return new Promise((resolve) => {
    const taken: Uint8Array[] = [];
    const timer = setTimeout(() => done(undefined), withinMs);

    function done(header: ProxyHeader | undefined): void {
      clearTimeout(timer);
      socket.off('readable', onReadable);
      socket.off('close', onClose);
      // A stream that has just lost its 'readable' listener flows again from the next turn on only.
      setImmediate(() => resolve(header));
    }
    const onClose = (): void => done(undefined);

    /** Exactly what the header lacks, so that what follows stays in the socket; less when less is there. */
    function take(bytes: number): void {
      const chunk = socket.read(Math.min(bytes, socket.readableLength)) as Buffer | null;
      if (chunk !== null) taken.push(chunk);
    }

    function onReadable(): void {
      while (socket.readableLength > 0) {
        const have = Buffer.concat(taken);
        take(have.length < fixedBytes ? fixedBytes - have.length : missing(have));
        const parsed = parseProxyHeader(Buffer.concat(taken));
        if (parsed === undefined) continue;
        done(parsed === 'broken' ? undefined : parsed.header);
        return;
      }
      // Asks for more; without it a short read would leave the stream asleep.
      socket.read(0);
    }

    socket.on('readable', onReadable);
    socket.on('close', onClose);
  });
}

function missing(have: Buffer): number {
  return fixedBytes + have.readUInt16BE(14) - have.length;
}
