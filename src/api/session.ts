/** Who is signed in, with which rights, and where else; signing out. */
import { z } from 'zod';
import type { Cookies } from '../http/cookies.ts';
import { defineRoute, type Route } from '../http/route.ts';
import { ownHeader } from '../http/same-origin.ts';
import { personById } from '../identity/people.ts';
import { roles } from '../identity/permissions.ts';
import { listOwnSessions, revokeOwnSession, type SessionDeps, signOut } from '../identity/sessions.ts';
import type { SignInDeps } from '../identity/sign-in.ts';
import { demandSession } from '../identity/step-up.ts';

export const WhoAmI = z.object({
  personId: z.string(),
  name: z.string(),
  language: z.enum(['nb', 'nn', 'en']),
  memberships: z.array(
    z.object({
      role: z.enum(roles),
      projectId: z.string().nullable().meta({ description: 'Null: in every project.' }),
    }),
  ),
  via: z.enum(['session', 'token', 'machine']),
  readOnly: z.boolean(),
  /** When the person last proved who they are; null for programs. */
  authenticatedAt: z.string().nullable(),
  csrf: z
    .object({ header: z.string(), value: z.string() })
    .meta({ description: 'To be sent with every request with a cookie that changes something.' }),
});
export type WhoAmI = z.infer<typeof WhoAmI>;

export const OwnSession = z.object({
  id: z.string(),
  current: z.boolean(),
  provider: z.string(),
  userAgent: z.string(),
  startedAt: z.string(),
  lastSeenAt: z.string(),
  expiresAt: z.string(),
});
export type OwnSession = z.infer<typeof OwnSession>;

export function sessionRoutes(
  deps: SessionDeps & Pick<SignInDeps, 'providers' | 'publicUrl'> & { cookies: Cookies },
): readonly Route[] {
  const { cookies } = deps;
  return [
    defineRoute({
      method: 'get',
      path: '/api/v1/session',
      summary: 'Who is signed in',
      permission: 'signed-in',
      responses: { 200: { description: 'The person', schema: WhoAmI } },
      handler: async (_input, { actor }) => {
        const { personId, memberships, via, readOnly = false } = actor;
        const { name, language } = await personById(deps, personId);
        return {
          status: 200,
          body: {
            personId,
            name,
            language,
            memberships: memberships.map(({ role, projectId }) => ({ role, projectId })),
            via: via?.kind ?? 'session',
            readOnly,
            authenticatedAt: via?.kind === 'session' ? via.authenticatedAt : null,
            csrf: { header: ownHeader, value: '1' },
          },
        };
      },
    }),
    defineRoute({
      method: 'post',
      path: '/api/v1/session/sign-out',
      summary: 'Sign out; says where the browser ends the session at the provider',
      permission: 'signed-in',
      responses: {
        200: { description: 'Signed out', schema: z.object({ location: z.string() }) },
      },
      handler: async (_input, { actor, headers, log }) => {
        demandSession(actor);
        const ended = await signOut(deps, actor, cookies.read(headers, 'session'));
        const provider = deps.providers.find(({ id }) => id === ended?.provider);
        const home = `${deps.publicUrl()}/`;
        // Signed out here is signed out here, also when the provider does not answer.
        const elsewhere = await provider?.endSessionUrl(ended?.idToken, home).catch(() => {
          log.warn({ provider: provider.id }, 'the provider of a session that ended could not be asked');
          return undefined;
        });
        const location = elsewhere?.href ?? home;
        return { status: 200, headers: { 'set-cookie': cookies.clear('session') }, body: { location } };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/api/v1/sessions',
      summary: "One's own sessions that are not over",
      permission: 'signed-in',
      responses: {
        200: { description: 'The sessions', schema: z.object({ sessions: z.array(OwnSession) }) },
      },
      handler: async (_input, { actor }) => {
        const current = demandSession(actor);
        const sessions = await listOwnSessions(deps, actor);
        return {
          status: 200,
          body: {
            sessions: sessions.map((one) => ({
              id: one.id,
              current: one.id === current,
              provider: one.provider,
              userAgent: one.userAgent,
              startedAt: one.startedAt.toISOString(),
              lastSeenAt: one.lastSeenAt.toISOString(),
              expiresAt: one.expiresAt.toISOString(),
            })),
          },
        };
      },
    }),
    defineRoute({
      method: 'delete',
      path: '/api/v1/sessions/{sessionId}',
      summary: "End one of one's own sessions",
      permission: 'signed-in',
      request: { params: z.object({ sessionId: z.uuid() }) },
      responses: { 204: { description: 'Ended' } },
      problems: ['not-found'],
      handler: async ({ params }, { actor }) => {
        demandSession(actor);
        await revokeOwnSession(deps, actor, params.sessionId);
        return { status: 204 };
      },
    }),
  ];
}
