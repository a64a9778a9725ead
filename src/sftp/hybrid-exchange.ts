/**
 * The exchange sntrup761x25519-sha512: what was recorded today stays closed to a quantum computer, and X25519 stands
 * beside it should the younger scheme break. ssh2 1.17.0 has no plug for it; the private fields stand here, and
 * test/unit/sftp/hybrid-exchange.test.ts fails when they are gone. docs/adr/0015-post-quantum-exchange.md says how and why.
 */
import { createHash, createPublicKey, diffieHellman, generateKeyPairSync } from 'node:crypto';
import type { Connection } from 'ssh2';
import type { Random } from '../platform/random.ts';
import { encapsulate, publicKeyBytes } from './sntrup761.ts';

export const hybridNames: readonly string[] = [
  'sntrup761x25519-sha512',
  'sntrup761x25519-sha512@openssh.com',
];
/** The exchange of ssh2 that we borrow: same messages, another content. */
const borrowed = 'curve25519-sha256';
const kexInit = 20;
/** Type and cookie of a KEXINIT; its first list follows. */
const listAt = 17;
const x25519Bytes = 32;

/** Our reply to the client's half, and the shared secret. Errors: anything thrown ends the handshake. */
export function respond(deps: { random: Random }, clientHalf: Buffer): { reply: Buffer; secret: Buffer } {
  if (clientHalf.length !== publicKeyBytes + x25519Bytes) throw new RangeError('not the half of a client');
  const { ciphertext, secret } = encapsulate(deps, clientHalf.subarray(0, publicKeyBytes));
  const { publicKey, privateKey } = generateKeyPairSync('x25519');
  const x = clientHalf.subarray(publicKeyBytes).toString('base64url');
  const client = createPublicKey({ format: 'jwk', key: { kty: 'OKP', crv: 'X25519', x } });
  // Refuses the points of small order, whose product is all zeros.
  const classical = diffieHellman({ privateKey, publicKey: client });
  const ours = Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url');
  return {
    reply: Buffer.concat([ciphertext, ours]),
    secret: createHash('sha512').update(secret).update(classical).digest(),
  };
}

interface Exchange {
  negotiated: { kex: string };
  hashName: string;
  _remoteKexinit: Buffer;
  generateKeys(): void;
  getPublicKey(): Buffer;
  convertPublicKey(key: Buffer): Buffer;
  computeSecret(clientHalf: Buffer): Buffer | Error;
}

type OnPayload = (payload: Buffer) => unknown;

interface Protocol {
  _kex: Exchange | undefined;
  _offer: { lists: { kex: { array: readonly string[] } } };
  _onPayload: OnPayload;
  _decipher: { _onPayload: OnPayload };
}

function protocolOf(connection: Connection): Protocol | undefined {
  const { _protocol } = connection as unknown as { _protocol?: Partial<Protocol> };
  const known =
    typeof _protocol?._onPayload === 'function' &&
    typeof _protocol._decipher?._onPayload === 'function' &&
    Array.isArray(_protocol._offer?.lists?.kex?.array);
  return known ? (_protocol as Protocol) : undefined;
}

/**
 * A client's KEXINIT with the name of the borrowed exchange where the hybrid one stood, when that is what we shall agree
 * on: the client's first name that we offer. Undefined when it is not, or the packet is malformed.
 */
export function borrowName(
  payload: Buffer,
  offered: readonly string[],
): { payload: Buffer; name: string } | undefined {
  if (payload.length < listAt + 4) return undefined;
  const end = listAt + 4 + payload.readUInt32BE(listAt);
  if (end > payload.length) return undefined;
  const names = payload.toString('latin1', listAt + 4, end).split(',');
  const at = names.findIndex((name) => offered.includes(name));
  const name = names[at];
  if (name === undefined || !hybridNames.includes(name)) return undefined;
  const list = Buffer.from(names.with(at, borrowed).join(','), 'latin1');
  const length = Buffer.alloc(4);
  length.writeUInt32BE(list.length);
  return {
    payload: Buffer.concat([payload.subarray(0, listAt), length, list, payload.subarray(end)]),
    name,
  };
}

/** Makes the borrowed exchange the hybrid one, before the client's half has come. */
function become(deps: { random: Random }, exchange: Exchange, name: string, clientKexInit: Buffer): void {
  let reply: Buffer = Buffer.alloc(0);
  exchange.negotiated.kex = name;
  exchange.hashName = 'sha512';
  // The hash of the exchange is over what the client really sent.
  exchange._remoteKexinit = clientKexInit;
  exchange.generateKeys = () => undefined;
  exchange.convertPublicKey = (key) => key;
  exchange.getPublicKey = () => reply;
  exchange.computeSecret = (clientHalf) => {
    try {
      const answer = respond(deps, clientHalf);
      reply = answer.reply;
      return answer.secret;
    } catch (thrown) {
      return thrown as Error;
    }
  };
}

/** Call in 'connection', before the client's KEXINIT is read. False when it cannot be done: then do not offer the names. */
export function takeHybridExchange(deps: { random: Random }, connection: Connection): boolean {
  const protocol = protocolOf(connection);
  if (protocol === undefined) return false;
  const wrap =
    (inner: OnPayload): OnPayload =>
    (payload) => {
      const borrow =
        payload[0] === kexInit ? borrowName(payload, protocol._offer.lists.kex.array) : undefined;
      if (borrow === undefined) return inner(payload);
      const before = protocol._kex;
      const result = inner(borrow.payload);
      const exchange = protocol._kex;
      if (exchange !== undefined && exchange !== before) become(deps, exchange, borrow.name, payload);
      return result;
    };
  protocol._decipher._onPayload = wrap(protocol._decipher._onPayload);
  // Of the ciphers after the first exchange: new keys are agreed on the same way.
  protocol._onPayload = wrap(protocol._onPayload);
  return true;
}
