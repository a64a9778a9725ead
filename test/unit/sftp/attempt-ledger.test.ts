import { describe, expect, test } from 'vitest';
import { createAttemptLedger } from '../../../src/sftp/attempt-ledger.ts';

const options = { limit: 3, windowMs: 60_000, banMs: 60_000, longestBanMs: 3_600_000 };
const here = '192.0.2.1';

test('bans one address and no other', () => {
  const ledger = createAttemptLedger(options);
  for (let at = 0; at < 3; at++) {
    expect(ledger.isBanned(here)).toBe(false);
    ledger.refused(here);
  }
  expect(ledger.isBanned(here)).toBe(true);
  expect(ledger.isBanned('192.0.2.2')).toBe(false);
});

test('forgets refusals when the window is over', async () => {
  const ledger = createAttemptLedger({ ...options, limit: 2, windowMs: 20 });
  ledger.refused(here);
  await new Promise((resolve) => setTimeout(resolve, 30));
  ledger.refused(here);
  expect(ledger.isBanned(here)).toBe(false);
});

test('a ban ends, and the next one is longer', async () => {
  const seconds: number[] = [];
  const log = { warn: (line: { seconds: number }) => void seconds.push(line.seconds) } as never;
  const ledger = createAttemptLedger({ ...options, limit: 1, banMs: 600, longestBanMs: 1600 }, { log });
  for (let round = 0; round < 3; round++) {
    ledger.refused(here);
    expect(ledger.isBanned(here)).toBe(true);
    await expect.poll(() => ledger.isBanned(here), { timeout: 5000 }).toBe(false);
  }
  expect(seconds).toEqual([1, 1, 2]); // 0.6, 1.2 and at most 1.6 seconds
});

test('forgets the oldest address when too many are known', () => {
  const ledger = createAttemptLedger({ ...options, limit: 1 });
  for (let at = 0; at <= 10_000; at++) ledger.refused(`2001:db8:0:${at.toString(16)}::/64`);
  expect(ledger.isBanned('2001:db8:0:0::/64')).toBe(false);
  expect(ledger.isBanned('2001:db8:0:1::/64')).toBe(true);
});

describe('with a count that is shared', () => {
  test("bans what the other instances' refusals ban", async () => {
    const ledger = createAttemptLedger(options, {
      shared: { refused: async () => 5000, bannedForMs: async (key) => (key === here ? 5000 : 0) },
    });
    expect(ledger.isBanned(here)).toBe(false);
    expect(await ledger.ask(here)).toBe(true);
    expect(ledger.isBanned(here)).toBe(true);
    expect(await ledger.ask('192.0.2.2')).toBe(false);
    ledger.refused('192.0.2.3');
    await expect.poll(() => ledger.isBanned('192.0.2.3')).toBe(true);
  });

  test('asks once for an address however often it comes, and for few at once', async () => {
    let asked = 0;
    const ledger = createAttemptLedger(options, {
      shared: {
        refused: async () => 0,
        bannedForMs: () => {
          asked += 1;
          return new Promise(() => undefined);
        },
      },
    });
    for (let at = 0; at < 100; at++) void ledger.ask(here);
    expect(asked).toBe(1);
    for (let at = 0; at < 100; at++) void ledger.ask(`198.51.100.${at}`);
    expect(asked).toBe(8);
  });

  test('counts alone when it is out of reach, and says so once', async () => {
    const lines: string[] = [];
    const say = (_fields: unknown, line: string) => void lines.push(line);
    const away = () => Promise.reject(new Error('the database is away'));
    const ledger = createAttemptLedger(options, {
      shared: { refused: away, bannedForMs: away },
      log: { warn: say, error: say } as never,
    });
    expect(await ledger.ask(here)).toBe(false);
    for (let at = 0; at < 3; at++) ledger.refused(here);
    await expect.poll(() => lines.length).toBe(2);
    expect(ledger.isBanned(here)).toBe(true);
    expect(lines).toEqual([
      'the shared count of refusals is out of reach: counting alone',
      'an address was banned',
    ]);
  });
});
