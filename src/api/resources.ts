/** The routes of projects and of what is in them, for people and for staff. */
import type { Route } from '../http/route.ts';
import { approvalRoutes } from './approvals.ts';
import { auditRoutes } from './audit.ts';
import { calendarRoutes } from './calendar.ts';
import { checkKitRoutes } from './check-kits.ts';
import { deliveryRoutes } from './deliveries.ts';
import { deliveryDeskRoutes } from './delivery-desk.ts';
import { descriptionRoutes } from './descriptions.ts';
import { deskRoutes } from './desk.ts';
import { inboxRoutes } from './inbox.ts';
import { outgoingRoutes } from './outgoing.ts';
import { peopleRoutes } from './people.ts';
import { projectDeskRoutes } from './project-desk.ts';
import { projectRoutes } from './projects.ts';

export type ResourceDeps = Parameters<typeof projectRoutes>[0] &
  Parameters<typeof descriptionRoutes>[0] &
  Parameters<typeof inboxRoutes>[0] &
  Parameters<typeof deliveryDeskRoutes>[0] &
  Parameters<typeof deskRoutes>[0] &
  Parameters<typeof checkKitRoutes>[0];

export function resourceRoutes(deps: ResourceDeps): readonly Route[] {
  return [
    ...projectRoutes(deps),
    ...descriptionRoutes(deps),
    ...checkKitRoutes(deps),
    ...inboxRoutes(deps),
    ...deliveryRoutes(deps),
    ...deliveryDeskRoutes(deps),
    ...approvalRoutes(deps),
    ...outgoingRoutes(deps),
    ...projectDeskRoutes(deps),
    ...peopleRoutes(deps),
    ...deskRoutes(deps),
    ...auditRoutes(deps),
    ...calendarRoutes(deps),
  ];
}
