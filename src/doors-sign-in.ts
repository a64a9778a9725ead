/** The part of the composition root that makes the ways in on the web: providers, sessions, tokens, and their limits. */
import type { SignInRouteDeps } from './api/sign-in.ts';
import type { Config } from './config.ts';
import type { Database } from './db/database.ts';
import { createCookies } from './http/cookies.ts';
import {
  createDevelopmentProvider,
  developmentClient,
  developmentPath,
} from './http/development-provider.ts';
import type { Identify } from './http/exchange.ts';
import { createIdentify } from './http/identify.ts';
import { identifyByToken, tokenPrefix } from './identity/access-tokens.ts';
import { newHandle } from './identity/handles.ts';
import { createMachineCheck } from './identity/maskinporten.ts';
import { createOidcProvider, type IdentityProvider } from './identity/oidc-client.ts';
import { listProjectPeople } from './identity/people.ts';
import { identifyBySession } from './identity/sessions.ts';
import { createSignInLimits, type SignInLimits } from './identity/sign-in-limits.ts';
import { readSignInSettings, type SignInSettings } from './identity/sign-in-settings.ts';
import type { Clock } from './platform/clock.ts';
import { AppError } from './platform/errors.ts';
import type { Log } from './platform/log.ts';
import type { Random } from './platform/random.ts';
import { addressKey } from './sftp/client-address.ts';

interface WebSignInDeps {
  db: Database;
  clock: Clock;
  random: Random;
  log: Log;
  identitySecret: Uint8Array;
}

export interface WebSignIn {
  routeDeps: Pick<
    SignInRouteDeps,
    'identitySecret' | 'sessionLimits' | 'providers' | 'publicUrl' | 'cookies' | 'signInLimits'
  >;
  identify: Identify;
  mounts: readonly { path: string; handler: ReturnType<typeof createDevelopmentProvider> }[];
  /** To be called once the web door has an address, before the first request is answered. */
  listening(): void;
}

const minuteMs = 60_000;
const BEGUN = { limit: 120, windowMs: 10 * minuteMs, banMs: minuteMs, longestBanMs: 30 * minuteMs };
const REFUSED = { limit: 30, windowMs: 10 * minuteMs, banMs: 5 * minuteMs, longestBanMs: 60 * minuteMs };

/** @param address what the web door listens at, once it does. Errors: `invalid-input` for settings that are not right. */
export async function makeWebSignIn(
  deps: WebSignInDeps,
  config: Omit<Config['signIn'], 'staffPublicUrl'>,
  address: () => { host: string; port: number; secure: boolean },
): Promise<WebSignIn> {
  const { publicUrl: ownUrl, settingsFile, development, production, limits: sessionLimits } = config;
  const settings: SignInSettings =
    settingsFile === undefined
      ? { providers: [], maskinporten: undefined }
      : await readSignInSettings(settingsFile);
  if (settings.providers.length > 0 && ownUrl === undefined) throw noPublicUrl();
  if (production && ownUrl?.startsWith('http:') === true) throw noHttps();

  const publicUrl = () => ownUrl ?? urlOf(address());
  const providers: IdentityProvider[] = settings.providers.map((one) => createOidcProvider(one));
  const byMachine = settings.maskinporten && createMachineCheck(deps, settings.maskinporten);
  const maySign = (id: string, acr: string | null): boolean => {
    const wanted = providers.find((one) => one.id === id)?.acr.signing;
    return wanted !== undefined && (wanted.length === 0 || wanted.includes(acr ?? ''));
  };
  const cookies = createCookies(() => publicUrl().startsWith('https:'));
  const refused = limitsOf(deps, 'web-refused', REFUSED);
  const sessionDeps = { ...deps, sessionLimits, maySign };
  const identify = createIdentify({
    cookies,
    publicUrl,
    bySession: (handle) => identifyBySession(sessionDeps, handle),
    byToken: async (token) =>
      token.startsWith(tokenPrefix) ? identifyByToken(deps, token) : byMachine?.(token),
    refused: refused.refused,
  });

  const clientSecret = newHandle(deps.random);
  const mounts = !development
    ? []
    : [
        {
          path: developmentPath,
          handler: createDevelopmentProvider({
            random: deps.random,
            people: () => choosable(deps),
            publicUrl,
            redirectPath: `/api/v1/sign-in/${developmentId}/callback`,
            clientSecret,
          }),
        },
      ];
  return {
    routeDeps: {
      identitySecret: deps.identitySecret,
      sessionLimits,
      providers,
      publicUrl,
      cookies,
      signInLimits: { begun: limitsOf(deps, 'web-begun', BEGUN), refused },
    },
    identify,
    mounts,
    listening() {
      if (!development) return;
      deps.log.warn({}, 'the development sign-in is on: whoever reaches the web door may be anybody');
      providers.push(developmentProvider(publicUrl() + developmentPath, clientSecret));
    },
  };
}

const developmentId = 'development';

function developmentProvider(issuer: string, secret: string): IdentityProvider {
  return createOidcProvider(
    {
      id: developmentId,
      name: { nb: 'Utviklingsinnlogging', en: 'Development sign-in' },
      issuer,
      clientId: developmentClient,
      scopes: ['openid'],
      subjectClaim: 'sub',
      acr: { asked: [], roles: {}, signing: [] },
      proof: { kind: 'secret', secret },
    },
    { subjectIsPerson: true, idTokenAlgorithm: 'ES256' },
  );
}

async function choosable(deps: {
  db: Database;
}): Promise<readonly { id: string; name: string; roles: string }[]> {
  const people = new Map<string, { id: string; name: string; roles: string }>();
  for (const { id, name, role, projectId } of await listProjectPeople(deps, { kind: 'clock' })) {
    const held = projectId === null ? role : `${role} ${projectId}`;
    const known = people.get(id);
    people.set(id, { id, name, roles: known === undefined ? held : `${known.roles}, ${held}` });
  }
  return [...people.values()];
}

/** Counted apart from other doors, and by what counts as one client. */
function limitsOf(
  deps: { db: Database },
  prefix: string,
  options: Parameters<typeof createSignInLimits>[1],
): SignInLimits {
  const limits = createSignInLimits(deps, options);
  const keyOf = (address: string) => `${prefix}:${addressKey(address)}`;
  return {
    refused: (address) => limits.refused(keyOf(address)),
    bannedForMs: (address) => limits.bannedForMs(keyOf(address)),
  };
}

const wildcards = new Set(['0.0.0.0', '::', '']);

function urlOf({ host, port, secure }: { host: string; port: number; secure: boolean }): string {
  const reached = wildcards.has(host) ? '127.0.0.1' : host;
  const shown = reached.includes(':') ? `[${reached}]` : reached;
  return new URL(`${secure ? 'https' : 'http'}://${shown}:${port}`).origin;
}

function noPublicUrl(): AppError {
  return new AppError('invalid-input', {
    nb: 'Med innlogging satt opp må DATASLUSE_PUBLIC_URL si hvor folk når tjenesten, for eksempel https://sluse.example.no.',
    en: 'With sign-in set up, DATASLUSE_PUBLIC_URL has to say where people reach the service, such as https://sluse.example.no.',
  });
}

function noHttps(): AppError {
  return new AppError('invalid-input', {
    nb: 'DATASLUSE_PUBLIC_URL må begynne med https:// når NODE_ENV=production.',
    en: 'DATASLUSE_PUBLIC_URL has to begin with https:// when NODE_ENV=production.',
  });
}
