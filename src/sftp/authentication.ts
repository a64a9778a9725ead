/** Decides one public-key attempt: whose key it is, and whether the client has the private half of it. */
import { createPublicKey } from 'node:crypto';
import ssh2, { type PublicKeyAuthContext } from 'ssh2';
import { parseTokenKey, tokenKeyTypes, verifyWithToken } from './token-keys.ts';

export interface AuthenticationInput {
  username: string;
  /** The type of the key as in an authorized_keys line: ssh-ed25519, ecdsa-sha2-nistp256, ssh-rsa, … */
  keyType: string;
  /** The public key in SSH wire format: what the base64 of an authorized_keys line decodes to. */
  keyBlob: Uint8Array;
  /** The client's IP address. */
  address: string;
}

export type Verdict<P> =
  | { kind: 'refused' }
  /** No signature came with it: "this key would do", and no more than that. */
  | { kind: 'key-would-do' }
  | { kind: 'signed-in'; principal: P };

const keyTypes: readonly string[] = [
  'ssh-ed25519',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'ssh-rsa',
  ...tokenKeyTypes,
];
const rsaHashes: readonly (string | undefined)[] = ['sha256', 'sha512'];
const rsaLeastBits = 2048;
const usernameLimit = 256;

/** True for a signature over `blob` by the private half. */
type Verifier = (blob: Buffer, signature: Buffer) => boolean;

/**
 * Verifies with the key, when it is one this server takes: exactly the public key in wire format (ssh2 would read a PEM
 * file too), of the type that the request names, RSA neither short nor with SHA-1 (ssh2 gives no hash for that).
 */
function verifierOf({ key, hashAlgo }: PublicKeyAuthContext): Verifier | undefined {
  const { algo, data } = key;
  if (!keyTypes.includes(algo)) return undefined;
  if (tokenKeyTypes.includes(algo)) {
    const token = parseTokenKey(algo, data);
    return token && ((blob, signature) => verifyWithToken(token, blob, signature));
  }
  if (algo === 'ssh-rsa' && !rsaHashes.includes(hashAlgo)) return undefined;
  const parsed = ssh2.utils.parseKey(data);
  if (parsed instanceof Error || Array.isArray(parsed)) return undefined;
  if (parsed.type !== algo || parsed.isPrivateKey() || !parsed.getPublicSSH().equals(data)) return undefined;
  if (algo === 'ssh-rsa') {
    const details = createPublicKey(parsed.getPublicPEM()).asymmetricKeyDetails;
    if ((details?.modulusLength ?? 0) < rsaLeastBits) return undefined;
  }
  // verify gives an Error instead of throwing it, which must not pass for true.
  return (blob, signature) => (parsed.verify(blob, signature, hashAlgo) as unknown) === true;
}

/**
 * The verdict on one attempt. Unknown users and unknown keys take the same way: the lookup is always asked, and the
 * signature always checked. Anything thrown means refusal to the caller, who must catch it.
 */
export async function judge<P>(
  authenticate: (input: AuthenticationInput) => Promise<P | undefined>,
  context: PublicKeyAuthContext,
  address: string,
): Promise<Verdict<P>> {
  const { username, key, signature, blob } = context;
  if (username.length > usernameLimit) return { kind: 'refused' };
  const verify = verifierOf(context);
  if (verify === undefined) return { kind: 'refused' };
  // The key is bound to this user here, at the question and again at the signature.
  const principal = await authenticate({
    username,
    keyType: key.algo,
    keyBlob: new Uint8Array(key.data),
    address,
  });
  if (signature === undefined || blob === undefined) {
    return { kind: principal === undefined ? 'refused' : 'key-would-do' };
  }
  const signed = verify(blob, signature);
  return signed && principal !== undefined ? { kind: 'signed-in', principal } : { kind: 'refused' };
}
