/** Signing in with a browser: the ways there are, off to a provider, back from it, and out by its word. */
import { z } from 'zod';
import type { Cookies } from '../http/cookies.ts';
import { tooManyTries } from '../http/identify.ts';
import { defineRoute, type Route, type RouteContext } from '../http/route.ts';
import { demandSameOrigin } from '../http/same-origin.ts';
import {
  beginSignIn,
  finishSignIn,
  frontChannelLogout,
  providerOf,
  type SignInDeps,
} from '../identity/sign-in.ts';
import type { SignInLimits } from '../identity/sign-in-limits.ts';
import { longestStepUpMinutes } from '../identity/step-up.ts';

export interface SignInRouteDeps extends SignInDeps {
  cookies: Cookies;
  /** Sign-ins begun and sign-ins refused, by address. */
  signInLimits: { begun: SignInLimits; refused: SignInLimits };
}

/** The browser keeps its handle for sign-ins somewhat longer than one may take. */
const SIGN_IN_COOKIE_S = 20 * 60;

export const Providers = z.object({
  providers: z.array(z.object({ id: z.string(), name: z.object({ nb: z.string(), en: z.string() }) })),
  /** Anybody may sign in as anybody: a service for trying things out. */
  development: z.boolean(),
});
export type Providers = z.infer<typeof Providers>;

const ProviderId = z.object({ provider: z.string().max(32) });
const ReturnTo = z.string().max(2000).optional();
const toPage = { 303: { description: 'To the provider, or to a page of this service' } } as const;

function seeOther(location: string | URL, cookie?: string) {
  const headers = { location: String(location), ...(cookie === undefined ? {} : { 'set-cookie': cookie }) };
  return { status: 303 as const, headers };
}

function isOtherLoopback(host: string | undefined, here: URL): boolean {
  const loopback = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/;
  return host !== undefined && host !== here.host && loopback.test(host) && loopback.test(here.host);
}

export function signInRoutes(deps: SignInRouteDeps): readonly Route[] {
  const { cookies } = deps;

  async function begin(
    context: RouteContext<unknown>,
    input: { provider: string; returnTo?: string | undefined; stepUpMinutes?: number; invitation?: string },
  ): Promise<{ location: URL; cookie: string }> {
    if ((await deps.signInLimits.begun.refused(context.address)) > 0) throw tooManyTries();
    const handle = cookies.read(context.headers, 'session');
    const { location, browser } = await beginSignIn(deps, {
      provider: input.provider,
      returnTo: input.returnTo,
      language: context.language,
      browser: cookies.read(context.headers, 'signIn'),
      invitation: input.invitation,
      ...(input.stepUpMinutes === undefined ? {} : { stepUp: { handle, minutes: input.stepUpMinutes } }),
    });
    return { location, cookie: cookies.set('signIn', browser, SIGN_IN_COOKIE_S) };
  }

  return [
    defineRoute({
      method: 'get',
      path: '/api/v1/sign-in',
      summary: 'The ways to sign in',
      permission: 'public',
      responses: { 200: { description: 'The providers', schema: Providers } },
      handler: () => ({
        status: 200,
        body: {
          providers: deps.providers.map(({ id, name }) => ({ id, name })),
          development: deps.providers.some(({ subjectIsPerson }) => subjectIsPerson),
        },
      }),
    }),
    defineRoute({
      method: 'get',
      path: '/api/v1/sign-in/{provider}',
      summary: 'Sign in: sends the browser to the provider',
      permission: 'public',
      request: {
        params: ProviderId,
        query: z.object({
          returnTo: ReturnTo.meta({ description: 'A path of this service to come back to.' }),
          stepUpMinutes: z.coerce.number().int().min(1).max(longestStepUpMinutes).optional().meta({
            description: 'Confirm who is signed in: proof may be so old.',
          }),
        }),
      },
      responses: toPage,
      problems: ['not-found', 'too-many-requests', 'unavailable'],
      handler: async ({ params, query }, context) => {
        const here = new URL(deps.publicUrl());
        providerOf(deps, params.provider);
        // Cookies belong to a name: whoever came to this machine by another goes on under the one that the provider knows.
        if (isOtherLoopback(context.headers.host, here)) {
          const same = new URL(`/api/v1/sign-in/${params.provider}`, here);
          if (query.returnTo !== undefined) same.searchParams.set('returnTo', query.returnTo);
          return seeOther(same);
        }
        const { location, cookie } = await begin(context, {
          provider: params.provider,
          returnTo: query.returnTo,
          ...(query.stepUpMinutes === undefined ? {} : { stepUpMinutes: query.stepUpMinutes }),
        });
        return seeOther(location, cookie);
      },
    }),
    defineRoute({
      method: 'post',
      path: '/api/v1/sign-in/{provider}',
      summary: 'Sign in with an invitation: says where to send the browser',
      permission: 'public',
      request: {
        params: ProviderId,
        body: z.object({ invitation: z.string().max(100), returnTo: ReturnTo }),
      },
      responses: { 200: { description: 'Where to go', schema: z.object({ location: z.string() }) } },
      problems: ['not-found', 'forbidden', 'too-many-requests', 'unavailable'],
      handler: async ({ params, body }, context) => {
        // A page elsewhere must not have somebody accept another's invitation.
        demandSameOrigin({ method: 'POST', headers: context.headers }, new URL(deps.publicUrl()).origin);
        const { provider } = params;
        const { location, cookie } = await begin(context, { provider, ...body });
        return { status: 200, headers: { 'set-cookie': cookie }, body: { location: location.href } };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/api/v1/sign-in/{provider}/callback',
      summary: 'Where the provider sends the browser back to',
      permission: 'public',
      request: { params: ProviderId, query: z.object({}).catchall(z.string().max(4096)) },
      responses: toPage,
      problems: ['not-found', 'too-many-requests', 'unavailable'],
      handler: async ({ params, query }, context) => {
        const { refused } = deps.signInLimits;
        if ((await refused.bannedForMs(context.address)) > 0) throw tooManyTries();
        const end = await finishSignIn(deps, {
          provider: params.provider,
          parameters: query,
          browser: cookies.read(context.headers, 'signIn'),
          handle: cookies.read(context.headers, 'session'),
          userAgent: context.headers['user-agent'] ?? '',
          language: context.language,
        });
        if (end.kind === 'signed-in') return seeOther(end.returnTo, cookies.set('session', end.handle));
        if (end.kind === 'again') return seeOther(end.location);
        if (end.reason !== 'cancelled') await refused.refused(context.address);
        return seeOther(`/?signInRefused=${end.reason}`);
      },
    }),
    defineRoute({
      method: 'get',
      path: '/api/v1/sign-in/{provider}/signed-out',
      summary: "Front-channel logout: the provider's session is over",
      permission: 'public',
      request: {
        params: ProviderId,
        query: z.object({ iss: z.string().max(500).optional(), sid: z.string().max(500).optional() }),
      },
      responses: { 200: { description: 'Heard', contentType: 'text/plain' } },
      problems: ['not-found'],
      handler: async ({ params, query }) => {
        const { iss, sid } = query;
        await frontChannelLogout(deps, { provider: params.provider, issuer: iss, session: sid });
        return { status: 200, body: 'ok\n' };
      },
    }),
  ];
}
