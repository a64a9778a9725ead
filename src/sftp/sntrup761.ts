/**
 * Streamlined NTRU Prime 761, the half that a server needs: encapsulates a fresh secret to a client's public key. After
 * the reference implementation (SUPERCOP, public domain) that OpenSSH carries too. It holds no secret of long life.
 */
import { createHash } from 'node:crypto';
import type { Random } from '../platform/random.ts';

const p = 761;
const q = 4591;
/** Coefficients lie between -q12 and q12. */
const q12 = (q - 1) / 2;
/** How many coefficients of a short polynomial are not zero. */
const weight = 286;
export const publicKeyBytes = 1158;
export const ciphertextBytes = 1039;
const smallBytes = 191;
const hashBytes = 32;
/** Numbers are joined in pairs, and bytes cut off, until they are below this. */
const joinLimit = 16_384;

/** The remainder between -(m-1)/2 and (m-1)/2, for odd m. */
function centred(value: number, m: number): number {
  const rest = ((value % m) + m) % m;
  return rest > (m - 1) / 2 ? rest - m : rest;
}

/** Numbers below their moduli, as few bytes as that takes. */
function encode(numbers: readonly number[], moduli: readonly number[], out: number[]): void {
  const cut = (value: number, modulus: number, limit: number): [number, number] => {
    let [r, m] = [value, modulus];
    while (m >= limit) {
      out.push(r & 0xff);
      r = Math.floor(r / 256);
      m = (m + 255) >> 8;
    }
    return [r, m];
  };
  if (numbers.length === 1) {
    cut(numbers[0]!, moduli[0]!, 2);
    return;
  }
  const [nextNumbers, nextModuli]: [number[], number[]] = [[], []];
  for (let i = 0; i < numbers.length; i += 2) {
    const pair = i + 1 < numbers.length;
    const [r, m] = pair
      ? cut(numbers[i]! + numbers[i + 1]! * moduli[i]!, moduli[i]! * moduli[i + 1]!, joinLimit)
      : [numbers[i]!, moduli[i]!];
    nextNumbers.push(r);
    nextModuli.push(m);
  }
  encode(nextNumbers, nextModuli, out);
}

function decode(bytes: Uint8Array, at: number, moduli: readonly number[]): number[] {
  if (moduli.length === 1) {
    const [m = 1] = moduli;
    if (m === 1) return [0];
    return [(bytes[at]! + (m > 256 ? bytes[at + 1]! * 256 : 0)) % m];
  }
  let from = at;
  const low: { value: number; weight: number }[] = [];
  const nextModuli: number[] = [];
  for (let i = 0; i < moduli.length; i += 2) {
    if (i + 1 === moduli.length) {
      nextModuli.push(moduli[i]!);
      continue;
    }
    let m = moduli[i]! * moduli[i + 1]!;
    let [value, weight] = [0, 1];
    while (m >= joinLimit) {
      value += bytes[from]! * weight;
      weight *= 256;
      from += 1;
      m = (m + 255) >> 8;
    }
    low.push({ value, weight });
    nextModuli.push(m);
  }
  const high = decode(bytes, from, nextModuli);
  const numbers: number[] = [];
  for (let i = 0; i < moduli.length; i += 2) {
    const part = low[i >> 1];
    if (part === undefined || i + 1 === moduli.length) {
      numbers.push(high[i >> 1]!);
      continue;
    }
    const r = part.value + part.weight * high[i >> 1]!;
    numbers.push(r % moduli[i]!, Math.floor(r / moduli[i]!) % moduli[i + 1]!);
  }
  return numbers;
}

/** A short polynomial: the sort moves `weight` odd signs to random places. */
function randomShort(random: Random): Int32Array {
  const bytes = random.bytes(4 * p);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const list = Uint32Array.from({ length: p }, (_, i) => {
    const value = view.getUint32(4 * i, true);
    return i < weight ? value & 0xffff_fffe : (value & 0xffff_fffc) | 1;
  });
  list.sort();
  return Int32Array.from(list, (value) => (value & 3) - 1);
}

/** The product modulo x^p - x - 1 and q. */
function multiply(f: Int32Array, g: Int32Array): Int32Array {
  const product = new Int32Array(2 * p);
  for (let i = 0; i < p; i++) for (let j = 0; j < p; j++) product[i + j]! += f[i]! * g[j]!;
  for (let i = 2 * p - 2; i >= p; i--) {
    product[i - p]! += product[i]!;
    product[i - p + 1]! += product[i]!;
  }
  return product.subarray(0, p).map((value) => centred(value, q));
}

/** SHA-512 behind a byte that says what for, cut to 32 bytes. */
function hash(purpose: number, ...parts: readonly Uint8Array[]): Buffer {
  const digest = createHash('sha512').update(Uint8Array.of(purpose));
  for (const part of parts) digest.update(part);
  return digest.digest().subarray(0, hashBytes);
}

function encodeSmall(f: Int32Array): Uint8Array {
  const bytes = new Uint8Array(smallBytes);
  for (let i = 0; i < p; i++) bytes[i >> 2]! |= (f[i]! + 1) << (2 * (i & 3));
  return bytes;
}

/** Errors: RangeError when the public key has another length; every key of the right length is one. */
export function encapsulate(
  deps: { random: Random },
  publicKey: Uint8Array,
): { ciphertext: Buffer; secret: Buffer } {
  if (publicKey.length !== publicKeyBytes) throw new RangeError('a public key of another length');
  const h = Int32Array.from(decode(publicKey, 0, new Array<number>(p).fill(q)), (value) => value - q12);
  const r = randomShort(deps.random);
  const small = encodeSmall(r);
  const thirds = Array.from(multiply(h, r), (value) => (value - centred(value, 3) + q12) / 3);
  const rounded: number[] = [];
  encode(thirds, new Array<number>(p).fill((q + 2) / 3), rounded);
  const hashedSmall = hash(3, small);
  const confirmation = hash(2, hashedSmall, hash(4, publicKey));
  const ciphertext = Buffer.concat([Buffer.from(rounded), confirmation]);
  return { ciphertext, secret: hash(1, hashedSmall, ciphertext) };
}
