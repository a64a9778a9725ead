/** The published vectors, typed, and what a must-fail case does to a body. */
import { createCipheriv } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { plaintext } from './fixture.ts';

const hex = z
  .string()
  .regex(/^([0-9a-f]{2})*$/)
  .transform((text) => Uint8Array.from(Buffer.from(text, 'hex')));

const Operation = z.discriminatedUnion('op', [
  z.object({ op: z.literal('truncate'), to: z.int() }),
  z.object({ op: z.literal('swap'), a: z.int(), b: z.int() }),
  z.object({ op: z.literal('copy'), from: z.int(), to: z.int() }),
  z.object({ op: z.literal('insert'), segment: z.int(), before: z.int() }),
  z.object({ op: z.literal('remove'), segment: z.int() }),
  z.object({ op: z.literal('append'), index: z.int(), final: z.boolean(), plainBytes: z.int() }),
  z.object({ op: z.literal('extend'), bytes: hex }),
  z.object({ op: z.literal('zero'), from: z.int(), to: z.int() }),
  z.object({ op: z.literal('flip'), byte: z.int(), bit: z.int() }),
  z.object({
    op: z.literal('reseal'),
    segment: z.int(),
    index: z.int(),
    final: z.boolean(),
    key: hex.optional(),
    aad: hex.optional(),
  }),
]);
type Operation = z.infer<typeof Operation>;

const Vectors = z.object({
  headers: z.array(
    z.object({
      name: z.string(),
      seed: z.string(),
      readers: z.array(z.object({ private: hex, public: hex })),
      dataKeys: z.array(hex),
      editList: z.array(z.string().transform(BigInt)).optional(),
      header: hex,
    }),
  ),
  bodies: z.array(
    z.object({
      name: z.string(),
      seed: z.string(),
      plaintextBytes: z.int(),
      plaintextSha256: z.string(),
      parts: z.array(z.object({ firstSegment: z.int(), dataKey: hex })),
      nonces: z.array(z.string()),
      ciphertextBytes: z.int(),
      ciphertextSha256: z.string(),
    }),
  ),
  mustFail: z.object({
    body: z.string(),
    cases: z.array(z.object({ name: z.string(), ops: z.array(Operation) })),
  }),
});

export const vectors = Vectors.parse(
  JSON.parse(readFileSync(new URL('../../vectors/crypt4gh/vectors.json', import.meta.url), 'utf8')),
);

const segmentBytes = 65_564;

/** A segment with a valid tag, made without the product's code. */
function sealFreely(
  key: Uint8Array,
  index: number,
  final: boolean,
  plain: Uint8Array,
  aad?: Uint8Array,
): Buffer {
  const nonce = Buffer.alloc(12, 0xa5);
  nonce.writeUIntBE(index + (final ? 2 ** 47 : 0), 6, 6);
  const cipher = createCipheriv('chacha20-poly1305', key, nonce, { authTagLength: 16 });
  if (aad) cipher.setAAD(aad, { plaintextLength: plain.length });
  const sealed = cipher.update(plain);
  cipher.final();
  return Buffer.concat([nonce, sealed, cipher.getAuthTag()]);
}

/** The body after one operation of a must-fail case. */
export function bend(body: Uint8Array, dataKey: Uint8Array, operation: Operation): Buffer {
  const segments: Buffer[] = [];
  for (let at = 0; at < body.length; at += segmentBytes) {
    segments.push(Buffer.from(body.subarray(at, at + segmentBytes)));
  }
  const segment = (n: number): Buffer => segments[n] ?? Buffer.alloc(0);
  switch (operation.op) {
    case 'truncate':
      return Buffer.from(body.subarray(0, operation.to));
    case 'extend':
      return Buffer.concat([body, operation.bytes]);
    case 'zero':
      return Buffer.from(body).fill(0, operation.from, operation.to);
    case 'flip': {
      const flipped = Buffer.from(body);
      flipped[operation.byte] = (flipped[operation.byte] ?? 0) ^ (1 << operation.bit);
      return flipped;
    }
    case 'swap':
      [segments[operation.a], segments[operation.b]] = [segment(operation.b), segment(operation.a)];
      break;
    case 'copy':
      segments[operation.to] = segment(operation.from);
      break;
    case 'insert':
      segments.splice(operation.before, 0, segment(operation.segment));
      break;
    case 'remove':
      segments.splice(operation.segment, 1);
      break;
    case 'append':
      segments.push(sealFreely(dataKey, operation.index, operation.final, plaintext(operation.plainBytes)));
      break;
    case 'reseal': {
      const start = operation.segment * 65_536;
      const plain = plaintext(start + segment(operation.segment).length - 28).subarray(start);
      const key = operation.key ?? dataKey;
      segments[operation.segment] = sealFreely(key, operation.index, operation.final, plain, operation.aad);
      break;
    }
  }
  return Buffer.concat(segments);
}
