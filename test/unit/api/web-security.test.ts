/** What another site, a made-up address and a hostile name can do to the web door: each route is tried, from the table of routes. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { transact } from '../../../src/db/database.ts';
import { publishDelivery } from '../../../src/deliveries/publish.ts';
import { createCookies } from '../../../src/http/cookies.ts';
import { createIdentify } from '../../../src/http/identify.ts';
import { portalPages } from '../../../src/http/portal-files.ts';
import type { Route } from '../../../src/http/route.ts';
import { identifyBySession, startSession } from '../../../src/identity/sessions.ts';
import { headerFaults } from '../../support/answer-headers.ts';
import { testRoutes } from '../../support/api.ts';
import { type BareAnswer, bareAsk } from '../../support/bare-http.ts';
import { addTestPerson, addTestProject, openTestCore, operator, type TestCore } from '../../support/core.ts';
import { serve } from '../http/serving.ts';

/** What the service of the test believes that it is reached at. */
const origin = 'http://127.0.0.1';
const evil = 'evil.example';

let core: TestCore;
let web: Awaited<ReturnType<typeof serve>>;
let routes: readonly Route[];
let sessions: Parameters<typeof startSession>[0] & { maySign(): boolean };

beforeAll(async () => {
  core = await openTestCore();
  await addTestProject(core, 'P1');
  await addTestPerson(core, 'kari', 'researcher', 'P1');
  // Everything is open to this person: what is refused is refused for how it was asked.
  for (const role of ['officer', 'producer', 'auditor'] as const) await addTestPerson(core, 'alle', role);
  sessions = { ...core, sessionLimits: { idleMinutes: 60, absoluteMinutes: 600 }, maySign: () => true };
  const folder = join(core.folder, 'portal');
  await mkdir(join(folder, 'assets'), { recursive: true });
  await writeFile(join(folder, 'index.html'), '<!doctype html><title>Page</title>');
  for (const name of ['main-a1b2.js', 'check-worker-a1b2.js'])
    await writeFile(join(folder, 'assets', name), 'let x;');
  routes = testRoutes(core);
  web = await serve({
    routes,
    portal: { folder, pages: portalPages },
    identify: createIdentify({
      cookies: createCookies(() => false),
      publicUrl: () => origin,
      bySession: (handle) => identifyBySession(sessions, handle),
      byToken: async () => undefined,
      refused: async () => 0,
    }),
  });
});

afterAll(async () => {
  await web?.[Symbol.asyncDispose]();
  await core?.close();
});

/** The `Cookie` field of a new session. */
async function cookieOf(personId: string): Promise<string> {
  const handle = await transact(core.db, (tx) =>
    startSession(sessions, tx, {
      personId,
      provider: 'test',
      acr: null,
      authenticatedAt: core.clock.now(),
      userAgent: 'test',
      providerSessionHash: undefined,
      idToken: '',
      replaces: undefined,
    }),
  );
  return `datasluse=${handle}`;
}

const events = async (): Promise<number> =>
  (await core.db.selectFrom('audit_event').select('seq').execute()).length;

const nameOf = (route: Route): string => `${route.method} ${route.path}`;
const isChanging = ({ method }: Route): boolean => !['get', 'head'].includes(method);

/** Parameters that fit, as far as one can tell from their names: the project is there, the rest is not. */
function pathOf(route: Route, values: Readonly<Record<string, string>> = {}): string {
  return route.path.replaceAll(/\{(\w+)\}/g, (_all, name: string) =>
    name in values ? (values[name] ?? '') : name === 'projectId' ? 'P1' : 'x',
  );
}

/** A body of the type that the route takes. */
function bodyOf({ request, permission }: Route): { body?: string; headers: Record<string, string> } {
  if (request.body !== undefined) {
    // Who asks is looked at before the body, but where nobody has to be signed in.
    const body = permission === 'public' ? { invitation: 'x' } : {};
    return { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
  }
  if (request.bytes !== undefined)
    return { body: 'x', headers: { 'content-type': 'application/octet-stream' } };
  if (request.stream === undefined) return { headers: {} };
  return { body: 'x', headers: { 'content-type': request.stream.contentType } };
}

/** As the service's own page asks. */
const own = { 'x-datasluse': '1', origin, referer: `${origin}/projects`, 'sec-fetch-site': 'same-origin' };

function ask(route: Route, headers: Record<string, string>, path = pathOf(route)): Promise<BareAnswer> {
  const { body, headers: typed } = bodyOf(route);
  return bareAsk(web.port, route.method.toUpperCase(), path, {
    headers: { 'accept-language': 'en', ...typed, ...headers },
    ...(body === undefined ? {} : { body }),
  });
}

const isFromElsewhere = ({ status, text }: BareAnswer): boolean =>
  status === 403 && text.includes('did not come from this service');

/** Each would be right but for one thing, or is what a browser sends for a page elsewhere. */
const foreign: Readonly<Record<string, Record<string, string>>> = {
  'without our header': { origin, referer: `${origin}/`, 'sec-fetch-site': 'same-origin' },
  'with our header, but another value': { ...own, 'x-datasluse': 'true' },
  'from another origin': { ...own, origin: `https://${evil}` },
  'from our name on another port': { ...own, origin: `${origin}:8443` },
  'from a name that begins as ours': { ...own, origin: `${origin}.${evil}` },
  'from no origin that counts': { ...own, origin: 'null' },
  'with the referer of another site': { 'x-datasluse': '1', referer: `https://${evil}/x` },
  'with a referer that bears our name': { 'x-datasluse': '1', referer: `https://${evil}/${origin}/` },
  'with a referer that is no address': { 'x-datasluse': '1', referer: 'x' },
  'from a neighbour': { ...own, 'sec-fetch-site': 'same-site' },
  'from another site': { ...own, 'sec-fetch-site': 'cross-site' },
  'from an address typed in': { ...own, 'sec-fetch-site': 'none' },
};

describe('another site', () => {
  test.each(Object.entries(foreign))('changes nothing with a person’s cookie: %s', async (_what, headers) => {
    const cookie = await cookieOf('alle');
    const before = await events();
    for (const route of routes.filter(isChanging)) {
      const answer = await ask(route, { cookie, ...headers });
      expect([nameOf(route), isFromElsewhere(answer)]).toEqual([nameOf(route), true]);
    }
    expect(await events()).toBe(before);
    const still = await bareAsk(web.port, 'GET', '/api/v1/session', { headers: { cookie } });
    expect(still.status).toBe(200);
  });

  test('changes nothing with a form, of whatever kind', async () => {
    const cookie = await cookieOf('alle');
    const before = await events();
    const kinds = ['application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'text/plain'];
    for (const route of routes) {
      for (const type of kinds) {
        const headers = { cookie, 'content-type': type, origin: `https://${evil}` };
        // A form can post only; the field is what some frameworks take for the method that is meant.
        const field = { 'x-http-method-override': route.method.toUpperCase() };
        const body = `_method=${route.method}&x={"a":"b"}`;
        const answer = await bareAsk(web.port, 'POST', pathOf(route), {
          headers: { ...headers, ...field },
          body,
        });
        const label = `${nameOf(route)} ${type}`;
        expect([label, [403, 405, 415].includes(answer.status)]).toEqual([label, true]);
      }
    }
    expect(await events()).toBe(before);
  });

  test('is what was refused above: our own page gets through to every route', async () => {
    for (const route of routes.filter(isChanging)) {
      const answer = await ask(route, { cookie: await cookieOf('alle'), ...own });
      expect([nameOf(route), isFromElsewhere(answer)]).toEqual([nameOf(route), false]);
      expect([nameOf(route), answer.status]).not.toEqual([nameOf(route), 401]);
    }
  });

  test('neither frames, reads, keeps nor draws in any answer, whoever asks and whatever it says', async () => {
    const people = { nobody: {}, alle: { cookie: await cookieOf('alle') } };
    for (const route of routes) {
      for (const [who, headers] of Object.entries(people)) {
        for (const method of [route.method.toUpperCase(), 'OPTIONS', 'PROPFIND']) {
          const asked = { ...headers, origin: `https://${evil}`, 'accept-language': 'en' };
          const { body, headers: typed } = bodyOf(route);
          const answer = await bareAsk(web.port, method, pathOf(route), {
            headers: { ...typed, ...asked },
            ...(body === undefined || method !== route.method.toUpperCase() ? {} : { body }),
          });
          const label = `${who}: ${method} ${route.path} ${answer.status}`;
          // OPTIONS is never kept (RFC 9110, section 9.3.7), and its answer is the same for all.
          const kept = method === 'OPTIONS' ? 'asset' : 'personal';
          expect([label, headerFaults(answer.headers, { kept })]).toEqual([label, []]);
        }
      }
    }
  });

  test('neither frames nor draws in a page, an asset, or an address that nothing has', async () => {
    const html = { accept: 'text/html' };
    const pages = portalPages.map((page) => page.replace('{/*rest}', '/x/y'));
    for (const path of [...pages, ...pages.map((page) => `${page}?returnTo=//${evil}`), '/nothing']) {
      const { headers } = await bareAsk(web.port, 'GET', path, { headers: html });
      expect([path, headerFaults(headers, { kept: 'page' })]).toEqual([path, []]);
    }
    for (const path of ['/assets/main-a1b2.js', '/assets/check-worker-a1b2.js']) {
      const { status, headers } = await bareAsk(web.port, 'GET', path);
      expect([path, status, headerFaults(headers, { kept: 'asset' })]).toEqual([path, 200, []]);
    }
    for (const path of ['/api/nothing', '/%ff', '/assets/nothing.js', '/assets/%2e%2e/index.html']) {
      const { headers } = await bareAsk(web.port, 'GET', path);
      expect([path, headerFaults(headers, { kept: 'personal' })]).toEqual([path, []]);
    }
  });
});

/** Names under which programs are told where to go next, besides those that a route declares. */
const placeNames =
  'returnTo return_to next url redirect redirect_uri continue to post_logout_redirect_uri goto';
const elsewhere = [
  `https://${evil}/`,
  `//${evil}/`,
  `/\\${evil}/`,
  `\\\\${evil}/`,
  `/%2f${evil}/`,
  `/%5c${evil}/`,
  `https:${evil}`,
  `javascript:alert(1)`,
  `/\t/${evil}/`,
  `@${evil}/`,
];

describe('an address that somebody made up', () => {
  /** Where a browser at our page would go. */
  const goal = (answer: BareAnswer): string | undefined => {
    const location = answer.headers.get('location');
    return location === null ? undefined : new URL(location, `${origin}/api/v1/here`).origin;
  };

  test.each(elsewhere)('leads nobody away by a parameter of any route: %j', async (place) => {
    const cookie = await cookieOf('alle');
    const led = async (route: Route) => {
      const declared = Object.keys(route.request.query?.shape ?? {});
      const query = new URLSearchParams();
      for (const name of new Set([...placeNames.split(' '), ...declared])) query.set(name, place);
      const answer = await ask(route, { cookie }, `${pathOf(route)}?${query.toString()}`);
      expect([nameOf(route), [undefined, origin].includes(goal(answer))]).toEqual([nameOf(route), true]);
    };
    await Promise.all(routes.filter(({ method }) => method === 'get').map(led));
  });

  test.each([
    `//${evil}`,
    `//${evil}/..`,
    `///${evil}/%2e%2e`,
    `/\\${evil}`,
    `//${evil}/assets/`,
    '//assets',
  ])('leads nobody away by its path: %s', async (path) => {
    const answer = await bareAsk(web.port, 'GET', path, { headers: { accept: 'text/html' } });
    expect([path, answer.status, answer.headers.get('location')]).toEqual([path, 404, null]);
  });

  test('does not come back from a host that a request makes up, nor does it choose another route', async () => {
    const cookie = await cookieOf('alle');
    const made = {
      host: `${evil}:8443`,
      'x-forwarded-host': evil,
      'x-forwarded-proto': 'https',
      'x-forwarded-for': '192.0.2.1',
      forwarded: `host=${evil};proto=https`,
      'x-original-url': '/api/v1/outbox',
      'x-rewrite-url': '/api/v1/outbox',
    };
    for (const route of routes.filter(({ method }) => method === 'get')) {
      const plain = await ask(route, { cookie });
      const answer = await ask(route, { cookie, ...made });
      const said = answer.text + JSON.stringify([...answer.headers]);
      expect([nameOf(route), answer.status, said.includes(evil)]).toEqual([
        nameOf(route),
        plain.status,
        false,
      ]);
    }
    const absolute = await bareAsk(web.port, 'GET', `http://${evil}/api/v1/status`);
    expect(absolute.text + JSON.stringify([...absolute.headers])).not.toContain(evil);
  });
});

/** What would begin a header field of its own, end a quoted string, or be more than a byte. */
const nasty = [
  'x%0d%0aX-Injected:%201',
  'x%0aSet-Cookie:%20a=b',
  'x%00',
  '%E2%80%A8%0aX-Injected:%201',
  '%22;%20filename=%22evil.exe',
  '%C3%A6%C3%B8%C3%A5%F0%9F%92%A5',
  '..%2f..%2f..%2fetc%2fpasswd',
  '__proto__',
];

describe('a hostile name', () => {
  test('in a body is refused as any body that cannot be read, however deep it lies', async () => {
    const cookie = await cookieOf('alle');
    for (const route of routes.filter(({ request }) => request.body !== undefined)) {
      for (const body of ['{"reason":"x\\u0000"}', '{"a":[{"b\\u0000":1}]}', '"\\u0000"']) {
        const headers = { cookie, ...own, 'content-type': 'application/json' };
        const answer = await bareAsk(web.port, route.method.toUpperCase(), pathOf(route), { headers, body });
        expect([nameOf(route), answer.status]).toEqual([nameOf(route), 400]);
      }
    }
  });

  test.each(nasty)('as any parameter of any route writes no field and fails nothing: %s', async (name) => {
    const cookie = await cookieOf('alle');
    const tried = async (route: Route) => {
      const keys = Object.keys(route.request.params?.shape ?? {});
      const queries = Object.keys(route.request.query?.shape ?? {});
      const cases = [
        ...keys.map((key) => pathOf(route, { [key]: name })),
        ...queries.map((key) => `${pathOf(route)}?${key}=${name}`),
      ];
      for (const path of cases) {
        const more = { 'if-match': '"1"', 'idempotency-key': crypto.randomUUID(), 'tus-resumable': '1.0.0' };
        const answer = await ask(route, { cookie, ...own, ...more }, path);
        const label = `${route.method} ${path} ${answer.status}`;
        expect([label, answer.status < 500]).toEqual([label, true]);
        expect([label, answer.headers.has('x-injected'), answer.headers.getSetCookie()]).toEqual([
          label,
          false,
          [],
        ]);
      }
    };
    await Promise.all(routes.map(tried));
  });

  test('of a language gives an answer in one that the service speaks', async () => {
    for (const language of [
      'en"><script>',
      'x;q=1, nb;q=1e309',
      '*',
      '"'.repeat(500),
      'e\tn',
      'nb'.repeat(50),
    ]) {
      const answer = await bareAsk(web.port, 'GET', '/api/v1/nothing', {
        headers: { 'accept-language': language },
      });
      expect(['nb', 'en']).toContain(answer.headers.get('content-language'));
    }
  });

  test('of a delivery and its files is one name in the fields of the answer', async () => {
    const names = [
      'ut"; filename=evil.exe; x=".csv',
      "æøå';x=💥.csv",
      'a%0d%0aX-Injected: 1.csv',
      'b;c=d.csv',
      '<img src=x onerror=alert(1)>.csv',
    ];
    async function* one(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('a;b\n');
    }
    const title = 'Uttrekk"\r\nX-Injected: 1\r\n\r\n<script>';
    const files = names.map((name) => ({ name, content: one() }));
    const { folder } = await publishDelivery(core, operator, { projectId: 'P1', title, files });
    const cookie = await cookieOf('kari');
    const place = `/api/v1/projects/P1/deliveries/${encodeURIComponent(folder)}`;
    const whole = /^attachment; filename="([\w. -]*)"; filename\*=UTF-8''([\w.%~!-]*)$/;
    const get = async (path: string) => {
      const answer = await bareAsk(web.port, 'GET', path, { headers: { cookie } });
      expect([path, answer.status, answer.headers.has('x-injected')]).toEqual([path, 200, false]);
      const [, , encoded = ''] = whole.exec(answer.headers.get('content-disposition') ?? '') ?? [];
      expect(headerFaults(answer.headers, { kept: 'personal' })).toEqual([]);
      return decodeURIComponent(encoded);
    };
    for (const name of names) expect(await get(`${place}/files/${encodeURIComponent(name)}`)).toBe(name);
    expect(await get(`${place}/files.zip`)).toBe(`${folder}.zip`);
    expect(folder).toMatch(/^[\w.-]+$/);
  });

  test.each(['x\r\nX-Injected: 1.csv', 'x\u0000.csv', 'x\u202e.csv', 'x/../y.csv'])(
    'with what no name may have is no name of a delivered file: %j',
    async (name) => {
      async function* one(): AsyncGenerator<Uint8Array> {
        yield Buffer.from('a;b\n');
      }
      const files = [{ name, content: one() }];
      const publishing = publishDelivery(core, operator, { projectId: 'P1', title: 'Uttrekk', files });
      await expect(publishing).rejects.toMatchObject({ code: 'invalid-name' });
    },
  );
});
