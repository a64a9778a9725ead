/** All routes of the HTTP door, in one list. */
import type { Route } from '../http/route.ts';
import { receiptKeysRoute } from './receipt-keys.ts';
import { sessionRoute } from './session.ts';
import { openApiRoute, type SystemDeps, systemRoutes } from './system.ts';

export function apiRoutes(deps: SystemDeps & Parameters<typeof receiptKeysRoute>[0]): readonly Route[] {
  const routes = [...systemRoutes(deps), sessionRoute(), receiptKeysRoute(deps)];
  return [...routes, openApiRoute(routes, deps.version)];
}
