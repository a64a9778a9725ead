/** The file that says which providers people and machines sign in with; read once, at the start. */
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { importJWK, importPKCS8 } from 'jose';
import { z } from 'zod';
import { AppError } from '../platform/errors.ts';
import { roles } from './permissions.ts';

const loopback = new Set(['127.0.0.1', '[::1]', 'localhost']);

/** True for https, and for http on the machine itself. */
export function isSafeUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const url = new URL(text);
  return url.protocol === 'https:' || (url.protocol === 'http:' && loopback.has(url.hostname));
}

const SafeUrl = z.string().refine(isSafeUrl, 'an https:// address');
const reserved = ['development', 'maskinporten'];

const Provider = z
  .strictObject({
    /** Stands in paths and in links between identities and people: never change it. */
    id: z
      .string()
      .regex(/^[a-z][a-z0-9-]{0,31}$/, 'lower-case letters, digits and hyphen')
      .refine((id) => !reserved.includes(id), 'is a reserved word'),
    /** As the button says it. */
    name: z.strictObject({ nb: z.string().min(1).max(60), en: z.string().min(1).max(60) }),
    issuer: SafeUrl,
    clientId: z.string().min(1),
    /** Paths, relative to this file. One of the two. */
    clientSecretFile: z.string().optional(),
    /** PKCS #8 in PEM, or a private JWK. */
    privateKeyFile: z.string().optional(),
    keyId: z.string().optional(),
    keyAlgorithm: z.enum(['RS256', 'PS256', 'ES256', 'EdDSA']).default('RS256'),
    scopes: z.array(z.string()).default(['openid']),
    /** The claim that a person is recognised by: `sub`, `pid` (ID-porten), `email`, … */
    subjectClaim: z.string().default('sub'),
    acr: z
      .strictObject({
        /** Asked for at every sign-in. */
        asked: z.array(z.string()).default([]),
        /** Whoever holds the role must come with one of these. */
        roles: z.partialRecord(z.enum(roles), z.array(z.string()).min(1)).default({}),
        /** With one of these a person may sign; empty: with any. */
        signing: z.array(z.string()).default([]),
      })
      .default({ asked: [], roles: {}, signing: [] }),
  })
  .refine(
    (one) => (one.clientSecretFile === undefined) !== (one.privateKeyFile === undefined),
    'give either clientSecretFile or privateKeyFile',
  );

const Maskinporten = z.strictObject({
  issuer: SafeUrl,
  jwksUri: SafeUrl,
  audience: z.string().min(1),
  readScope: z.string().min(1),
  writeScope: z.string().min(1),
});
export type MaskinportenSettings = z.infer<typeof Maskinporten>;

const Settings = z.strictObject({
  providers: z
    .array(Provider)
    .default([])
    .refine((all) => new Set(all.map(({ id }) => id)).size === all.length, 'two have the same id'),
  maskinporten: Maskinporten.optional(),
});

export type ClientProof =
  | { kind: 'secret'; secret: string }
  | { kind: 'key'; key: CryptoKey; keyId: string | undefined };

export type ProviderSettings = Omit<
  z.infer<typeof Provider>,
  'clientSecretFile' | 'privateKeyFile' | 'keyId' | 'keyAlgorithm'
> & { proof: ClientProof };

export interface SignInSettings {
  providers: readonly ProviderSettings[];
  maskinporten: MaskinportenSettings | undefined;
}

/** Reads the file and the secrets that it names. Errors: `invalid-input` saying where, never what stands there. */
export async function readSignInSettings(path: string): Promise<SignInSettings> {
  let content: unknown;
  try {
    content = JSON.parse(await readFile(path, 'utf8'));
  } catch (cause) {
    throw wrong(path, 'it cannot be read as JSON', cause);
  }
  const parsed = Settings.safeParse(content);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw wrong(path, `${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`);
  }
  const providers: ProviderSettings[] = [];
  for (const one of parsed.data.providers) {
    const { clientSecretFile, privateKeyFile, keyId, keyAlgorithm, ...rest } = one;
    const file = resolve(dirname(path), clientSecretFile ?? privateKeyFile ?? '');
    try {
      const text = (await readFile(file, 'utf8')).trim();
      const proof = clientSecretFile === undefined ? await keyOf(text, keyAlgorithm, keyId) : secretOf(text);
      providers.push({ ...rest, proof });
    } catch (cause) {
      throw wrong(path, `the secret or key of ${one.id} cannot be read`, cause);
    }
  }
  return { providers, maskinporten: parsed.data.maskinporten };
}

function secretOf(text: string): ClientProof {
  if (text === '') throw new Error('an empty secret');
  return { kind: 'secret', secret: text };
}

async function keyOf(text: string, algorithm: string, keyId: string | undefined): Promise<ClientProof> {
  if (!text.startsWith('{')) {
    return { kind: 'key', key: await importPKCS8(text, algorithm), keyId };
  }
  const jwk = JSON.parse(text) as { alg?: string; kid?: string };
  const key = await importJWK(jwk, jwk.alg ?? algorithm);
  if (key instanceof Uint8Array) throw new Error('a symmetric key');
  return { kind: 'key', key, keyId: keyId ?? jwk.kid };
}

function wrong(path: string, what: string, cause?: unknown): AppError {
  return new AppError(
    'invalid-input',
    {
      nb: `Innloggingsoppsettet ${path} er feil: ${what}.`,
      en: `The sign-in settings ${path} are wrong: ${what}.`,
    },
    { cause },
  );
}
