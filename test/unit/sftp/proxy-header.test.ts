import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { parseProxyHeader, takeProxyHeader } from '../../../src/sftp/proxy-header.ts';
import { proxyHeader } from '../../support/proxy-header.ts';

const client = { address: '203.0.113.9', port: 50_123 };
const known = proxyHeader(client);
const proxied = { kind: 'proxied', ...client };

/** A header with one byte set. */
function changed(at: number, value: number): Buffer {
  const bytes = Buffer.from(known);
  bytes[at] = value;
  return bytes;
}

describe('the parser', () => {
  test('reads an IPv4 and an IPv6 client, and what a proxy adds is passed over', () => {
    expect(parseProxyHeader(known)).toEqual({ header: proxied, bytes: 28 });
    const six = proxyHeader({ address: '2001:db8::9', port: 22 }, Buffer.from('0400020000', 'hex'));
    expect(parseProxyHeader(six)).toEqual({
      header: { kind: 'proxied', address: '2001:db8:0:0:0:0:0:9', port: 22 },
      bytes: 57,
    });
  });

  test('takes LOCAL, and families without an IP address, as the proxy itself', () => {
    const local = Buffer.concat([known.subarray(0, 12), Buffer.from('20000000', 'hex')]);
    expect(parseProxyHeader(local)).toEqual({ header: { kind: 'local' }, bytes: 16 });
    const unspecified = Buffer.concat([known.subarray(0, 12), Buffer.from('21000000', 'hex')]);
    expect(parseProxyHeader(unspecified)).toEqual({ header: { kind: 'local' }, bytes: 16 });
  });

  test('says broken at the first byte that cannot be right, and waits while bytes are missing', () => {
    for (let at = 0; at < known.length; at++) expect(parseProxyHeader(known.subarray(0, at))).toBeUndefined();
    for (let at = 0; at < 12; at++)
      expect(parseProxyHeader(changed(at, 0xff).subarray(0, at + 1))).toBe('broken');
    expect(parseProxyHeader(changed(12, 0x11).subarray(0, 13))).toBe('broken'); // version 1
    expect(parseProxyHeader(changed(12, 0x22).subarray(0, 13))).toBe('broken'); // no such command
    expect(parseProxyHeader(changed(13, 0x41).subarray(0, 14))).toBe('broken'); // no such family
    expect(parseProxyHeader(changed(13, 0x12))).toBe('broken'); // UDP
    expect(parseProxyHeader(changed(15, 11))).toBe('broken'); // too short for its addresses
    expect(parseProxyHeader(changed(14, 0xff))).toBe('broken'); // longer than any
  });

  test('of any bytes, in any pieces, it gives the same as of the whole', () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 80 }),
      fc.tuple(fc.nat(known.length - 1), fc.nat(255)).map(([at, value]) => changed(at, value)),
      fc.uint8Array({ maxLength: 300 }).map((rest) => Buffer.concat([known.subarray(0, 13), rest])),
    );
    fc.assert(
      fc.property(bytes, (whole) => {
        const final = parseProxyHeader(whole);
        for (let length = 0; length <= whole.length; length++) {
          const parsed = parseProxyHeader(whole.subarray(0, length));
          if (parsed === undefined) continue;
          expect(parsed).toEqual(final);
          if (parsed !== 'broken') expect(parsed.bytes).toBeLessThanOrEqual(length);
        }
      }),
      { numRuns: 2000 },
    );
  });
});

describe('on a socket', () => {
  const open: { close(): void }[] = [];
  afterEach(() => {
    for (const one of open.splice(0)) one.close();
  });

  /** What the server side took, and what was left in the socket after it. */
  async function pass(
    pieces: readonly Uint8Array[],
    withinMs = 5000,
  ): Promise<{ header: unknown; rest: string }> {
    const server = createServer();
    open.push(server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const accepted = once(server, 'connection') as Promise<[Socket]>;
    const sender = connect((server.address() as AddressInfo).port, '127.0.0.1');
    sender.setNoDelay(true);
    open.push({ close: () => sender.destroy() });
    const [socket] = await accepted;
    open.push({ close: () => socket.destroy() });
    const taken = takeProxyHeader(socket, withinMs);
    for (const piece of pieces) {
      sender.write(piece);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    const header = await taken;
    let rest = '';
    if (header !== undefined) {
      socket.on('data', (chunk) => {
        rest += chunk.toString();
      });
      sender.end();
      await once(socket, 'end');
    }
    return { header, rest };
  }

  test('takes the header and leaves every byte after it, in one piece and byte by byte', async () => {
    const whole = Buffer.concat([known, Buffer.from('SSH-2.0-x\r\n')]);
    expect(await pass([whole])).toEqual({ header: proxied, rest: 'SSH-2.0-x\r\n' });
    const bytes = Array.from(whole, (byte) => Buffer.from([byte]));
    expect(await pass(bytes)).toEqual({ header: proxied, rest: 'SSH-2.0-x\r\n' });
  });

  test('gives up on other bytes at once, and on silence after a while', async () => {
    expect(await pass([Buffer.from('SSH-2.0-x\r\n')])).toMatchObject({ header: undefined });
    expect(await pass([known.subarray(0, 20)], 30)).toMatchObject({ header: undefined });
  });
});
