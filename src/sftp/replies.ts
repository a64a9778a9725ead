/** Encodes the replies of SFTP version 3. Each reply is a list of byte runs to be sent one after the other. */
import type { Attributes } from './file-tree.ts';
import { attributeFlag, fileTypeBits, protocolVersion, replyType } from './protocol-numbers.ts';

export type Reply = readonly Uint8Array[];

/** One line of READDIR or REALPATH. */
export interface NameLine {
  name: string;
  /** As `ls -l` shows it; FileZilla takes "folder" from its first letter. */
  longname: string;
  attributes: Attributes | undefined;
}

const attributesBytes = 4 + 8 + 4 + 8;

function putString(target: Buffer, at: number, text: string): number {
  const length = target.write(text, at + 4, 'utf8');
  target.writeUInt32BE(length, at);
  return at + 4 + length;
}

function stringBytes(text: string): number {
  return 4 + Buffer.byteLength(text, 'utf8');
}

function putUint64(target: Buffer, at: number, value: number): number {
  target.writeUInt32BE(Math.floor(value / 0x1_0000_0000), at);
  target.writeUInt32BE(value % 0x1_0000_0000, at + 4);
  return at + 8;
}

function putAttributes(target: Buffer, at: number, attributes: Attributes): number {
  const seconds = Math.min(Math.max(Math.floor(attributes.modifiedAt), 0), 0xffff_ffff);
  target.writeUInt32BE(attributeFlag.size | attributeFlag.permissions | attributeFlag.times, at);
  putUint64(target, at + 4, attributes.size);
  target.writeUInt32BE(fileTypeBits[attributes.kind] | (attributes.permissions & 0o777), at + 12);
  target.writeUInt32BE(seconds, at + 16);
  target.writeUInt32BE(seconds, at + 20);
  return at + attributesBytes;
}

/** A packet with room for `bodyBytes` after type and id, and `dataBytes` more that follow in a run of their own. */
function packet(type: number, id: number, bodyBytes: number, dataBytes = 0): Buffer {
  const target = Buffer.allocUnsafe(9 + bodyBytes);
  target.writeUInt32BE(5 + bodyBytes + dataBytes, 0);
  target[4] = type;
  target.writeUInt32BE(id, 5);
  return target;
}

/** VERSION, with the extensions offered as [name, version]. */
export function versionReply(extensions: readonly (readonly [string, string])[]): Reply {
  let length = 0;
  for (const [name, version] of extensions) length += stringBytes(name) + stringBytes(version);
  const target = packet(replyType.version, protocolVersion, length);
  let at = 9;
  for (const [name, version] of extensions) at = putString(target, putString(target, at, name), version);
  return [target];
}

export function statusReply(id: number, code: number, message: string): Reply {
  const target = packet(replyType.status, id, 4 + stringBytes(message) + stringBytes('en'));
  target.writeUInt32BE(code, 9);
  putString(target, putString(target, 13, message), 'en');
  return [target];
}

/** @param handle the latin1 string of the handle's bytes. */
export function handleReply(id: number, handle: string): Reply {
  const target = packet(replyType.handle, id, 4 + handle.length);
  target.writeUInt32BE(handle.length, 9);
  target.write(handle, 13, 'latin1');
  return [target];
}

/** DATA; the pieces are sent from where they lie. */
export function dataReply(id: number, pieces: readonly Uint8Array[]): Reply {
  const length = replyBytes(pieces);
  const head = packet(replyType.data, id, 4, length);
  head.writeUInt32BE(length, 9);
  return [head, ...pieces];
}

export function attributesReply(id: number, attributes: Attributes): Reply {
  const target = packet(replyType.attrs, id, attributesBytes);
  putAttributes(target, 9, attributes);
  return [target];
}

/** NAME; a line without attributes carries an empty attribute block, as REALPATH wants it. */
export function namesReply(id: number, lines: readonly NameLine[]): Reply {
  let length = 4;
  for (const line of lines) {
    length += stringBytes(line.name) + stringBytes(line.longname) + (line.attributes ? attributesBytes : 4);
  }
  const target = packet(replyType.name, id, length);
  let at = target.writeUInt32BE(lines.length, 9);
  for (const line of lines) {
    at = putString(target, putString(target, at, line.name), line.longname);
    at = line.attributes ? putAttributes(target, at, line.attributes) : target.writeUInt32BE(0, at);
  }
  return [target];
}

/** EXTENDED_REPLY of numbers, as limits@openssh.com and statvfs@openssh.com have it. */
export function numbersReply(id: number, numbers: readonly number[]): Reply {
  const target = packet(replyType.extendedReply, id, 8 * numbers.length);
  let at = 9;
  for (const value of numbers) at = putUint64(target, at, value);
  return [target];
}

/** Bytes on the wire. */
export function replyBytes(reply: Reply): number {
  let total = 0;
  for (const run of reply) total += run.length;
  return total;
}
