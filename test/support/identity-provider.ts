/** A real OpenID Connect provider on a port of its own, in which the test says who signs in: no page, no choice. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair } from 'jose';
import { Provider } from 'oidc-provider';

export interface TestIdentityProvider extends AsyncDisposable {
  readonly issuer: string;
  /** The client's private key, for private_key_jwt. */
  readonly clientKey: CryptoKey;
  /** Who signs in next, and with how much proof. */
  next: { subject: string; pid: string; acr?: string };
  /** Parameters of the pushed requests so far. */
  readonly pushed: Record<string, unknown>[];
  /** Goes where a browser would, until it is sent to `redirectUri`; gives that address. */
  follow(location: URL): Promise<URL>;
}

/** Takes pushed requests only, and a client that signs; puts `pid`, `sid` and `auth_time` into ID tokens. */
export async function startIdentityProvider(redirectUri: string): Promise<TestIdentityProvider> {
  const pair = await generateKeyPair('ES256', { extractable: true });
  const signing = await generateKeyPair('ES256', { extractable: true });
  const pushed: Record<string, unknown>[] = [];
  const server = createServer((req, res) => void serve(req, res));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: 'sluse',
        redirect_uris: [redirectUri],
        grant_types: ['authorization_code'],
        response_types: ['code'],
        token_endpoint_auth_method: 'private_key_jwt',
        token_endpoint_auth_signing_alg: 'ES256',
        id_token_signed_response_alg: 'ES256',
        require_auth_time: true,
        // Only then does this provider put a `sid` into its ID tokens.
        backchannel_logout_uri: `${issuer}/unused`,
        backchannel_logout_session_required: true,
        jwks: { keys: [{ ...(await exportJWK(pair.publicKey)), kid: 'client', alg: 'ES256' }] },
      },
    ],
    jwks: { keys: [{ ...(await exportJWK(signing.privateKey)), kid: 'op', use: 'sig', alg: 'ES256' }] },
    cookies: { keys: ['test'] },
    claims: { openid: ['sub', 'pid'], acr: null, auth_time: null, iss: null, sid: null },
    acrValues: ['low', 'high'],
    ttl: { AccessToken: 60, AuthorizationCode: 60, Grant: 60, IdToken: 60, Interaction: 60, Session: 60 },
    interactions: { url: (_ctx, { uid }) => `/interaction/${uid}` },
    findAccount: (_ctx, id) => ({ accountId: id, claims: () => ({ sub: id, pid: self.next.pid }) }),
    loadExistingGrant: async ({ oidc }) => {
      const grant = new oidc.provider.Grant({
        clientId: oidc.client.clientId,
        accountId: oidc.session.accountId,
      });
      grant.addOIDCScope('openid');
      await grant.save();
      return grant;
    },
    renderError: (ctx, out) => {
      ctx.body = `${out.error} ${out.error_description ?? ''}`;
    },
    conformIdTokenClaims: false,
    features: {
      devInteractions: { enabled: false },
      backchannelLogout: { enabled: true },
      pushedAuthorizationRequests: { enabled: true, requirePushedAuthorizationRequests: true },
      rpInitiatedLogout: { enabled: true, logoutSource: () => {}, postLogoutSuccessSource: () => {} },
    },
  });
  const callback = provider.callback();

  async function serve(...[req, res]: Parameters<typeof callback>): Promise<void> {
    if (req.url?.startsWith('/interaction/') !== true) return callback(req, res);
    const { params } = await provider.interactionDetails(req, res);
    pushed.push(params);
    const { subject, acr } = self.next;
    const login = { accountId: subject, remember: true, ...(acr === undefined ? {} : { acr }) };
    await provider.interactionFinished(req, res, { login });
  }

  const self: TestIdentityProvider = {
    issuer,
    clientKey: pair.privateKey,
    next: { subject: 'nobody', pid: '' },
    pushed,
    async follow(location) {
      const jar = new Map<string, string>();
      let at = location;
      for (let step = 0; step < 10 && !at.href.startsWith(redirectUri); step++) {
        const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
        const answer = await fetch(at, { redirect: 'manual', headers: { cookie } });
        for (const set of answer.headers.getSetCookie()) {
          const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
          jar.set(name, value);
        }
        const next = answer.headers.get('location');
        if (next === null) throw new Error(`the provider stopped at ${at.pathname}: ${await answer.text()}`);
        at = new URL(next, at);
      }
      return at;
    },
    [Symbol.asyncDispose]: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
  return self;
}
