import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createPacketReader } from '../../../src/sftp/packet-reader.ts';
import { limits, packetType } from '../../../src/sftp/protocol-numbers.ts';
import { attributesReply, dataReply, namesReply, replyBytes } from '../../../src/sftp/replies.ts';
import { decodeRequest } from '../../../src/sftp/requests.ts';
import { noAttributes, packet, request, text, uint32, uint64 } from './session-harness.ts';

const handle = Buffer.from('0123456789abcdef');

/** One of each request, as clients send them. */
const conversation: Buffer[] = [
  request.init(),
  request.open(1, '/inbox/a.csv', 0x1a),
  request.write(2, handle, 0, Buffer.alloc(5000, 7)),
  request.read(3, handle, 2 ** 40, 32_768),
  request.fstat(4, handle),
  request.setSize(packetType.setstat, 5, '/a', 12),
  request.setSize(packetType.fsetstat, 6, handle, 12),
  packet(
    packetType.setstat,
    ...[uint32(7), text('/a'), uint32(0x8000000f), uint64(1), uint64(2), uint32(3), uint64(4)],
    ...[uint32(1), text('name'), text('value')],
  ),
  request.readdir(8, handle),
  request.mkdir(9, '/x'),
  request.rename(10, '/x', '/y'),
  request.extended(11, 'posix-rename@openssh.com', text('/a'), text('/b')),
  request.extended(12, 'statvfs@openssh.com', text('/')),
  request.extended(13, 'fsync@openssh.com', text(handle)),
  request.extended(14, 'limits@openssh.com'),
  request.extended(15, 'copy-data', Buffer.alloc(40)),
  request.path(packetType.realpath, 16, '.'),
  request.path(packetType.readlink, 17, '/l'),
  request.close(18, handle),
];

function packetsOf(bytes: Uint8Array, cuts: readonly number[]): string[] {
  const reader = createPacketReader(limits.packetBytes, { take: Buffer.alloc });
  const out: string[] = [];
  const take = () => {
    for (let next = reader.next(); next !== undefined; next = reader.next()) {
      out.push(next === 'broken' ? next : Buffer.from(next).toString('hex'));
      if (next === 'broken') return;
    }
  };
  let from = 0;
  for (const cut of [...cuts, bytes.length]) {
    reader.push(bytes.subarray(from, cut));
    take();
    from = cut;
  }
  return out;
}

describe('packet reader', () => {
  const whole = Buffer.concat(conversation);
  const expected = conversation.map((bytes) => bytes.subarray(4).toString('hex'));

  test('gives the same packets in one chunk and byte by byte', () => {
    expect(packetsOf(whole, [])).toEqual(expected);
    expect(packetsOf(whole, [...whole.keys()])).toEqual(expected);
  });

  test('gives the same packets at every single split', () => {
    for (let cut = 0; cut < whole.length; cut++) expect(packetsOf(whole, [cut])).toEqual(expected);
  });

  test('gives the same packets at random splits', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(whole.length)), (cuts) => {
        expect(
          packetsOf(
            whole,
            cuts.sort((a, b) => a - b),
          ),
        ).toEqual(expected);
      }),
      { numRuns: 300 },
    );
  });

  test('gives the payload of a write as a view when it lies in one chunk', () => {
    const reader = createPacketReader(limits.packetBytes, { take: Buffer.alloc });
    reader.push(whole);
    reader.next();
    reader.next();
    const write = decodeRequest(reader.next() as Uint8Array);
    expect(write.type === 'write' && write.data.buffer === whole.buffer).toBe(true);
  });

  test('breaks off at a length of zero or beyond the limit, and stays broken', () => {
    for (const length of [0, limits.packetBytes + 1, 0x7fff_ffff, 0xffff_ffff]) {
      const reader = createPacketReader(limits.packetBytes, { take: Buffer.alloc });
      reader.push(uint32(length));
      reader.push(request.init());
      expect(reader.next()).toBe('broken');
      expect(reader.next()).toBe('broken');
    }
  });

  test('takes a packet of exactly the limit', () => {
    const reader = createPacketReader(limits.packetBytes, { take: Buffer.alloc });
    reader.push(uint32(limits.packetBytes));
    reader.push(Buffer.alloc(limits.packetBytes));
    expect(reader.next()).toHaveLength(limits.packetBytes);
  });
});

describe('request decoder', () => {
  test('reads every request of a conversation', () => {
    const types = conversation.map((bytes) => decodeRequest(bytes.subarray(4)).type);
    expect(types).toEqual([
      'init',
      'open',
      'write',
      'read',
      'fstat',
      'setstat',
      'fsetstat',
      'setstat',
      'readdir',
      'mkdir',
      'rename',
      'rename',
      'statvfs',
      'fsync',
      'limits',
      'unsupported',
      'realpath',
      'unsupported',
      'close',
    ]);
  });

  test('calls every truncated request malformed and keeps its id', () => {
    for (const bytes of conversation) {
      const full = decodeRequest(bytes.subarray(4));
      // MKDIR's attributes are not read, and the others have nothing after what is kept.
      if (full.type === 'mkdir' || full.type === 'init') continue;
      if (full.type === 'unsupported' || full.type === 'limits') continue;
      for (let length = 5; length < bytes.length - 4; length++) {
        const cut = decodeRequest(bytes.subarray(4, 4 + length));
        if (cut.type === 'unsupported') continue; // cut in the name of an extension
        expect(cut).toEqual({ type: 'malformed', id: full.id });
      }
    }
  });

  test('is not held up by a giant count of extended attributes', () => {
    const giant = packet(packetType.setstat, uint32(1), text('/a'), uint32(0x80000000), uint32(0xffff_ffff));
    expect(decodeRequest(giant.subarray(4))).toEqual({ type: 'malformed', id: 1 });
  });

  test('refuses a handle longer than the draft allows', () => {
    const long = request.close(1, Buffer.alloc(257));
    expect(decodeRequest(long.subarray(4)).type).toBe('malformed');
  });

  test('keeps 64-bit offsets exact up to 2^53', () => {
    const read = decodeRequest(request.read(1, handle, 2 ** 53 - 1, 9).subarray(4));
    expect(read).toMatchObject({ offset: 2 ** 53 - 1, length: 9 });
  });

  test('never throws on random bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 200 }), (bytes) => {
        expect(decodeRequest(bytes).type).toBeTypeOf('string');
      }),
      { numRuns: 20_000 },
    );
  });

  test('never throws on mutated requests', () => {
    const mutated = fc
      .tuple(
        fc.constantFrom(...conversation.map((bytes) => bytes.subarray(4))),
        fc.array(fc.tuple(fc.nat(80), fc.nat(255)), { minLength: 1, maxLength: 6 }),
      )
      .map(([bytes, changes]) => {
        const copy = Buffer.from(bytes);
        for (const [at, value] of changes) copy[at % copy.length] = value;
        return copy;
      });
    fc.assert(
      fc.property(mutated, (bytes) => {
        expect(decodeRequest(bytes).type).toBeTypeOf('string');
      }),
      { numRuns: 20_000 },
    );
  });
});

describe('reply encoder', () => {
  const attributes = {
    kind: 'file',
    size: 2 ** 33 + 5,
    permissions: 0o640,
    modifiedAt: 1_700_000_000,
  } as const;

  test('writes lengths that agree with what follows', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme' })), fc.uint8Array(), (names, data) => {
        const lines = names.map((name) => ({ name, longname: `-${name}`, attributes }));
        for (const reply of [namesReply(7, lines), dataReply(7, [data])]) {
          expect(Buffer.from(reply[0]!).readUInt32BE(0)).toBe(replyBytes(reply) - 4);
        }
      }),
    );
  });

  test('writes sizes beyond 4 GiB and the type bits', () => {
    const bytes = Buffer.from(attributesReply(1, attributes)[0]!);
    expect(bytes.readBigUInt64BE(13)).toBe(2n ** 33n + 5n);
    expect(bytes.readUInt32BE(21)).toBe(0o100640);
  });

  test('sends data from where it lies', () => {
    const data = new Uint8Array(10);
    expect(dataReply(1, [data])[1]).toBe(data);
  });

  test('has an empty attribute block where nothing is known', () => {
    const bytes = Buffer.from(namesReply(1, [{ name: '/', longname: '/', attributes: undefined }])[0]!);
    expect(bytes.subarray(-4)).toEqual(noAttributes);
  });
});
