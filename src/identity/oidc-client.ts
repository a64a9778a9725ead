/** One OpenID Connect provider, as this service is its client: authorization code with PKCE, state and nonce. */
import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  buildAuthorizationUrlWithPAR,
  buildEndSessionUrl,
  type ClientAuth,
  ClientSecretBasic,
  ClientSecretPost,
  type Configuration,
  calculatePKCECodeChallenge,
  discovery,
  fetchUserInfo,
  type IDToken,
  PrivateKeyJwt,
} from 'openid-client';
import { monotonicMs } from '../platform/clock.ts';
import { AppError } from '../platform/errors.ts';
import type { ProviderSettings } from './sign-in-settings.ts';

export interface SignInRequest {
  redirectUri: string;
  state: string;
  nonce: string;
  codeVerifier: string;
  acrValues: readonly string[];
  /** The person is to prove who they are anew, and the provider to say when they did. */
  maxAgeS: number | undefined;
  language: string;
}

/** What the provider says of who has signed in. */
export interface Proof {
  subject: string;
  acr: string | null;
  /** Seconds since 1970; undefined when the provider does not say. */
  authenticatedAtS: number | undefined;
  /** The provider's own session. */
  providerSession: string | undefined;
  idToken: string;
}

export interface IdentityProvider {
  id: string;
  name: { nb: string; en: string };
  issuer: string;
  acr: ProviderSettings['acr'];
  /** The subject is the name of a person here. Of the development provider only. */
  subjectIsPerson: boolean;
  /** Where to send the browser. */
  begin(request: SignInRequest): Promise<URL>;
  /** Redeems the code in the address that the browser came back to. Rejects for whatever is not right. */
  finish(
    cameBack: URL,
    expected: Omit<SignInRequest, 'redirectUri' | 'acrValues' | 'language'>,
  ): Promise<Proof>;
  /** Where the browser ends the provider's own session, if it has such a place. */
  endSessionUrl(idToken: string | undefined, returnTo: string): Promise<URL | undefined>;
}

/** What the provider says of itself is asked for again after this. */
const METADATA_STANDS_MS = 3_600_000;
const TIMEOUT_S = 10;

export function createOidcProvider(
  settings: ProviderSettings,
  options: { subjectIsPerson?: true; idTokenAlgorithm?: string } = {},
): IdentityProvider {
  const { id, name, issuer, clientId, scopes, subjectClaim, acr } = settings;
  let known: { configuration: Promise<Configuration>; atMs: number } | undefined;

  /** Asked at the first sign-in and not at the start: a provider that is down must not keep the service down. */
  function configuration(): Promise<Configuration> {
    if (known !== undefined && monotonicMs() - known.atMs < METADATA_STANDS_MS) return known.configuration;
    const asked = { configuration: discover(), atMs: monotonicMs() };
    asked.configuration.catch(() => {
      if (known === asked) known = undefined;
    });
    known = asked;
    return asked.configuration;
  }

  async function discover(): Promise<Configuration> {
    const { idTokenAlgorithm } = options;
    const metadata = idTokenAlgorithm === undefined ? {} : { id_token_signed_response_alg: idTokenAlgorithm };
    const insecure = new URL(issuer).protocol === 'http:';
    try {
      return await discovery(new URL(issuer), clientId, metadata, clientAuth(settings), {
        timeout: TIMEOUT_S,
        ...(insecure ? { execute: [allowInsecureRequests] } : {}),
      });
    } catch (cause) {
      throw new AppError(
        'unavailable',
        {
          nb: `${name.nb} svarer ikke. Prøv igjen om litt.`,
          en: `${name.en} does not answer. Try again shortly.`,
        },
        { cause },
      );
    }
  }

  /** The claim that people are recognised by; looked for at the userinfo endpoint when the ID token has it not. */
  async function subjectOf(config: Configuration, claims: IDToken, accessToken: string): Promise<string> {
    let source: Record<string, unknown> = claims;
    if (source[subjectClaim] === undefined && config.serverMetadata().userinfo_endpoint !== undefined) {
      source = { ...(await fetchUserInfo(config, accessToken, claims.sub)) };
    }
    const value = source[subjectClaim];
    if (typeof value !== 'string' || value === '') throw new Error('the claim for the subject is missing');
    if (subjectClaim !== 'email') return value;
    // An address that anybody may have typed in proves nothing.
    if (source.email_verified !== true) throw new Error('the e-mail address is not verified');
    return value.toLowerCase();
  }

  return {
    id,
    name,
    issuer,
    acr,
    subjectIsPerson: options.subjectIsPerson === true,
    async begin({ redirectUri, state, nonce, codeVerifier, acrValues, maxAgeS, language }) {
      const config = await configuration();
      const parameters = {
        redirect_uri: redirectUri,
        scope: scopes.join(' '),
        state,
        nonce,
        code_challenge: await calculatePKCECodeChallenge(codeVerifier),
        code_challenge_method: 'S256',
        ui_locales: language,
        ...(acrValues.length === 0 ? {} : { acr_values: acrValues.join(' ') }),
        ...(maxAgeS === undefined ? {} : { max_age: String(maxAgeS), prompt: 'login' }),
      };
      const pushes = config.serverMetadata().pushed_authorization_request_endpoint !== undefined;
      return pushes
        ? buildAuthorizationUrlWithPAR(config, parameters)
        : buildAuthorizationUrl(config, parameters);
    },
    async finish(cameBack, { state, nonce, codeVerifier, maxAgeS }) {
      const config = await configuration();
      const tokens = await authorizationCodeGrant(config, cameBack, {
        expectedState: state,
        expectedNonce: nonce,
        pkceCodeVerifier: codeVerifier,
        idTokenExpected: true,
        ...(maxAgeS === undefined ? {} : { maxAge: maxAgeS }),
      });
      const claims = tokens.claims();
      if (claims === undefined || tokens.id_token === undefined) throw new Error('there is no ID token');
      return {
        subject: await subjectOf(config, claims, tokens.access_token),
        acr: typeof claims.acr === 'string' ? claims.acr : null,
        authenticatedAtS: claims.auth_time,
        providerSession: typeof claims.sid === 'string' ? claims.sid : undefined,
        idToken: tokens.id_token,
      };
    },
    async endSessionUrl(idToken, returnTo) {
      const config = await configuration();
      if (config.serverMetadata().end_session_endpoint === undefined) return undefined;
      return buildEndSessionUrl(config, {
        post_logout_redirect_uri: returnTo,
        ...(idToken === undefined ? {} : { id_token_hint: idToken }),
      });
    },
  };
}

/** A key signs an assertion (RFC 7523); a secret is sent. */
function clientAuth({ proof }: ProviderSettings): ClientAuth {
  if (proof.kind === 'secret') return secretAuth(proof.secret);
  const { key, keyId } = proof;
  return PrivateKeyJwt(keyId === undefined ? key : { key, kid: keyId });
}

/** In the body when the provider says that it takes no other way; else in the header (RFC 6749, section 2.3.1). */
function secretAuth(secret: string): ClientAuth {
  const [inHeader, inBody] = [ClientSecretBasic(secret), ClientSecretPost(secret)];
  return (server, client, body, headers) => {
    const taken = server.token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
    const auth = taken.includes('client_secret_basic') ? inHeader : inBody;
    auth(server, client, body, headers);
  };
}
