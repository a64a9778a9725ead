/** One's own access tokens and SSH keys: what programs come in with. */
import { z } from 'zod';
import { defineRoute, type Route } from '../http/route.ts';
import { createToken, listTokens, NewToken, revokeToken } from '../identity/access-tokens.ts';
import { addOwnKey, listOwnKeys, revokeOwnKey } from '../identity/own-keys.ts';
import { demandRecent, recentMinutes } from '../identity/step-up.ts';

export const OwnToken = z.object({
  id: z.string(),
  name: z.string(),
  scope: z.enum(['read', 'write']),
  projectId: z.string().nullable(),
  madeAt: z.string(),
  expiresAt: z.string(),
  lastUsedAt: z.string().nullable(),
  revokedAt: z.string().nullable(),
});
export type OwnToken = z.infer<typeof OwnToken>;

export const OwnKey = z.object({
  fingerprint: z.string(),
  algorithm: z.string(),
  addedAt: z.string(),
  revokedAt: z.string().nullable(),
});
export type OwnKey = z.infer<typeof OwnKey>;

const MadeToken = z.object({
  id: z.string(),
  token: z.string().meta({ description: 'Shown now and never again.' }),
  expiresAt: z.string(),
});

export function tokenRoutes(deps: Parameters<typeof createToken>[0]): readonly Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/api/v1/tokens',
      summary: "One's own access tokens, those that are over too",
      permission: 'signed-in',
      responses: { 200: { description: 'The tokens', schema: z.object({ tokens: z.array(OwnToken) }) } },
      handler: async (_input, { actor }) => {
        const tokens = await listTokens(deps, actor, actor.personId);
        return {
          status: 200,
          body: {
            tokens: tokens.map((one) => ({
              id: one.id,
              name: one.name,
              scope: one.scope,
              projectId: one.projectId,
              madeAt: one.madeAt.toISOString(),
              expiresAt: one.expiresAt.toISOString(),
              lastUsedAt: one.lastUsedAt?.toISOString() ?? null,
              revokedAt: one.revokedAt?.toISOString() ?? null,
            })),
          },
        };
      },
    }),
    defineRoute({
      method: 'post',
      path: '/api/v1/tokens',
      summary: 'Make an access token; it is shown in this answer only',
      permission: 'signed-in',
      request: { body: NewToken },
      responses: { 201: { description: 'Made', schema: MadeToken } },
      problems: ['step-up-needed', 'not-found', 'conflict'],
      handler: async ({ body }, { actor }) => {
        // A token outlives the session that makes it.
        demandRecent(deps, actor, recentMinutes);
        const { id, token, expiresAt } = await createToken(deps, actor, actor.personId, body);
        return { status: 201, body: { id, token, expiresAt: expiresAt.toISOString() } };
      },
    }),
    defineRoute({
      method: 'delete',
      path: '/api/v1/tokens/{tokenId}',
      summary: "Revoke one of one's own access tokens",
      permission: 'signed-in',
      request: { params: z.object({ tokenId: z.uuid() }) },
      responses: { 204: { description: 'Revoked' } },
      problems: ['not-found'],
      handler: async ({ params }, { actor }) => {
        await revokeToken(deps, actor, { personId: actor.personId, tokenId: params.tokenId });
        return { status: 204 };
      },
    }),
  ];
}

export function keyRoutes(deps: Parameters<typeof addOwnKey>[0]): readonly Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/api/v1/ssh-keys',
      summary: "One's own SSH keys, revoked ones too",
      permission: 'signed-in',
      responses: { 200: { description: 'The keys', schema: z.object({ keys: z.array(OwnKey) }) } },
      handler: async (_input, { actor }) => {
        const keys = await listOwnKeys(deps, actor);
        return {
          status: 200,
          body: {
            keys: keys.map((one) => ({
              fingerprint: one.fingerprint,
              algorithm: one.algorithm,
              addedAt: one.addedAt.toISOString(),
              revokedAt: one.revokedAt?.toISOString() ?? null,
            })),
          },
        };
      },
    }),
    defineRoute({
      method: 'post',
      path: '/api/v1/ssh-keys',
      summary: 'Add an SSH key, as the line of a .pub file',
      permission: 'signed-in',
      request: { body: z.object({ publicKey: z.string().max(10_000) }) },
      responses: { 201: { description: 'Added', schema: z.object({ fingerprint: z.string() }) } },
      problems: ['step-up-needed', 'conflict'],
      handler: async ({ body }, { actor }) => ({
        status: 201,
        body: await addOwnKey(deps, actor, body.publicKey),
      }),
    }),
    defineRoute({
      method: 'delete',
      path: '/api/v1/ssh-keys/{fingerprint}',
      summary: "Revoke one of one's own SSH keys",
      permission: 'signed-in',
      request: { params: z.object({ fingerprint: z.string().max(100) }) },
      responses: { 204: { description: 'Revoked' } },
      problems: ['not-found'],
      handler: async ({ params }, { actor }) => {
        await revokeOwnKey(deps, actor, params.fingerprint);
        return { status: 204 };
      },
    }),
  ];
}
