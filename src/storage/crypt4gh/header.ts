/** Crypt4GH headers: data keys (and an edit list) for X25519 recipients (GA4GH File Encryption Standard 1.0, 2). */
import { createHash } from 'node:crypto';
import { AppError } from '../../platform/errors.ts';
import type { Random } from '../../platform/random.ts';
import { nonceBytes, openSegment, sealSegment, segmentOverheadBytes } from './segment.ts';
import { x25519KeyBytes, x25519PublicKey, x25519SharedSecret } from './x25519.ts';

/*
 * Header: "crypt4gh" ‖ version 1 ‖ packet count, then packets. All integers little endian, 4 bytes unless said.
 * Packet: length (its own 4 bytes included) ‖ method 0 ‖ writer's public key (32) ‖ nonce (12) ‖ payload ‖ tag (16).
 * Payload: type 0 ‖ method 0 ‖ data key (32), or type 1 ‖ count n ‖ n lengths of 8 bytes.
 */
const magic = Buffer.from('crypt4gh', 'ascii');
const version = 1;
const preambleBytes = 16;
const x25519ChaCha20 = 0;
const dataKeyPacket = 0;
const editListPacket = 1;
const dataKeyBytes = 32;
const packetOverheadBytes = 8 + x25519KeyBytes + segmentOverheadBytes;

/** Limits of what we parse, far above any honest header: what a stranger sends must not cost much. */
const maxPackets = 1_024;
const maxPacketBytes = 65_536;

export interface HeaderContent {
  /** 32 bytes each. A reader tries each on every segment. */
  readonly dataKeys: readonly Uint8Array[];
  /** Plaintext bytes to skip, keep, skip, keep …; absent: all is kept. */
  readonly editList?: readonly bigint[];
}

/** A header that each of the X25519 public keys `recipients` opens alone. The writer's key is used once. */
export function buildHeader(
  deps: { readonly random: Random },
  recipients: readonly Uint8Array[],
  content: HeaderContent,
): Uint8Array {
  const payloads = content.dataKeys.map(encodeDataKey);
  if (content.editList) payloads.push(encodeEditList(content.editList));
  const writerPrivate = Uint8Array.from(deps.random.bytes(x25519KeyBytes));
  const writerPublic = x25519PublicKey(writerPrivate);
  const packets: Uint8Array[] = [];
  for (const recipient of recipients) {
    const secret = x25519SharedSecret(writerPrivate, recipient);
    if (!secret) throw new AppError('invalid-input', weakRecipient);
    const key = packetKey(secret, recipient, writerPublic);
    for (const payload of payloads) packets.push(sealPacket(deps.random, key, writerPublic, payload));
    key.fill(0);
  }
  for (const payload of payloads) payload.fill(0);
  writerPrivate.fill(0);
  const preamble = Buffer.concat([magic, Buffer.alloc(8)]);
  preamble.writeUInt32LE(version, 8);
  preamble.writeUInt32LE(packets.length, 12);
  return new Uint8Array(Buffer.concat([preamble, ...packets]));
}

/** The header of a standard .c4gh file for one recipient, to be followed by the stored body as it is. */
export function exportHeader(
  deps: { readonly random: Random },
  recipientPublicKey: Uint8Array,
  dataKeys: readonly Uint8Array[],
): Uint8Array {
  return buildHeader(deps, [recipientPublicKey], { dataKeys });
}

export interface ParsedHeader extends HeaderContent {
  /** Where the body begins. */
  readonly headerBytes: number;
  /** Packets that none of the keys opens: meant for others. */
  readonly foreignPackets: number;
}

/**
 * Reads the header at the start of `bytes` with X25519 private keys. `invalid-input` when it is no header, is cut
 * or uses what the standard does not know; `forbidden` when it has no data key for any of the keys.
 * A header proves nothing about its writer: anyone can write one for a public key.
 */
export function parseHeader(bytes: Uint8Array, privateKeys: readonly Uint8Array[]): ParsedHeader {
  const { packets, headerBytes } = splitPackets(bytes);
  const readers = privateKeys.map((key) => ({ privateKey: key, publicKey: x25519PublicKey(key) }));
  const dataKeys: Uint8Array[] = [];
  let editList: bigint[] | undefined;
  let foreignPackets = 0;
  for (const packet of packets) {
    const payload = openPacket(packet, readers);
    const type = payload && payload.length >= 4 ? payload.readUInt32LE(0) : undefined;
    if (!payload) {
      foreignPackets += 1;
    } else if (type === dataKeyPacket) {
      dataKeys.push(decodeDataKey(payload));
    } else if (type === editListPacket && !editList) {
      editList = decodeEditList(payload);
    } else {
      // An unknown type, or a second edit list.
      throw malformed();
    }
  }
  if (dataKeys.length === 0) throw new AppError('forbidden', notForUs);
  return { dataKeys, ...(editList ? { editList } : {}), headerBytes, foreignPackets };
}

/** The lengths are settled before any packet is opened: what is no header costs no key agreement. */
function splitPackets(bytes: Uint8Array): { readonly packets: Buffer[]; readonly headerBytes: number } {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.length < preambleBytes || !view.subarray(0, magic.length).equals(magic)) throw malformed();
  if (view.readUInt32LE(8) !== version) throw malformed();
  const packetCount = view.readUInt32LE(12);
  if (packetCount > maxPackets) throw malformed();
  const packets: Buffer[] = [];
  let offset = preambleBytes;
  for (let n = 0; n < packetCount; n += 1) {
    if (view.length - offset < 4) throw malformed();
    const length = view.readUInt32LE(offset);
    if (length < 8 || length > maxPacketBytes || length > view.length - offset) throw malformed();
    packets.push(view.subarray(offset, offset + length));
    offset += length;
  }
  return { packets, headerBytes: offset };
}

/** The key of a packet: the first half of BLAKE2b-512(secret ‖ reader's public key ‖ writer's public key). */
function packetKey(secret: Uint8Array, readerPublic: Uint8Array, writerPublic: Uint8Array): Uint8Array {
  const digest = createHash('blake2b512').update(secret).update(readerPublic).update(writerPublic).digest();
  secret.fill(0);
  return digest.subarray(0, 32);
}

function sealPacket(
  random: Random,
  key: Uint8Array,
  writerPublic: Uint8Array,
  payload: Uint8Array,
): Uint8Array {
  const packet = Buffer.alloc(packetOverheadBytes + payload.length);
  packet.writeUInt32LE(packet.length, 0);
  packet.writeUInt32LE(x25519ChaCha20, 4);
  packet.set(writerPublic, 8);
  sealSegment(key, random.bytes(nonceBytes), payload, packet, 8 + x25519KeyBytes);
  return packet;
}

interface Reader {
  readonly privateKey: Uint8Array;
  readonly publicKey: Uint8Array;
}

/** The payload, or undefined when the packet is for somebody else or of a method that we do not know. */
function openPacket(packet: Buffer, readers: readonly Reader[]): Buffer | undefined {
  if (packet.readUInt32LE(4) !== x25519ChaCha20 || packet.length < packetOverheadBytes) return undefined;
  const writerPublic = packet.subarray(8, 8 + x25519KeyBytes);
  for (const { privateKey, publicKey } of readers) {
    const secret = x25519SharedSecret(privateKey, writerPublic);
    if (!secret) continue;
    const key = packetKey(secret, publicKey, writerPublic);
    const payload = openSegment(key, packet.subarray(8 + x25519KeyBytes));
    key.fill(0);
    if (payload) return Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength);
  }
  return undefined;
}

function encodeDataKey(dataKey: Uint8Array): Buffer {
  if (dataKey.length !== dataKeyBytes) throw new AppError('internal', badDataKey);
  // Packet type 0 and data encryption method 0 are eight zero bytes.
  return Buffer.concat([Buffer.alloc(8), dataKey]);
}

function decodeDataKey(payload: Buffer): Uint8Array {
  if (payload.length !== 8 + dataKeyBytes || payload.readUInt32LE(4) !== x25519ChaCha20) throw malformed();
  return Uint8Array.from(payload.subarray(8));
}

function encodeEditList(lengths: readonly bigint[]): Buffer {
  const payload = Buffer.alloc(8 + 8 * lengths.length);
  payload.writeUInt32LE(editListPacket, 0);
  payload.writeUInt32LE(lengths.length, 4);
  for (const [n, length] of lengths.entries()) payload.writeBigUInt64LE(length, 8 + 8 * n);
  return payload;
}

function decodeEditList(payload: Buffer): bigint[] {
  if (payload.length < 8 || payload.length !== 8 + 8 * payload.readUInt32LE(4)) throw malformed();
  return Array.from({ length: payload.readUInt32LE(4) }, (_, n) => payload.readBigUInt64LE(8 + 8 * n));
}

function malformed(): AppError {
  return new AppError('invalid-input', {
    nb: 'Filen har ikke et gyldig Crypt4GH-hode.',
    en: 'The file does not have a valid Crypt4GH header.',
  });
}

const notForUs = {
  nb: 'Crypt4GH-filen er ikke kryptert til denne nøkkelen.',
  en: 'The Crypt4GH file is not encrypted to this key.',
};
const weakRecipient = {
  nb: 'Mottakerens offentlige nøkkel er ikke gyldig.',
  en: "The recipient's public key is not valid.",
};
const badDataKey = { nb: 'En datanøkkel er på 32 byte.', en: 'A data key has 32 bytes.' };
