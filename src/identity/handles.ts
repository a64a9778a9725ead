/** Random handles that stand for something in the tables: the holder has the handle, the table its hash. */
import { createCipheriv, createDecipheriv, createHash, createHmac, hkdfSync } from 'node:crypto';
import type { Random } from '../platform/random.ts';

const HANDLE_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** 256 random bits in base64url: 43 characters. */
export function newHandle(random: Pick<Random, 'bytes'>): string {
  return Buffer.from(random.bytes(HANDLE_BYTES)).toString('base64url');
}

/** True for text of a handle's form; what has another form need not be looked for. */
export function isHandle(text: string | undefined): text is string {
  return text !== undefined && /^[A-Za-z0-9_-]{43}$/.test(text);
}

/** A plain hash is enough: 256 random bits cannot be guessed from it. */
export function hashHandle(purpose: string, handle: string): Uint8Array {
  return createHash('sha256')
    .update(JSON.stringify([purpose, handle]))
    .digest();
}

/** A second secret of the same strength that only the holder of the handle can tell, in base64url. */
export function deriveFrom(handle: string, purpose: string, context: string): string {
  return createHmac('sha256', handle)
    .update(JSON.stringify([purpose, context]))
    .digest('base64url');
}

function keyFrom(handle: string, purpose: string): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', handle, new Uint8Array(), purpose, 32));
}

/** Seals `text` so that it is read only with the handle: AES-256-GCM, nonce first, tag last. */
export function sealWith(random: Pick<Random, 'bytes'>, handle: string, purpose: string, text: string) {
  const nonce = random.bytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', keyFrom(handle, purpose), nonce);
  return Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
}

/** Undefined when it was sealed with another handle, or has changed. */
export function openWith(handle: string, purpose: string, sealed: Uint8Array): string | undefined {
  const nonce = sealed.subarray(0, NONCE_BYTES);
  const tag = sealed.subarray(sealed.length - TAG_BYTES);
  const body = sealed.subarray(NONCE_BYTES, sealed.length - TAG_BYTES);
  if (tag.length !== TAG_BYTES) return undefined;
  try {
    const decipher = createDecipheriv('aes-256-gcm', keyFrom(handle, purpose), nonce, {
      authTagLength: TAG_BYTES,
    });
    decipher.setAuthTag(tag);
    return Buffer.concat([decipher.update(body), decipher.final()]).toString('utf8');
  } catch {
    return undefined;
  }
}
