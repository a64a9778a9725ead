/** Deliveries as their recipients and staff see them: what, until when, checksums, who has fetched what. */
import { z } from 'zod';
import { type DeliveryStatus, tellDeliveries } from '../deliveries/deliveries.ts';
import { seeDelivery } from '../deliveries/fetched.ts';
import { PageQuery, pageOf, paginate } from '../http/pagination.ts';
import { versionTag } from '../http/preconditions.ts';
import { defineRoute, type Route } from '../http/route.ts';
import { At, GivenName, InProject, ofProject, PersonId } from './parameters.ts';

const DeliveryHead = z.object({
  folder: z.string(),
  title: z.string(),
  state: z.enum(['open', 'expired', 'withdrawn']),
  openedAt: At,
  closesAt: At.meta({ description: 'The first instant at which it is closed.' }),
  closedAt: At.nullable(),
  closedReason: z.string().nullable(),
  fileCount: z.int(),
  bytes: z.int(),
  recipients: z.array(PersonId),
  unfetched: z.array(PersonId).meta({ description: 'Recipients who have not fetched all of it.' }),
});
export type DeliveryHead = z.output<typeof DeliveryHead>;

const DeliveryDetail = DeliveryHead.extend({
  files: z.array(
    z.object({
      id: z.uuid(),
      name: z.string(),
      bytes: z.int(),
      sha256: z.string(),
      fetched: z.array(z.object({ personId: PersonId, complete: z.boolean(), firstAt: At, lastAt: At })),
    }),
  ),
});
export type DeliveryDetail = z.output<typeof DeliveryDetail>;

type Deps = Parameters<typeof tellDeliveries>[0];

function head(one: DeliveryStatus): DeliveryHead {
  const { folder, title, state, closedReason, files, recipients, unfetched } = one;
  return {
    folder,
    title,
    state,
    openedAt: one.openedAt.toString(),
    closesAt: one.closesAt.toInstant().toString(),
    closedAt: one.closedAt?.toString() ?? null,
    closedReason,
    fileCount: files.length,
    bytes: files.reduce((sum, file) => sum + file.bytes, 0),
    recipients: [...recipients],
    unfetched: [...unfetched],
  };
}

/** Of how long it stands, which is what staff change; not of who has fetched it. */
export function termTag(openDays: number): string {
  return versionTag('open-days', openDays);
}

export function deliveryRoutes(deps: Deps): readonly Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/api/v1/projects/{projectId}/deliveries',
      summary: 'Deliveries, the newest first: staff see all, recipients theirs',
      permission: 'signed-in',
      request: { params: InProject, query: PageQuery },
      responses: { 200: { description: 'A page of deliveries', schema: pageOf(DeliveryHead) } },
      problems: ofProject,
      handler: async ({ params, query }, { actor }) => {
        const told = await tellDeliveries(deps, actor, params.projectId, { ended: 'all' });
        const page = paginate(told, query, (one) => [-one.openedAt.epochMilliseconds, one.folder]);
        return { status: 200, body: { items: page.items.map(head), next: page.next } };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/api/v1/projects/{projectId}/deliveries/{folder}',
      summary: 'One delivery: files, sizes, checksums, who fetched what',
      permission: 'signed-in',
      request: { params: InProject.extend({ folder: GivenName }) },
      responses: {
        200: { description: 'The delivery; ETag names how long it stands', schema: DeliveryDetail },
      },
      problems: ofProject,
      handler: async ({ params }, { actor }) => {
        const found = await seeDelivery(deps, actor, params.projectId, params.folder);
        const files = found.files.map(({ id, name, bytes, sha256 }) => ({
          id,
          name,
          bytes,
          sha256,
          fetched: found.fetched
            .filter((one) => one.fileId === id)
            .map(({ personId, complete, firstAt, lastAt }) => ({
              personId,
              complete,
              firstAt: firstAt.toString(),
              lastAt: lastAt.toString(),
            })),
        }));
        return {
          status: 200,
          body: { ...head(found), files },
          headers: { etag: termTag(found.openDays) },
        };
      },
    }),
  ];
}
