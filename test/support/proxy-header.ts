/** The PROXY protocol v2 header that a proxy sends for a client. */
import { isIP } from 'node:net';

function ipv6Bytes(address: string): Buffer {
  const [left = '', right = ''] = address.split('::');
  const head = left.split(':').filter(Boolean);
  const tail = right.split(':').filter(Boolean);
  const groups = [...head, ...Array<string>(8 - head.length - tail.length).fill('0'), ...tail];
  return Buffer.from(groups.map((group) => group.padStart(4, '0')).join(''), 'hex');
}

export function proxyHeader(client: { address: string; port: number }, added = Buffer.alloc(0)): Buffer {
  const four = isIP(client.address) === 4;
  const address = four ? Buffer.from(client.address.split('.').map(Number)) : ipv6Bytes(client.address);
  const ports = Buffer.alloc(4);
  ports.writeUInt16BE(client.port, 0);
  ports.writeUInt16BE(22, 2);
  const body = Buffer.concat([address, Buffer.alloc(address.length), ports, added]);
  const head = Buffer.from([0x21, four ? 0x11 : 0x21, body.length >> 8, body.length & 0xff]);
  return Buffer.concat([Buffer.from('0d0a0d0a000d0a515549540a', 'hex'), head, body]);
}
