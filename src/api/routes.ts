/** All routes of the HTTP door, in one list. */
import type { Route } from '../http/route.ts';
import { receiptKeysRoute } from './receipt-keys.ts';
import { sessionRoute } from './session.ts';
import { openApiRoute, type SystemDeps, systemRoutes } from './system.ts';
import { type TransferDeps, transferRoutes } from './transfers.ts';

export type ApiDeps = SystemDeps & TransferDeps & Parameters<typeof receiptKeysRoute>[0];

export function apiRoutes(deps: ApiDeps): readonly Route[] {
  const routes = [...systemRoutes(deps), sessionRoute(), receiptKeysRoute(deps), ...transferRoutes(deps)];
  return [...routes, openApiRoute(routes, deps.version)];
}
