/** All routes of the HTTP door, in one list. */
import type { Route } from '../http/route.ts';
import { receiptKeysRoute } from './receipt-keys.ts';
import { sessionRoutes } from './session.ts';
import { type SignInRouteDeps, signInRoutes } from './sign-in.ts';
import { openApiRoute, type SystemDeps, systemRoutes } from './system.ts';
import { keyRoutes, tokenRoutes } from './tokens.ts';

type ApiDeps = SystemDeps & SignInRouteDeps & Parameters<typeof receiptKeysRoute>[0];

export function apiRoutes(deps: ApiDeps): readonly Route[] {
  const routes = [
    ...systemRoutes(deps),
    ...sessionRoutes(deps),
    ...signInRoutes(deps),
    ...tokenRoutes(deps),
    ...keyRoutes(deps),
    receiptKeysRoute(deps),
  ];
  return [...routes, openApiRoute(routes, deps.version)];
}
