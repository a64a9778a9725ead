import { createLocalJWKSet, exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createToken, identifyByToken } from '../../../src/identity/access-tokens.ts';
import { linkIdentity } from '../../../src/identity/linked-identities.ts';
import { createMachineCheck, type IdentifyMachine } from '../../../src/identity/maskinporten.ts';
import { may } from '../../../src/identity/permissions.ts';
import { addTestPerson, addTestProject, openTestCore, operator, type TestCore } from '../../support/core.ts';

const settings = {
  issuer: 'https://maskinporten.example/',
  jwksUri: 'https://maskinporten.example/jwk',
  audience: 'https://sluse.example.no',
  readScope: 'sluse:read',
  writeScope: 'sluse:write',
};
let core: TestCore;
let check: IdentifyMachine;
let pair: Awaited<ReturnType<typeof generateKeyPair>>;
let stranger: typeof pair;

beforeAll(async () => {
  core = await openTestCore();
  await addTestProject(core, 'P1');
  await addTestProject(core, 'P2');
  await addTestPerson(core, 'etaten', 'supplier', 'P1');
  await addTestPerson(core, 'kari', 'researcher', 'P1');
  await addTestPerson(core, 'per', 'officer');
  const deps = { ...core, identitySecret: new Uint8Array(32).fill(3) };
  await linkIdentity(deps, operator, { personId: 'etaten', provider: 'maskinporten', subject: '987654325' });
  [pair, stranger] = await Promise.all([generateKeyPair('RS256'), generateKeyPair('RS256')]);
  const keys = createLocalJWKSet({
    keys: [{ ...(await exportJWK(pair.publicKey)), kid: 'k', alg: 'RS256' }],
  });
  check = createMachineCheck(deps, settings, keys);
}, 60_000);
afterAll(() => core.close());

const sound = (): JWTPayload => {
  const now = Math.floor(core.clock.now().epochMilliseconds / 1000);
  return {
    iss: settings.issuer,
    aud: settings.audience,
    iat: now,
    exp: now + 120,
    scope: 'sluse:write',
    consumer: { authority: 'iso6523-actorid-upis', ID: '0192:987654325' },
  };
};
const sign = (change: JWTPayload = {}, key = pair) =>
  new SignJWT({ ...sound(), ...change }).setProtectedHeader({ alg: 'RS256', kid: 'k' }).sign(key.privateKey);

describe('a Maskinporten token', () => {
  test('is the person that its organisation is linked to, and no more than its scope', async () => {
    const writer = await check(await sign());
    expect(writer).toMatchObject({ personId: 'etaten', via: { kind: 'machine' } });
    expect(writer && may(writer, 'inbound.send', 'P1')).toBe(true);
    const reader = await check(await sign({ scope: 'other sluse:read' }));
    expect(reader && [may(reader, 'inbound.send', 'P1'), may(reader, 'inbound.see-own', 'P1')]).toEqual([
      false,
      true,
    ]);
  });

  const past = { exp: 1_700_000_000 };
  test.each<[string, JWTPayload]>([
    ['another issuer', { iss: 'https://elsewhere.example/' }],
    ['another audience', { aud: 'https://elsewhere.example' }],
    ['its time over', past],
    ['no end', { exp: undefined } as unknown as JWTPayload],
    ['another scope', { scope: 'sluse:writer' }],
    ['no consumer', { consumer: undefined }],
    [
      'an organisation nobody linked',
      { consumer: { authority: 'iso6523-actorid-upis', ID: '0192:111111111' } },
    ],
    ['a number of another register', { consumer: { authority: 'x', ID: '0192:987654325' } }],
  ])('is nobody with %s', async (_what, change) => {
    expect(await check(await sign(change))).toBeUndefined();
  });

  test('is nobody when another key signed it, or none', async () => {
    expect(await check(await sign({}, stranger))).toBeUndefined();
    const [, body = ''] = (await sign()).split('.');
    const none = Buffer.from('{"alg":"none"}').toString('base64url');
    expect(await check(`${none}.${body}.`)).toBeUndefined();
    expect(await check('not.a.token')).toBeUndefined();
  });
});

describe('an access token', () => {
  const wanted = { name: 'R', scope: 'read' as const, days: 30 };

  test('holds in its project only, reads only, and not after its day', async () => {
    const { token } = await createToken(core, operator, 'per', { ...wanted, projectId: 'P1' });
    expect(token).toMatch(/^dsl_[\w-]{43}$/);
    const per = await identifyByToken(core, token);
    if (per === undefined) throw new Error('not known');
    expect(per.memberships).toEqual([{ role: 'officer', projectId: 'P1' }]);
    expect([may(per, 'project.see', 'P1'), may(per, 'project.see', 'P2'), may(per, 'project.see')]).toEqual([
      true,
      false,
      false,
    ]);
    expect(may(per, 'delivery.publish', 'P1')).toBe(false);
    core.moveTo(
      core.clock
        .now()
        .add({ hours: 30 * 24 })
        .toString(),
    );
    expect(await identifyByToken(core, token)).toBeUndefined();
  });

  test('is not made for a project that the person cannot see, nor with another token', async () => {
    const kari = createToken(core, operator, 'kari', { ...wanted, projectId: 'P2' });
    await expect(kari).rejects.toMatchObject({ code: 'not-found' });
    const { token } = await createToken(core, operator, 'kari', { ...wanted, scope: 'write' });
    const actor = await identifyByToken(core, token);
    if (actor === undefined) throw new Error('not known');
    await expect(createToken(core, actor, 'kari', wanted)).rejects.toMatchObject({ code: 'forbidden' });
    expect(await identifyByToken(core, `${token}x`)).toBeUndefined();
  });
});
