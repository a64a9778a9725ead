/** The API on a test core: every route, with people that a header names; each has a session of their own. */
import { createOpenUploads } from '../../src/api/open-uploads.ts';
import { type ApiDeps, apiRoutes } from '../../src/api/routes.ts';
import { transact } from '../../src/db/database.ts';
import { createCookies } from '../../src/http/cookies.ts';
import type { Identify } from '../../src/http/exchange.ts';
import type { Person, Route } from '../../src/http/route.ts';
import { createToken, identifyByToken } from '../../src/identity/access-tokens.ts';
import { actorFor } from '../../src/identity/people.ts';
import { createRequestKeys } from '../../src/identity/request-keys.ts';
import { identifyBySession, startSession } from '../../src/identity/sessions.ts';
import { serve } from '../unit/http/serving.ts';
import type { TestCore } from './core.ts';

export const personHeader = 'x-test-person';
/** With it, they come as a program does, with a token that only reads. */
export const readOnlyHeader = 'x-test-read-only';

const sessionLimits = { idleMinutes: 60, absoluteMinutes: 600 };

export function testRoutes(core: TestCore, options?: { for: 'everybody' | 'public' }): readonly Route[] {
  const deps = {
    ...core,
    // A test may change its mind.
    get approval() {
      return core.approval;
    },
    openUploads: createOpenUploads(),
    identitySecret: new Uint8Array(32).fill(9),
    sessionLimits,
    providers: [],
    publicUrl: () => 'http://127.0.0.1',
    cookies: createCookies(() => false),
    signInLimits: { begun: unlimited, refused: unlimited },
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

const unlimited = { refused: async () => 0, bannedForMs: async () => 0 };

/** Who a header names, with a real session, or a real token. */
function createTestIdentify(core: TestCore): Identify {
  const deps = { ...core, sessionLimits, maySign: () => true };
  const sessions = new Map<string, string>();
  const tokens = new Map<string, string>();

  async function bySession(personId: string): Promise<Person | undefined> {
    const known = await identifyBySession(deps, sessions.get(personId));
    if (known !== undefined) return known;
    const session = {
      personId,
      provider: 'test',
      acr: null,
      authenticatedAt: core.clock.now(),
      userAgent: 'test',
      providerSessionHash: undefined,
      idToken: '',
      replaces: undefined,
    };
    sessions.set(personId, await transact(core.db, (tx) => startSession(deps, tx, session)));
    return identifyBySession(deps, sessions.get(personId));
  }

  async function byToken(person: Person): Promise<Person | undefined> {
    const { personId } = person;
    const known = tokens.get(personId);
    if (known !== undefined) return identifyByToken(core, known);
    const wanted = { name: 'test', scope: 'read', days: 1 } as const;
    const { token } = await createToken(core, person, personId, wanted);
    tokens.set(personId, token);
    return identifyByToken(core, token);
  }

  return async (req) => {
    const personId = req.get(personHeader);
    if (personId === undefined || (await actorFor(core, personId)).memberships.length === 0) return undefined;
    const person = await bySession(personId);
    return person === undefined || req.get(readOnlyHeader) === undefined ? person : byToken(person);
  };
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
    identify: createTestIdentify(core),
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
