/** Signed receipts: what came, from whom, when, and the verdict, as a compact JWS (RFC 7515) with Ed25519 (RFC 8037). */
import { createHash } from 'node:crypto';
import {
  CompactSign,
  calculateJwkThumbprint,
  compactVerify,
  createLocalJWKSet,
  exportJWK,
  generateKeyPair,
  importJWK,
  type JSONWebKeySet,
  type JWK,
} from 'jose';
import { z } from 'zod';
import type { Database } from '../db/database.ts';
import type { Clock } from '../platform/clock.ts';
import { AppError } from '../platform/errors.ts';
import type { KeyRing } from '../storage/key-ring.ts';
import { publicPartOf, serverSecret } from '../vault/server-secrets.ts';

export const Receipt = z.object({
  iss: z.literal('datasluse'),
  /** The inbound file's id. */
  sub: z.uuid(),
  project: z.string(),
  file: z.string(),
  version: z.int().min(1),
  bytes: z.int().min(0),
  /** Of the plaintext, in hex. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  uploader: z.string(),
  /** An instant, ISO 8601 in UTC. */
  receivedAt: z.string(),
  verdict: z.enum(['accepted', 'rejected', 'not-checked']),
  /** Of the report's JSON as served beside the file, in hex. */
  reportSha256: z.string().regex(/^[0-9a-f]{64}$/),
  descriptionSha256: z.string().nullable(),
});
export type Receipt = z.infer<typeof Receipt>;

const PURPOSE = 'receipt-signing';
const TYPE = 'datasluse-receipt+jwt';

export interface ReceiptSigner {
  sign(receipt: Receipt): Promise<string>;
}

/** The signer with the server's own key; the key is made the first time. */
export async function receiptSigner(deps: {
  db: Database;
  keyRing: KeyRing;
  clock: Clock;
}): Promise<ReceiptSigner> {
  const { secret } = await serverSecret(deps, PURPOSE, async () => {
    const pair = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
    const jwk = await exportJWK(pair.privateKey);
    const kid = await calculateJwkThumbprint(jwk);
    const { d: _private, ...shown } = { ...jwk, kid, alg: 'EdDSA', use: 'sig' };
    return { secret: Buffer.from(JSON.stringify({ ...jwk, kid })), publicPart: JSON.stringify(shown) };
  });
  const jwk = JSON.parse(Buffer.from(secret).toString('utf8')) as JWK & { kid: string };
  secret.fill(0);
  const key = await importJWK(jwk, 'EdDSA');
  return {
    sign: (receipt) =>
      new CompactSign(Buffer.from(JSON.stringify(receipt)))
        .setProtectedHeader({ alg: 'EdDSA', kid: jwk.kid, typ: TYPE })
        .sign(key),
  };
}

/** The public keys that receipts are verified with, as a JWK Set (RFC 7517). */
export async function receiptKeys(deps: { db: Database }): Promise<JSONWebKeySet> {
  const shown = await publicPartOf(deps, PURPOSE);
  return { keys: shown === undefined ? [] : [JSON.parse(shown) as JWK] };
}

/** The content of a receipt whose signature holds. Errors: `integrity-failed`. */
export async function verifyReceipt(jws: string, keys: JSONWebKeySet): Promise<Receipt> {
  try {
    const { payload, protectedHeader } = await compactVerify(jws.trim(), createLocalJWKSet(keys), {
      algorithms: ['EdDSA'],
    });
    if (protectedHeader.typ !== TYPE) throw new Error('not a receipt');
    return Receipt.parse(JSON.parse(Buffer.from(payload).toString('utf8')));
  } catch (cause) {
    throw new AppError(
      'integrity-failed',
      {
        nb: 'Kvitteringen er ikke gyldig: den er endret, eller den er ikke utstedt av denne tjenesten.',
        en: 'The receipt is not valid: it has been changed, or it was not issued by this service.',
      },
      { cause },
    );
  }
}

/** The report as it is served and hashed: indented JSON with a newline at the end. */
export function reportText(report: object): string {
  return JSON.stringify(report, null, 2) + '\n';
}

export function sha256Hex(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
