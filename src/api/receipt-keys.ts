/** The public keys with which anybody can verify a receipt. */
import { z } from 'zod';
import { defineRoute, type Route } from '../http/route.ts';
import { receiptKeys } from '../inbound/receipts.ts';

const JwkSet = z.object({ keys: z.array(z.record(z.string(), z.unknown())) });

export function receiptKeysRoute(deps: Parameters<typeof receiptKeys>[0]): Route {
  return defineRoute({
    method: 'get',
    path: '/api/v1/receipt-keys',
    summary: 'Public keys for receipts, as a JWK Set',
    permission: 'public',
    responses: { 200: { description: 'The keys', schema: JwkSet } },
    handler: async () => {
      const { keys } = await receiptKeys(deps);
      return { status: 200, body: { keys: keys.map((key) => ({ ...key })) } };
    },
  });
}
