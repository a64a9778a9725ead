import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { verifyAudit } from '../../../src/audit/audit.ts';
import { issueCode, redeemCode } from '../../../src/identity/one-time-codes.ts';
import { actorFor, addPerson } from '../../../src/identity/people.ts';
import { createSignInLimits } from '../../../src/identity/sign-in-limits.ts';
import { openTestCore, operator, type TestCore } from '../../support/core.ts';

let core: TestCore;
let deps: Parameters<typeof issueCode>[0];
beforeAll(async () => {
  core = await openTestCore();
  deps = { ...core, codeSecret: new Uint8Array(32).fill(7) };
  for (const id of ['kari', 'ola', 'astrid'])
    await addPerson(core, operator, { id, name: id, email: `${id}@example.no`, role: 'officer' });
  await addPerson(core, operator, { id: 'pia', name: 'P', email: 'pia@example.no', role: 'producer' });
}, 60_000);
afterAll(() => core.close());

/** What the audit log says of codes, in order. */
async function said(): Promise<string[]> {
  const rows = await core.db
    .selectFrom('audit_event')
    .select(['action', 'actor', 'detail'])
    .where('action', 'like', 'code.%')
    .orderBy('seq')
    .execute();
  return rows.map((row) => `${row.actor} ${row.action} ${row.detail}`);
}

const wrong = (code: string) => (code.startsWith('0') ? '1' : '0') + code.slice(1);
let before = 0;
beforeEach(async () => {
  before = (await said()).length;
});
const news = async () => (await said()).slice(before);

describe('a one-time code', () => {
  test('is right once, for its person, with or without the space', async () => {
    const { code, expiresAt } = await issueCode(deps, operator, 'kari');
    expect(code).toMatch(/^\d{4} \d{4}$/);
    expect(expiresAt.since(core.clock.now()).total('minutes')).toBe(10);
    expect(await redeemCode(deps, 'ola', code)).toBe(false);
    expect(await redeemCode(deps, 'kari', code.replace(' ', '-'))).toBe(true);
    expect(await redeemCode(deps, 'kari', code)).toBe(false);
    expect(await news()).toEqual([
      expect.stringMatching(/^operator:test code.issued /),
      'person:kari code.used {}',
    ]);
  });

  test('is worth nothing after ten minutes', async () => {
    const { code } = await issueCode(deps, operator, 'kari');
    core.moveTo(core.clock.now().add({ minutes: 10 }).toString());
    expect(await redeemCode(deps, 'kari', code)).toBe(false);
  });

  test('is worth nothing after five wrong ones, also for the right one', async () => {
    const { code } = await issueCode(deps, operator, 'kari');
    const answers = [];
    for (let at = 0; at < 5; at++) answers.push(await redeemCode(deps, 'kari', wrong(code)));
    expect(answers).toEqual([false, false, false, false, false]);
    expect(await redeemCode(deps, 'kari', code)).toBe(false);
    expect((await news()).slice(-2)).toEqual([
      'person:kari code.refused {"refusals":4,"exhausted":false}',
      'person:kari code.refused {"refusals":5,"exhausted":true}',
    ]);
  });

  test('is replaced by the next', async () => {
    const first = await issueCode(deps, operator, 'kari');
    const second = await issueCode(deps, operator, 'kari');
    expect(await redeemCode(deps, 'kari', first.code)).toBe(first.code === second.code);
    expect(await redeemCode(deps, 'kari', second.code)).toBe(true);
  });

  test('of ten that try at once with the right one, one gets in', async () => {
    const { code } = await issueCode(deps, operator, 'kari');
    const answers = await Promise.all(Array.from({ length: 10 }, () => redeemCode(deps, 'kari', code)));
    expect(answers.filter(Boolean)).toHaveLength(1);
  });

  test('of a hundred guesses at once, five are counted and the code is then dead', async () => {
    const { code } = await issueCode(deps, operator, 'kari');
    await Promise.all(Array.from({ length: 100 }, () => redeemCode(deps, 'kari', wrong(code))));
    expect((await news()).filter((line) => line.includes('code.refused'))).toHaveLength(5);
    expect(await redeemCode(deps, 'kari', code)).toBe(false);
  });

  test('stands nowhere in the database, and another secret does not know it', async () => {
    const { code } = await issueCode(deps, operator, 'kari');
    const other = { ...deps, codeSecret: new Uint8Array(32).fill(8) };
    const digits = code.replace(' ', '');
    const { rows } = await core.db
      .selectFrom('one_time_code')
      .selectAll()
      .execute()
      .then((rows) => ({ rows: JSON.stringify(rows) }));
    expect(rows).not.toContain(digits);
    expect((await said()).join()).not.toContain(digits);
    expect(await redeemCode(other, 'kari', code)).toBe(false);
    expect(await redeemCode(deps, 'kari', code)).toBe(true);
  });

  test('one may ask for one of their own; for others it takes the right to manage people', async () => {
    const pia = await actorFor(core, 'pia');
    expect((await issueCode(deps, pia, 'pia')).code).toMatch(/^\d{4} \d{4}$/);
    await expect(issueCode(deps, pia, 'kari')).rejects.toMatchObject({ code: 'forbidden' });
    const officer = await actorFor(core, 'astrid');
    expect((await issueCode(deps, officer, 'pia')).code).toMatch(/^\d{4} \d{4}$/);
    const nobody = await actorFor(core, 'nobody');
    await expect(issueCode(deps, nobody, 'nobody')).rejects.toMatchObject({ code: 'forbidden' });
    await expect(issueCode(deps, operator, 'nobody')).rejects.toMatchObject({ code: 'not-found' });
    expect((await verifyAudit(core)).intact).toBe(true);
  });
});

describe('refusals that instances share', () => {
  const options = { limit: 3, windowMs: 60_000, banMs: 60_000, longestBanMs: 150_000 };
  const ready = () => [createSignInLimits(core, options), createSignInLimits(core, options)] as const;

  test('count together, and the ban is known to all', async () => {
    const [one, other] = ready();
    expect(await one.refused('192.0.2.1')).toBe(0);
    expect(await other.refused('192.0.2.1')).toBe(0);
    expect(await one.bannedForMs('192.0.2.1')).toBe(0);
    expect(await other.refused('192.0.2.1')).toBe(60_000);
    expect(await one.bannedForMs('192.0.2.1')).toBeGreaterThan(50_000);
    expect(await one.bannedForMs('192.0.2.2')).toBe(0);
  });

  test('each ban is twice as long as the one before, up to the longest', async () => {
    const [limits] = ready();
    const bans: number[] = [];
    for (let round = 0; round < 3; round++) {
      for (let at = 0; at < 3; at++) {
        const forMs = await limits.refused('192.0.2.3');
        if (at === 2) bans.push(forMs);
      }
      // As if the ban had ended.
      await core.db
        .deleteFrom('sign_in_limit' as never)
        .where('key' as never, '=', 'refused:192.0.2.3' as never)
        .execute();
    }
    expect(bans).toEqual([60_000, 120_000, 150_000]);
  });

  test('twenty refusals at once bring one ban', async () => {
    const limits = ready();
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, at) => limits[at % 2]!.refused('192.0.2.4')),
    );
    expect(answers.filter((forMs) => forMs === 60_000)).toHaveLength(1);
    const bans = await core.db
      .selectFrom('sign_in_limit' as never)
      .selectAll()
      .where('key' as never, '=', 'bans:192.0.2.4' as never)
      .execute();
    expect(bans).toMatchObject([{ points: 1 }]);
  });
});
