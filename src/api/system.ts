/** Routes that tell of the service itself: alive, ready, measured, described. */
import { z } from 'zod';
import { buildOpenApi } from '../http/openapi.ts';
import { defineRoute, type Route } from '../http/route.ts';
import type { Clock } from '../platform/clock.ts';

const Endpoint = z.object({ host: z.string(), port: z.int() });
export type Endpoint = z.infer<typeof Endpoint>;

/** What anybody may know. The portal shows it. */
export const Status = z.object({
  service: z.literal('datasluse'),
  version: z.string(),
  /** An instant, ISO 8601 in UTC. */
  time: z.string(),
  ready: z.boolean(),
  doors: z.object({
    sftp: Endpoint.extend({
      /** As `ssh-keygen -l` prints it; to compare at the first connection. */
      hostKeyFingerprint: z.string(),
    }),
    http: Endpoint,
  }),
  /** Where the public keys for receipts are. */
  receiptKeys: z.string(),
});
export type Status = z.infer<typeof Status>;

export interface SystemDeps {
  clock: Clock;
  version: string;
  doors: () => Status['doors'];
  /** Resolves when database and store answer; rejects when one does not. */
  ready: () => Promise<void>;
  /** The metrics in Prometheus' text format. */
  metrics: () => Promise<string>;
}

export function systemRoutes(deps: SystemDeps): readonly Route[] {
  const isReady = (): Promise<boolean> =>
    deps.ready().then(
      () => true,
      () => false,
    );
  return [
    defineRoute({
      method: 'get',
      path: '/healthz',
      summary: 'The process answers',
      permission: 'public',
      responses: { 200: { description: 'It does', contentType: 'text/plain' } },
      handler: () => ({ status: 200, body: 'ok\n' }),
    }),
    defineRoute({
      method: 'get',
      path: '/readyz',
      summary: 'Database and store answer, and work can be taken',
      permission: 'public',
      responses: {
        200: { description: 'Ready', contentType: 'text/plain' },
        503: { description: 'Not ready', contentType: 'text/plain' },
      },
      handler: async () =>
        (await isReady()) ? { status: 200, body: 'ready\n' } : { status: 503, body: 'not ready\n' },
    }),
    defineRoute({
      method: 'get',
      path: '/metrics',
      summary: "Measurements in Prometheus' text format; no names, no ids",
      permission: 'public',
      responses: { 200: { description: 'The measurements', contentType: 'text/plain' } },
      handler: async () => ({ status: 200, body: await deps.metrics() }),
    }),
    defineRoute({
      method: 'get',
      path: '/api/v1/status',
      summary: 'What anybody may know of the service',
      permission: 'public',
      responses: { 200: { description: 'The status', schema: Status } },
      handler: async () => ({
        status: 200,
        body: {
          service: 'datasluse' as const,
          version: deps.version,
          time: deps.clock.now().toString(),
          ready: await isReady(),
          doors: deps.doors(),
          receiptKeys: '/api/v1/receipt-keys',
        },
      }),
    }),
  ];
}

/** The description of all routes, itself included. */
export function openApiRoute(routes: readonly Route[], version: string): Route {
  const route: Route = defineRoute({
    method: 'get',
    path: '/api/v1/openapi.json',
    summary: 'This description, OpenAPI 3.1',
    permission: 'public',
    responses: { 200: { description: 'The description', schema: z.record(z.string(), z.unknown()) } },
    handler: () => ({
      status: 200,
      body: describeApi([...routes, route], version) as Record<string, unknown>,
    }),
  });
  return route;
}

export function describeApi(routes: readonly Route[], version: string): object {
  return buildOpenApi(routes, { title: 'Datasluse', version });
}
