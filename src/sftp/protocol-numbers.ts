/** The numbers of SFTP version 3 (draft-ietf-secsh-filexfer-02) that this server speaks, and its own limits. */

export const protocolVersion = 3;

/** SSH_FXP_*: client to server. */
export const packetType = {
  init: 1,
  open: 3,
  close: 4,
  read: 5,
  write: 6,
  lstat: 7,
  fstat: 8,
  setstat: 9,
  fsetstat: 10,
  opendir: 11,
  readdir: 12,
  remove: 13,
  mkdir: 14,
  rmdir: 15,
  realpath: 16,
  stat: 17,
  rename: 18,
  readlink: 19,
  symlink: 20,
  extended: 200,
} as const;

/** SSH_FXP_*: server to client. */
export const replyType = {
  version: 2,
  status: 101,
  handle: 102,
  data: 103,
  name: 104,
  attrs: 105,
  extendedReply: 201,
} as const;

/** SSH_FX_*. */
export const status = {
  ok: 0,
  eof: 1,
  noSuchFile: 2,
  permissionDenied: 3,
  failure: 4,
  badMessage: 5,
  opUnsupported: 8,
} as const;

/** SSH_FXF_*: flags of OPEN. */
export const openFlag = { read: 1, write: 2, append: 4, create: 8, truncate: 16, exclusive: 32 } as const;

/** SSH_FILEXFER_ATTR_*: which attributes follow. */
export const attributeFlag = {
  size: 1,
  ownerAndGroup: 2,
  permissions: 4,
  times: 8,
  extended: 0x80000000,
} as const;

/** File type bits of the permissions field. */
export const fileTypeBits = { folder: 0o040000, file: 0o100000 } as const;

/**
 * What limits@openssh.com promises. A packet is at most 256 KiB after its length field, and OpenSSH's client moves
 * from 32 KiB requests to `dataBytes` when it is told so.
 */
export const limits = {
  packetBytes: 262_144,
  dataBytes: 261_120,
  openHandles: 100,
  handleBytes: 256,
} as const;
