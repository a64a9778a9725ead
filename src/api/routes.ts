/** All routes of the HTTP door, in one list. */
import type { Route } from '../http/route.ts';
import { receiptKeysRoute } from './receipt-keys.ts';
import { type ResourceDeps, resourceRoutes } from './resources.ts';
import { sessionRoutes } from './session.ts';
import { type SignInRouteDeps, signInRoutes } from './sign-in.ts';
import { openApiRoute, type SystemDeps, systemRoutes } from './system.ts';
import { keyRoutes, tokenRoutes } from './tokens.ts';
import { type TransferDeps, transferRoutes } from './transfers.ts';

export type ApiDeps = SystemDeps &
  SignInRouteDeps &
  ResourceDeps &
  TransferDeps &
  Parameters<typeof receiptKeysRoute>[0];

/** `for` the public: without the routes of staff, and without a word of them in the description. */
export function apiRoutes(
  deps: ApiDeps,
  options: { for: 'everybody' | 'public' } = { for: 'everybody' },
): readonly Route[] {
  const all = [
    ...systemRoutes(deps),
    ...sessionRoutes(deps),
    ...signInRoutes(deps),
    ...tokenRoutes(deps),
    ...keyRoutes(deps),
    receiptKeysRoute(deps),
    ...resourceRoutes(deps),
    ...transferRoutes(deps),
  ];
  const routes = all.filter((route) => options.for === 'everybody' || route.guards.staff !== true);
  return [...routes, openApiRoute(routes, deps.version)];
}
