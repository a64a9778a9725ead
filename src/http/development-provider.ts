/**
 * The development provider: an OpenID Connect provider inside the service, where one signs in by choosing a person. It
 * makes the way in real where there is none, and would be no lock at all in production, where it is refused.
 */
import { createHash, generateKeyPairSync } from 'node:crypto';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Configuration, Provider } from 'oidc-provider';
import type { Language } from '../platform/errors.ts';
import type { Random } from '../platform/random.ts';
import {
  type ChoosablePerson,
  choicePage,
  pageStyle,
  signedOutPage,
  signOutPage,
} from './development-pages.ts';

export interface DevelopmentProviderDeps {
  random: Pick<Random, 'bytes'>;
  /** Who may be chosen. */
  people(): Promise<readonly ChoosablePerson[]>;
  publicUrl(): string;
  redirectPath: string;
  clientSecret: string;
}

export const developmentPath = '/development-sign-in';
export const developmentClient = 'datasluse';
const INTERACTION = /^\/interaction\/([A-Za-z0-9_-]{1,64})$/;
const hour = 3600;

/** A handler to be mounted at `developmentPath`. The provider itself is loaded at the first request. */
export function createDevelopmentProvider(deps: DevelopmentProviderDeps): RequestListener {
  let made: Promise<{ provider: Provider; callback: RequestListener }> | undefined;
  const load = async () => {
    const { Provider: Loaded } = await import('oidc-provider');
    const provider = new Loaded(deps.publicUrl() + developmentPath, configuration(deps));
    return { provider, callback: provider.callback() };
  };

  async function serve(req: IncomingMessage, res: ServerResponse): Promise<void> {
    // A page elsewhere whose name is made to mean this machine must not sign in here as anybody.
    // Nor may anybody through a proxy: then this machine is not alone with itself.
    const forwarded = req.headers['x-forwarded-for'] ?? req.headers.forwarded;
    if (forwarded !== undefined || req.headers.host !== new URL(deps.publicUrl()).host) {
      res.writeHead(421, { 'content-type': 'text/plain' }).end(`Use ${deps.publicUrl()}/\n`);
      return;
    }
    res.setHeader('content-security-policy', contentSecurityPolicy);
    made ??= load();
    const { provider, callback } = await made;
    const interaction = INTERACTION.exec(new URL(req.url ?? '/', 'http://here.invalid').pathname);
    if (interaction === null) callback(req, res);
    else await interact(deps, provider, req, res);
  }

  return (req, res) => {
    serve(req, res).catch(() => {
      if (res.headersSent) res.destroy();
      else res.writeHead(400, { 'content-type': 'text/plain' }).end('This sign-in is over. Begin anew.\n');
    });
  };
}

const styleHash = createHash('sha256').update(pageStyle).digest('base64');
const contentSecurityPolicy = [
  "default-src 'none'",
  `style-src 'sha256-${styleHash}'`,
  "form-action 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
].join('; ');

async function interact(
  deps: DevelopmentProviderDeps,
  provider: Provider,
  req: IncomingMessage,
  res: ServerResponse,
): Promise<void> {
  const { uid, params } = await provider.interactionDetails(req, res);
  const people = await deps.people();
  if (req.method === 'POST') {
    const chosen = new URLSearchParams(await readForm(req)).get('person');
    const person = people.find(({ id }) => id === chosen);
    if (person === undefined) throw new Error('nobody of that name can be chosen');
    const [acr] = typeof params.acr_values === 'string' ? params.acr_values.split(' ') : [];
    await provider.interactionFinished(req, res, {
      login: { accountId: person.id, remember: true, ...(acr === undefined ? {} : { acr }) },
    });
    return;
  }
  const language: Language = params.ui_locales === 'en' ? 'en' : 'nb';
  sendPage(res, choicePage(language, `${developmentPath}/interaction/${uid}`, people));
}

function sendPage(res: ServerResponse, html: string): void {
  res.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' }).end(html);
}

const LIMIT_FORM_BYTES = 4096;

async function readForm(req: AsyncIterable<Uint8Array>): Promise<string> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of req) {
    bytes += part.length;
    if (bytes > LIMIT_FORM_BYTES) throw new Error('the form is too large');
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

function configuration(deps: DevelopmentProviderDeps): Configuration {
  const secret = () => Buffer.from(deps.random.bytes(32)).toString('base64url');
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const publicUrl = deps.publicUrl();
  return {
    clients: [
      {
        client_id: developmentClient,
        client_secret: deps.clientSecret,
        redirect_uris: [publicUrl + deps.redirectPath],
        post_logout_redirect_uris: [`${publicUrl}/`],
        grant_types: ['authorization_code'],
        response_types: ['code'],
        id_token_signed_response_alg: 'ES256',
        require_auth_time: true,
      },
    ],
    jwks: {
      keys: [{ ...privateKey.export({ format: 'jwk' }), kid: 'development', use: 'sig', alg: 'ES256' }],
    },
    cookies: { keys: [secret()] },
    claims: { openid: ['sub'], acr: null, auth_time: null, iss: null, sid: null },
    acrValues: ['development'],
    ttl: {
      AccessToken: hour,
      AuthorizationCode: 60,
      Grant: hour,
      IdToken: hour,
      Interaction: hour,
      Session: hour,
    },
    interactions: { url: (_ctx, { uid }) => `${developmentPath}/interaction/${uid}` },
    findAccount: (_ctx, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
    // There is one client, and it is the service itself: nothing to consent to.
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
      ctx.type = 'text';
      ctx.body = `${out.error}: ${out.error_description ?? ''}\n`;
    },
    features: {
      devInteractions: { enabled: false },
      rpInitiatedLogout: {
        enabled: true,
        logoutSource: (ctx, form) => {
          ctx.body = signOutPage(form);
        },
        postLogoutSuccessSource: (ctx) => {
          ctx.body = signedOutPage(publicUrl);
        },
      },
    },
  };
}
