import { expect, test } from 'vitest';
import { createAttemptLedger } from '../../../src/sftp/attempt-ledger.ts';

test('exhausts one address and no other', () => {
  const ledger = createAttemptLedger({ limit: 3, windowMs: 60_000 });
  for (let at = 0; at < 3; at++) {
    expect(ledger.isExhausted('192.0.2.1')).toBe(false);
    ledger.refused('192.0.2.1');
  }
  expect(ledger.isExhausted('192.0.2.1')).toBe(true);
  expect(ledger.isExhausted('192.0.2.2')).toBe(false);
});

test('forgets when the window is over', async () => {
  const ledger = createAttemptLedger({ limit: 1, windowMs: 20 });
  ledger.refused('192.0.2.1');
  await expect.poll(() => ledger.isExhausted('192.0.2.1')).toBe(false);
});

test('forgets the oldest address when too many are known', () => {
  const ledger = createAttemptLedger({ limit: 1, windowMs: 60_000 });
  for (let at = 0; at <= 10_000; at++) ledger.refused(`2001:db8::${at.toString(16)}`);
  expect(ledger.isExhausted('2001:db8::0')).toBe(false);
  expect(ledger.isExhausted('2001:db8::1')).toBe(true);
});
