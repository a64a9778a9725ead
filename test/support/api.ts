/** The API on a test core: every route, with people that a header names. */
import { createOpenUploads } from '../../src/api/open-uploads.ts';
import { type ApiDeps, apiRoutes } from '../../src/api/routes.ts';
import type { Route } from '../../src/http/route.ts';
import { actorFor } from '../../src/identity/people.ts';
import { createRequestKeys } from '../../src/identity/request-keys.ts';
import { serve } from '../unit/http/serving.ts';
import type { TestCore } from './core.ts';

export const personHeader = 'x-test-person';

export function testRoutes(core: TestCore, options?: { for: 'everybody' | 'public' }): readonly Route[] {
  const deps = {
    ...core,
    openUploads: createOpenUploads(),
    version: '0.0.0',
    doors: () => ({
      sftp: { host: '127.0.0.1', port: 22, hostKeyFingerprint: 'SHA256:x' },
      http: { host: '127.0.0.1', port: 80 },
    }),
    ready: async () => undefined,
    metrics: async () => '',
  };
  return apiRoutes(deps as unknown as ApiDeps, options);
}

export interface TestApi extends AsyncDisposable {
  readonly url: string;
  /** Asks as somebody; undefined for nobody. `body` goes as JSON unless it is bytes. */
  ask(
    person: string | undefined,
    method: string,
    path: string,
    options?: { body?: unknown; headers?: Record<string, string> },
  ): Promise<{ status: number; headers: Headers; text: string; json: never }>;
}

export async function serveApi(
  core: TestCore,
  routes: readonly Route[] = testRoutes(core),
): Promise<TestApi> {
  const server = await serve({
    routes,
    keys: createRequestKeys(core),
    identify: async (req) => {
      const personId = req.get(personHeader);
      if (personId === undefined) return undefined;
      const actor = await actorFor(core, personId);
      return actor.memberships.length === 0 ? undefined : actor;
    },
  });
  return {
    url: server.url,
    async ask(person, method, path, { body, headers = {} } = {}) {
      const bytes = body instanceof Uint8Array;
      const response = await fetch(server.url + path, {
        method,
        headers: {
          ...(person === undefined ? {} : { [personHeader]: person }),
          ...(body === undefined
            ? {}
            : { 'content-type': bytes ? 'application/octet-stream' : 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: bytes ? Buffer.from(body) : JSON.stringify(body) }),
      });
      const endless = response.headers.get('content-type')?.startsWith('text/event-stream') === true;
      if (endless) await response.body?.cancel();
      const text = endless ? '' : await response.text();
      const isJson = text !== '' && response.headers.get('content-type')?.includes('json') === true;
      const json = (isJson ? JSON.parse(text) : undefined) as never;
      return { status: response.status, headers: response.headers, text, json };
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}
