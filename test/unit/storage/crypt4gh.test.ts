/** Headers, segments and the strict profile against the published vectors. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AppError } from '../../../src/platform/errors.ts';
import { systemRandom } from '../../../src/platform/random.ts';
import { buildHeader, exportHeader, parseHeader } from '../../../src/storage/crypt4gh/header.ts';
import { openSegment, sealSegment } from '../../../src/storage/crypt4gh/segment.ts';
import {
  bodyBytes,
  openStrictSegment,
  readStrictNonce,
  segmentCount,
  strictNonce,
} from '../../../src/storage/crypt4gh/strict-profile.ts';
import { x25519PublicKey, x25519SharedSecret } from '../../../src/storage/crypt4gh/x25519.ts';
import { createKeyRing } from '../../../src/storage/key-ring.ts';
import { openPartKeys } from '../../../src/storage/part-keys.ts';
import type { SealedObject } from '../../../src/storage/seal.ts';
import { openSealed } from '../../../src/storage/sealed-reader.ts';
import { createSealedWriter } from '../../../src/storage/sealed-writer.ts';
import { verifySealed } from '../../../src/storage/verify-sealed.ts';
import {
  type Bench,
  codeOf,
  gather,
  marksSha256,
  newBench,
  newHolding,
  plaintext,
  same,
  sha256,
  streamRandom,
} from './fixture.ts';
import { bend, vectors } from './vectors.ts';

describe('X25519', () => {
  test('computes the shared secret of RFC 7748, section 5.2', () => {
    const scalar = Buffer.from('a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4', 'hex');
    const point = Buffer.from('e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c', 'hex');
    const secret = x25519SharedSecret(scalar, point);
    expect(Buffer.from(secret ?? []).toString('hex')).toBe(
      'c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552',
    );
  });

  test('gives both sides the same secret', () => {
    const [ours, theirs] = [systemRandom.bytes(32), systemRandom.bytes(32)];
    const secret = x25519SharedSecret(ours, x25519PublicKey(theirs));
    expect(secret).toHaveLength(32);
    expect(x25519SharedSecret(theirs, x25519PublicKey(ours))).toEqual(secret);
  });

  test('has no secret with a public key of small order', () => {
    const ours = systemRandom.bytes(32);
    const one = new Uint8Array(32);
    one[0] = 1;
    expect(x25519SharedSecret(ours, new Uint8Array(32))).toBeUndefined();
    expect(x25519SharedSecret(ours, one)).toBeUndefined();
  });

  test('refuses keys that have not 32 bytes', async () => {
    expect(await codeOf(() => x25519PublicKey(new Uint8Array(31)))).toBe('invalid-input');
    expect(await codeOf(() => x25519SharedSecret(new Uint8Array(32), new Uint8Array(33)))).toBe(
      'invalid-input',
    );
  });
});

describe('headers', () => {
  test.each(vectors.headers)(
    'writes and reads the vector $name',
    ({ seed, readers, dataKeys, editList, header }) => {
      const recipients = readers.map((reader) => reader.public);
      const content = { dataKeys, ...(editList ? { editList } : {}) };
      expect(same(buildHeader({ random: streamRandom(seed) }, recipients, content), header)).toBe(true);
      for (const reader of readers) {
        const parsed = parseHeader(Buffer.concat([header, Buffer.from('a body follows')]), [reader.private]);
        expect(parsed.dataKeys).toEqual(dataKeys);
        expect(parsed.editList).toEqual(editList);
        expect(parsed.headerBytes).toBe(header.length);
        const packetsEach = dataKeys.length + (editList ? 1 : 0);
        expect(parsed.foreignPackets).toBe(packetsEach * (readers.length - 1));
      }
    },
  );

  test.each(vectors.headers)('refuses the vector $name cut at any byte', async ({ readers, header }) => {
    const keys = readers.map((reader) => reader.private);
    for (let length = 0; length < header.length; length += 1) {
      expect(await codeOf(() => parseHeader(header.subarray(0, length), keys))).toBe('invalid-input');
    }
  });

  test.each(vectors.headers)(
    'reads nothing wrong from the vector $name with any bit flipped',
    ({ readers, dataKeys, editList, header }) => {
      const keys = readers.map((reader) => reader.private);
      const known = new Set(dataKeys.map((key) => Buffer.from(key).toString('hex')));
      for (let bit = 0; bit < header.length * 8; bit += header.length < 200 ? 5 : 47) {
        const flipped = Buffer.from(header);
        flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        try {
          const parsed = parseHeader(flipped, keys);
          for (const key of parsed.dataKeys) expect(known.has(Buffer.from(key).toString('hex'))).toBe(true);
          if (parsed.editList) expect(parsed.editList).toEqual(editList);
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(AppError);
        }
      }
    },
  );

  test('has 124 bytes for one recipient and one key', () => {
    const recipient = x25519PublicKey(systemRandom.bytes(32));
    expect(exportHeader({ random: systemRandom }, recipient, [systemRandom.bytes(32)])).toHaveLength(124);
  });

  test('says so when nothing in it is for this key', async () => {
    const [vector] = vectors.headers;
    expect(
      await codeOf(() => parseHeader(vector?.header ?? new Uint8Array(0), [systemRandom.bytes(32)])),
    ).toBe('forbidden');
  });

  test('is not written for a public key of small order', async () => {
    const build = () => exportHeader({ random: systemRandom }, new Uint8Array(32), [systemRandom.bytes(32)]);
    expect(await codeOf(build)).toBe('invalid-input');
  });

  test('survives any bytes', () => {
    const reader = vectors.headers[0]?.readers[0]?.private ?? new Uint8Array(32);
    const number = fc.integer({ min: 0, max: 0xffff_ffff });
    const near = fc.tuple(
      number,
      fc.array(
        fc.tuple(fc.oneof(number, fc.integer({ min: 0, max: 200 })), fc.uint8Array({ maxLength: 200 })),
      ),
    );
    const hostile = fc.oneof(
      fc.uint8Array({ maxLength: 400 }),
      near.map(([count, packets]) => {
        const preamble = Buffer.alloc(16);
        preamble.write('crypt4gh', 'ascii');
        preamble.writeUInt32LE(1, 8);
        preamble.writeUInt32LE(count % (packets.length + 3), 12);
        const coded = packets.map(([length, bytes]) => {
          const prefix = Buffer.alloc(8);
          prefix.writeUInt32LE(length, 0);
          return Buffer.concat([prefix, bytes]);
        });
        return new Uint8Array(Buffer.concat([preamble, ...coded]));
      }),
    );
    fc.assert(
      fc.property(hostile, (bytes) => {
        try {
          // No packet of these is authentic, so no header of these opens.
          parseHeader(bytes, [reader]);
          return false;
        } catch (thrown) {
          return thrown instanceof AppError;
        }
      }),
      { numRuns: 2000 },
    );
  });

  test('refuses a header with two edit lists', async () => {
    const reader = systemRandom.bytes(32);
    const key = systemRandom.bytes(32);
    const good = buildHeader({ random: systemRandom }, [x25519PublicKey(reader)], {
      dataKeys: [key],
      editList: [1n],
    });
    expect(parseHeader(good, [reader]).editList).toEqual([1n]);
    const twice = buildHeader({ random: systemRandom }, [x25519PublicKey(reader), x25519PublicKey(reader)], {
      dataKeys: [key],
      editList: [1n],
    });
    expect(await codeOf(() => parseHeader(twice, [reader]))).toBe('invalid-input');
  });
});

describe('segments', () => {
  test('open with their key only, and not when cut', () => {
    const key = systemRandom.bytes(32);
    const into = new Uint8Array(10 + 28);
    expect(sealSegment(key, systemRandom.bytes(12), plaintext(10), into, 0)).toBe(38);
    expect(openSegment(key, into)).toEqual(Buffer.from(plaintext(10)));
    expect(openSegment(systemRandom.bytes(32), into)).toBeUndefined();
    for (let length = 0; length < into.length; length += 1) {
      expect(openSegment(key, into.subarray(0, length))).toBeUndefined();
    }
  });

  test('carry index and final bit in the nonce', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 46 }), fc.boolean(), (index, final) => {
        const nonce = strictNonce(systemRandom.bytes(6), index, final);
        expect(nonce).toHaveLength(12);
        expect(readStrictNonce(nonce)).toEqual({ index, final });
      }),
    );
  });

  test('open under the profile at their own place only', () => {
    const key = systemRandom.bytes(32);
    const into = new Uint8Array(65_564);
    sealSegment(key, strictNonce(systemRandom.bytes(6), 5, false), plaintext(65_536), into, 0);
    expect(openStrictSegment(key, into, 5, false)).toHaveLength(65_536);
    expect(openStrictSegment(key, into, 5, true)).toBeUndefined();
    expect(openStrictSegment(key, into, 4, false)).toBeUndefined();
    sealSegment(key, strictNonce(systemRandom.bytes(6), 5, false), plaintext(10), into, 0);
    // Only the last may be short, and none may be empty.
    expect(openStrictSegment(key, into.subarray(0, 38), 5, false)).toBeUndefined();
    sealSegment(key, strictNonce(systemRandom.bytes(6), 5, true), new Uint8Array(0), into, 0);
    expect(openStrictSegment(key, into.subarray(0, 28), 5, true)).toBeUndefined();
  });

  test.each([
    [0, 0, 0],
    [1, 1, 29],
    [65_536, 1, 65_564],
    [65_537, 2, 65_593],
  ])('of %i bytes are %i, in a body of %i', (plain, count, body) => {
    expect(segmentCount(plain)).toBe(count);
    expect(bodyBytes(plain)).toBe(body);
  });
});

/** A ring whose new data keys are those of a vector. */
function vectorBench(seed: string, dataKey: Uint8Array): Bench {
  const { memory } = newBench();
  let given = false;
  const keys = createKeyRing(
    {
      random: {
        ...systemRandom,
        bytes: (count) => {
          const first = !given;
          given = true;
          return first ? dataKey : systemRandom.bytes(count);
        },
      },
    },
    [{ version: 1, key: new Uint8Array(32).fill(9) }],
  );
  return { memory, deps: { store: memory.store, keyRing: keys, random: streamRandom(seed) } };
}

type BodyVector = (typeof vectors.bodies)[number];

/** The body of a vector as an object in a store, sealed by our own words and the vector's figures. */
async function writeVector(
  vector: BodyVector,
  step: number,
): Promise<{ bench: Bench; sealed: SealedObject }> {
  const bench = vectorBench(vector.seed, vector.parts[0]?.dataKey ?? new Uint8Array(0));
  const holding = newHolding();
  const writer = await createSealedWriter(bench.deps, holding);
  const plain = plaintext(vector.plaintextBytes);
  for (let at = 0; at < plain.length; at += step) await writer.append(plain.subarray(at, at + step));
  const seal = await writer.finish();
  return { bench, sealed: { ...holding, seal, parts: writer.parts } };
}

const oneKey = vectors.bodies.filter((vector) => vector.parts.length === 1);

describe('bodies', () => {
  test.each(oneKey)('are written as the vector $name', async (vector) => {
    for (const step of [1 << 22, 32_768, 65_536, 1001]) {
      const { bench, sealed } = await writeVector(vector, step);
      const body = bench.memory.objects.get(sealed.name) ?? Buffer.alloc(0);
      expect(sha256(body)).toBe(vector.ciphertextSha256);
      expect(sealed.seal).toMatchObject({
        plaintextBytes: vector.plaintextBytes,
        plaintextSha256: vector.plaintextSha256,
        ciphertextBytes: vector.ciphertextBytes,
        segmentsSha256: marksSha256(body),
      });
      const nonces = vector.nonces.map((_, n) => body.subarray(n * 65_564, n * 65_564 + 12).toString('hex'));
      expect(nonces).toEqual(vector.nonces);
    }
  });

  test('are written byte by byte as in one piece', async () => {
    for (const vector of oneKey.filter(({ plaintextBytes }) => plaintextBytes < 200_000)) {
      const { bench, sealed } = await writeVector(vector, 1);
      const body = bench.memory.objects.get(sealed.name) ?? Buffer.alloc(0);
      expect(sha256(body)).toBe(vector.ciphertextSha256);
    }
  });

  const base = vectors.bodies.find(({ name }) => name === vectors.mustFail.body);
  if (!base) throw new Error('the vectors name no such body');
  const plain = plaintext(base.plaintextBytes);

  test.each(vectors.mustFail.cases)('are refused: $name', async ({ ops }) => {
    const { bench, sealed } = await writeVector(base, 1 << 22);
    const { deps, memory } = bench;
    const good = memory.objects.get(sealed.name) ?? Buffer.alloc(0);
    const key = base.parts[0]?.dataKey ?? new Uint8Array(0);
    const bad = ops.reduce((body, operation) => bend(body, key, operation), good);
    expect(same(bad, good)).toBe(false);
    memory.objects.set(sealed.name, bad);
    expect(await codeOf(() => verifySealed(deps, sealed))).toBe('integrity-failed');

    // Even a seal that claims the new size, and the new hash, does not make it good.
    const count = Math.ceil(bad.length / 65_564);
    const claimed = {
      ...sealed.seal,
      plaintextBytes: Math.max(bad.length - 28 * count, 0),
      ciphertextBytes: bad.length,
    };
    const forged = { ...sealed, seal: { ...claimed, segmentsSha256: marksSha256(bad) } };
    expect(await codeOf(() => verifySealed(deps, forged))).toBe('integrity-failed');
    // A seal of before, with the hash of the whole body.
    const { segmentsSha256: _, ...before } = sealed.seal;
    const old = { ...sealed, seal: { ...before, ciphertextSha256: sha256(good) } };
    expect(await codeOf(() => verifySealed(deps, old))).toBe('integrity-failed');
    memory.objects.set(sealed.name, good);
    await verifySealed(deps, old);
    memory.objects.set(sealed.name, bad);
    expect(await readAll(deps, sealed)).toBe(true);
    // Of an empty body claimed to be empty there is nothing to refuse but its hash, as above.
    if (bad.length > 0) expect(await readAll(deps, forged)).toBe(true);
  });

  /** Reads at every structural point; true when something was refused. Never may a byte be wrong. */
  async function readAll(deps: Bench['deps'], sealed: SealedObject): Promise<boolean> {
    let refused = false;
    try {
      const reader = await openSealed(deps, sealed);
      const end = sealed.seal.plaintextBytes;
      for (const edge of [0, 65_536, 131_072, plain.length, end]) {
        for (const offset of [edge - 1, edge, edge + 1]) {
          for (const length of [1, 2, 65_536]) {
            if (offset < 0) continue;
            try {
              const got = await reader.read(offset, length);
              expect(same(got, plain.subarray(offset, Math.min(offset + length, end)))).toBe(true);
            } catch (thrown) {
              expect(thrown).toMatchObject({ code: 'integrity-failed' });
              refused = true;
            }
          }
        }
      }
      try {
        await gather(reader.stream());
      } catch (thrown) {
        expect(thrown).toMatchObject({ code: 'integrity-failed' });
        refused = true;
      }
      await reader.close();
    } catch (thrown) {
      expect(thrown).toMatchObject({ code: 'integrity-failed' });
      refused = true;
    }
    return refused;
  }

  test.each([
    ['another object', { name: '0'.repeat(32) }],
    ['another project', { projectId: 'P24-0188' }],
    ['another holder', { holder: 'publication:1' }],
  ])('keep keys that do not open for %s', async (_, change) => {
    const { bench, sealed } = await writeVector(base, 1 << 22);
    expect(await codeOf(() => openPartKeys(bench.deps.keyRing, { ...sealed, ...change }))).toBe(
      'integrity-failed',
    );
  });
});
