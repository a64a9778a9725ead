import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createOpenUploads } from '../../../src/api/open-uploads.ts';
import { apiRoutes } from '../../../src/api/routes.ts';
import { createCookies } from '../../../src/http/cookies.ts';
import { createIdentify } from '../../../src/http/identify.ts';
import { identifyByToken } from '../../../src/identity/access-tokens.ts';
import { openWith } from '../../../src/identity/handles.ts';
import { invite, linkIdentity, unlinkIdentity } from '../../../src/identity/linked-identities.ts';
import { createOidcProvider, type IdentityProvider } from '../../../src/identity/oidc-client.ts';
import { actorNow } from '../../../src/identity/people.ts';
import { sealedIdTokenOf } from '../../../src/identity/session-store.ts';
import { identifyBySession, sessionOf, sweepSignIns } from '../../../src/identity/sessions.ts';
import { safeReturn } from '../../../src/identity/sign-in.ts';
import { demandRecent } from '../../../src/identity/step-up.ts';
import { headerFaults } from '../../support/answer-headers.ts';
import { addTestPerson, addTestProject, openTestCore, operator, type TestCore } from '../../support/core.ts';
import { startIdentityProvider, type TestIdentityProvider } from '../../support/identity-provider.ts';
import { serve } from '../http/serving.ts';

/** What a test looks like from outside: https ends at a proxy, so cookies are the strict ones. */
const publicUrl = 'https://sluse.example.no';
const callbackUri = `${publicUrl}/api/v1/sign-in/agency/callback`;
/** Synthetic: month + 80. */
const pid = '01890199999';
const otherPid = '02890199999';

let core: TestCore;
let op: TestIdentityProvider;
let web: Awaited<ReturnType<typeof serve>>;
let deps: Parameters<typeof invite>[0] & Parameters<typeof identifyBySession>[0];

const machineTime = () => new Date(performance.timeOrigin + performance.now()).toISOString();

beforeAll(async () => {
  // The provider has the machine's own clock, and so has the service here.
  core = await openTestCore(machineTime());
  op = await startIdentityProvider(callbackUri);
  await addTestProject(core, 'P1');
  await addTestPerson(core, 'kari', 'researcher', 'P1');
  await addTestPerson(core, 'ola', 'supplier', 'P1');
  await addTestPerson(core, 'per', 'officer');
  const provider = createOidcProvider(
    {
      id: 'agency',
      name: { nb: 'Etaten', en: 'The agency' },
      issuer: op.issuer,
      clientId: 'sluse',
      scopes: ['openid'],
      subjectClaim: 'pid',
      acr: { asked: ['low'], roles: { officer: ['high'] }, signing: ['high'] },
      proof: { kind: 'key', key: op.clientKey, keyId: 'client' },
    },
    { idTokenAlgorithm: 'ES256' },
  );
  const providers: IdentityProvider[] = [provider];
  const identitySecret = new Uint8Array(32).fill(9);
  const sessionLimits = { idleMinutes: 60, absoluteMinutes: 600 };
  const maySign = (_id: string, acr: string | null) => acr === 'high';
  deps = { ...core, identitySecret, sessionLimits, maySign };
  const cookies = createCookies(() => true);
  const open = { refused: async () => 0, bannedForMs: async () => 0 };
  const never = () => {
    throw new Error('not in this test');
  };
  const routes = apiRoutes({
    ...deps,
    ...core,
    openUploads: createOpenUploads(),
    providers,
    publicUrl: () => publicUrl,
    cookies,
    signInLimits: { begun: open, refused: open },
    version: '0',
    doors: never,
    ready: async () => {},
    metrics: async () => '',
  });
  const identify = createIdentify({
    cookies,
    publicUrl: () => publicUrl,
    bySession: (handle) => identifyBySession(deps, handle),
    byToken: (token) => identifyByToken(core, token),
    refused: open.refused,
  });
  web = await serve({ routes, identify });
  await linkIdentity(deps, operator, { personId: 'kari', provider: 'agency', subject: pid });
}, 90_000);

afterAll(async () => {
  await web?.[Symbol.asyncDispose]();
  await op?.[Symbol.asyncDispose]();
  await core?.close();
});

beforeEach(() => {
  core.moveTo(machineTime());
  op.next = { subject: 's-kari', pid, acr: 'low' };
});

/** A browser's cookies of this service, and requests with them. */
function browser() {
  const jar = new Map<string, string>();
  const ask = async (path: string, init: RequestInit = {}): Promise<Response> => {
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const headers = { cookie, ...(init.headers as Record<string, string>) };
    const answer = await fetch(web.url + path, { ...init, redirect: 'manual', headers });
    for (const set of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
      if (value === '') jar.delete(name);
      else jar.set(name, value);
    }
    return answer;
  };
  const change = (path: string, method = 'POST', body?: unknown) =>
    ask(path, {
      method,
      headers: { 'x-datasluse': '1', origin: publicUrl, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  const begin = async (query = ''): Promise<URL> => {
    const answer = await ask(`/api/v1/sign-in/agency${query}`);
    expect(answer.status).toBe(303);
    return op.follow(new URL(answer.headers.get('location') ?? ''));
  };
  const comeBack = (at: URL) => ask(at.pathname + at.search);
  return {
    jar,
    ask,
    change,
    begin,
    comeBack,
    signIn: async (query = '') => comeBack(await begin(query)),
    who: async () => {
      const answer = await ask('/api/v1/session');
      return answer.ok ? ((await answer.json()) as { personId: string }).personId : answer.status;
    },
  };
}

const place = (answer: Response) => answer.headers.get('location');

describe('signing in', () => {
  test('pushes the request, signs as the client, uses PKCE, state and nonce, and gives a strict cookie', async () => {
    const kari = browser();
    const answer = await kari.signIn('?returnTo=/status');
    expect([answer.status, place(answer)]).toEqual([303, '/status']);
    expect(answer.headers.getSetCookie()).toEqual([
      expect.stringMatching(/^__Host-datasluse=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Secure$/),
    ]);
    expect(op.pushed.at(-1)).toMatchObject({
      acr_values: 'low',
      code_challenge_method: 'S256',
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      nonce: expect.stringMatching(/^[\w-]{43}$/),
      state: expect.stringMatching(/^[\w-]{43}$/),
    });
    expect(await kari.who()).toBe('kari');
  });

  test('every cookie of a session’s life is strict, and nothing keeps the answer that sets it', async () => {
    const kari = browser();
    const begun = await kari.ask('/api/v1/sign-in/agency');
    const back = await op.follow(new URL(place(begun) ?? ''));
    const answers = [
      begun,
      await kari.comeBack(back),
      await kari.change('/api/v1/session/sign-out'),
      await kari.change('/api/v1/sign-in/agency', 'POST', { invitation: 'A'.repeat(43) }),
    ];
    for (const { headers } of answers) {
      expect(headers.getSetCookie()).toEqual([expect.stringMatching(/^__Host-datasluse(-sign-in)?=/)]);
      expect(headerFaults(headers, { kept: 'personal' })).toEqual([]);
    }
  });

  test('keeps neither the handle nor the identity number in the database', async () => {
    const kari = browser();
    await kari.signIn();
    const handle = kari.jar.get('__Host-datasluse') ?? '';
    const tables = ['web_session', 'sign_in_attempt', 'linked_identity', 'audit_event', 'outbox'] as const;
    for (const table of tables) {
      const rows = await core.db.selectFrom(table).selectAll().execute();
      expect(rows.length).toBeGreaterThan(0);
      const text = rows
        .flatMap((row) => Object.values(row))
        .map((value) => (Buffer.isBuffer(value) ? value.toString('latin1') : JSON.stringify(value)))
        .join();
      expect(text).not.toContain(pid);
      expect(text).not.toContain(handle);
      expect(text).not.toContain(Buffer.from(handle, 'base64url').toString('latin1'));
    }
  });

  test('a new sign-in gives a new handle, and the handle from before is worth nothing', async () => {
    const kari = browser();
    kari.jar.set('__Host-datasluse', 'A'.repeat(43));
    await kari.signIn();
    const first = kari.jar.get('__Host-datasluse') ?? '';
    expect(first).not.toBe('A'.repeat(43));
    await kari.signIn();
    expect(kari.jar.get('__Host-datasluse')).not.toBe(first);
    const thief = browser();
    thief.jar.set('__Host-datasluse', first);
    expect(await thief.who()).toBe(401);
  });

  test('a stolen state is worth nothing in another browser, and the right one can still end its sign-in', async () => {
    const kari = browser();
    const thief = browser();
    const back = await kari.begin();
    expect(place(await thief.comeBack(back))).toBe('/?signInRefused=expired');
    await thief.begin();
    expect(place(await thief.comeBack(back))).toBe('/?signInRefused=expired');
    expect(await thief.who()).toBe(401);
    expect(place(await kari.comeBack(back))).toBe('/');
  });

  test('a code is redeemed once, also when it comes twice at the same time', async () => {
    const kari = browser();
    const back = await kari.begin();
    const places = (await Promise.all([kari.comeBack(back), kari.comeBack(back)])).map(place).sort();
    expect(places).toEqual(['/', '/?signInRefused=expired']);
    expect(place(await kari.comeBack(back))).toBe('/?signInRefused=expired');
  });

  test('a code of another sign-in is not proof', async () => {
    const [kari, thief] = [browser(), browser()];
    const stolen = (await kari.begin()).searchParams.get('code') ?? '';
    const back = await thief.begin();
    back.searchParams.set('code', stolen);
    expect(place(await thief.comeBack(back))).toBe('/?signInRefused=not-proven');
    expect(await thief.who()).toBe(401);
  });

  test('a sign-in that took more than a quarter of an hour is over', async () => {
    const kari = browser();
    const back = await kari.begin();
    const before = core.clock.now();
    core.moveTo(before.add({ minutes: 16 }).toString());
    expect(place(await kari.comeBack(back))).toBe('/?signInRefused=expired');
    core.moveTo(before.toString());
  });

  test('nobody is made by signing in; who is unknown, is told so, and the log has no number', async () => {
    op.next = { subject: 's-x', pid: otherPid, acr: 'low' };
    const stranger = browser();
    expect(place(await stranger.signIn())).toBe('/?signInRefused=unknown-person');
    const [last] = await core.db
      .selectFrom('audit_event')
      .selectAll()
      .orderBy('seq', 'desc')
      .limit(1)
      .execute();
    expect(last).toMatchObject({
      actor: 'provider:agency',
      action: 'sign-in.refused',
      detail: '{"reason":"unknown-person"}',
    });
  });

  test('a role that asks for more proof sends the person back for it once, and then says no', async () => {
    await linkIdentity(deps, operator, { personId: 'per', provider: 'agency', subject: '03890199999' });
    op.next = { subject: 's-per', pid: '03890199999', acr: 'low' };
    const per = browser();
    const again = await per.signIn('?returnTo=/status');
    expect(place(again)).toContain(`${op.issuer}/auth`);
    const stillLow = await per.comeBack(await op.follow(new URL(place(again) ?? '')));
    expect(op.pushed.at(-1)).toMatchObject({ acr_values: 'high' });
    expect(place(stillLow)).toBe('/?signInRefused=too-weak');
    const anew = await per.signIn('?returnTo=/status');
    op.next = { ...op.next, acr: 'high' };
    expect(place(await per.comeBack(await op.follow(new URL(place(anew) ?? ''))))).toBe('/status');
    expect(await per.who()).toBe('per');
  });

  test('an invitation ties the identity of whoever signs in with it, once, and only from our own page', async () => {
    await invite(deps, operator, { personId: 'ola', publicUrl });
    const mail = await core.db
      .selectFrom('outbox')
      .selectAll()
      .where('recipient', '=', 'ola@example.no')
      .execute();
    const invitation = /#invitation=([\w-]{43})/.exec(mail.at(-1)?.body ?? '')?.[1] ?? '';
    expect(invitation).not.toBe('');
    op.next = { subject: 's-ola', pid: otherPid, acr: 'low' };
    const ola = browser();
    const path = '/api/v1/sign-in/agency';
    const json = { 'content-type': 'application/json' };
    const body = JSON.stringify({ invitation });
    expect((await ola.ask(path, { method: 'POST', headers: json, body })).status).toBe(403);
    const accept = async () => {
      const answer = await ola.change(path, 'POST', { invitation });
      const { location } = (await answer.json()) as { location: string };
      return ola.comeBack(await op.follow(new URL(location)));
    };
    expect(place(await accept())).toBe('/');
    expect(await ola.who()).toBe('ola');
    expect(place(await accept())).toBe('/?signInRefused=invitation-over');
    expect(place(await ola.signIn())).toBe('/');

    await unlinkIdentity(deps, operator, { personId: 'ola', provider: 'agency' });
    expect(await ola.who()).toBe(401);
    expect(place(await ola.signIn())).toBe('/?signInRefused=unknown-person');
  });

  test("an invitation does not take over somebody else's identity", async () => {
    await expect(
      linkIdentity(deps, operator, { personId: 'ola', provider: 'agency', subject: pid }),
    ).rejects.toMatchObject({ code: 'conflict' });
  });
});

describe('a session', () => {
  test('is over after an hour of rest, and after ten hours in any case', async () => {
    const kari = browser();
    const start = core.clock.now();
    await kari.signIn();
    for (let minutes = 50; minutes < 600; minutes += 50) {
      core.moveTo(start.add({ minutes }).toString());
      expect(await kari.who()).toBe('kari');
    }
    core.moveTo(start.add({ minutes: 600 }).toString());
    expect(await kari.who()).toBe(401);
    core.moveTo(start.toString());
    const idle = browser();
    await idle.signIn();
    core.moveTo(start.add({ minutes: 60 }).toString());
    expect(await idle.who()).toBe(401);
    core.moveTo(start.add({ hours: 24 * 30 }).toString());
    expect(await sweepSignIns(core)).toBeGreaterThan(1);
    core.moveTo(start.toString());
  });

  test('is listed and ended by its person only, and what it opened closes', async () => {
    const [here, there] = [browser(), browser()];
    await here.signIn();
    await there.signIn();
    const { sessions } = (await (await here.ask('/api/v1/sessions')).json()) as {
      sessions: { id: string; current: boolean }[];
    };
    const other = sessions.find(({ current }) => !current)?.id ?? '';
    const handle = there.jar.get('__Host-datasluse');
    const actor = await identifyBySession(deps, handle);
    if (actor === undefined) throw new Error('not signed in');
    await actorNow(core, actor);
    expect((await here.change(`/api/v1/sessions/${other}`, 'DELETE')).status).toBe(204);
    await expect(actorNow(core, actor)).rejects.toMatchObject({ code: 'closed' });
    expect(await there.who()).toBe(401);
    expect((await here.change(`/api/v1/sessions/${other}`, 'DELETE')).status).toBe(404);
    expect(await here.who()).toBe('kari');
  });

  test('ends when the provider says that its own is over, and not for a session made up', async () => {
    const [kari, other] = [browser(), browser()];
    await kari.signIn();
    await other.signIn();
    const handle = kari.jar.get('__Host-datasluse') ?? '';
    const session = await sessionOf(deps, handle);
    const sealed = await sealedIdTokenOf(core.db, session?.id ?? '');
    const idToken = openWith(handle, 'id-token', sealed ?? new Uint8Array()) ?? '';
    expect(openWith(other.jar.get('__Host-datasluse') ?? '', 'id-token', sealed ?? new Uint8Array())).toBe(
      undefined,
    );
    const { sid } = JSON.parse(Buffer.from(idToken.split('.')[1] ?? '', 'base64url').toString()) as {
      sid: string;
    };
    expect(sid).toBeTruthy();
    const path = '/api/v1/sign-in/agency/signed-out';
    await kari.ask(`${path}?iss=${op.issuer}&sid=made-up`);
    await kari.ask(`${path}?iss=https://elsewhere.example&sid=${sid}`);
    await kari.ask(path);
    expect(await kari.who()).toBe('kari');
    await browser().ask(`${path}?iss=${op.issuer}&sid=${sid}`);
    expect([await kari.who(), await other.who()]).toEqual([401, 'kari']);
  });

  test('is ended by signing out, which sends the browser on to the provider with its own ID token', async () => {
    const kari = browser();
    await kari.signIn();
    const handle = kari.jar.get('__Host-datasluse') ?? '';
    const answer = await kari.change('/api/v1/session/sign-out');
    const { location } = (await answer.json()) as { location: string };
    const { origin, searchParams } = new URL(location);
    expect(origin).toBe(op.issuer);
    expect(searchParams.get('post_logout_redirect_uri')).toBe(`${publicUrl}/`);
    expect(searchParams.get('id_token_hint')?.split('.')).toHaveLength(3);
    kari.jar.set('__Host-datasluse', handle);
    expect(await kari.who()).toBe(401);
  });

  test('must be fresh for what outlives it; a confirmation by another person is refused', async () => {
    const kari = browser();
    const start = core.clock.now();
    await kari.signIn();
    const body = { name: 'R', scope: 'read', days: 10 };
    expect((await kari.change('/api/v1/tokens', 'POST', body)).status).toBe(201);
    core.moveTo(start.add({ minutes: 16 }).toString());
    const answer = await kari.change('/api/v1/tokens', 'POST', body);
    expect(answer.status).toBe(403);
    const problem = (await answer.json()) as { code: string; url: string };
    expect(problem).toMatchObject({
      code: 'step-up-needed',
      url: '/api/v1/sign-in/agency?stepUpMinutes=15',
    });
    core.moveTo(start.toString());
    const unconfirmed = kari.jar.get('__Host-datasluse') ?? '';
    const confirmed = await kari.signIn('?stepUpMinutes=15&returnTo=/status');
    expect(op.pushed.at(-1)).toMatchObject({ prompt: 'login', acr_values: 'high' });
    expect(Number(op.pushed.at(-1)?.max_age)).toBe(900);
    expect(place(confirmed)).toBe('/status');
    // Who had the handle from before has not become the one who confirmed.
    const thief = browser();
    thief.jar.set('__Host-datasluse', unconfirmed);
    expect([kari.jar.get('__Host-datasluse') === unconfirmed, await thief.who()]).toEqual([false, 401]);
    op.next = { subject: 's-per', pid: '03890199999', acr: 'high' };
    expect(place(await kari.signIn('?stepUpMinutes=15'))).toBe('/?signInRefused=other-person');
    expect(await kari.who()).toBe('kari');
  });

  test('signing asks for strong proof too', async () => {
    const kari = browser();
    await kari.signIn();
    const actor = await identifyBySession(deps, kari.jar.get('__Host-datasluse'));
    if (actor === undefined) throw new Error('not signed in');
    expect(() => demandRecent(core, actor, 15)).not.toThrow();
    expect(() => demandRecent(core, actor, 15, { signing: true })).toThrow(/step-up-needed/);
  });
});

describe('other sites', () => {
  test.each([
    ['no header of ours', { origin: publicUrl }],
    ['another origin', { 'x-datasluse': '1', origin: 'https://evil.example' }],
    ['no origin that counts', { 'x-datasluse': '1', origin: 'null' }],
    ['a neighbour', { 'x-datasluse': '1', 'sec-fetch-site': 'same-site' }],
    ['another site', { 'x-datasluse': '1', 'sec-fetch-site': 'cross-site' }],
  ])('change nothing with a cookie: %s', async (_what, headers) => {
    const kari = browser();
    await kari.signIn();
    const answer = await kari.ask('/api/v1/session/sign-out', { method: 'POST', headers });
    expect(answer.status).toBe(403);
    expect(await kari.who()).toBe('kari');
  });

  test('a second cookie of the same name makes both worthless', async () => {
    const kari = browser();
    await kari.signIn();
    const own = kari.jar.get('__Host-datasluse') ?? '';
    const cookie = `__Host-datasluse=${'B'.repeat(43)}; __Host-datasluse=${own}`;
    expect((await fetch(`${web.url}/api/v1/session`, { headers: { cookie } })).status).toBe(401);
  });

  test('a token that is wrong is not passed over for a cookie', async () => {
    const kari = browser();
    await kari.signIn();
    const answer = await kari.ask('/api/v1/session', { headers: { authorization: 'Bearer dsl_no' } });
    expect(answer.status).toBe(401);
  });

  test.each([
    'https://evil.example/',
    '//evil.example',
    '/\\evil.example',
    '/\t/evil.example',
    '/.//evil.example',
    '\\\\evil.example',
    'https:evil.example',
    '/a\\..\\..//evil.example',
    '/\u2028/evil.example',
    '@evil.example',
    '.evil.example',
    '/a/../..//evil.example',
    'javascript:alert(1)',
    '/x\r\nset-cookie: a=b',
    '/\u0001',
    ' /x',
    '/ø',
  ])('are nowhere to come back to: %j', async (returnTo) => {
    expect(safeReturn(returnTo)).toBe('/');
    const answer = await browser().signIn(`?returnTo=${encodeURIComponent(returnTo)}`);
    expect(place(answer)).toBe('/');
    expect(answer.headers.getSetCookie()).toHaveLength(1);
  });

  test.each(['/%2fevil.example', '/%5cevil.example', '/%09/evil.example', '/%252f%252fevil.example'])(
    'cannot write themselves in marks that a path of our own has: %s',
    async (returnTo) => {
      const answer = await browser().signIn(`?returnTo=${encodeURIComponent(returnTo)}`);
      expect(new URL(place(answer) ?? '', `${publicUrl}/api/v1/`).origin).toBe(publicUrl);
    },
  );

  test('get no place to send people to from what the provider’s answer or logout says', async () => {
    const given =
      'error=access_denied&returnTo=//evil.example&redirect_uri=//evil.example&iss=//evil.example';
    const kari = browser();
    const back = await kari.begin();
    for (const query of [given, `${given}&state=${back.searchParams.get('state')}`]) {
      const answer = await kari.ask(`/api/v1/sign-in/agency/callback?${query}`);
      expect(new URL(place(answer) ?? '', publicUrl).origin).toBe(publicUrl);
      expect(place(answer)).not.toContain('evil');
    }
    const out = await kari.ask(`/api/v1/sign-in/agency/signed-out?${given}&sid=x`);
    expect([out.status, place(out)]).toEqual([200, null]);
  });

  test('a path of our own is somewhere to come back to', () => {
    expect(safeReturn('/projects/P1?tab=a%20b#x')).toBe('/projects/P1?tab=a%20b#x');
    expect([safeReturn(undefined), safeReturn('/\u0000')]).toEqual(['/', '/']);
  });
});
