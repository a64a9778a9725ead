/** A hardware token in software, behind an SSH agent of its own: what OpenSSH's client asks when a key lies in a token. */
import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { createServer } from 'node:net';

export function sshString(content: string | Uint8Array): Buffer {
  const bytes = Buffer.from(content as string);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

function mpint(bytes: Buffer): Buffer {
  const digits = bytes.subarray(bytes.findIndex((byte) => byte !== 0));
  return sshString((digits[0] ?? 0) & 0x80 ? Buffer.concat([Buffer.alloc(1), digits]) : digits);
}

const sha256 = (bytes: Uint8Array | string) => createHash('sha256').update(bytes).digest();

export interface Token {
  readonly type: string;
  /** In SSH wire format. */
  readonly blob: Buffer;
  readonly publicLine: string;
  /** Whether somebody touches it when it is asked to sign; 5 says that they gave their PIN too. */
  flags: number;
  /** What signs; to play a token that shows one key and signs with another. */
  privateKey: KeyObject;
  /** Signature, flags and counter, without type and length, as ssh2 gives them to a server. */
  signBare(message: Uint8Array): Buffer;
  sign(message: Uint8Array): Buffer;
}

export function makeToken(kind: 'ed25519' | 'ecdsa', application = 'ssh:'): Token {
  const pair =
    kind === 'ed25519'
      ? generateKeyPairSync('ed25519')
      : generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const { x = '', y = '' } = pair.publicKey.export({ format: 'jwk' });
  const raw = (part: string) => Buffer.from(part, 'base64url');
  const type = { ed25519: 'sk-ssh-ed25519@openssh.com', ecdsa: 'sk-ecdsa-sha2-nistp256@openssh.com' }[kind];
  const key =
    kind === 'ed25519'
      ? [sshString(raw(x))]
      : [sshString('nistp256'), sshString(Buffer.concat([Buffer.from([4]), raw(x), raw(y)]))];
  const blob = Buffer.concat([sshString(type), ...key, sshString(application)]);
  let counter = 0;

  function signature(token: Token, message: Uint8Array): { inner: Buffer; tail: Buffer } {
    counter += 1;
    const tail = Buffer.alloc(5);
    tail[0] = token.flags;
    tail.writeUInt32BE(counter, 1);
    const signed = Buffer.concat([sha256(application), tail, sha256(message)]);
    if (kind === 'ed25519') return { inner: sign(null, signed, token.privateKey), tail };
    const rs = sign('sha256', signed, { key: token.privateKey, dsaEncoding: 'ieee-p1363' });
    return { inner: Buffer.concat([mpint(rs.subarray(0, 32)), mpint(rs.subarray(32))]), tail };
  }

  const token: Token = {
    type,
    blob,
    publicLine: `${type} ${blob.toString('base64')} token`,
    flags: 1,
    privateKey: pair.privateKey,
    signBare(message) {
      const { inner, tail } = signature(token, message);
      return Buffer.concat([inner, tail]);
    },
    sign(message) {
      const { inner, tail } = signature(token, message);
      return Buffer.concat([sshString(type), sshString(inner), tail]);
    },
  };
  return token;
}

const messages = {
  failure: 5,
  identitiesRequest: 11,
  identitiesAnswer: 12,
  signRequest: 13,
  signResponse: 14,
};

/** Listens at a path of the file system; IdentityAgent of OpenSSH's clients names it. */
export async function startAgent(path: string, token: Token): Promise<{ close(): void }> {
  function answer(request: Buffer): Buffer {
    const one = Buffer.from([0, 0, 0, 1]);
    if (request[0] === messages.identitiesRequest)
      return Buffer.concat([
        Buffer.from([messages.identitiesAnswer]),
        one,
        sshString(token.blob),
        sshString('token'),
      ]);
    if (request[0] !== messages.signRequest) return Buffer.from([messages.failure]);
    const keyBytes = request.readUInt32BE(1);
    const dataAt = 5 + keyBytes + 4;
    const data = request.subarray(dataAt, dataAt + request.readUInt32BE(5 + keyBytes));
    return Buffer.concat([Buffer.from([messages.signResponse]), sshString(token.sign(data))]);
  }
  const server = createServer((socket) => {
    let pending = Buffer.alloc(0);
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      pending = Buffer.concat([pending, chunk]);
      while (pending.length >= 4 && pending.length >= 4 + pending.readUInt32BE(0)) {
        const end = 4 + pending.readUInt32BE(0);
        socket.write(sshString(answer(pending.subarray(4, end))));
        pending = pending.subarray(end);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  return { close: () => void server.close() };
}
